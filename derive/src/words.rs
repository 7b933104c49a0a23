//! The words in the parentheses of the macros' attributes.

use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Meta, Result, Token};

use super::errors::Errors;

/// The words of an attribute such as `#[attr(required, chars(1..=60))]`, in the order written.
pub(crate) struct Words(Vec<Word>);

/// A word with what follows it: nothing, `(...)` or `= expression`.
pub(crate) struct Word {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) meta: Meta,
}

impl Words {
    /// Reads all attributes called `attribute`.
    pub(crate) fn parse(attributes: &[Attribute], attribute: &str, errors: &mut Errors) -> Self {
        let mut words = Vec::new();
        for attribute in attributes.iter().filter(|a| a.path().is_ident(attribute)) {
            let metas = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
            for meta in errors.check(metas).into_iter().flatten() {
                words.extend(errors.check(Word::new(meta)));
            }
        }
        Self(words)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Word> {
        self.0.iter()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Word> {
        self.0.iter().find(|w| w.name == name)
    }

    /// Words that are not known, and words that stand twice.
    pub(crate) fn check(&self, known: &[&str], repeatable: &[&str], errors: &mut Errors) {
        for (i, word) in self.0.iter().enumerate() {
            if !known.contains(&word.name.as_str()) {
                let text = format!("unknown word `{}`; there are: {}", word.name, known.join(", "));
                errors.push(Error::new(word.ident.span(), text));
            } else if self.0[..i].iter().any(|w| w.name == word.name) && !repeatable.contains(&word.name.as_str()) {
                errors.push(word.error(format!("`{}` stands twice", word.name)));
            }
        }
    }
}

impl Word {
    pub(crate) fn new(meta: Meta) -> Result<Self> {
        match meta.path().get_ident() {
            Some(ident) => Ok(Self { ident: ident.clone(), name: ident.unraw().to_string(), meta }),
            None => Err(Error::new_spanned(meta.path(), "a single word is needed here")),
        }
    }

    pub(crate) fn error(&self, text: impl std::fmt::Display) -> Error {
        Error::new(self.ident.span(), text)
    }

    /// `word`
    pub(crate) fn bare(&self) -> Result<()> {
        match self.meta {
            Meta::Path(_) => Ok(()),
            _ => Err(self.error(format!("`{}` stands alone, without arguments", self.name))),
        }
    }

    /// `word = expression`
    pub(crate) fn value(&self) -> Result<&Expr> {
        match &self.meta {
            Meta::NameValue(pair) => Ok(&pair.value),
            _ => Err(self.error(format!("write `{} = ...`", self.name))),
        }
    }

    /// `word = "text"`
    pub(crate) fn text(&self) -> Result<&LitStr> {
        match self.value()? {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text),
            other => Err(Error::new_spanned(other, "a string literal is needed here")),
        }
    }

    /// `word(a, b)`, one argument at least
    pub(crate) fn arguments<T: syn::parse::Parse>(&self) -> Result<Vec<T>> {
        let arguments: Vec<T> = match &self.meta {
            Meta::List(list) => {
                list.parse_args_with(Punctuated::<T, Token![,]>::parse_terminated)?.into_iter().collect()
            }
            _ => return Err(self.error(format!("write `{}(...)`", self.name))),
        };
        if arguments.is_empty() {
            return Err(self.error(format!("`{}` needs an argument", self.name)));
        }
        Ok(arguments)
    }

    /// `word(a, b)`, exactly so many arguments
    pub(crate) fn exactly<T: syn::parse::Parse, const N: usize>(&self) -> Result<[T; N]> {
        let arguments = self.arguments()?;
        let count = arguments.len();
        arguments.try_into().map_err(|_| self.error(format!("`{}` has {count} arguments instead of {N}", self.name)))
    }
}
