use std::fmt;

use secrecy::SecretString;

/// An API key: an identifier, its secret, and for temporary keys the token that goes with them.
#[derive(Clone)]
pub struct Credentials {
    id: String,
    secret: SecretString,
    token: Option<SecretString>,
}

impl Credentials {
    /// A permanent key.
    pub fn new(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self { id: id.into(), secret: secret.into(), token: None }
    }

    /// Makes this a temporary key, which is valid only together with `token`.
    pub fn with_token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn secret(&self) -> &SecretString {
        &self.secret
    }

    pub(crate) fn token(&self) -> Option<&SecretString> {
        self.token.as_ref()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Enough of the identifier to tell two keys apart, nothing of the secrets.
        let start: String = self.id.chars().take(6).collect();
        f.debug_struct("Credentials")
            .field("id", &format_args!("{start}..."))
            .field("secret", &format_args!("[redacted]"))
            .field("token", &self.token.as_ref().map(|_| format_args!("[redacted]")))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_masks_secret_and_token() {
        let credentials = Credentials::new("AKIDEXAMPLE0001", "hidden-key").with_token("hidden-token");

        let shown = format!("{credentials:?} {credentials:#?}");

        assert!(shown.contains("AKIDEX..."), "{shown}");
        assert!(!shown.contains("hidden") && !shown.contains("0001"), "{shown}");
    }
}
