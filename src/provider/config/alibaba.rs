//! The block `alibaba` of the provider's configuration, and the client that it becomes.

use std::time::Duration;

use crate::cloud::alibaba as cloud;
use crate::cloud::{Base, InstanceRole, Role, Sources, Transport, WebIdentity, is_key_uri};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{List, Map, Model, Secret, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;
use crate::provider::{key, region};

use super::super::alibaba::{Alibaba, tags};
use super::super::settings::Configured;
use super::super::tags::{Ignored, Policy};
use super::credentials::{self, Names, elements};
use super::{Limits, Reader, endpoint, parted};

/// How to reach Alibaba Cloud.
#[derive(Debug, Default, Model)]
#[model(rule = check, at_most_one_of(allowed_account_ids, forbidden_account_ids))]
pub(super) struct AlibabaConfig {
    /// Region of resources that name none, such as `cn-hangzhou`. Environment variables `ALIBABA_CLOUD_REGION`, `ALICLOUD_REGION`.
    #[attr(optional, custom("a region such as cn-hangzhou", region::alibaba))]
    pub(super) region: Value<String>,
    /// Id of an access key, with `access_key_secret`. Environment variables `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALICLOUD_ACCESS_KEY`,
    /// `ALIBABACLOUD_ACCESS_KEY_ID`, each only with the secret and the token of its own kind. Parts that stand here and parts in the environment
    /// make no key together.
    #[attr(optional, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) access_key_id: Value<String>,
    /// Environment variables `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, `ALICLOUD_SECRET_KEY`, `ALIBABACLOUD_ACCESS_KEY_SECRET`.
    #[attr(optional, sensitive, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) access_key_secret: Value<Secret>,
    /// Security token that belongs to a temporary key. Environment variables `ALIBABA_CLOUD_SECURITY_TOKEN`, `ALICLOUD_SECURITY_TOKEN`,
    /// `ALIBABACLOUD_SECURITY_TOKEN`.
    #[attr(optional, sensitive, custom("without a newline at its end", key::no_newline))]
    pub(super) security_token: Value<Secret>,
    /// Profile of the CLI or of an SDK that has the first key, or says where it comes from. Environment variables `ALIBABA_CLOUD_PROFILE`,
    /// `ALICLOUD_PROFILE`, `ALIBABACLOUD_PROFILE`; without any, the one that the CLI's file says is the current one.
    #[attr(optional, chars(1..))]
    pub(super) profile: Value<String>,
    /// Files in which profiles are looked for, in order: the CLI's JSON or the SDKs' ini, whichever the content is. By default the one that
    /// `ALIBABA_CLOUD_CONFIG_FILE`, `ALICLOUD_SHARED_CREDENTIALS_FILE` or `ALIBABA_CLOUD_CREDENTIALS_FILE` names, else
    /// `~/.aliyun/config.json`, `~/.alibabacloud/credentials` and `~/.alibabacloud/credentials.ini`. They are only read.
    #[attr(optional, each(chars(1..)))]
    pub(super) shared_config_files: Value<List<String>>,
    /// Takes the first key with a token of an OIDC provider.
    #[attr(block)]
    pub(super) assume_role_with_oidc: Value<OidcConfig>,
    /// Takes the first key of the instance that Terraform runs on. An empty block is enough.
    #[attr(block)]
    pub(super) instance_role: Value<EcsRoleConfig>,
    /// Address that gives a key to whoever asks, over HTTPS or from this machine. Environment variable `ALIBABA_CLOUD_CREDENTIALS_URI`.
    #[attr(optional, custom("an https URL, or an http URL of this machine", uri))]
    pub(super) credentials_uri: Value<String>,
    /// Roles to assume, in order: the first with the first key, each further one with the key of the one before. Without any, the one in
    /// `ALICLOUD_ASSUME_ROLE_ARN`, with `ALICLOUD_ASSUME_ROLE_SESSION_NAME` and `ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION`.
    #[attr(block)]
    pub(super) assume_role: Value<List<RoleConfig>>,
    /// Another endpoint of STS, such as `https://sts-vpc.cn-hangzhou.aliyuncs.com`. By default that of the region. Environment variables
    /// `CLOUDVPN_ALIBABA_STS_ENDPOINT`, `ALIBABA_CLOUD_STS_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", endpoint))]
    pub(super) sts_endpoint: Value<String>,
    /// The only accounts that anything may be done in. STS is asked once, before the first call, whose key it is.
    #[attr(optional, items(1..), each(custom("the number of an account", credentials::account)))]
    pub(super) allowed_account_ids: Value<List<String>>,
    /// Accounts that nothing may be done in.
    #[attr(optional, items(1..), each(custom("the number of an account", credentials::account)))]
    pub(super) forbidden_account_ids: Value<List<String>>,
    /// Another endpoint, for all regions, scheme and port allowed, such as `https://vpc.cn-hangzhou.aliyuncs.com`. By default each region's
    /// own: `https://vpc.REGION.aliyuncs.com`. Environment variable `CLOUDVPN_ALIBABA_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", endpoint))]
    pub(super) endpoint: Value<String>,
    /// Tags that every resource gets which can have tags. A resource's own `tags` win.
    #[attr(optional, custom("at most 20, with keys of 1 to 128 and values of up to 128 characters", tags))]
    pub(super) default_tags: Value<Map<String>>,
    /// Tags that are left alone on every resource, since other tools set them: they are not shown, not planned and not removed. A tag that a
    /// resource says itself and that is ignored is not set.
    #[attr(block)]
    pub(super) ignore_tags: Value<Ignored>,
}

/// The first key comes from a token of an OIDC provider that RAM trusts: that of a CI, or of a pod (RRSA). In pods the environment variables
/// `ALIBABA_CLOUD_ROLE_ARN`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` and `ALIBABA_CLOUD_OIDC_TOKEN_FILE` say all of it.
#[derive(Debug, Default, Model)]
#[model(exactly_one_of(token, token_file))]
pub(super) struct OidcConfig {
    /// ARN of the role to assume, `acs:ram::ACCOUNT:role/NAME`.
    #[attr(required, custom("the ARN of a role", role_arn))]
    role_arn: Value<String>,
    /// ARN of the identity provider in RAM, `acs:ram::ACCOUNT:oidc-provider/NAME`.
    #[attr(required, custom("the ARN of an OIDC provider", provider_arn))]
    oidc_provider_arn: Value<String>,
    /// The token itself.
    #[attr(optional, sensitive, chars(4..=20_000))]
    token: Value<Secret>,
    /// File with the token. It is read each time a key is needed.
    #[attr(optional, chars(1..))]
    token_file: Value<String>,
    /// Name of the session; `terraform` by default.
    #[attr(optional, custom("2 to 64 letters, digits and . @ _ -", session_name))]
    session_name: Value<String>,
    /// How long a key is good for, such as `"1h"`, from 15 minutes to the longest session of the role; one hour by default.
    #[attr(optional, duration, custom("from 15m to 12h", session))]
    duration: Value<String>,
    /// Policy, as JSON, that the session may do no more than.
    #[attr(optional, chars(1..=2048), custom("JSON", credentials::policy))]
    policy: Value<String>,
}

/// The first key is that of the RAM role of the ECS instance that Terraform runs on. Its metadata service is asked only where this, or
/// `ALIBABA_CLOUD_ECS_METADATA`, says so.
#[derive(Debug, Default, Model)]
pub(super) struct EcsRoleConfig {
    /// Name of the role; by default the metadata service is asked which one there is.
    #[attr(optional, custom("the name of a role", role_name))]
    name: Value<String>,
    /// Whether the metadata service is asked without a session token where it gives none (IMDSv1). No by default.
    #[attr(optional)]
    allow_imds_v1: Value<bool>,
}

/// A role to assume.
#[derive(Debug, Default, Model)]
pub(super) struct RoleConfig {
    /// ARN of the role, `acs:ram::ACCOUNT:role/NAME`.
    #[attr(required, custom("the ARN of a role", role_arn))]
    role_arn: Value<String>,
    /// Name of the session; `terraform` by default.
    #[attr(optional, custom("2 to 64 letters, digits and . @ _ -", session_name))]
    session_name: Value<String>,
    /// How long a key is good for, such as `"1h"`, from 15 minutes to the longest session of the role; one hour by default.
    #[attr(optional, duration, custom("from 15m to 12h", session))]
    duration: Value<String>,
    /// What the role's trust policy asks for beside who assumes it.
    #[attr(optional, custom("2 to 1224 letters, digits and _ + = , . @ : / -", external_id))]
    external_id: Value<String>,
    /// Policy, as JSON, that the session may do no more than.
    #[attr(optional, chars(1..=2048), custom("JSON", credentials::policy))]
    policy: Value<String>,
    /// Who assumes the role, for the audit.
    #[attr(optional, custom("2 to 64 letters, digits and _ + = , . @ -", source_identity))]
    source_identity: Value<String>,
}

pub(super) fn configure(
    config: Value<AlibabaConfig>,
    limits: &Limits,
    reader: &mut Reader<'_>,
    transport: &Transport,
) -> Alibaba {
    let unknown = config.is_unknown();
    let config = config.into_known().unwrap_or_default();
    let block = config.to_raw();
    let key_not_known = credentials::first_unknown(&NAMES, &block);
    // What was not known when it was validated may be known by now.
    credentials::check(&NAMES, &block, &Path::of([NAMES.block]), &mut reader.diagnostics);
    let region = reader.text(config.region, &["ALIBABA_CLOUD_REGION", "ALICLOUD_REGION"]);
    let endpoint = reader.text(config.endpoint, &[ENDPOINT]);

    let not_known = key_not_known
        .or_else(|| endpoint.is_unknown().then_some("endpoint"))
        .or_else(|| unknown.then_some(NAMES.block))
        .or(limits.not_known);
    let (endpoint, bad_endpoint) = parted(Reader::endpoint(endpoint, ENDPOINT));
    let env = reader.environment.clone();
    let sources = [
        credentials::key(config.access_key_id, config.access_key_secret, config.security_token),
        config.profile.into_known().map(Base::Profile),
        config.assume_role_with_oidc.into_known().and_then(|oidc| oidc.identity(&env)).map(Base::WebIdentity),
        config.instance_role.into_known().map(|role| Base::InstanceRole(role.into())),
        config.credentials_uri.into_known().map(Base::Uri),
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
    let client = cloud::Client::new(cloud::Config {
        credentials: keys.clone(),
        endpoint,
        max_retries: limits.retries,
        requests_per_second: limits.rate,
        transport: transport.clone(),
    });
    let client = Configured::new(client, keys, not_known, bad_endpoint);
    if unknown {
        return Alibaba::new(client, Value::Unknown, Policy::unknown());
    }
    Alibaba::new(client, region, reader.tags(NAMES.block, config.default_tags, config.ignore_tags))
}

impl OidcConfig {
    fn identity(self, env: &crate::cloud::Environment) -> Option<WebIdentity> {
        Some(WebIdentity {
            role_arn: self.role_arn.into_known()?,
            provider: self.oidc_provider_arn.into_known()?,
            token: credentials::token(self.token, self.token_file, env)?,
            session_name: self.session_name.into_known(),
            duration: credentials::duration(self.duration),
            policy: self.policy.into_known(),
        })
    }
}

impl From<EcsRoleConfig> for InstanceRole {
    fn from(config: EcsRoleConfig) -> Self {
        Self { name: config.name.into_known(), allow_imds_v1: config.allow_imds_v1.into_known().unwrap_or(false) }
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

fn uri(value: &Raw) -> Result<(), Finding> {
    is_key_uri(value.as_str().unwrap_or_default())
        .map_err(|why| Finding::error("Invalid address", format!("This cannot give a key: {why}.")))
}

fn role_arn(value: &Raw) -> Result<(), Finding> {
    arn(value, "role")
}

fn provider_arn(value: &Raw) -> Result<(), Finding> {
    arn(value, "oidc-provider")
}

fn arn(value: &Raw, kind: &str) -> Result<(), Finding> {
    let text = value.as_str().unwrap_or_default();
    let rest = text.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(':'));
    let fits = rest.is_some_and(|(account, rest)| {
        let name = rest.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/'));
        !account.is_empty() && account.bytes().all(|b| b.is_ascii_digit()) && name.is_some_and(|name| !name.is_empty())
    });
    if fits {
        return Ok(());
    }
    Err(Finding::error("Invalid ARN", format!("{text:?} is not of the form acs:ram::ACCOUNT:{kind}/NAME.")))
}

fn session_name(value: &Raw) -> Result<(), Finding> {
    credentials::words(value, "The name of a session", ".@_-", 2..=64)
}

fn external_id(value: &Raw) -> Result<(), Finding> {
    credentials::words(value, "An external id", "_+=,.@:/-", 2..=1224)
}

fn source_identity(value: &Raw) -> Result<(), Finding> {
    credentials::words(value, "A source identity", "_+=,.@-", 2..=64)
}

fn role_name(value: &Raw) -> Result<(), Finding> {
    credentials::words(value, "The name of a role", ".-_", 1..=64)
}

fn session(value: &Raw) -> Result<(), Finding> {
    credentials::session(value, Duration::from_secs(900))
}

const ENDPOINT: &str = "CLOUDVPN_ALIBABA_ENDPOINT";

pub(super) const NAMES: Names = Names {
    block: "alibaba",
    key: ["access_key_id", "access_key_secret", "security_token"],
    variables: ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    ids: &["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY", "ALIBABACLOUD_ACCESS_KEY_ID"],
    sources: &["profile", "assume_role_with_oidc", "instance_role", "credentials_uri"],
    others: &["shared_config_files", "assume_role", "sts_endpoint", "allowed_account_ids", "forbidden_account_ids"],
};
