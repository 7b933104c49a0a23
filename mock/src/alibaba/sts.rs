//! STS 2015-04-01: GetCallerIdentity, AssumeRole, AssumeRoleWithOIDC.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Action, Context, Service, errors, members};
use crate::accounts::{Caller, Policy, Session, Who};
use crate::api::Refusal;
use crate::check::{Kind, Rule, Shape, Violation, optional, required};
use crate::oidc::TokenTrouble;
use crate::secrets;
use crate::store::{Members, text};

pub(super) static SERVICE: Service = Service {
    version: "2015-04-01",
    prefix: "sts",
    host: "sts.aliyuncs.com",
    product: "Sts",
    regional: false,
    per_second: 100,
    forbidden: "NoPermission",
    refusal,
    actions: &[ACTIONS],
};

static ACTIONS: &[Action] = &[
    Action { name: "GetCallerIdentity", fields: &[], writes: false, run: caller_identity },
    Action {
        name: "AssumeRole",
        fields: &[
            required("RoleArn", Shape::Text(&[])),
            required("RoleSessionName", Shape::Text(SESSION_NAME)),
            optional("DurationSeconds", DURATION),
            optional("Policy", POLICY),
            optional("ExternalId", Shape::Text(&[Rule::Word { min: 2, max: 1224, also: "_+=,.@:/-" }])),
            optional("SourceIdentity", Shape::Text(SESSION_NAME)),
        ],
        writes: false,
        run: assume_role,
    },
    Action {
        name: "AssumeRoleWithOIDC",
        fields: &[
            required("OIDCProviderArn", Shape::Text(&[])),
            required("OIDCToken", Shape::Text(&[Rule::MaxBytes(20000)])),
            required("RoleArn", Shape::Text(&[])),
            required("RoleSessionName", Shape::Text(SESSION_NAME)),
            optional("DurationSeconds", DURATION),
            optional("Policy", POLICY),
        ],
        writes: false,
        run: assume_role_with_oidc,
    },
];

const SESSION_NAME: &[Rule] = &[Rule::Word { min: 2, max: 64, also: ".@_-" }];
const DURATION: Shape = Shape::Int(900, 43200);
const POLICY: Shape = Shape::Text(&[Rule::NotEmpty, Rule::MaxChars(2048)]);

/// Parameters of a role have codes of their own.
fn refusal(violation: Violation) -> Refusal {
    match (violation.path.as_str(), violation.kind) {
        (_, Kind::Missing | Kind::Unknown) => super::refusal(violation),
        (name @ ("RoleSessionName" | "DurationSeconds"), _) => errors::documented(format!("InvalidParameter.{name}")),
        ("Policy", _) => errors::documented("InvalidParameter.PolicySize"),
        _ => super::refusal(violation),
    }
}

fn caller_identity(context: &mut Context<'_>, _: &Members) -> Result<Members, Refusal> {
    let Caller { account, who, .. } = context.caller;
    Ok(members(match who {
        Who::Root | Who::Nobody => json!({
            "IdentityType": "Account", "AccountId": account, "PrincipalId": account, "UserId": account,
            "Arn": format!("acs:ram::{account}:root"),
        }),
        Who::User { name, id } => json!({
            "IdentityType": "RAMUser", "AccountId": account, "PrincipalId": id, "UserId": id,
            "Arn": format!("acs:ram::{account}:user/{name}"),
        }),
        Who::Role { name, id, session, .. } => json!({
            "IdentityType": "AssumedRoleUser", "AccountId": account, "PrincipalId": format!("{id}:{session}"),
            "RoleId": id, "Arn": format!("acs:ram::{account}:assumed-role/{name}/{session}"),
        }),
    }))
}

fn assume_role(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    if matches!(context.caller.who, Who::Root) {
        return Err(errors::refusal("NoPermission", "Roles may not be assumed by root accounts."));
    }
    let external_id = text(params, "ExternalId");
    let facts: &[_] = if external_id.is_empty() { &[] } else { &[("sts:ExternalId", external_id)] };
    let principals = principals(context.caller);
    let mut answer = hand_out(context, params, &principals, facts)?;
    if let Some(identity) = params.get("SourceIdentity") {
        answer.insert("SourceIdentity".to_owned(), identity.clone());
    }
    Ok(answer)
}

fn assume_role_with_oidc(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let arn = text(params, "OIDCProviderArn");
    let parts = arn.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(":oidc-provider/"));
    let (account, name) = parts.ok_or_else(|| errors::refusal("InvalidParameter", "OIDCProviderArn is malformed."))?;
    let provider = context.world.accounts.alibaba.oidc_provider(account, name);
    let provider = provider.ok_or_else(|| errors::documented("AuthenticationFail.NoPermission"))?;
    let claims = provider.check(text(params, "OIDCToken")).map_err(|trouble| {
        errors::documented(match trouble {
            TokenTrouble::Malformed | TokenTrouble::Issuer => "AuthenticationFail.OIDCToken.Invalid",
            TokenTrouble::Signature => "AuthenticationFail.OIDCToken.InvalidSignature",
            TokenTrouble::Expired => "AuthenticationFail.OIDCToken.Expired",
            TokenTrouble::Audience => "AuthenticationFail.OIDCToken.AudienceNotMatch",
        })
    })?;
    let principals = [("Federated", arn.to_owned())];
    let answer = hand_out(context, params, &principals, &claims.facts()).map_err(|refusal| {
        // An unsigned request has no caller whom a policy could allow it.
        if refusal.code == "NoPermission" { errors::documented("AuthenticationFail.NoPermission") } else { refusal }
    });
    let mut answer = answer?;
    let token = json!({
        "Subject": claims.subject(), "Issuer": claims.issuer(), "ClientIds": claims.audiences().join(","),
        "VerificationInfo": "Success",
    });
    answer.insert("OIDCTokenInfo".to_owned(), token);
    Ok(answer)
}

/// The names that a role's trust may know a caller by.
fn principals(caller: &Caller) -> Vec<(&'static str, String)> {
    let account = &caller.account;
    let whole = format!("acs:ram::{account}:root");
    let own = match &caller.who {
        Who::Root | Who::Nobody => return vec![("RAM", whole)],
        Who::User { name, .. } => format!("acs:ram::{account}:user/{name}"),
        Who::Role { name, .. } => format!("acs:ram::{account}:role/{name}"),
    };
    vec![("RAM", whole), ("RAM", own)]
}

/// Makes a temporary key of the role that the request names, when the role trusts one of `principals`.
fn hand_out(
    context: &mut Context<'_>,
    params: &Members,
    principals: &[(&str, String)],
    facts: &[(&str, &str)],
) -> Result<Members, Refusal> {
    let parts = text(params, "RoleArn").strip_prefix("acs:ram::").and_then(|rest| rest.split_once(":role/"));
    let (account, name) = parts.ok_or_else(|| errors::documented("InvalidParameter.RoleArn"))?;
    let accounts = &mut context.world.accounts.alibaba;
    let found = accounts.role(account, |known, _| known == name);
    let (role_name, role) = found.ok_or_else(|| errors::documented("EntityNotExist.Role"))?;
    if !role.trust.trusts("sts:AssumeRole", principals, facts) {
        return Err(errors::refusal("NoPermission", NOT_TRUSTED));
    }
    let seconds =
        params.get("DurationSeconds").and_then(Value::as_u64).unwrap_or_else(|| DEFAULT_SECONDS.min(role.max_seconds));
    if seconds > role.max_seconds {
        return Err(errors::documented("InvalidParameter.DurationSeconds"));
    }
    let policy = params.get("Policy").and_then(Value::as_str).map(session_policy).transpose()?;
    let session_name = text(params, "RoleSessionName");
    let until = Some(context.now + Duration::from_secs(seconds));
    let (key_id, session) = temporary_key(role_name, session_name, until);
    let session = Session { policy, ..session };
    let ends = jiff::Timestamp::now().as_second() + seconds.cast_signed();
    let answer = json!({
        "AssumedRoleUser": {
            "AssumedRoleId": format!("{}:{session_name}", role.id),
            "Arn": format!("acs:ram::{account}:role/{name}/{session_name}"),
        },
        "Credentials": {
            "AccessKeyId": key_id,
            "AccessKeySecret": session.secret,
            "SecurityToken": session.token,
            "Expiration": jiff::Timestamp::from_second(ends).unwrap_or_default().to_string(),
        },
    });
    accounts.open(account, key_id, session);
    Ok(members(answer))
}

/// A new key of a role, for a session of that name: its id and what belongs to it.
pub(crate) fn temporary_key(role: &str, session: &str, ends: Option<Instant>) -> (String, Session) {
    let session = Session {
        secret: secrets::letters(44),
        token: format!("CAIS{}", secrets::base64(90)),
        role: role.to_owned(),
        name: session.to_owned(),
        applicant: String::new(),
        policy: None,
        ends,
    };
    (format!("STS.{}", secrets::letters(25)), session)
}

fn session_policy(policy: &str) -> Result<Policy, Refusal> {
    let document = serde_json::from_str(policy).ok();
    let policy = document.and_then(|document| Policy::parse(document).ok()).filter(|policy| !policy.has_principals());
    policy.ok_or_else(|| errors::documented("InvalidParameter.PolicyGrammar"))
}

/// One hour.
const DEFAULT_SECONDS: u64 = 3600;
const NOT_TRUSTED: &str = "You are not authorized to do this action. You should be authorized by RAM.";
