//! The provider block, and the environment variables that stand in for it.

use std::num::NonZeroU32;
use std::str::FromStr;

use crate::cloud::tencent::legacy;
use crate::cloud::{Credentials, Endpoint, InvalidEndpoint};
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Model, Secret, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

use super::Data;
use super::tags::{Ignored, Policy};

use alibaba::AlibabaConfig;
use tencent::TencentConfig;

mod alibaba;
mod tencent;

/// Manages VPN on Tencent Cloud and Alibaba Cloud: gateways, site-to-site tunnels with their routes, and SSL-VPN for people.
///
/// Everything is optional. A cloud that the configuration does not use needs no credentials.
#[derive(Debug, Default, Model)]
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
}

/// Reads the configuration, with `environment` for what it leaves out. Values that are unknown during plan stay unknown: only what needs
/// them fails.
pub(super) fn configure(config: Config, environment: &dyn Fn(&str) -> Option<String>) -> Result<Data, Diagnostics> {
    let retries = config.max_retries.into_known().and_then(|n| u32::try_from(n).ok()).unwrap_or(DEFAULT_RETRIES);
    let rate = config.requests_per_second.into_known().and_then(|n| u32::try_from(n).ok()).and_then(NonZeroU32::new);
    let limits = Limits { retries, rate };

    let mut reader = Reader { environment, diagnostics: Diagnostics::new() };
    let tencent = tencent::configure(config.tencent, &limits, &mut reader);
    let alibaba = alibaba::configure(config.alibaba, &limits, &mut reader);
    reader.diagnostics.into_result()?;
    Ok(Data { tencent, alibaba })
}

/// What holds for all clouds.
struct Limits {
    retries: u32,
    rate: Option<NonZeroU32>,
}

/// Fills in the environment for what the configuration leaves out, and collects what is wrong with it.
struct Reader<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    diagnostics: Diagnostics,
}

/// What the parts of a key are called.
struct Names {
    /// The block of the cloud.
    block: &'static str,
    id: &'static str,
    key: &'static str,
    token: &'static str,
    /// The variables that stand in for these three, family by family.
    variables: &'static [[&'static str; 3]],
}

/// A key.
struct Keys {
    id: Value<String>,
    key: Value<Secret>,
    /// Belongs to temporary ones.
    token: Value<Secret>,
    /// Whether a half of it stands in the provider block.
    in_block: bool,
}

impl Keys {
    /// What the provider block says of it.
    fn new(id: Value<String>, key: Value<Secret>, token: Value<Secret>) -> Self {
        let in_block = !id.is_null() || !key.is_null();
        Self { id, key, token, in_block }
    }

    /// The first part that is not known.
    fn not_known(&self, names: &Names) -> Option<&'static str> {
        first_unknown([
            (names.id, self.id.is_unknown()),
            (names.key, self.key.is_unknown()),
            (names.token, self.token.is_unknown()),
        ])
    }
}

impl Reader<'_> {
    fn text(&self, value: Value<String>, variables: &[&str]) -> Value<String> {
        value.or(self.variable(variables).into())
    }

    fn secret(&self, value: Value<Secret>, variable: &str) -> Value<Secret> {
        value.or((self.environment)(variable).map(Secret::new).into())
    }

    /// Fills in what is left out of a key. Variables of two families belong to two keys: one family is taken, the first that has a half
    /// which is missing. One that has none belongs to another key, and so does its token.
    fn keys(&self, names: &Names, keys: Keys) -> Keys {
        let set = |name: &str| (self.environment)(name).is_some();
        let has_a_half = |[id, key, _]: &&[&str; 3]| (keys.id.is_null() && set(id)) || (keys.key.is_null() && set(key));
        let Some([id, key, token]) = names.variables.iter().find(has_a_half) else { return keys };
        Keys {
            id: self.text(keys.id, &[id]),
            key: self.secret(keys.key, key),
            token: self.secret(keys.token, token),
            ..keys
        }
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
        names.iter().find_map(|name| (self.environment)(name))
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

    /// The credentials, if they are there. Half a pair is an error, unless something is not known yet: at once where the provider block
    /// has that half.
    fn credentials(&mut self, names: &Names, keys: Keys, all_known: bool) -> Result<Option<Credentials>, Diagnostic> {
        let Keys { id, key, token, in_block } = keys;
        let (given, missing) = match (id.into_known(), key.into_known()) {
            (Some(id), Some(key)) => {
                let credentials = Credentials::new(id, key.expose());
                return Ok(Some(match token.into_known() {
                    Some(token) => credentials.with_token(token.expose()),
                    None => credentials,
                }));
            }
            (None, None) => return Ok(None),
            _ if !all_known => return Ok(None),
            (Some(_), None) => (0, 1),
            (None, Some(_)) => (1, 0),
        };
        let members = [names.id, names.key];
        let pairs: Vec<_> = names.variables.iter().map(|[id, key, _]| format!("{id} and {key}")).collect();
        let set_both = format!("Set both, in the provider block or as {}.", pairs.join(", or as "));
        if in_block {
            let detail = format!("{} is set, {} is not. {set_both}", members[given], members[missing]);
            self.diagnostics.error(Path::of([names.block, members[missing]]), INCOMPLETE, detail);
            return Ok(None);
        }
        let family_with = |part: usize| names.variables.iter().find(|family| self.variable(&[family[part]]).is_some());
        let family = family_with(given).expect("what is not in the block is in the environment");
        let other = family_with(missing).map_or(String::new(), |other| {
            format!(" {} is set, but variables of different kinds belong to different keys.", other[missing])
        });
        let detail = format!("{} is set, {} is not.{other} {set_both}", family[given], family[missing]);
        Err(Diagnostic::error(INCOMPLETE, detail))
    }
}

/// What was read, and what is wrong with it.
fn parted<T>(read: Result<Option<T>, Diagnostic>) -> (Option<T>, Option<Diagnostic>) {
    match read {
        Ok(read) => (read, None),
        Err(error) => (None, Some(error)),
    }
}

/// The first of `members` that is not known.
fn first_unknown<const N: usize>(members: [(&'static str, bool); N]) -> Option<&'static str> {
    members.into_iter().find(|(_, unknown)| *unknown).map(|(name, _)| name)
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
const INCOMPLETE: &str = "Incomplete credentials";

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::provider::alibaba::Alibaba;
    use crate::provider::managed::Side;
    use crate::provider::tencent::{Legacy, Tencent};

    fn configured(config: Config, environment: &[(&str, &str)]) -> Result<Data, String> {
        let environment: BTreeMap<_, _> = environment.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        configure(config, &|name| environment.get(name).cloned()).map_err(|e| e.to_string())
    }

    fn alibaba(alibaba: AlibabaConfig) -> Config {
        Config { alibaba: alibaba.into(), ..Config::default() }
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
        assert_eq!(Tencent::settings(&data).region(), &Value::from("ap-seoul"));
        let data = configured(Config::default(), &env).unwrap();
        assert_eq!(Tencent::settings(&data).region(), &Value::from("ap-tokyo"));
    }

    #[test]
    fn half_a_pair_of_keys_in_the_block_is_an_error_on_the_other_half() {
        let half = TencentConfig { secret_id: "AKIDx".into(), ..Default::default() };
        let error = configured(tencent(half), &[]).err().unwrap();
        assert!(error.starts_with("error: Incomplete credentials (at tencent.secret_key)"), "{error}");
        let unknown = TencentConfig { secret_id: "AKIDx".into(), secret_key: Value::Unknown, ..Default::default() };
        assert!(configured(tencent(unknown), &[]).is_ok());
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
            let data = configured(Config::default(), &[(variable, value)]).unwrap();
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
        let error = Alibaba::client(&configured(Config::default(), &env).unwrap()).err().unwrap().detail;
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
        let data = configured(config, &[("TENCENTCLOUD_REGION", "ap-tokyo")]).unwrap();
        assert!(Tencent::settings(&data).region().is_unknown());
    }

    #[test]
    fn either_family_of_variables_configures_alibaba_cloud() {
        for variable in ["ALIBABA_CLOUD_REGION", "ALICLOUD_REGION"] {
            let data = configured(Config::default(), &[(variable, "cn-beijing")]).unwrap();
            assert_eq!(Alibaba::settings(&data).region(), &Value::from("cn-beijing"));
        }
        let both = [("ALIBABA_CLOUD_REGION", "cn-beijing"), ("ALICLOUD_REGION", "cn-shanghai")];
        assert_eq!(
            Alibaba::settings(&configured(Config::default(), &both).unwrap()).region(),
            &Value::from("cn-beijing")
        );
    }

    #[test]
    fn half_a_key_is_no_error_while_the_other_half_is_not_known() {
        let unknown = AlibabaConfig { access_key_id: Value::Unknown, ..Default::default() };
        assert!(configured(alibaba(unknown), &[("ALICLOUD_SECRET_KEY", "x")]).is_ok());
    }

    #[test]
    fn variables_of_two_families_make_no_key() {
        let keys = |variables: &[(&str, &str)], config: AlibabaConfig| {
            let environment: BTreeMap<_, _> = variables.iter().copied().collect();
            let environment = |name: &str| environment.get(name).map(ToString::to_string);
            let reader = Reader { environment: &environment, diagnostics: Diagnostics::new() };
            let keys = Keys::new(config.access_key_id, config.access_key_secret, config.security_token);
            let Keys { id, key, token, .. } = reader.keys(&alibaba::NAMES, keys);
            let text = |secret: Value<Secret>| secret.into_known().map(|secret| secret.expose().to_owned());
            [id.into_known(), text(key), text(token)].map(Option::unwrap_or_default).join(" ")
        };
        let (new_id, new_key) = (("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "key"));
        let new_token = ("ALIBABA_CLOUD_SECURITY_TOKEN", "token");
        let old = [("ALICLOUD_ACCESS_KEY", "ID"), ("ALICLOUD_SECRET_KEY", "KEY"), ("ALICLOUD_SECURITY_TOKEN", "TOKEN")];
        for (variables, expected) in [
            (vec![new_id, new_key, old[0], old[1], old[2]], "id key "),
            // Whoever set a token alone did not mean these.
            (vec![new_token, old[0], old[1]], "ID KEY "),
            (old.to_vec(), "ID KEY TOKEN"),
            (vec![new_id, old[0], old[1]], "id  "),
        ] {
            assert_eq!(keys(&variables, AlibabaConfig::default()), expected, "{variables:?}");
        }
        let config = || AlibabaConfig { access_key_id: "own".into(), ..Default::default() };
        assert_eq!(keys(&old, config()), "own KEY TOKEN");
        let config = AlibabaConfig { access_key_secret: Value::Known(Secret::new("own")), ..config() };
        // A temporary key of another account may stand in the environment.
        assert_eq!(keys(&old, config), "own own ");
    }

    #[test]
    fn the_errors_of_all_clouds_are_told_at_once() {
        let config = Config {
            tencent: TencentConfig { secret_id: "AKIDx".into(), ..Default::default() }.into(),
            ..alibaba(AlibabaConfig { access_key_id: "LTAIx".into(), ..Default::default() })
        };
        let error = configured(config, &[]).err().unwrap();
        assert!(error.contains("tencent.secret_key") && error.contains("alibaba.access_key_secret"), "{error}");
    }
}
