//! The provider block, and the environment variables that stand in for it.

use std::num::NonZeroU32;

use crate::cloud::Endpoint;
use crate::cloud::tencent as cloud;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Map, Model, Secret, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

use super::Data;
use super::tencent::Tencent;

/// Manages VPN on Tencent Cloud and Alibaba Cloud: site-to-site tunnels and what belongs to them.
///
/// Everything is optional. A cloud that the configuration does not use needs no credentials.
#[derive(Debug, Default, Model)]
pub struct Config {
    /// How to reach Tencent Cloud.
    #[attr(optional)]
    tencent: Value<TencentConfig>,
    /// How to reach Alibaba Cloud.
    #[attr(optional)]
    alibaba: Value<AlibabaConfig>,
    /// How often a call is repeated after throttling or a passing failure, with growing pauses. 8 by default.
    #[attr(optional, range(0..=100))]
    max_retries: Value<i64>,
    /// Calls per second at most, for each cloud, region and action. By default each API's documented limit.
    #[attr(optional, range(1..=1000))]
    requests_per_second: Value<i64>,
}

/// How to reach Tencent Cloud.
#[derive(Debug, Default, Model)]
struct TencentConfig {
    /// Region of resources that name none, such as `ap-guangzhou`. Environment variable `TENCENTCLOUD_REGION`.
    #[attr(optional, chars(1..=64))]
    region: Value<String>,
    /// Environment variable `TENCENTCLOUD_SECRET_ID`.
    #[attr(optional, chars(1..))]
    secret_id: Value<String>,
    /// Environment variable `TENCENTCLOUD_SECRET_KEY`.
    #[attr(optional, sensitive, chars(1..))]
    secret_key: Value<Secret>,
    /// Session token that belongs to temporary credentials. Environment variable `TENCENTCLOUD_SECURITY_TOKEN`.
    #[attr(optional, sensitive)]
    token: Value<Secret>,
    /// Another endpoint for API 3.0, scheme and port allowed, such as `https://vpc.intl.tencentcloudapi.com`. By default
    /// `https://vpc.tencentcloudapi.com`; Finance regions get their own host by themselves. Environment variable
    /// `CLOUDVPN_TENCENT_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", endpoint))]
    endpoint: Value<String>,
    /// Another endpoint for API 2.0, by default `https://vpc.api.qcloud.com/v2/index.php`. Environment variable
    /// `CLOUDVPN_TENCENT_LEGACY_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", url))]
    legacy_endpoint: Value<String>,
    /// Tags that every resource gets which can have tags. A resource's own `tags` win.
    #[attr(optional)]
    default_tags: Value<Map<String>>,
}

/// How to reach Alibaba Cloud.
#[derive(Debug, Default, Model)]
struct AlibabaConfig {
    /// Region of resources that name none, such as `cn-hangzhou`. Environment variables `ALIBABA_CLOUD_REGION`, `ALICLOUD_REGION`.
    #[attr(optional, chars(1..=64))]
    region: Value<String>,
    /// Environment variables `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALICLOUD_ACCESS_KEY`.
    #[attr(optional, chars(1..))]
    access_key_id: Value<String>,
    /// Environment variables `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, `ALICLOUD_SECRET_KEY`.
    #[attr(optional, sensitive, chars(1..))]
    access_key_secret: Value<Secret>,
    /// Security token that belongs to temporary credentials. Environment variables `ALIBABA_CLOUD_SECURITY_TOKEN`,
    /// `ALICLOUD_SECURITY_TOKEN`.
    #[attr(optional, sensitive)]
    security_token: Value<Secret>,
    /// Another endpoint, scheme and port allowed, such as `https://vpc.cn-hangzhou.aliyuncs.com`. Environment variable
    /// `CLOUDVPN_ALIBABA_ENDPOINT`.
    #[attr(optional, custom("an http or https URL", url))]
    endpoint: Value<String>,
    /// Tags that every resource gets which can have tags. A resource's own `tags` win.
    #[attr(optional)]
    default_tags: Value<Map<String>>,
}

/// Reads the configuration, with `environment` for what it leaves out. Values that are unknown during plan stay unknown: only what needs
/// them fails.
pub(super) fn configure(config: Config, environment: &dyn Fn(&str) -> Option<String>) -> Result<Data, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let retries = config.max_retries.into_known().and_then(|n| u32::try_from(n).ok()).unwrap_or(DEFAULT_RETRIES);
    let rate = config.requests_per_second.into_known().and_then(|n| u32::try_from(n).ok()).and_then(NonZeroU32::new);

    let at = |name: &'static str| Path::of(["tencent", name]);
    let unknown = config.tencent.is_unknown();
    let tencent = config.tencent.into_known().unwrap_or_default();
    let or_env = |value: Value<String>, name: &str| value.or(environment(name).into());
    let secret_or_env = |value: Value<Secret>, name: &str| value.or(environment(name).map(Secret::new).into());
    let region = or_env(tencent.region, "TENCENTCLOUD_REGION");
    let id = or_env(tencent.secret_id, "TENCENTCLOUD_SECRET_ID");
    let key = secret_or_env(tencent.secret_key, "TENCENTCLOUD_SECRET_KEY");
    let token = secret_or_env(tencent.token, "TENCENTCLOUD_SECURITY_TOKEN");
    let endpoint = or_env(tencent.endpoint, "CLOUDVPN_TENCENT_ENDPOINT");

    let not_known = [
        ("secret_id", id.is_unknown()),
        ("secret_key", key.is_unknown()),
        ("token", token.is_unknown()),
        ("endpoint", endpoint.is_unknown()),
    ];
    let not_known = not_known.into_iter().find(|(_, unknown)| *unknown).map(|(name, _)| name);
    let endpoint = endpoint.into_known().map(|text| text.parse()).transpose().unwrap_or_else(|error| {
        // A value in the configuration has been validated; this one came from the environment.
        let detail = format!("The endpoint is not usable: {error}. It comes from CLOUDVPN_TENCENT_ENDPOINT.");
        diagnostics.error(at("endpoint"), "Invalid endpoint", detail);
        None
    });
    let credentials = match (id.into_known(), key.into_known()) {
        (Some(id), Some(key)) => {
            let credentials = crate::cloud::Credentials::new(id, key.expose());
            Some(match token.into_known() {
                Some(token) => credentials.with_token(token.expose()),
                None => credentials,
            })
        }
        (None, None) => None,
        (id, _) if not_known.is_none() => {
            let (given, missing) = match id {
                Some(_) => ("secret_id", "secret_key"),
                None => ("secret_key", "secret_id"),
            };
            let detail = format!(
                "There is a {given} but no {missing}. Set both, in the provider block or as TENCENTCLOUD_SECRET_ID and \
                 TENCENTCLOUD_SECRET_KEY."
            );
            diagnostics.error(at(missing), "Incomplete credentials", detail);
            None
        }
        _ => None,
    };
    diagnostics.into_result()?;

    let client =
        cloud::Client::new(cloud::Config { credentials, endpoint, max_retries: retries, requests_per_second: rate });
    let (region, default_tags) =
        if unknown { (Value::Unknown, Value::Unknown) } else { (region, tencent.default_tags) };
    let not_known = if unknown { Some("tencent") } else { not_known };
    Ok(Data { tencent: Tencent::new(client, region, default_tags, not_known) })
}

const DEFAULT_RETRIES: u32 = 8;

fn endpoint(value: &Raw) -> Result<(), Finding> {
    let text = value.as_str().unwrap_or_default();
    text.parse::<Endpoint>()
        .map(drop)
        .map_err(|error| Finding::error("Invalid endpoint", format!("{text:?} is not usable: {error}.")))
}

fn url(value: &Raw) -> Result<(), Finding> {
    match reqwest::Url::parse(value.as_str().unwrap_or_default()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
        _ => Err(Finding::error("Invalid endpoint", "An endpoint is an http or https URL.")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn configured(config: Config, environment: &[(&str, &str)]) -> Result<Data, String> {
        let environment: BTreeMap<_, _> = environment.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        configure(config, &|name| environment.get(name).cloned()).map_err(|e| e.to_string())
    }

    fn tencent(tencent: TencentConfig) -> Config {
        Config { tencent: tencent.into(), ..Config::default() }
    }

    #[test]
    fn nothing_is_needed_to_configure() {
        assert!(configured(Config::default(), &[]).is_ok());
    }

    #[test]
    fn the_configuration_wins_over_the_environment() {
        let env = [("TENCENTCLOUD_REGION", "ap-tokyo")];
        let data =
            configured(tencent(TencentConfig { region: "ap-seoul".into(), ..Default::default() }), &env).unwrap();
        assert_eq!(data.tencent.region(), &Value::from("ap-seoul"));
        let data = configured(Config::default(), &env).unwrap();
        assert_eq!(data.tencent.region(), &Value::from("ap-tokyo"));
    }

    #[test]
    fn half_a_pair_of_keys_is_an_error_on_the_other_half() {
        let error = configured(Config::default(), &[("TENCENTCLOUD_SECRET_ID", "AKIDx")]).err().unwrap();
        assert!(error.starts_with("error: Incomplete credentials (at tencent.secret_key)"), "{error}");
        let unknown = TencentConfig { secret_id: "AKIDx".into(), secret_key: Value::Unknown, ..Default::default() };
        assert!(configured(tencent(unknown), &[]).is_ok());
    }

    #[test]
    fn a_bad_endpoint_in_the_environment_is_an_error() {
        let error = configured(Config::default(), &[("CLOUDVPN_TENCENT_ENDPOINT", "ftp://x")]).err().unwrap();
        assert!(error.contains("tencent.endpoint"), "{error}");
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        let config = Config { tencent: Value::Unknown, ..Config::default() };
        let data = configured(config, &[("TENCENTCLOUD_REGION", "ap-tokyo")]).unwrap();
        assert!(data.tencent.region().is_unknown());
    }
}
