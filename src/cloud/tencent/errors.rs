//! What Tencent Cloud's error codes mean: API reference, product 215, "Error Codes", and the error
//! sections of the actions.

use crate::cloud::error::{Class, Error};
use crate::cloud::pending::Occupied;
use crate::cloud::retry::Effect;

/// The class of `code`: that of the exact code, else that of the part before its first dot, else
/// `Fatal`.
pub(crate) fn classify(code: &str, effect: Effect) -> Class {
    let class = lookup(code).unwrap_or(Class::Fatal);
    match (class, effect) {
        // It is on its way out, until it is not found.
        _ if code.ends_with(".Deleting") => Class::Conflict,
        // What occupies an object goes away when it is being taken down; what a create or a change
        // collides with stays.
        (Class::Conflict, Effect::Create | Effect::Write) if code == "ResourceInUse" => Class::Invalid,
        _ => class,
    }
}

/// Whether the service may have executed a call that it answered with `code`, as far as the
/// documentation tells.
pub(crate) fn may_have_run(code: &str) -> bool {
    matches!(
        code.split('.').next(),
        Some("InternalError" | "InternalServerError" | "ServiceUnavailable" | "SystemBusy")
    )
}

/// Whether `code` says that the service is not there at the moment, whatever was asked.
pub(crate) fn is_unavailable(code: &str) -> bool {
    matches!(code.split('.').next(), Some("ServiceUnavailable" | "SystemBusy"))
}

/// Whether `code` says that the key is over, or that the service does not know it any more: another one may do.
pub(crate) fn is_of_key(code: &str) -> bool {
    matches!(code, "AuthFailure.TokenFailure" | "AuthFailure.InvalidSecretId" | "AuthFailure.SecretIdNotFound")
}

/// Why a write was refused that may succeed when another one is done.
pub(crate) fn occupied(error: &Error) -> Option<Occupied> {
    Occupied::of(error, |code| match code {
        // Tags, and ranges of the VPC: no write of ours makes room for these.
        _ if code.contains("Tag") => None,
        "InvalidParameterValue.VpcCidrConflict" | "InvalidParameterValue.LimitExceeded" => None,
        // The code for whatever is not supported, also for a tunnel on its way out.
        "UnsupportedOperation" => Some(Occupied::Perhaps),
        "UnsupportedOperation.VpnConnRouteTypeMixed" | "UnsupportedOperation.VpnUnsupportedRouteEcmpForCvmVpn" => {
            Some(Occupied::Taken)
        }
        _ if TAKEN.iter().any(|part| code.contains(part)) => Some(Occupied::Taken),
        _ if code.contains("LimitExceeded") => Some(Occupied::Full),
        _ => None,
    })
}

/// What the user can do about `code`, where that is more than its class tells.
pub(crate) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "AuthFailure.SecretIdNotFound" | "AuthFailure.InvalidSecretId" => {
            "The secret id is unknown or disabled: check secret_id, and that it belongs to this site of Tencent Cloud."
        }
        "AuthFailure.SignatureFailure" => {
            "The secret key does not belong to the secret id, or was cut when it was copied."
        }
        "AuthFailure.SignatureExpire" => {
            "The service allows 5 minutes between its clock and this machine's: set the clock (NTP)."
        }
        "AuthFailure.TokenFailure" => "The temporary credentials are over: get new ones, with their token.",
        "AuthFailure.MFAFailure" => {
            "The account asks for multi-factor authentication, which needs temporary credentials."
        }
        "UnauthorizedOperation" | "AuthFailure.UnauthorizedOperation" => {
            "The credentials are valid but not permitted to do this: ask for the action in a CAM policy."
        }
        "UnauthorizedOperation.NoRealNameAuthentication" => "The account must finish real-name authentication first.",
        "IpInBlacklist" | "IpNotInWhitelist" => "The account's address policy refuses this machine.",
        "UnsupportedRegion" => "Check the region's name, and whether the service is offered there.",
        "LimitExceeded" | "VpcLimitExceeded" => {
            "A quota of the account is reached: delete what is not needed, or ask Tencent Cloud for more."
        }
        "ResourceInUse" | "InvalidParameterValue.Duplicate" => {
            "It may be a duplicate: look whether there already is one. Between a VPN gateway and a customer gateway there may be \
             one tunnel only, and gateways with tunnels are not deleted."
        }
        "ResourceNotFound" => "Check the ids and the region: an object is visible in its own region only.",
        "UnsupportedOperation.VpnConnSPDOverlap" | "InvalidParameterValue.VpnConnSpdCidrConflict" => {
            "Two security policies of a VPN gateway, of one tunnel or of two, must not overlap in both their local and their remote \
             ranges: the same local range may talk to other remote ones. Nor may the two sides of one policy overlap."
        }
        "InvalidParameterValue.VpcCidrConflict" => "A remote range overlaps with the VPC's own range.",
        "InvalidParameterValue.CidrConflict" | "InvalidParameterValue.SslCcnVpnServerCidrConflict" => {
            "The range of SSL clients and those in the cloud must not overlap."
        }
        "InvalidParameterValue.CidrNotInSslVpnVpc" => "Ranges in the cloud have to be inside the gateway's VPC.",
        "LimitExceeded.SslVpnClientLimitExceeded" => {
            "The range of the SSL server's clients has no address left, or is too small for those that there are."
        }
        "UnsupportedOperation.SSLClientCertDisableUnsupportedDownloadSSLClientCert" => {
            "The certificate is disabled: enable it first."
        }
        "InvalidParameterValue.VpnConnCidrConflict" => {
            "A remote range overlaps a local one of the tunnel, or the VPC's own range."
        }
        "InvalidParameterValue.VpnConnHealthCheckIpConflict" => {
            "The address that the probes come from is used by another tunnel, or is the one that they go to. Several tunnels may be probed \
             at the same remote address."
        }
        "InvalidParameterValue.VpnConnBgpTunnelCidrMask" => "The BGP tunnel range is a /30.",
        "UnsupportedOperation.VpnConnCidrNotSupportedHealthCheck" => {
            "Tunnels with security policies cannot have health checks."
        }
        "UnsupportedOperation.VpnConnRouteTypeMixed" => "Tunnels with and without BGP cannot share a VPN gateway.",
        "UnsupportedOperation.VpnUnsupportedBgp" => "The VPN gateway, or the account, does not speak BGP.",
        "UnsupportedOperation.VpnUnsupportedModifyBgpAsn" => {
            "Only accounts that Tencent Cloud permits to can change an AS number: ask for it, or make a new object."
        }
        "InvalidParameterValue.VpnGatewayRouteDuplicate" => {
            "The gateway has this route already: import it, by VPNGW_ID/VPNR_ID."
        }
        "UnsupportedOperation.VpnUnsupportedModifyBandwidth" => {
            "The bandwidth of a gateway changes in both directions within 5 to 100 Mbps and within 200 to 1000 Mbps: for one of another band \
             make a new gateway, with -replace."
        }
        "UnsupportedOperation.InsufficientFunds" => "The account's balance does not suffice: top it up.",
        "UnsupportedOperation.BindCloudFirewall" => {
            "The gateway is attached to the cloud firewall: detach it there first."
        }
        "UnsupportedOperation.RecordExists" => "It exists already: import it, or refer to it by its id.",
        "UnsupportedOperation.VpnUnsupportedBgpAsnEqual" => "The two gateways need different AS numbers.",
        "UnsupportedOperation.VpnUnsupportedNotExistBgpAsn" => "The VPN gateway has no AS number yet.",
        "UnsupportedOperation.VpnUnsupportedUsrGwNotExistBgpAsn" => "The customer gateway has no AS number yet.",
        "UnsupportedOperation.VersionNotSupported" => "This needs a VPN gateway of version 4.0 or later.",
        "UnsupportedOperation.MutexOperationTaskRunning" => {
            "Another task changes the same gateway: wait until it is done, or allow a longer timeout."
        }
        _ if code.starts_with("RequestLimitExceeded") => return None,
        _ if code.starts_with("LimitExceeded") => {
            "A limit is reached: delete what is not needed, or ask Tencent Cloud for more."
        }
        _ => return None,
    })
}

/// Parts of codes which say that something else has what is asked for (API reference, product 215, business error codes).
const TAKEN: &[&str] = &["Conflict", "Duplicate", "Exists", "InUse", "Overlap"];

/// The class of the exact code, else that of the part before its first dot.
pub(crate) fn lookup(code: &str) -> Option<Class> {
    let exactly = |code: &str| CLASSES.iter().find(|(known, _)| *known == code).map(|(_, class)| *class);
    exactly(code).or_else(|| exactly(code.split('.').next().unwrap_or(code)))
}

/// Exact codes and first parts, by class.
const CLASSES: &[(&str, Class)] = &[
    ("RequestLimitExceeded", Class::Throttled),
    // The service's own failures, and capacity that may come back.
    ("InternalError", Class::Transient),
    ("InternalServerError", Class::Transient),
    ("ServiceUnavailable", Class::Transient),
    ("SystemBusy", Class::Transient),
    ("ResourceUnavailable", Class::Transient),
    ("ResourceInsufficient", Class::Transient),
    // Not now.
    ("ResourceInUse", Class::Conflict),
    ("ResourceBusy", Class::Conflict),
    ("InvalidParameter.ActionInProgress", Class::Conflict),
    ("UnsupportedOperation.InvalidState", Class::Conflict),
    ("UnsupportedOperation.VpnConnInvalidState", Class::Conflict),
    ("UnsupportedOperation.DeleteVpnConnInvalidState", Class::Conflict),
    ("UnsupportedOperation.MutexOperationTaskRunning", Class::Conflict),
    // Gone. Only what says so of the object itself: see the tests.
    ("ResourceNotFound", Class::NotFound),
    ("UnsupportedOperation.RecordNotExists", Class::NotFound),
    ("UnsupportedOperation.SslVpnClientIdNotFound", Class::NotFound),
    ("InvalidVpnGatewayId.NotFound", Class::NotFound),
    ("InvalidVpnConnectionId.NotFound", Class::NotFound),
    ("InvalidVpcId.NotFound", Class::NotFound),
    // Who asks.
    ("AuthFailure", Class::Auth),
    ("UnauthorizedOperation", Class::Auth),
    ("IpInBlacklist", Class::Auth),
    ("IpNotInWhitelist", Class::Auth),
    // What is asked.
    ("InvalidParameter", Class::Invalid),
    ("InvalidParameterValue", Class::Invalid),
    ("InvalidRequest", Class::Invalid),
    ("InvalidVpcId", Class::Invalid),
    ("InvalidVpnGatewayId", Class::Invalid),
    ("MissingParameter", Class::Invalid),
    ("UnknownParameter", Class::Invalid),
    ("UnsupportedOperation", Class::Invalid),
    ("UnsupportedRegion", Class::Invalid),
    ("RequestSizeLimitExceeded", Class::Invalid),
    // Neither the request's fault nor curable by repeating it: quotas, retired actions, wrong
    // routing.
    ("ActionOffline", Class::Fatal),
    ("DryRunOperation", Class::Fatal),
    ("FailedOperation", Class::Fatal),
    ("InvalidAction", Class::Fatal),
    ("LimitExceeded", Class::Fatal),
    ("NoSuchProduct", Class::Fatal),
    ("NoSuchVersion", Class::Fatal),
    ("ResponseSizeLimitExceeded", Class::Fatal),
    ("UnsupportedProtocol", Class::Fatal),
    ("VpcLimitExceeded", Class::Fatal),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_code_comes_before_its_first_part() {
        for (code, class) in [
            ("RequestLimitExceeded", Class::Throttled),
            ("RequestLimitExceeded.UinLimitExceeded", Class::Throttled),
            ("InternalError.ModuleError", Class::Transient),
            ("UnsupportedOperation", Class::Invalid),
            ("UnsupportedOperation.VpnConnSPDOverlap", Class::Invalid),
            ("UnsupportedOperation.VpnConnInvalidState", Class::Conflict),
            ("UnsupportedOperation.MutexOperationTaskRunning", Class::Conflict),
            ("UnsupportedOperation.RecordNotExists", Class::NotFound),
            ("ResourceNotFound", Class::NotFound),
            ("InvalidVpnGatewayId.Malformed", Class::Invalid),
            ("InvalidVpnGatewayId.NotFound", Class::NotFound),
            ("InvalidParameterValue.Malformed", Class::Invalid),
            ("InvalidParameterValue.TagNotExisted", Class::Invalid),
            ("AuthFailure.TokenFailure", Class::Auth),
            ("AuthFailure.SecretIdNotFound", Class::Auth),
            ("UnauthorizedOperation.NoRealNameAuthentication", Class::Auth),
            ("LimitExceeded.TagQuota", Class::Fatal),
            ("SomethingNew.Entirely", Class::Fatal),
            ("", Class::Fatal),
        ] {
            assert_eq!(classify(code, Effect::Read), class, "{code}");
        }
    }

    #[test]
    fn a_wrong_key_or_action_never_looks_like_a_missing_object() {
        for code in [
            "AuthFailure.SecretIdNotFound",
            "AuthFailure.InvalidSecretId",
            "InvalidAction",
            "NoSuchProduct",
            "NoSuchVersion",
            "UnsupportedRegion",
            "InvalidParameterValue.TagKeyNotExists",
        ] {
            assert_ne!(classify(code, Effect::Read), Class::NotFound, "{code}");
        }
    }

    #[test]
    fn what_is_on_its_way_out_is_waited_for() {
        for effect in [Effect::Delete, Effect::Write] {
            assert_eq!(classify("UnsupportedOperation.Deleting", effect), Class::Conflict);
        }
    }

    #[test]
    fn an_occupied_object_is_waited_for_only_while_deleting() {
        assert_eq!(classify("ResourceInUse", Effect::Delete), Class::Conflict);
        assert_eq!(classify("ResourceInUse", Effect::Create), Class::Invalid);
    }

    #[test]
    fn what_another_write_may_make_room_for_is_known() {
        use Occupied::{Full, Perhaps, Taken};
        for (code, class, why) in [
            ("InvalidParameterValue.Duplicate", Class::Invalid, Some(Taken)),
            ("UnsupportedOperation.RecordExists", Class::Invalid, Some(Taken)),
            ("ResourceInUse", Class::Invalid, Some(Taken)),
            ("UnsupportedOperation.VpnConnSPDOverlap", Class::Invalid, Some(Taken)),
            ("InvalidParameterValue.VpnConnSpdCidrConflict", Class::Invalid, Some(Taken)),
            ("InvalidParameterValue.VpnConnHealthCheckIpConflict", Class::Invalid, Some(Taken)),
            ("InvalidParameterValue.VpnConnBgpTunnelCidrConflict", Class::Invalid, Some(Taken)),
            ("InvalidParameterValue.VpnGatewayRouteDuplicate", Class::Invalid, Some(Taken)),
            ("UnsupportedOperation.VpnConnRouteTypeMixed", Class::Invalid, Some(Taken)),
            ("LimitExceeded", Class::Fatal, Some(Full)),
            ("VpcLimitExceeded", Class::Fatal, Some(Full)),
            ("LimitExceeded.SslVpnClientLimitExceeded", Class::Fatal, Some(Full)),
            ("UnsupportedOperation", Class::Invalid, Some(Perhaps)),
            ("InvalidParameterValue.VpcCidrConflict", Class::Invalid, None),
            ("InvalidParameterValue.TagDuplicateKey", Class::Invalid, None),
            ("RequestLimitExceeded", Class::Throttled, None),
            ("UnsupportedOperation.RecordNotExists", Class::NotFound, None),
            ("InvalidParameterValue.Malformed", Class::Invalid, None),
        ] {
            assert_eq!(occupied(&Error::new(class, "").code_is(Some(code.to_owned()))), why, "{code}");
        }
        assert_eq!(occupied(&Error::new(Class::Conflict, "cgw-1 still has tunnels")), Some(Taken));
    }

    #[test]
    fn no_code_is_listed_twice() {
        let mut codes: Vec<_> = CLASSES.iter().map(|(code, _)| code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CLASSES.len());
    }
}
