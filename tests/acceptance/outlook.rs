//! Plans that are bound to fail half way, or that cost money, say so before anything is done.

use cloudvpn_mock::{Fault, TENCENT_REGION};
use serde_json::{Value, json};

use crate::alibaba::{connection, connections, patch, with_ends};
use crate::harness::{Resource, Workspace, hcl, tunnel};

const ALIBABA: &str = "cloudvpn_alibaba_gateway";
const TENCENT: &str = "cloudvpn_tencent_gateway";

fn alibaba(charge: &str) -> Resource {
    Resource::new(ALIBABA, "gw")
        .with("name", "\"gw\"")
        .with("vpc_id", "\"vpc-mock0001\"")
        .with("bandwidth_mbps", "10")
        .changed(charge)
}

fn tencent(charge: &str) -> Resource {
    Resource::new(TENCENT, "gw")
        .with("name", "\"gw\"")
        .with("vpc_id", "\"vpc-mock0001\"")
        .with("bandwidth_mbps", "100")
        .changed(charge)
}

/// What ends at each of them.
fn ends_there(gateway: &Resource) -> Resource {
    let id = format!("{}.gw.id", gateway.kind());
    let end = if gateway.kind() == ALIBABA { connection("c") } else { tunnel("c") };
    end.with("gateway_id", &id)
}

const PREPAY: &str = "charge_type = \"PREPAY\"\nperiod_months = 1";
const PREPAID: &str =
    "charge_type = \"PREPAID\"\nprepaid = { period_months = 3, renew_flag = \"NOTIFY_AND_MANUAL_RENEW\" }";

fn patch_tencent(ws: &Workspace, id: &str, patch: Value) {
    ws.mock.patch_state(&json!({"tencent": {TENCENT_REGION: {"vpn_gateways": {id: patch}}}})).unwrap();
}

fn writes(ws: &Workspace) -> Vec<String> {
    let calls = ws.mock.calls().into_iter().map(|call| call.action);
    calls.filter(|action| !action.starts_with("Describe")).collect()
}

/// Applies both, then fails if any of the changes to the gateway is planned, if it can be removed or destroyed, or if that writes anything.
fn nothing_is_taken_down(ws: &Workspace, gateway: impl Fn(&str) -> Resource, changes: &[(&str, &str)], why: &str) {
    ws.mock.clear_calls();
    for (change, at) in changes {
        let changed = gateway(change);
        let end = ends_there(&changed);
        let diagnostics = ws.write(hcl([changed, end])).plan_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, "The VPN gateway cannot be replaced", "{change}");
        assert!(error.is_at(at), "{change}:\n{diagnostics}");
        assert!(error.detail.contains(why) && error.detail.contains("Put back"), "{change}:\n{diagnostics}");
        ws.apply_fails();
    }
    let left = gateway("");
    let diagnostics = ws.write(hcl([""])).plan_fails();
    assert_eq!(diagnostics.error().summary, "The VPN gateway cannot be deleted");
    for says in [why, "removed block", "state rm"] {
        assert!(diagnostics.error().detail.contains(says), "{diagnostics}");
    }
    let end = ends_there(&left);
    ws.write(hcl([left, end]));
    assert_eq!(ws.run(&["destroy", "-auto-approve"]).code, Some(1));
    assert!(writes(ws).is_empty(), "{:?}", writes(ws));
    assert!(ws.state("gw").is_some() && ws.state("c").is_some());
}

#[test]
fn what_is_paid_for_on_alibaba_cloud_is_not_replaced_before_its_end() {
    let ws = with_ends();
    let gateway = |change: &str| alibaba(PREPAY).changed(change);
    ws.write(hcl([gateway(""), ends_there(&gateway(""))])).apply();
    let changes = [
        ("bandwidth_mbps = 20", "bandwidth_mbps"),
        ("vpc_id = \"vpc-other\"", "vpc_id"),
        ("ssl_enabled = true", "ssl_enabled"),
        ("charge_type = \"POSTPAY\"\nperiod_months =", "charge_type"),
        ("region = \"cn-beijing\"", "region"),
        ("bandwidth_mbps = 20\nname = \"other\"", "bandwidth_mbps"),
    ];
    nothing_is_taken_down(&ws, gateway, &changes, "paid for until");

    // When the time is over, it can be.
    patch(&ws, "vpn_gateways", &ws.id("gw"), json!({"EndTime": 1_552_550_980_000_i64}));
    let changed = gateway("bandwidth_mbps = 20");
    let end = ends_there(&changed);
    let plan = ws.write(hcl([changed, end])).plan();
    assert!(plan.replaces("gw"));
    let warned = plan.diagnostics.warnings();
    assert!(warned.iter().any(|w| w.is_at("bandwidth_mbps") && w.detail.contains("create_before_destroy")), "{plan:?}");
    ws.apply();
}

#[test]
fn another_period_of_a_subscription_changes_nothing_but_the_number() {
    let ws = with_ends();
    let gateway = |months: u32| alibaba(&format!("charge_type = \"PREPAY\"\nperiod_months = {months}"));
    ws.write(hcl([gateway(1), ends_there(&gateway(1))])).apply();
    let (id, end) = (ws.id("gw"), ws.id("c"));
    ws.mock.clear_calls();
    let plan = ws.write(hcl([gateway(2), ends_there(&gateway(2))])).plan();
    assert_eq!((plan.actions("gw"), plan.actions("c")), (vec!["update"], vec!["no-op"]));
    let [warning] = plan.diagnostics.warnings()[..] else { panic!("{}", plan.diagnostics) };
    assert!(warning.is_at("period_months") && warning.detail.contains("can neither extend"), "{}", plan.diagnostics);
    ws.apply();
    assert!(writes(&ws).is_empty(), "{:?}", writes(&ws));
    assert_eq!((ws.id("gw"), ws.id("c")), (id, end));
    assert_eq!(ws.state("gw").unwrap()["period_months"], 2);
}

#[test]
fn what_is_prepaid_on_tencent_cloud_is_not_replaced_before_its_end() {
    let ws = Workspace::new();
    let gateway = |change: &str| tencent(PREPAID).changed(change);
    ws.write(hcl([gateway(""), ends_there(&gateway(""))])).apply();
    let changes = [
        ("bandwidth_mbps = 200", "bandwidth_mbps"),
        ("type = \"CCN\"\nvpc_id =", "type"),
        ("charge_type = \"POSTPAID_BY_HOUR\"\nprepaid =\nbandwidth_mbps = 200", "bandwidth_mbps"),
        ("region = \"ap-shanghai\"", "region"),
    ];
    nothing_is_taken_down(&ws, gateway, &changes, "prepaid until");
    patch_tencent(&ws, &ws.id("gw"), json!({"ExpiredTime": "2020-01-01 00:00:00"}));
    let changed = gateway("bandwidth_mbps = 200");
    let end = ends_there(&changed);
    assert!(ws.write(hcl([changed, end])).plan().replaces("gw"));
}

#[test]
fn what_is_attached_to_a_network_is_detached_first() {
    let ws = Workspace::new();
    let gateway = |change: &str| tencent("").changed(change);
    ws.write(hcl([gateway(""), ends_there(&gateway(""))])).apply();
    patch_tencent(&ws, &ws.id("gw"), json!({"NetworkInstanceId": "ccn-mock0001"}));
    let changes =
        [("bandwidth_mbps = 200", "bandwidth_mbps"), ("zone = \"ap-guangzhou-7\"", "zone"), (PREPAID, "charge_type")];
    nothing_is_taken_down(&ws, gateway, &changes, "ccn-mock0001");
    patch_tencent(&ws, &ws.id("gw"), json!({"NetworkInstanceId": ""}));
    ws.destroy();
}

#[test]
fn another_number_of_tunnels_takes_another_gateway() {
    let ws = with_ends();
    let two = "{ master = { customer_gateway_id = \"cgw-mock0001\", pre_shared_key = \"a-key-of-1\" }, \
               slave = { customer_gateway_id = \"cgw-mock0002\", pre_shared_key = \"a-key-of-2\" } }";
    let dual = || connection("c").changed("customer_gateway_id =\npre_shared_key =").with("tunnels", two);
    let single = || connection("c");
    let at = |resource: Resource, gateway: &str| resource.with("gateway_id", &format!("{gateway:?}"));
    for (here, there, before, after, is_at) in [
        ("vpn-dual001", "vpn-single001", dual(), single(), "customer_gateway_id"),
        ("vpn-single001", "vpn-dual001", single(), dual(), "tunnels"),
    ] {
        ws.write(hcl([at(before.clone(), here)])).apply();
        let id = ws.id("c");
        ws.mock.clear_calls();
        // At the VPN gateway that stays, the state tells; at another one, the service does.
        for (resource, gateway) in [(after.clone(), here), (before.clone(), there)] {
            let diagnostics = ws.write(hcl([at(resource, gateway)])).plan_fails();
            let error = diagnostics.error();
            assert_eq!(error.summary, "Wrong number of tunnels for this VPN gateway");
            assert!(error.detail.contains(gateway), "{diagnostics}");
            let is_at = if gateway == here {
                is_at
            } else if is_at == "tunnels" {
                "customer_gateway_id"
            } else {
                "tunnels"
            };
            assert!(error.is_at(is_at), "{is_at}: {diagnostics}");
            ws.apply_fails();
        }
        assert!(writes(&ws).is_empty());
        assert_eq!(Vec::from_iter(connections(&ws).into_keys()), [id]);
        // Both at once is what can be done.
        ws.write(hcl([at(after, there)])).apply();
        ws.destroy();
    }
}

#[test]
fn what_moves_to_a_gateway_that_cannot_have_it_stays_where_it_is() {
    let ws = with_ends();
    patch(&ws, "vpn_gateways", "vpn-single001", json!({"SslVpn": "disable"}));
    patch(
        &ws,
        "vpn_gateways",
        "vpn-noipsec1",
        json!({
            "VpnGatewayId": "vpn-noipsec1", "IpsecVpn": "disable", "Status": "active", "VpcId": "vpc-mock0001", "Spec": "10M",
            "DisasterRecoveryVSwitchId": null, "CreateTime": 1_552_550_980_000_i64,
        }),
    );
    let kind = |id: &str, kind: &str| {
        let gateway = json!({
            "VpnGatewayId": id, "VpnGatewayName": id, "Type": kind, "State": "AVAILABLE", "VpcId": "vpc-mock0001",
            "InternetMaxBandwidthOut": 5, "InstanceChargeType": "POSTPAID_BY_HOUR", "MaxConnection": 5, "Version": "4.0",
        });
        patch_tencent(&ws, id, gateway);
    };
    kind("vpngw-ssl1", "SSL");
    kind("vpngw-ipsec1", "IPSEC");
    let server = |kind: &'static str| Resource::new(kind, "x").with("name", "\"x\"");
    let alibaba_server = || {
        server("cloudvpn_alibaba_ssl_server")
            .changed("client_cidr = \"192.168.100.0/24\"\nlocal_cidrs = [\"10.0.0.0/16\"]")
            .with("gateway_id", "\"vpn-mock0001\"")
    };
    let tencent_server = || {
        server("cloudvpn_tencent_ssl_server")
            .changed("client_cidr = \"192.168.100.0/24\"\nlocal_cidrs = [\"10.0.0.0/16\"]")
            .with("gateway_id", "\"vpngw-ssl1\"")
    };
    for (resource, there, says) in [
        (alibaba_server(), "vpn-single001", "made without SSL"),
        (connection("x"), "vpn-noipsec1", "made without IPsec"),
        (tencent_server(), "vpngw-ipsec1", "type IPSEC"),
        (tunnel("x"), "vpngw-ssl1", "type SSL"),
    ] {
        let configured = |resource: &Resource| hcl([resource.clone()]);
        let kind = resource.kind();
        ws.write(configured(&resource)).apply();
        ws.mock.clear_calls();
        let moved = resource.clone().with("gateway_id", &format!("{there:?}"));
        let diagnostics = ws.write(configured(&moved)).plan_fails();
        assert!(diagnostics.error().is_at("gateway_id") && diagnostics.error().detail.contains(says), "{diagnostics}");
        assert!(writes(&ws).is_empty(), "{kind}");

        // Who cannot be asked does not keep anybody from planning.
        for action in ["DescribeVpnGateway", "DescribeVpnGateways"] {
            ws.mock.fault(action, u64::MAX, Fault::Error("UnauthorizedOperation".to_owned()));
        }
        assert!(ws.plan().replaces("x"), "{kind}");
        ws.mock.clear_faults();
        ws.write(configured(&resource)).destroy();
    }
}

/// A customer gateway that tunnels lead to, and they, on both clouds.
fn used(kind: &str, more: &str, of_tunnel: &str) -> String {
    match kind {
        "tencent" => {
            let peer = Resource::new("cloudvpn_tencent_customer_gateway", "p").changed("name = \"p\"").changed(more);
            let to_it = tunnel("t").changed("customer_gateway_id = cloudvpn_tencent_customer_gateway.p.id");
            hcl([peer, to_it.changed(of_tunnel)])
        }
        "alibaba" => {
            let peer = Resource::new("cloudvpn_alibaba_customer_gateway", "p").changed("name = \"p\"").changed(more);
            let two = "{ master = { customer_gateway_id = cloudvpn_alibaba_customer_gateway.p.id, pre_shared_key = \"a-key-of-1\" }, \
                       slave = { customer_gateway_id = \"cgw-mock0002\", pre_shared_key = \"a-key-of-2\" } }";
            let to_it =
                connection("t").changed("customer_gateway_id =\npre_shared_key =\ngateway_id = \"vpn-dual001\"");
            hcl([peer, to_it.with("tunnels", two).changed(of_tunnel)])
        }
        other => panic!("{other}"),
    }
}

#[test]
fn another_address_of_a_customer_gateway_that_is_used_is_warned_about_with_what_works() {
    let ws = with_ends();
    for cloud in ["tencent", "alibaba"] {
        let at = |address: &str| format!("ip_address = {address:?}");
        ws.write(used(cloud, &at("192.0.2.10"), "")).apply();
        let tunnel = ws.id("t");
        let plan = ws.write(used(cloud, &at("192.0.2.11"), "")).plan();
        assert!(plan.replaces("p") && plan.actions("t") == ["update"]);
        let [warning] = plan.diagnostics.warnings()[..] else { panic!("{cloud}: {}", plan.diagnostics) };
        assert!(warning.is_at("ip_address"), "{}", plan.diagnostics);
        for says in [tunnel.as_str(), "create_before_destroy = true", "replace_triggered_by"] {
            assert!(warning.detail.contains(says), "{cloud}, {says}: {}", plan.diagnostics);
        }
        // Both ways work, in one apply.
        let first = format!("{}\nlifecycle = {{ create_before_destroy = true }}", at("192.0.2.11"));
        ws.write(used(cloud, &first, "")).apply();
        assert_eq!(ws.id("t"), tunnel, "the tunnel stays");
        ws.write(used(cloud, &at("192.0.2.11"), "")).apply();
        let triggered = format!("lifecycle = {{ replace_triggered_by = [cloudvpn_{cloud}_customer_gateway.p.id] }}");
        ws.write(used(cloud, &at("192.0.2.12"), &triggered)).apply();
        assert_ne!(ws.id("t"), tunnel);

        // Nobody can be asked; nothing is said.
        ws.mock.fault("DescribeVpnConnections", u64::MAX, Fault::Error("UnauthorizedOperation".to_owned()));
        let plan = ws.write(used(cloud, &at("192.0.2.13"), &triggered)).plan_with(&["-refresh=false"]);
        assert!(plan.diagnostics.warnings().is_empty(), "{}", plan.diagnostics);
        ws.mock.clear_faults();
        ws.write(used(cloud, &at("192.0.2.12"), &triggered));
        ws.destroy();
    }
}

#[test]
fn another_as_number_at_the_same_address_is_no_case_for_create_before_destroy() {
    let ws = with_ends();
    let asn = |number: u32| format!("ip_address = \"192.0.2.10\"\nbgp_asn = {number}");
    ws.write(used("alibaba", &asn(65010), "")).apply();
    let plan = ws.write(used("alibaba", &asn(65011), "")).plan();
    let [warning] = plan.diagnostics.warnings()[..] else { panic!("{}", plan.diagnostics) };
    assert!(
        warning.is_at("bgp_asn") && warning.detail.contains("create_before_destroy is no way"),
        "{}",
        plan.diagnostics
    );
    let triggered = "lifecycle = { replace_triggered_by = [cloudvpn_alibaba_customer_gateway.p.id] }";
    ws.write(used("alibaba", &asn(65011), triggered)).apply();

    // A connection with one tunnel is replaced along, without any of that.
    let single = |number: u32| {
        let peer = Resource::new("cloudvpn_alibaba_customer_gateway", "q")
            .changed(&format!("ip_address = \"192.0.2.20\"\nbgp_asn = {number}"));
        hcl([peer, connection("s").changed("customer_gateway_id = cloudvpn_alibaba_customer_gateway.q.id")])
    };
    ws.write(single(65010)).apply();
    let plan = ws.write(single(65011)).plan();
    assert!(plan.replaces("q") && plan.replaces("s"));
    let [warning] = plan.diagnostics.warnings()[..] else { panic!("{}", plan.diagnostics) };
    assert!(warning.detail.contains("replaced with it"), "{}", plan.diagnostics);
    ws.apply();
}

#[test]
fn what_costs_money_is_said_where_it_is_written() {
    let ws = with_ends();
    let prepaid = |months: u32, flag: &str| {
        format!(
            "charge_type = \"PREPAID\"\nprepaid = {{ period_months = {months}, renew_flag = \"NOTIFY_AND_{flag}_RENEW\" }}"
        )
    };
    let hourly = "charge_type = \"POSTPAID_BY_HOUR\"\nprepaid =";
    for (gateway, before, after, at, says) in [
        (
            tencent as fn(&str) -> Resource,
            None,
            prepaid(2, "MANUAL"),
            "charge_type",
            "2 months of it are bought at once",
        ),
        (tencent, None, prepaid(1, "AUTO"), "charge_type", "renews it at the account's expense"),
        (alibaba, None, PREPAY.to_owned(), "charge_type", "1 month of it are bought at once"),
        (
            tencent,
            Some(prepaid(2, "MANUAL")),
            prepaid(1, "MANUAL"),
            "prepaid.period_months",
            "this buys 1 month beside",
        ),
        (
            tencent,
            Some(prepaid(2, "MANUAL")),
            prepaid(3, "MANUAL"),
            "prepaid.period_months",
            "this buys 3 months beside",
        ),
        (tencent, Some(prepaid(2, "MANUAL")), prepaid(2, "AUTO"), "prepaid.renew_flag", "at the account's expense"),
        (
            tencent,
            Some(prepaid(2, "MANUAL")),
            format!("{}\nbandwidth_mbps = 5", hourly),
            "charge_type",
            "billed by the hour",
        ),
        (tencent, Some(hourly.to_owned()), prepaid(2, "MANUAL"), "charge_type", "2 months of it are bought"),
        (tencent, Some(hourly.to_owned()), "bandwidth_mbps = 200".to_owned(), "bandwidth_mbps", "both are paid for"),
        (alibaba, Some(String::new()), PREPAY.to_owned(), "charge_type", "1 month of it are bought"),
        (alibaba, Some(String::new()), "bandwidth_mbps = 20".to_owned(), "bandwidth_mbps", "both are paid for"),
        (
            tencent,
            Some(format!("{}\nbandwidth_mbps = 5", prepaid(2, "MANUAL"))),
            prepaid(2, "MANUAL"),
            "bandwidth_mbps",
            "difference is paid at once",
        ),
        (tencent, Some(prepaid(2, "AUTO")), prepaid(2, "MANUAL"), "", ""),
        (tencent, Some(prepaid(2, "MANUAL")), format!("{}\nname = \"other\"", prepaid(2, "MANUAL")), "", ""),
        (tencent, Some(prepaid(2, "MANUAL")), format!("{}\nbandwidth_mbps = 50", prepaid(2, "MANUAL")), "", ""),
        (alibaba, Some(PREPAY.to_owned()), format!("{PREPAY}\nname = \"other\""), "", ""),
        (tencent, Some(hourly.to_owned()), "bandwidth_mbps = 50".to_owned(), "", ""),
    ] {
        if let Some(before) = &before {
            ws.write(hcl([gateway(before)])).apply();
        }
        let plan = ws.write(hcl([gateway(&after)])).plan();
        let warnings = plan.diagnostics.warnings();
        if at.is_empty() {
            assert!(warnings.is_empty(), "{after}: {}", plan.diagnostics);
        } else {
            let [warning] = warnings[..] else { panic!("{after}: {}", plan.diagnostics) };
            assert!(warning.is_at(at) && warning.detail.contains(says), "{after}: {}", plan.diagnostics);
        }
        // Out of the way for the next.
        if before.is_some() {
            let id = ws.id("gw");
            if gateway("").kind() == ALIBABA {
                patch(&ws, "vpn_gateways", &id, Value::Null);
            } else {
                patch_tencent(&ws, &id, Value::Null);
            }
            ws.write(hcl([""])).apply();
        }
    }
}

#[test]
fn tunnels_with_and_without_bgp_do_not_share_a_gateway() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("x"), tunnel("y").with("customer_gateway_id", "\"cgw-mock0002\"")])).apply();
    let other = ws.id("y");
    let bgp = "route_type = \"Bgp\"\nsecurity_policies =\nbgp = { tunnel_cidr = \"169.254.128.0/30\", local_ip = \"169.254.128.1\", \
               remote_ip = \"169.254.128.2\" }";
    let dynamic = tunnel("x").changed(bgp);
    let plan = ws.write(hcl([dynamic, tunnel("y").with("customer_gateway_id", "\"cgw-mock0002\"")])).plan();
    assert!(plan.replaces("x"));
    let warnings = plan.diagnostics.warnings();
    let warning = warnings.iter().find(|warning| warning.summary == "Tunnels with and without BGP");
    let warning = warning.unwrap_or_else(|| panic!("{}", plan.diagnostics));
    assert!(warning.is_at("route_type") && warning.detail.contains(&other), "{}", plan.diagnostics);

    // Another kind of route without BGP is nobody's trouble.
    let plan = ws.write(hcl([tunnel("x").changed("route_type = \"Policy\""), tunnel("y")])).plan();
    assert!(plan.diagnostics.warnings().is_empty(), "{}", plan.diagnostics);
}
