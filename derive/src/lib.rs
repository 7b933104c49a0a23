//! derive
use proc_macro::TokenStream;

#[proc_macro_derive(Model, attributes(attr, model))]
pub fn derive_model(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}
