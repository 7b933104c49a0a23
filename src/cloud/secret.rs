//! Secrets in requests and responses: they leave a [`SecretString`] only into the body that is
//! sent.

use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

/// For `serialize_with`: writes the secret itself. Only the body of a request may be written this
/// way.
pub(crate) fn expose<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(ExposeSecret::expose_secret).serialize(serializer)
}

/// `text` without any of `secrets`: services quote refused values in their messages.
pub(crate) fn scrub(text: &str, secrets: &[&SecretString]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        let secret = secret.expose_secret();
        if !secret.is_empty() && text.contains(secret) {
            text = text.replace(secret, "[redacted]");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_secrets_are_scrubbed() {
        let (key, empty) = (SecretString::from("qwer12ty"), SecretString::from(""));

        let text = scrub("PreShareKey `qwer12ty` is too weak: qwer12ty", &[&key, &empty]);

        assert_eq!(text, "PreShareKey `[redacted]` is too weak: [redacted]");
    }
}
