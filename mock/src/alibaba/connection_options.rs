//! The options of a connection's tunnels: IKE, IPsec, BGP, health check ("CreateVpnConnection", VPC API 2016-04-28).
//!
//! A connection with one tunnel takes them as JSON texts, one with two as members of `TunnelOptionsSpecification`. They are kept
//! with booleans and numbers.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::connections::tunnels;
use super::{
    CONNECTIONS, CUSTOMER_GATEWAYS, Context, GATEWAYS, VSWITCHES, customer_gateways, errors, missing, request, rules,
};
use crate::api::Refusal;
use crate::check::{self, Field, Rule, Shape, optional};
use crate::store::{Members, text};

/// What a connection takes from its gateway.
#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) two_tunnels: bool,
    /// Of the type NationalStandard, with SM algorithms.
    pub(super) national: bool,
    id: String,
    addresses: [String; 2],
    zones: [String; 2],
}

impl Gateway {
    /// One that is not there (`--any-parent`) has the tunnels that the request or the connection has.
    pub(super) fn of(context: &Context<'_>, id: &str, two_tunnels: bool) -> Self {
        let gateway = context.get(GATEWAYS, id);
        let text = |name: &str| gateway.map(|gateway| gateway.text(name)).unwrap_or_default();
        let address = |name: &str, default: &str| match text(name) {
            "" => default.to_owned(),
            address => address.to_owned(),
        };
        let zone = |name: &str| {
            context.get(VSWITCHES, text(name)).map(|vswitch| vswitch.text("ZoneId").to_owned()).unwrap_or_default()
        };
        Self {
            two_tunnels: gateway.map_or(two_tunnels, |_| !text("DisasterRecoveryVSwitchId").is_empty()),
            national: text("VpnType") == "NationalStandard",
            id: id.to_owned(),
            addresses: [
                address("InternetIp", ASSUMED_ADDRESSES[0]),
                address("DisasterRecoveryInternetIp", ASSUMED_ADDRESSES[1]),
            ],
            zones: [zone("VSwitchId"), zone("DisasterRecoveryVSwitchId")],
        }
    }
}

/// Applies the options of a connection with one tunnel.
pub(super) fn one_tunnel(
    context: &Context<'_>,
    connection: &mut Members,
    gateway: &Gateway,
    params: &Members,
) -> Result<(), Refusal> {
    refuse(params, &["TunnelOptionsSpecification", "EnableTunnelsBgp"], "two tunnels")?;
    if text(connection, "CustomerGatewayId").is_empty() {
        return Err(missing("CustomerGatewayId"));
    }
    let customer = Customer::of(context, text(connection, "CustomerGatewayId"))?;
    request::or_insert(connection, "TunnelOptionsSpecification", json!({"TunnelOptions": []}));
    request::or_insert(connection, "ZoneNo", gateway.zones[0].as_str());

    let is_new = !connection.contains_key("IkeConfig");
    let ike = member(connection, "IkeConfig");
    ike.extend(from_json(params, "IkeConfig", IKE, false)?);
    // The default is `ikev1` on the page of IkeConfig. Who says nothing at all of phase 1 was seen to get `ikev2`.
    if is_new && !params.contains_key("IkeConfig") && !context.world.switches.default_ikev1 {
        request::or_insert(ike, "IkeVersion", "ikev2");
    }
    complete_ike(ike, gateway, &gateway.addresses[0], &customer)?;
    let ipsec = member(connection, "IpsecConfig");
    ipsec.extend(from_json(params, "IpsecConfig", IPSEC, false)?);
    complete_ipsec(ipsec, gateway)?;

    let health = member(connection, "VcoHealthCheck");
    health.extend(from_json(params, "HealthCheckConfig", HEALTH_CHECK, true)?);
    for (name, default) in [("Enable", json!(false)), ("Interval", json!(3)), ("Retry", json!(3))] {
        request::or_insert(health, name, default);
    }
    for name in ["Dip", "Sip", "Policy"] {
        request::or_insert(health, name, "");
    }
    let status = if is_true(health.get("Enable")) { "success" } else { "" };
    health.insert("Status".to_owned(), json!(status));

    let bgp = member(connection, "VpnBgpConfig");
    bgp.extend(from_json(params, "BgpConfig", BGP, true)?);
    request::or_insert(bgp, "EnableBgp", false);
    let on = is_true(bgp.get("EnableBgp"));
    complete_bgp(bgp, on, &customer)?;
    bgp.insert("Status".to_owned(), json!(if on { "success" } else { "" }));
    free_ranges(context, connection, gateway)
}

/// Applies the options of a connection with two tunnels.
pub(super) fn two_tunnels(
    context: &Context<'_>,
    connection: &mut Members,
    gateway: &Gateway,
    params: &Members,
) -> Result<(), Refusal> {
    refuse(params, SINGLE_ONLY, "one tunnel")?;
    let given = params.get(TUNNELS.name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut kept: Vec<_> = tunnels(connection).filter_map(Value::as_object).cloned().collect();
    if kept.is_empty() {
        kept = new_tunnels(given, gateway)?;
    }
    let mut changed = Vec::new();
    for (at, entry) in given.iter().enumerate() {
        let entry = entry.as_object().expect("checked to be a list of objects");
        // Entries without a role are of a new connection, in the order of its tunnels.
        let named = |tunnel: &Members| {
            ["TunnelId", "Role"].into_iter().all(|name| entry.get(name).is_none_or(|id| tunnel.get(name) == Some(id)))
        };
        let no_name = !entry.contains_key("TunnelId") && !entry.contains_key("Role");
        let position =
            if no_name { params.contains_key("VpnGatewayId").then_some(at) } else { kept.iter().position(named) };
        let position = position.filter(|position| !changed.contains(position)).ok_or_else(|| {
            rules::invalid(format!("TunnelOptionsSpecification.{} names no tunnel of its own", at + 1))
        })?;
        changed.push(position);
        change_tunnel(context, &mut kept[position], entry, gateway)?;
    }
    let is_new = tunnels(connection).next().is_none();
    let says_bgp = given.iter().any(|entry| entry["TunnelBgpConfig"]["TunnelCidr"].is_string());
    // Off by default on the page of EnableTunnelsBgp; seen on where tunnels of a new connection have a TunnelBgpConfig.
    if is_new && says_bgp && !params.contains_key("EnableTunnelsBgp") && !context.world.switches.tunnels_bgp_off {
        connection.insert("EnableTunnelsBgp".to_owned(), json!(true));
    }
    let on = is_true(connection.get("EnableTunnelsBgp"));
    for (at, tunnel) in kept.iter_mut().enumerate() {
        complete_tunnel(context, tunnel, gateway, at, on)?;
    }
    let asn = |tunnel: &Members| tunnel.get("TunnelBgpConfig").and_then(|bgp| bgp.get("LocalAsn")).cloned();
    if on && kept.iter().any(|tunnel| asn(tunnel) != asn(&kept[0])) {
        return Err(rules::invalid("LocalAsn must be the same in both tunnels"));
    }
    connection.insert("TunnelOptionsSpecification".to_owned(), json!({"TunnelOptions": kept}));
    free_ranges(context, connection, gateway)
}

/// The tunnels of a new connection, before anything is applied to them: one is the `master`, one the `slave`.
fn new_tunnels(given: &[Value], gateway: &Gateway) -> Result<Vec<Members>, Refusal> {
    if given.is_empty() {
        return Err(missing("TunnelOptionsSpecification"));
    }
    let mut roles: Vec<_> = given.iter().filter_map(|entry| entry["Role"].as_str()).collect();
    if roles.is_empty() {
        roles = ROLES.to_vec();
    }
    if given.len() != 2 || !ROLES.iter().all(|role| roles.contains(role)) {
        return Err(rules::invalid("TunnelOptionsSpecification must have a master and a slave"));
    }
    if given.iter().any(|entry| entry.get("TunnelId").is_some()) {
        return Err(rules::invalid("TunnelId has no place in a new connection"));
    }
    let tunnel = |at: usize| {
        super::members(json!({
            "TunnelId": super::new_id("tun-"),
            "TunnelIndex": at + 1,
            "Role": ROLES[at],
            "InternetIp": gateway.addresses[at],
            "ZoneNo": gateway.zones[at],
            "EnableDpd": true,
            "EnableNatTraversal": true,
            "RemoteCaCertificate": "",
        }))
    };
    Ok(vec![tunnel(0), tunnel(1)])
}

fn change_tunnel(
    context: &Context<'_>,
    tunnel: &mut Members,
    entry: &Members,
    gateway: &Gateway,
) -> Result<(), Refusal> {
    if !gateway.national && entry.contains_key("RemoteCaCertificate") {
        return Err(rules::invalid("RemoteCaCertificate is for gateways of the type NationalStandard"));
    }
    let before = context.get(CUSTOMER_GATEWAYS, text(tunnel, "CustomerGatewayId"));
    let before = before.map(|gateway| gateway.text("IpAddress")).unwrap_or_default();
    tunnel
        .extend(super::select(entry, &["CustomerGatewayId", "EnableDpd", "EnableNatTraversal", "RemoteCaCertificate"]));
    let ike = member(tunnel, "TunnelIkeConfig");
    if text(ike, "RemoteId") == before {
        // The identity of the peer was its address; it follows the customer gateway.
        ike.remove("RemoteId");
    }
    for name in ["TunnelIkeConfig", "TunnelIpsecConfig", "TunnelBgpConfig"] {
        let given = entry.get(name).and_then(Value::as_object).cloned();
        member(tunnel, name).extend(given.unwrap_or_default());
    }
    Ok(())
}

fn complete_tunnel(
    context: &Context<'_>,
    tunnel: &mut Members,
    gateway: &Gateway,
    at: usize,
    bgp_on: bool,
) -> Result<(), Refusal> {
    if text(tunnel, "CustomerGatewayId").is_empty() {
        return Err(missing(&format!("TunnelOptionsSpecification.{}.CustomerGatewayId", at + 1)));
    }
    let customer = Customer::of(context, text(tunnel, "CustomerGatewayId"))?;
    complete_ike(member(tunnel, "TunnelIkeConfig"), gateway, &gateway.addresses[at.min(1)], &customer)?;
    complete_ipsec(member(tunnel, "TunnelIpsecConfig"), gateway)?;
    let bgp = member(tunnel, "TunnelBgpConfig");
    if bgp_on || !bgp.is_empty() {
        complete_bgp(bgp, bgp_on, &customer)?;
        bgp.insert("BgpStatus".to_owned(), json!(if bgp_on { "success" } else { "" }));
    }
    Ok(())
}

/// The other side of a tunnel.
struct Customer {
    address: String,
    asn: u64,
}

impl Customer {
    fn of(context: &Context<'_>, id: &str) -> Result<Self, Refusal> {
        match customer_gateways::find(context, id) {
            Ok(gateway) => Ok(Self {
                address: gateway.text("IpAddress").to_owned(),
                asn: gateway.members.get("Asn").and_then(Value::as_u64).unwrap_or_default(),
            }),
            Err(_) if context.options.any_parent => Ok(Self { address: "198.51.100.254".to_owned(), asn: 0 }),
            Err(refusal) => Err(refusal),
        }
    }
}

fn complete_ike(ike: &mut Members, gateway: &Gateway, local: &str, customer: &Customer) -> Result<(), Refusal> {
    for (name, address) in [("LocalId", local), ("RemoteId", &customer.address)] {
        if text(ike, name).is_empty() {
            ike.insert(name.to_owned(), json!(address));
        }
    }
    if !ike.contains_key("Psk") {
        ike.insert("Psk".to_owned(), json!(random_key()));
    }
    let [cipher, hash] = if gateway.national { ["sm4", "sm3"] } else { ["aes", "md5"] };
    for (name, default) in [
        ("IkeVersion", "ikev1"),
        ("IkeMode", "main"),
        ("IkeEncAlg", cipher),
        ("IkeAuthAlg", hash),
        ("IkePfs", "group2"),
    ] {
        request::or_insert(ike, name, default);
    }
    request::or_insert(ike, "IkeLifetime", DAY_SECONDS);

    // The key must not be in the message.
    let psk = text(ike, "Psk");
    if !((1..=100).contains(&psk.len()) && psk.bytes().all(|letter| letter.is_ascii_graphic())) {
        return Err(rules::invalid("Psk must be 1 to 100 printable characters without space"));
    }
    for name in ["LocalId", "RemoteId"] {
        let id = text(ike, name);
        if id.chars().count() > 100 || id.contains(char::is_whitespace) {
            return Err(rules::invalid(format!("{name} must be at most 100 characters without space")));
        }
    }
    let name = text(ike, "RemoteId").parse::<Ipv4Addr>().is_err();
    if name && text(ike, "IkeVersion") == "ikev1" && text(ike, "IkeMode") == "main" {
        return Err(rules::invalid("a RemoteId that is a name needs IkeMode aggressive"));
    }
    algorithms(ike, gateway, "IkeEncAlg", "IkeAuthAlg")
}

fn complete_ipsec(ipsec: &mut Members, gateway: &Gateway) -> Result<(), Refusal> {
    let [cipher, hash] = if gateway.national { ["sm4", "sm3"] } else { ["aes", "md5"] };
    for (name, default) in [("IpsecEncAlg", cipher), ("IpsecAuthAlg", hash), ("IpsecPfs", "group2")] {
        request::or_insert(ipsec, name, default);
    }
    request::or_insert(ipsec, "IpsecLifetime", DAY_SECONDS);
    algorithms(ipsec, gateway, "IpsecEncAlg", "IpsecAuthAlg")
}

/// SM algorithms are those of NationalStandard gateways, and of no others.
fn algorithms(options: &Members, gateway: &Gateway, cipher: &str, hash: &str) -> Result<(), Refusal> {
    let [sm4, sm3] = [text(options, cipher) == "sm4", text(options, hash) == "sm3"];
    if sm4 == gateway.national && sm3 == gateway.national {
        return Ok(());
    }
    let message = if gateway.national { "this gateway has sm4 and sm3" } else { "this gateway has no sm4 and sm3" };
    Err(rules::invalid(message))
}

/// The range of the tunnel is a /30 of 169.254.0.0/16, with an address for each side.
fn complete_bgp(bgp: &mut Members, on: bool, customer: &Customer) -> Result<(), Refusal> {
    let asn = match bgp.get("LocalAsn") {
        Some(Value::String(text)) => rules::asn(text).map(u64::from),
        Some(number) => number.as_u64(),
        None => Some(CLOUD_ASN),
    };
    let asn = asn.ok_or_else(|| rules::invalid("LocalAsn must be 1 to 4294967295, or two halves with a dot"))?;
    bgp.insert("LocalAsn".to_owned(), json!(asn));
    bgp.insert("PeerAsn".to_owned(), json!(customer.asn));
    for name in ["TunnelCidr", "LocalBgpIp"] {
        if on && text(bgp, name).is_empty() {
            return Err(missing(name));
        }
    }
    if text(bgp, "TunnelCidr").is_empty() {
        return Ok(());
    }
    let range = rules::network(text(bgp, "TunnelCidr")).filter(is_for_tunnels).ok_or_else(|| {
        rules::invalid("TunnelCidr must be a /30 of 169.254.0.0/16 that the cloud does not use itself")
    })?;
    if text(bgp, "LocalBgpIp").is_empty() {
        return Ok(());
    }
    let local = text(bgp, "LocalBgpIp").parse::<Ipv4Addr>().ok();
    let peer = range.hosts().find(|host| Some(*host) != local);
    let peer = peer.filter(|_| local.is_some_and(|local| range.hosts().any(|host| host == local)));
    let peer = peer.ok_or_else(|| rules::invalid("LocalBgpIp must be an address of TunnelCidr"))?;
    bgp.insert("PeerBgpIp".to_owned(), json!(peer));
    Ok(())
}

/// Not 169.254.0.0/30 to 169.254.6.0/30, and not 169.254.169.252/30.
fn is_for_tunnels(range: &Ipv4Net) -> bool {
    let [_, _, third, fourth] = range.network().octets();
    let used = (third <= 6 && fourth == 0) || (third == 169 && fourth == 252);
    range.prefix_len() == 30 && range.network().is_link_local() && !used
}

/// A range is that of one tunnel of a gateway.
fn free_ranges(context: &Context<'_>, connection: &Members, gateway: &Gateway) -> Result<(), Refusal> {
    let id = text(connection, "VpnConnectionId");
    let others = context.list(CONNECTIONS).filter(|other| other.id != id && other.text("VpnGatewayId") == gateway.id);
    let mut taken: Vec<_> = others.flat_map(|other| ranges(&other.members)).collect();
    for range in ranges(connection) {
        if taken.contains(&range) {
            return Err(rules::invalid(format!("TunnelCidr {range} is that of another tunnel")));
        }
        taken.push(range);
    }
    Ok(())
}

fn ranges(connection: &Members) -> impl Iterator<Item = &str> {
    let single = connection.get("VpnBgpConfig").into_iter();
    let bgp = single.chain(tunnels(connection).filter_map(|tunnel| tunnel.get("TunnelBgpConfig")));
    bgp.filter_map(|bgp| bgp["TunnelCidr"].as_str()).filter(|range| !range.is_empty())
}

/// Parameters of the other mode must be left out.
fn refuse(params: &Members, names: &[&str], of: &str) -> Result<(), Refusal> {
    match names.iter().find(|name| params.contains_key(**name)) {
        Some(name) => Err(rules::invalid(format!("{name} is for connections with {of}"))),
        None => Ok(()),
    }
}

/// The members of a parameter that is a JSON text. Clients write the `loose` ones in several ways: names that begin with a small
/// letter, numbers and booleans in quotes, empty texts for nothing.
fn from_json(params: &Members, name: &str, fields: &'static [Field], loose: bool) -> Result<Members, Refusal> {
    let Some(text) = params.get(name).and_then(Value::as_str) else {
        return Ok(Members::new());
    };
    let mut members: Members = serde_json::from_str(text)
        .map_err(|_| errors::refusal("InvalidParameter.Format", format!("{name} must be a JSON object")))?;
    if loose {
        members = members.into_iter().filter(|(_, value)| value != "").map(loosened).collect();
        check::from_texts(fields, &mut members);
    }
    check::check(fields, &members).map_err(super::refusal)?;
    Ok(members)
}

fn loosened((name, value): (String, Value)) -> (String, Value) {
    let mut letters = name.chars();
    let name = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
    // An AS number is a text, because of its form with a dot.
    let value = if name == "LocalAsn" && value.is_number() { json!(value.to_string()) } else { value };
    (name, value)
}

/// A member that is an object, made when it is not there.
fn member<'m>(members: &'m mut Members, name: &str) -> &'m mut Members {
    let value = members.entry(name).or_insert(Value::Null);
    if !value.is_object() {
        *value = Value::Object(Members::new());
    }
    value.as_object_mut().expect("made an object above")
}

fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|value| *value == true || value == "true")
}

/// 16 letters and digits, as the service makes a key when it gets none.
fn random_key() -> String {
    super::new_id("").chars().take(16).collect()
}

/// Two entries in a request that creates; any of the two in one that changes.
pub(super) const TUNNELS: Field =
    optional("TunnelOptionsSpecification", Shape::List(&Shape::Object(TUNNEL), ROLES.len()));

const TUNNEL: &[Field] = &[
    optional("TunnelId", TEXT),
    optional("Role", Shape::Text(&[Rule::OneOf(ROLES)])),
    optional("CustomerGatewayId", TEXT),
    optional("EnableDpd", Shape::Bool),
    optional("EnableNatTraversal", Shape::Bool),
    optional("RemoteCaCertificate", TEXT),
    optional("TunnelIkeConfig", Shape::Object(IKE)),
    optional("TunnelIpsecConfig", Shape::Object(IPSEC)),
    optional(
        "TunnelBgpConfig",
        Shape::Object(&[optional("LocalAsn", TEXT), optional("LocalBgpIp", TEXT), optional("TunnelCidr", TEXT)]),
    ),
];

const IKE: &[Field] = &[
    optional("Psk", TEXT),
    optional("IkeVersion", Shape::Text(&[Rule::OneOf(&["ikev1", "ikev2"])])),
    optional("IkeMode", Shape::Text(&[Rule::OneOf(&["main", "aggressive"])])),
    optional("IkeEncAlg", CIPHER),
    optional("IkeAuthAlg", HASH),
    optional("IkePfs", Shape::Text(&[Rule::OneOf(&["group1", "group2", "group5", "group14"])])),
    optional("IkeLifetime", LIFETIME),
    optional("LocalId", TEXT),
    optional("RemoteId", TEXT),
];

const IPSEC: &[Field] = &[
    optional("IpsecEncAlg", CIPHER),
    optional("IpsecAuthAlg", HASH),
    optional("IpsecPfs", Shape::Text(&[Rule::OneOf(&["disabled", "group1", "group2", "group5", "group14"])])),
    optional("IpsecLifetime", LIFETIME),
];

const HEALTH_CHECK: &[Field] = &[
    optional("Enable", Shape::Bool),
    optional("Dip", Shape::Text(&[Rule::Ip])),
    optional("Sip", Shape::Text(&[Rule::Ip])),
    optional("Interval", Shape::Int(1, i64::MAX)),
    optional("Retry", Shape::Int(1, i64::MAX)),
];

const BGP: &[Field] = &[
    optional("EnableBgp", Shape::Bool),
    optional("LocalAsn", TEXT),
    optional("TunnelCidr", TEXT),
    optional("LocalBgpIp", TEXT),
];

/// What a request for two tunnels must leave out.
const SINGLE_ONLY: &[&str] = &[
    "CustomerGatewayId",
    "IkeConfig",
    "IpsecConfig",
    "HealthCheckConfig",
    "BgpConfig",
    "EnableDpd",
    "EnableNatTraversal",
    "RemoteCaCertificate",
];

/// Of a gateway that is not there.
pub(super) const ASSUMED_ADDRESSES: [&str; 2] = ["203.0.113.254", "203.0.113.253"];

const ROLES: &[&str] = &["master", "slave"];
const TEXT: Shape = Shape::Text(&[]);
const CIPHER: Shape = Shape::Text(&[Rule::OneOf(&["aes", "aes192", "aes256", "des", "3des", "sm4"])]);
const HASH: Shape = Shape::Text(&[Rule::OneOf(&["md5", "sha1", "sha256", "sha384", "sha512", "sm3"])]);
/// In seconds.
const LIFETIME: Shape = Shape::Int(0, DAY_SECONDS);
const DAY_SECONDS: i64 = 86400;
const CLOUD_ASN: u64 = 45104;
