//! The `timeouts` attribute: how long an operation may take. The convention of Terraform providers; the protocol knows nothing of it.

use std::time::Duration;

use super::model::{Model, Value};
use super::raw::Raw;
use super::validators::parse_duration;

/// How long operations may take before they give up.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub struct Timeouts {
    /// How long creating may take, such as `"10m"`.
    #[attr(optional, duration)]
    pub create: Value<String>,
    /// How long an update may take, such as `"10m"`.
    #[attr(optional, duration)]
    pub update: Value<String>,
    /// How long deleting may take, such as `"10m"`.
    #[attr(optional, duration)]
    pub delete: Value<String>,
}

/// The timeout of an operation (`create`, `update` ...) in a resource's value, if it says one.
pub fn of(resource: &Raw, operation: &str) -> Option<Duration> {
    parse_duration(resource.get("timeouts").get(operation).as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_found_by_its_operation() {
        let value = Raw::object([("timeouts", Raw::object([("create", Raw::from("90s"))]))]);
        assert_eq!(of(&value, "create"), Some(Duration::from_secs(90)));
        assert_eq!(of(&value, "update"), None);
        assert_eq!(of(&Raw::object([("timeouts", Raw::Null)]), "create"), None);
    }
}
