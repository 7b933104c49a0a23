//! VPN gateways: CreateVpnGateway, DescribeVpnGateways, DeleteVpnGateway (VPC API 2017-03-12). Creation and deletion are
//! asynchronous.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::connection_shape::{NAME_BYTES, TAG};
use super::customer_gateways::{ASN, asn};
use super::listing::{self, Listing};
use super::{
    Action, CCN_ROUTES, CONNECTIONS, Context, GATEWAYS, ROUTES, SSL_SERVERS, VPC, VPCS, members, not_found, tags,
    tasks, times,
};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::store::{Members, Object, Then, text};

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "CreateVpnGateway", service: &VPC, per_second: 100, fields: CREATE, run: create },
    Action { name: "DescribeVpnGateways", service: &VPC, per_second: 300, fields: LISTING.fields, run: describe },
    // 100 on another page; who keeps to 20 is right by both.
    Action { name: "DeleteVpnGateway", service: &VPC, per_second: 20, fields: DELETE, run: delete },
];

/// A gateway that must be there.
pub(super) fn existing<'a>(context: &'a Context<'_>, id: &str) -> Result<&'a Object, Refusal> {
    context.get(GATEWAYS, id).ok_or_else(|| not_found("VPN gateway", id))
}

/// The gateway of an object to be: it must be there, unless any parent will do, and available.
pub(super) fn parent<'a>(context: &'a Context<'_>, id: &str) -> Result<Option<&'a Object>, Refusal> {
    if context.options.any_parent {
        return Ok(context.get(GATEWAYS, id));
    }
    let gateway = existing(context, id)?;
    match gateway.text("State") {
        "" | AVAILABLE => Ok(Some(gateway)),
        state => Err(Refusal::new("UnsupportedOperation", format!("the VPN gateway {id} is {state}"))),
    }
}

/// Whether a gateway of this type has an SSL server instead of tunnels.
pub(super) fn is_ssl(gateway_type: &str) -> bool {
    matches!(gateway_type, "SSL" | "SSL_CCN")
}

/// Whether a gateway of this type belongs to a CCN and not to a VPC.
pub(super) fn is_ccn(gateway_type: &str) -> bool {
    matches!(gateway_type, "CCN" | "SSL_CCN")
}

/// Whether a gateway is of version 4.0 or later; older ones show versions such as `1.0` and `ver3.1`.
pub(super) fn is_version_4(version: &str) -> bool {
    let digits = version.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    digits.split('.').next().and_then(|major| major.parse().ok()).is_some_and(|major: u32| major >= 4)
}

/// Whether a gateway is paid for in advance, and the time paid for is not over.
pub(super) fn is_paid_for(gateway: &Object) -> bool {
    gateway.text("InstanceChargeType") == PREPAID && !times::is_past(gateway.text("ExpiredTime"))
}

fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway_type = or(params, "Type", "IPSEC").to_owned();
    vpc(context, &gateway_type, params)?;
    let asn = routing(context, &gateway_type, params)?;
    network(context, &gateway_type, params)?;
    let charge = charge(params)?;
    let connections = max_connection(&gateway_type, params)?;
    let tags = tags::at_creation(params)?;
    quota(context, &gateway_type)?;

    let id = super::new_id("vpngw-");
    let mut gateway = members(json!({
        "VpnGatewayId": id,
        "VpnGatewayName": text(params, "VpnGatewayName"),
        "VpcId": text(params, "VpcId"),
        "Type": gateway_type,
        "State": "PENDING",
        "RestrictState": "NORMAL",
        "PublicIpAddress": "",
        "InternetMaxBandwidthOut": params["InternetMaxBandwidthOut"],
        "CreatedTime": times::now(),
        "IsAddressBlocked": false,
        "NewPurchasePlan": "",
        "Zone": or(params, "Zone", &format!("{}-3", context.region)),
        "VpnGatewayQuotaSet": [],
        "Version": "4.0",
        "NetworkInstanceId": "",
        "CdcId": text(params, "CdcId"),
        "MaxConnection": connections,
        "BgpAsn": asn,
        "TagSet": tags,
        "IsPrivate": is_true(params, "IsPrivate"),
    }));
    gateway.extend(charge);
    let mut answer = gateway.clone();
    // As the documented sample has it.
    answer.insert("State".to_owned(), json!("Pending"));
    if context.world.switches.empty_create_id {
        answer.insert("VpnGatewayId".to_owned(), json!(""));
    }
    let address = free_address(context);
    context.world.store.insert(context.place(GATEWAYS), &id, gateway);
    let done = match tasks::fails(context) {
        true => json!({"State": "PENDING_ERROR"}),
        false => json!({"State": AVAILABLE, "PublicIpAddress": address.to_string()}),
    };
    context.settle(GATEWAYS, &id, Then::Set(members(done)));
    tasks::start(context, &id);
    Ok(members(json!({"VpnGateway": answer})))
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let switches = context.world.switches;
    listing::list(context, &LISTING, params, |gateway| {
        let mut shown = gateway.members.clone();
        if switches.postpaid_renew_flag_empty && gateway.text("InstanceChargeType") == POSTPAID {
            shown.insert("RenewFlag".to_owned(), json!(""));
        }
        Value::Object(shown)
    })
}

/// "Only running pay-as-you-go gateways can be deleted" (DeleteVpnGateway); one that could not be made or deleted must be, too,
/// or there would be no way out. Which code says so is only documented as far as that it is `UnsupportedOperation`.
fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnGatewayId");
    let gateway = existing(context, id)?;
    let refuse = |why: String| Err(Refusal::new("UnsupportedOperation", format!("the VPN gateway {id} {why}")));
    if matches!(gateway.text("State"), "PENDING" | "DELETING") {
        return refuse(format!("is {}", gateway.text("State")));
    }
    if is_paid_for(gateway) {
        return refuse(format!("is paid for until {}", gateway.text("ExpiredTime")));
    }
    if !gateway.text("NetworkInstanceId").is_empty() {
        return refuse(format!("is attached to {}", gateway.text("NetworkInstanceId")));
    }
    for (kind, what) in [(CONNECTIONS, "tunnels"), (SSL_SERVERS, "an SSL server")] {
        if context.world.store.list(context.place(kind)).any(|child| child.text("VpnGatewayId") == id) {
            return refuse(format!("has {what}"));
        }
    }
    context.set(GATEWAYS, id, members(json!({"State": "DELETING"})));
    if tasks::fails(context) {
        context.settle(GATEWAYS, id, Then::Set(members(json!({"State": "DELETING_ERROR"}))));
    } else {
        context.settle(GATEWAYS, id, Then::Gone);
        for kind in [ROUTES, CCN_ROUTES] {
            context.settle_gone(kind, "VpnGatewayId", id);
        }
    }
    tasks::start(context, id);
    Ok(Members::new())
}

/// Gateways of a VPC need its id, those of a CCN must not have one.
fn vpc(context: &Context<'_>, gateway_type: &str, params: &Members) -> Result<(), Refusal> {
    let id = text(params, "VpcId");
    if is_ccn(gateway_type) {
        return match id {
            "" => Ok(()),
            _ => Err(Refusal::new("UnsupportedOperation.VpnGwVpcIdNotHave", "a gateway of a CCN takes no VpcId")),
        };
    }
    if id.is_empty() {
        return Err(Refusal::new("UnsupportedOperation.VpnGwVpcIdMustHave", "a gateway in a VPC needs its VpcId"));
    }
    if id.strip_prefix("vpc-").is_none_or(str::is_empty) {
        return Err(Refusal::new("InvalidVpcId.Malformed", "`VpcId` must start with vpc-"));
    }
    if context.get(VPCS, id).is_none() && !context.options.any_parent {
        return Err(Refusal::new("InvalidVpcId.NotFound", format!("the VPC {id} does not exist")));
    }
    Ok(())
}

/// The AS number, 0 for none. Only tunnels are routed by BGP, and not those of private gateways.
fn routing(context: &Context<'_>, gateway_type: &str, params: &Members) -> Result<u64, Refusal> {
    let asn = asn(params)?;
    let enabled = is_true(params, "BgpEnable");
    if is_ssl(gateway_type) {
        return match asn.is_some() || enabled {
            true => Err(Refusal::new("UnsupportedOperation.VpnUnsupportedBgp", "an SSL gateway has no BGP")),
            false => Ok(0),
        };
    }
    if enabled && asn.is_none() {
        return Err(Refusal::new("MissingParameter", "`BgpAsn` is required with BgpEnable"));
    }
    if enabled && is_true(params, "IsPrivate") {
        return Err(Refusal::new("UnsupportedOperation.PrivateBgpVpnGateway", "a private gateway has no BGP"));
    }
    Ok(asn.unwrap_or(if context.world.switches.default_gateway_asn { DEFAULT_ASN } else { 0 }))
}

/// Private gateways, their networks, and IPv6.
fn network(context: &Context<'_>, gateway_type: &str, params: &Members) -> Result<(), Refusal> {
    let private = is_true(params, "IsPrivate");
    if private && is_ssl(gateway_type) {
        return Err(Refusal::new("UnsupportedOperation.PrivateSslVpnGateway", "an SSL gateway cannot be private"));
    }
    let networks = [("SubnetId", !is_ccn(gateway_type)), ("AccessSubnet", is_ccn(gateway_type))];
    for (name, fits) in networks {
        let given = params.contains_key(name);
        if given && !(private && fits) {
            return Err(Refusal::new("InvalidParameterValue", format!("`{name}` has no place in this gateway")));
        }
        if !given && private && fits {
            return Err(Refusal::new("MissingParameter", format!("`{name}` is required with IsPrivate")));
        }
    }
    if let Ok(range) = text(params, "AccessSubnet").parse::<Ipv4Net>() {
        if !(12..=28).contains(&range.prefix_len()) {
            let message = "the mask of `AccessSubnet` must be 12 to 28";
            return Err(Refusal::new("InvalidParameterValue.AccessSubnetMask", message));
        }
        if !matches!(range.addr().octets()[0], 10 | 172 | 192) {
            let message = "`AccessSubnet` must begin with 10, 172 or 192";
            return Err(Refusal::new("InvalidParameterValue.AccessSubnetPrefix", message));
        }
    }
    if or(params, "IpStack", "4in4") == "4in4" {
        return Ok(());
    }
    if is_ccn(gateway_type) || is_ssl(gateway_type) {
        let message = "only IPsec gateways in a VPC have IPv6";
        return Err(Refusal::new("UnsupportedOperation.NotSupportCreateIpv6VpnGateway", message));
    }
    let vpc = context.get(VPCS, text(params, "VpcId"));
    if vpc.is_some_and(|vpc| vpc.text("Ipv6CidrBlock").is_empty()) {
        let message = "the VPC has no IPv6";
        return Err(Refusal::new("UnsupportedOperation.VpnGatewayVpcNoIpv6Subnet", message));
    }
    Ok(())
}

/// How the gateway is paid for.
fn charge(params: &Members) -> Result<Members, Refusal> {
    let plan = params.get("InstanceChargePrepaid");
    let charge_type = or(params, "InstanceChargeType", POSTPAID);
    match (charge_type, plan) {
        (PREPAID, None) => {
            Err(Refusal::new("MissingParameter", "`InstanceChargePrepaid` is required with InstanceChargeType PREPAID"))
        }
        (PREPAID, Some(plan)) => Ok(members(json!({
            "InstanceChargeType": PREPAID,
            "RenewFlag": plan["RenewFlag"].as_str().unwrap_or(AUTO_RENEW),
            "ExpiredTime": times::months_after("", plan["Period"].as_i64().unwrap_or(1)),
        }))),
        // Not documented; there would be nothing that it says.
        (_, Some(_)) => {
            Err(Refusal::new("InvalidParameterValue", "`InstanceChargePrepaid` is for InstanceChargeType PREPAID"))
        }
        (_, None) => Ok(postpaid()),
    }
}

/// What a gateway paid by the hour shows. Its RenewFlag, which means nothing, is what the official provider's tests expect to read.
pub(super) fn postpaid() -> Members {
    members(json!({"InstanceChargeType": POSTPAID, "RenewFlag": AUTO_RENEW, "ExpiredTime": times::NEVER}))
}

/// How many clients may be connected: for gateways with SSL only.
pub(super) fn max_connection(gateway_type: &str, params: &Members) -> Result<u64, Refusal> {
    match params.get("MaxConnection").and_then(Value::as_u64) {
        Some(_) if !is_ssl(gateway_type) => {
            Err(Refusal::new("InvalidParameterValue", "`MaxConnection` is for gateways of type SSL and SSL_CCN"))
        }
        Some(number) => Ok(number),
        None if is_ssl(gateway_type) => Ok(5),
        None => Ok(0),
    }
}

fn quota(context: &Context<'_>, gateway_type: &str) -> Result<(), Refusal> {
    let there = context.world.store.list(context.place(GATEWAYS));
    let of_kind = there.filter(|other| is_ccn(other.text("Type")) == is_ccn(gateway_type)).count();
    if of_kind < MAX_PER_REGION || context.options.any_parent {
        return Ok(());
    }
    let kind = if is_ccn(gateway_type) { "of CCNs" } else { "in VPCs" };
    Err(Refusal::new("LimitExceeded", format!("a region has at most {MAX_PER_REGION} VPN gateways {kind}")))
}

/// An address that no gateway of the region has. The range is that of benchmarks (RFC 2544), which is large enough.
fn free_address(context: &Context<'_>) -> Ipv4Addr {
    const RANGE: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(198, 18, 0, 0), 15);
    let gateways = context.world.store.list(context.place(GATEWAYS));
    let used: HashSet<Ipv4Addr> = gateways.filter_map(|other| other.text("PublicIpAddress").parse().ok()).collect();
    // Those that are pending have none yet, but will have the next ones.
    let pending = context.world.store.list(context.place(GATEWAYS)).filter(|other| other.text("State") == "PENDING");
    let mut free = RANGE.hosts().filter(|address| !used.contains(address));
    free.nth(pending.count()).unwrap_or(Ipv4Addr::UNSPECIFIED)
}

fn or<'a>(params: &'a Members, name: &str, default: &'a str) -> &'a str {
    params.get(name).and_then(Value::as_str).unwrap_or(default)
}

fn is_true(params: &Members, name: &str) -> bool {
    params.get(name).and_then(Value::as_bool).unwrap_or_default()
}

pub(super) const AVAILABLE: &str = "AVAILABLE";
pub(super) const PREPAID: &str = "PREPAID";
pub(super) const POSTPAID: &str = "POSTPAID_BY_HOUR";
pub(super) const AUTO_RENEW: &str = "NOTIFY_AND_AUTO_RENEW";

static CREATE: &[Field] = &[
    required("VpcId", Shape::Text(&[])),
    required("VpnGatewayName", NAME_BYTES),
    required("InternetMaxBandwidthOut", Shape::IntOneOf(&[5, 10, 20, 50, 100, 200, 500, 1000, 3000])),
    optional("InstanceChargeType", Shape::Text(&[Rule::OneOf(&[POSTPAID, PREPAID])])),
    optional("InstanceChargePrepaid", Shape::Object(CHARGE_PREPAID)),
    optional("Zone", Shape::Text(&[Rule::NotEmpty])),
    optional("Type", Shape::Text(&[Rule::OneOf(&["IPSEC", "SSL", "CCN", "SSL_CCN"])])),
    optional("Tags", Shape::List(&Shape::Object(TAG), usize::MAX)),
    optional("CdcId", Shape::Text(&[Rule::NotEmpty])),
    optional("MaxConnection", MAX_CONNECTION),
    optional("BgpAsn", ASN),
    optional("BgpEnable", Shape::Bool),
    optional("IsPrivate", Shape::Bool),
    optional("SubnetId", Shape::Text(&[Rule::Id("subnet-")])),
    optional("IpStack", Shape::Text(&[Rule::OneOf(&["4in4", "6in4", "6in6", "4in6"])])),
    optional("AccessSubnet", Shape::Text(&[Rule::Cidr])),
];

static DELETE: &[Field] = &[required("VpnGatewayId", ID)];

pub(super) static CHARGE_PREPAID: &[Field] = &[
    required("Period", Shape::IntOneOf(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36])),
    optional("RenewFlag", Shape::Text(&[Rule::OneOf(&[AUTO_RENEW, "NOTIFY_AND_MANUAL_RENEW"])])),
];

pub(super) const ID: Shape = Shape::Text(&[Rule::Id("vpngw-")]);
pub(super) const MAX_CONNECTION: Shape = Shape::IntOneOf(&[5, 10, 20, 50, 100, 200, 500, 1000]);

/// The documented AS number of a gateway whose creator names none (CreateVpnGateway, BgpAsn).
const DEFAULT_ASN: u64 = 64551;

/// Default quota of the product, for gateways in VPCs and for those of CCNs.
const MAX_PER_REGION: usize = 10;

static LISTING: Listing = Listing {
    kind: GATEWAYS,
    what: "VPN gateway",
    ids: "VpnGatewayIds",
    owner: None,
    fields: listing::fields!("VpnGatewayIds", "vpngw-"),
    filters: &[
        ("vpc-id", "VpcId"),
        ("vpn-gateway-id", "VpnGatewayId"),
        ("vpn-gateway-name", "VpnGatewayName"),
        ("type", "Type"),
        ("public-ip-address", "PublicIpAddress"),
        ("renew-flag", "RenewFlag"),
        ("zone", "Zone"),
    ],
    set: "VpnGatewaySet",
};
