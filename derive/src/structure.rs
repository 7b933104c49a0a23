//! The struct that `#[derive(Model)]` is put on, read before anything is written.

use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Error, Expr, ExprLit, Fields, Ident, Lit, Meta, Result};

use super::errors::Errors;
use super::field::Field;
use super::rule;

/// A struct that describes an object.
pub(crate) struct Structure {
    pub(crate) ident: Ident,
    pub(crate) doc: String,
    pub(crate) fields: Vec<Field>,
    /// Expressions of type `Rule`.
    pub(crate) rules: Vec<TokenStream>,
}

impl Structure {
    pub(crate) fn parse(input: &DeriveInput) -> Result<Self> {
        let named = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(named) => &named.named,
                _ => return Err(Error::new_spanned(&input.ident, "a model is a struct with named fields")),
            },
            _ => return Err(Error::new_spanned(&input.ident, "a model is a struct, not an enum or a union")),
        };
        if !input.generics.params.is_empty() {
            return Err(Error::new_spanned(&input.generics, "a model has no generic parameters: its schema is one"));
        }

        let mut errors = Errors::default();
        let mut fields: Vec<Field> = Vec::new();
        for field in named {
            let Some(field) = errors.check(Field::parse(field)) else { continue };
            if fields.iter().any(|f| f.name == field.name) {
                let text = format!("there is another attribute named {:?}", field.name);
                errors.push(Error::new_spanned(&field.ident, text));
            }
            fields.push(field);
        }
        // A rule that names a field which is itself wrong would only repeat that error: look among all of them.
        let idents: Vec<_> = named.iter().filter_map(|f| f.ident.as_ref()).collect();
        let rules = rule::parse(&input.attrs, &idents, &fields, &mut errors);
        errors.finish()?;
        Ok(Self { ident: input.ident.clone(), doc: doc(&input.attrs), fields, rules })
    }
}

/// The text of a doc comment, Markdown; empty where there is none.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let lines: Vec<_> = attributes
        .iter()
        .filter_map(|a| match &a.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect();
    lines.join("\n").trim().to_owned()
}
