//! What a tunnel must keep to beyond the shape of its parameters.
//!
//! Codes and conditions are those of the error lists of CreateVpnConnection and ModifyVpnConnectionAttribute (VPC API
//! 2017-03-12) and of the product's page on VPN tunnels. Where these leave the code open, the comment says so.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::gateways::{is_ccn, is_ssl, is_version_4};
use super::{CONNECTIONS, CUSTOMER_GATEWAYS, Context, GATEWAYS, VPCS, not_found};
use crate::api::Refusal;
use crate::store::{Members, Object, text};

/// Which action a tunnel is checked for: some rules have another code in each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Call {
    Create,
    Modify,
}

/// What a tunnel takes from its gateways.
#[derive(Debug)]
pub(super) struct Parents {
    /// `IPSEC`, `CCN`, ...; empty for a gateway that does not exist (`--any-parent`).
    gateway_type: String,
    gateway_vpc: String,
    gateway_version: String,
    gateway_asn: u64,
    pub(super) gateway_ip: String,
    customer_gateway_asn: u64,
    pub(super) customer_gateway_ip: String,
}

/// Finds the gateways of a tunnel. What a seed leaves out of them counts as usual.
pub(super) fn parents(context: &Context<'_>, gateway_id: &str, customer_gateway_id: &str) -> Result<Parents, Refusal> {
    let gateway = context.get(GATEWAYS, gateway_id);
    let customer_gateway = context.get(CUSTOMER_GATEWAYS, customer_gateway_id);
    if !context.options.any_parent {
        let gateway = gateway.ok_or_else(|| not_found("VPN gateway", gateway_id))?;
        customer_gateway.ok_or_else(|| not_found("customer gateway", customer_gateway_id))?;
        if !matches!(gateway.text("State"), "" | "AVAILABLE") {
            let message = format!("the VPN gateway {gateway_id} is {}", gateway.text("State"));
            return Err(Refusal::new("UnsupportedOperation.InvalidState", message));
        }
        if is_ssl(gateway.text("Type")) {
            let message = format!("the VPN gateway {gateway_id} has SSL, and no tunnels");
            return Err(Refusal::new("UnsupportedOperation", message));
        }
    }
    let text = |object: Option<&Object>, member: &str| object.map_or("", |object| object.text(member)).to_owned();
    let text_or = |object: Option<&Object>, member: &str, other: &str| {
        let text = object.map_or("", |object| object.text(member));
        if text.is_empty() { other.to_owned() } else { text.to_owned() }
    };
    let asn = |object: Option<&Object>, other: u64| match object {
        Some(object) => object.members.get("BgpAsn").and_then(Value::as_u64).unwrap_or_default(),
        None => other,
    };
    Ok(Parents {
        gateway_type: text(gateway, "Type"),
        gateway_vpc: text(gateway, "VpcId"),
        gateway_version: text_or(gateway, "Version", "4.0"),
        gateway_asn: asn(gateway, 64551),
        gateway_ip: text_or(gateway, "PublicIpAddress", "203.0.113.254"),
        customer_gateway_asn: asn(customer_gateway, 65000),
        customer_gateway_ip: text_or(customer_gateway, "IpAddress", "198.51.100.254"),
    })
}

/// Gateways in a VPC need its id, those of a CCN must not have one.
pub(super) fn vpc(context: &Context<'_>, parents: &Parents, vpc_id: &str) -> Result<(), Refusal> {
    match parents.gateway_type.as_str() {
        "" => return Ok(()),
        kind if is_ccn(kind) && vpc_id.is_empty() => return Ok(()),
        kind if is_ccn(kind) => {
            let message = "a gateway of a CCN takes no VpcId";
            return Err(Refusal::new("UnsupportedOperation.VpnGwVpcIdNotHave", message));
        }
        _ if vpc_id.is_empty() => {
            let message = "a gateway in a VPC needs its VpcId";
            return Err(Refusal::new("UnsupportedOperation.VpnGwVpcIdMustHave", message));
        }
        _ => {}
    }
    if vpc_id.strip_prefix("vpc-").is_none_or(str::is_empty) {
        return Err(Refusal::new("InvalidParameterValue.Malformed", "`VpcId` must start with vpc-"));
    }
    if context.options.any_parent {
        return Ok(());
    }
    if context.get(VPCS, vpc_id).is_none() {
        return Err(not_found("VPC", vpc_id));
    }
    if parents.gateway_vpc != vpc_id {
        // The code for a VPC that exists but is another one is not documented.
        return Err(Refusal::new("InvalidParameterValue", format!("the gateway is not in the VPC {vpc_id}")));
    }
    Ok(())
}

/// What the route type asks of a request that creates a tunnel.
pub(super) fn route_type(tunnel: &Members, params: &Members) -> Result<(), Refusal> {
    let coexist = |message: &str| Err(Refusal::new("InvalidParameter.Coexist", message));
    let has_bgp = params.contains_key("BgpConfig");
    match text(tunnel, "RouteType") {
        "Bgp" if !has_bgp => Err(Refusal::new("MissingParameter", "`BgpConfig` is required with RouteType Bgp")),
        "Bgp" | "StaticRoute" if !policies(params.get("SecurityPolicyDatabases"))?.is_open() => {
            coexist("`SecurityPolicyDatabases` has no place in a tunnel that is routed")
        }
        "Bgp" => Ok(()),
        _ if has_bgp => coexist("`BgpConfig` is for RouteType Bgp"),
        _ => Ok(()),
    }
}

/// A change of BgpConfig is for tunnels routed by BGP.
pub(super) fn bgp_change(tunnel: &Members, params: &Members) -> Result<(), Refusal> {
    if !params.contains_key("BgpConfig") || text(tunnel, "RouteType") == "Bgp" {
        return Ok(());
    }
    Err(Refusal::new("UnsupportedOperation", "`BgpConfig` is for tunnels with RouteType Bgp"))
}

/// Another customer gateway needs a VPN gateway of version 4.0; the remote address follows when it was the old one's.
pub(super) fn customer_gateway_change(
    context: &Context<'_>,
    before: &Members,
    tunnel: &mut Members,
    parents: &Parents,
) -> Result<(), Refusal> {
    let old = text(before, "CustomerGatewayId");
    if old == text(tunnel, "CustomerGatewayId") {
        return Ok(());
    }
    if !is_version_4(&parents.gateway_version) {
        let message = "only a gateway of version 4.0 can change a tunnel's customer gateway";
        return Err(Refusal::new("UnsupportedOperation.VersionNotSupported", message));
    }
    let old_ip = context.get(CUSTOMER_GATEWAYS, old).map(|gateway| gateway.text("IpAddress"));
    let address = &mut tunnel["IKEOptionsSpecification"]["RemoteAddress"];
    if old_ip.is_none_or(|old_ip| address == old_ip) {
        *address = json!(parents.customer_gateway_ip);
    }
    Ok(())
}

/// Checks a whole tunnel, as it would be after the request, and completes what the service fills in.
pub(super) fn tunnel(
    context: &Context<'_>,
    call: Call,
    tunnel: &mut Members,
    parents: &Parents,
    params: &Members,
) -> Result<(), Refusal> {
    algorithms(tunnel, parents, params)?;
    identity(tunnel, "Local", &parents.gateway_ip)?;
    identity(tunnel, "Remote", &parents.customer_gateway_ip)?;
    if !context.options.any_parent {
        pair(context, tunnel)?;
    }
    if call == Call::Create || params.contains_key("SecurityPolicyDatabases") {
        policies_of(context, call, tunnel)?;
    }
    health_check(context, tunnel, params)?;
    if text(tunnel, "RouteType") == "Bgp" {
        bgp(context, call, tunnel, parents, params)?;
    }
    if call == Call::Create && !context.options.any_parent {
        routing_of_gateway(context, tunnel)?;
    }
    Ok(())
}

fn algorithms(tunnel: &Members, parents: &Parents, params: &Members) -> Result<(), Refusal> {
    let sent = &params.get("IPSECOptionsSpecification").cloned().unwrap_or_default();
    let (one, other) = (&sent["IntegrityAlgorith"], &sent["IntegrityAlgorithm"]);
    if !one.is_null() && !other.is_null() && one != other {
        let message = "`IntegrityAlgorith` and `IntegrityAlgorithm` are the same option with two values";
        return Err(Refusal::new("InvalidParameter.Coexist", message));
    }
    let ike = &tunnel["IKEOptionsSpecification"]["PropoEncryAlgorithm"];
    let ipsec = &tunnel["IPSECOptionsSpecification"]["EncryptAlgorithm"];
    let gcm = [ike, ipsec].iter().any(|name| name.as_str().is_some_and(|name| name.contains("GCM")));
    if gcm && !is_version_4(&parents.gateway_version) {
        let message = "GCM needs a gateway of version 4.0";
        return Err(Refusal::new("UnsupportedOperation.VersionNotSupported", message));
    }
    Ok(())
}

/// An identity is an address (the gateway's own when none was given, which is an IPv6 one for some customer gateways) or a name (which must
/// be given).
fn identity(tunnel: &mut Members, side: &str, default: &str) -> Result<(), Refusal> {
    let ike = &mut tunnel["IKEOptionsSpecification"];
    let (address, name) = (format!("{side}Address"), format!("{side}FqdnName"));
    if ike[format!("{side}Identity")] == "FQDN" {
        if ike[&name].as_str().unwrap_or_default().is_empty() {
            return Err(Refusal::new("MissingParameter", format!("`{name}` is required with {side}Identity FQDN")));
        }
        ike[address] = json!("");
        return Ok(());
    }
    ike[name] = json!("");
    let given = ike[&address].as_str().unwrap_or_default();
    if given.is_empty() {
        ike[address] = json!(default);
    } else if given != default && given.parse::<Ipv4Addr>().is_err() {
        return Err(Refusal::new("InvalidParameterValue.Malformed", format!("`{address}` is no IPv4 address")));
    }
    Ok(())
}

/// One tunnel only between a gateway and a customer gateway; which code says so is not documented.
fn pair(context: &Context<'_>, tunnel: &Members) -> Result<(), Refusal> {
    let customer_gateway = text(tunnel, "CustomerGatewayId");
    match siblings(context, tunnel).find(|other| other.text("CustomerGatewayId") == customer_gateway) {
        None => Ok(()),
        Some(other) => Err(Refusal::new(
            "InvalidParameterValue.Duplicate",
            format!("the tunnel {} is between these gateways already", other.id),
        )),
    }
}

fn policies_of(context: &Context<'_>, call: Call, tunnel: &mut Members) -> Result<(), Refusal> {
    if matches!(text(tunnel, "RouteType"), "StaticRoute" | "Bgp") {
        // How the service shows a tunnel that is routed.
        let open = json!([{"LocalCidrBlock": "0.0.0.0/0", "RemoteCidrBlock": ["0.0.0.0/0"]}]);
        tunnel.insert("SecurityPolicyDatabaseSet".to_owned(), open);
        return Ok(());
    }
    let policies = policies(tunnel.get("SecurityPolicyDatabaseSet"))?;
    let too_many = match call {
        Call::Create => "LimitExceeded",
        Call::Modify => "InvalidParameterValue.LimitExceeded",
    };
    if policies.0.len() > MAX_POLICIES {
        return Err(Refusal::new(too_many, format!("a tunnel has at most {MAX_POLICIES} policies")));
    }
    let vpc = context.get(VPCS, text(tunnel, "VpcId")).and_then(|vpc| vpc.text("CidrBlock").parse::<Ipv4Net>().ok());
    for (local, remotes) in &policies.0 {
        if remotes.is_empty() {
            return Err(Refusal::new("InvalidParameterValue.Empty", "`RemoteCidrBlock` must not be empty"));
        }
        if remotes.len() > MAX_REMOTES {
            return Err(Refusal::new(too_many, format!("a policy has at most {MAX_REMOTES} remote ranges")));
        }
        for range in remotes.iter().chain([local]) {
            let first = range.addr().octets()[0];
            if !is_open(range) && (first == 0 || first == 127 || first >= 224) {
                let message = format!("{range} cannot be in a policy");
                return Err(Refusal::new("InvalidParameterValue.Malformed", message));
            }
        }
        for remote in remotes.iter().filter(|remote| !is_open(remote)) {
            if !is_open(local) && overlap(local, remote) {
                let code = match call {
                    Call::Create => "InvalidParameterValue.VpnConnSpdCidrConflict",
                    Call::Modify => "InvalidParameterValue.VpnConnCidrConflict",
                };
                return Err(Refusal::new(code, format!("the ranges {local} and {remote} overlap")));
            }
            if vpc.is_some_and(|vpc| overlap(&vpc, remote)) {
                let code = match call {
                    Call::Create => "InvalidParameterValue.VpcCidrConflict",
                    Call::Modify => "InvalidParameterValue.VpnConnCidrConflict",
                };
                return Err(Refusal::new(code, format!("{remote} overlaps the range of the VPC")));
            }
        }
    }
    if context.options.any_parent || context.world.switches.allow_policy_overlap {
        return Ok(());
    }
    policy_overlap(context, call, tunnel, &policies)
}

/// No two pairs of a local and a remote range, of all tunnels of a gateway, may overlap on both sides (product page
/// "Creating VPN Tunnel").
fn policy_overlap(context: &Context<'_>, call: Call, tunnel: &Members, policies: &Policies) -> Result<(), Refusal> {
    let code = match call {
        Call::Create => "InvalidParameterValue.VpnConnSpdCidrConflict",
        Call::Modify => "UnsupportedOperation.VpnConnSPDOverlap",
    };
    let refuse = |one: (&Ipv4Net, &Ipv4Net), whose: &str| {
        Err(Refusal::new(code, format!("the policy {} to {} overlaps one of {whose}", one.0, one.1)))
    };
    let own: Vec<_> = policies.pairs().collect();
    let clash =
        |one: &(&Ipv4Net, &Ipv4Net), other: &(&Ipv4Net, &Ipv4Net)| overlap(one.0, other.0) && overlap(one.1, other.1);
    for (at, one) in own.iter().enumerate() {
        if own[..at].iter().any(|other| clash(one, other)) {
            return refuse(*one, "the same tunnel");
        }
    }
    for sibling in siblings(context, tunnel) {
        if matches!(sibling.text("RouteType"), "StaticRoute" | "Bgp") {
            continue;
        }
        let others = self::policies(sibling.members.get("SecurityPolicyDatabaseSet"))?;
        if let Some(one) = own.iter().find(|one| others.pairs().any(|other| clash(one, &other))) {
            return refuse(*one, &sibling.id);
        }
    }
    Ok(())
}

fn health_check(context: &Context<'_>, tunnel: &mut Members, params: &Members) -> Result<(), Refusal> {
    for member in HEALTH_CHECK_IPS {
        let ip: Ipv4Addr = text(tunnel, member).parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
        if ip.is_unspecified() {
            continue;
        }
        if !HEALTH_CHECK_RANGE.contains(&ip) {
            let message = format!("`{member}` must be 0.0.0.0 or an address in {HEALTH_CHECK_RANGE}");
            return Err(Refusal::new("InvalidParameterValue", message));
        }
        // Probes of several tunnels may go to one address; what they come from is a tunnel's own.
        let shared = member == HEALTH_CHECK_IPS[1] && !context.world.switches.unique_probe_targets;
        let taken_as = if shared { &HEALTH_CHECK_IPS[..1] } else { &HEALTH_CHECK_IPS[..] };
        if params.contains_key(member) && health_check_ips(context, tunnel, taken_as).any(|used| used == ip) {
            let message = format!("the address {ip} is in use");
            return Err(Refusal::new("InvalidParameterValue.VpnConnHealthCheckIpConflict", message));
        }
    }
    if tunnel.get("EnableHealthCheck") != Some(&json!(true)) {
        tunnel.remove("HealthCheckStatus");
        return Ok(());
    }
    let by_policies = matches!(text(tunnel, "RouteType"), "STATIC" | "Policy");
    if by_policies && !policies(tunnel.get("SecurityPolicyDatabaseSet"))?.is_open() {
        let message = "a tunnel with security policies cannot have a health check";
        return Err(Refusal::new("UnsupportedOperation.VpnConnCidrNotSupportedHealthCheck", message));
    }
    let (local, remote) = free_health_check_ips(context);
    for (member, free) in HEALTH_CHECK_IPS.into_iter().zip([local, remote]) {
        if matches!(text(tunnel, member), "" | "0.0.0.0") {
            tunnel.insert(member.to_owned(), json!(free.to_string()));
        }
    }
    if text(tunnel, HEALTH_CHECK_IPS[0]) == text(tunnel, HEALTH_CHECK_IPS[1]) {
        let message = "the two addresses of the health check are the same";
        return Err(Refusal::new("InvalidParameterValue.VpnConnHealthCheckIpConflict", message));
    }
    tunnel.insert("HealthCheckStatus".to_owned(), json!("AVAILABLE"));
    // The values a probe has when nothing is said are not documented.
    let config = tunnel.entry("HealthCheckConfig").or_insert_with(|| json!({}));
    let defaults = [
        ("ProbeType", json!("NQA")),
        ("ProbeInterval", json!(5000)),
        ("ProbeThreshold", json!(3)),
        ("ProbeTimeout", json!(150)),
    ];
    for (member, value) in defaults {
        if config[member].is_null() {
            config[member] = value;
        }
    }
    Ok(())
}

/// Two addresses that no tunnel of the region probes.
pub(super) fn free_health_check_ips(context: &Context<'_>) -> (Ipv4Addr, Ipv4Addr) {
    let used: HashSet<_> = health_check_ips(context, &Members::new(), &HEALTH_CHECK_IPS).collect();
    let mut free = HEALTH_CHECK_RANGE.hosts().filter(|ip| !used.contains(ip));
    let mut next = || free.next().unwrap_or(Ipv4Addr::UNSPECIFIED);
    (next(), next())
}

/// Addresses that tunnels other than `tunnel` have in these members.
fn health_check_ips<'a>(
    context: &'a Context<'_>,
    tunnel: &'a Members,
    of: &'a [&'static str],
) -> impl Iterator<Item = Ipv4Addr> + 'a {
    let others = context.world.store.list(context.place(CONNECTIONS));
    let others = others.filter(|other| other.id != text(tunnel, "VpnConnectionId"));
    let ips = others.flat_map(move |other| of.iter().map(|member| other.text(member).parse::<Ipv4Addr>()));
    ips.filter_map(Result::ok).filter(|ip| !ip.is_unspecified())
}

fn bgp(
    context: &Context<'_>,
    call: Call,
    tunnel: &mut Members,
    parents: &Parents,
    params: &Members,
) -> Result<(), Refusal> {
    let (own, peer) = (parents.gateway_asn, parents.customer_gateway_asn);
    if own == 0 || peer == 0 {
        let code = match call {
            Call::Modify if own != 0 => "UnsupportedOperation.VpnUnsupportedUsrGwNotExistBgpAsn",
            _ => "UnsupportedOperation.VpnUnsupportedNotExistBgpAsn",
        };
        return Err(Refusal::new(code, "both gateways need an ASN"));
    }
    if own == peer {
        let message = "the ASNs of the gateways must differ";
        return Err(Refusal::new("UnsupportedOperation.VpnUnsupportedBgpAsnEqual", message));
    }
    if let Some(Value::Object(config)) = params.get("BgpConfig") {
        let refuse = |code: &str, message: &str| {
            Err(Refusal::new(format!("InvalidParameterValue.VpnConnBgpTunnelCidr{code}"), message))
        };
        // Its shape has been checked with the other parameters.
        let Ok(range) = text(config, "TunnelCidr").parse::<Ipv4Net>() else {
            return refuse("NotSupported", "`TunnelCidr` is no range");
        };
        if range.prefix_len() != 30 {
            return refuse("Mask", "`TunnelCidr` must be a /30");
        }
        let inside = |member| text(config, member).parse::<Ipv4Addr>().is_ok_and(|ip| range.contains(&ip));
        if !inside("LocalBgpIp") || !inside("RemoteBgpIp") || text(config, "LocalBgpIp") == text(config, "RemoteBgpIp")
        {
            return refuse("NotSupported", "both addresses must be in `TunnelCidr`, and differ");
        }
        let taken = |other: &Object| {
            let other = other.members.get("BgpConfig").and_then(|config| config["TunnelCidr"].as_str());
            other.and_then(|other| other.parse::<Ipv4Net>().ok()).is_some_and(|other| overlap(&other, &range))
        };
        if siblings(context, tunnel).any(taken) {
            return refuse("Conflict", "`TunnelCidr` overlaps that of another tunnel");
        }
    }
    let config = tunnel.entry("BgpConfig").or_insert_with(|| json!({}));
    config["LocalBgpAsn"] = json!(own.to_string());
    config["RemoteBgpAsn"] = json!(peer.to_string());
    Ok(())
}

/// Tunnels with and without BGP may not share a gateway.
fn routing_of_gateway(context: &Context<'_>, tunnel: &Members) -> Result<(), Refusal> {
    let dynamic = text(tunnel, "RouteType") == "Bgp";
    if siblings(context, tunnel).all(|other| (other.text("RouteType") == "Bgp") == dynamic) {
        return Ok(());
    }
    let message = "a gateway's tunnels are all routed by BGP or none is";
    Err(Refusal::new("UnsupportedOperation.VpnConnRouteTypeMixed", message))
}

/// The other tunnels of the same gateway.
fn siblings<'a>(context: &'a Context<'_>, tunnel: &'a Members) -> impl Iterator<Item = &'a Object> {
    let (id, gateway) = (text(tunnel, "VpnConnectionId"), text(tunnel, "VpnGatewayId"));
    let tunnels = context.world.store.list(context.place(CONNECTIONS));
    tunnels.filter(move |other| other.id != id && other.text("VpnGatewayId") == gateway)
}

/// Security policies: a local range and the remote ranges it may talk to.
struct Policies(Vec<(Ipv4Net, Vec<Ipv4Net>)>);

impl Policies {
    /// Nothing, or everything to everything.
    fn is_open(&self) -> bool {
        self.0.iter().all(|(local, remotes)| is_open(local) && remotes.iter().all(is_open))
    }

    fn pairs(&self) -> impl Iterator<Item = (&Ipv4Net, &Ipv4Net)> {
        self.0.iter().flat_map(|(local, remotes)| remotes.iter().map(move |remote| (local, remote)))
    }
}

fn policies(value: Option<&Value>) -> Result<Policies, Refusal> {
    let range = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        text.parse().map_err(|_| Refusal::new("InvalidParameterValue.Malformed", format!("{text} is no IPv4 range")))
    };
    let entries = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let entry = |entry: &Value| {
        let remotes = entry["RemoteCidrBlock"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok((range(&entry["LocalCidrBlock"])?, remotes.iter().map(range).collect::<Result<_, _>>()?))
    };
    entries.iter().map(entry).collect::<Result<_, _>>().map(Policies)
}

fn is_open(range: &Ipv4Net) -> bool {
    range.prefix_len() == 0
}

fn overlap(one: &Ipv4Net, other: &Ipv4Net) -> bool {
    one.contains(&other.network()) || other.contains(&one.network())
}

const HEALTH_CHECK_IPS: [&str; 2] = ["HealthCheckLocalIp", "HealthCheckRemoteIp"];

/// 169.254.128.0/17 (CreateVpnConnection, HealthCheckLocalIp).
const HEALTH_CHECK_RANGE: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 128, 0), 17);

/// Quotas of the product: policies of a tunnel, remote ranges of a policy.
const MAX_POLICIES: usize = 10;
const MAX_REMOTES: usize = 50;
