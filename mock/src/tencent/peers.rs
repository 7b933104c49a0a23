//! The other end of a tunnel: DescribeCustomerGatewayVendors, DownloadCustomerGatewayConfiguration (VPC API 2017-03-12).

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::{Action, CONNECTIONS, CUSTOMER_GATEWAYS, Context, GATEWAYS, VPC, gateways, members, not_found};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, required};
use crate::store::{Members, Object, text};

pub(super) static ACTIONS: &[Action] = &[
    Action {
        name: "DescribeCustomerGatewayVendors",
        service: &VPC,
        per_second: 100,
        fields: &[],
        run: describe_vendors,
    },
    Action {
        name: "DownloadCustomerGatewayConfiguration",
        service: &VPC,
        per_second: 100,
        fields: DOWNLOAD,
        run: download,
    },
];

fn describe_vendors(_: &mut Context<'_>, _: &Members) -> Result<Members, Refusal> {
    let vendors = VENDORS.iter().map(|Vendor { platform, version, name, .. }| {
        json!({"Platform": platform, "SoftwareVersion": version, "VendorName": name})
    });
    Ok(members(json!({"CustomerGatewayVendorSet": vendors.collect::<Vec<_>>()})))
}

/// Which code a vendor gets that is not on the list is not documented.
fn download(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let (gateway_id, id) = (text(params, "VpnGatewayId"), text(params, "VpnConnectionId"));
    if !context.options.any_parent {
        gateways::existing(context, gateway_id)?;
    }
    let tunnel = context.get(CONNECTIONS, id).filter(|tunnel| tunnel.text("VpnGatewayId") == gateway_id);
    let tunnel = tunnel.ok_or_else(|| not_found("tunnel", id))?;
    let wanted = &params["CustomerGatewayVendor"];
    let known = VENDORS.iter().find(|vendor| {
        wanted["Platform"] == vendor.platform
            && wanted["SoftwareVersion"] == vendor.version
            && wanted["VendorName"] == vendor.name
    });
    let vendor = known.ok_or_else(|| not_found("vendor", &wanted.to_string()))?;
    let configuration = (vendor.write)(&Peer::of(context, tunnel, text(params, "InterfaceName")));
    Ok(members(json!({"CustomerGatewayConfiguration": configuration})))
}

/// What a device at the customer's end must know.
struct Peer<'a> {
    interface: &'a str,
    own_address: String,
    cloud_address: String,
    key: &'a str,
    ike: &'a Value,
    ipsec: &'a Value,
    /// The customer's range and the cloud's, for every pair of them.
    ranges: Vec<(String, String)>,
}

impl<'a> Peer<'a> {
    fn of(context: &Context<'_>, tunnel: &'a Object, interface: &'a str) -> Self {
        let address = |kind, id, member, other: &str| {
            context.get(kind, tunnel.text(id)).map_or(other, |object| object.text(member)).to_owned()
        };
        let policies = tunnel.members.get("SecurityPolicyDatabaseSet").and_then(Value::as_array);
        let mut ranges = Vec::new();
        for policy in policies.into_iter().flatten() {
            let local = policy["LocalCidrBlock"].as_str().unwrap_or_default();
            for remote in policy["RemoteCidrBlock"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                ranges.push((remote.to_owned(), local.to_owned()));
            }
        }
        Self {
            interface,
            own_address: address(CUSTOMER_GATEWAYS, "CustomerGatewayId", "IpAddress", "198.51.100.254"),
            cloud_address: address(GATEWAYS, "VpnGatewayId", "PublicIpAddress", "203.0.113.254"),
            key: tunnel.text("PreShareKey"),
            ike: tunnel.members.get("IKEOptionsSpecification").unwrap_or(&Value::Null),
            ipsec: tunnel.members.get("IPSECOptionsSpecification").unwrap_or(&Value::Null),
            ranges,
        }
    }

    fn ike(&self, member: &str) -> String {
        plain(&self.ike[member])
    }

    fn ipsec(&self, member: &str) -> String {
        plain(&self.ipsec[member])
    }
}

/// The commands of Cisco's IOS, with the cloud's names for algorithms.
fn cisco(peer: &Peer<'_>) -> String {
    let mut lines = vec![
        format!("! from {} to {}", peer.own_address, peer.cloud_address),
        "crypto isakmp policy 1".to_owned(),
        format!(" encryption {}", peer.ike("PropoEncryAlgorithm")),
        format!(" hash {}", peer.ike("PropoAuthenAlgorithm")),
        " authentication pre-share".to_owned(),
        format!(" group {}", peer.ike("DhGroupName")),
        format!(" lifetime {}", peer.ike("IKESaLifetimeSeconds")),
        format!("crypto isakmp key {} address {}", peer.key, peer.cloud_address),
        format!(
            "crypto ipsec transform-set cloud {} {}",
            peer.ipsec("EncryptAlgorithm"),
            peer.ipsec("IntegrityAlgorith")
        ),
    ];
    let ranges =
        peer.ranges.iter().map(|(own, cloud)| format!("access-list 100 permit ip {} {}", wild(own), wild(cloud)));
    lines.extend(ranges);
    lines.extend([
        "crypto map cloud 1 ipsec-isakmp".to_owned(),
        format!(" set peer {}", peer.cloud_address),
        " set transform-set cloud".to_owned(),
        format!(" set security-association lifetime seconds {}", peer.ipsec("IPSECSaLifetimeSeconds")),
        " match address 100".to_owned(),
        format!("interface {}", peer.interface),
        " crypto map cloud".to_owned(),
    ]);
    lines.join("\n") + "\n"
}

/// The commands of H3C's Comware, with the cloud's names for algorithms.
fn h3c(peer: &Peer<'_>) -> String {
    let mut lines = vec![
        "ike proposal 1".to_owned(),
        format!(" encryption-algorithm {}", peer.ike("PropoEncryAlgorithm")),
        format!(" authentication-algorithm {}", peer.ike("PropoAuthenAlgorithm")),
        format!(" dh {}", peer.ike("DhGroupName")),
        format!(" sa duration {}", peer.ike("IKESaLifetimeSeconds")),
        "ike keychain cloud".to_owned(),
        format!(" pre-shared-key address {} key simple {}", peer.cloud_address, peer.key),
        "ipsec transform-set cloud".to_owned(),
        format!(" esp encryption-algorithm {}", peer.ipsec("EncryptAlgorithm")),
        format!(" esp authentication-algorithm {}", peer.ipsec("IntegrityAlgorith")),
        "acl advanced 3000".to_owned(),
    ];
    let ranges = peer.ranges.iter();
    lines
        .extend(ranges.map(|(own, cloud)| format!(" rule permit ip source {} destination {}", wild(own), wild(cloud))));
    lines.extend([
        "ipsec policy cloud 1 isakmp".to_owned(),
        " transform-set cloud".to_owned(),
        " security acl 3000".to_owned(),
        format!(" local-address {}", peer.own_address),
        format!(" remote-address {}", peer.cloud_address),
        format!(" sa duration time-based {}", peer.ipsec("IPSECSaLifetimeSeconds")),
        format!("interface {}", peer.interface),
        " ipsec apply policy cloud".to_owned(),
    ]);
    lines.join("\n") + "\n"
}

/// A range as an address and a wildcard mask.
fn wild(range: &str) -> String {
    range
        .parse()
        .map_or_else(|_| range.to_owned(), |range: Ipv4Net| format!("{} {}", range.network(), range.hostmask()))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A kind of device, and how its configuration is written.
struct Vendor {
    platform: &'static str,
    version: &'static str,
    name: &'static str,
    write: fn(&Peer<'_>) -> String,
}

/// The documented ones (VPC API 2017-03-12, DescribeCustomerGatewayVendors).
const VENDORS: [Vendor; 2] = [
    Vendor { platform: "ios", version: "V15.4", name: "cisco", write: cisco },
    Vendor { platform: "comware", version: "V1.0", name: "h3c", write: h3c },
];

static DOWNLOAD: &[Field] = &[
    required("VpnGatewayId", gateways::ID),
    required("VpnConnectionId", Shape::Text(&[Rule::Id("vpnx-")])),
    required(
        "CustomerGatewayVendor",
        Shape::Object(&[
            required("Platform", Shape::Text(&[Rule::NotEmpty])),
            required("SoftwareVersion", Shape::Text(&[Rule::NotEmpty])),
            required("VendorName", Shape::Text(&[Rule::NotEmpty])),
        ]),
    ),
    required("InterfaceName", Shape::Text(&[Rule::NotEmpty])),
];
