//! Tests of `ssl_servers.rs`.

use serde_json::{Value, json};

use super::*;
use crate::cloud::answer;
use crate::cloud::params::written;
use crate::cloud::tencent::client::tests::{client, ctx};
use crate::cloud::testing::{Answer, Received, Server};

const REGION: &str = "ap-guangzhou";

/// A service that gives for each action what its script says, the last answer again and again.
pub(in crate::cloud::tencent) async fn service(script: &[(&'static str, Vec<Answer>)]) -> Server {
    let mut script: Vec<_> = script.iter().map(|(action, answers)| (*action, answers.clone())).collect();
    Server::start(move |request: &Received| {
        let action = request.action();
        let Some((_, answers)) = script.iter_mut().find(|(of, _)| *of == action) else { panic!("unexpected {action}") };
        if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() }
    })
    .await
}

pub(in crate::cloud::tencent) fn task(status: &str) -> Answer {
    Answer::tencent(json!({"Status": status, "Output": "what went on", "Result": []}))
}

pub(in crate::cloud::tencent) fn acknowledged() -> Answer {
    Answer::tencent(json!({"TaskId": 8_888}))
}

fn made() -> Answer {
    Answer::tencent(json!({"TaskId": 8_888, "SslVpnServerId": "vpns-1"}))
}

fn servers(states: &[i64]) -> Answer {
    let set: Vec<_> = states.iter().map(|state| server("vpns-1", *state)).collect();
    Answer::tencent(json!({"TotalCount": set.len(), "SslVpnSeverSet": set}))
}

fn server(id: &str, state: i64) -> Value {
    json!({"SslVpnServerId": id, "SslVpnServerName": "s", "RemoteAddress": "10.8.0.0/16", "State": state})
}

fn clients(states: &[&str]) -> Answer {
    let client = |(n, state)| json!({"SslVpnClientId": format!("vpnc-{n}"), "State": state});
    let set: Vec<_> = states.iter().enumerate().map(client).collect();
    Answer::tencent(json!({"TotalCount": set.len(), "SslVpnClientSet": set}))
}

fn request() -> CreateVpnGatewaySslServer {
    CreateVpnGatewaySslServer {
        vpn_gateway_id: "vpngw-1".into(),
        ssl_vpn_server_name: "s".into(),
        local_address: vec!["10.0.0.0/24".into()],
        remote_address: "10.8.0.0/16".into(),
        saml_data: Some("hidden-saml".into()),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_new_server_is_waited_for_by_its_state_and_its_task() {
    let server = service(&[
        ("DescribeVpnGatewaySslServers", vec![servers(&[]), servers(&[]), servers(&[0]), servers(&[6])]),
        ("CreateVpnGatewaySslServer", vec![made()]),
        ("DescribeVpcTaskResult", vec![task("RUNNING"), task("SUCCESS")]),
    ])
    .await;
    let client = client(&server.url());
    let id = client.create_ssl_server(&ctx(), REGION, &request()).await.unwrap();
    assert_eq!(id, "vpns-1");
    let found = client.wait_ssl_server(&ctx(), REGION, &id).await.unwrap();
    assert_eq!(found.state, Some(6));
    assert_eq!(
        server.actions(),
        [
            "DescribeVpnGatewaySslServers",
            "CreateVpnGatewaySslServer",
            // Not listed yet: the task may know why.
            "DescribeVpnGatewaySslServers",
            "DescribeVpcTaskResult",
            // Being made: the task need not be asked.
            "DescribeVpnGatewaySslServers",
            "DescribeVpnGatewaySslServers",
            "DescribeVpcTaskResult",
            "DescribeVpnGatewaySslServers",
        ]
    );
    assert_eq!(server.requests()[3].json(), json!({"TaskId": "8888"}));
}

#[tokio::test]
async fn a_failed_task_is_an_error_that_says_so() {
    let server = service(&[
        ("DescribeVpnGatewaySslServers", vec![servers(&[]), servers(&[6])]),
        ("CreateVpnGatewaySslServer", vec![made()]),
        ("ModifyVpnGatewaySslServer", vec![acknowledged()]),
        ("DescribeVpcTaskResult", vec![task("FAILED")]),
    ])
    .await;
    let client = client(&server.url());
    let id = client.create_ssl_server(&ctx(), REGION, &request()).await.unwrap();
    let error = client.wait_ssl_server(&ctx(), REGION, &id).await.unwrap_err();
    assert_eq!(error.to_string(), "CreateVpnGatewaySslServer in ap-guangzhou: task 8888 failed: what went on");
    // Once it was told, the state decides.
    assert!(client.wait_ssl_server(&ctx(), REGION, &id).await.is_ok());

    let error = client.modify_ssl_server(&ctx(), REGION, &ModifyVpnGatewaySslServer::default()).await.unwrap_err();
    assert!(error.to_string().starts_with("ModifyVpnGatewaySslServer in ap-guangzhou: task 8888 failed"), "{error}");
}

#[tokio::test]
async fn a_failed_task_that_quotes_metadata_does_not_show_it() {
    let quoting = json!({"Status": "FAILED", "Output": "SamlData `hidden-saml` is malformed", "Result": []});
    let server = service(&[
        ("DescribeVpnGatewaySslServers", vec![servers(&[])]),
        ("CreateVpnGatewaySslServer", vec![made()]),
        ("ModifyVpnGatewaySslServer", vec![acknowledged()]),
        ("DescribeVpcTaskResult", vec![Answer::tencent(quoting)]),
    ])
    .await;
    let client = client(&server.url());
    let id = client.create_ssl_server(&ctx(), REGION, &request()).await.unwrap();
    let created = client.wait_ssl_server(&ctx(), REGION, &id).await.unwrap_err();
    let change = ModifyVpnGatewaySslServer {
        ssl_vpn_server_id: id,
        saml_data: Some("hidden-saml".into()),
        ..Default::default()
    };
    let modified = client.modify_ssl_server(&ctx(), REGION, &change).await.unwrap_err();
    for error in [created, modified] {
        assert_eq!(error.message(), "task 8888 failed: SamlData `[redacted]` is malformed");
        assert!(!format!("{error} {error:?}").contains("hidden"));
    }
}

#[tokio::test]
async fn a_failed_task_ends_the_wait_even_if_the_server_seems_busy_for_ever() {
    let server = service(&[
        ("DescribeVpnGatewaySslServers", vec![servers(&[]), servers(&[0])]),
        ("CreateVpnGatewaySslServer", vec![made()]),
        ("DescribeVpcTaskResult", vec![task("FAILED")]),
    ])
    .await;
    let client = client(&server.url());
    let id = client.create_ssl_server(&ctx(), REGION, &request()).await.unwrap();
    let error = client.wait_ssl_server(&ctx(), REGION, &id).await.unwrap_err();
    assert!(error.message().contains("task 8888 failed"), "{error}");
    let asked = server.actions().iter().filter(|action| *action == "DescribeVpcTaskResult").count();
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_task_that_vanished_or_was_never_told_leaves_the_word_to_the_state() {
    for (made, tasks) in [
        (made(), 1),
        (Answer::tencent(json!({"SslVpnServerId": "vpns-1"})), 0),
        (Answer::tencent(json!({"TaskId": 0, "SslVpnServerId": "vpns-1"})), 0),
    ] {
        let server = service(&[
            ("DescribeVpnGatewaySslServers", vec![servers(&[]), servers(&[1])]),
            ("CreateVpnGatewaySslServer", vec![made]),
            ("DescribeVpcTaskResult", vec![Answer::tencent_error("ResourceNotFound")]),
        ])
        .await;
        let client = client(&server.url());
        let id = client.create_ssl_server(&ctx(), REGION, &request()).await.unwrap();
        let error = client.wait_ssl_server(&ctx(), REGION, &id).await.unwrap_err();
        assert!(
            error.to_string().contains("the service gave up what it did with vpns-1: its state is create_failed"),
            "{error}"
        );
        let asked = server.actions().iter().filter(|action| *action == "DescribeVpcTaskResult").count();
        assert_eq!(asked, tasks);
    }
}

#[tokio::test]
async fn a_server_made_by_a_create_of_unknown_outcome_is_adopted_and_another_is_not() {
    let server = service(&[
        ("DescribeVpnGatewaySslServers", vec![servers(&[]), servers(&[0])]),
        ("DescribeResourceTagsByResourceIds", vec![Answer::tencent(json!({"TotalCount": 0, "Tags": []}))]),
        ("CreateVpnGatewaySslServer", vec![Answer::Drop]),
    ])
    .await;
    let id = client(&server.url()).create_ssl_server(&ctx(), REGION, &request()).await.unwrap();
    assert_eq!(id, "vpns-1");

    let server = service(&[
        ("DescribeVpnGatewaySslServers", vec![servers(&[6])]),
        ("DescribeResourceTagsByResourceIds", vec![Answer::tencent(json!({"TotalCount": 0, "Tags": []}))]),
        ("CreateVpnGatewaySslServer", vec![Answer::Drop, Answer::tencent_error("LimitExceeded")]),
    ])
    .await;
    let error = client(&server.url()).create_ssl_server(&ctx(), REGION, &request()).await.unwrap_err();
    assert!(error.is_ambiguous(), "{error}");
}

#[tokio::test]
async fn a_server_with_clients_is_not_deleted_and_leaving_ones_are_waited_for() {
    let server = service(&[("DescribeVpnGatewaySslClients", vec![clients(&["4", "6"])])]).await;
    let error = client(&server.url()).delete_ssl_server(&ctx(), REGION, "vpns-1").await.unwrap_err();
    assert!(error.to_string().contains("vpns-1 still has SSL clients: vpnc-1"), "{error}");

    let server = service(&[
        ("DescribeVpnGatewaySslClients", vec![clients(&["4"]), clients(&[])]),
        ("DeleteVpnGatewaySslServer", vec![acknowledged()]),
        ("DescribeVpcTaskResult", vec![task("SUCCESS")]),
        ("DescribeVpnGatewaySslServers", vec![servers(&[4]), servers(&[])]),
    ])
    .await;
    client(&server.url()).delete_ssl_server(&ctx(), REGION, "vpns-1").await.unwrap();
    assert_eq!(
        server.actions(),
        [
            "DescribeVpnGatewaySslClients",
            "DescribeVpnGatewaySslClients",
            "DeleteVpnGatewaySslServer",
            // On its way out: the task need not be asked.
            "DescribeVpnGatewaySslServers",
            "DescribeVpnGatewaySslServers",
        ]
    );
}

#[tokio::test]
async fn what_goes_on_with_a_server_is_waited_for_before_it_changes_or_goes() {
    let busy = || Answer::tencent_error("UnsupportedOperation");
    let server = service(&[
        ("ModifyVpnGatewaySslServer", vec![busy(), acknowledged()]),
        ("DeleteVpnGatewaySslServer", vec![busy(), acknowledged()]),
        ("DescribeVpnGatewaySslClients", vec![clients(&[])]),
        // Busy for a while, then idle; then busy again until it is gone.
        (
            "DescribeVpnGatewaySslServers",
            vec![servers(&[2]), servers(&[2]), servers(&[6]), servers(&[4]), servers(&[6]), servers(&[])],
        ),
        ("DescribeVpcTaskResult", vec![task("SUCCESS")]),
    ])
    .await;
    let client = client(&server.url());
    let request = ModifyVpnGatewaySslServer { ssl_vpn_server_id: "vpns-1".into(), ..Default::default() };
    client.modify_ssl_server(&ctx(), REGION, &request).await.unwrap();
    assert_eq!(count(&server, "ModifyVpnGatewaySslServer"), 2);
    assert_eq!(count(&server, "DescribeVpnGatewaySslServers"), 3);
    client.delete_ssl_server(&ctx(), REGION, "vpns-1").await.unwrap();
    assert_eq!(count(&server, "DeleteVpnGatewaySslServer"), 2);
}

#[tokio::test]
async fn what_an_idle_server_does_not_support_is_not_asked_for_again_and_again() {
    let server = service(&[
        ("ModifyVpnGatewaySslServer", vec![Answer::tencent_error("UnsupportedOperation")]),
        ("DescribeVpnGatewaySslServers", vec![servers(&[6])]),
    ])
    .await;
    let request = ModifyVpnGatewaySslServer { ssl_vpn_server_id: "vpns-1".into(), ..Default::default() };
    let error = client(&server.url()).modify_ssl_server(&ctx(), REGION, &request).await.unwrap_err();
    assert_eq!(error.code(), Some("UnsupportedOperation"));
    assert_eq!(count(&server, "ModifyVpnGatewaySslServer"), 2);
}

fn count(server: &Server, action: &str) -> usize {
    server.actions().iter().filter(|found| *found == action).count()
}

#[tokio::test]
async fn one_that_is_gone_is_deleted() {
    let server = service(&[
        ("DescribeVpnGatewaySslClients", vec![Answer::tencent_error("ResourceNotFound")]),
        ("DeleteVpnGatewaySslServer", vec![Answer::tencent_error("ResourceNotFound")]),
    ])
    .await;
    client(&server.url()).delete_ssl_server(&ctx(), REGION, "vpns-1").await.unwrap();
}

#[tokio::test]
async fn tags_are_asked_for_only_where_somebody_wants_them_and_on_all_pages() {
    let tags = |from: u64, to: u64, total: u64| {
        let tags: Vec<_> =
            (from..to).map(|n| json!({"ResourceId": "vpns-1", "TagKey": format!("k{n}"), "TagValue": "v"})).collect();
        Answer::tencent(json!({"TotalCount": total, "Tags": tags}))
    };
    let server = service(&[
        ("DescribeVpnGatewaySslServers", vec![servers(&[6])]),
        ("DescribeResourceTagsByResourceIds", vec![tags(0, 100, 101), tags(100, 101, 101)]),
    ])
    .await;
    let client = client(&server.url());
    let plain = client.ssl_server(&ctx(), REGION, "vpns-1", false).await.unwrap().unwrap();
    assert!(plain.tag_set.is_none());
    assert_eq!(server.actions(), ["DescribeVpnGatewaySslServers"]);

    let tagged = client.ssl_server(&ctx(), REGION, "vpns-1", true).await.unwrap().unwrap();
    assert_eq!(tagged.tag_set.unwrap().len(), 101);
    let asked: Vec<_> = server.requests()[2..].iter().map(Received::json).collect();
    let page = |offset: u64| {
        json!({
            "ServiceType": "vpc", "ResourcePrefix": "vpns", "ResourceIds": ["vpns-1"], "ResourceRegion": REGION,
            "Offset": offset, "Limit": 100,
        })
    };
    assert_eq!(asked, [page(0), page(100)]);
}

#[tokio::test]
async fn tags_of_many_are_asked_for_by_the_fifty() {
    let set: Vec<_> = (0..120).map(|n| server(&format!("vpns-{n}"), 6)).collect();
    let tags = json!([{"ResourceId": "vpns-7", "TagKey": "team", "TagValue": "net"}]);
    let (first, second) = (set[..100].to_vec(), set[100..].to_vec());
    let page = |set: Vec<Value>| Answer::tencent(json!({"TotalCount": 120, "SslVpnSeverSet": set}));
    let mut pages = vec![page(second), page(first)];
    let server = Server::start(move |request: &Received| match request.action().as_str() {
        "DescribeVpnGatewaySslServers" => pages.pop().unwrap(),
        _ if request.json()["ResourceIds"].as_array().unwrap().contains(&json!("vpns-7")) => {
            Answer::tencent(json!({"TotalCount": 1, "Tags": tags}))
        }
        _ => Answer::tencent(json!({"TotalCount": 0, "Tags": []})),
    })
    .await;
    let all = client(&server.url()).ssl_servers(&ctx(), REGION, &[]).await.unwrap();
    let tagged: Vec<_> = all.iter().filter(|server| !server.tag_set.as_ref().unwrap().is_empty()).collect();
    assert_eq!((all.len(), tagged.len()), (120, 1));
    assert_eq!(server.actions().len(), 2 + 3);
}

#[tokio::test]
async fn tags_that_an_answer_does_not_tell_are_not_gone() {
    let tag = |id: &str| json!({"ResourceId": id, "TagKey": "team", "TagValue": "net"});
    for answer in [
        json!({"TotalCount": 1, "Tags": []}),
        json!({"TotalCount": 1, "Tags": null}),
        json!({"Tags": []}),
        json!({}),
        json!({"TotalCount": 1, "Tags": [{"ResourceId": null, "TagKey": null, "TagValue": null}]}),
        json!({"TotalCount": 1, "Tags": [{"ResourceId": "vpns-1"}]}),
        json!({"TotalCount": 1, "Tags": [tag("vpns-2")]}),
        json!({"TotalCount": 2, "Tags": [tag("vpns-1")]}),
        json!({"TotalCount": 2, "Tags": [tag("vpns-1"), tag("vpns-1")]}),
    ] {
        let server = service(&[
            ("DescribeVpnGatewaySslServers", vec![servers(&[6])]),
            ("DescribeResourceTagsByResourceIds", vec![Answer::tencent(answer.clone())]),
        ])
        .await;
        let read = client(&server.url()).ssl_server(&ctx(), REGION, "vpns-1", true).await;
        assert!(matches!(&read, Err(error) if error.to_string().contains("inconsistent")), "{answer}: {read:?}");
    }
}

#[test]
fn the_api_spells_the_set_without_an_r_and_flags_as_numbers() {
    let answer: DescribeVpnGatewaySslServersAnswer = answer::from_value(json!({
        "TotalCount": 1,
        "SslVpnSeverSet": [{
            "SslVpnServerId": "vpns-1", "Compress": 0, "SsoEnabled": 1, "AccessPolicyEnabled": null, "State": 6,
            "LocalAddress": ["10.0.0.0/24"], "DnsServers": {"PrimaryDns": "10.0.0.2", "SecondaryDns": null},
        }],
    }));
    let [server] = <[_; 1]>::try_from(answer.ssl_vpn_server_set.unwrap()).unwrap();
    assert_eq!((server.compress, server.sso_enabled, server.access_policy_enabled), (Some(false), Some(true), None));
    assert_eq!(server.dns_servers.unwrap().primary_dns.as_deref(), Some("10.0.0.2"));
}

#[test]
fn metadata_of_identity_providers_is_sent_and_not_shown() {
    let request = request();
    assert_eq!(
        written(&request),
        json!({
            "VpnGatewayId": "vpngw-1", "SslVpnServerName": "s", "LocalAddress": ["10.0.0.0/24"],
            "RemoteAddress": "10.8.0.0/16", "SamlData": "hidden-saml",
        })
    );
    assert!(!format!("{request:?}").contains("hidden"));
    assert_eq!(request.secrets().len(), 1);
}
