//! Answers that do not fit together take nothing out of the state: of no kind, on either cloud.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::alibaba::{self, objects};
use crate::alibaba_customer_gateway::gateway as alibaba_customer_gateway;
use crate::alibaba_gateway::gateway as alibaba_gateway;
use crate::harness::{Proxy, Resource, Workspace, hcl, legacy_tunnel, tunnel};
use crate::tencent_ssl;

/// What may be wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    /// Rows are gone, and the count is as it was.
    NoRows,
    /// The same with null for the list.
    NullForRows,
    /// A list without rows, and no count.
    EmptyWithoutCount,
    /// Neither a list nor a count.
    NothingSaid,
    /// A null for each row.
    NullRows,
    /// Rows of which every member is null.
    NullMembers,
    /// Rows without the members that say which they are.
    NoIds,
    /// Rows of other objects.
    OtherIds,
    /// More in the count than there are rows, which are of others.
    OthersAndMore,
}

const FLAWS: [Flaw; 9] = [
    Flaw::NoRows,
    Flaw::NullForRows,
    Flaw::EmptyWithoutCount,
    Flaw::NothingSaid,
    Flaw::NullRows,
    Flaw::NullMembers,
    Flaw::NoIds,
    Flaw::OtherIds,
    Flaw::OthersAndMore,
];

/// Kinds that are read by an action that describes a single object: there is no list in its answer, and no count.
const SINGLY: [&str; 3] =
    ["cloudvpn_alibaba_gateway", "cloudvpn_alibaba_customer_gateway", "cloudvpn_alibaba_connection"];

/// A kind of which only a table can be read: there a row of another one is nothing wrong, if it is in the count. In Alibaba Cloud's tables
/// each row names its gateway, which is another one then.
const TABLE: &str = "cloudvpn_tencent_gateway_route";

impl Flaw {
    fn is_seen_of(self, kind: &str) -> bool {
        match self {
            Self::NullMembers | Self::NoIds => true,
            Self::OtherIds => kind != TABLE,
            _ => !SINGLY.contains(&kind),
        }
    }

    fn apply(self, answer: &mut Value) {
        let (holder, list) = whereabouts(answer);
        let Some(list) = list else {
            if matches!(self, Self::NullMembers | Self::NoIds | Self::OtherIds) {
                self.spoil(answer.pointer_mut(&holder).expect("it is there"));
            }
            return;
        };
        let rows = answer.pointer_mut(&list).expect("it is there");
        match self {
            Self::NoRows | Self::EmptyWithoutCount => *rows = json!([]),
            Self::NullForRows | Self::NothingSaid => *rows = Value::Null,
            Self::NullRows => rows.as_array_mut().expect("a list").fill(Value::Null),
            _ => rows.as_array_mut().expect("a list").iter_mut().for_each(|row| self.spoil(row)),
        }
        let count = answer.pointer_mut(&holder).and_then(Value::as_object_mut).expect("it is there");
        for name in COUNTS.into_iter().filter(|name| count.contains_key(*name)).collect::<Vec<_>>() {
            match self {
                Self::EmptyWithoutCount | Self::NothingSaid => _ = count.remove(name),
                Self::OthersAndMore => count[name] = json!(5),
                _ => {}
            }
        }
    }

    fn spoil(self, row: &mut Value) {
        for (name, value) in row.as_object_mut().expect("a row is an object") {
            let says_which = name.ends_with("Id") && name != "RequestId" || ["RouteDest", "NextHop"].contains(&&**name);
            match self {
                Self::NullMembers if !["code", "message", "RequestId"].contains(&&**name) => *value = Value::Null,
                Self::NoIds if says_which => *value = Value::Null,
                Self::OtherIds | Self::OthersAndMore if says_which && value.is_string() => {
                    *value = json!(format!("{}9", value.as_str().expect("it is one")));
                }
                _ => {}
            }
        }
    }
}

const COUNTS: [&str; 2] = ["TotalCount", "totalCount"];

/// Where in an answer what it holds is, and where its list is, if it counts: as JSON pointers.
fn whereabouts(answer: &Value) -> (String, Option<String>) {
    let holder = if answer["Response"].is_object() { "/Response" } else { "" };
    let members = answer.pointer(holder).and_then(Value::as_object).expect("an answer is an object");
    if !COUNTS.iter().any(|name| members.contains_key(*name)) {
        return (holder.to_owned(), None);
    }
    // Beside route entries there is a list of how many there are.
    let lists = members.iter().filter(|(name, _)| *name != "VpnRouteCounts");
    let list = lists.into_iter().find_map(|(name, value)| match value {
        Value::Array(_) => Some(format!("{holder}/{name}")),
        Value::Object(wrapped) => {
            let (inner, _) = wrapped.iter().find(|(_, inner)| inner.is_array())?;
            Some(format!("{holder}/{name}/{inner}"))
        }
        _ => None,
    });
    (holder.to_owned(), list)
}

/// One object of every kind, each named after its kind.
fn every_kind() -> Vec<Resource> {
    vec![
        Resource::new("cloudvpn_tencent_gateway", "tencent_gateway")
            .with("name", "\"g\"")
            .with("vpc_id", "\"vpc-mock0001\""),
        Resource::new("cloudvpn_tencent_customer_gateway", "tencent_customer_gateway")
            .with("name", "\"c\"")
            .with("ip_address", "\"198.51.100.77\""),
        tunnel("tencent_connection").with("route_type", "\"StaticRoute\""),
        legacy_tunnel("tencent_legacy_connection").with("customer_gateway_id", "\"cgw-mock0002\""),
        Resource::new("cloudvpn_tencent_gateway_route", "tencent_gateway_route")
            .with("gateway_id", "\"vpngw-mock0001\"")
            .with("destination_cidr", "\"192.168.10.0/24\"")
            .with("next_hop_id", "cloudvpn_tencent_connection.tencent_connection.id"),
        tencent_ssl::server("tencent_ssl_server").with("tags", "{ team = \"net\" }"),
        tencent_ssl::client("tencent_ssl_client")
            .with("ssl_server_id", "cloudvpn_tencent_ssl_server.tencent_ssl_server.id")
            .with("tags", "{ team = \"net\" }"),
        alibaba_gateway("alibaba_gateway"),
        alibaba_customer_gateway("alibaba_customer_gateway"),
        alibaba::connection("alibaba_connection")
            .with("gateway_id", "\"vpn-mock0001\"")
            .with("customer_gateway_id", "\"cgw-mock0009\""),
        Resource::new("cloudvpn_alibaba_route_entry", "alibaba_route_entry")
            .with("gateway_id", "\"vpn-mock0001\"")
            .with("next_hop_id", "cloudvpn_alibaba_connection.alibaba_connection.id")
            .with("destination_cidr", "\"192.168.0.0/16\""),
        Resource::new("cloudvpn_alibaba_ssl_server", "alibaba_ssl_server")
            .with("name", "\"s\"")
            .with("gateway_id", "\"vpn-mock0002\"")
            .with("client_cidr", "\"192.168.250.0/24\"")
            .with("local_cidrs", "[\"10.0.0.0/16\"]"),
        alibaba::cert("alibaba_ssl_client_cert"),
    ]
}

/// A mock with their parents.
fn world() -> Workspace {
    let ws = tencent_ssl::world();
    let mut gateway = objects(&ws, "vpn_gateways").remove("vpn-mock0001").expect("it is in the mock's small world");
    gateway["DisasterRecoveryVSwitchId"] = Value::Null;
    for id in ["vpn-mock0001", "vpn-mock0002"] {
        gateway["VpnGatewayId"] = json!(id);
        alibaba::patch(&ws, "vpn_gateways", id, gateway.clone());
    }
    let peer = json!({
        "CustomerGatewayId": "cgw-mock0009", "Name": "c", "Description": "", "IpAddress": "198.51.100.9", "Asn": 65009,
        "CreateTime": 1_552_550_980_000_i64, "Tags": { "Tag": [] },
    });
    alibaba::patch(&ws, "customer_gateways", "cgw-mock0009", peer);
    ws
}

#[test]
fn an_answer_that_does_not_fit_together_takes_nothing_out_of_the_state() {
    let ws = world();
    let kinds: BTreeSet<String> = every_kind().iter().map(|kind| kind.kind().to_owned()).collect();
    let schema = ws.write(hcl(every_kind())).run(&["providers", "schema", "-json"]);
    let schema: Value = serde_json::from_str(&schema.stdout).expect("it is JSON");
    let schemas = schema["provider_schemas"].as_object().expect("it has schemas").values().next().expect("of one");
    let there: BTreeSet<String> = schemas["resource_schemas"].as_object().expect("of kinds").keys().cloned().collect();
    assert_eq!(kinds, there, "every kind has a row here");
    ws.apply();

    // Without references each object is read whatever becomes of the others.
    let literal = every_kind().into_iter().map(|resource| {
        every_kind().iter().fold(resource.to_string(), |text, other| {
            let id = || format!("{:?}", ws.id(other.name()));
            let reference = format!("{}.{}.id", other.kind(), other.name());
            if text.contains(&reference) { text.replace(&reference, &id()) } else { text }
        })
    });
    ws.write(hcl(literal.collect::<Vec<_>>()));
    let proxy = Proxy::before(&ws.mock.url());
    ws.through(&proxy);
    assert!(ws.plan_is_empty());
    for flaw in FLAWS {
        proxy.answers(move |action, answer| {
            if action.starts_with("Describe") {
                flaw.apply(answer);
            }
        });
        let said = ws.messages_of_plan();
        for resource in every_kind() {
            let errors = said.of(resource.name()).errors().len();
            assert_eq!(errors > 0, flaw.is_seen_of(resource.kind()), "{flaw:?}: {}:\n{said}", resource.name());
        }
    }

    // What is told of tags elsewhere is held to the same.
    for flaw in [Flaw::NoRows, Flaw::NullForRows, Flaw::EmptyWithoutCount, Flaw::NullRows, Flaw::NoIds, Flaw::OtherIds]
    {
        proxy.answers(move |action, answer| {
            if action == "DescribeResourceTagsByResourceIds" {
                flaw.apply(answer);
            }
        });
        let said = ws.messages_of_plan();
        for name in ["tencent_ssl_server", "tencent_ssl_client"] {
            assert!(!said.of(name).errors().is_empty(), "{flaw:?}: {name}:\n{said}");
        }
    }
    proxy.answers(|_, _| {});
    assert!(ws.plan_is_empty());
}
