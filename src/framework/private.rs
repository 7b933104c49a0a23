//! Private data: what a resource keeps beside its state. Terraform stores it in clear text in the state file, so nothing secret belongs here.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value as Json;

/// Small JSON values by key, stored as one JSON object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Private(BTreeMap<String, Json>);

impl Private {
    /// Reads stored bytes. What was written by somebody else (another provider's object that was moved here) is left behind.
    pub fn decode(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).map(Self).unwrap_or_default()
    }

    /// Empty data is no bytes at all.
    pub fn encode(&self) -> Bytes {
        if self.0.is_empty() {
            return Bytes::new();
        }
        // A map with string keys and JSON values always has a JSON form.
        serde_json::to_vec(&self.0).map(Bytes::from).unwrap_or_default()
    }

    pub fn get(&self, key: &str) -> Option<&Json> {
        self.0.get(key)
    }

    pub fn set(&mut self, key: impl Into<String>, value: impl Into<Json>) {
        self.0.insert(key.into(), value.into());
    }

    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_data_survives_and_foreign_data_is_left_behind() {
        let mut private = Private::default();
        assert_eq!(private.encode(), Bytes::new());
        private.set("task", "abc");
        assert_eq!(Private::decode(&private.encode()), private);
        assert_eq!(Private::decode(b"\x00garbage"), Private::default());
    }
}
