//! What answers of the VPC API have in common.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// For `deserialize_with`: a list that is wrapped twice, as in `{"VpnGateways": {"VpnGateway": [...]}}`. None when it is absent.
pub(super) fn rows<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let wrapped = Option::<BTreeMap<String, Option<Vec<T>>>>::deserialize(deserializer)?;
    Ok(wrapped.and_then(|wrapped| wrapped.into_values().next().flatten()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Answer {
        #[serde(deserialize_with = "rows")]
        things: Option<Vec<i64>>,
    }

    #[test]
    fn rows_are_unwrapped_and_an_absent_list_is_not_an_empty_one() {
        for (json, expected) in [
            (r#"{"things":{"thing":[1,2]}}"#, Some(vec![1, 2])),
            (r#"{"things":{"thing":[]}}"#, Some(vec![])),
            (r#"{"things":{}}"#, None),
            (r#"{"things":null}"#, None),
            ("{}", None),
        ] {
            assert_eq!(serde_json::from_str::<Answer>(json).unwrap().things, expected, "{json}");
        }
    }
}
