//! What Alibaba Cloud's error codes mean: the error sections of the VPC API's actions, and the
//! codes of the gateway in front of all APIs.

use crate::cloud::error::{Class, Error};
use crate::cloud::pending::Occupied;

/// The class of an error: by its code, else by the status it came with.
///
/// The status alone says little: an unknown access key is a 404, a missing certificate a 400 here
/// and a 404 there.
pub(super) fn classify(code: &str, status: u16) -> Class {
    if let Some(class) = lookup(code) {
        return class;
    }
    match status {
        _ if code.contains("Throttling") => Class::Throttled,
        // It is on its way out, until it is not found.
        _ if code.ends_with(".Deleting") => Class::Conflict,
        429 => Class::Throttled,
        401 | 403 => Class::Auth,
        408 | 500.. => Class::Transient,
        _ => Class::Fatal,
    }
}

/// Whether an error says that the service is not there at the moment, whatever was asked.
pub(super) fn is_unavailable(code: &str, status: u16) -> bool {
    let code_says = |prefix| code.starts_with(prefix);
    ["ServiceUnavailable", "SystemBusy"].into_iter().any(code_says)
        || (lookup(code).is_none() && matches!(status, 502..=504))
}

/// Whether an error says that the key is over, or that the service does not know it any more: another one may do.
pub(super) fn is_of_key(code: &str, message: &str) -> bool {
    match code {
        "InvalidSecurityToken.Expired" | "InvalidSecurityToken.Malformed" => true,
        "InvalidSecurityToken.MismatchWithAccessKey" | "MissingSecurityToken" => true,
        "InvalidAccessKeyId.NotFound" | "InvalidAccessKeyId.Inactive" => true,
        // ECS says it so.
        "InvalidParameter" => message.contains("SecurityToken.Expired"),
        _ => false,
    }
}

/// Why a write was refused that may succeed when another one is done.
pub(crate) fn occupied(error: &Error) -> Option<Occupied> {
    let has = |code: &str, parts: &[&str]| parts.iter().any(|part| code.contains(part));
    Occupied::of(error, |code| match code {
        // Tags: no write of ours makes room for these.
        _ if code.contains("Tag") => None,
        _ if has(code, &["AlreadyExist", "DependencyViolation", "Duplicate", "InUse", "Overlap"]) => {
            Some(Occupied::Taken)
        }
        _ if has(code, &["QuotaExceeded", "QuotaFull"]) => Some(Occupied::Full),
        _ => None,
    })
}

/// What the user can do about `code`, where that is more than its class tells.
pub(super) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "InvalidAccessKeyId.NotFound" => {
            "The access key id is unknown: check access_key_id, and that it belongs to this site of Alibaba Cloud."
        }
        "InvalidAccessKeyId.Inactive" => {
            "The access key is disabled: enable it in the RAM console, or use another one."
        }
        "SignatureDoesNotMatch" | "IncompleteSignature" => {
            "The access key secret does not belong to the access key id, or was cut when it was copied."
        }
        "InvalidTimeStamp.Expired" | "InvalidTimeStamp.Format" => {
            "The service allows 15 minutes between its clock and this machine's: set the clock (NTP)."
        }
        "InvalidRegionId.NotFound" => "Check the region's name, and whether the account may use it.",
        "InvalidName" => {
            "A name has 1 to 100 characters and does not begin with http:// or https:// (API page of 2024-07-11; an older \
             edition asked for 2 to 128 characters, beginning with a letter). A VPN gateway's begins with a letter and has letters, \
             digits, underscores, hyphens and periods."
        }
        "InvalidSslVpnServerId.NotFound" => {
            "Check the SSL server's id and the region: a server is visible in its own region only."
        }
        "ForbiddenRelease" => {
            "The VPN gateway is a subscription that is still paid for, which the API does not delete: it stays. If it is only to be \
             replaced because it is tainted, terraform untaint keeps it. Otherwise unsubscribe in the console and try again, wait for its \
             end, or let Terraform forget it: a removed block with destroy = false, or terraform state rm."
        }
        "DependencyViolation.VpnConnection" => {
            "IPsec connections still use it: delete them first, or move them to another one."
        }
        "DependencyViolation.SslVpnServer" => "It still has SSL servers: delete them first.",
        "InvalidIpAddress.AlreadyExist" => {
            "An address has one customer gateway in each region: import that one, or look it up with the data source \
             cloudvpn_alibaba_customer_gateways. If it is the one that is being replaced, the lifecycle is the cause: with \
             create_before_destroy, its own or that of what depends on it, the new one comes before the old one is gone."
        }
        "InvalidCustomerGatewayInstanceId.NotFound" | "InvalidVpnGatewayInstanceId.NotFound" => {
            "Check the gateway's id and the region: a gateway is visible in its own region only."
        }
        "InvalidRouteEntry.AlreadyExist" => {
            "The VPN gateway has a route entry for this destination through this connection: import that one. An entry that is replaced \
             for its description alone is in the way of the new one: without create_before_destroy it is deleted first."
        }
        "InvalidVSwitchId.NotFound" => {
            "Check the ids of both vSwitches, and that each is in the VPC: a vSwitch is visible in its own region only."
        }
        "InvalidDescription" => "A description has 1 to 100 characters and does not begin with http:// or https://.",
        "OperationFailed.SslNotSupport" => "This region, or this kind of VPN gateway, has no SSL-VPN.",
        "VpnGateway.SslVpnDisabled" => "The VPN gateway has no SSL-VPN: it has to be made with it.",
        "InvalidVpnConnection.AlreadyExists" => {
            "The VPN gateway has a connection for the same ranges to the same customer gateway: import that one, or look it up with the \
             data source cloudvpn_alibaba_connections."
        }
        "InvalidVpnConnectionInstanceId.NotFound" => {
            "Check the connection's id and the region: a connection is visible in its own region only."
        }
        "VpnGateway.FinancialLocked" => "The VPN gateway is locked for an overdue payment.",
        "SslVpnClientCreateTimes.ReachLimits" => {
            "The SSL server has made as many certificates as it may: ask Alibaba Cloud for more."
        }
        "IdempotentParameterMismatch" => "Another request used the same client token: try again.",
        "InvalidProtocol.NeedSsl" => "The API takes HTTPS only: use an https:// endpoint.",
        _ if code.contains("QuotaFull") || code.starts_with("QuotaExceeded") => {
            "A quota of the account is reached: delete what is not needed, or ask Alibaba Cloud for more."
        }
        _ if code.starts_with("InvalidSecurityToken") || code == "MissingSecurityToken" => {
            "The temporary credentials are over or incomplete: get new ones, with their token."
        }
        _ if code.starts_with("Forb") || code.starts_with("NoPermission") => {
            "The credentials are valid but not permitted to do this: ask for the action in a RAM policy."
        }
        _ => return None,
    })
}

fn lookup(code: &str) -> Option<Class> {
    let exact = CLASSES.iter().find(|(known, _)| *known == code);
    let begins = |known: &str| known.strip_suffix('*').is_some_and(|start| code.starts_with(start));
    exact.or_else(|| CLASSES.iter().find(|(known, _)| begins(known))).map(|(_, class)| *class)
}

/// Codes, and beginnings of codes (`*`), of which the first that fits counts; exact codes come
/// first.
const CLASSES: &[(&str, Class)] = &[
    ("Throttling*", Class::Throttled),
    ("Rejected.Throttling", Class::Throttled),
    // The service's own failures.
    ("InternalError*", Class::Transient),
    ("UnknownError", Class::Transient),
    ("ServiceUnavailable*", Class::Transient),
    // The next attempt has its own nonce.
    ("SignatureNonceUsed", Class::Transient),
    // Not now.
    ("VpnGateway.Configuring", Class::Conflict),
    ("VpnConnection.Configuring", Class::Conflict),
    ("VpnRouteEntry.Configuring", Class::Conflict),
    ("Appliance.Configuring", Class::Conflict),
    ("VpnTask.CONFLICT", Class::Conflict),
    ("VpnGateway.task.conflict", Class::Conflict),
    ("TaskConflict", Class::Conflict),
    ("OperationConflict", Class::Conflict),
    ("OperationFailed.TaskConflict", Class::Conflict),
    ("SystemBusy*", Class::Conflict),
    ("ResourceBusy*", Class::Conflict),
    // The first request with this client token is still being worked on: the same one has its answer later.
    ("LastTokenProcessing", Class::Conflict),
    ("OperationFailed.LastTokenProcessing", Class::Conflict),
    ("IncorrectStatus*", Class::Conflict),
    // Gone. Only what says so of an object, never what a 404 says of a key, a region or an action.
    ("InvalidInstanceId.NotFound", Class::NotFound),
    ("InvalidSslVpnClientCertId.NotFound", Class::NotFound),
    ("InvalidSslVpnServerId.NotFound", Class::NotFound),
    ("InvalidVpnGatewayInstanceId.NotFound", Class::NotFound),
    ("InvalidVpnConnectionInstanceId.NotFound", Class::NotFound),
    ("InvalidVpnInstanceId.NotFound", Class::NotFound),
    ("InvalidCustomerGatewayInstanceId.NotFound", Class::NotFound),
    ("InvalidRouteEntry.NotFound", Class::NotFound),
    // Of whatever is tagged.
    ("InvalidResourceId.NotFound", Class::NotFound),
    // A subscription, not who asks.
    ("ForbiddenRelease", Class::Fatal),
    // Who asks. One code is misspelt by the service.
    ("Forbidden*", Class::Auth),
    ("Forbbiden*", Class::Auth),
    ("NoPermission*", Class::Auth),
    ("InvalidAccessKeyId*", Class::Auth),
    ("InvalidSecurityToken*", Class::Auth),
    ("MissingSecurityToken", Class::Auth),
    ("SignatureDoesNotMatch", Class::Auth),
    ("IncompleteSignature", Class::Auth),
    ("InvalidTimeStamp*", Class::Auth),
    // Neither the request's fault nor curable by repeating it: wrong routing.
    ("InvalidAction*", Class::Fatal),
    ("InvalidProduct*", Class::Fatal),
    ("InvalidVersion*", Class::Fatal),
    ("IdempotentParameterMismatch", Class::Fatal),
    // What is asked.
    ("Invalid*", Class::Invalid),
    ("IllegalParam*", Class::Invalid),
    ("Missing*", Class::Invalid),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_classes() {
        for (code, status, class) in [
            ("Throttling", 400, Class::Throttled),
            ("Throttling.User", 400, Class::Throttled),
            ("Rejected.Throttling", 400, Class::Throttled),
            ("Some.Throttling.Kind", 400, Class::Throttled),
            ("SomethingNew", 429, Class::Throttled),
            ("ServiceUnavailable", 503, Class::Transient),
            ("SomethingNew", 500, Class::Transient),
            ("SignatureNonceUsed", 400, Class::Transient),
            ("VpnGateway.Configuring", 400, Class::Conflict),
            ("VpnTask.CONFLICT", 400, Class::Conflict),
            ("OperationConflict", 400, Class::Conflict),
            ("OperationFailed.TaskConflict", 400, Class::Conflict),
            ("SystemBusy", 400, Class::Conflict),
            ("LastTokenProcessing", 400, Class::Conflict),
            ("OperationFailed.LastTokenProcessing", 400, Class::Conflict),
            ("OperationFailed.SslNotSupport", 400, Class::Fatal),
            ("IncorrectStatus", 400, Class::Conflict),
            ("IncorrectStatus.VpnGateway", 400, Class::Conflict),
            ("IncorrectStatusVpnGateway", 400, Class::Conflict),
            ("VpnGateway.Deleting", 400, Class::Conflict),
            ("InvalidInstanceId.NotFound", 400, Class::NotFound),
            ("InvalidSslVpnClientCertId.NotFound", 404, Class::NotFound),
            ("InvalidName", 400, Class::Invalid),
            ("MissingRegionId", 400, Class::Invalid),
            ("IllegalParam.LocalSubnet", 400, Class::Invalid),
            ("InvalidVpnConnectionInstanceId.NotFound", 404, Class::NotFound),
            ("InvalidVpnConnection.AlreadyExists", 400, Class::Invalid),
            ("Resource.QuotaFull", 400, Class::Fatal),
            ("VpnGateway.FinancialLocked", 400, Class::Fatal),
            ("ForbiddenRelease", 403, Class::Fatal),
            ("DependencyViolation.SslVpnServer", 400, Class::Fatal),
            ("IdempotentParameterMismatch", 400, Class::Fatal),
            ("", 400, Class::Fatal),
        ] {
            assert_eq!(classify(code, status), class, "{code} {status}");
        }
    }

    #[test]
    fn a_wrong_key_region_or_action_never_looks_like_a_missing_object() {
        for (code, status, class) in [
            ("InvalidAccessKeyId.NotFound", 404, Class::Auth),
            ("InvalidAccessKeyId.Inactive", 400, Class::Auth),
            ("InvalidRegionId.NotFound", 404, Class::Invalid),
            ("InvalidAction.NotFound", 404, Class::Fatal),
            ("InvalidProduct.NotFound", 404, Class::Fatal),
            ("Forbidden", 403, Class::Auth),
            ("Forbbiden.SubUser", 403, Class::Auth),
            ("Forbidden.RAM", 403, Class::Auth),
            ("SomethingNew.NotFound", 404, Class::Fatal),
        ] {
            assert_eq!(classify(code, status), class, "{code}");
        }
    }

    #[test]
    fn codes_that_say_too_little_have_hints() {
        for (code, says) in [
            ("InvalidRouteEntry.AlreadyExist", "create_before_destroy"),
            ("InvalidVSwitchId.NotFound", "both vSwitches"),
            ("InvalidVpnConnection.AlreadyExists", "import"),
        ] {
            assert!(hint(code).is_some_and(|hint| hint.contains(says)), "{code}");
        }
    }

    #[test]
    fn what_another_write_may_make_room_for_is_known() {
        for (code, why) in [
            ("InvalidIpAddress.AlreadyExist", Some(Occupied::Taken)),
            ("InvalidRouteEntry.AlreadyExist", Some(Occupied::Taken)),
            ("InvalidVpnConnection.AlreadyExists", Some(Occupied::Taken)),
            ("DependencyViolation.SslVpnServer", Some(Occupied::Taken)),
            ("Resource.QuotaFull", Some(Occupied::Full)),
            ("QuotaExceeded.VpnRouteEntry", Some(Occupied::Full)),
            ("QuotaExceeded.TagsPerResource", None),
            ("Duplicate.TagKey", None),
            ("VpnGateway.FinancialLocked", None),
            ("VpnGateway.Configuring", None),
            ("InvalidVpnGatewayInstanceId.NotFound", None),
        ] {
            let error = Error::new(classify(code, 400), "").code_is(Some(code.to_owned()));
            assert_eq!(occupied(&error), why, "{code}");
        }
    }

    #[test]
    fn no_code_is_listed_twice() {
        let mut codes: Vec<_> = CLASSES.iter().map(|(code, _)| code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CLASSES.len());
    }
}
