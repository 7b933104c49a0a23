//! Everything about a mock that changes.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::accounts::Accounts;
use crate::calls::{Call, CallLog};
use crate::faults::Faults;
use crate::forms::Forms;
use crate::metadata::{self, Metadata};
use crate::options::{Options, TENCENT_TOKEN};
use crate::rates::Rates;
use crate::seed;
use crate::store::{Members, Store};
use crate::tencent_legacy::Replays;
use crate::{alibaba, tencent, tencent_legacy};

/// Quirks of the real services that tests can turn on; all are off in a fresh mock.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// CreateVpnConnection, CreateCustomerGateway and CreateVpnGateway answer an empty id.
    pub empty_create_id: bool,
    /// CreateVpnConnection answers DpdEnable -1.
    pub create_dpd_minus_one: bool,
    /// Answers carry IntegrityAlgorithm beside IntegrityAlgorith.
    pub both_integrity_spellings: bool,
    /// A list of ids with an unknown (or deleted) one gives ResourceNotFound instead of a shorter list.
    pub unknown_id_not_found: bool,
    /// Security policies of tunnels on one gateway may overlap.
    pub allow_policy_overlap: bool,
    /// API 2.0 answers success with `"code": "0"`, as some of its pages show it.
    pub legacy_code_text: bool,
    /// API 2.0 answers arrays of one where pages disagree: DescribeVpcTaskResult's data, IKEArr and IPSECArr.
    pub legacy_arrays: bool,
    /// DescribeVpnConn answers an empty list for a vpnConnId that is unknown, instead of InvalidVpnGw.NotFound.
    pub legacy_unknown_id_empty: bool,
    /// Alibaba: a gateway that is `updating` takes other writes.
    pub no_gateway_conflicts: bool,
    /// Alibaba: names of certificates keep the rule of the older edition of the documentation.
    pub old_name_rule: bool,
    /// Alibaba: throttling errors have status 429 and the header x-acs-retry-after.
    pub throttling_429: bool,
    /// Gateways paid by the hour show an empty RenewFlag.
    pub postpaid_renew_flag_empty: bool,
    /// A gateway that is created without BgpAsn has the documented 64551 instead of none.
    pub default_gateway_asn: bool,
    /// ResetVpnGatewayInternetMaxBandwidth refuses to lower a bandwidth.
    pub bandwidth_only_rises: bool,
    /// ModifyVpnGatewaySslServer refuses SslVpnProtocol, even the server's own.
    pub ssl_protocol_refused: bool,
    /// A remote address of a health check is that of one tunnel alone.
    pub unique_probe_targets: bool,
    /// DescribeVpnConnections answers an empty DpdTimeout.
    pub dpd_timeout_empty: bool,
    /// Alibaba: booleans and numbers of TunnelOptions are texts.
    pub tunnel_texts: bool,
    /// Alibaba: PublishVpnRouteEntry refuses RouteSource, which is not on its page.
    pub publish_route_source_refused: bool,
    /// Alibaba: a connection with one tunnel that is created without IkeConfig has `ikev1`.
    pub default_ikev1: bool,
    /// Alibaba: rows of connections with two tunnels have a status, DPD and NAT traversal of the connection.
    pub row_speaks_for_tunnels: bool,
    /// Alibaba: BGP of two tunnels is off, unless EnableTunnelsBgp says otherwise.
    pub tunnels_bgp_off: bool,
    /// A temporary key that is over is as unknown as one that never was.
    pub ended_keys_unknown: bool,
    /// How the values in all answers are written.
    pub forms: Forms,
}

impl Switches {
    /// These switches with those of a JSON object changed.
    pub(crate) fn with(self, changes: &Value) -> Result<Self, String> {
        let mut switches = json!(self);
        merge(&mut switches, changes);
        serde_json::from_value(switches).map_err(|error| format!("switches: {error}"))
    }
}

/// What the handlers of all requests share.
pub(crate) struct Shared {
    pub(crate) options: Options,
    /// What is told of each call, once.
    pub(crate) watcher: OnceLock<Watcher>,
    world: Mutex<World>,
}

/// Is told of each call when it is done and not answered yet.
pub(crate) type Watcher = Box<dyn Fn(&Call) + Send + Sync>;

impl Shared {
    /// # Errors
    /// A sentence when the seed is no state document.
    pub(crate) fn new(options: Options) -> Result<Self, String> {
        let mut world = World {
            started: Instant::now(),
            store: Store::default(),
            accounts: serde_json::from_value(seed::accounts()).map_err(|error| error.to_string())?,
            switches: options.switches,
            metadata: Metadata::default(),
            instances: metadata::Memory::default(),
            tokens: BTreeSet::from([TENCENT_TOKEN.to_owned()]),
            faults: Faults::default(),
            rates: Rates::default(),
            calls: CallLog::default(),
            replays: Replays::default(),
            alibaba: alibaba::Memory::default(),
        };
        world.replace(&options.seed.clone().unwrap_or_else(seed::small_world))?;
        Ok(Self { options, watcher: OnceLock::new(), world: Mutex::new(world) })
    }

    /// The world at this moment: changes that are due have happened.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A handler that panicked leaves the world as it was between two writes of plain data: still a world.
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.store.settle(Instant::now());
        world
    }
}

pub(crate) struct World {
    pub(crate) started: Instant,
    pub(crate) store: Store,
    pub(crate) accounts: Accounts,
    pub(crate) switches: Switches,
    pub(crate) metadata: Metadata,
    pub(crate) instances: metadata::Memory,
    /// Session tokens that are accepted.
    pub(crate) tokens: BTreeSet<String>,
    pub(crate) faults: Faults,
    pub(crate) rates: Rates,
    pub(crate) calls: CallLog,
    pub(crate) replays: Replays,
    pub(crate) alibaba: alibaba::Memory,
}

impl World {
    /// The state document.
    pub(crate) fn to_json(&self) -> Value {
        let mut document = self.store.to_json(Instant::now());
        document.insert(ACCOUNTS.to_owned(), json!(self.accounts));
        document.insert(METADATA.to_owned(), json!(self.metadata));
        document.insert(SWITCHES.to_owned(), json!(self.switches));
        document.insert(TOKENS.to_owned(), json!(self.tokens));
        Value::Object(document)
    }

    /// Replaces all objects by those of a state document; accounts, metadata, switches and tokens too, when the document has them.
    pub(crate) fn replace(&mut self, document: &Value) -> Result<(), String> {
        let mut document: Members = document.as_object().ok_or("the state must be an object")?.clone();
        let switches = document.remove(SWITCHES).map(|switches| Switches::default().with(&switches)).transpose()?;
        let tokens = document.remove(TOKENS).map(serde_json::from_value).transpose();
        let tokens = tokens.map_err(|error| format!("tokens: {error}"))?;
        let accounts = document.remove(ACCOUNTS).map(serde_json::from_value).transpose();
        let accounts = accounts.map_err(|error| format!("accounts: {error}"))?;
        let metadata = document.remove(METADATA).map(serde_json::from_value).transpose();
        let metadata = metadata.map_err(|error| format!("metadata: {error}"))?;
        for (owner, regions) in &document {
            known_kinds(accounts.as_ref().unwrap_or(&self.accounts), owner, regions)?;
        }
        self.store = Store::from_json(&document, &self.store, Instant::now())?;
        self.accounts = accounts.unwrap_or_else(|| std::mem::take(&mut self.accounts));
        self.metadata = metadata.unwrap_or_else(|| self.metadata.clone());
        self.switches = switches.unwrap_or(self.switches);
        self.tokens = tokens.unwrap_or_else(|| std::mem::take(&mut self.tokens));
        Ok(())
    }

    /// Changes how the metadata services behave, by a JSON merge patch.
    pub(crate) fn patch_metadata(&mut self, patch: &Value) -> Result<(), String> {
        let mut document = json!(self.metadata);
        merge(&mut document, patch);
        self.metadata = serde_json::from_value(document).map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Changes the state by a JSON merge patch (RFC 7396).
    pub(crate) fn patch(&mut self, patch: &Value) -> Result<(), String> {
        let mut document = self.to_json();
        merge(&mut document, patch);
        self.replace(&document)
    }
}

/// Checks the names of a cloud, of its account and of the kinds of objects in its regions; the store takes any.
fn known_kinds(accounts: &Accounts, owner: &str, regions: &Value) -> Result<(), String> {
    let (cloud, account) = owner.split_once('/').map_or((owner, None), |(cloud, account)| (cloud, Some(account)));
    let Some((_, known)) = CLOUDS.iter().find(|(name, _)| *name == cloud) else {
        let clouds = CLOUDS.map(|(name, _)| name).join(", ");
        return Err(format!(
            "unknown member {cloud}: expected {clouds}, {ACCOUNTS}, {METADATA}, {SWITCHES} or {TOKENS}"
        ));
    };
    if account.is_some_and(|account| !accounts.of(cloud).is_some_and(|directory| directory.has(account))) {
        return Err(format!("unknown member {owner}: there is no such account in {ACCOUNTS}.{cloud}"));
    }
    for (region, kinds) in regions.as_object().into_iter().flatten() {
        let mut kinds = kinds.as_object().into_iter().flat_map(Members::keys);
        if let Some(unknown) = kinds.find(|kind| !known.contains(&kind.as_str())) {
            return Err(format!("unknown kind {owner}.{region}.{unknown}: expected {}", known.join(", ")));
        }
    }
    Ok(())
}

/// Applies a JSON merge patch (RFC 7396, section 2).
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let members = target.as_object_mut().expect("made an object above");
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), change);
        }
    }
}

const ACCOUNTS: &str = "accounts";
const METADATA: &str = "metadata";
const SWITCHES: &str = "switches";
const TOKENS: &str = "tokens";
/// The clouds and the kinds of their objects.
const CLOUDS: [(&str, &[&str]); 2] = [("tencent", TENCENT_KINDS), ("alibaba", alibaba::KINDS)];
/// Both of Tencent's APIs keep their objects under one name.
const TENCENT_KINDS: &[&str] = &[
    tencent::VPCS,
    tencent::GATEWAYS,
    tencent::CUSTOMER_GATEWAYS,
    tencent::CONNECTIONS,
    tencent::ROUTES,
    tencent::CCN_ROUTES,
    tencent::SSL_SERVERS,
    tencent::SSL_CLIENTS,
    tencent::AUTHORITIES,
    tencent::TASKS,
    tencent_legacy::LEGACY_TASKS,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_world_is_a_state_document() {
        let shared = Shared::new(Options::default()).unwrap();
        let state = shared.world().to_json();
        assert_eq!(state["tencent"]["ap-guangzhou"]["vpn_gateways"]["vpngw-mockccn1"]["Type"], "CCN");
        assert_eq!(state["alibaba"]["cn-hangzhou"]["ssl_vpn_servers"]["vss-mock0001"]["VpnGatewayId"], "vpn-mock0001");
        assert_eq!(state["tokens"], json!(["mock-token"]));
    }

    #[test]
    fn a_patch_changes_and_removes_members() {
        let shared = Shared::new(Options::default()).unwrap();
        let mut world = shared.world();
        let patch = json!({
            "tencent": {"ap-guangzhou": {"customer_gateways": {"cgw-mock0001": null, "cgw-mock0002": {"BgpAsn": 1}}}},
            "switches": {"empty_create_id": true},
        });
        world.patch(&patch).unwrap();
        let gateways = &world.to_json()["tencent"]["ap-guangzhou"]["customer_gateways"];
        assert!(gateways.get("cgw-mock0001").is_none());
        assert_eq!(gateways["cgw-mock0002"]["BgpAsn"], 1);
        assert_eq!(gateways["cgw-mock0002"]["IpAddress"], "198.51.100.2");
        assert!(world.switches.empty_create_id);
    }

    #[test]
    fn a_refused_document_changes_nothing() {
        let shared = Shared::new(Options::default()).unwrap();
        let mut world = shared.world();
        let before = world.to_json();
        for bad in [
            json!({"tencent": 3}),
            json!({"tencet": {}}),
            json!({"switches": {"nonsense": true}}),
            json!({"tokens": 1}),
        ] {
            assert!(world.replace(&bad).is_err(), "{bad}");
        }
        assert_eq!(world.to_json(), before);
    }
}
