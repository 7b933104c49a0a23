//! The words of `#[attr(...)]` that check values, such as `chars(1..=60)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Expr, ExprLit, ExprRange, ExprUnary, Lit, LitStr, Meta, RangeLimits, Result, Type, UnOp};

use super::field::{generic, value_type};
use super::words::Word;

/// Appends the `Validator` expressions that a word stands for. `ty` is what is checked, as far as it can be read.
pub(crate) fn parse(word: &Word, ty: Option<&Type>, validators: &mut Vec<TokenStream>) -> Result<()> {
    if !WORDS.contains(&word.name.as_str()) {
        return Err(word.error(format!("`{}` is no validator; there are: {}", word.name, WORDS.join(", "))));
    }
    let subject = ty.map_or(Subject::Other, Subject::of);
    subject.check(word)?;
    validators.push(match word.name.as_str() {
        "chars" => {
            let (min, max) = bounds(word, quote!(0), quote!(::core::primitive::usize::MAX), 0)?;
            quote!(::cloudvpn::framework::validators::Validator::Chars { min: #min, max: #max })
        }
        "items" => {
            let (min, max) = bounds(word, quote!(0), quote!(::core::primitive::usize::MAX), 0)?;
            quote!(::cloudvpn::framework::validators::Validator::Items { min: #min, max: #max })
        }
        "range" => {
            let (min, max) = bounds(word, quote!(::core::primitive::i64::MIN), quote!(i64::MAX), i128::from(i64::MIN))?;
            quote!(::cloudvpn::framework::validators::Validator::Range { min: #min, max: #max })
        }
        "one_of" => {
            let values = values(word.arguments()?)?;
            quote!(::cloudvpn::framework::validators::Validator::OneOf(#values))
        }
        "discouraged" => {
            let [of, why] = word.exactly::<Expr, 2>()?;
            let values = match &of {
                Expr::Call(call) if matches!(&*call.func, Expr::Path(p) if p.path.is_ident("values")) => {
                    values(call.args.iter().cloned().collect())?
                }
                Expr::Path(_) => quote!(#of),
                other => {
                    return Err(Error::new_spanned(other, "write `values(\"a\", \"b\")`, or a path to a constant"));
                }
            };
            let why = text(why)?;
            quote!(::cloudvpn::framework::validators::Validator::Discouraged { values: #values, why: #why })
        }
        "prefix" => {
            let [prefix] = word.exactly::<Expr, 1>()?;
            let prefix = text(prefix)?;
            quote!(::cloudvpn::framework::validators::Validator::Prefix(#prefix))
        }
        "not_prefix" => {
            let values = values(word.arguments()?)?;
            quote!(::cloudvpn::framework::validators::Validator::NotPrefix(#values))
        }
        "custom" => {
            let [allowed, check] = word.exactly::<Expr, 2>()?;
            let allowed = text(allowed)?;
            quote!(::cloudvpn::framework::validators::Validator::Custom { allowed: #allowed, check: #check })
        }
        "each" => {
            let element = match subject {
                Subject::Collection(element) => Some(element),
                _ => None,
            };
            return each(word, element, validators);
        }
        name => {
            word.bare()?;
            match name {
                "ip" => quote!(::cloudvpn::framework::validators::Validator::Ip),
                "ipv4" => quote!(::cloudvpn::framework::validators::Validator::Ipv4),
                "cidr" => quote!(::cloudvpn::framework::validators::Validator::Cidr),
                "ipv4_cidr" => quote!(::cloudvpn::framework::validators::Validator::Ipv4Cidr),
                // The last of `WORDS`.
                _ => quote!(::cloudvpn::framework::validators::Validator::Duration),
            }
        }
    });
    Ok(())
}

/// Every word that is a validator.
pub(crate) const WORDS: &[&str] = &[
    "chars",
    "range",
    "items",
    "one_of",
    "discouraged",
    "prefix",
    "not_prefix",
    "ip",
    "ipv4",
    "cidr",
    "ipv4_cidr",
    "duration",
    "each",
    "custom",
];

/// Those that may stand more than once, with other arguments.
pub(crate) const REPEATABLE: &[&str] = &["discouraged", "custom"];

/// What a validator is put on, or a value planned for. A check of one kind lets values of every other pass: it would do nothing
/// there.
pub(crate) enum Subject<'a> {
    Text,
    Number,
    Bool,
    Collection(&'a Type),
    /// An alias, a struct, the dynamic pseudo-type.
    Other,
}

impl<'a> Subject<'a> {
    pub(crate) fn of(ty: &'a Type) -> Self {
        let Some((name, arguments)) = generic(ty) else { return Self::Other };
        match (name.to_string().as_str(), arguments.last()) {
            ("String" | "Secret", None) => Self::Text,
            ("i64" | "Number", None) => Self::Number,
            ("bool", None) => Self::Bool,
            ("List" | "Set" | "Map" | "Vec" | "BTreeMap", Some(element)) => {
                Self::Collection(value_type(element).unwrap_or(element))
            }
            _ => Self::Other,
        }
    }

    /// Whether a literal can be a value; of other expressions only the compiler knows.
    pub(crate) fn takes(&self, literal: &Lit) -> bool {
        match self {
            Self::Text => matches!(literal, Lit::Str(_)),
            Self::Number => matches!(literal, Lit::Int(_)),
            Self::Bool => matches!(literal, Lit::Bool(_)),
            Self::Collection(_) => false,
            Self::Other => true,
        }
    }

    fn check(&self, word: &Word) -> Result<()> {
        let (fits, wanted) = match word.name.as_str() {
            "range" => (matches!(self, Self::Number | Self::Other), "numbers"),
            "items" | "each" => (matches!(self, Self::Collection(_) | Self::Other), "collections"),
            "custom" => (true, "everything"),
            "discouraged" => (matches!(self, Self::Text | Self::Bool | Self::Other), "strings and booleans"),
            _ => (matches!(self, Self::Text | Self::Other), "strings"),
        };
        match self {
            _ if fits => Ok(()),
            Self::Collection(_) => Err(word.error(format!(
                "`{0}` checks {wanted}; for the elements of a collection write `each({0}...)`",
                word.name
            ))),
            _ => Err(word.error(format!("`{}` checks {wanted}", word.name))),
        }
    }
}

fn each(word: &Word, element: Option<&Type>, validators: &mut Vec<TokenStream>) -> Result<()> {
    for meta in word.arguments::<Meta>()? {
        let mut inner = Vec::new();
        parse(&Word::new(meta)?, element, &mut inner)?;
        validators.extend(
            inner
                .into_iter()
                .map(|v| quote!(::cloudvpn::framework::validators::Validator::Each(::std::boxed::Box::new(#v)))),
        );
    }
    Ok(())
}

/// The two ends of the one range in parentheses.
fn bounds(word: &Word, lowest: TokenStream, highest: TokenStream, least: i128) -> Result<(TokenStream, TokenStream)> {
    let [range] = word.exactly::<Expr, 1>()?;
    let wanted = || Error::new_spanned(&range, "a range is needed here: `1..=60`, `1..` or `..=60`");
    let (start, end) = match &range {
        Expr::Range(ExprRange { start, end: Some(end), limits: RangeLimits::Closed(_), .. }) => (start, Some(end)),
        Expr::Range(ExprRange { start: start @ Some(_), end: None, .. }) => (start, None),
        _ => return Err(wanted()),
    };
    for bound in start.iter().chain(end) {
        if number(bound).is_some_and(|n| n < least) {
            return Err(Error::new_spanned(bound, format!("`{}` begins at {least}", word.name)));
        }
    }
    if let (Some(start), Some(end)) = (start, end)
        && let (Some(min), Some(max)) = (number(start), number(end))
        && min > max
    {
        return Err(Error::new_spanned(&range, format!("this range is empty: nothing is from {min} to {max}")));
    }
    let bound = |expression: Option<&Expr>, none| expression.map_or(none, |e| quote!(#e));
    Ok((bound(start.as_deref(), lowest), bound(end.map(|e| &**e), highest)))
}

/// The value of a literal; constants are known to the compiler only.
fn number(expression: &Expr) -> Option<i128> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(digits), .. }) => digits.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|n| -n),
        _ => None,
    }
}

/// Strings as a `&'static [&'static str]`: literals, or one path to such a constant.
fn values(arguments: Vec<Expr>) -> Result<TokenStream> {
    if let [path @ Expr::Path(_)] = &arguments[..] {
        return Ok(quote!(#path));
    }
    let literals: Vec<LitStr> = arguments
        .into_iter()
        .map(|a| match a {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text),
            other => Err(Error::new_spanned(other, "write string literals, or one path to a constant")),
        })
        .collect::<Result<_>>()?;
    Ok(quote!(&[#(#literals),*]))
}

/// One string: a literal or a path to a constant.
fn text(expression: Expr) -> Result<Expr> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) | Expr::Path(_) => Ok(expression),
        other => Err(Error::new_spanned(other, "a string literal is needed here, or a path to a constant")),
    }
}
