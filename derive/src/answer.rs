//! `#[derive(Answer)]`: how a struct is read from the answer of a cloud's API, member by member.

use heck::{ToLowerCamelCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Expr, ExprLit, Field, Fields, Ident, Lit, LitStr, Meta, Result, Token};

use super::errors::Errors;

/// The `impl Answer`.
pub(crate) fn answer(input: &DeriveInput) -> Result<TokenStream> {
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) => &named.named,
            _ => return Err(Error::new_spanned(&input.ident, "an answer is a struct with named fields")),
        },
        _ => return Err(Error::new_spanned(&input.ident, "an answer is a struct, not an enum or a union")),
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "an answer has no generic parameters"));
    }

    let mut errors = Errors::default();
    let case = errors.check(Case::of(&input.attrs)).unwrap_or(Case::Pascal);
    let mut names: Vec<String> = Vec::new();
    let mut arms = Vec::new();
    for field in fields {
        let Some(Some(member)) = errors.check(Member::of(field, case)) else { continue };
        let mut indices = Vec::new();
        for name in &member.names {
            if names.contains(name) {
                errors.push(Error::new_spanned(&field.ident, format!("there is another member named {name:?}")));
            }
            indices.push(names.len());
            names.push(name.clone());
        }
        let slot = member.slot(field);
        arms.push(quote!(#(#indices)|* => #slot));
    }
    errors.finish()?;

    let ident = &input.ident;
    // One text instead of a list of them, or of comparisons: it is the smallest in the binary by far.
    let names = names.join(" ");
    let body = if arms.is_empty() {
        quote!(::core::option::Option::None)
    } else {
        quote! {
            ::core::option::Option::Some(match ::cloudvpn::cloud::answer::position(#names, name)? {
                #(#arms,)*
                _ => return ::core::option::Option::None,
            })
        }
    };
    Ok(quote! {
        #[automatically_derived]
        impl ::cloudvpn::cloud::answer::Answer for #ident {
            #[allow(unused_variables)]
            fn member(&mut self, name: &str) -> ::core::option::Option<::cloudvpn::cloud::answer::Slot<'_>> {
                #body
            }
        }
    })
}

/// How the names of fields become those of members.
#[derive(Clone, Copy)]
enum Case {
    Pascal,
    Camel,
}

/// Where a field is found in the answer.
struct Member {
    names: Vec<String>,
    /// A variant of `Slot`, where it is not that of the field's type.
    kind: Option<&'static str>,
}

/// What stands in `#[member(...)]`.
enum Word {
    Name(LitStr),
    Flag(Ident),
}

impl Case {
    fn of(attributes: &[Attribute]) -> Result<Self> {
        if let Some(attribute) = attributes.iter().find(|a| a.path().is_ident("answer")) {
            let case: Ident = attribute.parse_args()?;
            return Self::parse(&case.to_string())
                .ok_or_else(|| Error::new(case.span(), "either `PascalCase` or `camelCase`"));
        }
        Ok(serde(attributes, "rename_all")?.and_then(|case| Self::parse(&case)).unwrap_or(Self::Pascal))
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "PascalCase" => Some(Self::Pascal),
            "camelCase" => Some(Self::Camel),
            _ => None,
        }
    }

    fn apply(self, ident: &str) -> String {
        match self {
            Self::Pascal => ident.to_upper_camel_case(),
            Self::Camel => ident.to_lower_camel_case(),
        }
    }
}

impl Member {
    /// None for a field that is not on the wire.
    fn of(field: &Field, case: Case) -> Result<Option<Self>> {
        let mut member = Self { names: Vec::new(), kind: None };
        for attribute in field.attrs.iter().filter(|a| a.path().is_ident("member")) {
            for word in attribute.parse_args_with(Punctuated::<Word, Token![,]>::parse_terminated)? {
                match word {
                    Word::Name(name) => member.names.push(checked(&name)?),
                    Word::Flag(word) if word == "rows" => member.kind = Some("Rows"),
                    Word::Flag(word) if word == "one" => member.kind = Some("One"),
                    Word::Flag(word) if word == "skip" => return Ok(None),
                    Word::Flag(word) => {
                        return Err(Error::new(word.span(), "names in quotes, and `rows`, `one` or `skip`"));
                    }
                }
            }
        }
        if says(&field.attrs, "skip")? {
            return Ok(None);
        }
        if member.names.is_empty() {
            let ident = field.ident.as_ref().map(|ident| ident.unraw().to_string()).unwrap_or_default();
            member.names.push(serde(&field.attrs, "rename")?.unwrap_or_else(|| case.apply(&ident)));
        }
        Ok(Some(member))
    }

    fn slot(&self, field: &Field) -> TokenStream {
        let Field { ident, ty, .. } = field;
        match self.kind {
            // What the type lacks is the user's mistake: the compiler shall point at it.
            None => quote_spanned!(ty.span()=> ::cloudvpn::cloud::answer::Field::slot(&mut self.#ident)),
            Some(kind) => {
                let kind = Ident::new(kind, ty.span());
                quote_spanned!(ty.span()=> ::cloudvpn::cloud::answer::Slot::#kind(&mut self.#ident))
            }
        }
    }
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) { input.parse().map(Self::Name) } else { input.parse().map(Self::Flag) }
    }
}

fn checked(name: &LitStr) -> Result<String> {
    let text = name.value();
    if text.is_empty() || text.contains(' ') {
        return Err(Error::new(name.span(), "a name is not empty and has no spaces"));
    }
    Ok(text)
}

/// What serde calls it, where requests have it, too.
fn serde(attributes: &[Attribute], word: &str) -> Result<Option<String>> {
    Ok(serde_words(attributes)?.into_iter().find_map(|meta| match meta {
        Meta::NameValue(pair) if pair.path.is_ident(word) => match pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }))
}

fn says(attributes: &[Attribute], word: &str) -> Result<bool> {
    Ok(serde_words(attributes)?.iter().any(|meta| matches!(meta, Meta::Path(path) if path.is_ident(word))))
}

fn serde_words(attributes: &[Attribute]) -> Result<Vec<Meta>> {
    let mut words = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("serde")) {
        words.extend(attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?);
    }
    Ok(words)
}
