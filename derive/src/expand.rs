use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::field::{Field, Kind};
use super::structure::Structure;

/// The `impl Model`. Every path is absolute and nothing is imported: expressions of the user's stand in between.
pub(crate) fn model(structure: &Structure) -> TokenStream {
    let Structure { ident, doc, fields, rules } = structure;
    let attributes = fields.iter().filter_map(attribute);
    let blocks = fields.iter().filter_map(block);
    let idents: Vec<_> = fields.iter().map(|f| &f.ident).collect();
    let names: Vec<_> = fields.iter().map(|f| &f.name).collect();

    quote! {
        #[automatically_derived]
        impl ::cloudvpn::framework::model::Model for #ident {
            const DESCRIPTION: &'static str = #doc;

            fn object() -> ::cloudvpn::framework::schema::Object {
                ::cloudvpn::framework::schema::Object {
                    attributes: ::std::vec::Vec::from([#(#attributes),*]),
                    rules: ::std::vec::Vec::from([#(#rules),*]),
                }
            }

            fn blocks() -> ::std::vec::Vec<::cloudvpn::framework::schema::NestedBlock> {
                ::std::vec::Vec::from([#(#blocks),*])
            }

            fn from_raw(
                raw: &::cloudvpn::framework::raw::Raw,
            ) -> ::core::result::Result<Self, ::cloudvpn::framework::model::ModelError> {
                if !::core::matches!(raw, ::cloudvpn::framework::raw::Raw::Map(_)) {
                    return ::core::result::Result::Err(
                        ::cloudvpn::framework::model::ModelError::expected("an object"),
                    );
                }
                ::core::result::Result::Ok(Self {
                    #(#idents: ::cloudvpn::framework::model::member(raw, #names)?,)*
                })
            }

            fn to_raw(&self) -> ::cloudvpn::framework::raw::Raw {
                ::cloudvpn::framework::raw::Raw::object::<&'static str>([
                    #((#names, ::cloudvpn::framework::model::Value::to_raw(&self.#idents)),)*
                ])
            }
        }
    }
}

/// An `Attribute`; `None` for a block.
fn attribute(field: &Field) -> Option<TokenStream> {
    let Field { name, doc, ty, deprecated, .. } = field;
    let Kind::Attribute { flags, default, initial, validators } = &field.kind else { return None };
    // A type that is no `Field` is the user's mistake: the compiler shall point at it.
    let kind = quote_spanned!(ty.span()=> <#ty as ::cloudvpn::framework::model::Field>::kind());
    let own = quote!(<#ty as ::cloudvpn::framework::model::Field>::validators());
    let validators = if validators.is_empty() {
        own
    } else {
        quote!({
            let mut validators = #own;
            validators.extend([#(#validators),*]);
            validators
        })
    };
    let deprecated = optional(deprecated, |why| quote!(::std::borrow::Cow::Borrowed(#why)));
    let default = optional(default, ToTokens::to_token_stream);
    let initial = optional(initial, ToTokens::to_token_stream);
    Some(quote! {
        ::cloudvpn::framework::schema::Attribute {
            description: ::std::borrow::Cow::Borrowed(#doc),
            #(#flags: true,)*
            deprecated: #deprecated,
            default: #default,
            initial: #initial,
            validators: #validators,
            ..::cloudvpn::framework::schema::Attribute::new(#name, #kind)
        }
    })
}

/// A `NestedBlock`; `None` for an attribute.
fn block(field: &Field) -> Option<TokenStream> {
    let Field { name, doc, ty, deprecated, .. } = field;
    let Kind::Block { element, group, min, max } = &field.kind else { return None };
    let deprecated = optional(deprecated, |why| quote!(::std::borrow::Cow::Borrowed(#why)));
    let block = quote_spanned!(element.span()=> <#element as ::cloudvpn::framework::model::Model>::block());
    let nesting = if *group {
        quote!(::cloudvpn::framework::schema::BlockNesting::Group)
    } else {
        quote! {
            match <#ty as ::cloudvpn::framework::model::Field>::kind() {
                ::cloudvpn::framework::schema::AttributeKind::Nested(nesting, _) => match nesting {
                    ::cloudvpn::framework::schema::Nesting::Single => {
                        ::cloudvpn::framework::schema::BlockNesting::Single
                    }
                    ::cloudvpn::framework::schema::Nesting::List => {
                        ::cloudvpn::framework::schema::BlockNesting::List
                    }
                    ::cloudvpn::framework::schema::Nesting::Set => {
                        ::cloudvpn::framework::schema::BlockNesting::Set
                    }
                    ::cloudvpn::framework::schema::Nesting::Map => {
                        ::cloudvpn::framework::schema::BlockNesting::Map
                    }
                },
                ::cloudvpn::framework::schema::AttributeKind::Plain(_) => {
                    ::core::unreachable!("the field holds a model or a collection of one")
                }
            }
        }
    };
    Some(quote! {
        ::cloudvpn::framework::schema::NestedBlock {
            name: ::std::borrow::Cow::Borrowed(#name),
            block: ::cloudvpn::framework::schema::Block {
                description: ::std::borrow::Cow::Borrowed(#doc),
                deprecated: #deprecated,
                ..#block
            },
            nesting: #nesting,
            min_items: #min,
            max_items: #max,
        }
    })
}

fn optional<T>(value: &Option<T>, expression: impl FnOnce(&T) -> TokenStream) -> TokenStream {
    match value {
        Some(value) => {
            let expression = expression(value);
            quote!(::core::option::Option::Some(#expression))
        }
        None => quote!(::core::option::Option::None),
    }
}
