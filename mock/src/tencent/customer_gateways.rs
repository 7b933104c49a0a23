//! Customer gateways: CreateCustomerGateway, DescribeCustomerGateways, ModifyCustomerGatewayAttribute, DeleteCustomerGateway
//! (VPC API 2017-03-12). All of them are synchronous: a customer gateway has no state.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::connection_shape::TAG;
use super::listing::{self, Listing};
use super::{Action, CUSTOMER_GATEWAYS, Context, VPC, connections, not_found, tags, times};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::store::{Members, Object, text};

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "CreateCustomerGateway", service: &VPC, per_second: 100, fields: CREATE, run: create },
    Action { name: "DescribeCustomerGateways", service: &VPC, per_second: 100, fields: LISTING.fields, run: describe },
    Action { name: "ModifyCustomerGatewayAttribute", service: &VPC, per_second: 100, fields: MODIFY, run: modify },
    Action { name: "DeleteCustomerGateway", service: &VPC, per_second: 100, fields: DELETE, run: delete },
];

fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let address = address(text(params, "IpAddress"))?;
    let asn = asn(params)?;
    let tags = tags::at_creation(params)?;
    let place = context.place(CUSTOMER_GATEWAYS);
    if !context.options.any_parent {
        let mut there = context.world.store.list(place);
        // That it is the address of which there may be one only is not said; nothing else of a customer gateway could be there
        // already.
        if there.any(|gateway| gateway.text("IpAddress").parse() == Ok(address)) {
            let message = format!("there is a customer gateway with the address {address} already");
            return Err(Refusal::new("UnsupportedOperation.RecordExists", message));
        }
        if context.world.store.len(place) >= MAX_PER_REGION {
            let message = format!("a region has at most {MAX_PER_REGION} customer gateways");
            return Err(Refusal::new("LimitExceeded", message));
        }
    }

    let id = super::new_id("cgw-");
    let members = super::members(json!({
        "CustomerGatewayId": id,
        "CustomerGatewayName": text(params, "CustomerGatewayName"),
        "IpAddress": text(params, "IpAddress"),
        "CreatedTime": times::now(),
        "BgpAsn": asn.unwrap_or(0),
        "TagSet": tags,
    }));
    // Like the documented sample, which has no tags.
    let mut answer = members.clone();
    answer.remove("TagSet");
    if context.world.switches.empty_create_id {
        answer.insert("CustomerGatewayId".to_owned(), json!(""));
    }
    context.world.store.insert(place, &id, members);
    Ok(Members::from_iter([("CustomerGateway".to_owned(), Value::Object(answer))]))
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let view = |gateway: &Object| {
        let mut members = gateway.members.clone();
        members.insert("VpnConnNum".to_owned(), json!(connections::count_of_customer_gateway(context, &gateway.id)));
        Value::Object(members)
    };
    listing::list(context, &LISTING, params, view)
}

fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let asn = asn(params)?;
    let gateway = existing(context, params)?;
    gateway.members.insert("CustomerGatewayName".to_owned(), json!(text(params, "CustomerGatewayName")));
    if let Some(asn) = asn {
        gateway.members.insert("BgpAsn".to_owned(), json!(asn));
    }
    Ok(Members::new())
}

fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = existing(context, params)?.id.clone();
    let tunnels = connections::count_of_customer_gateway(context, &id);
    if tunnels > 0 {
        return Err(Refusal::new("ResourceInUse", format!("the customer gateway {id} has {tunnels} tunnels")));
    }
    context.world.store.remove(context.place(CUSTOMER_GATEWAYS), &id);
    Ok(Members::new())
}

fn existing<'a>(context: &'a mut Context<'_>, params: &Members) -> Result<&'a mut Object, Refusal> {
    let id = text(params, "CustomerGatewayId");
    let place = context.place(CUSTOMER_GATEWAYS);
    context.world.store.get_mut(place, id).ok_or_else(|| not_found("customer gateway", id))
}

/// The address, unless it is none that a peer can have: loopback, link-local, `0.x`, 224 and above (product documentation,
/// "Creating a Customer Gateway").
fn address(text: &str) -> Result<IpAddr, Refusal> {
    let address: IpAddr = text.parse().map_err(|_| {
        Refusal::new("InvalidParameterValue.Malformed", format!("`IpAddress`: {text} is no IP address"))
    })?;
    let impossible = match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_link_local() || matches!(v4.octets()[0], 0 | 224..),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || v6.is_unicast_link_local(),
    };
    if impossible {
        let message = format!("`IpAddress`: {address} cannot be the address of a customer gateway");
        return Err(Refusal::new("InvalidParameterValue", message));
    }
    Ok(address)
}

/// The AS number of a gateway, unless it is one of the cloud's own.
pub(super) fn asn(params: &Members) -> Result<Option<u64>, Refusal> {
    let asn = params.get("BgpAsn").and_then(Value::as_u64);
    match asn.filter(|asn| RESERVED_ASNS.contains(asn)) {
        Some(asn) => Err(Refusal::new("InvalidParameterValue", format!("`BgpAsn`: {asn} is reserved"))),
        None => Ok(asn),
    }
}

static CREATE: &[Field] = &[
    required("CustomerGatewayName", NAME),
    required("IpAddress", Shape::Text(&[Rule::NotEmpty])),
    optional("Tags", Shape::List(&Shape::Object(TAG), usize::MAX)),
    optional("BgpAsn", ASN),
];

static MODIFY: &[Field] =
    &[required("CustomerGatewayId", ID), required("CustomerGatewayName", NAME), optional("BgpAsn", ASN)];

static DELETE: &[Field] = &[required("CustomerGatewayId", ID)];

const ID: Shape = Shape::Text(&[Rule::Id("cgw-")]);
const NAME: Shape = Shape::Text(&[Rule::NotEmpty, Rule::MaxChars(60)]);
pub(super) const ASN: Shape = Shape::Int(1, 4_294_967_295);

/// AS numbers of the cloud's own (CreateCustomerGateway, BgpAsn).
const RESERVED_ASNS: [u64; 3] = [139_341, 45_090, 58_835];

/// Default quota of the product.
const MAX_PER_REGION: usize = 20;

static LISTING: Listing = Listing {
    kind: CUSTOMER_GATEWAYS,
    what: "customer gateway",
    ids: "CustomerGatewayIds",
    owner: None,
    fields: listing::fields!("CustomerGatewayIds", "cgw-"),
    filters: &[
        ("customer-gateway-id", "CustomerGatewayId"),
        ("customer-gateway-name", "CustomerGatewayName"),
        ("ip-address", "IpAddress"),
        ("ip-version", listing::IP_VERSION),
    ],
    set: "CustomerGatewaySet",
};
