//! The metadata service of CVM instances, which has no session tokens.

use secrecy::SecretString;

use crate::cloud::answer::{self, Answer};
use crate::cloud::credentials::metadata::{self, Question, body};
use crate::cloud::credentials::{Credentials, Fetched, Fetching, InstanceRole};
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::transport::Reply;

pub(super) async fn key(cx: Fetching<'_>, role: &InstanceRole) -> Result<Fetched> {
    let address = metadata::on_this_link(metadata::address(&cx, ADDRESS)?).await?;
    let ask = async |path: &str| {
        let url = address.join(path).expect("a path of the service, and a checked name, make an address");
        metadata::ask(&cx, &Question::get(url).with("host", HOST)).await
    };
    let name = match &role.name {
        Some(name) => name.clone(),
        None => {
            let reply = ask(ROLES).await?;
            if reply.status == 404 {
                return Err(Error::new(Class::Auth, "no CAM role is attached to this instance"));
            }
            checked(&body(reply, "no name of a role")?.body)?
        }
    };
    let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let reply = ask(&format!("{ROLES}{}", if plain { &name } else { &encoded })).await?;
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

pub(super) fn key_of(reply: &Reply) -> Option<Fetched> {
    let given: Given = answer::from_slice(&reply.body).ok()?;
    if given.code.as_deref() != Some("Success") {
        return None;
    }
    let id = given.tmp_secret_id.filter(|id| !id.is_empty())?;
    let key = Credentials::new(id, given.tmp_secret_key?).with_token(given.token?);
    Some(Fetched::until(key, given.expired_time, reply))
}

pub(super) fn checked(name: &[u8]) -> Result<String> {
    metadata::role_name(name, "_+=,.@-", 128)
}

#[derive(Default, Answer)]
struct Given {
    code: Option<String>,
    tmp_secret_id: Option<String>,
    tmp_secret_key: Option<SecretString>,
    token: Option<SecretString>,
    expired_time: Option<i64>,
}

const HOST: &str = "metadata.tencentyun.com";
const ADDRESS: &str = "http://metadata.tencentyun.com";
const ROLES: &str = "/latest/meta-data/cam/security-credentials/";
