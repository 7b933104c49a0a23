//! GetCallerIdentity, AssumeRole, AssumeRoleWithWebIdentity (STS API 2018-08-13).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Action, Context, STS, members};
use crate::accounts::{Caller, Policy, Session, Who};
use crate::api::Refusal;
use crate::check::{Rule, Shape, optional, required};
use crate::oidc::TokenTrouble;
use crate::secrets;
use crate::store::{Members, text};

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "GetCallerIdentity", service: &STS, per_second: 20, fields: &[], run: caller_identity },
    Action {
        name: "AssumeRole",
        service: &STS,
        per_second: 600,
        fields: &[
            required("RoleArn", Shape::Text(&[Rule::NotEmpty])),
            required("RoleSessionName", Shape::Text(SESSION_NAME)),
            optional("DurationSeconds", DURATION),
            optional("Policy", Shape::Text(&[])),
            optional("ExternalId", Shape::Text(&[Rule::Word { min: 2, max: 128, also: "_+=,.@:/-" }])),
            optional("Tags", Shape::List(&Shape::Object(TAG), 50)),
            optional("SourceIdentity", Shape::Text(&[Rule::NotEmpty])),
            optional("SerialNumber", Shape::Text(&[])),
            optional("TokenCode", Shape::Text(&[])),
        ],
        run: assume_role,
    },
    Action {
        name: "AssumeRoleWithWebIdentity",
        service: &STS,
        per_second: 80,
        fields: &[
            required("ProviderId", Shape::Text(&[Rule::NotEmpty])),
            required("WebIdentityToken", Shape::Text(&[Rule::NotEmpty])),
            required("RoleArn", Shape::Text(&[Rule::NotEmpty])),
            required("RoleSessionName", Shape::Text(SESSION_NAME)),
            optional("DurationSeconds", DURATION),
        ],
        run: assume_role_with_web_identity,
    },
];

const SESSION_NAME: &[Rule] = &[Rule::Word { min: 2, max: 128, also: "_+=,.@-" }];
const DURATION: Shape = Shape::Int(1, 43200);
const TAG: &[crate::check::Field] = &[
    required("Key", Shape::Text(&[Rule::NotEmpty, Rule::MaxChars(128)])),
    required("Value", Shape::Text(&[Rule::MaxChars(256)])),
];

/// The code for a parameter that is not what it should be.
pub(super) fn code(path: &str) -> &'static str {
    if path == "DurationSeconds" { "InvalidParameter.OverTimeError" } else { "InvalidParameter.ParamError" }
}

fn caller_identity(context: &mut Context<'_>, _: &Members) -> Result<Members, Refusal> {
    let Caller { account, who, .. } = context.caller;
    let (kind, arn, user, principal) = match who {
        Who::Role { id, session, applicant, .. } => {
            let arn = format!("qcs::sts:{account}:assumed-role/{id}");
            ("CAMRole", arn, format!("{id}:{session}"), applicant)
        }
        Who::User { id, .. } => ("CAMUser", format!("qcs::cam:{account}:uin/{id}"), id.clone(), id),
        Who::Root | Who::Nobody => ("CAMUser", format!("qcs::cam:{account}:uin/{account}"), account.clone(), account),
    };
    Ok(members(json!({
        "Arn": arn,
        "AccountId": account,
        "UserId": user,
        "PrincipalId": principal,
        "Type": kind,
    })))
}

fn assume_role(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    if !text(params, "SerialNumber").is_empty() || !text(params, "TokenCode").is_empty() {
        return Err(Refusal::new("InvalidParameter.TempCodeNotAvaliable", "there are no MFA devices here"));
    }
    let external_id = text(params, "ExternalId");
    let facts: &[_] = if external_id.is_empty() { &[] } else { &[("sts:external_id", external_id)] };
    let applicant = match &context.caller.who {
        Who::Role { applicant, .. } => applicant.clone(),
        Who::User { id, .. } => id.clone(),
        Who::Root | Who::Nobody => context.caller.account.clone(),
    };
    let principals = principals(context.caller);
    hand_out(context, params, Asked { action: "sts:AssumeRole", principals: &principals, facts, applicant })
}

fn assume_role_with_web_identity(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let (account, ..) = role_of(params)?;
    let refused = |message: &str| Refusal::new("InvalidParameter.WebIdentityTokenError", message);
    let name = text(params, "ProviderId");
    let provider = context.world.accounts.tencent.oidc_provider(account, name);
    let provider = provider.ok_or_else(|| refused("there is no such identity provider in the account of the role"))?;
    let claims = provider.check(text(params, "WebIdentityToken")).map_err(|trouble| {
        refused(match trouble {
            TokenTrouble::Malformed => "the token is no JWT, or has not all claims",
            TokenTrouble::Signature => "the token is not signed by its issuer",
            TokenTrouble::Expired => "the token has expired",
            TokenTrouble::Audience => "the token is for another audience",
            TokenTrouble::Issuer => "the token is of another issuer",
        })
    })?;
    let principals = [("federated", format!("qcs::cam::uin/{account}:oidc-provider/{name}"))];
    let action = "sts:AssumeRoleWithWebIdentity";
    let asked = Asked { action, principals: &principals, facts: &claims.facts(), applicant: account.to_owned() };
    hand_out(context, params, asked)
}

/// The names that a role's trust may know a caller by.
fn principals(caller: &Caller) -> Vec<(&'static str, String)> {
    let account = &caller.account;
    let own = match &caller.who {
        Who::Root | Who::Nobody => format!("qcs::cam::uin/{account}:uin/{account}"),
        Who::User { id, .. } => format!("qcs::cam::uin/{account}:uin/{id}"),
        Who::Role { name, .. } => format!("qcs::cam::uin/{account}:roleName/{name}"),
    };
    vec![("qcs", format!("qcs::cam::uin/{account}:root")), ("qcs", own)]
}

/// Who asks for the key of a role, and what is known about the request.
struct Asked<'a> {
    action: &'a str,
    principals: &'a [(&'a str, String)],
    facts: &'a [(&'a str, &'a str)],
    applicant: String,
}

/// Makes a temporary key of the role that the request names.
fn hand_out(context: &mut Context<'_>, params: &Members, asked: Asked<'_>) -> Result<Members, Refusal> {
    let (account, by, name) = role_of(params)?;
    let arn = text(params, "RoleArn");
    let accounts = &mut context.world.accounts.tencent;
    let found = accounts.role(account, |known, role| if by == "role" { role.id == name } else { known == name });
    let (role_name, role) =
        found.ok_or_else(|| Refusal::new("ResourceNotFound.RoleNotFound", format!("there is no role {arn}")))?;
    if !role.trust.trusts(asked.action, asked.principals, asked.facts) {
        let message = format!("the caller may not assume the role {arn}");
        return Err(Refusal::new("UnauthorizedOperation", message));
    }
    let seconds =
        params.get("DurationSeconds").and_then(Value::as_u64).unwrap_or_else(|| DEFAULT_SECONDS.min(role.max_seconds));
    if seconds > role.max_seconds {
        let message = format!("the role allows {} s at most", role.max_seconds);
        return Err(Refusal::new("InvalidParameter.OverTimeError", message));
    }
    let policy = params.get("Policy").and_then(Value::as_str).filter(|policy| !policy.is_empty());
    let policy = policy.map(session_policy).transpose()?;
    let until = Some(context.now + Duration::from_secs(seconds));
    let (key_id, session) = temporary_key(role_name, text(params, "RoleSessionName"), until);
    let session = Session { applicant: asked.applicant, policy, ..session };
    let ends = jiff::Timestamp::now().as_second() + seconds.cast_signed();
    let answer = json!({
        "Credentials": { "Token": session.token, "TmpSecretId": key_id, "TmpSecretKey": session.secret },
        "ExpiredTime": ends,
        "Expiration": jiff::Timestamp::from_second(ends).unwrap_or_default().to_string(),
    });
    accounts.open(account, key_id, session);
    Ok(members(answer))
}

/// A new key of a role, for a session of that name: its id and what belongs to it.
pub(crate) fn temporary_key(role: &str, session: &str, ends: Option<Instant>) -> (String, Session) {
    let session = Session {
        secret: secrets::letters(32),
        token: secrets::letters(120),
        role: role.to_owned(),
        name: session.to_owned(),
        applicant: String::new(),
        policy: None,
        ends,
    };
    (format!("AKID{}", secrets::letters(60)), session)
}

/// The account of the role that a request names, whether the role is named by its `role` (id) or its `roleName`, and that.
fn role_of(params: &Members) -> Result<(&str, &str, &str), Refusal> {
    let arn = text(params, "RoleArn");
    let parts = arn.strip_prefix("qcs::cam::uin/").and_then(|rest| rest.split_once(':'));
    match parts.and_then(|(account, role)| Some((account, role.split_once('/')?))) {
        Some((account, (by @ ("role" | "roleName"), name))) => Ok((account, by, name)),
        _ => {
            let message = format!("{arn} is not of the form qcs::cam::uin/<uin>:roleName/<name>");
            Err(Refusal::new("InvalidParameter.ParamError", message))
        }
    }
}

/// A policy of one session: JSON, encoded for a URL once more, without principals.
fn session_policy(encoded: &str) -> Result<Policy, Refusal> {
    let malformed = |message: String| Refusal::new("InvalidParameter.StrategyFormatError", message);
    if encoded.contains(['{', '"', ' ']) {
        return Err(malformed("the policy has to be encoded as in a URL".to_owned()));
    }
    // A form's value: what a policy has of `+` is encoded as well.
    let decoded = form_urlencoded::parse(encoded.as_bytes()).next().map(|(name, _)| name.into_owned());
    let document = serde_json::from_str(&decoded.unwrap_or_default());
    let document = document.map_err(|_| malformed("the policy is no JSON".to_owned()))?;
    let policy = Policy::parse(document).map_err(malformed)?;
    if policy.has_principals() {
        return Err(malformed("the policy of a session names no principals".to_owned()));
    }
    Ok(policy)
}

/// Two hours.
const DEFAULT_SECONDS: u64 = 7200;
