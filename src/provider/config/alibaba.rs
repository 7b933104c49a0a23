use crate::cloud::alibaba as cloud;
use crate::framework::model::{Map, Model, Secret, Value};
use crate::provider::{key, region};

use super::super::alibaba::{Alibaba, tags};
use super::super::settings::Configured;
use super::super::tags::{Ignored, Policy};
use super::{Keys, Limits, Names, Reader, endpoint, first_unknown, parted};

/// How to reach Alibaba Cloud.
#[derive(Debug, Default, Model)]
pub(super) struct AlibabaConfig {
    /// Region of resources that name none, such as `cn-hangzhou`. Environment variables `ALIBABA_CLOUD_REGION`, `ALICLOUD_REGION`.
    #[attr(optional, custom("a region such as cn-hangzhou", region::alibaba))]
    pub(super) region: Value<String>,
    /// Environment variables `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALICLOUD_ACCESS_KEY`. Variables of the one kind and the other are never mixed.
    #[attr(optional, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) access_key_id: Value<String>,
    /// Environment variables `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, `ALICLOUD_SECRET_KEY`.
    #[attr(optional, sensitive, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) access_key_secret: Value<Secret>,
    /// Security token that belongs to temporary credentials. Environment variables `ALIBABA_CLOUD_SECURITY_TOKEN`,
    /// `ALICLOUD_SECURITY_TOKEN`, each taken only together with the id or the secret of its kind: a key that stands here whole has no
    /// other token than the one that stands here.
    #[attr(optional, sensitive, custom("without a newline at its end", key::no_newline))]
    pub(super) security_token: Value<Secret>,
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

pub(super) fn configure(config: Value<AlibabaConfig>, limits: &Limits, reader: &mut Reader<'_>) -> Alibaba {
    let unknown = config.is_unknown();
    let config = config.into_known().unwrap_or_default();
    let region = reader.text(config.region, &["ALIBABA_CLOUD_REGION", "ALICLOUD_REGION"]);
    let keys = Keys::new(config.access_key_id, config.access_key_secret, config.security_token);
    let keys = reader.keys(&NAMES, keys);
    let endpoint = reader.text(config.endpoint, &[ENDPOINT]);

    let not_known =
        keys.not_known(&NAMES).or_else(|| first_unknown([("endpoint", endpoint.is_unknown()), (NAMES.block, unknown)]));
    let (endpoint, bad_endpoint) = parted(Reader::endpoint(endpoint, ENDPOINT));
    let (credentials, half_a_key) = parted(reader.credentials(&NAMES, keys, not_known.is_none()));
    let client = cloud::Client::new(cloud::Config {
        credentials,
        endpoint,
        max_retries: limits.retries,
        requests_per_second: limits.rate,
    });
    let client = Configured { client, not_known, unusable: half_a_key.or(bad_endpoint) };
    if unknown {
        return Alibaba::new(client, Value::Unknown, Policy::unknown());
    }
    Alibaba::new(client, region, reader.tags(NAMES.block, config.default_tags, config.ignore_tags))
}

const ENDPOINT: &str = "CLOUDVPN_ALIBABA_ENDPOINT";

pub(super) const NAMES: Names = Names {
    block: "alibaba",
    id: "access_key_id",
    key: "access_key_secret",
    token: "security_token",
    variables: &[
        ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
        ["ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"],
    ],
};
