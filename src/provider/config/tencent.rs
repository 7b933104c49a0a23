//! The block `tencent` of the provider's configuration, and the clients that it becomes.

use std::time::Duration;

use crate::cloud::tencent as cloud;
use crate::cloud::{Base, Environment, InstanceRole, Role, Sources, Transport, WebIdentity};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{List, Map, Model, Secret, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;
use crate::provider::{key, region};

use super::super::settings::Configured;
use super::super::tags::{Ignored, Policy};
use super::super::tencent::Tencent;
use super::credentials::{self, Names, elements};
use super::{Limits, Reader, endpoint, legacy_endpoint, parted};

/// How to reach Tencent Cloud.
#[derive(Debug, Default, Model)]
#[model(rule = check, at_most_one_of(allowed_account_ids, forbidden_account_ids))]
pub(super) struct TencentConfig {
    /// Region of resources that name none, such as `ap-guangzhou`. Environment variable `TENCENTCLOUD_REGION`.
    #[attr(optional, custom("a region such as ap-guangzhou", region::tencent))]
    pub(super) region: Value<String>,
    /// Id of a key, with `secret_key`. Environment variable `TENCENTCLOUD_SECRET_ID`, with the other two of the environment. Parts that stand here
    /// and parts in the environment make no key together.
    #[attr(optional, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) secret_id: Value<String>,
    /// Environment variable `TENCENTCLOUD_SECRET_KEY`.
    #[attr(optional, sensitive, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) secret_key: Value<Secret>,
    /// Session token that belongs to a temporary key. Environment variables `TENCENTCLOUD_SECURITY_TOKEN`, `TENCENTCLOUD_TOKEN`.
    #[attr(optional, sensitive, custom("without a newline at its end", key::no_newline))]
    pub(super) token: Value<Secret>,
    /// Profile of the CLI (`tccli`) or section of an SDK's file that has the first key, or says where it comes from. Environment variables
    /// `TENCENTCLOUD_PROFILE`, `TCCLI_PROFILE`; without any, `default`.
    #[attr(optional, chars(1..))]
    pub(super) profile: Value<String>,
    /// Where profiles are looked for, in order: directories of `tccli`, or ini files of the SDKs. By default the directory that
    /// `TENCENTCLOUD_SHARED_CREDENTIALS_DIR` names, else `~/.tccli`; then the file that `TENCENTCLOUD_CREDENTIALS_FILE` names, else
    /// `~/.tencentcloud/credentials` and `/etc/tencentcloud/credentials`. They are only read.
    #[attr(optional, each(chars(1..)))]
    pub(super) shared_config_files: Value<List<String>>,
    /// Takes the first key with a token of an OIDC provider.
    #[attr(block)]
    pub(super) assume_role_with_web_identity: Value<WebIdentityConfig>,
    /// Takes the first key of the instance that Terraform runs on. An empty block is enough.
    #[attr(block)]
    pub(super) instance_role: Value<CvmRoleConfig>,
    /// Roles to assume, in order: the first with the first key, each further one with the key of the one before. Without any, the one in
    /// `TENCENTCLOUD_ASSUME_ROLE_ARN`, with `TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME`, `_SESSION_DURATION`, `_EXTERNAL_ID`, `_POLICY` and
    /// `_SOURCE_IDENTITY`.
    #[attr(block)]
    pub(super) assume_role: Value<List<RoleConfig>>,
    /// Another endpoint of STS, such as `https://sts.internal.tencentcloudapi.com`. By default `https://sts.tencentcloudapi.com`. Environment
    /// variable `CLOUDVPN_TENCENT_STS_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", endpoint))]
    pub(super) sts_endpoint: Value<String>,
    /// The only accounts (uin of the root) that anything may be done in. STS is asked once, before the first call, whose key it is.
    #[attr(optional, items(1..), each(custom("the number of an account", credentials::account)))]
    pub(super) allowed_account_ids: Value<List<String>>,
    /// Accounts that nothing may be done in.
    #[attr(optional, items(1..), each(custom("the number of an account", credentials::account)))]
    pub(super) forbidden_account_ids: Value<List<String>>,
    /// Another endpoint for API 3.0, scheme and port allowed, such as `https://vpc.intl.tencentcloudapi.com`. By default
    /// `https://vpc.tencentcloudapi.com`; Finance regions get their own host by themselves. Environment variable
    /// `CLOUDVPN_TENCENT_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", endpoint))]
    pub(super) endpoint: Value<String>,
    /// Another endpoint for API 2.0, by default `https://vpc.api.qcloud.com/v2/index.php`. Environment variable
    /// `CLOUDVPN_TENCENT_LEGACY_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", legacy_endpoint))]
    pub(super) legacy_endpoint: Value<String>,
    /// Tags that every resource gets which can have tags. A resource's own `tags` win.
    #[attr(optional)]
    pub(super) default_tags: Value<Map<String>>,
    /// Tags that are left alone on every resource, since other tools set them: they are not shown, not planned and not removed. A tag that a
    /// resource says itself and that is ignored is not set.
    #[attr(block)]
    pub(super) ignore_tags: Value<Ignored>,
}

/// The first key comes from a token of an OIDC provider that CAM trusts: that of a CI, or of a pod. In pods of TKE the environment variables
/// `TKE_REGION`, `TKE_PROVIDER_ID`, `TKE_WEB_IDENTITY_TOKEN_FILE` and `TKE_ROLE_ARN` say all of it.
#[derive(Debug, Default, Model)]
#[model(exactly_one_of(token, token_file))]
pub(super) struct WebIdentityConfig {
    /// ARN of the role to assume, `qcs::cam::uin/ACCOUNT:roleName/NAME`.
    #[attr(required, custom("the ARN of a role", role_arn))]
    role_arn: Value<String>,
    /// Name of the identity provider in CAM.
    #[attr(required, chars(1..=128))]
    provider_id: Value<String>,
    /// The token itself.
    #[attr(optional, sensitive, chars(4..=20_000))]
    token: Value<Secret>,
    /// File with the token, as it is or as JSON with the member `web_identity_token`. It is read each time a key is needed.
    #[attr(optional, chars(1..))]
    token_file: Value<String>,
    /// Name of the session; `terraform` by default.
    #[attr(optional, custom("2 to 128 letters, digits and _ + = , . @ -", session_name))]
    session_name: Value<String>,
    /// How long a key is good for, such as `"1h"`, up to the longest session of the role; two hours by default.
    #[attr(optional, duration, custom("up to 12h", session))]
    duration: Value<String>,
}

/// The first key is that of the CAM role of the CVM instance that Terraform runs on. Its metadata service is asked only where this, or
/// `TENCENTCLOUD_CAM_ROLE_NAME`, says so.
#[derive(Debug, Default, Model)]
pub(super) struct CvmRoleConfig {
    /// Name of the role; by default the metadata service is asked which one there is.
    #[attr(optional, custom("the name of a role", role_name))]
    name: Value<String>,
}

/// A role to assume.
#[derive(Debug, Default, Model)]
pub(super) struct RoleConfig {
    /// ARN of the role, `qcs::cam::uin/ACCOUNT:roleName/NAME`.
    #[attr(required, custom("the ARN of a role", role_arn))]
    role_arn: Value<String>,
    /// Name of the session; `terraform` by default.
    #[attr(optional, custom("2 to 128 letters, digits and _ + = , . @ -", session_name))]
    session_name: Value<String>,
    /// How long a key is good for, such as `"1h"`, up to the longest session of the role; two hours by default.
    #[attr(optional, duration, custom("up to 12h", session))]
    duration: Value<String>,
    /// What the role's trust policy asks for beside who assumes it.
    #[attr(optional, custom("2 to 128 letters, digits and _ + = , . @ : / -", external_id))]
    external_id: Value<String>,
    /// Policy, as JSON, that the session may do no more than.
    #[attr(optional, custom("JSON", credentials::policy))]
    policy: Value<String>,
    /// Who assumes the role, for the audit.
    #[attr(optional, chars(1..=128))]
    source_identity: Value<String>,
}

pub(super) fn configure(
    config: Value<TencentConfig>,
    limits: &Limits,
    reader: &mut Reader<'_>,
    transport: &Transport,
) -> Tencent {
    let unknown = config.is_unknown();
    let config = config.into_known().unwrap_or_default();
    let block = config.to_raw();
    let key_not_known = credentials::first_unknown(&NAMES, &block);
    // What was not known when it was validated may be known by now.
    credentials::check(&NAMES, &block, &Path::of([NAMES.block]), &mut reader.diagnostics);
    let region = reader.text(config.region, &["TENCENTCLOUD_REGION"]);
    let endpoint = reader.text(config.endpoint, &[ENDPOINT]);
    let legacy_endpoint = reader.text(config.legacy_endpoint, &[LEGACY_ENDPOINT]);

    let not_known = key_not_known.or_else(|| unknown.then_some(NAMES.block)).or(limits.not_known);
    let endpoint_not_known = not_known.or_else(|| endpoint.is_unknown().then_some("endpoint"));
    let legacy_not_known = not_known.or_else(|| legacy_endpoint.is_unknown().then_some("legacy_endpoint"));
    let (endpoint, bad_endpoint) = parted(Reader::endpoint(endpoint, ENDPOINT));
    let (legacy_endpoint, bad_legacy) = parted(Reader::endpoint(legacy_endpoint, LEGACY_ENDPOINT));

    let env = reader.environment.clone();
    let instance = |role: CvmRoleConfig| InstanceRole { name: role.name.into_known(), allow_imds_v1: false };
    let web_identity = config.assume_role_with_web_identity.into_known();
    let sources = [
        credentials::key(config.secret_id, config.secret_key, config.token),
        config.profile.into_known().map(Base::Profile),
        web_identity.and_then(|identity| identity.identity(&env)).map(Base::WebIdentity),
        config.instance_role.into_known().map(|role| Base::InstanceRole(instance(role))),
    ];
    let sources = Sources {
        base: sources.into_iter().flatten().next(),
        roles: elements(config.assume_role).into_iter().map(Role::from).collect(),
        files: elements(config.shared_config_files),
        region: region.known().cloned(),
        endpoint: endpoint.clone(),
        sts_endpoint: config.sts_endpoint.into_known().and_then(|text| text.parse().ok()),
        allowed_accounts: elements(config.allowed_account_ids),
        forbidden_accounts: elements(config.forbidden_account_ids),
        environment: env,
    };
    let keys = cloud::chain(sources, limits.retries, transport.clone());
    let (max_retries, requests_per_second) = (limits.retries, limits.rate);
    let legacy = cloud::legacy::Client::new(cloud::Config {
        credentials: keys.clone(),
        endpoint: legacy_endpoint,
        max_retries,
        requests_per_second,
        transport: transport.clone(),
    });
    let client = cloud::Client::new(cloud::Config {
        credentials: keys.clone(),
        endpoint,
        max_retries,
        requests_per_second,
        transport: transport.clone(),
    });
    let client = Configured::new(client, keys.clone(), endpoint_not_known, bad_endpoint);
    let legacy = Configured::new(legacy, keys, legacy_not_known, bad_legacy);
    if unknown {
        return Tencent::new(client, legacy, Value::Unknown, Policy::unknown());
    }
    Tencent::new(client, legacy, region, reader.tags(NAMES.block, config.default_tags, config.ignore_tags))
}

impl WebIdentityConfig {
    fn identity(self, env: &Environment) -> Option<WebIdentity> {
        Some(WebIdentity {
            role_arn: self.role_arn.into_known()?,
            provider: self.provider_id.into_known()?,
            token: credentials::token(self.token, self.token_file, env)?,
            session_name: self.session_name.into_known(),
            duration: credentials::duration(self.duration),
            policy: None,
        })
    }
}

impl From<RoleConfig> for Role {
    fn from(config: RoleConfig) -> Self {
        Self {
            arn: config.role_arn.into_known().unwrap_or_default(),
            session_name: config.session_name.into_known(),
            duration: credentials::duration(config.duration),
            external_id: config.external_id.into_known(),
            policy: config.policy.into_known(),
            source_identity: config.source_identity.into_known(),
        }
    }
}

fn check(block: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    credentials::check(&NAMES, block, path, diagnostics);
}

/// `qcs::cam::uin/1:roleName/ci`, or with the role's id `qcs::cam::uin/1:role/46116860184`.
fn role_arn(value: &Raw) -> Result<(), Finding> {
    let text = value.as_str().unwrap_or_default();
    let rest = text.strip_prefix("qcs::cam::uin/").and_then(|rest| rest.split_once(':'));
    let fits = rest.is_some_and(|(account, rest)| {
        let name = rest.strip_prefix("roleName/").or_else(|| rest.strip_prefix("role/"));
        !account.is_empty() && account.bytes().all(|b| b.is_ascii_digit()) && name.is_some_and(|name| !name.is_empty())
    });
    if fits {
        return Ok(());
    }
    Err(Finding::error("Invalid ARN", format!("{text:?} is not of the form qcs::cam::uin/ACCOUNT:roleName/NAME.")))
}

fn session_name(value: &Raw) -> Result<(), Finding> {
    credentials::words(value, "The name of a session", "_+=,.@-", 2..=128)
}

fn external_id(value: &Raw) -> Result<(), Finding> {
    credentials::words(value, "An external id", "_+=,.@:/-", 2..=128)
}

fn role_name(value: &Raw) -> Result<(), Finding> {
    credentials::words(value, "The name of a role", "_+=,.@-", 1..=128)
}

fn session(value: &Raw) -> Result<(), Finding> {
    credentials::session(value, Duration::from_secs(1))
}

const ENDPOINT: &str = "CLOUDVPN_TENCENT_ENDPOINT";
const LEGACY_ENDPOINT: &str = "CLOUDVPN_TENCENT_LEGACY_ENDPOINT";

pub(super) const NAMES: Names = Names {
    block: "tencent",
    key: ["secret_id", "secret_key", "token"],
    variables: ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"],
    ids: &["TENCENTCLOUD_SECRET_ID"],
    sources: &["profile", "assume_role_with_web_identity", "instance_role"],
    others: &["shared_config_files", "assume_role", "sts_endpoint", "allowed_account_ids", "forbidden_account_ids"],
};
