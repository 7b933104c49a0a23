//! Secrets in requests and responses: they leave a [`SecretString`] only into the body that is
//! sent.

use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

/// For `serialize_with`: writes the secret itself. Only the body of a request may be written this
/// way.
pub(crate) fn expose<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(ExposeSecret::expose_secret).serialize(serializer)
}
