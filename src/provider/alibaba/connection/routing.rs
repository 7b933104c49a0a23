//! How both ends of a tunnel find each other and notice that they do: BGP, dead peer detection, NAT traversal, health checks.

use crate::cloud::alibaba::{BgpConfig, HealthCheckConfig, VcoHealthCheck, VpnBgp};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Model, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;
use crate::provider::addresses::{self, ends_differ, in_tunnel_range};
use crate::provider::values::{said, text, told};

/// Dead peer detection.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(super) struct Dpd {
    /// Whether the peer is watched. API member `EnableDpd`.
    #[attr(optional, computed, initial = true, removed = false)]
    pub(super) enabled: Value<bool>,
}

/// NAT traversal.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(super) struct NatTraversal {
    /// Whether the tunnel finds its way through address translation. API member `EnableNatTraversal`.
    #[attr(optional, computed, initial = true, removed = false)]
    pub(super) enabled: Value<bool>,
}

/// BGP over the tunnel.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(consistent = address_in_range)]
pub(super) struct Bgp {
    /// Whether routes are exchanged. API member `EnableBgp`.
    #[attr(required, removed = false)]
    enabled: Value<bool>,
    /// AS number of this side; 45104 if nobody says another. API member `LocalAsn`.
    #[attr(optional, computed, range(1..=4_294_967_295))]
    local_asn: Value<i64>,
    /// Range of the tunnel's own addresses, a /30 in 169.254.0.0/16 that no other tunnel of the VPN gateway has. Needed to
    /// switch BGP on. API member `TunnelCidr`.
    #[attr(optional, computed, ipv4_cidr, custom("a free /30 in 169.254.0.0/16", tunnel_range))]
    tunnel_cidr: Value<String>,
    /// This side's address in it. Needed to switch BGP on, and with another `tunnel_cidr`. API member `LocalBgpIp`.
    #[attr(optional, computed, ipv4)]
    local_ip: Value<String>,
    /// AS number of the other side, which is that of the customer gateway. API member `PeerAsn`.
    #[attr(computed)]
    peer_asn: Value<i64>,
    /// The other side's address. API member `PeerBgpIp`.
    #[attr(computed)]
    peer_ip: Value<String>,
    /// `success` when routes are exchanged. API member `Status`.
    #[attr(computed)]
    status: Value<String>,
}

/// BGP over one of two tunnels. `tunnels_bgp_enabled` says for both whether it is on.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(consistent = address_in_range)]
pub(super) struct TunnelBgp {
    /// AS number of this side, the same for both tunnels; 45104 if nobody says another. API member `LocalAsn`.
    #[attr(optional, computed, range(1..=4_294_967_295))]
    local_asn: Value<i64>,
    /// Range of the tunnel's own addresses, a /30 in 169.254.0.0/16 that no other tunnel of the VPN gateway has. Needed to
    /// switch BGP on. API member `TunnelCidr`.
    #[attr(optional, computed, ipv4_cidr, custom("a free /30 in 169.254.0.0/16", tunnel_range))]
    tunnel_cidr: Value<String>,
    /// This side's address in it. Needed to switch BGP on, and with another `tunnel_cidr`. API member `LocalBgpIp`.
    #[attr(optional, computed, ipv4)]
    local_ip: Value<String>,
    /// AS number of the other side, which is that of the customer gateway. API member `PeerAsn`.
    #[attr(computed)]
    peer_asn: Value<i64>,
    /// The other side's address. API member `PeerBgpIp`.
    #[attr(computed)]
    peer_ip: Value<String>,
    /// `success` when routes are exchanged. API member `BgpStatus`.
    #[attr(computed)]
    status: Value<String>,
}

/// Probes through the tunnel.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(consistent = probes_have_two_ends)]
pub(super) struct HealthCheck {
    /// Whether the tunnel is probed. API member `enable`.
    #[attr(required, removed = false)]
    enabled: Value<bool>,
    /// Address the probes come from. API member `sip`.
    #[attr(optional, computed, ipv4)]
    local_ip: Value<String>,
    /// Address the probes go to. API member `dip`.
    #[attr(optional, computed, ipv4)]
    remote_ip: Value<String>,
    /// Time between two probes in seconds; 3 if nobody says another. API member `interval`.
    #[attr(optional, computed, range(1..))]
    interval_seconds: Value<i64>,
    /// How many probes must fail; 3 if nobody says another. API member `retry`.
    #[attr(optional, computed, range(1..))]
    retries: Value<i64>,
    /// `success` or `failed`. API member `Status`.
    #[attr(computed)]
    status: Value<String>,
}

impl Dpd {
    pub(super) fn observed(actual: Option<bool>, before: &Value<Self>) -> Value<Self> {
        actual.map(|enabled| Self { enabled: enabled.into() }).or_else(|| said(before)).into()
    }
}

impl NatTraversal {
    pub(super) fn observed(actual: Option<bool>, before: &Value<Self>) -> Value<Self> {
        actual.map(|enabled| Self { enabled: enabled.into() }).or_else(|| said(before)).into()
    }
}

impl Bgp {
    /// All members that are known: whether the service keeps those left out is not documented.
    pub(super) fn config(&self) -> BgpConfig {
        BgpConfig {
            enable_bgp: said(&self.enabled),
            local_asn: said(&self.local_asn).map(|asn| asn.to_string()),
            tunnel_cidr: said(&self.tunnel_cidr),
            local_bgp_ip: said(&self.local_ip),
        }
    }

    /// For BGP that is on, and was not before if it is `switched`: neither address has a default (VPC API 2016-04-28, BgpConfig), and the
    /// one in another range is none in this.
    pub(super) fn require_addresses(
        switched: bool,
        prior: &Value<Self>,
        config: &Value<Self>,
        path: &Path,
        diagnostics: &mut Diagnostics,
    ) {
        if config.is_unknown() {
            return;
        }
        let had = prior.known().cloned().unwrap_or_default();
        let config = config.known().cloned().unwrap_or_default();
        let lacks = |configured: &Value<String>, had: &Value<String>| configured.is_null() && switched && had.is_null();
        let moved = had.tunnel_cidr.is_known()
            && config.tunnel_cidr.is_known()
            && had.tunnel_cidr != config.tunnel_cidr
            && config.local_ip.is_null();
        for (name, what, is_lacking) in [
            ("tunnel_cidr", "a range for the tunnel's own addresses", lacks(&config.tunnel_cidr, &had.tunnel_cidr)),
            ("local_ip", "this side's address in the tunnel", moved || lacks(&config.local_ip, &had.local_ip)),
        ] {
            if is_lacking {
                diagnostics.error(path.attribute(name), "Missing attribute", format!("BGP needs {what}: set {name}."));
            }
        }
    }

    pub(super) fn is_on(bgp: &Value<Self>) -> bool {
        bgp.known().is_some_and(|bgp| bgp.enabled == Value::Known(true))
    }

    /// A listing does not say whether it is on.
    pub(super) fn observed(actual: Option<&VpnBgp>, before: &Value<Self>) -> Value<Self> {
        let Some(actual) = actual else { return before.known().cloned().into() };
        let before = before.known().cloned().unwrap_or_default();
        let bgp = Self {
            enabled: told(actual.enable_bgp.into(), &before.enabled),
            local_asn: actual.local_asn.into(),
            tunnel_cidr: text(&actual.tunnel_cidr),
            local_ip: text(&actual.local_bgp_ip),
            peer_asn: actual.peer_asn.into(),
            peer_ip: text(&actual.peer_bgp_ip),
            status: text(&actual.status),
        };
        if bgp == Self::default() { Value::Null } else { Value::Known(bgp) }
    }

    /// Leaves to the service what a change may change of it: the peer, and what neither the configuration nor the state says. The API takes
    /// the object whole, and gets all that is known.
    pub(super) fn plan(prior: &Value<Self>, config: &Value<Self>, planned: &mut Value<Self>) {
        let Some(planned) = planned.known_mut().filter(|planned| prior.known() != Some(planned)) else { return };
        (planned.peer_asn, planned.peer_ip, planned.status) = (Value::Unknown, Value::Unknown, Value::Unknown);
        let own = |bgp: &Value<Self>| bgp.known().map_or(Value::Null, |bgp| bgp.local_ip.clone());
        let moved = prior.known().is_none_or(|prior| prior.tunnel_cidr != planned.tunnel_cidr);
        if moved && own(config).is_null() {
            planned.local_ip = Value::Unknown;
        }
        undecided(&mut planned.local_asn);
        undecided(&mut planned.tunnel_cidr);
        undecided(&mut planned.local_ip);
    }
}

impl TunnelBgp {
    pub(super) fn config(&self) -> BgpConfig {
        Bgp::from(self.clone()).config()
    }

    pub(super) fn observed(actual: Option<&VpnBgp>, before: &Value<Self>) -> Value<Self> {
        Bgp::observed(actual, &before.clone().map(Bgp::from)).map(Self::from)
    }

    /// As [`Bgp::require_addresses`].
    pub(super) fn require_addresses(
        switched: bool,
        prior: &Value<Self>,
        config: &Value<Self>,
        path: &Path,
        diagnostics: &mut Diagnostics,
    ) {
        let (prior, config) = (prior.clone().map(Bgp::from), config.clone().map(Bgp::from));
        Bgp::require_addresses(switched, &prior, &config, path, diagnostics);
    }

    /// Leaves to the service what a change of the rest may change, or of `tunnels_bgp_enabled`, which is `switched` then.
    pub(super) fn plan(switched: bool, prior: &Value<Self>, config: &Value<Self>, planned: &mut Value<Self>) {
        let of =
            |bgp: &Value<Self>, enabled: bool| bgp.clone().map(|bgp| Bgp { enabled: enabled.into(), ..bgp.into() });
        let mut bgp = of(planned, switched);
        Bgp::plan(&of(prior, false), &of(config, switched), &mut bgp);
        *planned = match bgp {
            Value::Null if switched => Value::Unknown,
            bgp => bgp.map(Self::from),
        };
    }

    /// With another customer gateway, there is another peer.
    pub(super) fn plan_another_gateway(&mut self) {
        (self.peer_asn, self.peer_ip, self.status) = (Value::Unknown, Value::Unknown, Value::Unknown);
    }
}

impl From<TunnelBgp> for Bgp {
    fn from(TunnelBgp { local_asn, tunnel_cidr, local_ip, peer_asn, peer_ip, status }: TunnelBgp) -> Self {
        Self { enabled: Value::Null, local_asn, tunnel_cidr, local_ip, peer_asn, peer_ip, status }
    }
}

impl From<Bgp> for TunnelBgp {
    fn from(Bgp { enabled: _, local_asn, tunnel_cidr, local_ip, peer_asn, peer_ip, status }: Bgp) -> Self {
        Self { local_asn, tunnel_cidr, local_ip, peer_asn, peer_ip, status }
    }
}

impl HealthCheck {
    /// All members that are known: whether the service keeps those left out is not documented.
    pub(super) fn config(&self) -> HealthCheckConfig {
        HealthCheckConfig {
            enable: said(&self.enabled),
            dip: said(&self.remote_ip),
            sip: said(&self.local_ip),
            // 0 is no number of either.
            interval: said(&self.interval_seconds).filter(|seconds| *seconds > 0),
            retry: said(&self.retries).filter(|times| *times > 0),
        }
    }

    pub(super) fn observed(actual: Option<&VcoHealthCheck>, before: &Value<Self>) -> Value<Self> {
        let Some(actual) = actual else { return before.known().cloned().into() };
        let before = before.known().cloned().unwrap_or_default();
        let health_check = Self {
            enabled: told(actual.enable.into(), &before.enabled),
            local_ip: text(&actual.sip),
            remote_ip: text(&actual.dip),
            interval_seconds: actual.interval.into(),
            retries: actual.retry.into(),
            status: text(&actual.status),
        };
        if health_check == Self::default() { Value::Null } else { Value::Known(health_check) }
    }

    /// Leaves to the service what a change may change of it: how the probes go, and what neither the configuration nor the state says.
    pub(super) fn plan(prior: &Value<Self>, planned: &mut Value<Self>) {
        let Some(planned) = planned.known_mut().filter(|planned| prior.known() != Some(planned)) else { return };
        planned.status = Value::Unknown;
        undecided(&mut planned.local_ip);
        undecided(&mut planned.remote_ip);
        undecided(&mut planned.interval_seconds);
        undecided(&mut planned.retries);
    }
}

/// What nobody says is the service's to say.
fn undecided<T>(planned: &mut Value<T>) {
    if planned.is_null() {
        *planned = Value::Unknown;
    }
}

/// VPC API 2016-04-28, BgpConfig.TunnelCidr.
fn tunnel_range(range: &Raw) -> Result<(), Finding> {
    // That it is a range at all is checked beside this.
    let Some(range) = addresses::range(range) else { return Ok(()) };
    let [a, b, c, d] = range.network().octets();
    if (a, b) != (169, 254) || range.prefix_len() != 30 {
        return Err(Finding::error("Not a tunnel's range", format!("{range} is not a /30 in 169.254.0.0/16.")));
    }
    if (c <= 6 && d == 0) || (c, d) == (169, 252) {
        return Err(Finding::error(
            "Reserved range",
            format!("Alibaba Cloud keeps {range} for itself: take another one."),
        ));
    }
    Ok(())
}

fn address_in_range(bgp: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    in_tunnel_range(bgp, &["local_ip"], path, diagnostics);
}

fn probes_have_two_ends(health_check: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    ends_differ(health_check, ["local_ip", "remote_ip"], path, diagnostics);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_has_a_range_of_its_own() {
        for (range, allowed) in [
            ("169.254.10.0/30", true),
            ("169.254.6.4/30", true),
            ("169.254.0.0/30", false),
            ("169.254.6.0/30", false),
            ("169.254.169.252/30", false),
            ("169.254.10.0/29", false),
            ("10.0.0.0/30", false),
        ] {
            assert_eq!(tunnel_range(&Raw::from(range)).is_ok(), allowed, "{range}");
        }
    }

    #[test]
    fn bgp_that_is_switched_on_needs_addresses_unless_it_had_them() {
        let range = || Value::from("169.254.10.0/30");
        let had = Bgp { tunnel_cidr: range(), local_ip: "169.254.10.1".into(), ..Bgp::default() };
        let unknown = Bgp { tunnel_cidr: Value::Unknown, local_ip: Value::Unknown, ..Bgp::default() };
        for (prior, config, lacking) in [
            (Value::Null, Value::Known(Bgp::default()), 2),
            (Value::Null, Value::Null, 2),
            (Value::Null, Value::Known(Bgp { tunnel_cidr: range(), ..Bgp::default() }), 1),
            (Value::Null, Value::Known(had.clone()), 0),
            (Value::Null, Value::Known(unknown), 0),
            (Value::Null, Value::Unknown, 0),
            (Value::Known(had), Value::Null, 0),
        ] {
            let mut diagnostics = Diagnostics::new();
            Bgp::require_addresses(true, &prior, &config, &Path::from("bgp"), &mut diagnostics);
            assert_eq!(diagnostics.iter().count(), lacking, "{config:?}");
        }
    }

    #[test]
    fn bgp_that_moves_to_another_range_needs_an_address_in_it() {
        let had = Bgp { tunnel_cidr: "169.254.10.0/30".into(), local_ip: "169.254.10.1".into(), ..Bgp::default() };
        let hidden = Bgp { local_ip: Value::Null, ..had.clone() };
        let range = |range: Value<String>| Bgp { tunnel_cidr: range, ..Bgp::default() };
        let moved = range("169.254.11.0/30".into());
        for (prior, config, is_lacking) in [
            (&had, moved.clone(), true),
            (&hidden, moved.clone(), true),
            (&had, Bgp { local_ip: "169.254.11.1".into(), ..moved.clone() }, false),
            (&had, Bgp { local_ip: Value::Unknown, ..moved }, false),
            (&had, range(Value::Unknown), false),
            (&had, range("169.254.10.0/30".into()), false),
            (&had, Bgp::default(), false),
        ] {
            for switched in [false, true] {
                let mut diagnostics = Diagnostics::new();
                let (prior, config) = (prior.clone().into(), config.clone().into());
                Bgp::require_addresses(switched, &prior, &config, &Path::from("bgp"), &mut diagnostics);
                assert_eq!(!diagnostics.is_empty(), is_lacking, "{config:?}");
            }
        }
    }

    #[test]
    fn what_a_change_of_bgp_may_change_is_open() {
        let prior = Bgp {
            enabled: true.into(),
            local_asn: 65001.into(),
            tunnel_cidr: "169.254.10.0/30".into(),
            local_ip: "169.254.10.1".into(),
            peer_asn: 65002.into(),
            peer_ip: "169.254.10.2".into(),
            status: "success".into(),
        };
        let planned = |config: Bgp, changed: Bgp| {
            let mut planned = Value::Known(changed);
            Bgp::plan(&prior.clone().into(), &config.into(), &mut planned);
            planned.into_known().unwrap()
        };
        let config = Bgp { enabled: true.into(), tunnel_cidr: "169.254.10.0/30".into(), ..Bgp::default() };
        assert_eq!(planned(config.clone(), prior.clone()), prior);

        let moved = Bgp { tunnel_cidr: "169.254.11.0/30".into(), ..config.clone() };
        let seen = planned(moved.clone(), Bgp { tunnel_cidr: moved.tunnel_cidr.clone(), ..prior.clone() });
        assert!(seen.local_ip.is_unknown() && seen.peer_ip.is_unknown() && seen.status.is_unknown());
        assert_eq!(seen.local_asn, 65001.into(), "the service would take 45104 for none");

        // Off and on again: what is known stays, and is sent along.
        let off = Bgp { enabled: false.into(), ..prior.clone() };
        let seen = planned(Bgp { enabled: false.into(), ..Bgp::default() }, off.clone());
        let known = Bgp { peer_asn: Value::Unknown, peer_ip: Value::Unknown, status: Value::Unknown, ..off.clone() };
        assert_eq!(seen, known);
        assert_eq!(seen.config(), off.config());
        let mut on = Value::Known(prior.clone());
        let config = Bgp { enabled: true.into(), ..Bgp::default() };
        Bgp::plan(&off.into(), &config.into(), &mut on);
        let on = on.into_known().unwrap();
        assert_eq!(on.config(), prior.config(), "the object goes whole");
        let blank = Bgp { enabled: false.into(), ..Bgp::default() };
        let mut on = Value::Known(Bgp { enabled: true.into(), ..Bgp::default() });
        Bgp::plan(&blank.into(), &Bgp { enabled: true.into(), ..Bgp::default() }.into(), &mut on);
        assert!(on.into_known().unwrap().local_asn.is_unknown(), "nobody knows it");
    }

    #[test]
    fn a_health_check_that_is_switched_keeps_what_is_known_of_it() {
        let prior = HealthCheck {
            enabled: false.into(),
            local_ip: "10.0.0.9".into(),
            remote_ip: Value::Null,
            interval_seconds: 5.into(),
            retries: 0.into(),
            status: "failed".into(),
        };
        let mut planned = Value::Known(HealthCheck { enabled: true.into(), ..prior.clone() });
        HealthCheck::plan(&prior.clone().into(), &mut planned);
        let planned = planned.into_known().unwrap();
        assert!(planned.status.is_unknown() && planned.remote_ip.is_unknown());
        let config = planned.config();
        assert_eq!((config.enable, config.sip.as_deref(), config.interval), (Some(true), Some("10.0.0.9"), Some(5)));
        assert_eq!((config.dip, config.retry), (None, None));
        let mut same = Value::Known(prior.clone());
        HealthCheck::plan(&prior.clone().into(), &mut same);
        assert_eq!(same, Value::Known(prior));
    }
}
