//! Texts that must not be seen.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::{AttributeKind, Field, ModelError, Raw, Type};

/// A text that must not be seen: wiped when dropped, masked in `Debug`.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text, for the one place that sends it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Field for Secret {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::String)
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        raw.as_str().map(Self::new).ok_or_else(|| ModelError::expected("a string"))
    }

    fn to_raw(&self) -> Raw {
        Raw::String(self.expose().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Value;
    use super::*;

    #[test]
    fn debug_masks() {
        assert_eq!(format!("{:?}", Value::Known(Secret::new("hunter2"))), "(secret)");
    }
}
