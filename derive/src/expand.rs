//! What `#[derive(Model)]` writes: the schema of the struct, and how it is read from and written to Terraform's values.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::field::{Field, Kind};
use super::structure::Structure;

/// The `impl Model`. Every path is absolute and nothing is imported: expressions of the user's stand in between.
pub(crate) fn model(structure: &Structure) -> TokenStream {
    let Structure { ident, doc, fields, rules } = structure;
    // Names of locals that no expression of the user's can mean.
    let local = Ident::new("attributes", Span::mixed_site());
    let attributes: Vec<_> = fields.iter().filter_map(|field| attribute(field, &local)).collect();
    let count = attributes.len();
    let blocks = fields.iter().filter_map(block);
    let idents: Vec<_> = fields.iter().map(|f| &f.ident).collect();
    let names: Vec<_> = fields.iter().map(|f| &f.name).collect();

    quote! {
        #[automatically_derived]
        impl ::cloudvpn::framework::model::Model for #ident {
            const DESCRIPTION: &'static str = #doc;

            fn object() -> ::cloudvpn::framework::schema::Object {
                let mut #local = ::cloudvpn::framework::model::Attributes::with_capacity(#count);
                #(#attributes)*
                ::cloudvpn::framework::schema::Object {
                    attributes: #local.finish(),
                    rules: ::std::vec::Vec::from([#(#rules),*]),
                }
            }

            fn blocks() -> ::std::vec::Vec<::cloudvpn::framework::schema::NestedBlock> {
                ::std::vec::Vec::from([#(#blocks),*])
            }

            fn from_raw(
                raw: &::cloudvpn::framework::raw::Raw,
            ) -> ::core::result::Result<Self, ::cloudvpn::framework::model::ModelError> {
                let mut reading = ::cloudvpn::framework::model::Reading::new(raw);
                let read = Self { #(#idents: reading.member(#names),)* };
                reading.finish()?;
                ::core::result::Result::Ok(read)
            }

            fn to_raw(&self) -> ::cloudvpn::framework::raw::Raw {
                let mut members = <::cloudvpn::framework::model::Members as ::core::default::Default>::default();
                #(members.add(#names, &self.#idents);)*
                members.finish()
            }
        }
    }
}

/// The statements that add an attribute; `None` for a block.
fn attribute(field: &Field, attributes: &Ident) -> Option<TokenStream> {
    let Field { name, doc, ty, deprecated, .. } = field;
    let Kind::Attribute { flags, default, initial, removed, validators } = &field.kind else { return None };
    // A type that is no `Field` is the user's mistake: the compiler shall point at it.
    let add = quote_spanned!(ty.span()=> #attributes.add::<#ty>);
    let deprecated = deprecated.iter();
    let default = default.iter();
    let initial = initial.iter();
    let removed = removed.iter();
    Some(quote! {
        #add(#name, #doc, &[#(::cloudvpn::framework::model::Flag::#flags),*]);
        #(#attributes.deprecated(#deprecated);)*
        #(#attributes.default(#default);)*
        #(#attributes.initial(#initial);)*
        #(#attributes.removed(#removed);)*
        #(#attributes.validator(#validators);)*
    })
}

/// A `NestedBlock`; `None` for an attribute.
fn block(field: &Field) -> Option<TokenStream> {
    let Field { name, doc, ty, deprecated, .. } = field;
    let Kind::Block { element, group, min, max } = &field.kind else { return None };
    let deprecated = match deprecated {
        Some(why) => quote!(::core::option::Option::Some(::std::borrow::Cow::Borrowed(#why))),
        None => quote!(::core::option::Option::None),
    };
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
