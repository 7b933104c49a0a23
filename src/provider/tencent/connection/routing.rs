//! What goes through a tunnel, and how both ends notice that it does: security policies, BGP, dead peer detection, health checks.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::cloud::tencent::{BgpConfig, HealthCheckConfig, SecurityPolicyDatabase, VpnConnection};
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::resource::Plan;
use crate::framework::validators::Finding;
use crate::provider::addresses::{address, ends_differ, in_tunnel_range, range};

use super::super::parts::SecurityPolicy;
use super::super::policies::is_narrow;
use super::super::values::{said, text, told};
use super::Connection;

/// Dead peer detection.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(super) struct Dpd {
    /// Whether the peer is watched. API member `DpdEnable`.
    ///
    /// Left out, it is not.
    #[attr(optional, computed, removed = false)]
    pub(super) enabled: Value<bool>,
    /// After how many seconds without an answer the peer counts as dead. API member `DpdTimeout`.
    ///
    /// Left out, after 30.
    #[attr(optional, computed, range(30..=60))]
    pub(super) timeout_seconds: Value<i64>,
    /// What happens then: `clear` the SA, or `restart` the negotiation. API member `DpdAction`.
    ///
    /// Left out, the service decides.
    #[attr(optional, computed, one_of("clear", "restart"))]
    pub(super) action: Value<String>,
}

/// Probes through a tunnel.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(consistent = probes_have_two_ends)]
pub(super) struct HealthCheck {
    /// Whether the tunnel is probed. API member `EnableHealthCheck`.
    ///
    /// Left out, it is not.
    #[attr(optional, computed, removed = false)]
    pub(super) enabled: Value<bool>,
    /// Address the probes come from. The service chooses one where it is left out or `0.0.0.0`. API member `HealthCheckLocalIp`.
    #[attr(optional, computed, ipv4, custom("0.0.0.0 or an address in 169.254.128.0/17", probe_address))]
    pub(super) local_ip: Value<String>,
    /// Address the probes go to, another one than they come from. The service chooses one where it is left out or `0.0.0.0`. API member
    /// `HealthCheckRemoteIp`.
    #[attr(optional, computed, ipv4, custom("0.0.0.0 or an address in 169.254.128.0/17", probe_address))]
    pub(super) remote_ip: Value<String>,
    /// How it is probed. API member `HealthCheckConfig`.
    #[attr(optional, computed)]
    pub(super) probe: Value<Probe>,
}

/// How a tunnel is probed.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(super) struct Probe {
    /// Time between two probes in milliseconds. API member `ProbeInterval`.
    ///
    /// Left out, the service decides.
    #[attr(optional, computed, range(1000..=5000))]
    interval_ms: Value<i64>,
    /// How many probes must fail. API member `ProbeThreshold`.
    ///
    /// Left out, the service decides.
    #[attr(optional, computed, range(3..=8))]
    threshold: Value<i64>,
    /// How long an answer may take in milliseconds. API member `ProbeTimeout`.
    ///
    /// Left out, the service decides.
    #[attr(optional, computed, range(10..=5000))]
    timeout_ms: Value<i64>,
}

/// BGP over a tunnel.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(rule = bgp_addresses)]
pub(super) struct Bgp {
    /// Range of the tunnel's own addresses, a /30. API member `TunnelCidr`.
    #[attr(required, ipv4_cidr)]
    tunnel_cidr: Value<String>,
    /// This side's address in it. API member `LocalBgpIp`.
    #[attr(required, ipv4)]
    local_ip: Value<String>,
    /// The other side's address in it. API member `RemoteBgpIp`.
    #[attr(required, ipv4)]
    remote_ip: Value<String>,
}

/// Policies as the API takes them.
pub(super) fn databases(policies: &Value<Set<SecurityPolicy>>) -> Option<Vec<SecurityPolicyDatabase>> {
    let policies = policies.known()?.known().map(|policy| SecurityPolicyDatabase {
        local_cidr_block: said(&policy.local_cidr).unwrap_or_default(),
        remote_cidr_block: policy.remote_cidrs.known().into_iter().flat_map(Set::known).cloned().collect(),
    });
    Some(policies.collect())
}

pub(super) fn observed_policies(
    actual: &VpnConnection,
    before: &Value<Set<SecurityPolicy>>,
) -> Value<Set<SecurityPolicy>> {
    let policies = &actual.security_policy_database_set;
    // A tunnel without policies may show one from everywhere to everywhere.
    let everything = |p: &SecurityPolicyDatabase| {
        p.local_cidr_block == EVERYWHERE && p.remote_cidr_block.iter().all(|remote| remote == EVERYWHERE)
    };
    if policies.is_empty() || (before.known().is_none_or(Set::is_empty) && policies.iter().all(everything)) {
        return match before {
            // A configured empty set is not the same as none.
            Value::Known(_) => Value::Known(Set::default()),
            _ => Value::Null,
        };
    }
    let policies = policies.iter().map(|policy| SecurityPolicy {
        local_cidr: policy.local_cidr_block.as_str().into(),
        remote_cidrs: Value::Known(policy.remote_cidr_block.iter().cloned().collect()),
    });
    Value::Known(policies.collect())
}

const EVERYWHERE: &str = "0.0.0.0/0";
const UNSPECIFIED: &str = "0.0.0.0";
const ENDS: [&str; 2] = ["local_ip", "remote_ip"];
const PROBES: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 128, 0), 17);
pub(super) const BGP: &str = "Bgp";
const CONFLICT: &str = "Conflicting attributes";
const BGP_NEEDS_BGP: &str = "bgp needs route_type = \"Bgp\".";

impl Dpd {
    /// -1, in the first answers about a new tunnel, is no answer.
    pub(super) fn observed(actual: &VpnConnection, before: &Value<Self>) -> Value<Self> {
        let before = before.known().cloned().unwrap_or_default();
        let enabled = match actual.dpd_enable {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        };
        let dpd = Self {
            enabled: told(enabled.into(), &before.enabled),
            timeout_seconds: told(actual.dpd_timeout.into(), &before.timeout_seconds),
            action: told(text(&actual.dpd_action), &before.action),
        };
        if dpd == Self::default() { Value::Null } else { Value::Known(dpd) }
    }

    /// Switching it on or off lets the service decide what it was not told.
    pub(super) fn plan(prior: &Value<Self>, config: &Value<Self>, planned: &mut Value<Self>) {
        let (Some(prior), Some(config), Some(planned)) = (prior.known(), config.known(), planned.known_mut()) else {
            return;
        };
        if planned.enabled != prior.enabled {
            undecided(&prior.timeout_seconds, &config.timeout_seconds, &mut planned.timeout_seconds);
            undecided(&prior.action, &config.action, &mut planned.action);
        }
    }
}

impl HealthCheck {
    pub(super) fn observed(actual: &VpnConnection, before: &Value<Self>) -> Value<Self> {
        let before = before.known().cloned().unwrap_or_default();
        let health_check = Self {
            enabled: told(actual.enable_health_check.into(), &before.enabled),
            local_ip: told(text(&actual.health_check_local_ip), &before.local_ip),
            remote_ip: told(text(&actual.health_check_remote_ip), &before.remote_ip),
            probe: Probe::observed(actual.health_check_config.as_ref(), &before.probe),
        };
        if health_check == Self::default() { Value::Null } else { Value::Known(health_check) }
    }

    /// Switching it on or off lets the service decide what it was not told.
    pub(super) fn plan(prior: &Value<Self>, config: &Value<Self>, planned: &mut Value<Self>) {
        let (Some(prior), Some(config), Some(planned)) = (prior.known(), config.known(), planned.known_mut()) else {
            return;
        };
        if planned.enabled != prior.enabled {
            // 0.0.0.0 stands for an address that the service is going to choose.
            let chosen = |ip: &Value<String>| if ip.as_deref() == Some(UNSPECIFIED) { Value::Null } else { ip.clone() };
            undecided(&chosen(&prior.local_ip), &config.local_ip, &mut planned.local_ip);
            undecided(&chosen(&prior.remote_ip), &config.remote_ip, &mut planned.remote_ip);
            undecided(&prior.probe, &config.probe, &mut planned.probe);
        }
    }
}

impl Probe {
    pub(super) fn config(&self) -> HealthCheckConfig {
        HealthCheckConfig {
            // The only type there is (VPC API 2017-03-12, HealthCheckConfig).
            probe_type: Some("NQA".to_owned()),
            probe_interval: said(&self.interval_ms),
            probe_threshold: said(&self.threshold),
            probe_timeout: said(&self.timeout_ms),
        }
    }

    fn observed(actual: Option<&HealthCheckConfig>, before: &Value<Self>) -> Value<Self> {
        let before = before.known().cloned().unwrap_or_default();
        let actual = actual.cloned().unwrap_or_default();
        let probe = Self {
            interval_ms: told(actual.probe_interval.into(), &before.interval_ms),
            threshold: told(actual.probe_threshold.into(), &before.threshold),
            timeout_ms: told(actual.probe_timeout.into(), &before.timeout_ms),
        };
        if probe == Self::default() { Value::Null } else { Value::Known(probe) }
    }
}

impl Bgp {
    pub(super) fn config(&self) -> BgpConfig {
        BgpConfig {
            tunnel_cidr: said(&self.tunnel_cidr),
            local_bgp_ip: said(&self.local_ip),
            remote_bgp_ip: said(&self.remote_ip),
            ..BgpConfig::default()
        }
    }

    pub(super) fn observed(actual: &VpnConnection) -> Value<Self> {
        let Some(bgp) = &actual.bgp_config else { return Value::Null };
        let bgp = Self {
            tunnel_cidr: text(&bgp.tunnel_cidr),
            local_ip: text(&bgp.local_bgp_ip),
            remote_ip: text(&bgp.remote_bgp_ip),
        };
        if bgp == Self::default() { Value::Null } else { Value::Known(bgp) }
    }
}

/// Tunnels with security policies cannot have health checks (`UnsupportedOperation.VpnConnCidrNotSupportedHealthCheck`), unless the policies
/// let everything through (product documentation, "Configuring Health Checks").
pub(super) fn no_health_check_with_policies(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let enabled = object.get("health_check").get("enabled") == &Raw::Bool(true);
    if enabled && object.get("security_policies").elements().iter().any(is_narrow) {
        diagnostics.error(
            path.attribute("health_check"),
            CONFLICT,
            "A tunnel with security_policies cannot have a health check. Remove one of the two, or route by destination.",
        );
    }
}

/// BGP runs over tunnels of route type `Bgp` only.
pub(super) fn bgp_needs_its_route_type(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let (bgp, route_type) = (object.get("bgp"), object.get("route_type"));
    if matches!(bgp, Raw::Map(_)) && route_type.as_str().is_some_and(|route_type| route_type != BGP) {
        diagnostics.error(path.attribute("bgp"), CONFLICT, BGP_NEEDS_BGP);
    }
}

/// The same where the configuration says nothing of one of the two: that of a new tunnel is not `Bgp`, one that exists has its own.
pub(super) fn new_bgp_needs_its_route_type(plan: &Plan<Connection>) -> Result<(), Diagnostics> {
    let Plan { prior, config, planned, .. } = plan;
    if prior.is_none() && config.bgp.is_null() && planned.route_type.as_deref() == Some(BGP) {
        let detail = "A new tunnel with route_type = \"Bgp\" needs bgp, the addresses of both ends. Set it, or another route_type.";
        return Err(Diagnostic::error("Missing attribute", detail).at("route_type").into());
    }
    if config.bgp.known().is_none() || !config.route_type.is_null() {
        return Ok(());
    }
    let impossible = prior.as_ref().is_none_or(|prior| {
        let changes = prior.bgp != planned.bgp;
        changes && planned.route_type.as_deref().is_some_and(|route_type| route_type != BGP)
    });
    if impossible { Err(Diagnostic::error(CONFLICT, BGP_NEEDS_BGP).at("bgp").into()) } else { Ok(()) }
}

/// Security policies are one way to route, `StaticRoute` and `Bgp` are others. A tunnel that is routed shows a policy from everywhere to
/// everywhere, which may stay (VPC API 2017-03-12, VpnConnection, RouteType and SecurityPolicyDatabaseSet).
pub(super) fn no_policies_where_routes_decide(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let Some(route_type @ ("StaticRoute" | BGP)) = object.get("route_type").as_str() else { return };
    if object.get("security_policies").elements().iter().any(is_narrow) {
        let detail = format!(
            "Routes decide which traffic goes through a tunnel with route_type = {route_type:?}. Remove security_policies, or write \
             route_type = \"Policy\"."
        );
        diagnostics.error(path.attribute("security_policies"), CONFLICT, detail);
    }
}

/// A /30 with both addresses inside (VPC API 2017-03-12, BgpConfig).
fn bgp_addresses(bgp: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    if let Some(range) = range(bgp.get("tunnel_cidr")).filter(|range| range.prefix_len() != 30) {
        let detail = format!("The tunnel's range has to be a /30; {range} is not.");
        diagnostics.error(path.attribute("tunnel_cidr"), "Wrong prefix length", detail);
    }
    in_tunnel_range(bgp, &ENDS, path, diagnostics);
    ends_differ(bgp, ENDS, path, diagnostics);
}

/// VPC API 2017-03-12, CreateVpnConnection, HealthCheckLocalIp and HealthCheckRemoteIp.
fn probe_address(value: &Raw) -> Result<(), Finding> {
    // What is no address is said already.
    match address(value) {
        Some(address) if !address.is_unspecified() && !PROBES.contains(&address) => Err(Finding::error(
            "Not a probe's address",
            format!("{address} is not in {PROBES}, where Tencent Cloud has the addresses of probes."),
        )),
        _ => Ok(()),
    }
}

fn probes_have_two_ends(health_check: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    ends_differ(health_check, ENDS, path, diagnostics);
}

/// What nobody configured and nobody knew before is the service's to say.
fn undecided<T>(prior: &Value<T>, config: &Value<T>, planned: &mut Value<T>) {
    if prior.is_null() && config.is_null() {
        *planned = Value::Unknown;
    }
}
