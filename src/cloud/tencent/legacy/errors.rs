//! What the codes of API 2.0 mean: "VPC Error Codes" and the error sections of the actions' pages.
//! Which number goes with which name is not documented, so that the name decides where there is one.

use crate::cloud::error::{Class, Error};
use crate::cloud::pending::Occupied;
use crate::cloud::tencent::errors;

/// The class of a failure by its `codeDesc`, else by its numeric `code`, else `Fatal`.
pub(crate) fn classify(code: i64, name: Option<&str>) -> Class {
    name.and_then(by_name).or_else(|| by_number(code)).unwrap_or(Class::Fatal)
}

/// Whether the service may have executed a call that it answered so.
pub(crate) fn may_have_run(code: i64, name: Option<&str>) -> bool {
    // Internal errors, and what was done in part.
    matches!(code, 5400 | 6000) || name.is_some_and(errors::may_have_run)
}

/// Whether the service says that it is not there at the moment, whatever was asked.
pub(crate) fn is_unavailable(code: i64, name: Option<&str>) -> bool {
    code == 6200 || name.is_some_and(errors::is_unavailable)
}

/// Whether the key is over, or not known to the service any more: another one may do.
pub(crate) fn is_of_key(code: i64, name: Option<&str>) -> bool {
    name.map_or(matches!(code, 4103..=4105), errors::is_of_key)
}

/// Why a write was refused that may succeed when another one is done. This API has no code for a second tunnel between two gateways, or for
/// ranges that another one has: they are illegal parameters.
pub(crate) fn occupied(error: &Error) -> Option<Occupied> {
    if error.is_any_of(&["4000"]) { Some(Occupied::Taken) } else { errors::occupied(error) }
}

/// What the user can do, where that is more than the class tells.
pub(crate) fn hint(code: i64, name: Option<&str>) -> Option<&'static str> {
    let by_name = match name.unwrap_or_default() {
        "InvalidVpnGw.NotFound" => Some(
            "API 2.0 says this of an unknown VPN gateway and of an unknown tunnel. Check the ids and the region: an \
             object is visible in its own region only.",
        ),
        "VpnConnLimitExceeded" | "UserGwLimitExceeded" => {
            Some("A quota of the account is reached: delete what is not needed, or ask Tencent Cloud for more.")
        }
        name => errors::hint(name),
    };
    by_name.or(match code {
        4100 => Some("The secret key does not belong to the secret id, or was cut when it was copied."),
        4101 | 4102 | 4110 => {
            Some("The credentials are valid but not permitted to do this: ask for the action in a CAM policy.")
        }
        4103 | 4104 => Some("The secret id is unknown or disabled: check secret_id."),
        4105 => Some("The temporary credentials are over: get new ones, with their token."),
        4106 => Some("The account asks for multi-factor authentication, which needs temporary credentials."),
        4600 => Some("The API is served over HTTPS only: check the configured endpoint."),
        5500 => Some("The account must finish real-name authentication first."),
        _ => None,
    })
}

fn by_name(name: &str) -> Option<Class> {
    if let Some((_, class)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*class);
    }
    match name {
        "Success" | "" => None,
        _ if name.ends_with("LimitExceeded") && !name.starts_with("Request") => Some(Class::Fatal),
        _ => errors::lookup(name).or_else(|| name.starts_with("Invalid").then_some(Class::Invalid)),
    }
}

fn by_number(code: i64) -> Option<Class> {
    NUMBERS.iter().find(|(known, _)| *known == code).map(|(_, class)| *class)
}

const NAMES: &[(&str, Class)] = &[
    ("InvalidVpc.NotFound", Class::NotFound),
    // Of the gateway or of the tunnel: whoever drops anything for it must look first.
    ("InvalidVpnGw.NotFound", Class::NotFound),
    ("InvalidVpnConn.NotFound", Class::NotFound),
    ("InvalidUserGw.NotFound", Class::NotFound),
    ("InvalidVpnConnState", Class::Conflict),
    ("InvalidVpnGwState", Class::Conflict),
    ("ActionLocked", Class::Conflict),
    ("ServiceUnavailable", Class::Transient),
];

const NUMBERS: &[(i64, Class)] = &[
    (4000, Class::Invalid),
    (4100, Class::Auth),
    (4101, Class::Auth),
    (4102, Class::Auth),
    (4103, Class::Auth),
    (4104, Class::Auth),
    (4105, Class::Auth),
    (4106, Class::Auth),
    (4110, Class::Auth),
    (4200, Class::Auth),
    (4300, Class::Auth),
    (4400, Class::Throttled),
    // A nonce that was used before; each attempt has a new one.
    (4500, Class::Transient),
    (4600, Class::Fatal),
    (5000, Class::NotFound),
    (5100, Class::Fatal),
    (5200, Class::Fatal),
    (5300, Class::Fatal),
    (5400, Class::Fatal),
    (5500, Class::Auth),
    (6000, Class::Transient),
    (6100, Class::Fatal),
    (6200, Class::Transient),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_comes_before_the_number() {
        for (code, name, class) in [
            (5000, Some("InvalidVpnGw.NotFound"), Class::NotFound),
            (4000, Some("InvalidVpnConn.NotFound"), Class::NotFound),
            (4000, Some("InvalidVpnConnName"), Class::Invalid),
            (5100, Some("InvalidVpnConnName.InUse"), Class::Invalid),
            (4000, Some("InvalidVpnConnState"), Class::Conflict),
            (5100, Some("ActionLocked"), Class::Conflict),
            (4400, Some("VpnConnLimitExceeded"), Class::Fatal),
            (4400, Some("RequestLimitExceeded"), Class::Throttled),
            (6000, Some("ServiceUnavailable"), Class::Transient),
            (4106, Some("MFACheckFailed"), Class::Auth),
            (4000, Some("SendTokenError"), Class::Invalid),
            (4400, None, Class::Throttled),
            (4500, None, Class::Transient),
            (5000, None, Class::NotFound),
            (5100, Some("Success"), Class::Fatal),
            (9999, None, Class::Fatal),
        ] {
            assert_eq!(classify(code, name), class, "{code} {name:?}");
        }
    }

    #[test]
    fn an_illegal_parameter_may_be_what_another_write_makes_room_for() {
        for (code, class, why) in [
            ("4000", Class::Invalid, Some(Occupied::Taken)),
            ("InvalidVpnConnName.InUse", Class::Invalid, Some(Occupied::Taken)),
            ("VpnConnLimitExceeded", Class::Fatal, Some(Occupied::Full)),
            ("InvalidVpnConnName", Class::Invalid, None),
        ] {
            assert_eq!(occupied(&Error::new(class, "").code_is(Some(code.to_owned()))), why, "{code}");
        }
    }

    #[test]
    fn who_asks_never_looks_like_a_missing_object() {
        for code in [4100, 4101, 4102, 4103, 4104, 4105, 4106, 4110, 4200, 4300, 4600, 5500, 6100] {
            assert_ne!(classify(code, None), Class::NotFound, "{code}");
        }
    }

    #[test]
    fn a_replayed_nonce_was_not_executed() {
        assert!(!may_have_run(4500, None) && !may_have_run(6200, None));
        assert!(may_have_run(6000, None) && may_have_run(6000, Some("InternalError")));
    }
}
