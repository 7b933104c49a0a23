//! Customer gateways: CreateCustomerGateway, DescribeCustomerGateway, DescribeCustomerGateways,
//! ModifyCustomerGatewayAttribute, DeleteCustomerGateway (VPC API 2016-04-28). All of it is done when it answers.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::listing::{self, Listing, PAGE_NUMBER, PAGE_SIZE, TEXT};
use super::{Action, CONNECTIONS, CUSTOMER_GATEWAYS, Context, connections, errors, members, rules, tags};
use crate::api::Refusal;
use crate::check::{optional, required};
use crate::seed::ALIBABA_GROUP;
use crate::store::{Members, Object, text};

pub(super) static ACTIONS: &[Action] = &[
    Action {
        name: "CreateCustomerGateway",
        fields: &[
            required("IpAddress", TEXT),
            optional("Name", TEXT),
            optional("Description", TEXT),
            optional("Asn", TEXT),
            optional("AuthKey", TEXT),
            tags::AT_CREATION,
            optional("ResourceGroupId", TEXT),
        ],
        writes: true,
        run: create,
    },
    Action {
        name: "DescribeCustomerGateway",
        fields: &[required("CustomerGatewayId", TEXT)],
        writes: false,
        run: describe,
    },
    Action {
        name: "DescribeCustomerGateways",
        fields: &[
            optional("CustomerGatewayId", TEXT),
            optional("ResourceGroupId", TEXT),
            tags::FILTER,
            PAGE_NUMBER,
            PAGE_SIZE,
        ],
        writes: false,
        run: list,
    },
    Action {
        name: "ModifyCustomerGatewayAttribute",
        fields: &[
            required("CustomerGatewayId", TEXT),
            optional("Name", TEXT),
            optional("Description", TEXT),
            optional("AuthKey", TEXT),
        ],
        writes: true,
        run: modify,
    },
    Action { name: "DeleteCustomerGateway", fields: &[required("CustomerGatewayId", TEXT)], writes: true, run: delete },
];

/// A customer gateway that must be there.
pub(super) fn find<'c>(context: &'c Context<'_>, id: &str) -> Result<&'c Object, Refusal> {
    context.get(CUSTOMER_GATEWAYS, id).ok_or_else(not_found)
}

fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    rules::name_and_description(params)?;
    auth_key(params)?;
    let address = address(text(params, "IpAddress"))?;
    let asn = params.get("Asn").and_then(Value::as_str).map(asn).transpose()?;
    let tags = tags::at_creation(params)?;
    let known = context.list(CUSTOMER_GATEWAYS).any(|gateway| gateway.text("IpAddress") == address);
    if known && !context.options.any_parent {
        return Err(errors::documented("InvalidIpAddress.AlreadyExist"));
    }
    let id = super::new_id("cgw-");
    let group = text(params, "ResourceGroupId");
    let mut gateway = members(json!({
        "CustomerGatewayId": id,
        "IpAddress": address,
        "Name": text(params, "Name"),
        "Description": text(params, "Description"),
        "CreateTime": super::now_ms(),
        "ResourceGroupId": if group.is_empty() { ALIBABA_GROUP } else { group },
        "Tags": tags,
    }));
    gateway.extend(asn.map(|asn| ("Asn".to_owned(), json!(asn))));
    gateway.extend(super::select(params, &["AuthKey"]));
    let answer = super::select(&gateway, &ANSWERED[..5]);
    context.insert(CUSTOMER_GATEWAYS, &id, gateway);
    Ok(answer)
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    Ok(find(context, text(params, "CustomerGatewayId"))?.members.clone())
}

fn list(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let listing = Listing {
        kind: CUSTOMER_GATEWAYS,
        filters: &["CustomerGatewayId", "ResourceGroupId"],
        set: ("CustomerGateways", "CustomerGateway"),
    };
    let takes = |gateway: &Object| tags::takes(gateway, params);
    Ok(listing::list(context, &listing, params, takes, |gateway| gateway.members.clone()))
}

fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    rules::name_and_description(params)?;
    auth_key(params)?;
    let gateway = context.get_mut(CUSTOMER_GATEWAYS, text(params, "CustomerGatewayId")).ok_or_else(not_found)?;
    gateway.members.extend(super::select(params, &["Name", "Description", "AuthKey"]));
    Ok(super::select(&gateway.members, ANSWERED))
}

fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "CustomerGatewayId");
    find(context, id)?;
    if context.list(CONNECTIONS).any(|connection| connections::customers(&connection.members).any(|used| used == id)) {
        return Err(errors::documented("DependencyViolation.VpnConnection"));
    }
    let place = context.place(CUSTOMER_GATEWAYS);
    context.world.store.remove(place, id);
    Ok(Members::new())
}

fn not_found() -> Refusal {
    errors::documented("InvalidCustomerGatewayInstanceId.NotFound")
}

fn address(text: &str) -> Result<String, Refusal> {
    let address = text.parse::<Ipv4Addr>().ok();
    let usable = address.filter(|address| !rules::is_reserved(*address) && !rules::is_shared(*address));
    usable.map(|address| address.to_string()).ok_or_else(|| errors::documented("InvalidIpAddress.WrongFormat"))
}

/// 45104 is the cloud's own number.
fn asn(text: &str) -> Result<u32, Refusal> {
    let asn = rules::asn(text).filter(|asn| *asn != CLOUD_ASN);
    asn.ok_or_else(|| rules::invalid("Asn must be 1 to 4294967295, or two halves with a dot, and not 45104"))
}

/// 1 to 64 ASCII characters, no space and no `?`.
fn auth_key(params: &Members) -> Result<(), Refusal> {
    let key = text(params, "AuthKey");
    let valid = key.len() <= 64 && key.bytes().all(|letter| letter.is_ascii_graphic() && letter != b'?');
    if valid { Ok(()) } else { Err(rules::invalid("AuthKey must be 1 to 64 ASCII characters without space and ?")) }
}

const CLOUD_ASN: u32 = 45104;

/// What ModifyCustomerGatewayAttribute answers; CreateCustomerGateway answers all but the last.
const ANSWERED: &[&str] = &["CustomerGatewayId", "IpAddress", "Name", "Description", "CreateTime", "ResourceGroupId"];
