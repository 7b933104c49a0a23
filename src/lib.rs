//! The provider.

pub mod framework;
pub mod plugin;
