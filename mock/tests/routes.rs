//! Routes of VPN gateways of Tencent's API 3.0.

mod support;

use cloudvpn_mock::{Mock, Options};
use serde_json::{Value, json};
use support::*;

const GATEWAY: &str = "vpngw-mock0001";

fn route(tunnel: &str) -> Value {
    json!({
        "DestinationCidrBlock": "192.168.50.0/24", "InstanceType": "VPNCONN", "InstanceId": tunnel, "Priority": 0,
        "Status": "ENABLE",
    })
}

fn on_gateway(routes: Value) -> Value {
    json!({"VpnGatewayId": GATEWAY, "Routes": routes})
}

async fn made(mock: &Mock, route: Value) -> String {
    let response = ok(mock, "CreateVpnGatewayRoutes", on_gateway(json!([route]))).await;
    response["Routes"][0]["RouteId"].as_str().unwrap().to_owned()
}

/// The routes that the filters find.
async fn found(mock: &Mock, filters: Value) -> Vec<Value> {
    let params = json!({"VpnGatewayId": GATEWAY, "Filters": filters});
    let mut response = ok(mock, "DescribeVpnGatewayRoutes", params).await;
    let routes = response["Routes"].take();
    let routes = routes.as_array().unwrap().clone();
    assert_eq!(response["TotalCount"], routes.len());
    routes
}

fn patch(mock: &Mock, kinds: Value) {
    mock.patch_state(&json!({"tencent": {"ap-guangzhou": kinds}})).unwrap();
}

#[tokio::test]
async fn routes_are_there_with_the_answer() {
    let mock = instant();
    let tunnel = created(&mock, tunnel()).await;
    let other = with(route(&tunnel), json!({"DestinationCidrBlock": "192.168.60.0/24", "Priority": 100}));
    let routes = json!([with(route(&tunnel), json!({"Description": "first"})), other]);
    let response = ok(&mock, "CreateVpnGatewayRoutes", on_gateway(routes)).await;
    let first = &response["Routes"][0];
    assert_eq!(first["CreateTime"], "0000-00-00 00:00:00");
    assert_eq!(response["Routes"][1]["DestinationCidrBlock"], "192.168.60.0/24");
    let mut shown = found(&mock, json!([{"Name": "DestinationCidr", "Values": ["192.168.50.0/24"]}])).await;
    for time in ["CreateTime", "UpdateTime"] {
        assert!(shown[0][time].take().as_str().unwrap().starts_with("20"));
    }
    let expected = json!({
        "RouteId": first["RouteId"], "DestinationCidrBlock": "192.168.50.0/24", "InstanceType": "VPNCONN",
        "InstanceId": tunnel, "Priority": 0, "Status": "ENABLE", "Type": "Static", "CreateTime": null,
        "UpdateTime": null, "Description": "first",
    });
    assert_eq!(shown, [expected]);
}

#[tokio::test]
async fn wrong_routes_have_their_codes_and_none_is_made() {
    let mock = instant();
    let tunnel = created(&mock, tunnel()).await;
    let good = with(route(&tunnel), json!({"DestinationCidrBlock": "192.168.70.0/24"}));
    for (changes, expected) in [
        (json!({"DestinationCidrBlock": null}), "MissingParameter"),
        (json!({"InstanceType": null}), "MissingParameter"),
        (json!({"InstanceId": null}), "MissingParameter"),
        (json!({"Priority": null}), "MissingParameter"),
        (json!({"Status": null}), "MissingParameter"),
        (json!({"DestinationCidrBlock": "192.168.50.0"}), "InvalidParameterValue.Malformed"),
        (json!({"DestinationCidrBlock": "2001:db8::"}), "InvalidParameterValue.Malformed"),
        (json!({"InstanceType": "VPC"}), "InvalidParameterValue"),
        (json!({"Priority": 50}), "InvalidParameterValue"),
        (json!({"Priority": "0"}), "InvalidParameter"),
        (json!({"Status": "enable"}), "InvalidParameterValue"),
        (json!({"InstanceId": "ccn-1"}), "InvalidParameterValue.Malformed"),
        (json!({"InstanceType": "CCN"}), "InvalidParameterValue.Malformed"),
        (json!({"InstanceId": "vpnx-nothing1"}), "ResourceNotFound"),
        (json!({"InstanceType": "CCN", "InstanceId": "ccn-1"}), "UnsupportedOperation"),
        (json!({"Weight": 1}), "UnknownParameter"),
    ] {
        let routes = json!([good, with(route(&tunnel), changes.clone())]);
        assert_eq!(code(&mock, "CreateVpnGatewayRoutes", on_gateway(routes)).await, expected, "{changes}");
    }
    assert_eq!(code(&mock, "CreateVpnGatewayRoutes", on_gateway(json!([]))).await, "MissingParameter");
    let elsewhere = json!({"VpnGatewayId": "vpngw-mockccn1", "Routes": [route(&tunnel)]});
    assert_eq!(code(&mock, "CreateVpnGatewayRoutes", elsewhere).await, "ResourceNotFound");
    let nowhere = json!({"VpnGatewayId": "vpngw-nothing1", "Routes": [route(&tunnel)]});
    assert_eq!(code(&mock, "CreateVpnGatewayRoutes", nowhere).await, "ResourceNotFound");
    assert!(found(&mock, json!([])).await.is_empty());
}

#[tokio::test]
async fn the_same_route_twice_is_refused() {
    let mock = instant();
    let one = created(&mock, tunnel()).await;
    let changes = json!({"CustomerGatewayId": "cgw-mock0002", "SecurityPolicyDatabases": null});
    let other = created(&mock, with(tunnel(), changes)).await;
    made(&mock, route(&one)).await;
    let duplicate = "InvalidParameterValue.VpnGatewayRouteDuplicate";
    for changes in
        [json!({}), json!({"Priority": 100}), json!({"DestinationCidrBlock": "192.168.50.9/24", "Status": "DISABLE"})]
    {
        let routes = json!([with(route(&one), changes.clone())]);
        assert_eq!(code(&mock, "CreateVpnGatewayRoutes", on_gateway(routes)).await, duplicate, "{changes}");
    }
    let six = |range: &str| with(route(&one), json!({"DestinationCidrBlock": range}));
    made(&mock, six("2001:db8::/32")).await;
    assert_eq!(code(&mock, "CreateVpnGatewayRoutes", on_gateway(json!([six("2001:DB8::/32")]))).await, duplicate);
    let twice = json!([route(&other), route(&other)]);
    assert_eq!(code(&mock, "CreateVpnGatewayRoutes", on_gateway(twice)).await, duplicate);

    // Gateways of old versions do not share the load between routes.
    patch(&mock, json!({"vpn_gateways": {GATEWAY: {"Version": "ver3.1"}}}));
    let ecmp = "UnsupportedOperation.VpnUnsupportedRouteEcmpForCvmVpn";
    assert_eq!(code(&mock, "CreateVpnGatewayRoutes", on_gateway(json!([route(&other)]))).await, ecmp);
    let id = made(&mock, with(route(&other), json!({"Status": "DISABLE"}))).await;
    let enable = on_gateway(json!([{"RouteId": id, "Status": "ENABLE"}]));
    assert_eq!(code(&mock, "ModifyVpnGatewayRoutes", enable.clone()).await, ecmp);
    patch(&mock, json!({"vpn_gateways": {GATEWAY: {"Version": "4.0"}}}));
    ok(&mock, "ModifyVpnGatewayRoutes", enable).await;
}

#[tokio::test]
async fn routes_of_a_ccn_gateway_lead_to_its_ccn() {
    let mock = instant();
    let to_ccn = |id: &str| {
        let changes = json!({"InstanceType": "CCN", "InstanceId": id, "DestinationCidrBlock": "10.9.0.0/16"});
        json!({"VpnGatewayId": "vpngw-mockccn1", "Routes": [with(route(""), changes)]})
    };
    patch(&mock, json!({"vpn_gateways": {"vpngw-mockccn1": {"NetworkInstanceId": "ccn-one"}}}));
    assert_eq!(code(&mock, "CreateVpnGatewayRoutes", to_ccn("ccn-other")).await, "ResourceNotFound");
    ok(&mock, "CreateVpnGatewayRoutes", to_ccn("ccn-one")).await;
}

#[tokio::test]
async fn a_gateway_has_a_thousand_routes() {
    let mock = instant();
    let tunnel = created(&mock, tunnel()).await;
    let numbered = |i: usize| {
        with(route(&tunnel), json!({"DestinationCidrBlock": format!("172.{}.{}.0/24", 16 + i / 256, i % 256)}))
    };
    let routes: Vec<_> = (0..1000).map(numbered).collect();
    ok(&mock, "CreateVpnGatewayRoutes", on_gateway(json!(routes))).await;
    let refused = code(&mock, "CreateVpnGatewayRoutes", on_gateway(json!([numbered(1000)]))).await;
    assert_eq!(refused, "LimitExceeded.VpnGatewayRoutesLimitExceeded");
    let page = json!({"VpnGatewayId": GATEWAY, "Offset": 990, "Limit": 100});
    let page = ok(&mock, "DescribeVpnGatewayRoutes", page).await;
    assert_eq!((page["Routes"].as_array().unwrap().len(), &page["TotalCount"]), (10, &json!(1000)));
}

#[tokio::test]
async fn status_and_description_change() {
    let mock = instant();
    let tunnel = created(&mock, tunnel()).await;
    let id = made(&mock, route(&tunnel)).await;
    let changes = json!([{"RouteId": id, "Status": "DISABLE", "Description": "off"}]);
    let response = ok(&mock, "ModifyVpnGatewayRoutes", on_gateway(changes)).await;
    let shown = found(&mock, json!([])).await;
    assert_eq!(response["Routes"], json!(shown));
    assert_eq!((&shown[0]["Status"], &shown[0]["Description"]), (&json!("DISABLE"), &json!("off")));
    ok(&mock, "ModifyVpnGatewayRoutes", on_gateway(json!([{"RouteId": id, "Status": "ENABLE"}]))).await;
    assert_eq!(found(&mock, json!([])).await[0]["Description"], "off");
    for (routes, expected) in [
        (
            json!([{"RouteId": id, "Status": "DISABLE"}, {"RouteId": "vpnr-nothing1", "Status": "DISABLE"}]),
            "UnsupportedOperation.RecordNotExists",
        ),
        (json!([{"RouteId": id, "Status": "OFF"}]), "InvalidParameterValue"),
        (json!([{"RouteId": id, "Priority": 100}]), "UnknownParameter"),
        (json!([{"Status": "DISABLE"}]), "MissingParameter"),
        (json!([]), "MissingParameter"),
    ] {
        let params = on_gateway(routes);
        assert_eq!(code(&mock, "ModifyVpnGatewayRoutes", params.clone()).await, expected, "{params}");
    }
    assert_eq!(found(&mock, json!([])).await[0]["Status"], "ENABLE");
    let elsewhere = json!({"VpnGatewayId": "vpngw-mockccn1", "Routes": [{"RouteId": id, "Status": "DISABLE"}]});
    assert_eq!(code(&mock, "ModifyVpnGatewayRoutes", elsewhere).await, "UnsupportedOperation.RecordNotExists");
}

#[tokio::test]
async fn routes_are_deleted_together_or_not_at_all() {
    let mock = instant();
    let tunnel = created(&mock, tunnel()).await;
    let one = made(&mock, route(&tunnel)).await;
    let other = made(&mock, with(route(&tunnel), json!({"DestinationCidrBlock": "192.168.60.0/24"}))).await;
    for (params, expected) in [
        (json!({"VpnGatewayId": GATEWAY, "RouteIds": [one, "vpnr-nothing1"]}), "ResourceNotFound"),
        (json!({"VpnGatewayId": "vpngw-mockccn1", "RouteIds": [one]}), "ResourceNotFound"),
        (json!({"VpnGatewayId": GATEWAY, "RouteIds": ["vpnx-1"]}), "InvalidParameterValue.Malformed"),
        (json!({"VpnGatewayId": GATEWAY, "RouteIds": []}), "MissingParameter"),
    ] {
        assert_eq!(code(&mock, "DeleteVpnGatewayRoutes", params.clone()).await, expected, "{params}");
    }
    assert_eq!(found(&mock, json!([])).await.len(), 2);
    ok(&mock, "DeleteVpnGatewayRoutes", json!({"VpnGatewayId": GATEWAY, "RouteIds": [one, other]})).await;
    assert!(found(&mock, json!([])).await.is_empty());
}

#[tokio::test]
async fn filters_are_in_pascal_case() {
    let mock = instant();
    let tunnel = created(&mock, tunnel()).await;
    made(&mock, route(&tunnel)).await;
    for (name, value, expected) in [
        ("DestinationCidr", "192.168.50.0/24", 1),
        ("DestinationCidr", "192.168.51.0/24", 0),
        ("InstanceId", tunnel.as_str(), 1),
        ("InstanceId", "vpnx-nothing1", 0),
        ("InstanceType", "VPNCONN", 1),
        ("InstanceType", "CCN", 0),
    ] {
        let filters = json!([{"Name": name, "Values": [value]}]);
        assert_eq!(found(&mock, filters).await.len(), expected, "{name} {value}");
    }
    for (params, expected) in [
        (
            json!({"VpnGatewayId": GATEWAY, "Filters": [{"Name": "instance-id", "Values": ["v"]}]}),
            "InvalidParameter.FilterInvalidKey",
        ),
        (json!({"VpnGatewayId": GATEWAY, "Limit": 101}), "InvalidParameterValue.Range"),
        (json!({"VpnGatewayId": "cgw-mock0001"}), "InvalidParameterValue.Malformed"),
        (json!({"VpnGatewayId": "vpngw-nothing1"}), "ResourceNotFound"),
        (json!({}), "MissingParameter"),
    ] {
        assert_eq!(code(&mock, "DescribeVpnGatewayRoutes", params.clone()).await, expected, "{params}");
    }
    let other = ok(&mock, "DescribeVpnGatewayRoutes", json!({"VpnGatewayId": "vpngw-mockccn1"})).await;
    assert_eq!(other["TotalCount"], 0);
}

#[tokio::test]
async fn routes_go_with_their_tunnel() {
    let mock = instant();
    let tunnel = created(&mock, tunnel()).await;
    made(&mock, route(&tunnel)).await;
    ok(&mock, "DeleteVpnConnection", json!({"VpnGatewayId": GATEWAY, "VpnConnectionId": tunnel})).await;
    assert!(found(&mock, json!([])).await.is_empty());

    let tunnel = created(&mock, support::tunnel()).await;
    made(&mock, route(&tunnel)).await;
    let params = [("vpcId", "vpc-mock0001"), ("vpnGwId", GATEWAY), ("vpnConnId", tunnel.as_str())];
    legacy::done(&mock, "DeleteVpnConn", &params).await;
    assert!(found(&mock, json!([])).await.is_empty());

    let mock = never_settling();
    let tunnel = created(&mock, support::tunnel()).await;
    patch(&mock, json!({"vpn_connections": {&tunnel: {"_next": {"in_ms": 0}}}}));
    made(&mock, route(&tunnel)).await;
    ok(&mock, "DeleteVpnConnection", json!({"VpnGatewayId": GATEWAY, "VpnConnectionId": tunnel})).await;
    assert_eq!(found(&mock, json!([])).await.len(), 1);
    let routes = json!([with(route(&tunnel), json!({"DestinationCidrBlock": "192.168.60.0/24"}))]);
    assert_eq!(code(&mock, "CreateVpnGatewayRoutes", on_gateway(routes)).await, "UnsupportedOperation");
}

#[tokio::test]
async fn routes_go_with_their_gateway() {
    let mock = instant();
    let route = with(route(""), json!({"InstanceType": "CCN", "InstanceId": "ccn-1"}));
    ok(&mock, "CreateVpnGatewayRoutes", json!({"VpnGatewayId": "vpngw-mockccn1", "Routes": [route]})).await;
    ok(&mock, "DeleteVpnGateway", json!({"VpnGatewayId": "vpngw-mockccn1"})).await;
    assert_eq!(mock.state()["tencent"]["ap-guangzhou"]["vpn_gateway_routes"], json!({}));
}

#[tokio::test]
async fn without_parents_routes_lead_anywhere() {
    let mock = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    let params = json!({"VpnGatewayId": "vpngw-nothing1", "Routes": [route("vpnx-nothing1")]});
    ok(&mock, "CreateVpnGatewayRoutes", params).await;
    let shown = ok(&mock, "DescribeVpnGatewayRoutes", json!({"VpnGatewayId": "vpngw-nothing1"})).await;
    assert_eq!(shown["TotalCount"], 1);
}

#[tokio::test]
async fn routes_learned_from_a_ccn_are_switched() {
    let mock = instant();
    let learned = json!({
        "VpnGatewayId": "vpngw-mockccn1", "RouteId": "ccnr-1", "Status": "ENABLE", "DestinationCidrBlock": "10.9.0.0/16",
    });
    patch(&mock, json!({"vpn_gateway_ccn_routes": {"ccnr-1": learned}}));
    let of_gateway = json!({"VpnGatewayId": "vpngw-mockccn1"});
    let change = with(of_gateway.clone(), json!({"Routes": [{"RouteId": "ccnr-1", "Status": "DISABLE"}]}));
    ok(&mock, "ModifyVpnGatewayCcnRoutes", change).await;
    let shown = ok(&mock, "DescribeVpnGatewayCcnRoutes", of_gateway.clone()).await;
    let expected = json!([{"RouteId": "ccnr-1", "Status": "DISABLE", "DestinationCidrBlock": "10.9.0.0/16"}]);
    assert_eq!((&shown["RouteSet"], &shown["TotalCount"]), (&expected, &json!(1)));
    let unknown = with(of_gateway, json!({"Routes": [{"RouteId": "ccnr-2", "Status": "DISABLE"}]}));
    assert_eq!(code(&mock, "ModifyVpnGatewayCcnRoutes", unknown).await, "ResourceNotFound");
}
