//! Route entries of Alibaba's VPN gateways, by destination and by policy.

mod support;

use cloudvpn_mock::{Mock, Options, Switches};
use serde_json::{Value, json};
use support::alibaba::*;
use support::instant;

const CREATE: &str = "CreateVpnRouteEntry";
const LIST: &str = "DescribeVpnRouteEntries";
const PUBLISH: &str = "PublishVpnRouteEntry";
const WEIGHT: &str = "ModifyVpnRouteEntryWeight";
const DELETE: &str = "DeleteVpnRouteEntry";
const CREATE_PBR: &str = "CreateVpnPbrRouteEntry";
const LIST_PBR: &str = "DescribeVpnPbrRouteEntries";
const MODIFY_PBR: &str = "ModifyVpnPbrRouteEntryAttribute";
const DELETE_PBR: &str = "DeleteVpnPbrRouteEntry";
const GATEWAY: (&str, &str) = ("VpnGatewayId", "vpn-mock0001");
const NOT_FOUND: (u16, &str) = (404, "InvalidRouteEntry.NotFound");

/// A connection on the gateway of the small world.
async fn next_hop(mock: &Mock) -> String {
    let customers = two_customers(mock).await;
    connected(mock, &two_tunnels(&customers)).await
}

fn route(next_hop: &str) -> Vec<(&'static str, &str)> {
    vec![GATEWAY, ("RouteDest", "192.168.0.0/16"), ("NextHop", next_hop), ("Weight", "100"), ("PublishVpc", "true")]
}

fn policy(next_hop: &str) -> Vec<(&'static str, &str)> {
    [route(next_hop), vec![("RouteSource", "10.0.0.0/16")]].concat()
}

/// What names a route: all but whether it is published.
fn names<'a>(route: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    having(route, &[("PublishVpc", "")])
}

async fn rows(mock: &Mock, action: &str) -> Vec<Value> {
    let mut answer = ok(mock, action, &[GATEWAY]).await;
    let inner = if action == LIST { "VpnRouteEntry" } else { "VpnPbrRouteEntry" };
    let outer = if action == LIST { "VpnRouteEntries" } else { "VpnPbrRouteEntries" };
    answer[outer][inner].take().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_route_is_created_published_weighed_and_deleted() {
    let mock = instant();
    let next_hop = next_hop(&mock).await;
    let route = route(&next_hop);
    let answer = ok(&mock, CREATE, &having(&route, &[("Description", "to the office")])).await;
    for (member, expected) in [
        ("VpnInstanceId", json!("vpn-mock0001")),
        ("RouteDest", json!("192.168.0.0/16")),
        ("NextHop", json!(next_hop)),
        ("Weight", json!(100)),
        ("State", json!("published")),
        ("Description", json!("to the office")),
        ("OverlayMode", json!("Ipsec")),
    ] {
        assert_eq!(answer[member], expected, "{member}");
    }
    refuses(&mock, CREATE, &route, (400, "InvalidRouteEntry.AlreadyExist")).await;
    let row = rows(&mock, LIST).await.remove(0);
    let expected = json!({
        "VpnInstanceId": "vpn-mock0001", "RouteDest": "192.168.0.0/16", "NextHop": next_hop, "NextHopTunnelId": "",
        "Weight": 100, "State": "published", "RouteEntryType": "custom", "Source": "", "AsPath": "", "Community": "",
        "CreateTime": answer["CreateTime"],
    });
    assert_eq!(row, expected);

    let hide =
        [&names(&having(&route, &[("Weight", "")]))[..], &[("RouteType", "dbr"), ("PublishVpc", "false")]].concat();
    ok(&mock, PUBLISH, &hide).await;
    assert_eq!(rows(&mock, LIST).await[0]["State"], "normal");
    refuses(&mock, PUBLISH, &having(&hide, &[("RouteType", "pbr")]), NOT_FOUND).await;
    refuses(&mock, PUBLISH, &having(&hide, &[("RouteType", "bgp")]), INVALID).await;

    let lighter = [&names(&route)[..], &[("NewWeight", "0")]].concat();
    ok(&mock, WEIGHT, &lighter).await;
    assert_eq!(rows(&mock, LIST).await[0]["Weight"], 0);
    // The old weight names the route.
    refuses(&mock, WEIGHT, &lighter, NOT_FOUND).await;
    refuses(&mock, DELETE, &names(&route), NOT_FOUND).await;
    ok(&mock, DELETE, &names(&having(&route, &[("Weight", "0")]))).await;
    assert_eq!(rows(&mock, LIST).await.len(), 0);
}

#[tokio::test]
async fn routes_keep_their_rules() {
    let mock = instant();
    let next_hop = next_hop(&mock).await;
    let route = route(&next_hop);
    let elsewhere = single_tunnel_gateway(&mock).await;
    for (change, expected) in [
        (("VpnGatewayId", "vpn-nowhere"), (404, "InvalidVpnGatewayInstanceId.NotFound")),
        (("VpnGatewayId", &elsewhere), (404, "InvalidVpnConnectionInstanceId.NotFound")),
        (("NextHop", "vco-nowhere"), (404, "InvalidVpnConnectionInstanceId.NotFound")),
        (("NextHop", "vpn-mock0001"), (400, "InvalidParameter.Format")),
        (("RouteDest", ""), (400, "MissingRouteDest")),
        (("RouteDest", "192.168.0.0"), INVALID),
        (("RouteDest", "192.168.0.1/16"), INVALID),
        (("Weight", ""), (400, "MissingWeight")),
        (("Weight", "50"), INVALID),
        (("Weight", "heavy"), (400, "InvalidParameter.Format")),
        (("PublishVpc", ""), (400, "MissingPublishVpc")),
        (("PublishVpc", "yes"), (400, "InvalidParameter.Format")),
        (("OverlayMode", "Gre"), INVALID),
        (("Description", "http://x"), (400, "InvalidDescription")),
        (("RouteSource", "10.0.0.0/16"), INVALID),
        (("DryRun", "true"), (400, "DryRunOperation")),
    ] {
        refuses(&mock, CREATE, &having(&route, &[change]), expected).await;
    }
    patch(&mock, "vpn_gateways", "vpn-mock0001", json!({"BusinessStatus": "FinancialLocked"}));
    refuses(&mock, CREATE, &route, (400, "VpnGateway.FinancialLocked")).await;
    assert_eq!(rows(&mock, LIST).await.len(), 0);
    refuses(&mock, LIST, &[("VpnGatewayId", "vpn-nowhere")], (404, "InvalidVpnGatewayInstanceId.NotFound")).await;
    refuses(&mock, LIST, &[], (400, "MissingVpnGatewayId")).await;
    refuses(&mock, LIST, &[GATEWAY, ("RouteEntryType", "static")], INVALID).await;

    let any = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    ok(&any, CREATE, &having(&route, &[("VpnGatewayId", "vpn-nowhere")])).await;
}

/// The official provider sends it for each policy route, though it is not on the page of PublishVpnRouteEntry.
#[tokio::test]
async fn a_route_source_is_no_reason_to_refuse_a_publication() {
    let mock = instant();
    let next_hop = next_hop(&mock).await;
    ok(&mock, "CreateVpnPbrRouteEntry", &having(&route(&next_hop), &[("RouteSource", "10.0.0.0/16")])).await;
    let publish = [GATEWAY, ("RouteDest", "192.168.0.0/16"), ("NextHop", &next_hop), ("PublishVpc", "true")];
    let publish = [&publish[..], &[("RouteType", "pbr"), ("RouteSource", "10.0.0.0/16")]].concat();
    mock.switches(Switches { publish_route_source_refused: true, ..Switches::default() });
    refuses(&mock, "PublishVpnRouteEntry", &publish, INVALID).await;
    mock.switches(Switches::default());
    ok(&mock, "PublishVpnRouteEntry", &publish).await;
    let listed = ok(&mock, "DescribeVpnPbrRouteEntries", &[GATEWAY]).await;
    assert_eq!(listed["VpnPbrRouteEntries"]["VpnPbrRouteEntry"][0]["State"], "published");
}

#[tokio::test]
async fn lists_have_pages_counts_and_types() {
    let mock = instant();
    let next_hop = next_hop(&mock).await;
    let ranges: Vec<_> = (0..12).map(|at| format!("172.16.{at}.0/24")).collect();
    for range in &ranges {
        ok(&mock, CREATE, &having(&route(&next_hop), &[("RouteDest", range)])).await;
    }
    let learned = json!({"VpnInstanceId": "vpn-mock0001", "RouteDest": "172.17.0.0/16", "RouteEntryType": "bgp"});
    patch(&mock, "vpn_route_entries", "learned", learned);
    let page = ok(&mock, LIST, &[GATEWAY, ("PageNumber", "2")]).await;
    let rows = page["VpnRouteEntries"]["VpnRouteEntry"].as_array().unwrap();
    assert_eq!((rows.len(), &page["TotalCount"], &rows[0]["RouteDest"]), (2, &json!(12), &json!(ranges[10])));
    let count = json!([{"RouteEntryType": "custom", "Source": "", "RouteCount": 12}]);
    assert_eq!(page["VpnRouteCounts"]["VpnRouteCount"], count);
    let learned = ok(&mock, LIST, &[GATEWAY, ("RouteEntryType", "bgp")]).await;
    assert_eq!(
        (&learned["TotalCount"], &learned["VpnRouteEntries"]["VpnRouteEntry"][0]["RouteDest"]),
        (&json!(1), &json!("172.17.0.0/16"))
    );
    let elsewhere = single_tunnel_gateway(&mock).await;
    assert_eq!(ok(&mock, LIST, &[("VpnGatewayId", &elsewhere)]).await["TotalCount"], 0);
}

#[tokio::test]
async fn writes_keep_the_gateway_busy() {
    let mock = instant();
    let next_hop = next_hop(&mock).await;
    let slow = Options { seed: Some(mock.state()), settle: std::time::Duration::from_secs(3600), ..Options::default() };
    let mock = Mock::start(slow).unwrap();
    let route = route(&next_hop);
    ok(&mock, CREATE, &route).await;
    refuses(&mock, CREATE, &having(&route, &[("RouteDest", "172.16.0.0/12")]), BUSY).await;
    refuses(&mock, DELETE, &names(&route), BUSY).await;
    settle(&mock, "vpn_gateways", "vpn-mock0001");
    ok(&mock, DELETE, &names(&route)).await;
    assert_eq!(rows(&mock, LIST).await.len(), 1);
    refuses(&mock, CREATE, &route, BUSY).await;
}

#[tokio::test]
async fn routes_go_with_their_connection() {
    let mock = instant();
    let next_hop = next_hop(&mock).await;
    ok(&mock, CREATE, &route(&next_hop)).await;
    ok(&mock, CREATE_PBR, &policy(&next_hop)).await;
    ok(&mock, "DeleteVpnConnection", &[("VpnConnectionId", &next_hop)]).await;
    assert_eq!((rows(&mock, LIST).await.len(), rows(&mock, LIST_PBR).await.len()), (0, 0));
}

#[tokio::test]
async fn policy_routes_have_sources_and_priorities() {
    let mock = instant();
    let next_hop = next_hop(&mock).await;
    let route = policy(&next_hop);
    for (change, expected) in [
        (("RouteSource", ""), (400, "MissingRouteSource")),
        (("RouteSource", "10.0.0.1/16"), INVALID),
        (("Priority", "0"), INVALID),
        (("Priority", "101"), INVALID),
    ] {
        refuses(&mock, CREATE_PBR, &having(&route, &[change]), expected).await;
    }
    let answer = ok(&mock, CREATE_PBR, &route).await;
    assert_eq!((&answer["RouteSource"], &answer["Priority"]), (&json!("10.0.0.0/16"), &json!(10)));
    ok(&mock, CREATE_PBR, &having(&route, &[("RouteSource", "10.1.0.0/16"), ("Priority", "5")])).await;
    let row = rows(&mock, LIST_PBR).await.remove(0);
    let expected = json!({
        "VpnInstanceId": "vpn-mock0001", "RouteSource": "10.0.0.0/16", "RouteDest": "192.168.0.0/16",
        "NextHop": next_hop, "NextHopTunnelId": "", "Weight": 100, "Priority": 10, "State": "published",
        "CreateTime": answer["CreateTime"],
    });
    assert_eq!(row, expected);

    let named = [&names(&route)[..], &[("Priority", "10")]].concat();
    refuses(&mock, MODIFY_PBR, &named, (400, "MissingNewWeight")).await;
    refuses(&mock, MODIFY_PBR, &having(&named, &[("Priority", "9"), ("NewPriority", "1")]), NOT_FOUND).await;
    ok(&mock, MODIFY_PBR, &having(&named, &[("NewPriority", "1"), ("NewWeight", "0")])).await;
    let row = rows(&mock, LIST_PBR).await.remove(0);
    assert_eq!((&row["Priority"], &row["Weight"]), (&json!(1), &json!(0)));
    let unweighed = having(&names(&route), &[("Weight", "")]);
    ok(&mock, "ModifyVpnPbrRouteEntryWeight", &having(&unweighed, &[("NewWeight", "100")])).await;
    ok(&mock, "ModifyVpnPbrRouteEntryPriority", &having(&unweighed, &[("NewPriority", "7")])).await;
    refuses(&mock, "ModifyVpnPbrRouteEntryPriority", &unweighed, (400, "MissingNewPriority")).await;
    let row = rows(&mock, LIST_PBR).await.remove(0);
    assert_eq!((&row["Priority"], &row["Weight"]), (&json!(7), &json!(100)));

    // Publishing names no source: both routes are meant.
    let publish = having(&route, &[("RouteSource", ""), ("Weight", ""), ("RouteType", "pbr"), ("PublishVpc", "false")]);
    ok(&mock, PUBLISH, &publish).await;
    assert!(rows(&mock, LIST_PBR).await.iter().all(|row| row["State"] == "normal"));
    refuses(&mock, DELETE_PBR, &having(&names(&route), &[("Priority", "10")]), NOT_FOUND).await;
    ok(&mock, DELETE_PBR, &names(&route)).await;
    assert_eq!(rows(&mock, LIST_PBR).await.len(), 1);
}
