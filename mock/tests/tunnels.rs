//! The life of a tunnel, over HTTP.

mod support;

use cloudvpn_mock::{Fault, Mock, Options, Switches, TaskFault};
use serde_json::json;
use support::*;

#[tokio::test]
async fn a_tunnel_is_pending_then_available_then_deleting_then_gone() {
    let mock = never_settling();
    let id = created(&mock, tunnel()).await;
    assert_eq!(described(&mock, &id).await["State"], "PENDING");
    let modify = json!({"VpnConnectionId": id, "VpnConnectionName": "b"});
    assert_eq!(
        code(&mock, "ModifyVpnConnectionAttribute", modify.clone()).await,
        "UnsupportedOperation.VpnConnInvalidState"
    );
    let delete = json!({"VpnGatewayId": "vpngw-mock0001", "VpnConnectionId": id});
    assert_eq!(code(&mock, "ResetVpnConnection", delete.clone()).await, "UnsupportedOperation.VpnConnInvalidState");
    assert_eq!(
        code(&mock, "DeleteVpnConnection", delete.clone()).await,
        "UnsupportedOperation.DeleteVpnConnInvalidState"
    );

    settle(&mock, &id);
    assert_eq!(described(&mock, &id).await["State"], "AVAILABLE");
    ok(&mock, "ModifyVpnConnectionAttribute", modify).await;
    let changed = described(&mock, &id).await;
    assert_eq!((&changed["State"], &changed["VpnConnectionName"]), (&json!("PENDING"), &json!("b")));

    settle(&mock, &id);
    ok(&mock, "DeleteVpnConnection", delete.clone()).await;
    assert_eq!(described(&mock, &id).await["State"], "DELETING");
    assert_eq!(
        code(&mock, "DeleteVpnConnection", delete.clone()).await,
        "UnsupportedOperation.DeleteVpnConnInvalidState"
    );

    settle(&mock, &id);
    let response = ok(&mock, "DescribeVpnConnections", json!({"VpnConnectionIds": [id]})).await;
    assert_eq!(response["TotalCount"], 0);
    assert_eq!(code(&mock, "DeleteVpnConnection", delete).await, "ResourceNotFound");
}

/// Makes the change that is under way due now.
fn settle(mock: &Mock, id: &str) {
    let patch = json!({"tencent": {"ap-guangzhou": {"vpn_connections": {id: {"_next": {"in_ms": 0}}}}}});
    mock.patch_state(&patch).unwrap();
}

#[tokio::test]
async fn a_change_settles_with_time() {
    let mock = Mock::start(Options { settle: std::time::Duration::from_millis(50), ..Options::default() }).unwrap();
    let id = created(&mock, tunnel()).await;
    while described(&mock, &id).await["State"] == "PENDING" {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(described(&mock, &id).await["State"], "AVAILABLE");
}

#[tokio::test]
async fn what_is_left_out_gets_the_documented_defaults() {
    let mock = instant();
    let id = created(&mock, tunnel()).await;
    let tunnel = described(&mock, &id).await;
    for (pointer, value) in [
        ("/RouteType", json!("STATIC")),
        ("/VpnProto", json!("IPSEC")),
        ("/EncryptProto", json!("IKE")),
        ("/PreShareKey", json!("hush-hush")),
        ("/NegotiationType", json!("active")),
        ("/DpdEnable", json!(0)),
        ("/DpdTimeout", json!("30")),
        ("/EnableHealthCheck", json!(false)),
        ("/TagSet", json!([])),
        ("/IKEOptionsSpecification/PropoEncryAlgorithm", json!("3DES-CBC")),
        ("/IKEOptionsSpecification/PropoAuthenAlgorithm", json!("SHA")),
        ("/IKEOptionsSpecification/LocalAddress", json!("203.0.113.1")),
        ("/IKEOptionsSpecification/RemoteAddress", json!("198.51.100.1")),
        ("/IKEOptionsSpecification/IKESaLifetimeSeconds", json!(86400)),
        ("/IKEOptionsSpecification/IKEVersion", json!("IKEV1")),
        ("/IPSECOptionsSpecification/EncryptAlgorithm", json!("AES-CBC-128")),
        ("/IPSECOptionsSpecification/IntegrityAlgorith", json!("SHA1")),
        ("/IPSECOptionsSpecification/IPSECSaLifetimeSeconds", json!(14400)),
        ("/IPSECOptionsSpecification/PfsDhGroup", json!("NULL")),
        ("/IPSECOptionsSpecification/IPSECSaLifetimeTraffic", json!(4_096_000_000_u64)),
    ] {
        assert_eq!(tunnel.pointer(pointer), Some(&value), "{pointer}");
    }
    assert!(tunnel.get("HealthCheckStatus").is_none() && tunnel.get("BgpConfig").is_none());
    assert_eq!(tunnel["CreatedTime"].as_str().unwrap().len(), "2024-01-01 00:00:00".len());
}

#[tokio::test]
async fn policies_come_back_in_another_order() {
    let mock = instant();
    let id = created(&mock, tunnel()).await;
    assert_eq!(
        described(&mock, &id).await["SecurityPolicyDatabaseSet"],
        json!([
            {"LocalCidrBlock": "10.0.2.0/24", "RemoteCidrBlock": ["192.168.3.0/24"]},
            {"LocalCidrBlock": "10.0.1.0/24", "RemoteCidrBlock": ["192.168.2.0/24", "192.168.1.0/24"]},
        ])
    );
}

#[tokio::test]
async fn a_modification_changes_what_it_names_and_keeps_the_rest() {
    let mock = instant();
    let ike = json!({"PropoEncryAlgorithm": "AES-CBC-256", "IKESaLifetimeSeconds": 3600});
    let id = created(&mock, with(tunnel(), json!({"IKEOptionsSpecification": ike, "DpdEnable": 1}))).await;
    let before = described(&mock, &id).await;
    let modify = json!({"VpnConnectionId": id, "IKEOptionsSpecification": {"IKESaLifetimeSeconds": 7200}});
    ok(&mock, "ModifyVpnConnectionAttribute", modify).await;
    let mut expected = before;
    expected["IKEOptionsSpecification"]["IKESaLifetimeSeconds"] = json!(7200);
    assert_eq!(described(&mock, &id).await, expected);

    ok(&mock, "ModifyVpnConnectionAttribute", json!({"VpnConnectionId": id, "SecurityPolicyDatabases": []})).await;
    assert_eq!(described(&mock, &id).await["SecurityPolicyDatabaseSet"], json!([]));
    let modify = json!({"VpnConnectionId": id, "DpdTimeout": "45", "NegotiationType": "passive", "PreShareKey": "new"});
    ok(&mock, "ModifyVpnConnectionAttribute", modify).await;
    let changed = described(&mock, &id).await;
    assert_eq!(
        [&changed["DpdTimeout"], &changed["NegotiationType"], &changed["PreShareKey"], &changed["DpdEnable"]],
        [&json!("45"), &json!("passive"), &json!("new"), &json!(1)]
    );
}

#[tokio::test]
async fn identities_are_independent_and_a_name_must_be_given() {
    let mock = instant();
    let missing = json!({"IKEOptionsSpecification": {"RemoteIdentity": "FQDN"}});
    assert_eq!(code(&mock, "CreateVpnConnection", with(tunnel(), missing)).await, "MissingParameter");
    let mixed = json!({"IKEOptionsSpecification": {"RemoteIdentity": "FQDN", "RemoteFqdnName": "office.example"}});
    let id = created(&mock, with(tunnel(), mixed)).await;
    let ike = &described(&mock, &id).await["IKEOptionsSpecification"];
    assert_eq!(ike["LocalIdentity"], "ADDRESS");
    assert_eq!(ike["LocalAddress"], "203.0.113.1");
    assert_eq!(ike["RemoteFqdnName"], "office.example");
    assert_eq!(ike["RemoteAddress"], "");
}

#[tokio::test]
async fn wrong_parameters_have_their_codes() {
    let mock = instant();
    let spd = |local: &str, remote: &str| json!({"SecurityPolicyDatabases": [{"LocalCidrBlock": local, "RemoteCidrBlock": [remote]}]});
    for (changes, expected) in [
        (json!({"VpnConectionName": "x"}), "UnknownParameter"),
        (json!({"IKEOptionsSpecification": {"Nonsense": 1}}), "UnknownParameter"),
        (json!({"PreShareKey": null}), "MissingParameter"),
        (json!({"PreShareKey": ""}), "InvalidParameterValue.Empty"),
        (json!({"VpnConnectionName": 5}), "InvalidParameter"),
        (json!({"VpnConnectionName": "x".repeat(61)}), "InvalidParameterValue.TooLong"),
        (json!({"VpnGatewayId": "gw-1"}), "InvalidParameterValue.Malformed"),
        (json!({"VpnGatewayId": "vpngw-nothing1"}), "ResourceNotFound"),
        (json!({"CustomerGatewayId": "cgw-nothing1"}), "ResourceNotFound"),
        (json!({"VpcId": "vpc-nothing1"}), "ResourceNotFound"),
        (json!({"VpcId": null}), "UnsupportedOperation.VpnGwVpcIdMustHave"),
        (json!({"VpnGatewayId": "vpngw-mockccn1"}), "UnsupportedOperation.VpnGwVpcIdNotHave"),
        (json!({"NegotiationType": "lazy"}), "InvalidParameterValue"),
        (json!({"DpdTimeout": 30}), "InvalidParameter"),
        (json!({"DpdTimeout": "29"}), "InvalidParameterValue"),
        (json!({"DpdEnable": true}), "InvalidParameter"),
        (json!({"DpdEnable": 2}), "InvalidParameterValue"),
        (json!({"IKEOptionsSpecification": {"IKESaLifetimeSeconds": 59}}), "InvalidParameterValue"),
        (json!({"IPSECOptionsSpecification": {"IPSECSaLifetimeSeconds": 604_801}}), "InvalidParameterValue"),
        (json!({"IPSECOptionsSpecification": {"IPSECSaLifetimeTraffic": 2559}}), "InvalidParameterValue"),
        (
            json!({"IPSECOptionsSpecification": {"IntegrityAlgorith": "MD5", "IntegrityAlgorithm": "SHA1"}}),
            "InvalidParameter.Coexist",
        ),
        (spd("10.0.1.0", "192.168.0.0/24"), "InvalidParameterValue.Malformed"),
        (spd("10.0.1.0/24", "127.0.0.0/8"), "InvalidParameterValue.Malformed"),
        (spd("10.0.1.0/24", "10.0.9.0/24"), "InvalidParameterValue.VpcCidrConflict"),
        (spd("192.168.0.0/16", "192.168.1.0/24"), "InvalidParameterValue.VpnConnSpdCidrConflict"),
        (json!({"EnableHealthCheck": true}), "UnsupportedOperation.VpnConnCidrNotSupportedHealthCheck"),
        (json!({"HealthCheckLocalIp": "10.0.0.1"}), "InvalidParameterValue"),
        (json!({"RouteType": "StaticRoute"}), "InvalidParameter.Coexist"),
        (json!({"RouteType": "Bgp"}), "MissingParameter"),
        (json!({"Tags": [{"Key": "a"}, {"Key": "a"}]}), "InvalidParameterValue.TagDuplicateKey"),
    ] {
        assert_eq!(code(&mock, "CreateVpnConnection", with(tunnel(), changes.clone())).await, expected, "{changes}");
    }
    assert!(mock.state()["tencent"]["ap-guangzhou"]["vpn_connections"].as_object().unwrap().is_empty());
}

#[tokio::test]
async fn gateways_have_one_tunnel_per_pair_and_no_overlapping_policies() {
    let mock = instant();
    let id = created(&mock, tunnel()).await;
    let again = with(tunnel(), json!({"SecurityPolicyDatabases": null}));
    assert_eq!(code(&mock, "CreateVpnConnection", again).await, "InvalidParameterValue.Duplicate");
    let other = with(tunnel(), json!({"CustomerGatewayId": "cgw-mock0002"}));
    assert_eq!(code(&mock, "CreateVpnConnection", other.clone()).await, "InvalidParameterValue.VpnConnSpdCidrConflict");
    let apart = json!([{"LocalCidrBlock": "10.0.1.0/24", "RemoteCidrBlock": ["172.16.0.0/16"]}]);
    let second = created(&mock, with(other.clone(), json!({"SecurityPolicyDatabases": apart}))).await;
    let overlap = json!([{"LocalCidrBlock": "10.0.0.0/16", "RemoteCidrBlock": ["192.168.1.128/25"]}]);
    let modify = json!({"VpnConnectionId": second, "SecurityPolicyDatabases": overlap});
    assert_eq!(code(&mock, "ModifyVpnConnectionAttribute", modify).await, "UnsupportedOperation.VpnConnSPDOverlap");
    let modify = json!({"VpnConnectionId": second, "CustomerGatewayId": "cgw-mock0001"});
    assert_eq!(code(&mock, "ModifyVpnConnectionAttribute", modify).await, "InvalidParameterValue.Duplicate");
    let modify = json!({"VpnConnectionId": second, "CustomerGatewayId": "cgw-mock0003"});
    ok(&mock, "ModifyVpnConnectionAttribute", modify).await;
    let moved = described(&mock, &second).await;
    assert_eq!(moved["CustomerGatewayId"], "cgw-mock0003");
    assert_eq!(moved["IKEOptionsSpecification"]["RemoteAddress"], "198.51.100.3");

    let mock = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    let anything = with(tunnel(), json!({"VpnGatewayId": "vpngw-any", "CustomerGatewayId": "cgw-any"}));
    assert_ne!(created(&mock, anything.clone()).await, created(&mock, anything).await);
    assert!(id.starts_with("vpnx-"));
}

#[tokio::test]
async fn old_gateways_know_no_gcm_and_keep_their_customer_gateways() {
    let mock = instant();
    let old = json!({"tencent": {"ap-guangzhou": {"vpn_gateways": {"vpngw-mock0001": {"Version": "ver3.1"}}}}});
    mock.patch_state(&old).unwrap();
    let gcm = json!({"IPSECOptionsSpecification": {"EncryptAlgorithm": "AES256GCM128"}});
    let refused = code(&mock, "CreateVpnConnection", with(tunnel(), gcm.clone())).await;
    assert_eq!(refused, "UnsupportedOperation.VersionNotSupported");
    let id = created(&mock, tunnel()).await;
    let modify = json!({"VpnConnectionId": id, "CustomerGatewayId": "cgw-mock0002"});
    let refused = code(&mock, "ModifyVpnConnectionAttribute", modify.clone()).await;
    assert_eq!(refused, "UnsupportedOperation.VersionNotSupported");

    let new = json!({"tencent": {"ap-guangzhou": {"vpn_gateways": {"vpngw-mock0001": {"Version": "4.0"}}}}});
    mock.patch_state(&new).unwrap();
    ok(&mock, "ModifyVpnConnectionAttribute", with(gcm, json!({"VpnConnectionId": id}))).await;
    let address = json!({"IKEOptionsSpecification": {"RemoteAddress": "192.0.2.1"}, "VpnConnectionId": id});
    ok(&mock, "ModifyVpnConnectionAttribute", address).await;
    ok(&mock, "ModifyVpnConnectionAttribute", modify).await;
    assert_eq!(described(&mock, &id).await["IKEOptionsSpecification"]["RemoteAddress"], "192.0.2.1");
}

#[tokio::test]
async fn a_tunnel_to_an_ipv6_customer_gateway_has_its_address() {
    let mock = instant();
    let six =
        json!({"tencent": {"ap-guangzhou": {"customer_gateways": {"cgw-six00001": {"IpAddress": "2001:db8::7"}}}}});
    mock.patch_state(&six).unwrap();
    let to_it = json!({"CustomerGatewayId": "cgw-six00001"});
    let id = created(&mock, with(tunnel(), to_it.clone())).await;
    assert_eq!(described(&mock, &id).await["IKEOptionsSpecification"]["RemoteAddress"], "2001:db8::7");

    // What a client saw it may send, and the address follows the gateway.
    let addressed =
        |address: &str| json!({"VpnConnectionId": id, "IKEOptionsSpecification": {"RemoteAddress": address}});
    ok(&mock, "ModifyVpnConnectionAttribute", addressed("2001:db8::7")).await;
    let refused = code(&mock, "ModifyVpnConnectionAttribute", addressed("somewhere")).await;
    assert_eq!(refused, "InvalidParameterValue.Malformed");
    let moved = json!({"VpnConnectionId": id, "CustomerGatewayId": "cgw-mock0002"});
    ok(&mock, "ModifyVpnConnectionAttribute", moved).await;
    assert_eq!(described(&mock, &id).await["IKEOptionsSpecification"]["RemoteAddress"], "198.51.100.2");
    ok(&mock, "ModifyVpnConnectionAttribute", with(to_it, json!({"VpnConnectionId": id}))).await;
    assert_eq!(described(&mock, &id).await["IKEOptionsSpecification"]["RemoteAddress"], "2001:db8::7");
}

#[tokio::test]
async fn a_short_seed_is_enough() {
    let region = json!({
        "vpcs": {"vpc-1": {}},
        "vpn_gateways": {"vpngw-1": {"Type": "IPSEC", "VpcId": "vpc-1"}},
        "customer_gateways": {"cgw-1": {}},
    });
    let seed = json!({"tencent": {"ap-guangzhou": region}});
    let mock = Mock::start(Options { seed: Some(seed), ..Options::default() }).unwrap();
    let parents = json!({"VpcId": "vpc-1", "VpnGatewayId": "vpngw-1", "CustomerGatewayId": "cgw-1"});
    let id = created(&mock, with(tunnel(), parents)).await;
    assert!(described(&mock, &id).await["IKEOptionsSpecification"]["RemoteAddress"].is_string());
}

#[tokio::test]
async fn gateways_of_a_ccn_take_no_vpc() {
    let mock = instant();
    for vpc in [json!(null), json!("")] {
        let params = with(tunnel(), json!({"VpnGatewayId": "vpngw-mockccn1", "VpcId": vpc}));
        let id = created(&mock, params).await;
        assert_eq!(described(&mock, &id).await["VpcId"], "");
        ok(&mock, "DeleteVpnConnection", json!({"VpnGatewayId": "vpngw-mockccn1", "VpnConnectionId": id})).await;
    }
}

#[tokio::test]
async fn bgp_needs_numbers_and_a_small_range() {
    let mock = instant();
    let bgp = |cidr: &str, local: &str, remote: &str| {
        let config = json!({"TunnelCidr": cidr, "LocalBgpIp": local, "RemoteBgpIp": remote});
        json!({"RouteType": "Bgp", "SecurityPolicyDatabases": null, "CustomerGatewayId": "cgw-mock0002", "BgpConfig": config})
    };
    let good = bgp("169.254.0.0/30", "169.254.0.1", "169.254.0.2");
    for (changes, expected) in [
        (
            with(good.clone(), json!({"CustomerGatewayId": "cgw-mock0001"})),
            "UnsupportedOperation.VpnUnsupportedNotExistBgpAsn",
        ),
        (bgp("169.254.0.0/29", "169.254.0.1", "169.254.0.2"), "InvalidParameterValue.VpnConnBgpTunnelCidrMask"),
        (bgp("169.254.0.0/30", "169.254.0.1", "169.254.1.2"), "InvalidParameterValue.VpnConnBgpTunnelCidrNotSupported"),
    ] {
        assert_eq!(code(&mock, "CreateVpnConnection", with(tunnel(), changes)).await, expected);
    }
    let id = created(&mock, with(tunnel(), good)).await;
    let config = &described(&mock, &id).await["BgpConfig"];
    assert_eq!((&config["LocalBgpAsn"], &config["RemoteBgpAsn"]), (&json!("64551"), &json!("65002")));
    assert_eq!(code(&mock, "CreateVpnConnection", tunnel()).await, "UnsupportedOperation.VpnConnRouteTypeMixed");
    let config = json!({"TunnelCidr": "169.254.0.4/30", "LocalBgpIp": "169.254.0.5", "RemoteBgpIp": "169.254.0.6"});
    ok(&mock, "ModifyVpnConnectionAttribute", json!({"VpnConnectionId": id, "BgpConfig": config})).await;
    assert_eq!(described(&mock, &id).await["BgpConfig"]["LocalBgpIp"], "169.254.0.5");
}

#[tokio::test]
async fn a_health_check_gets_addresses_and_a_probe() {
    let mock = instant();
    let routed = json!({"RouteType": "StaticRoute", "SecurityPolicyDatabases": null, "EnableHealthCheck": true});
    let id = created(&mock, with(tunnel(), routed)).await;
    let tunnel = described(&mock, &id).await;
    assert_eq!(tunnel["HealthCheckStatus"], "AVAILABLE");
    assert!(tunnel["HealthCheckLocalIp"].as_str().unwrap().starts_with("169.254."));
    assert_ne!(tunnel["HealthCheckLocalIp"], tunnel["HealthCheckRemoteIp"]);
    assert_eq!(tunnel["HealthCheckConfig"]["ProbeType"], "NQA");
    let free = ok(&mock, "GenerateVpnConnectionDefaultHealthCheckIp", json!({"VpnGatewayId": "vpngw-mock0001"})).await;
    assert_ne!(free["HealthCheckLocalIp"], tunnel["HealthCheckLocalIp"]);
    ok(&mock, "ModifyVpnConnectionAttribute", json!({"VpnConnectionId": id, "EnableHealthCheck": false})).await;
    assert!(described(&mock, &id).await.get("HealthCheckStatus").is_none());
}

#[tokio::test]
async fn quirks_come_with_their_switches() {
    let mock = instant();
    let plain = ok(&mock, "CreateVpnConnection", tunnel()).await["VpnConnection"].take();
    assert_eq!((&plain["DpdEnable"], &plain["State"]), (&json!(0), &json!("PENDING")));
    assert_eq!(plain["CreatedTime"], "0000-00-00 00:00:00");
    let id = plain["VpnConnectionId"].as_str().unwrap();
    assert!(described(&mock, id).await["IPSECOptionsSpecification"].get("IntegrityAlgorithm").is_none());
    ok(&mock, "DescribeVpnConnections", json!({"VpnConnectionIds": ["vpnx-unknown1"]})).await;

    mock.switches(Switches {
        empty_create_id: true,
        create_dpd_minus_one: true,
        both_integrity_spellings: true,
        unknown_id_not_found: true,
        allow_policy_overlap: true,
        ..Switches::default()
    });
    let params = with(tunnel(), json!({"CustomerGatewayId": "cgw-mock0002"}));
    let quirky = ok(&mock, "CreateVpnConnection", params).await["VpnConnection"].take();
    assert_eq!((&quirky["DpdEnable"], &quirky["VpnConnectionId"]), (&json!(-1), &json!("")));
    let ipsec = &described(&mock, id).await["IPSECOptionsSpecification"];
    assert_eq!((&ipsec["IntegrityAlgorithm"], &ipsec["IntegrityAlgorith"]), (&json!("SHA1"), &json!("SHA1")));
    let ids = json!({"VpnConnectionIds": [id, "vpnx-unknown1"]});
    assert_eq!(code(&mock, "DescribeVpnConnections", ids).await, "ResourceNotFound");
}

#[tokio::test]
async fn lists_have_pages_filters_and_limits() {
    let mock = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    let mut ids = Vec::new();
    for number in 0..25 {
        let name = if number < 3 { "few" } else { "many" };
        let gateway = format!("cgw-{}", number % 2);
        let changes = json!({"VpnConnectionName": name, "CustomerGatewayId": gateway});
        ids.push(created(&mock, with(tunnel(), changes)).await);
    }
    let count = async |params| {
        let response = ok(&mock, "DescribeVpnConnections", params).await;
        (response["TotalCount"].as_u64().unwrap(), response["VpnConnectionSet"].as_array().unwrap().len())
    };
    let filter = |name: &str, values: &[&str]| json!({"Name": name, "Values": values});
    assert_eq!(count(json!({})).await, (25, 20));
    assert_eq!(count(json!({"Offset": 20})).await, (25, 5));
    assert_eq!(count(json!({"Limit": 100})).await, (25, 25));
    assert_eq!(count(json!({"VpnConnectionIds": ids})).await, (25, 20));
    assert_eq!(count(json!({"Filters": [filter("vpn-connection-name", &["few"])]})).await, (3, 3));
    assert_eq!(count(json!({"Filters": [filter("vpn-connection-name", &["few", "many"])]})).await, (25, 20));
    let both = [filter("vpn-connection-name", &["few"]), filter("customer-gateway-id", &["cgw-1"])];
    assert_eq!(count(json!({"Filters": both})).await, (1, 1));

    let many: Vec<_> = (0..101).map(|number| format!("vpnx-{number}")).collect();
    for (params, expected) in [
        (json!({"VpnConnectionIds": many}), "InvalidParameterValue.LimitExceeded"),
        (json!({"VpnConnectionIds": ["cgw-1"]}), "InvalidParameterValue.Malformed"),
        (json!({"VpnConnectionIds": ids, "Filters": both}), "InvalidParameter.Coexist"),
        (json!({"Filters": [filter("name", &["x"])]}), "InvalidParameter.FilterInvalidKey"),
        (
            json!({"Filters": [filter("vpc-id", &["1", "2", "3", "4", "5", "6"])]}),
            "InvalidParameterValue.LimitExceeded",
        ),
        (json!({"Filters": vec![filter("vpc-id", &["1"]); 11]}), "InvalidParameterValue.LimitExceeded"),
        (json!({"Limit": 101}), "InvalidParameterValue"),
        (json!({"Offset": -1}), "InvalidParameterValue"),
        (json!({"Limit": "5"}), "InvalidParameter"),
    ] {
        assert_eq!(code(&mock, "DescribeVpnConnections", params.clone()).await, expected, "{params}");
    }
}

#[tokio::test]
async fn gateways_are_listed_and_tasks_tell_their_end() {
    let mock = instant();
    let response = ok(&mock, "CreateVpnConnection", tunnel()).await;
    let task = ok(&mock, "DescribeVpcTaskResult", json!({"TaskId": response["RequestId"]})).await;
    assert_eq!(task["Status"], "SUCCESS");
    let gateways = ok(&mock, "DescribeVpnGateways", json!({"Filters": [{"Name": "type", "Values": ["CCN"]}]})).await;
    assert_eq!(gateways["VpnGatewaySet"][0]["VpnGatewayId"], "vpngw-mockccn1");
    let gateways = ok(&mock, "DescribeCustomerGateways", json!({"CustomerGatewayIds": ["cgw-mock0001"]})).await;
    assert_eq!(gateways["CustomerGatewaySet"][0]["VpnConnNum"], 1);
}

#[tokio::test]
async fn failed_tasks_leave_tunnels_that_can_only_be_deleted() {
    let mock = instant();
    let fail = |action: &str| mock.fault(action, 1, Fault::Task(TaskFault::Failed("broken".to_owned())));
    fail("CreateVpnConnection");
    let id = created(&mock, tunnel()).await;
    assert_eq!(described(&mock, &id).await["State"], "PENDING_ERROR");
    let rename = json!({"VpnConnectionId": id, "VpnConnectionName": "other"});
    let refused = code(&mock, "ModifyVpnConnectionAttribute", rename).await;
    assert_eq!(refused, "UnsupportedOperation.VpnConnInvalidState");
    let delete = json!({"VpnGatewayId": "vpngw-mock0001", "VpnConnectionId": id});
    fail("DeleteVpnConnection");
    let task = json!({"TaskId": ok(&mock, "DeleteVpnConnection", delete.clone()).await["RequestId"]});
    assert_eq!(ok(&mock, "DescribeVpcTaskResult", task).await["Status"], "FAILED");
    assert_eq!(described(&mock, &id).await["State"], "DELETING_ERROR");
    ok(&mock, "DeleteVpnConnection", delete).await;
    let gone = ok(&mock, "DescribeVpnConnections", json!({"VpnConnectionIds": [id]})).await;
    assert_eq!(gone["TotalCount"], 0);
}

#[tokio::test]
async fn probes_of_several_tunnels_go_to_one_address_and_come_from_their_own() {
    let mock = instant();
    let routed = |customer: &str, ips: [&str; 2]| {
        let changes = json!({
            "CustomerGatewayId": customer, "RouteType": "StaticRoute", "SecurityPolicyDatabases": null,
            "EnableHealthCheck": true, "HealthCheckLocalIp": ips[0], "HealthCheckRemoteIp": ips[1],
        });
        with(tunnel(), changes)
    };
    created(&mock, routed("cgw-mock0001", ["169.254.128.1", "169.254.128.2"])).await;
    let conflict = "InvalidParameterValue.VpnConnHealthCheckIpConflict";
    for ips in [
        ["169.254.128.1", "169.254.128.3"],
        ["169.254.128.2", "169.254.128.3"],
        ["169.254.128.3", "169.254.128.1"],
        ["169.254.128.3", "169.254.128.3"],
    ] {
        assert_eq!(code(&mock, "CreateVpnConnection", routed("cgw-mock0002", ips)).await, conflict, "{ips:?}");
    }
    let same = routed("cgw-mock0002", ["169.254.128.3", "169.254.128.2"]);
    mock.switches(Switches { unique_probe_targets: true, ..Switches::default() });
    assert_eq!(code(&mock, "CreateVpnConnection", same.clone()).await, conflict);
    mock.switches(Switches::default());
    let id = created(&mock, same).await;
    assert_eq!(described(&mock, &id).await["DpdTimeout"], "30");
    mock.switches(Switches { dpd_timeout_empty: true, ..Switches::default() });
    assert_eq!(described(&mock, &id).await["DpdTimeout"], "");
}
