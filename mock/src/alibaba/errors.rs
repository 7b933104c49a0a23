//! Error codes, their HTTP status and their words (VPC API 2016-04-28, error tables of the actions; common error codes).

use std::borrow::Cow;

use crate::api::Refusal;

/// A refusal with a message of its own.
pub(super) fn refusal(code: impl Into<Cow<'static, str>>, message: impl AsRef<str>) -> Refusal {
    Refusal::new(code, message.as_ref())
}

/// A refusal with the documented message.
pub(super) fn documented(code: impl Into<Cow<'static, str>>) -> Refusal {
    let code = code.into();
    let message = message(&code).unwrap_or("The request is refused.");
    Refusal::new(code, message)
}

/// The HTTP status of a code.
///
/// Codes in no table follow the service's habit: 404 for what is not found, 403 for what is forbidden, else 400. The
/// documentation is silent about Throttling codes (400 is what they have always had), DryRunOperation and
/// IdempotentParameterMismatch.
pub(super) fn status(code: &str) -> u16 {
    if let Some((_, status, _)) = known(code) {
        return *status;
    }
    if code.ends_with(".NotFound") {
        404
    } else if code.starts_with("Forb") || code.starts_with("NoPermission") {
        403
    } else {
        400
    }
}

pub(super) fn message(code: &str) -> Option<&'static str> {
    known(code).map(|(_, _, message)| *message)
}

/// Whether a code tells that calls come too often.
pub(super) fn is_throttling(code: &str) -> bool {
    code.starts_with("Throttling") || code == "Rejected.Throttling"
}

fn known(code: &str) -> Option<&'static (&'static str, u16, &'static str)> {
    CODES.iter().find(|(known, ..)| *known == code)
}

const NOT_AUTHORIZED: &str = "User not authorized to operate on the specified resource.";
const NOT_AUTHORIZED_SUB_USER: &str =
    "User not authorized to operate on the specified resource as your account is created by another user.";
const CONFIGURING: &str = "The specified service is configuring.";
const BUSY: &str = "The operation conflicts with another one; try again later.";
const THROTTLED: &str = "Request was denied due to request throttling.";

/// Code, HTTP status, message.
const CODES: &[(&str, u16, &str)] = &[
    // Any action.
    ("InvalidAction.NotFound", 404, "Specified api is not found, please check your url and method."),
    ("InvalidVersion", 400, "Specified parameter Version is not valid."),
    ("InvalidProduct.NotFound", 404, "Cannot find product according to your specified domain."),
    ("InvalidParameter", 400, "A parameter is not valid."),
    ("InvalidParameter.Format", 400, "A parameter is malformed."),
    ("InvalidAccessKeyId.NotFound", 404, "Specified access key is not found."),
    ("InvalidAccessKeyId.Inactive", 400, "Specified access key is disabled."),
    ("InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired."),
    ("InvalidSecurityToken.Malformed", 400, "Specified SecurityToken is malformed."),
    ("InvalidSecurityToken.MismatchWithAccessKey", 400, "Specified SecurityToken mismatch with the AccessKey."),
    ("MissingSecurityToken", 400, "SecurityToken is mandatory for this action."),
    ("SignatureDoesNotMatch", 400, "Specified signature is not matched with our calculation."),
    ("IncompleteSignature", 400, "The request signature does not conform to standards."),
    ("SignatureNonceUsed", 400, "Specified signature nonce was used already."),
    ("InvalidTimeStamp.Format", 400, "Specified time stamp or date value is not well formatted."),
    ("InvalidTimeStamp.Expired", 400, "Specified time stamp or date value is expired."),
    ("InvalidProtocol.NeedSsl", 400, "Your request is denied as lack of ssl protect."),
    ("Forbidden", 403, NOT_AUTHORIZED),
    ("Forbbiden.SubUser", 403, NOT_AUTHORIZED_SUB_USER),
    ("Forbidden.SubUser", 403, NOT_AUTHORIZED_SUB_USER),
    ("Forbidden.RAM", 403, NOT_AUTHORIZED),
    ("NoPermission", 403, NOT_AUTHORIZED),
    ("InvalidRegionId.NotFound", 404, "The specified region is not found during access authentication."),
    ("Throttling", 400, THROTTLED),
    ("Throttling.User", 400, THROTTLED),
    ("Throttling.Api", 400, THROTTLED),
    ("Rejected.Throttling", 400, THROTTLED),
    ("IdempotentParameterMismatch", 400, "The client token was used with other parameters before."),
    ("DryRunOperation", 400, "Request validation has been passed with DryRun flag set."),
    ("InternalError", 500, "The request processing has failed due to some unknown error."),
    ("UnknownError", 500, "The request processing has failed due to some unknown error."),
    ("ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."),
    // STS 2015-04-01.
    ("InvalidParameter.RoleArn", 400, "The parameter RoleArn is wrongly formed."),
    ("InvalidParameter.RoleSessionName", 400, "The parameter RoleSessionName is wrongly formed."),
    ("InvalidParameter.DurationSeconds", 400, "The Min/Max value of DurationSeconds is 15min/1hr."),
    ("InvalidParameter.PolicyGrammar", 400, "The parameter Policy has not passed grammar check."),
    ("InvalidParameter.PolicySize", 400, "The size of Policy must be smaller than 2048 bytes."),
    ("EntityNotExist.Role", 404, "The specified Role not exists."),
    ("AuthenticationFail.NoPermission", 401, "The role does not trust the identity provider, or there is none."),
    ("AuthenticationFail.OIDCToken.Invalid", 401, "The OIDC token is invalid."),
    ("AuthenticationFail.OIDCToken.InvalidSignature", 401, "The signature of the OIDC token is invalid."),
    ("AuthenticationFail.OIDCToken.Expired", 401, "The OIDC token has expired."),
    ("AuthenticationFail.OIDCToken.AudienceNotMatch", 401, "The audience of the OIDC token does not match."),
    // Objects.
    ("InvalidInstanceId.NotFound", 400, "The instance not exist"),
    ("InvalidSslVpnClientCertId.NotFound", 404, "The specified SSL VPN client cert id does not exist."),
    ("InvalidSslVpnServerId.NotFound", 404, "The specified SSL VPN server id does not exist."),
    ("InvalidVpnGatewayInstanceId.NotFound", 404, "The specified vpn gateway instance id does not exist."),
    ("InvalidCustomerGatewayInstanceId.NotFound", 404, "The specified customer gateway instance id does not exist."),
    ("InvalidVpnConnectionInstanceId.NotFound", 404, "The specified vpn connection instance id does not exist."),
    ("InvalidRouteEntry.NotFound", 404, "The specified route entry does not exist."),
    ("InvalidRouteEntry.AlreadyExist", 400, "The specified route entry already exists."),
    ("InvalidVpcId.NotFound", 404, "The specified VPC does not exist."),
    ("InvalidVSwitchId.NotFound", 404, "The specified vSwitch does not exist in this VPC."),
    ("InvalidResourceId.NotFound", 404, "The specified resource does not exist."),
    ("InvalidTagKey", 400, "The tag key is not valid."),
    ("InvalidTagValue", 400, "The tag value is not valid."),
    ("Duplicate.TagKey", 400, "The tag key is there twice."),
    ("InvalidName", 400, "The name is not valid"),
    ("InvalidDescription", 400, "The description is not valid."),
    ("InvalidIpAddress.WrongFormat", 400, "The specified ip address format error."),
    ("InvalidIpAddress.AlreadyExist", 400, "The specified ip address already exists."),
    ("InvalidVpnConnection.AlreadyExists", 400, "The specified vpn connection already exists."),
    ("IllegalParam.LocalSubnet", 400, "The specified LocalSubnet is invalid."),
    ("IllegalParam.RemoteSubnet", 400, "The specified RemoteSubnet is invalid."),
    // Quotas and money.
    ("Resource.QuotaFull", 400, "The quota of resource is full"),
    ("QuotaExceeded.VpnRouteEntry", 400, "The number of route entries exceeds the quota."),
    ("QuotaExceeded.PolicyBasedRoute", 400, "The number of policy-based routes exceeds the quota."),
    ("QuotaExceeded.TagsPerResource", 400, "The number of tags on a resource exceeds the quota."),
    ("CreateSslCertsQuotaFull.QuotaFull", 400, "The quota of SSL client certificates is full."),
    ("SslVpnClientCreateTimes.ReachLimits", 400, "The number of certificates created has reached its limit."),
    ("VpnGateway.FinancialLocked", 400, "The specified service is financial locked."),
    ("VpnGateway.SslVpnDisabled", 400, "The SSL-VPN function of the gateway is disabled."),
    ("OperationFailed.SslNotSupport", 400, "SSL-VPN is not supported here."),
    ("DependencyViolation.VpnConnection", 400, "The specified resource has VPN connections."),
    ("DependencyViolation.SslVpnServer", 400, "The specified resource has SSL servers."),
    ("ForbiddenRelease", 403, "The subscription is still valid."),
    // Busy.
    ("VpnGateway.Configuring", 400, CONFIGURING),
    ("VpnConnection.Configuring", 400, CONFIGURING),
    ("VpnRouteEntry.Configuring", 400, CONFIGURING),
    ("Appliance.Configuring", 400, CONFIGURING),
    ("VpnTask.CONFLICT", 400, BUSY),
    ("VpnGateway.task.conflict", 400, BUSY),
    ("TaskConflict", 400, BUSY),
    ("OperationConflict", 400, BUSY),
    ("IncorrectStatus", 400, BUSY),
    ("IncorrectStatus.VpnGateway", 400, BUSY),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_documented_status() {
        for (code, expected) in [
            // The single read answers 400 for the same missing certificate that is a 404 for Modify and Delete.
            ("InvalidInstanceId.NotFound", 400),
            ("InvalidSslVpnClientCertId.NotFound", 404),
            ("InvalidSslVpnServerId.NotFound", 404),
            ("InvalidAccessKeyId.NotFound", 404),
            ("InvalidRegionId.NotFound", 404),
            ("InvalidAction.NotFound", 404),
            ("InvalidRouteEntry.NotFound", 404),
            ("Forbidden", 403),
            ("Forbbiden.SubUser", 403),
            ("Forbidden.RAM", 403),
            ("NoPermission", 403),
            ("VpnGateway.Configuring", 400),
            ("OperationConflict", 400),
            ("Throttling.User", 400),
            ("MissingRegionId", 400),
            ("InternalError", 500),
            ("UnknownError", 500),
            ("ServiceUnavailable", 503),
        ] {
            assert_eq!(status(code), expected, "{code}");
        }
    }

    #[test]
    fn no_code_is_listed_twice() {
        let mut codes: Vec<_> = CODES.iter().map(|(code, ..)| code).collect();
        codes.sort_unstable();
        let listed = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), listed);
    }
}
