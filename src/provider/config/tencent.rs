use crate::cloud::tencent as cloud;
use crate::framework::model::{Map, Model, Secret, Value};
use crate::provider::{key, region};

use super::super::settings::Configured;
use super::super::tags::{Ignored, Policy};
use super::super::tencent::Tencent;
use super::{Keys, Limits, Names, Reader, endpoint, legacy_endpoint, parted};

/// How to reach Tencent Cloud.
#[derive(Debug, Default, Model)]
pub(super) struct TencentConfig {
    /// Region of resources that name none, such as `ap-guangzhou`. Environment variable `TENCENTCLOUD_REGION`.
    #[attr(optional, custom("a region such as ap-guangzhou", region::tencent))]
    pub(super) region: Value<String>,
    /// Environment variable `TENCENTCLOUD_SECRET_ID`.
    #[attr(optional, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) secret_id: Value<String>,
    /// Environment variable `TENCENTCLOUD_SECRET_KEY`.
    #[attr(optional, sensitive, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) secret_key: Value<Secret>,
    /// Session token that belongs to temporary credentials. Environment variable `TENCENTCLOUD_SECURITY_TOKEN`, taken only together with
    /// the id or the key of the environment: a key that stands here whole has no other token than the one that stands here.
    #[attr(optional, sensitive, custom("without a newline at its end", key::no_newline))]
    pub(super) token: Value<Secret>,
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

pub(super) fn configure(config: Value<TencentConfig>, limits: &Limits, reader: &mut Reader<'_>) -> Tencent {
    let unknown = config.is_unknown();
    let config = config.into_known().unwrap_or_default();
    let region = reader.text(config.region, &["TENCENTCLOUD_REGION"]);
    let keys = reader.keys(&NAMES, Keys::new(config.secret_id, config.secret_key, config.token));
    let endpoint = reader.text(config.endpoint, &[ENDPOINT]);

    let legacy_endpoint = reader.text(config.legacy_endpoint, &[LEGACY_ENDPOINT]);

    let not_known = keys.not_known(&NAMES).or_else(|| unknown.then_some(NAMES.block));
    let endpoint_not_known = not_known.or_else(|| endpoint.is_unknown().then_some("endpoint"));
    let legacy_not_known = not_known.or_else(|| legacy_endpoint.is_unknown().then_some("legacy_endpoint"));
    let (endpoint, bad_endpoint) = parted(Reader::endpoint(endpoint, ENDPOINT));
    let (legacy_endpoint, bad_legacy) = parted(Reader::endpoint(legacy_endpoint, LEGACY_ENDPOINT));
    let (credentials, half_a_key) = parted(reader.credentials(&NAMES, keys, not_known.is_none()));

    let (max_retries, requests_per_second) = (limits.retries, limits.rate);
    let legacy = cloud::legacy::Client::new(cloud::Config {
        credentials: credentials.clone(),
        endpoint: legacy_endpoint,
        max_retries,
        requests_per_second,
    });
    let client = cloud::Client::new(cloud::Config { credentials, endpoint, max_retries, requests_per_second });
    let unusable = half_a_key.clone().or(bad_endpoint);
    let client = Configured { client, not_known: endpoint_not_known, unusable };
    let legacy = Configured { client: legacy, not_known: legacy_not_known, unusable: half_a_key.or(bad_legacy) };
    if unknown {
        return Tencent::new(client, legacy, Value::Unknown, Policy::unknown());
    }
    Tencent::new(client, legacy, region, reader.tags(NAMES.block, config.default_tags, config.ignore_tags))
}

const ENDPOINT: &str = "CLOUDVPN_TENCENT_ENDPOINT";
const LEGACY_ENDPOINT: &str = "CLOUDVPN_TENCENT_LEGACY_ENDPOINT";

const NAMES: Names = Names {
    block: "tencent",
    id: "secret_id",
    key: "secret_key",
    token: "token",
    variables: &[["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_SECURITY_TOKEN"]],
};
