//! What becomes of a create whose outcome is not known, for every kind of object of both clouds.

use std::time::Duration;

use futures_util::future::{self, BoxFuture, FutureExt};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cloud::alibaba::{self, ClientToken, VpnConnectionSettings, VpnRouteEntryKey};
use crate::cloud::tencent::{self, NewSslClient, VpnGatewayRoute, legacy};
use crate::cloud::testing::{Answer, Received, Server};
use crate::cloud::{Ctx, Result};

/// A kind of object, as its service makes and lists it.
struct Kind {
    cloud: Cloud,
    create: &'static str,
    list: &'static str,
    /// The member of a listing's answer that has the objects.
    rows: &'static [&'static str],
    /// The member of an object that has its id, and the one that says when it was made, if it does.
    id: &'static str,
    time: Option<&'static str>,
    /// An object that is what `make` asks for, but for its id and its time.
    row: Value,
    /// What is different about somebody else's.
    foreign: (&'static str, Value),
    /// What an answer to a create has that names the object; none where it never does.
    made: Option<fn(&str) -> Value>,
    /// What comes before the id where it is imported.
    imported: &'static str,
    make: fn(String) -> BoxFuture<'static, Result<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cloud {
    Tencent,
    Legacy,
    Alibaba,
}

/// What happens to the creates and is listed from the first one on.
#[derive(Clone, Default)]
struct Script {
    before: Vec<Value>,
    after: Vec<Value>,
    /// The first answers; the last one again from then on.
    answers: Vec<Answer>,
}

const DATE: &[(&str, &str)] = &[("date", "Tue, 14 Nov 2023 22:13:20 GMT")];

impl Kind {
    /// An object of this kind, an hour older than the create or a second younger.
    fn object(&self, id: &str, older: bool) -> Value {
        let mut row = self.row.clone();
        row[self.id] = json!(if self.has_own_ids() { self.id(id) } else { self.new_id() });
        if let Some(time) = self.time {
            row[time] = match (self.cloud, older) {
                (Cloud::Alibaba, false) => json!(1_700_000_001_000_i64),
                (Cloud::Alibaba, true) => json!(1_699_996_400_000_i64),
                (_, false) => json!("2023-11-15 06:13:21"),
                (_, true) => json!("2023-11-15 05:13:20"),
            };
        }
        row
    }

    fn ours(&self) -> Value {
        self.object("new", false)
    }

    fn foreign(&self) -> Value {
        let mut row = self.object("foreign", false);
        row[self.foreign.0] = self.foreign.1.clone();
        row
    }

    fn new_id(&self) -> String {
        if self.has_own_ids() { self.id("new") } else { "vpn-1/vco-1/10.1.0.0/16".to_owned() }
    }

    fn id(&self, word: &str) -> String {
        format!("{}{word}", self.prefix())
    }

    /// What its ids begin with.
    fn prefix(&self) -> &'static str {
        match (self.cloud, self.create) {
            (_, "CreateCustomerGateway") => "cgw-",
            (Cloud::Alibaba, "CreateVpnConnection") => "vco-",
            (Cloud::Alibaba, "CreateVpnGateway") => "vpn-",
            (Cloud::Alibaba, "CreateSslVpnServer") => "vss-",
            (Cloud::Alibaba, "CreateSslVpnClientCert") => "vsc-",
            (Cloud::Alibaba, "CreateVpnRouteEntry") => "",
            (Cloud::Legacy, _) | (_, "CreateVpnConnection") => "vpnx-",
            (_, "CreateVpnGateway") => "vpngw-",
            (_, "CreateVpnGatewayRoutes") => "vpnr-",
            (_, "CreateVpnGatewaySslServer") => "vpns-",
            (_, "CreateVpnGatewaySslClient") => "vpnc-",
            (_, other) => panic!("what do the ids of {other} begin with?"),
        }
    }

    fn has_own_ids(&self) -> bool {
        self.create != "CreateVpnRouteEntry"
    }

    fn answer(&self, members: Value) -> Answer {
        let body = match (self.cloud, members) {
            (Cloud::Tencent, mut members) => {
                members["RequestId"] = json!("request-1");
                json!({ "Response": members })
            }
            (Cloud::Legacy, mut members) => {
                members["code"] = json!(0);
                members
            }
            (Cloud::Alibaba, mut members) => {
                members["RequestId"] = json!("request-1");
                members
            }
        };
        Answer::Raw(200, DATE, body.to_string())
    }

    /// The service refuses for a reason that says nothing about what there is.
    fn refused(&self) -> Answer {
        match self.cloud {
            Cloud::Tencent => self.answer(json!({"Error": {"Code": "UnauthorizedOperation", "Message": "no"}})),
            Cloud::Legacy => Answer::legacy_error(1, "Unheard"),
            Cloud::Alibaba => {
                let body = json!({"RequestId": "request-1", "Code": "Forbidden.RAM", "Message": "no"});
                Answer::Raw(403, DATE, body.to_string())
            }
        }
    }

    fn listing(&self, rows: &[Value]) -> Answer {
        let mut answer = json!({"TotalCount": rows.len(), "totalCount": rows.len()});
        let mut list = &mut answer;
        for name in self.rows {
            list = &mut list[*name];
        }
        *list = json!(rows);
        self.answer(answer)
    }

    /// What making one gives.
    async fn making(&self, script: Script) -> Result<String> {
        let Script { before, after, mut answers } = script;
        answers.reverse();
        let (create, list) = (self.create, self.list);
        let (before, after) = (self.listing(&before), self.listing(&after));
        let tags = |request: &Received| {
            let ids = request.json()["ResourceIds"].as_array().cloned().unwrap_or_default();
            let theirs = ids
                .iter()
                .find(|id| id.as_str().is_some_and(|id| id.ends_with("foreign")))
                .map(|id| json!({"ResourceId": id, "TagKey": "owner", "TagValue": "x"}));
            Answer::tencent(json!({"TotalCount": theirs.iter().len(), "Tags": theirs.as_slice()}))
        };
        let mut asked = false;
        let server = Server::start(move |request: &Received| match request.action().as_str() {
            action if action == create => {
                asked = true;
                if answers.len() > 1 { answers.pop().unwrap() } else { answers[0].clone() }
            }
            action if action == list => {
                if asked {
                    after.clone()
                } else {
                    before.clone()
                }
            }
            "DescribeResourceTagsByResourceIds" => tags(request),
            "DescribeVpcTaskResult" => Answer::legacy(json!({"data": {"status": 0}})),
            action => panic!("unexpected {action}"),
        })
        .await;
        let made = (self.make)(server.url()).await;
        drop(server);
        made
    }

    fn import_id(&self, id: &str) -> String {
        format!("{}{}", self.imported, self.id(id))
    }
}

fn ctx() -> Ctx {
    Ctx::new(Duration::from_secs(60), CancellationToken::new())
}

fn kinds() -> Vec<Kind> {
    const GZ: &str = "ap-guangzhou";
    const HZ: &str = "cn-hangzhou";
    let foreign_tags = || json!([{"Key": "owner", "Value": "other-team"}]);
    let tencent = |create, list, rows, id, row, foreign, made, make| Kind {
        cloud: Cloud::Tencent,
        create,
        list,
        rows,
        id,
        time: Some("CreatedTime"),
        row,
        foreign,
        made: Some(made),
        imported: "",
        make,
    };
    let alibaba = |create, list, rows, id, row, foreign, made, make| Kind {
        cloud: Cloud::Alibaba,
        create,
        list,
        rows,
        id,
        time: Some("CreateTime"),
        row,
        foreign,
        made,
        imported: "",
        make,
    };
    let on_tencent = vec![
        tencent(
            "CreateVpnConnection",
            "DescribeVpnConnections",
            &["VpnConnectionSet"],
            "VpnConnectionId",
            json!({"VpnConnectionName": "a", "PreShareKey": "key", "VpnGatewayId": "vpngw-1", "CustomerGatewayId": "cgw-1",
                   "State": "AVAILABLE", "TagSet": []}),
            ("TagSet", foreign_tags()),
            |id| json!({"VpnConnection": {"VpnConnectionId": id}}),
            |url| {
                async move {
                    let request = tencent::CreateVpnConnection {
                        vpn_gateway_id: "vpngw-1".into(),
                        customer_gateway_id: "cgw-1".into(),
                        vpn_connection_name: "a".into(),
                        pre_share_key: Some("key".into()),
                        ..Default::default()
                    };
                    tencent::test_client(&url).create_connection(&ctx(), GZ, &request).await
                }
                .boxed()
            },
        ),
        tencent(
            "CreateVpnGateway",
            "DescribeVpnGateways",
            &["VpnGatewaySet"],
            "VpnGatewayId",
            json!({"VpnGatewayName": "a", "VpcId": "vpc-1", "InternetMaxBandwidthOut": 10, "State": "PENDING", "TagSet": []}),
            ("TagSet", foreign_tags()),
            |id| json!({"VpnGateway": {"VpnGatewayId": id}}),
            |url| {
                async move {
                    let request = tencent::CreateVpnGateway {
                        vpc_id: "vpc-1".into(),
                        vpn_gateway_name: "a".into(),
                        internet_max_bandwidth_out: 10,
                        ..Default::default()
                    };
                    tencent::test_client(&url).create_gateway(&ctx(), GZ, &request).await
                }
                .boxed()
            },
        ),
        tencent(
            "CreateCustomerGateway",
            "DescribeCustomerGateways",
            &["CustomerGatewaySet"],
            "CustomerGatewayId",
            json!({"CustomerGatewayName": "a", "IpAddress": "203.0.113.1", "BgpAsn": 0, "TagSet": []}),
            ("TagSet", foreign_tags()),
            |id| json!({"CustomerGateway": {"CustomerGatewayId": id}}),
            |url| {
                async move {
                    let request = tencent::CreateCustomerGateway {
                        customer_gateway_name: "a".into(),
                        ip_address: "203.0.113.1".into(),
                        ..Default::default()
                    };
                    tencent::test_client(&url).create_customer_gateway(&ctx(), GZ, &request).await
                }
                .boxed()
            },
        ),
        Kind {
            time: Some("CreateTime"),
            imported: "vpngw-1/",
            ..tencent(
                "CreateVpnGatewayRoutes",
                "DescribeVpnGatewayRoutes",
                &["Routes"],
                "RouteId",
                json!({"DestinationCidrBlock": "10.1.0.0/16", "InstanceId": "vpnx-1", "InstanceType": "VPNCONN", "Priority": 0}),
                ("Description", json!("theirs")),
                |id| {
                    json!({"Routes": [{"DestinationCidrBlock": "10.1.0.0/16", "InstanceId": "vpnx-1", "InstanceType": "VPNCONN",
                                       "RouteId": id}]})
                },
                |url| {
                    async move {
                        let route = VpnGatewayRoute {
                            destination_cidr_block: Some("10.1.0.0/16".into()),
                            instance_id: Some("vpnx-1".into()),
                            instance_type: Some("VPNCONN".into()),
                            priority: Some(0),
                            ..Default::default()
                        };
                        tencent::test_client(&url).create_gateway_route(&ctx(), GZ, "vpngw-1", route).await
                    }
                    .boxed()
                },
            )
        },
        Kind {
            time: Some("CreateTime"),
            ..tencent(
                "CreateVpnGatewaySslServer",
                "DescribeVpnGatewaySslServers",
                &["SslVpnSeverSet"],
                "SslVpnServerId",
                json!({"SslVpnServerName": "a", "LocalAddress": ["10.0.0.0/24"], "RemoteAddress": "10.8.0.0/16", "State": 6}),
                // Its tags are shown by another service.
                ("MaxConnection", json!(5)),
                |id| json!({"SslVpnServerId": id, "TaskId": 1}),
                |url| {
                    async move {
                        let request = tencent::CreateVpnGatewaySslServer {
                            vpn_gateway_id: "vpngw-1".into(),
                            ssl_vpn_server_name: "a".into(),
                            local_address: vec!["10.0.0.0/24".into()],
                            remote_address: "10.8.0.0/16".into(),
                            ..Default::default()
                        };
                        tencent::test_client(&url).create_ssl_server(&ctx(), GZ, &request).await
                    }
                    .boxed()
                },
            )
        },
        Kind {
            time: None,
            ..tencent(
                "CreateVpnGatewaySslClient",
                "DescribeVpnGatewaySslClients",
                &["SslVpnClientSet"],
                "SslVpnClientId",
                json!({"Name": "a", "SslVpnServerId": "vpns-1", "State": "6"}),
                ("CertStatus", json!(1)),
                |id| json!({"SslVpnClientId": id, "TaskId": 1}),
                |url| {
                    async move {
                        let new = NewSslClient { name: "a".into(), tags: None };
                        tencent::test_client(&url).create_ssl_client(&ctx(), GZ, "vpns-1", new).await
                    }
                    .boxed()
                },
            )
        },
        Kind {
            cloud: Cloud::Legacy,
            create: "AddVpnConnEx",
            list: "DescribeVpnConn",
            rows: &["data"],
            id: "unVpnConnId",
            time: Some("createTime"),
            row: json!({"vpnConnName": "a", "unVpnGwId": "vpngw-1", "unUserGwId": "cgw-1", "preSharedKey": "key", "vpcConnStatus": 6,
                        "destinationCidr": ["10.1.0.0/16"]}),
            foreign: ("destinationCidr", json!(["10.2.0.0/16"])),
            made: None,
            imported: "vpc-1/vpngw-1/",
            make: |url| {
                async move {
                    let request = legacy::AddVpnConnEx {
                        vpc_id: "vpc-1".into(),
                        vpn_gw_id: "vpngw-1".into(),
                        user_gw_id: "cgw-1".into(),
                        vpn_conn_name: Some("a".into()),
                        pre_shared_key: Some("key".into()),
                        user_gw_cidr_block: Some(vec!["10.1.0.0/16".into()]),
                        ..Default::default()
                    };
                    legacy::test_client(&url).create_connection(&ctx(), "gz", &request, |_| ()).await
                }
                .boxed()
            },
        },
    ];
    let foreign_tags = || json!({"Tag": [{"Key": "owner", "Value": "other-team"}]});
    let on_alibaba = vec![
        alibaba(
            "CreateVpnGateway",
            "DescribeVpnGateways",
            &["VpnGateways", "VpnGateway"],
            "VpnGatewayId",
            json!({"Name": "a", "VpcId": "vpc-1", "Spec": "10M", "Status": "init", "Tags": {"Tag": []}}),
            ("Tags", foreign_tags()),
            Some(|id| json!({"VpnGatewayId": id})),
            |url| {
                async move {
                    let request = alibaba::CreateVpnGateway {
                        vpc_id: "vpc-1".into(),
                        bandwidth: 10,
                        name: Some("a".into()),
                        ..Default::default()
                    };
                    alibaba::test_client(&url).create_vpn_gateway(&ctx(), HZ, &request).await
                }
                .boxed()
            },
        ),
        alibaba(
            "CreateCustomerGateway",
            "DescribeCustomerGateways",
            &["CustomerGateways", "CustomerGateway"],
            "CustomerGatewayId",
            json!({"Name": "a", "IpAddress": "203.0.113.1", "Tags": {"Tag": []}}),
            ("Tags", foreign_tags()),
            Some(|id| json!({"CustomerGatewayId": id})),
            |url| {
                async move {
                    let request = alibaba::CreateCustomerGateway {
                        ip_address: "203.0.113.1".into(),
                        name: Some("a".into()),
                        ..Default::default()
                    };
                    alibaba::test_client(&url).create_customer_gateway(&ctx(), HZ, &request).await
                }
                .boxed()
            },
        ),
        alibaba(
            "CreateVpnConnection",
            "DescribeVpnConnections",
            &["VpnConnections", "VpnConnection"],
            "VpnConnectionId",
            json!({"Name": "a", "VpnGatewayId": "vpn-1", "CustomerGatewayId": "cgw-1", "LocalSubnet": "10.0.0.0/16",
                   "RemoteSubnet": "10.1.0.0/16", "State": "active", "IkeConfig": {"Psk": "key", "IkeVersion": "ikev2"}}),
            ("Tag", foreign_tags()),
            Some(|id| json!({"VpnConnectionId": id})),
            |url| {
                async move {
                    let ike = alibaba::IkeConfig {
                        psk: Some("key".into()),
                        ike_version: Some("ikev2".into()),
                        ..Default::default()
                    };
                    let request = alibaba::CreateVpnConnection {
                        vpn_gateway_id: "vpn-1".into(),
                        customer_gateway_id: Some("cgw-1".into()),
                        settings: VpnConnectionSettings {
                            name: Some("a".into()),
                            local_subnet: Some("10.0.0.0/16".into()),
                            remote_subnet: Some("10.1.0.0/16".into()),
                            ike_config: Some(ike),
                            ..Default::default()
                        },
                        ..Default::default()
                    };
                    alibaba::test_client(&url).create_vpn_connection(&ctx(), HZ, &request).await
                }
                .boxed()
            },
        ),
        alibaba(
            "CreateVpnRouteEntry",
            "DescribeVpnRouteEntries",
            &["VpnRouteEntries", "VpnRouteEntry"],
            "Ignored",
            json!({"RouteDest": "10.1.0.0/16", "NextHop": "vco-1", "Weight": 100, "State": "published"}),
            ("Weight", json!(0)),
            None,
            |url| {
                async move {
                    let key = VpnRouteEntryKey {
                        vpn_gateway_id: "vpn-1".into(),
                        next_hop: "vco-1".into(),
                        route_dest: "10.1.0.0/16".into(),
                    };
                    let request =
                        alibaba::CreateVpnRouteEntry { key, weight: 100, publish_vpc: true, ..Default::default() };
                    alibaba::test_client(&url).create_route_entry(&ctx(), HZ, &request).await
                }
                .boxed()
            },
        ),
        alibaba(
            "CreateSslVpnServer",
            "DescribeSslVpnServers",
            &["SslVpnServers", "SslVpnServer"],
            "SslVpnServerId",
            json!({"Name": "a", "VpnGatewayId": "vpn-1", "ClientIpPool": "10.8.0.0/16", "LocalSubnet": "10.0.0.0/16",
                   "Port": 1194}),
            ("ClientIpPool", json!("10.9.0.0/16")),
            Some(|id| json!({"SslVpnServerId": id})),
            |url| {
                async move {
                    let settings = alibaba::SslVpnServerSettings {
                        name: Some("a".into()),
                        client_ip_pool: Some("10.8.0.0/16".into()),
                        local_subnet: Some("10.0.0.0/16".into()),
                        ..Default::default()
                    };
                    let client_token = ClientToken::new();
                    let request =
                        alibaba::CreateSslVpnServer { vpn_gateway_id: "vpn-1".into(), settings, client_token };
                    alibaba::test_client(&url).create_ssl_server(&ctx(), HZ, &request).await
                }
                .boxed()
            },
        ),
        alibaba(
            "CreateSslVpnClientCert",
            "DescribeSslVpnClientCerts",
            &["SslVpnClientCertKeys", "SslVpnClientCertKey"],
            "SslVpnClientCertId",
            json!({"Name": "a", "SslVpnServerId": "vss-1", "Status": "normal"}),
            ("Name", json!("b")),
            Some(|id| json!({"SslVpnClientCertId": id})),
            |url| {
                async move {
                    let request = alibaba::CreateSslVpnClientCert {
                        ssl_vpn_server_id: "vss-1".into(),
                        name: Some("a".into()),
                        client_token: ClientToken::new(),
                    };
                    alibaba::test_client(&url).create_ssl_client_cert(&ctx(), HZ, &request).await
                }
                .boxed()
            },
        ),
    ];
    on_tencent.into_iter().chain(on_alibaba).collect()
}

/// What making one of each kind gives.
async fn each(kinds: &[Kind], script: impl Fn(&Kind) -> Script) -> Vec<Result<String>> {
    future::join_all(kinds.iter().map(|kind| kind.making(script(kind)))).await
}

#[tokio::test]
async fn what_was_made_is_found_when_the_repetition_is_refused() {
    let kinds = kinds();
    let made = each(&kinds, |kind| Script {
        after: vec![kind.ours()],
        answers: vec![Answer::Drop, kind.refused()],
        ..Script::default()
    });
    for (kind, made) in kinds.iter().zip(made.await) {
        let id = made.unwrap_or_else(|error| panic!("{:?} {}: {error:?}", kind.cloud, kind.create));
        assert_eq!(id, kind.new_id(), "{:?} {}", kind.cloud, kind.create);
    }
}

#[tokio::test]
async fn somebody_elses_is_not_adopted_and_named() {
    let kinds = kinds();
    let made = each(&kinds, |kind| Script {
        after: vec![kind.foreign()],
        answers: vec![Answer::Raw(502, &[], "<html>Bad Gateway</html>".into()), kind.refused()],
        ..Script::default()
    });
    for (kind, made) in kinds.iter().zip(made.await) {
        let error = made.expect_err(kind.create);
        assert!(error.is_ambiguous(), "{:?} {}: {error}", kind.cloud, kind.create);
        // Another name is nobody's to be confused with.
        let named = match kind.foreign.0 {
            "Name" => vec![],
            _ if kind.has_own_ids() => vec![kind.import_id("foreign")],
            _ => vec![kind.new_id()],
        };
        assert_eq!(error.candidates(), named, "{:?} {}: {error:?}", kind.cloud, kind.create);
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains("import"), "{:?} {}: {hint}", kind.cloud, kind.create);
        assert!(named.iter().all(|id| hint.contains(id)), "{:?} {}: {hint}", kind.cloud, kind.create);
    }
}

#[tokio::test]
async fn what_is_older_than_the_request_is_not_adopted() {
    let kinds: Vec<_> = kinds().into_iter().filter(|kind| kind.time.is_some()).collect();
    let made = each(&kinds, |kind| Script {
        after: vec![kind.object("older", true)],
        answers: vec![Answer::Drop, kind.refused()],
        ..Script::default()
    });
    for (kind, made) in kinds.iter().zip(made.await) {
        let error = made.expect_err(kind.create);
        assert!(error.is_ambiguous(), "{:?} {}: {error}", kind.cloud, kind.create);
        assert!(error.candidates().is_empty(), "{:?} {}: {error:?}", kind.cloud, kind.create);
    }
}

#[tokio::test]
async fn of_two_that_could_be_it_none_is_adopted_and_both_are_named() {
    let kinds: Vec<_> = kinds().into_iter().filter(Kind::has_own_ids).collect();
    let made = each(&kinds, |kind| Script {
        after: vec![kind.ours(), kind.object("other", false)],
        answers: vec![Answer::Drop, kind.refused()],
        ..Script::default()
    });
    for (kind, made) in kinds.iter().zip(made.await) {
        let error = made.expect_err(kind.create);
        let both = [kind.import_id("new"), kind.import_id("other")];
        assert_eq!((error.is_ambiguous(), error.candidates()), (true, &both[..]), "{:?} {}", kind.cloud, kind.create);
    }
}

#[tokio::test]
async fn an_answer_without_the_id_is_the_same_case() {
    let kinds = kinds();
    for garbled in ["", "another type", "another kind"] {
        let made = each(&kinds, |kind| Script {
            before: if kind.cloud == Cloud::Alibaba { vec![] } else { vec![kind.object("old", true)] },
            after: vec![kind.object("old", true), kind.ours()],
            answers: vec![match (kind.made, garbled) {
                (None, _) | (_, "") => kind.answer(json!({})),
                (Some(_), "another kind") if !kind.has_own_ids() => kind.answer(json!({})),
                (Some(made), "another kind") => kind.answer(made("i-new")),
                // A member of another type than it should be.
                (Some(made), _) => {
                    kind.answer(json!({made("").as_object().unwrap().keys().next().unwrap(): {"unexpected": true}}))
                }
            }],
        });
        for (kind, made) in kinds.iter().zip(made.await) {
            let id = made.unwrap_or_else(|error| panic!("{:?} {}: {error:?}", kind.cloud, kind.create));
            assert_eq!(id, kind.new_id(), "{:?} {}", kind.cloud, kind.create);
        }
    }
}

#[tokio::test]
async fn an_answer_with_the_id_of_another_object_is_not_believed() {
    // Where nothing is listed before, nothing is known of it.
    let listed = |kind: &Kind| kind.cloud == Cloud::Tencent;
    let kinds: Vec<_> = kinds().into_iter().filter(listed).collect();
    let made = each(&kinds, |kind| Script {
        before: vec![kind.object("old", true)],
        after: vec![kind.object("old", true)],
        answers: vec![kind.answer(kind.made.unwrap()(&kind.id("old")))],
    });
    for (kind, made) in kinds.iter().zip(made.await) {
        let error = made.expect_err(kind.create);
        let named = [kind.import_id("old")];
        assert_eq!((error.is_ambiguous(), error.candidates()), (true, &named[..]), "{}: {error}", kind.create);
    }
}

#[tokio::test]
async fn a_duplicate_is_named() {
    let kinds: Vec<_> = kinds().into_iter().filter(|kind| kind.cloud != Cloud::Legacy).collect();
    let made = each(&kinds, |kind| Script {
        before: vec![kind.object("old", true)],
        after: vec![kind.object("old", true)],
        answers: vec![match kind.cloud {
            Cloud::Alibaba => Answer::alibaba_error(400, "InvalidThing.AlreadyExist"),
            _ => Answer::tencent_error("InvalidParameterValue.Duplicate"),
        }],
    });
    for (kind, made) in kinds.iter().zip(made.await) {
        let error = made.expect_err(kind.create);
        let there = if kind.has_own_ids() { kind.import_id("old") } else { kind.new_id() };
        assert_eq!((error.is_ambiguous(), error.candidates()), (false, &[there][..]), "{}: {error}", kind.create);
    }
}
