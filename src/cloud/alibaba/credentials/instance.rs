//! The metadata service of ECS instances: a session token first (IMDSv2), then the role's name, then its key.

use jiff::Timestamp;
use reqwest::Method;
use secrecy::SecretString;

use crate::cloud::answer::{self, Answer};
use crate::cloud::credentials::metadata::{self, Question, body};
use crate::cloud::credentials::{Credentials, Fetched, Fetching, InstanceRole};
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::transport::Reply;

pub(super) async fn key(cx: Fetching<'_>, role: &InstanceRole) -> Result<Fetched> {
    let address = metadata::address(&cx, ADDRESS)?;
    let url = |path: &str| address.join(path).expect("a path of the service, and a checked name, make an address");

    let put = Question { method: Method::PUT, ..Question::get(url("/latest/api/token")) };
    let reply = metadata::ask(&cx, &put.with("x-aliyun-ecs-metadata-token-ttl-seconds", "21600")).await?;
    let token = match reply.status {
        200 => Some(String::from_utf8_lossy(&reply.body).trim().to_owned()),
        _ if role.allow_imds_v1 => None,
        status => {
            let message = format!("the metadata service gives no session token (HTTP {status})");
            return Err(Error::new(Class::Auth, message).hinting(Some(ONLY_V1.into())));
        }
    };
    let ask = async |path: &str| {
        let question = Question::get(url(path));
        match &token {
            Some(token) => metadata::ask(&cx, &question.with("x-aliyun-ecs-metadata-token", token)).await,
            None => metadata::ask(&cx, &question).await,
        }
    };

    let name = match &role.name {
        Some(name) => name.clone(),
        None => {
            let reply = ask(ROLES).await?;
            if reply.status == 404 {
                return Err(Error::new(Class::Auth, "no RAM role is attached to this instance"));
            }
            checked_bytes(&body(reply, "no name of a role")?.body)?
        }
    };
    let reply = ask(&format!("{ROLES}{name}")).await?;
    if reply.status == 404 {
        return Err(Error::new(Class::Auth, format!("the role {name} is not attached to this instance")));
    }
    let reply = body(reply, "no key")?;
    key_of(&reply).ok_or_else(|| {
        Error::new(
            Class::Auth,
            format!("the metadata service has no key of the role {name}: {}", reply.describe_body()),
        )
    })
}

/// What metadata services and addresses that give keys answer alike.
pub(super) fn key_of(reply: &Reply) -> Option<Fetched> {
    let given: Given = answer::from_slice(&reply.body).ok()?;
    let succeeded = given.code.as_deref() == Some("Success");
    given.key.fetched(reply).filter(|_| succeeded)
}

pub(super) fn checked(name: &str) -> Result<String> {
    checked_bytes(name.as_bytes())
}

fn checked_bytes(name: &[u8]) -> Result<String> {
    metadata::role_name(name, ".-_", 64)
}

impl GivenKey {
    pub(super) fn fetched(self, reply: &Reply) -> Option<Fetched> {
        let id = self.access_key_id.filter(|id| !id.is_empty())?;
        let key = Credentials::new(id, self.access_key_secret?).with_token(self.security_token?);
        let ends = self.expiration.and_then(|text| Some(text.parse::<Timestamp>().ok()?.as_second()));
        Some(Fetched::until(key, ends, reply))
    }
}

#[derive(Default)]
struct Given {
    code: Option<String>,
    key: GivenKey,
}

impl Answer for Given {
    fn member(&mut self, name: &str) -> Option<answer::Slot<'_>> {
        match name {
            "Code" => Some(answer::Slot::Text(&mut self.code)),
            name => self.key.member(name),
        }
    }
}

/// A temporary key as STS and the metadata service write it.
#[derive(Default, Answer)]
pub(super) struct GivenKey {
    access_key_id: Option<String>,
    access_key_secret: Option<SecretString>,
    security_token: Option<SecretString>,
    expiration: Option<String>,
}

const ADDRESS: &str = "http://100.100.100.200";
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";
const ONLY_V1: &str = "It, or what forwards requests to it, knows only the older way (IMDSv1), which anybody can use who makes a program on \
                       this machine send a request: allow_imds_v1 = true in instance_role takes it nevertheless.";
