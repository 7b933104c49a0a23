//! The provider.

pub mod cloud;
