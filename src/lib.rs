//! The provider.
pub mod framework;
