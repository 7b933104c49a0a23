//! Tests of `connections.rs`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::cloud::error::Class;
use crate::cloud::tencent::client::tests::{brief, client, ctx};
use crate::cloud::testing::{Answer, Received, Server, time_flies};

const REGION: &str = "ap-guangzhou";
const KEY: &str = "hidden-psk";

/// A service that knows tunnels, and does with each create what its script says.
#[derive(Default)]
struct Service {
    tunnels: Vec<Value>,
    /// Tunnels that become visible with the next create.
    hidden: Vec<Value>,
    creates: Vec<Create>,
    created: usize,
}

/// What happens to one create, the first of the script first.
#[derive(Clone, Debug)]
enum Create {
    /// Executed and answered with the id.
    Works,
    /// Executed and answered with an empty id.
    EmptyId,
    /// Executed, then this answer.
    ExecutedThen(Answer),
    /// Executed but listed only when the next create comes, then this answer.
    ExecutedUnseen(Answer),
    /// Not executed, this answer.
    Refused(Answer),
}

impl Service {
    fn answer(&mut self, request: &Received) -> Answer {
        match request.action().as_str() {
            "DescribeVpnConnections" => self.describe(&request.json()),
            "CreateVpnConnection" => self.create(&request.json()),
            action => panic!("unexpected {action}"),
        }
    }

    fn describe(&self, request: &Value) -> Answer {
        let filter = |name: &str| {
            let mut filters = request["Filters"].as_array().unwrap().iter();
            let values = filters.find(|filter| filter["Name"] == name).unwrap()["Values"].as_array().unwrap();
            assert!(values.len() <= 5, "InvalidParameterValue.LimitExceeded");
            values.clone()
        };
        let (gateways, customers) = (filter("vpn-gateway-id"), filter("customer-gateway-id"));
        let found: Vec<_> = self
            .tunnels
            .iter()
            .filter(|tunnel| gateways.contains(&tunnel["VpnGatewayId"]))
            .filter(|tunnel| customers.contains(&tunnel["CustomerGatewayId"]))
            .collect();
        Answer::tencent(json!({"TotalCount": found.len(), "VpnConnectionSet": found}))
    }

    fn create(&mut self, request: &Value) -> Answer {
        self.tunnels.append(&mut self.hidden);
        let step = if self.creates.is_empty() { Create::Works } else { self.creates.remove(0) };
        if let Create::Refused(answer) = step {
            return answer;
        }
        self.created += 1;
        let id = format!("vpnx-new{}", self.created);
        let member = |name: &str| request[name].as_str().unwrap();
        let mut tunnel = tunnel(&id, member("VpnConnectionName"), member("PreShareKey"));
        tunnel["CustomerGatewayId"] = request["CustomerGatewayId"].clone();
        match step {
            Create::ExecutedUnseen(_) => self.hidden.push(tunnel),
            _ => self.tunnels.push(tunnel),
        }
        match step {
            Create::EmptyId => Answer::tencent(json!({"VpnConnection": {"VpnConnectionId": ""}})),
            Create::ExecutedThen(answer) | Create::ExecutedUnseen(answer) => answer,
            _ => Answer::tencent(json!({"VpnConnection": {"VpnConnectionId": id}})),
        }
    }
}

fn tunnel(id: &str, name: &str, key: &str) -> Value {
    json!({
        "VpnConnectionId": id,
        "VpnConnectionName": name,
        "PreShareKey": key,
        "VpnGatewayId": "vpngw-1",
        "CustomerGatewayId": "cgw-1",
        "State": "PENDING",
    })
}

fn request() -> CreateVpnConnection {
    CreateVpnConnection {
        vpn_gateway_id: "vpngw-1".into(),
        customer_gateway_id: "cgw-1".into(),
        vpn_connection_name: "office".into(),
        pre_share_key: Some(KEY.into()),
        ..Default::default()
    }
}

/// What creating a tunnel gives, and which actions it took, where `existing` tunnels are there
/// before.
async fn creating(
    existing: impl IntoIterator<Item = Value>,
    creates: impl IntoIterator<Item = Create>,
) -> (Result<String>, Vec<String>) {
    let mut service = Service {
        tunnels: existing.into_iter().collect(),
        creates: creates.into_iter().collect(),
        ..Default::default()
    };
    let server = Server::start(move |request| service.answer(request)).await;
    let result = client(&server.url()).create_connection(&ctx(), REGION, &request()).await;
    if let Err(error) = &result {
        let shown = format!("{error} {error:?} {}", error.hint().unwrap_or_default());
        assert!(!shown.contains(KEY), "{shown}");
    }
    (result, server.actions())
}

fn creates(actions: &[String]) -> usize {
    actions.iter().filter(|action| *action == "CreateVpnConnection").count()
}

fn lost() -> Vec<Answer> {
    vec![
        Answer::Drop,
        Answer::Cut("{\"Response\""),
        Answer::Raw(502, &[], "<html>Bad Gateway</html>".into()),
        Answer::tencent_error("InternalError"),
        Answer::tencent(json!({"VpnConnection": "not an object"})),
    ]
}

#[tokio::test]
async fn a_create_takes_one_listing_and_one_create() {
    let (id, actions) = creating([], []).await;

    assert_eq!(id.unwrap(), "vpnx-new1");
    assert_eq!(actions, ["DescribeVpnConnections", "CreateVpnConnection"]);
}

#[tokio::test]
async fn creates_that_arrive_together_share_the_listing_and_keep_their_tunnels_apart() {
    let lost = |_| Create::ExecutedThen(Answer::Drop);
    let mut service = Service { creates: (0..7).map(lost).collect(), ..Default::default() };
    service.tunnels = vec![tunnel("vpnx-old", "office", KEY)];
    let server = Server::start(move |request| service.answer(request)).await;
    let client = client(&server.url());
    let creates = (1..=7).map(|n| {
        let (client, request) = (&client, CreateVpnConnection { customer_gateway_id: format!("cgw-{n}"), ..request() });
        async move { client.create_connection(&ctx(), REGION, &request).await.unwrap() }
    });
    let ids = future::join_all(creates).await;

    let listings = server.actions().iter().take_while(|action| *action == "DescribeVpnConnections").count();
    assert_eq!(listings, 2, "{:?}", server.actions());
    let made = server.requests().into_iter().filter(|request| request.action() == "CreateVpnConnection");
    let made: Vec<_> = made.enumerate().map(|(n, r)| (r.json()["CustomerGatewayId"].clone(), n + 1)).collect();
    for (n, id) in (1..=7).zip(&ids) {
        let (_, nth) = made.iter().find(|(peer, _)| *peer == format!("cgw-{n}")).unwrap();
        assert_eq!(*id, format!("vpnx-new{nth}"));
    }
}

#[tokio::test]
async fn an_empty_id_is_looked_up() {
    let existing = tunnel("vpnx-old", "office", KEY);
    let (id, actions) = creating([existing], [Create::EmptyId]).await;

    assert_eq!(id.unwrap(), "vpnx-new1");
    assert_eq!(creates(&actions), 1);
}

#[tokio::test]
async fn a_tunnel_made_by_a_create_of_unknown_outcome_is_adopted() {
    for answer in lost() {
        let (id, actions) = creating([], [Create::ExecutedThen(answer.clone())]).await;

        assert_eq!(id.unwrap(), "vpnx-new1", "{answer:?}");
        assert_eq!(creates(&actions), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_create_that_was_not_executed_is_sent_again() {
    // A success that cannot be read is one.
    for answer in lost().into_iter().take(4) {
        let (id, actions) = creating([], [Create::Refused(answer.clone())]).await;

        assert_eq!(id.unwrap(), "vpnx-new1", "{answer:?}");
        assert_eq!(creates(&actions), 2, "{answer:?}");
    }
}

#[tokio::test]
async fn a_tunnel_that_existed_before_is_never_adopted() {
    let existing = tunnel("vpnx-old", "office", KEY);
    let (id, actions) = creating([existing], [Create::Refused(Answer::Drop)]).await;

    assert_eq!(id.unwrap(), "vpnx-new1");
    assert_eq!(creates(&actions), 2);
}

#[tokio::test]
async fn a_tunnel_with_another_name_or_key_is_not_adopted() {
    for other in [tunnel("vpnx-other", "branch", KEY), tunnel("vpnx-other", "office", "other key")] {
        let mut service =
            Service { hidden: vec![other], creates: vec![Create::Refused(Answer::Drop)], ..Default::default() };
        let server = Server::start(move |request| service.answer(request)).await;

        let id = client(&server.url()).create_connection(&ctx(), REGION, &request()).await;

        assert_eq!(id.unwrap(), "vpnx-new1");
    }
}

#[tokio::test]
async fn a_tunnel_that_shows_up_when_the_repetition_is_refused_is_adopted() {
    let duplicate = Answer::tencent_error("InvalidParameterValue.Duplicate");
    let script = [Create::ExecutedUnseen(Answer::Drop), Create::Refused(duplicate)];
    let (id, actions) = creating([], script).await;

    assert_eq!(id.unwrap(), "vpnx-new1");
    assert_eq!(creates(&actions), 2);
}

#[tokio::test]
async fn a_plain_refusal_is_final() {
    let refused = Create::Refused(Answer::tencent_error("ResourceInUse"));
    let (result, actions) = creating([tunnel("vpnx-old", "office", KEY)], [refused]).await;

    let error = result.unwrap_err();
    assert_eq!((error.code(), error.is_ambiguous()), (Some("ResourceInUse"), false));
    assert_eq!(creates(&actions), 1);
}

#[tokio::test]
async fn repeated_unknown_outcomes_end_as_such() {
    let (result, actions) = creating([], vec![Create::Refused(Answer::tencent_error("InternalError")); 10]).await;

    let error = result.unwrap_err();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!(creates(&actions), 3);
}

#[tokio::test]
async fn two_candidates_are_not_guessed_between() {
    let mut service = Service {
        hidden: vec![tunnel("vpnx-other", "office", KEY)],
        creates: vec![Create::EmptyId],
        ..Default::default()
    };
    let server = Server::start(move |request| service.answer(request)).await;

    let error = client(&server.url()).create_connection(&ctx(), REGION, &request()).await.unwrap_err();

    assert!(error.is_ambiguous() && error.message().starts_with("2 tunnels named"), "{error}");
    assert!(error.hint().unwrap().contains("import it"));
}

#[tokio::test]
async fn nothing_is_created_when_the_listing_before_fails() {
    let server = Server::scripted([Answer::tencent_error("UnauthorizedOperation")]).await;

    let error = client(&server.url()).create_connection(&ctx(), REGION, &request()).await.unwrap_err();

    assert_eq!(error.class(), Class::Auth);
    assert_eq!(server.actions(), ["DescribeVpnConnections"]);
}

#[tokio::test]
async fn a_failing_lookup_leaves_the_outcome_open() {
    let server = Server::scripted([
        Answer::tencent(json!({"TotalCount": 0, "VpnConnectionSet": []})),
        Answer::Drop,
        Answer::tencent_error("UnauthorizedOperation"),
    ])
    .await;

    let error = client(&server.url()).create_connection(&ctx(), REGION, &request()).await.unwrap_err();

    assert!(error.is_ambiguous(), "{error}");
    assert!(error.message().contains("UnauthorizedOperation"), "{error}");
    assert_eq!(creates(&server.actions()), 1);
}

#[tokio::test]
async fn creates_between_the_same_gateways_find_each_their_own_tunnel() {
    let service = Service { creates: vec![Create::EmptyId; 4], ..Default::default() };
    let service = Arc::new(Mutex::new(service));
    let server = Server::start(move |request| service.lock().unwrap().answer(request)).await;
    let (client, ctx, request) = (client(&server.url()), ctx(), request());

    let create = || client.create_connection(&ctx, REGION, &request);
    let (a, b, c, d) = tokio::join!(create(), create(), create(), create());

    let mut ids = [a.unwrap(), b.unwrap(), c.unwrap(), d.unwrap()];
    ids.sort();
    assert_eq!(ids, ["vpnx-new1", "vpnx-new2", "vpnx-new3", "vpnx-new4"]);
}

#[tokio::test]
async fn a_cancelled_lookup_says_that_there_may_be_a_tunnel() {
    let cancel = CancellationToken::new();
    let calls_off = cancel.clone();
    let mut looked = 0;
    let answer = move |request: &Received| {
        if request.action() == "CreateVpnConnection" {
            return Answer::tencent(json!({"VpnConnection": {"VpnConnectionId": ""}}));
        }
        looked += 1;
        if looked == 2 {
            calls_off.cancel();
        }
        Answer::tencent(json!({"TotalCount": 0, "VpnConnectionSet": []}))
    };
    // What was just asked for is looked for a while longer.
    let server = Server::start(time_flies("DescribeVpnConnections", 3, answer)).await;
    let ctx = Ctx::new(Duration::from_secs(60), cancel);

    let error = client(&server.url()).create_connection(&ctx, REGION, &request()).await.unwrap_err();

    assert_eq!((error.class(), error.is_ambiguous()), (Class::Cancelled, true));
}

/// What reading `vpnx-1` gives when the service answers so.
async fn reading(answer: Answer) -> Result<Option<VpnConnection>> {
    let server = Server::scripted([answer]).await;
    client(&server.url()).connection(&ctx(), REGION, "vpnx-1").await
}

#[tokio::test]
async fn a_tunnel_is_gone_only_when_the_service_says_so() {
    for gone in [
        Answer::tencent(json!({"TotalCount": 0, "VpnConnectionSet": []})),
        Answer::tencent(json!({"TotalCount": 0, "VpnConnectionSet": null})),
        Answer::tencent_error("ResourceNotFound"),
    ] {
        let read = reading(gone.clone()).await;
        assert!(matches!(read, Ok(None)), "{gone:?}: {read:?}");
    }
    for unclear in [
        Answer::tencent(json!({})),
        Answer::tencent(json!({"VpnConnectionSet": []})),
        Answer::tencent(json!({"VpnConnectionSet": null})),
        Answer::tencent(json!({"TotalCount": 1, "VpnConnectionSet": []})),
        Answer::tencent(json!({"TotalCount": 1, "VpnConnectionSet": [{"VpnConnectionId": "vpnx-2"}]})),
        Answer::tencent_error("AuthFailure.SecretIdNotFound"),
        Answer::tencent_error("UnauthorizedOperation"),
        Answer::tencent_error("InvalidParameterValue.Malformed"),
        Answer::tencent_error("UnsupportedRegion"),
        Answer::Raw(404, &[], r#"{"Response":{"Error":{"Code":"ResourceNotFound","Message":""}}}"#.into()),
        Answer::Raw(404, &[], "<html>Not Found</html>".into()),
        Answer::Json(json!({})),
        Answer::Raw(200, &[], String::new()),
    ] {
        let read = reading(unclear.clone()).await;
        assert!(matches!(&read, Err(error) if !error.is_not_found()), "{unclear:?}: {read:?}");
    }
}

#[tokio::test]
async fn a_tunnel_is_read_by_its_id() {
    let server = Server::scripted([state("AVAILABLE")]).await;

    let read = client(&server.url()).connection(&ctx(), REGION, "vpnx-1").await.unwrap().unwrap();

    assert_eq!(read.state.as_deref(), Some("AVAILABLE"));
    let sent = server.requests().remove(0).json();
    assert_eq!(sent, json!({"VpnConnectionIds": ["vpnx-1"], "Limit": 1}));
}

#[tokio::test]
async fn all_pages_are_listed() {
    let server = Server::start(|request| {
        let offset = request.json()["Offset"].as_u64().unwrap();
        let page: Vec<_> =
            (offset..250.min(offset + 100)).map(|n| json!({"VpnConnectionId": format!("vpnx-{n}")})).collect();
        Answer::tencent(json!({"TotalCount": 250, "VpnConnectionSet": page}))
    })
    .await;

    let all = client(&server.url()).connections(&ctx(), REGION, &[]).await.unwrap();

    assert_eq!(all.len(), 250);
    assert_eq!(all[249].vpn_connection_id.as_deref(), Some("vpnx-249"));
    assert_eq!(server.requests().len(), 3);
}

fn state(state: &str) -> Answer {
    let tunnel = json!({"VpnConnectionId": "vpnx-1", "State": state});
    Answer::tencent(json!({"TotalCount": 1, "VpnConnectionSet": [tunnel]}))
}

fn nothing() -> Answer {
    Answer::tencent(json!({"TotalCount": 0, "VpnConnectionSet": []}))
}

#[tokio::test]
async fn waiting_ends_when_the_tunnel_is_available() {
    let server = Server::scripted([nothing(), state("PENDING"), state("PENDING"), state("AVAILABLE")]).await;

    let ready = client(&server.url()).wait_available(&ctx(), REGION, "vpnx-1").await.unwrap();

    assert_eq!(ready.state.as_deref(), Some("AVAILABLE"));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_tunnel_that_vanishes_ends_the_wait_for_it() {
    let server = Server::scripted([state("PENDING"), nothing()]).await;

    let error = client(&server.url()).wait_available(&ctx(), REGION, "vpnx-1").await.unwrap_err();

    assert!(error.is_not_found() && error.message().contains("vanished"), "{error}");
}

#[tokio::test]
async fn a_wait_that_takes_too_long_names_the_state() {
    let server = Server::start(time_flies(DescribeVpnConnections::NAME, 2, |_| state("DELETING"))).await;

    let error = client(&server.url()).wait_deleted(&brief(), REGION, "vpnx-1").await.unwrap_err();

    assert_eq!(error.class(), Class::Timeout);
    assert!(error.message().contains("vpnx-1 to be deleted"), "{error}");
    assert!(error.message().contains("last state DELETING"), "{error}");
}

#[tokio::test]
async fn waiting_for_a_deletion_ends_when_the_tunnel_is_gone() {
    let gone = Answer::tencent_error("ResourceNotFound");
    let server = Server::scripted([state("DELETING"), gone]).await;

    client(&server.url()).wait_deleted(&ctx(), REGION, "vpnx-1").await.unwrap();

    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_tunnel_that_failed_is_not_waited_for() {
    for failed in ["PENDING_ERROR", "UPDATING_ERROR", "deleting_error"] {
        let server = Server::scripted([state("PENDING"), state(failed)]).await;
        let error = client(&server.url()).wait_available(&ctx(), REGION, "vpnx-1").await.unwrap_err();
        let expected = format!("DescribeVpnConnections in {REGION}: vpnx-1 is {}", failed.to_ascii_uppercase());
        assert_eq!((error.class(), error.to_string()), (Class::Fatal, expected));
        assert!(error.hint().unwrap().contains("delete the tunnel there"), "{error}");
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_deletion_that_failed_is_not_waited_for() {
    // Why it is deleted may be seen for a while, and is no reason to give up.
    let server = Server::scripted([state("PENDING_ERROR"), state("DELETING"), state("DELETING_ERROR")]).await;
    let error = client(&server.url()).wait_deleted(&ctx(), REGION, "vpnx-1").await.unwrap_err();
    assert_eq!((error.class(), error.message()), (Class::Fatal, "vpnx-1 is DELETING_ERROR"));
    assert_eq!(server.requests().len(), 3);
}

/// What changing `vpnx-1` gives, and which actions it took.
async fn changing(answers: impl IntoIterator<Item = Answer>) -> (Result<()>, Vec<String>) {
    let server = Server::scripted(answers).await;
    let request = ModifyVpnConnectionAttribute { vpn_connection_id: "vpnx-1".into(), ..Default::default() };
    let result = client(&server.url()).modify_connection(&ctx(), REGION, &request).await;
    (result, server.actions())
}

#[tokio::test]
async fn a_tunnel_that_failed_is_not_changed_again_and_again() {
    for code in ["UnsupportedOperation.VpnConnInvalidState", "UnsupportedOperation.InvalidState"] {
        let refused = || Answer::tencent_error(code);
        let (result, actions) = changing([refused(), refused(), state("UPDATING_ERROR")]).await;
        let error = result.unwrap_err();
        assert_eq!((error.class(), error.message()), (Class::Fatal, "vpnx-1 is UPDATING_ERROR"));
        const CHANGE: &str = "ModifyVpnConnectionAttribute";
        assert_eq!(actions, [CHANGE, CHANGE, "DescribeVpnConnections"]);
    }
}

#[tokio::test]
async fn a_busy_tunnel_is_changed_when_it_is_available() {
    let done = || Answer::tencent(json!({}));
    let busy = || Answer::tencent_error("UnsupportedOperation.VpnConnInvalidState");
    let mutex = || Answer::tencent_error("UnsupportedOperation.MutexOperationTaskRunning");
    let count = |actions: &[String], action: &str| actions.iter().filter(|one| *one == action).count();

    // It is looked at only if it does not get better, and the last word is the service's.
    for (answers, changes, looks) in [
        (vec![done()], 1, 0),
        (vec![busy(), done()], 2, 0),
        (vec![mutex(), mutex(), mutex(), done()], 4, 0),
        (vec![busy(), mutex(), busy(), state("PENDING"), state("AVAILABLE"), done()], 4, 2),
        (vec![busy(), busy(), state("AVAILABLE"), busy(), busy(), busy(), done()], 6, 1),
    ] {
        let (result, actions) = changing(answers).await;
        result.unwrap();
        let counts = (count(&actions, "ModifyVpnConnectionAttribute"), count(&actions, "DescribeVpnConnections"));
        assert_eq!(counts, (changes, looks), "{actions:?}");
    }
}

#[tokio::test]
async fn deleting_what_is_gone_succeeds() {
    for code in ["ResourceNotFound", "UnsupportedOperation.RecordNotExists"] {
        let server = Server::scripted([Answer::tencent_error(code)]).await;
        let request = DeleteVpnConnection::default();
        client(&server.url()).delete_connection(&ctx(), REGION, &request).await.unwrap();
    }
    let server = Server::scripted([Answer::tencent_error("UnauthorizedOperation")]).await;
    let request = DeleteVpnConnection::default();
    assert!(client(&server.url()).delete_connection(&ctx(), REGION, &request).await.is_err());
}

#[tokio::test]
async fn tags_are_changed_ten_at_a_time_and_signed_for_their_service() {
    let server = Server::scripted([Answer::tencent(json!({}))]).await;
    let client = client(&server.url());
    let set: BTreeMap<_, _> = (0..12).map(|n| (format!("set{n:02}"), "v".to_owned())).collect();
    let remove = vec!["gone".to_owned()];

    client.change_tags(&ctx(), REGION, "vpnx-1", &BTreeMap::new(), &[]).await.unwrap();
    assert!(server.requests().is_empty());

    client.change_tags(&ctx(), REGION, "vpnx-1", &set, &remove).await.unwrap();
    let requests = server.requests();
    let sent: Vec<_> = requests.iter().map(Received::json).collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0]["Resource"], "qcs::vpc:ap-guangzhou:uin/:vpnx/vpnx-1");
    assert_eq!(sent[0]["ReplaceTags"].as_array().unwrap().len(), 10);
    assert_eq!(sent[0]["DeleteTags"], json!([{"TagKey": "gone"}]));
    assert_eq!(sent[1]["ReplaceTags"].as_array().unwrap().len(), 2);
    assert_eq!(sent[1].get("DeleteTags"), None);
    assert_eq!(requests[0].header("x-tc-version"), Some("2018-08-13"));
    assert!(requests[0].header("authorization").unwrap().contains("/tag/tc3_request"));
}
