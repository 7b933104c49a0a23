//! A field of a model: its attribute in the schema, as `#[attr(...)]` and its documentation say.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Error, Expr, ExprLit, ExprUnary, GenericArgument, Ident, Lit, LitStr, PathArguments, Result, Type, UnOp};

use super::errors::Errors;
use super::structure::doc;
use super::validator::{self, Subject};
use super::words::{Word, Words};

/// A field of a model.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// What Terraform calls it.
    pub(crate) name: String,
    pub(crate) doc: String,
    /// The `T` of `Value<T>`.
    pub(crate) ty: Type,
    pub(crate) deprecated: Option<LitStr>,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Attribute {
        /// Those of [`FLAGS`] that are set.
        flags: Vec<Ident>,
        /// Expressions of type `Raw`.
        default: Option<TokenStream>,
        initial: Option<TokenStream>,
        removed: Option<TokenStream>,
        /// Expressions of type `Validator`.
        validators: Vec<TokenStream>,
    },
    Block {
        /// The struct inside.
        element: Type,
        group: bool,
        min: i64,
        max: i64,
    },
}

impl Field {
    pub(crate) fn parse(field: &syn::Field) -> Result<Self> {
        let mut errors = Errors::default();
        // Fields of a struct with named fields have names.
        let ident = field.ident.clone().ok_or_else(|| Error::new_spanned(field, "a field needs a name"))?;
        let words = Words::parse(&field.attrs, "attr", &mut errors);
        let known: Vec<_> = FLAGS.iter().chain(VALUES).chain(validator::WORDS).copied().collect();
        words.check(&known, validator::REPEATABLE, &mut errors);
        // A word that cannot be read may be the very one that is missed here.
        if errors.is_empty() && PRESENCE.iter().all(|w| words.find(w).is_none()) {
            let text = "say whether it is `required`, `optional`, `computed` or `optional, computed`";
            errors.push(Error::new_spanned(&ident, text));
        }

        let doc = doc(&field.attrs);
        if doc.is_empty() {
            errors.push(Error::new_spanned(&ident, "an attribute needs a doc comment: it becomes its description"));
        }
        let ty = errors
            .check(value_type(&field.ty).ok_or_else(|| Error::new_spanned(&field.ty, "every attribute is a Value<T>")));
        let mut literal = |name| words.find(name).and_then(|w| errors.check(w.text())).cloned();
        let deprecated = literal("deprecated");
        let name = literal("name").map_or_else(|| ident.unraw().to_string(), |n| n.value());
        let kind = match words.find("block") {
            Some(block) => ty.and_then(|ty| parse_block(block, &words, ty, &mut errors)),
            None => Some(parse_attribute(&words, ty, &mut errors)),
        };
        errors.finish()?;
        // Without errors, both are there.
        let (Some(ty), Some(kind)) = (ty.cloned(), kind) else {
            return Err(Error::new_spanned(ident, "the type of this field cannot be read"));
        };
        Ok(Self { ident, name, doc, ty, deprecated, kind })
    }
}

/// The `T` of a `Value<T>`.
pub(crate) fn value_type(ty: &Type) -> Option<&Type> {
    let (name, arguments) = generic(ty)?;
    match arguments[..] {
        [ty] if name == "Value" => Some(ty),
        _ => None,
    }
}

/// The last word of a path, and its type arguments.
pub(crate) fn generic(ty: &Type) -> Option<(&Ident, Vec<&Type>)> {
    let ty = match ty {
        // What a macro_rules! fragment is wrapped in.
        Type::Group(group) => &group.elem,
        ty => ty,
    };
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let arguments = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .filter_map(|a| match a {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    Some((&last.ident, arguments))
}

fn parse_attribute(words: &Words, ty: Option<&Type>, errors: &mut Errors) -> Kind {
    let flags: Vec<_> = FLAGS.iter().filter_map(|f| words.find(f)).collect();
    for flag in &flags {
        errors.check(flag.bare());
    }
    for (one, other, why) in CONFLICTS {
        if let (Some(_), Some(word)) = (words.find(one), words.find(other)) {
            errors.push(word.error(format!("`{other}` does not go with `{one}`: {why}")));
        }
    }
    for (name, needed, why) in NEEDS {
        if let Some(word) = words.find(name)
            && needed.iter().any(|n| words.find(n).is_none())
        {
            errors.push(word.error(format!("`{name}` needs `{}`: {why}", needed.join(", "))));
        }
    }
    let mut raw = |name| {
        let value = words.find(name)?.value().and_then(|e| raw_expression(e, ty));
        errors.check(value)
    };
    let (default, initial, removed) = (raw("default"), raw("initial"), raw("removed"));

    let mut validators = Vec::new();
    for word in words.iter().filter(|w| validator::WORDS.contains(&w.name.as_str())) {
        errors.check(validator::parse(word, ty, &mut validators));
    }
    let flags = flags.into_iter().map(|f| f.ident.clone()).collect();
    Kind::Attribute { flags, default, initial, removed, validators }
}

/// An expression as a `Raw`. A whole number is an `i64`, whatever else a `Raw` can be made from.
fn raw_expression(expression: &Expr, ty: Option<&Type>) -> Result<TokenStream> {
    let digits = match expression {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => expr,
        other => other,
    };
    let Expr::Lit(ExprLit { lit, .. }) = digits else {
        return Ok(quote!(<::cloudvpn::framework::raw::Raw as ::core::convert::From<_>>::from(#expression)));
    };
    if ty.is_some_and(|ty| !Subject::of(ty).takes(lit)) {
        return Err(Error::new_spanned(expression, "this is no value of the type of this attribute"));
    }
    let from = if matches!(lit, Lit::Int(_)) { quote!(::core::primitive::i64) } else { quote!(_) };
    Ok(quote!(<::cloudvpn::framework::raw::Raw as ::core::convert::From<#from>>::from(#expression)))
}

fn parse_block(block: &Word, words: &Words, ty: &Type, errors: &mut Errors) -> Option<Kind> {
    for word in words.iter().filter(|w| !["block", "name", "deprecated"].contains(&w.name.as_str())) {
        errors.push(word.error("a block carries no flags and no validators"));
    }
    let element = match generic(ty) {
        Some((_, arguments)) if arguments.is_empty() => Some(ty),
        // The last: `BTreeMap<String, Value<M>>` is a map of `M`.
        Some((_, arguments)) => arguments.last().map(|a| value_type(a).unwrap_or(a)),
        None => None,
    };
    let Some(element) = element.filter(|e| matches!(generic(e), Some((_, arguments)) if arguments.is_empty())) else {
        errors.push(Error::new_spanned(ty, "a block holds a struct, or a List, Set or Map of one"));
        return None;
    };
    let single = std::ptr::eq(element, ty);

    let mut group = false;
    let mut bound = [None, None];
    let arguments = match &block.meta {
        syn::Meta::Path(_) => Vec::new(),
        _ => errors.check(block.arguments::<syn::Meta>()).unwrap_or_default(),
    };
    for argument in arguments {
        let Some(word) = errors.check(Word::new(argument)) else { continue };
        match word.name.as_str() {
            "group" => {
                errors.check(word.bare());
                group = true;
            }
            "min" => bound[0] = errors.check(word.value().and_then(count)),
            "max" => bound[1] = errors.check(word.value().and_then(count)),
            other => errors.push(word.error(format!("unknown word `{other}`; there are: min, max, group"))),
        }
    }
    let [min, max] = bound;
    if group && (!single || min.is_some() || max.is_some()) {
        errors.push(block.error("a group is one struct that is always there: without `min` and `max`"));
    } else if single && (min.is_some_and(|n| n > 1) || max.is_some_and(|n| n != 1)) {
        errors.push(block.error("a struct is there once or not at all: `min` is 0 or 1, `max` is 1"));
    } else if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        errors.push(block.error(format!("no number is from {min} to {max}")));
    }
    let min = min.unwrap_or(0);
    // A schema gives a single block the same bounds twice, protocol 6: `NestedBlock.min_items`.
    let max = if single { min } else { max.unwrap_or(0) };
    Some(Kind::Block { element: element.clone(), group, min, max })
}

fn count(expression: &Expr) -> Result<i64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(digits), .. }) => digits.base10_parse::<u32>().map(i64::from),
        other => Err(Error::new_spanned(other, "a number is needed here")),
    }
}

/// One of them at least.
const PRESENCE: &[&str] = &["required", "optional", "computed", "block"];

/// Words that are fields of type `bool` of the schema's `Attribute`.
const FLAGS: &[&str] =
    &["required", "optional", "computed", "sensitive", "write_only", "replace", "volatile", "unread"];

/// Other words that are no validators.
const VALUES: &[&str] = &["deprecated", "default", "initial", "removed", "name", "block"];

const CONFLICTS: &[(&str, &str, &str)] = &[
    ("required", "optional", "it is the one or the other"),
    ("required", "computed", "the configuration always has a value"),
    ("write_only", "computed", "a write-only value is never stored"),
    ("default", "initial", "one value at most is planned where the configuration has none"),
];

const NEEDS: &[(&str, &[&str], &str)] = &[
    ("default", &["optional", "computed"], "the plan has a value that the configuration has not"),
    ("initial", &["optional", "computed"], "the plan has a value that the configuration has not"),
    ("volatile", &["computed"], "only a computed value can be unknown in a plan"),
];
