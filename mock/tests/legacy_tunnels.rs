//! API 2.0: tunnels and their tasks, and the same tunnels through API 3.0.

mod support;

use cloudvpn_mock::{Fault, Mock, Options, Switches, TaskFault};
use serde_json::{Value, json};
use support::legacy::*;
use support::{described, instant, never_settling, ok};

#[tokio::test]
async fn a_creation_answers_no_id_but_a_task() {
    let mock = never_settling();
    let data = done(&mock, "AddVpnConnEx", TUNNEL).await["data"].take();
    let task = data["taskId"].as_u64().unwrap().to_string();
    let expected = json!({
        "vpnGwId": "vpngw-mock0001", "userGwId": "cgw-mock0001", "vpnConnId": 0, "taskId": data["taskId"],
        "vpnConnStatus": 0, "preSharedKey": "hush-hush", "userGwSubnetList": ["192.168.1.0/24", "192.168.2.0/24"],
    });
    assert_eq!(data, expected);
    assert_eq!(result(&mock, &task).await, json!({"status": 2}));
    let tunnel = done(&mock, "DescribeVpnConn", &[]).await["data"][0].take();
    assert_eq!((&tunnel["vpcConnStatus"], &tunnel["netStatus"]), (&json!(0), &json!("unavailable")));
    let id = tunnel["unVpnConnId"].as_str().unwrap().to_owned();

    let state =
        refused(&mock, "ModifyVpnConnEx", &having(&named(&id), &[("userGwCidrBlock.0", "192.168.9.0/24")])).await;
    assert_eq!(state, (4000, "InvalidVpnConnState".to_owned()));
    assert_eq!(refused(&mock, "DeleteVpnConn", &named(&id)).await.1, "InvalidVpnConnState");
    assert_eq!(refused(&mock, "ResetVpnConnSA", &named(&id)).await.1, "InvalidVpnConnState");

    finish(&mock, "vpn_connections", &id);
    finish(&mock, "legacy_tasks", &task);
    assert_eq!(result(&mock, &task).await, json!({"status": 0}));
    let tunnel = shown(&mock, &id).await;
    assert_eq!((&tunnel["vpcConnStatus"], &tunnel["netStatus"]), (&json!(6), &json!("available")));
}

#[tokio::test]
async fn a_tunnel_is_shown_with_all_its_oddly_named_members() {
    let mock = instant();
    let id = added(&mock, TUNNEL).await;
    let tunnel = shown(&mock, &id).await;
    let expected = json!({
        "vpcId": tunnel["vpcId"], "unVpcId": "vpc-mock0001", "vpcName": "mock", "vpcCidrBlock": "10.0.0.0/16",
        "vpnGwId": tunnel["vpnGwId"], "unVpnGwId": "vpngw-mock0001", "vpnGwName": "vpngw-mock0001",
        "vpnGwAddress": "203.0.113.1", "vpnConnId": tunnel["vpnConnId"], "unVpnConnId": id, "vpnConnName": "office",
        "userGwId": tunnel["userGwId"], "unUserGwId": "cgw-mock0001", "userGwName": "cgw-mock0001",
        "userGwAddress": "198.51.100.1", "vpcConnStatus": 6, "netStatus": "available", "preSharedKey": "hush-hush",
        "remoteSlaIp": "169.254.112.2", "sourceCidr": ["10.0.0.0/16"],
        "destinationCidr": ["192.168.1.0/24", "192.168.2.0/24"], "vpnProto": "ip-sec", "createTime": tunnel["createTime"],
        "IKEArr": {
            "propoEncryAlgorithm": "3des-cbc", "propoAuthenAlgorithm": "md5", "exchangeMode": "main",
            "localIdentity": "address", "remoteIdentity": "address", "localAddress": "203.0.113.1",
            "remoteAddress": "198.51.100.1", "localFqdnName": null, "remoteFqdnName": null, "dhGroupName": "group1",
            "ikeSaLifetimeSeconds": "86400",
        },
        "IPSECArr": {
            "encryptAlgorithm": "3des-cbc", "integrityAlgorith": "md5", "encapMode": "tunnel", "securityProto": "ESP",
            "pfsDhGroup": "null", "ipsecSaLifetimeSeconds": "3600", "ipsecSaLifetimeTraffic": "1843200",
        },
    });
    assert_eq!(tunnel, expected);
    assert!(tunnel["vpnConnId"].is_u64() && tunnel["vpnGwId"].is_u64() && tunnel["userGwId"].is_u64());
    assert!(tunnel["vpcId"].as_str().unwrap().starts_with("gz_vpc_"));

    // The old ids name the same tunnel.
    let (vpc, gateway) = (tunnel["vpcId"].as_str().unwrap(), tunnel["vpnGwId"].to_string());
    let number = tunnel["vpnConnId"].to_string();
    let old = [("vpcId", vpc), ("vpnGwId", gateway.as_str()), ("vpnConnId", number.as_str())];
    assert_eq!(done(&mock, "DescribeVpnConn", &old).await["data"][0], tunnel);
    done(&mock, "DeleteVpnConn", &old).await;
    assert_eq!(done(&mock, "DescribeVpnConn", &[]).await["totalCount"], 0);
}

#[tokio::test]
async fn api_3_shows_and_changes_a_legacy_tunnel() {
    let mock = instant();
    let options = [
        ("IKESet.propoEncryAlgorithm", "aes-cbc-128"),
        ("IKESet.propoAuthenAlgorithm", "sha"),
        ("IKESet.exchangeMode", "aggressive"),
        ("IKESet.dhGroupName", "group2"),
        ("IKESet.remoteIdentity", "fqdn"),
        ("IKESet.remoteFqdnName", "Peer.example"),
        ("encryptAlgorithm", "aes-cbc-256"),
        ("IPsecSet.integrityAlgorith", "sha"),
        ("IPsecSet.pfsDhGroup", "dh-group2"),
    ];
    let id = added(&mock, &having(TUNNEL, &options)).await;
    let tunnel = described(&mock, &id).await;
    let range = json!(["192.168.2.0/24", "192.168.1.0/24"]);
    assert_eq!(
        tunnel["SecurityPolicyDatabaseSet"],
        json!([{"LocalCidrBlock": "10.0.0.0/16", "RemoteCidrBlock": range}])
    );
    assert_eq!(
        tunnel["IKEOptionsSpecification"],
        json!({
            "PropoEncryAlgorithm": "AES-CBC-128", "PropoAuthenAlgorithm": "SHA", "ExchangeMode": "AGGRESSIVE",
            "LocalIdentity": "ADDRESS", "RemoteIdentity": "FQDN", "LocalAddress": "203.0.113.1", "RemoteAddress": "",
            "LocalFqdnName": "", "RemoteFqdnName": "Peer.example", "DhGroupName": "GROUP2", "IKESaLifetimeSeconds": 86400,
            "IKEVersion": "IKEV1",
        })
    );
    assert_eq!(
        tunnel["IPSECOptionsSpecification"],
        json!({
            "EncryptAlgorithm": "AES-CBC-256", "IntegrityAlgorith": "SHA1", "IPSECSaLifetimeSeconds": 3600,
            "PfsDhGroup": "DH-GROUP2", "IPSECSaLifetimeTraffic": 1843200,
        })
    );
    for (member, value) in [
        ("VpnConnectionName", json!("office")),
        ("State", json!("AVAILABLE")),
        ("RouteType", json!("STATIC")),
        ("VpcId", json!("vpc-mock0001")),
        ("CustomerGatewayId", json!("cgw-mock0001")),
        ("PreShareKey", json!("hush-hush")),
    ] {
        assert_eq!(tunnel[member], value, "{member}");
    }

    let change = json!({"VpnConnectionId": id, "IKEOptionsSpecification": {"PropoEncryAlgorithm": "AES-CBC-192"}});
    ok(&mock, "ModifyVpnConnectionAttribute", change).await;
    let tunnel = shown(&mock, &id).await;
    assert_eq!(tunnel["IKEArr"]["propoEncryAlgorithm"], "aes-cbc-192");
    assert_eq!(tunnel["IPSECArr"]["integrityAlgorith"], "sha1");
}

#[tokio::test]
async fn a_tunnel_of_api_3_is_shown_and_changed_here() {
    let mock = instant();
    let id = support::created(&mock, support::tunnel()).await;
    let tunnel = shown(&mock, &id).await;
    assert_eq!(tunnel["sourceCidr"], json!(["10.0.1.0/24", "10.0.2.0/24"]));
    assert_eq!(tunnel["IPSECArr"]["ipsecSaLifetimeTraffic"], "4096000000");
    let change = [("spdAcl", r#"{"10.0.3.0/24":["192.168.4.0/24"]}"#), ("IKESet.dhGroupName", "group14")];
    done(&mock, "ModifyVpnConnEx", &having(&named(&id), &change)).await;
    let tunnel = described(&mock, &id).await;
    let policy = json!([{"LocalCidrBlock": "10.0.3.0/24", "RemoteCidrBlock": ["192.168.4.0/24"]}]);
    assert_eq!(tunnel["SecurityPolicyDatabaseSet"], policy);
    assert_eq!(tunnel["IKEOptionsSpecification"]["DhGroupName"], "GROUP14");
    assert_eq!(tunnel["IKEOptionsSpecification"]["PropoAuthenAlgorithm"], "SHA");
}

#[tokio::test]
async fn a_change_is_pending_until_its_task_ends_and_merges_options() {
    let mock = never_settling();
    let id = add_and_finish(&mock, &having(TUNNEL, &[("IKESet.dhGroupName", "group5")])).await;
    let change = [
        ("vpnConnName", "branch"),
        ("preSharedKey", "@secret=&+ 字"),
        ("userGwCidrBlock.0", "192.168.7.0/24"),
        ("IKESet.0.propoEncryAlgorithm", "aes-cbc-256"),
        ("IPsecSet.encryptAlgorithm", "null"),
    ];
    let data = done(&mock, "ModifyVpnConnEx", &having(&named(&id), &change)).await["data"].take();
    let task = data["taskId"].as_u64().unwrap().to_string();
    let tunnel = shown(&mock, &id).await;
    let expected = json!({
        "vpnGwId": "vpngw-mock0001", "vpcConnId": id, "taskId": data["taskId"], "vpcConnStatus": 2,
        "preSharedKey": "@secret=&+ 字", "userGwSubnetList": ["192.168.7.0/24"], "userGwId": tunnel["userGwId"],
    });
    assert_eq!(data, expected);
    assert_eq!(tunnel["vpcConnStatus"], 2);
    assert_eq!(result(&mock, &task).await["status"], 2);
    finish(&mock, "vpn_connections", &id);
    let tunnel = shown(&mock, &id).await;
    assert_eq!((&tunnel["vpcConnStatus"], &tunnel["vpnConnName"]), (&json!(6), &json!("branch")));
    assert_eq!(
        (&tunnel["sourceCidr"], &tunnel["destinationCidr"]),
        (&json!(["10.0.0.0/16"]), &json!(["192.168.7.0/24"]))
    );
    assert_eq!(tunnel["IKEArr"]["dhGroupName"], "group5");
    assert_eq!(tunnel["IKEArr"]["propoEncryAlgorithm"], "aes-cbc-256");
    assert_eq!(tunnel["IPSECArr"]["encryptAlgorithm"], "null");
}

#[tokio::test]
async fn a_change_needs_exactly_one_kind_of_ranges() {
    let mock = instant();
    let id = added(&mock, TUNNEL).await;
    let modify =
        async |changes: &[(&str, &str)]| refused(&mock, "ModifyVpnConnEx", &having(&named(&id), changes)).await;
    let range = ("userGwCidrBlock.0", "192.168.1.0/24");
    let policies = ("spdAcl", r#"{"10.0.1.0/24":["192.168.1.0/24"]}"#);
    assert_eq!(modify(&[("vpnConnName", "x")]).await.0, 4000);
    assert_eq!(modify(&[range, policies]).await.0, 4000);
    assert_eq!(modify(&[("userGwCidrBlock.0", "10.0.9.0/24")]).await.0, 4000);
    assert_eq!(modify(&[range, ("IKESet.localIdentity", "fqdn")]).await.0, 4000);
    let explicit = having(TUNNEL, &[("userGwId", "cgw-mock0002"), ("IKESet.remoteIdentity", "address")]);
    assert_eq!(refused(&mock, "AddVpnConnEx", &explicit).await.0, 4000);
}

#[tokio::test]
async fn what_does_not_exist_has_the_documented_names() {
    let mock = instant();
    let id = added(&mock, TUNNEL).await;
    let range = ("userGwCidrBlock.0", "192.168.1.0/24");
    for (action, changes, name) in [
        ("AddVpnConnEx", ("vpcId", "vpc-unknown0"), "InvalidVpc.NotFound"),
        ("AddVpnConnEx", ("vpnGwId", "vpngw-unknown0"), "InvalidVpnGw.NotFound"),
        ("AddVpnConnEx", ("vpnGwId", "vpngw-mockccn1"), "InvalidVpnGw.NotFound"),
        ("AddVpnConnEx", ("userGwId", "cgw-unknown0"), "InvalidUserGw.NotFound"),
        ("ModifyVpnConnEx", ("vpcId", "vpc-unknown0"), "InvalidVpc.NotFound"),
        ("ModifyVpnConnEx", ("vpnGwId", "vpngw-unknown0"), "InvalidVpnGw.NotFound"),
        ("ModifyVpnConnEx", ("vpnConnId", "vpnx-unknown0"), "InvalidVpnGw.NotFound"),
        ("ResetVpnConnSA", ("vpnConnId", "vpnx-unknown0"), "InvalidVpnGw.NotFound"),
        ("DeleteVpnConn", ("vpnGwId", "vpngw-unknown0"), "InvalidVpnGw.NotFound"),
        ("DeleteVpnConn", ("vpnConnId", "vpnx-unknown0"), "InvalidVpnConn.NotFound"),
        ("DescribeVpnConn", ("vpcId", "vpc-unknown0"), "InvalidVpc.NotFound"),
        ("DescribeVpnConn", ("vpnGwId", "vpngw-unknown0"), "InvalidVpnGw.NotFound"),
        ("DescribeVpnConn", ("vpnConnId", "vpnx-unknown0"), "InvalidVpnGw.NotFound"),
    ] {
        let params = match action {
            "AddVpnConnEx" => TUNNEL.to_vec(),
            "ModifyVpnConnEx" => having(&named(&id), &[range]),
            _ => named(&id),
        };
        let refusal = refused(&mock, action, &having(&params, &[changes])).await;
        assert_eq!(refusal, (5000, name.to_owned()), "{action} {changes:?}");
    }
    mock.switches(Switches { legacy_unknown_id_empty: true, ..Switches::default() });
    assert_eq!(done(&mock, "DescribeVpnConn", &[("vpnConnId", "vpnx-unknown0")]).await["totalCount"], 0);
    assert_eq!(refused(&mock, "DescribeVpcTaskResult", &[("taskId", "1")]).await, (5000, String::new()));
}

#[tokio::test]
async fn lists_come_in_pages_of_fifty_at_most_youngest_first() {
    let mock =
        Mock::start(Options { any_parent: true, settle: std::time::Duration::ZERO, ..Options::default() }).unwrap();
    for number in 0..53 {
        let name = format!("tunnel-{number:02}");
        done(&mock, "AddVpnConnEx", &having(TUNNEL, &[("vpnConnName", &name)])).await;
    }
    let names = async |params: &[(&str, &str)]| {
        let body = done(&mock, "DescribeVpnConn", params).await;
        let data = body["data"].as_array().unwrap();
        let names: Vec<_> = data.iter().map(|tunnel| tunnel["vpnConnName"].as_str().unwrap().to_owned()).collect();
        (body["totalCount"].as_u64().unwrap(), names)
    };
    let (total, page) = names(&[]).await;
    assert_eq!((total, page.len(), page[0].as_str()), (53, 20, "tunnel-52"));
    let (total, page) = names(&[("offset", "50"), ("limit", "50")]).await;
    assert_eq!((total, page), (53, vec!["tunnel-02".to_owned(), "tunnel-01".to_owned(), "tunnel-00".to_owned()]));
    let by_name = [("orderField", "vpnConnName"), ("orderDirection", "asc"), ("limit", "2")];
    assert_eq!(names(&by_name).await.1, ["tunnel-00", "tunnel-01"]);
    assert_eq!(names(&[("vpnConnName", "el-4")]).await.0, 10);
}

#[tokio::test]
async fn a_task_can_fail() {
    let mock = instant();
    let fail = |action: &str| mock.fault(action, 1, Fault::Task(TaskFault::Failed("no address left".to_owned())));
    let failure = json!({"status": 1, "output": {"errorCode": 5100, "errorMsg": "no address left"}});
    let task_of = |body: &Value| body["data"]["taskId"].to_string();

    fail("AddVpnConnEx");
    let task = task_of(&done(&mock, "AddVpnConnEx", TUNNEL).await);
    assert_eq!(mock.calls().last().unwrap().outcome, "task:failed");
    assert_eq!(result(&mock, &task).await, failure);
    let tunnel = done(&mock, "DescribeVpnConn", &[]).await["data"][0].take();
    assert_eq!(tunnel["vpcConnStatus"], 1);
    let id = tunnel["unVpnConnId"].as_str().unwrap();
    let modify = having(&named(id), &[("userGwCidrBlock.0", "192.168.7.0/24"), ("vpnConnName", "branch")]);
    assert_eq!(refused(&mock, "ModifyVpnConnEx", &modify).await.1, "InvalidVpnConnState");
    done(&mock, "DeleteVpnConn", &named(id)).await;

    let id = added(&mock, TUNNEL).await;
    let modify = having(&named(&id), &[("userGwCidrBlock.0", "192.168.7.0/24"), ("vpnConnName", "branch")]);
    fail("ModifyVpnConnEx");
    let task = task_of(&done(&mock, "ModifyVpnConnEx", &modify).await);
    assert_eq!(result(&mock, &task).await, failure);
    let tunnel = shown(&mock, &id).await;
    assert_eq!((&tunnel["vpcConnStatus"], &tunnel["vpnConnName"]), (&json!(3), &json!("office")));
    done(&mock, "ModifyVpnConnEx", &modify).await;
    let tunnel = shown(&mock, &id).await;
    assert_eq!((&tunnel["vpcConnStatus"], &tunnel["vpnConnName"]), (&json!(6), &json!("branch")));

    fail("DeleteVpnConn");
    let body = done(&mock, "DeleteVpnConn", &named(&id)).await;
    assert_eq!((&body["data"]["vpcConnId"], &body["data"]["state"]), (&json!(id), &json!(4)));
    assert_eq!(result(&mock, &task_of(&body)).await, failure);
    assert_eq!(shown(&mock, &id).await["vpcConnStatus"], 5);
    done(&mock, "DeleteVpnConn", &named(&id)).await;
    assert_eq!(done(&mock, "DescribeVpnConn", &[]).await["totalCount"], 0);
}

#[tokio::test]
async fn a_task_can_be_lost() {
    let mock = instant();
    let order = json!({"action": "AddVpnConnEx", "times": 1, "fault": {"task": "lost"}});
    let control = support::client().post(format!("{}/_mock/faults", mock.url())).json(&order);
    assert_eq!(control.send().await.unwrap().status(), 200);
    let body = done(&mock, "AddVpnConnEx", TUNNEL).await;
    assert_eq!(mock.calls()[0].outcome, "task:lost");
    let task = body["data"]["taskId"].to_string();
    assert_eq!(refused(&mock, "DescribeVpcTaskResult", &[("taskId", &task)]).await, (5000, String::new()));
    assert_eq!(done(&mock, "DescribeVpnConn", &[]).await["data"][0]["vpcConnStatus"], 6);
}

#[tokio::test]
async fn a_reset_has_no_task_and_takes_its_time() {
    let mock = never_settling();
    let id = add_and_finish(&mock, TUNNEL).await;
    let body = done(&mock, "ResetVpnConnSA", &named(&id)).await;
    assert_eq!(body, json!({"code": 0, "message": "", "codeDesc": "Success"}));
    assert_eq!(shown(&mock, &id).await["vpcConnStatus"], 2);
}

#[tokio::test]
async fn arrays_can_stand_for_objects() {
    let mock = instant();
    mock.switches(Switches { legacy_arrays: true, ..Switches::default() });
    let task = done(&mock, "AddVpnConnEx", TUNNEL).await["data"]["taskId"].to_string();
    assert_eq!(result(&mock, &task).await, json!([{"status": 0}]));
    let tunnel = done(&mock, "DescribeVpnConn", &[]).await["data"][0].take();
    assert_eq!(tunnel["IKEArr"][0]["exchangeMode"], "main");
    assert_eq!(tunnel["IPSECArr"][0]["encapMode"], "tunnel");
}

/// The data of a task's result.
async fn result(mock: &Mock, task: &str) -> Value {
    done(mock, "DescribeVpcTaskResult", &[("taskId", task)]).await["data"].take()
}

/// Makes the change under way of an object happen now.
fn finish(mock: &Mock, kind: &str, id: &str) {
    mock.patch_state(&json!({"tencent": {"ap-guangzhou": {kind: {id: {"_next": {"in_ms": 0}}}}}})).unwrap();
}

async fn add_and_finish(mock: &Mock, params: &[(&str, &str)]) -> String {
    let id = added(mock, params).await;
    finish(mock, "vpn_connections", &id);
    id
}
