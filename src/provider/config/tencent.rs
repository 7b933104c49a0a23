use crate::cloud::tencent as cloud;
use crate::framework::model::{Map, Model, Secret, Value};

use super::super::tencent::Tencent;
use super::{Limits, Names, Reader, endpoint, first_unknown, url};

/// How to reach Tencent Cloud.
#[derive(Debug, Default, Model)]
pub(super) struct TencentConfig {
    /// Region of resources that name none, such as `ap-guangzhou`. Environment variable `TENCENTCLOUD_REGION`.
    #[attr(optional, chars(1..=64))]
    pub(super) region: Value<String>,
    /// Environment variable `TENCENTCLOUD_SECRET_ID`.
    #[attr(optional, chars(1..))]
    pub(super) secret_id: Value<String>,
    /// Environment variable `TENCENTCLOUD_SECRET_KEY`.
    #[attr(optional, sensitive, chars(1..))]
    pub(super) secret_key: Value<Secret>,
    /// Session token that belongs to temporary credentials. Environment variable `TENCENTCLOUD_SECURITY_TOKEN`.
    #[attr(optional, sensitive)]
    pub(super) token: Value<Secret>,
    /// Another endpoint for API 3.0, scheme and port allowed, such as `https://vpc.intl.tencentcloudapi.com`. By default
    /// `https://vpc.tencentcloudapi.com`; Finance regions get their own host by themselves. Environment variable
    /// `CLOUDVPN_TENCENT_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", endpoint))]
    pub(super) endpoint: Value<String>,
    /// Another endpoint for API 2.0, by default `https://vpc.api.qcloud.com/v2/index.php`. Environment variable
    /// `CLOUDVPN_TENCENT_LEGACY_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", url))]
    pub(super) legacy_endpoint: Value<String>,
    /// Tags that every resource gets which can have tags. A resource's own `tags` win.
    #[attr(optional)]
    pub(super) default_tags: Value<Map<String>>,
}

pub(super) fn configure(config: Value<TencentConfig>, limits: &Limits, reader: &mut Reader<'_>) -> Tencent {
    let unknown = config.is_unknown();
    let config = config.into_known().unwrap_or_default();
    let region = reader.text(config.region, &["TENCENTCLOUD_REGION"]);
    let id = reader.text(config.secret_id, &["TENCENTCLOUD_SECRET_ID"]);
    let key = reader.secret(config.secret_key, &["TENCENTCLOUD_SECRET_KEY"]);
    let token = reader.secret(config.token, &["TENCENTCLOUD_SECURITY_TOKEN"]);
    let endpoint = reader.text(config.endpoint, &[ENDPOINT]);

    let not_known = first_unknown([
        (NAMES.id, id.is_unknown()),
        (NAMES.key, key.is_unknown()),
        ("token", token.is_unknown()),
        ("endpoint", endpoint.is_unknown()),
    ]);
    let endpoint = reader.endpoint(endpoint, [NAMES.block, "endpoint"], ENDPOINT);
    let credentials = reader.credentials(&NAMES, id, key, token, not_known.is_none());
    let client = cloud::Client::new(cloud::Config {
        credentials,
        endpoint,
        max_retries: limits.retries,
        requests_per_second: limits.rate,
    });
    if unknown {
        return Tencent::new(client, Value::Unknown, Value::Unknown, Some(NAMES.block));
    }
    Tencent::new(client, region, config.default_tags, not_known)
}

const ENDPOINT: &str = "CLOUDVPN_TENCENT_ENDPOINT";

const NAMES: Names = Names {
    block: "tencent",
    id: "secret_id",
    key: "secret_key",
    variables: "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY",
};
