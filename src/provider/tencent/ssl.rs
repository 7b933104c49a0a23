//! What SSL servers and SSL clients have in common.

use crate::framework::model::{Map, Value};
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

/// Whether tags have to be read, which costs calls of their own: where there are some to keep, where somebody says what they are, and
/// where nothing is known yet.
pub(super) fn tags_matter(own: &Value<Map<String>>, all: &Value<Map<String>>) -> bool {
    !own.is_null() || all.known().is_none_or(|all| !all.is_empty())
}

/// CreateVpnGatewaySslServer, SslVpnServerName: at most 60 bytes.
pub(super) fn name_in_bytes(value: &Raw) -> Result<(), Finding> {
    let length = value.as_str().unwrap_or_default().len();
    if length > NAME_BYTES {
        let detail = format!("It has to be at most {NAME_BYTES} bytes long in UTF-8; this one has {length}.");
        return Err(Finding::error("Wrong length", detail));
    }
    Ok(())
}

const NAME_BYTES: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_where_there_may_be_some_to_keep() {
        let none = || Value::Known(Map::new());
        let some = || Value::Known([("team".to_owned(), Value::from("net"))].into());
        for (own, all, expected) in [
            (Value::Null, none(), false),
            (Value::Null, some(), true),
            (some(), some(), true),
            (none(), none(), true),
            // An import.
            (Value::Null, Value::Null, true),
        ] {
            assert_eq!(tags_matter(&own, &all), expected, "{own:?} {all:?}");
        }
    }

    #[test]
    fn a_name_is_measured_in_bytes() {
        for (name, allowed) in
            [("x".repeat(60), true), ("x".repeat(61), false), ("隧".repeat(20), true), ("隧".repeat(21), false)]
        {
            assert_eq!(name_in_bytes(&Raw::from(name.as_str())).is_ok(), allowed, "{name}");
        }
    }
}
