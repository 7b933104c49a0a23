//! The provider block, and the environment variables that stand in for it.

use std::num::NonZeroU32;
use std::str::FromStr;

use crate::cloud::tencent::legacy;
use crate::cloud::{Endpoint, Environment, InvalidEndpoint, Network, Transport, is_proxy};
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Model, Secret, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

use super::Data;
use super::tags::{Ignored, Policy};

use alibaba::AlibabaConfig;
use credentials::conflict;
use tencent::TencentConfig;

mod alibaba;
mod credentials;
mod tencent;

/// Manages VPN on Tencent Cloud and Alibaba Cloud: gateways, site-to-site tunnels with their routes, and SSL-VPN for people.
///
/// Everything is optional. A cloud that the configuration does not use needs no credentials.
#[derive(Debug, Default, Model)]
#[model(requires(no_proxy, http_proxy))]
pub struct Config {
    /// How to reach Tencent Cloud.
    #[attr(block)]
    tencent: Value<TencentConfig>,
    /// How to reach Alibaba Cloud.
    #[attr(block)]
    alibaba: Value<AlibabaConfig>,
    /// How often a call is repeated that failed for itself, such as with an internal error, with growing pauses. 8 by default. What may pass is not
    /// counted: throttling, objects that are busy, outages. That is waited for as long as the operation may take (`timeouts`); only a plan
    /// says after half a minute that a service does not answer.
    #[attr(optional, range(0..=100))]
    max_retries: Value<i64>,
    /// Calls per second at most, for each cloud, region and action. By default the documented limit of Tencent Cloud's API 3.0; where none is
    /// documented (Alibaba Cloud, API 2.0) there is none. In either case, calls that are refused for their number wait as long as the service
    /// asks, and go on at the rate at which it takes them.
    #[attr(optional, range(1..=1000))]
    requests_per_second: Value<i64>,
    /// File with the certificates of the authorities that are trusted, in PEM, instead of the system's. Environment variable `SSL_CERT_FILE`.
    #[attr(optional, chars(1..))]
    custom_ca_bundle: Value<String>,
    /// Proxy for all calls, such as `http://proxy.example.com:3128`, instead of the one in `HTTPS_PROXY` or `HTTP_PROXY`. Metadata services and
    /// `credentials_uri` are never asked through a proxy.
    #[attr(optional, sensitive, custom("the address of an HTTP proxy", http_proxy))]
    http_proxy: Value<Secret>,
    /// Hosts and domains that are called without `http_proxy`, separated by commas. Environment variable `NO_PROXY`, for a proxy of the
    /// environment.
    #[attr(optional)]
    no_proxy: Value<String>,
}

/// Checks what the schema cannot say: `environment` may say something else.
pub(super) fn validate(config: &Config, environment: &Environment) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let alibaba = config.alibaba.known().and_then(|block| conflict(&alibaba::NAMES, &block.to_raw(), environment));
    let tencent = config.tencent.known().and_then(|block| conflict(&tencent::NAMES, &block.to_raw(), environment));
    [tencent, alibaba].into_iter().flatten().for_each(|warning| diagnostics.push(warning));
    diagnostics
}

/// Reads the configuration, with `environment` for what it leaves out. Values that are unknown during plan stay unknown: only what needs
/// them fails.
pub(super) fn configure(config: Config, environment: &Environment) -> Result<Data, Diagnostics> {
    let retries = config.max_retries.into_known().and_then(|n| u32::try_from(n).ok()).unwrap_or(DEFAULT_RETRIES);
    let rate = config.requests_per_second.into_known().and_then(|n| u32::try_from(n).ok()).and_then(NonZeroU32::new);
    let not_known = [
        ("custom_ca_bundle", config.custom_ca_bundle.is_unknown()),
        ("http_proxy", config.http_proxy.is_unknown()),
        ("no_proxy", config.no_proxy.is_unknown()),
    ];
    let not_known = not_known.into_iter().find_map(|(name, unknown)| unknown.then_some(name));
    let limits = Limits { retries, rate, not_known };

    let mut reader = Reader { environment, diagnostics: Diagnostics::new() };
    let transport = Transport::new(Network {
        ca_bundle: config.custom_ca_bundle.into_known().map(|path| environment.path(&path)),
        proxy: config.http_proxy.into_known().map(|proxy| proxy.expose().to_owned()),
        no_proxy: config.no_proxy.into_known(),
        user_agent: environment.get("TF_APPEND_USER_AGENT"),
    });
    let tencent = tencent::configure(config.tencent, &limits, &mut reader, &transport);
    let alibaba = alibaba::configure(config.alibaba, &limits, &mut reader, &transport);
    reader.diagnostics.into_result()?;
    Ok(Data { tencent, alibaba })
}

/// What holds for all clouds.
struct Limits {
    retries: u32,
    rate: Option<NonZeroU32>,
    /// A member of the configuration outside of the clouds' blocks that is not known.
    not_known: Option<&'static str>,
}

/// Fills in the environment for what the configuration leaves out, and collects what is wrong with it.
struct Reader<'a> {
    environment: &'a Environment,
    diagnostics: Diagnostics,
}

impl Reader<'_> {
    fn text(&self, value: Value<String>, variables: &[&str]) -> Value<String> {
        value.or(self.variable(variables).into())
    }

    /// What holds for the tags of a cloud's resources. A default that is ignored would be set nowhere.
    fn tags(&mut self, block: &'static str, defaults: Value<Map<String>>, ignored: Value<Ignored>) -> Policy {
        let policy = Policy::new(defaults, ignored);
        if let Some(key) = policy.ignored_key(&policy.defaults) {
            let detail = format!(
                "The tag {key:?} is a default, and ignore_tags leaves it alone: take it out of one of the two."
            );
            self.diagnostics.error(Path::of([block, "default_tags"]), "Default tag ignored", detail);
        }
        policy
    }

    /// The first variable that is set.
    fn variable(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.environment.get(name))
    }

    /// An endpoint. One in the configuration has been validated; one from `variable` has not.
    fn endpoint<E>(value: Value<String>, variable: &str) -> Result<Option<E>, Diagnostic>
    where
        E: FromStr<Err = InvalidEndpoint>,
    {
        value.into_known().map(|text| text.parse()).transpose().map_err(|error| {
            let detail = format!("The endpoint in the environment variable {variable} is not usable: {error}.");
            Diagnostic::error("Invalid endpoint", detail)
        })
    }
}

/// What was read, and what is wrong with it.
fn parted<T>(read: Result<Option<T>, Diagnostic>) -> (Option<T>, Option<Diagnostic>) {
    match read {
        Ok(read) => (read, None),
        Err(error) => (None, Some(error)),
    }
}

fn http_proxy(value: &Raw) -> Result<(), Finding> {
    let detail = "This is no address of an HTTP proxy, such as http://proxy.example.com:3128.";
    let usable = is_proxy(value.as_str().unwrap_or_default());
    if usable { Ok(()) } else { Err(Finding::error("Invalid proxy", detail)) }
}

fn endpoint(value: &Raw) -> Result<(), Finding> {
    usable::<Endpoint>(value)
}

fn legacy_endpoint(value: &Raw) -> Result<(), Finding> {
    usable::<legacy::Endpoint>(value)
}

fn usable<E: FromStr<Err = InvalidEndpoint>>(value: &Raw) -> Result<(), Finding> {
    let text = value.as_str().unwrap_or_default();
    // What stands before an @ is a user's name, and perhaps a password.
    let shown = if text.contains('@') { "This".to_owned() } else { format!("{text:?}") };
    text.parse::<E>()
        .map(drop)
        .map_err(|error| Finding::error("Invalid endpoint", format!("{shown} is not usable: {error}.")))
}

const DEFAULT_RETRIES: u32 = 8;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::framework::validate;
    use crate::provider::alibaba::Alibaba;
    use crate::provider::managed::Side;
    use crate::provider::tencent::{Legacy, Tencent};

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let variables: BTreeMap<_, _> = variables.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        Environment::new(move |name| variables.get(name).cloned())
    }

    fn configured(config: Config, variables: &[(&str, &str)]) -> Data {
        configure(config, &environment(variables)).unwrap_or_else(|error| panic!("{error}"))
    }

    fn alibaba(alibaba: AlibabaConfig) -> Config {
        Config { alibaba: alibaba.into(), ..Config::default() }
    }

    fn tencent(tencent: TencentConfig) -> Config {
        Config { tencent: tencent.into(), ..Config::default() }
    }

    #[test]
    fn the_configuration_wins_over_the_environment() {
        let env = [("TENCENTCLOUD_REGION", "ap-tokyo")];
        let data = configured(tencent(TencentConfig { region: "ap-seoul".into(), ..Default::default() }), &env);
        assert_eq!(Tencent::settings(&data).region(), &Value::from("ap-seoul"));
        let data = configured(Config::default(), &env);
        assert_eq!(Tencent::settings(&data).region(), &Value::from("ap-tokyo"));
    }

    #[test]
    fn what_is_wrong_with_the_environment_is_said_where_that_cloud_is_used() {
        for (variable, value, summary, clients) in [
            ("TENCENTCLOUD_SECRET_ID", "AKIDx", "Incomplete credentials", [false, false, true]),
            ("TENCENTCLOUD_SECRET_KEY", "hidden", "Incomplete credentials", [false, false, true]),
            ("CLOUDVPN_TENCENT_ENDPOINT", "ftp://x", "Invalid endpoint", [false, true, true]),
            ("CLOUDVPN_TENCENT_LEGACY_ENDPOINT", "ftp://x", "Invalid endpoint", [true, false, true]),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIx", "Incomplete credentials", [true, true, false]),
            ("CLOUDVPN_ALIBABA_ENDPOINT", "http://u:hidden@x", "Invalid endpoint", [true, true, false]),
        ] {
            let data = configured(Config::default(), &[(variable, value)]);
            let errors = [Tencent::client(&data).err(), Legacy::client(&data).err(), Alibaba::client(&data).err()];
            assert_eq!(errors.each_ref().map(Option::is_none), clients, "{variable}");
            for error in errors.into_iter().flatten().map(|error| error.to_string()) {
                assert!(error.contains(summary) && error.contains(variable), "{error}");
                assert!(!error.contains("hidden"), "{error}");
            }
        }
    }

    #[test]
    fn halves_of_two_families_are_said_to_be_no_key() {
        let env = [("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIx"), ("ALICLOUD_SECRET_KEY", "hidden")];
        let error = Alibaba::client(&configured(Config::default(), &env)).err().unwrap().detail;
        assert!(
            error.starts_with("ALIBABA_CLOUD_ACCESS_KEY_ID is set, ALIBABA_CLOUD_ACCESS_KEY_SECRET is not."),
            "{error}"
        );
        assert!(error.contains("ALICLOUD_SECRET_KEY is set, but variables of different kinds"), "{error}");
        assert!(!error.contains("hidden"), "{error}");
    }

    #[test]
    fn an_endpoint_with_a_password_is_refused_and_not_shown() {
        for text in ["http://u:psecret@x", "u:psecret@x", "http://u:psecret@x:port", "ftp://u:psecret@x"] {
            for check in [endpoint, legacy_endpoint] {
                let finding = check(&Raw::from(text)).unwrap_err();
                assert!(!finding.detail.contains("psecret"), "{}", finding.detail);
            }
        }
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        let config = Config { tencent: Value::Unknown, ..Config::default() };
        let data = configured(config, &[("TENCENTCLOUD_REGION", "ap-tokyo")]);
        assert!(Tencent::settings(&data).region().is_unknown());
    }

    #[test]
    fn either_family_of_variables_configures_alibaba_cloud() {
        for variable in ["ALIBABA_CLOUD_REGION", "ALICLOUD_REGION"] {
            let data = configured(Config::default(), &[(variable, "cn-beijing")]);
            assert_eq!(Alibaba::settings(&data).region(), &Value::from("cn-beijing"));
        }
        let both = [("ALIBABA_CLOUD_REGION", "cn-beijing"), ("ALICLOUD_REGION", "cn-shanghai")];
        assert_eq!(Alibaba::settings(&configured(Config::default(), &both)).region(), &Value::from("cn-beijing"));
    }

    /// The findings of `terraform validate` about a block, each with its path.
    fn findings(block: &str, members: &[(&'static str, Raw)]) -> Vec<String> {
        let config = Raw::object([(block.to_owned(), Raw::object(members.iter().cloned()))]);
        let diagnostics = validate::config(&Config::block(), &config, true);
        diagnostics.iter().map(|finding| format!("{} {}", finding.path, finding.summary)).collect()
    }

    #[test]
    fn a_key_stands_in_the_block_whole_or_not_at_all() {
        let text = |name| (name, Raw::from("x"));
        for (block, [id, secret, token]) in [("alibaba", alibaba::NAMES.key), ("tencent", tencent::NAMES.key)] {
            for (given, missing) in [
                (vec![id, secret], None),
                (vec![id, secret, token], None),
                (vec![id], Some(secret)),
                (vec![secret], Some(id)),
                (vec![token], Some(id)),
                (vec![id, token], Some(secret)),
            ] {
                let members: Vec<_> = given.into_iter().map(text).collect();
                let expected: Vec<_> =
                    missing.map(|missing| format!("{block}.{missing} Incomplete credentials")).into_iter().collect();
                assert_eq!(findings(block, &members), expected);
            }
            assert_eq!(findings(block, &[text(id), (secret, Raw::unknown())]), [""; 0]);
        }
    }

    #[test]
    fn half_a_key_that_became_known_is_an_error_and_no_other_key_is_taken() {
        let config = Config {
            tencent: TencentConfig { secret_id: "AKIDx".into(), ..Default::default() }.into(),
            ..alibaba(AlibabaConfig { access_key_id: "LTAIx".into(), ..Default::default() })
        };
        let env = environment(&[("TENCENTCLOUD_SECRET_ID", "x"), ("TENCENTCLOUD_SECRET_KEY", "x")]);
        let error = configure(config, &env).err().unwrap().to_string();
        assert!(error.contains("tencent.secret_key") && error.contains("alibaba.access_key_secret"), "{error}");
    }

    #[test]
    fn a_second_source_of_the_first_key_is_an_error() {
        let token = ("token", Raw::from("a.b.c"));
        let oidc = Raw::object([
            ("role_arn", Raw::from("acs:ram::1:role/a")),
            ("oidc_provider_arn", Raw::from("acs:ram::1:oidc-provider/a")),
            token.clone(),
        ]);
        let web = Raw::object([
            ("role_arn", Raw::from("qcs::cam::uin/1:roleName/a")),
            ("provider_id", Raw::from("p")),
            token,
        ]);
        let (instance, none) = (Raw::object::<String>([]), [("", Raw::Null); 0]);
        let of_alibaba = [
            ("profile", Raw::from("p")),
            ("assume_role_with_oidc", oidc),
            ("instance_role", instance.clone()),
            ("credentials_uri", Raw::from("http://127.0.0.1:1/")),
        ];
        let of_tencent =
            [("profile", Raw::from("p")), ("assume_role_with_web_identity", web), ("instance_role", instance)];
        for (block, names, sources) in
            [("alibaba", &alibaba::NAMES, &of_alibaba[..]), ("tencent", &tencent::NAMES, &of_tencent)]
        {
            assert_eq!(findings(block, &none), [""; 0]);
            let [id, secret, _] = names.key;
            let key = [(id, Raw::from("x")), (secret, Raw::from("x"))];
            for (i, second) in sources.iter().enumerate() {
                assert_eq!(findings(block, std::slice::from_ref(second)), [""; 0], "{}", second.0);
                let expected = format!("{block}.{} Two sources of credentials", second.0);
                let with =
                    |first: &[(&'static str, Raw)]| findings(block, &[first, std::slice::from_ref(second)].concat());
                assert_eq!(with(&key), std::slice::from_ref(&expected));
                for first in &sources[..i] {
                    assert_eq!(with(std::slice::from_ref(first)), std::slice::from_ref(&expected));
                    // It may turn out to be null.
                    assert_eq!(with(&[(first.0, Raw::unknown())]), [""; 0]);
                }
            }
        }
    }

    #[test]
    fn what_needs_no_network_is_checked_before_a_plan() {
        let role = |members: &[(&'static str, &str)]| {
            let members = members.iter().map(|(name, text)| (*name, Raw::from(*text)));
            ("assume_role", Raw::List(vec![Raw::object(members)]))
        };
        let good = ("role_arn", "acs:ram::1:role/a");
        let accounts = |name, account: &str| (name, Raw::List(vec![Raw::from(account)]));
        for (members, at) in [
            (vec![role(&[good])], None),
            (vec![role(&[good, ("duration", "12h"), ("session_name", "a@b.c_d-e"), ("policy", "{}")])], None),
            (vec![role(&[("role_arn", "qcs::cam::uin/1:roleName/a")])], Some("role_arn")),
            (vec![role(&[("role_arn", "acs:ram::1:user/a")])], Some("role_arn")),
            (vec![role(&[good, ("session_name", "a")])], Some("session_name")),
            (vec![role(&[good, ("session_name", "a b")])], Some("session_name")),
            (vec![role(&[good, ("duration", "10m")])], Some("duration")),
            (vec![role(&[good, ("duration", "13h")])], Some("duration")),
            (vec![role(&[good, ("duration", "an hour")])], Some("duration")),
            (vec![role(&[good, ("policy", "allow all")])], Some("policy")),
            (vec![role(&[good, ("external_id", "a b")])], Some("external_id")),
            (vec![("credentials_uri", Raw::from("http://example.com/"))], Some("credentials_uri")),
            (vec![accounts("allowed_account_ids", "prod")], Some("allowed_account_ids")),
            (vec![accounts("allowed_account_ids", "1"), accounts("forbidden_account_ids", "2")], Some("account_ids")),
            (vec![("sts_endpoint", Raw::from("ftp://x"))], Some("sts_endpoint")),
            (vec![("instance_role", Raw::object([("name", Raw::from("a/b"))]))], Some("instance_role.name")),
        ] {
            let found = findings("alibaba", &members);
            match at {
                None => assert_eq!(found, [""; 0]),
                Some(at) => assert!(found.len() == 1 && found[0].contains(at), "{members:?}: {found:?}"),
            }
        }
        for (arn, fits) in [
            ("qcs::cam::uin/1:roleName/a", true),
            ("qcs::cam::uin/1:role/4611", true),
            ("qcs::cam::uin/x:roleName/a", false),
            ("qcs::cam::uin/1:roleName/", false),
            ("acs:ram::1:role/a", false),
        ] {
            assert_eq!(findings("tencent", &[role(&[("role_arn", arn)])]).is_empty(), fits, "{arn}");
        }
    }

    #[test]
    fn a_source_in_the_block_beats_a_key_in_the_environment_with_a_warning() {
        let env = environment(&[("ALICLOUD_ACCESS_KEY", "x"), ("TENCENTCLOUD_SECRET_ID", "x")]);
        let config = Config {
            tencent: TencentConfig { profile: "p".into(), ..Default::default() }.into(),
            ..alibaba(AlibabaConfig { profile: "p".into(), ..Default::default() })
        };
        let warned = super::validate(&config, &env).to_string();
        for says in [
            "(at tencent.profile)",
            "(at alibaba.profile)",
            "ALICLOUD_ACCESS_KEY is set",
            "warning: Configuration conflict",
        ] {
            assert!(warned.contains(says), "{warned}");
        }
        assert!(super::validate(&config, &environment(&[])).is_empty());
        assert!(super::validate(&Config::default(), &env).is_empty());
    }

    #[test]
    fn whatever_of_the_credentials_is_unknown_is_waited_for() {
        let env = [("ALIBABA_CLOUD_ACCESS_KEY_ID", "x"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "x")];
        for (name, value) in [
            ("access_key_secret", Raw::unknown()),
            ("profile", Raw::unknown()),
            ("instance_role", Raw::unknown()),
            ("assume_role_with_oidc", Raw::object([("token", Raw::unknown())])),
            ("assume_role", Raw::List(vec![Raw::object([("role_arn", Raw::unknown())])])),
            ("allowed_account_ids", Raw::List(vec![Raw::unknown()])),
            ("sts_endpoint", Raw::unknown()),
        ] {
            let config = Raw::object([("alibaba", Raw::object([(name, value)]))]);
            let data = configured(Config::from_raw(&config).unwrap(), &env);
            assert!(Alibaba::configured(&data).check().is_ok(), "{name}");
            assert!(Alibaba::configured(&data).warning().is_none(), "{name}");
            let error = Alibaba::client(&data).map(drop).expect_err(name);
            assert!(error.detail.contains(&format!("({name})")), "{}", error.detail);
        }
    }

    #[test]
    fn a_plan_without_any_credentials_is_told_so_once() {
        let data = configured(Config::default(), &[]);
        let warning = Tencent::configured(&data).warning().unwrap();
        assert_eq!(warning.summary, "No credentials for Tencent Cloud");
        assert!(warning.detail.contains("TENCENTCLOUD_SECRET_ID") && warning.detail.contains("An apply"), "{warning}");
        assert!(Tencent::configured(&data).warning().is_none());
        let env = [("TENCENTCLOUD_SECRET_ID", "x"), ("TENCENTCLOUD_SECRET_KEY", "x")];
        assert!(Tencent::configured(&configured(Config::default(), &env)).warning().is_none());
    }
}
