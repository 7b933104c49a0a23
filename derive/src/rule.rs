//! Rules over several fields, from `#[model(...)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Expr, Ident, Result};

use super::errors::Errors;
use super::field::Field;
use super::words::{Word, Words};

/// The rules of `#[model(...)]`, as expressions of type `Rule`. They name fields; `idents` are all of them, `fields` those
/// without errors.
pub(crate) fn parse(
    attributes: &[Attribute],
    idents: &[&Ident],
    fields: &[Field],
    errors: &mut Errors,
) -> Vec<TokenStream> {
    let words = Words::parse(attributes, "model", errors);
    words.check(WORDS, WORDS, errors);
    let known = words.iter().filter(|w| WORDS.contains(&w.name.as_str()));
    known.filter_map(|word| parse_rule(word, idents, fields, errors)).collect()
}

fn parse_rule(word: &Word, idents: &[&Ident], fields: &[Field], errors: &mut Errors) -> Option<TokenStream> {
    let of_function = match word.name.as_str() {
        "rule" => Some(quote!(Custom)),
        "consistent" => Some(quote!(Consistent)),
        _ => None,
    };
    if let Some(rule) = of_function {
        return match errors.check(word.value())? {
            path @ Expr::Path(_) => Some(quote!(::cloudvpn::framework::validators::Rule::#rule(#path))),
            other => {
                errors.push(Error::new_spanned(other, "a path to a function is needed here"));
                None
            }
        };
    }
    let names = errors.check(word.arguments::<Name>())?;
    for (i, Name(name)) in names.iter().enumerate() {
        if !idents.iter().any(|f| f.unraw() == name.unraw()) {
            errors.push(Error::new_spanned(name, format!("there is no field `{}` in this struct", name.unraw())));
        } else if names[..i].iter().any(|n| n.0.unraw() == name.unraw()) {
            errors.push(Error::new_spanned(name, format!("`{}` stands twice", name.unraw())));
        }
    }
    let attributes: Vec<_> = names
        .iter()
        .filter_map(|Name(name)| fields.iter().find(|f| f.ident.unraw() == name.unraw()))
        .map(|f| &f.name)
        .collect();
    match (word.name.as_str(), names.len()) {
        ("requires", 2) => Some(quote!(::cloudvpn::framework::validators::Rule::Requires(#(#attributes),*))),
        ("requires", _) => {
            errors.push(word.error("`requires` takes two fields: if the first is set, the second has to be"));
            None
        }
        (_, 0 | 1) => {
            errors.push(word.error(format!("`{}` takes two fields or more", word.name)));
            None
        }
        ("exactly_one_of", _) => {
            Some(quote!(::cloudvpn::framework::validators::Rule::ExactlyOneOf(&[#(#attributes),*])))
        }
        ("at_most_one_of", _) => {
            Some(quote!(::cloudvpn::framework::validators::Rule::AtMostOneOf(&[#(#attributes),*])))
        }
        _ => Some(quote!(::cloudvpn::framework::validators::Rule::AtLeastOneOf(&[#(#attributes),*]))),
    }
}

/// The name of a field, which may be a keyword: `type` as well as `r#type`.
struct Name(Ident);

impl Parse for Name {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Ident::parse_any(input).map(Self)
    }
}

const WORDS: &[&str] = &["exactly_one_of", "at_most_one_of", "at_least_one_of", "requires", "rule", "consistent"];
