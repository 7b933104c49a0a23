//! Tests of `gateway_routes.rs`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future;
use serde_json::{Value, json};

use super::*;
use crate::cloud::error::Class;
use crate::cloud::tencent::client::tests::{client, ctx};
use crate::cloud::testing::{Answer, Received, Server};

const REGION: &str = "ap-guangzhou";
const GATEWAY: &str = "vpngw-1";

/// A gateway's table, and what happens to the next creates.
#[derive(Default)]
struct Service {
    routes: Vec<Value>,
    creates: Vec<Create>,
    gone: bool,
}

#[derive(Clone, Debug)]
enum Create {
    /// Executed, then this answer.
    ExecutedThen(Answer),
    /// Executed and answered without ids.
    NoIds,
}

impl Service {
    async fn start(self) -> (Server, Arc<Mutex<Self>>) {
        let service = Arc::new(Mutex::new(self));
        let server = Server::start({
            let service = Arc::clone(&service);
            move |request: &Received| service.lock().unwrap().answer(&request.action(), &request.json())
        });
        (server.await, service)
    }

    fn answer(&mut self, action: &str, request: &Value) -> Answer {
        assert_eq!(request["VpnGatewayId"], GATEWAY);
        if self.gone {
            return Answer::tencent_error("ResourceNotFound");
        }
        match action {
            "DescribeVpnGatewayRoutes" => self.describe(request),
            "CreateVpnGatewayRoutes" => self.create(request),
            "ModifyVpnGatewayRoutes" => Answer::tencent(json!({"Routes": []})),
            "DeleteVpnGatewayRoutes" => self.delete(request),
            other => panic!("unexpected {other}"),
        }
    }

    fn describe(&self, request: &Value) -> Answer {
        let filters = request["Filters"].as_array().cloned().unwrap_or_default();
        let passes = |route: &&Value| {
            filters.iter().all(|filter| {
                let member = if filter["Name"] == "DestinationCidr" { "DestinationCidrBlock" } else { "InstanceId" };
                filter["Values"].as_array().unwrap().contains(&route[member])
            })
        };
        let found: Vec<_> = self.routes.iter().filter(passes).cloned().collect();
        let (offset, limit) =
            (request["Offset"].as_u64().unwrap() as usize, request["Limit"].as_u64().unwrap() as usize);
        let page: Vec<_> = found.iter().skip(offset).take(limit).collect();
        Answer::tencent(json!({"TotalCount": found.len(), "Routes": page}))
    }

    fn create(&mut self, request: &Value) -> Answer {
        let asked = request["Routes"].as_array().unwrap().clone();
        let taken = |route: &&Value| {
            self.routes.iter().any(|there| there["DestinationCidrBlock"] == route["DestinationCidrBlock"])
        };
        if asked.iter().any(|route| taken(&route)) {
            return Answer::tencent_error("InvalidParameterValue.VpnGatewayRouteDuplicate");
        }
        let mut made = asked;
        for route in &mut made {
            route["RouteId"] = json!(format!("vpnr-{}", self.routes.len()));
            self.routes.push(route.clone());
        }
        match self.creates.pop() {
            Some(Create::ExecutedThen(answer)) => answer,
            Some(Create::NoIds) => Answer::tencent(json!({"Routes": []})),
            None => Answer::tencent(json!({"Routes": made})),
        }
    }

    fn delete(&mut self, request: &Value) -> Answer {
        let ids = request["RouteIds"].as_array().unwrap();
        let is_one = |route: &Value| ids.contains(&route["RouteId"]);
        if self.routes.iter().filter(|route| is_one(route)).count() < ids.len() {
            return Answer::tencent_error("ResourceNotFound");
        }
        self.routes.retain(|route| !is_one(route));
        Answer::tencent(json!({}))
    }
}

fn route(number: usize) -> VpnGatewayRoute {
    VpnGatewayRoute {
        destination_cidr_block: Some(format!("10.{}.{}.0/24", number / 250, number % 250)),
        instance_type: Some("VPNCONN".into()),
        instance_id: Some("vpnx-1".into()),
        priority: Some(0),
        status: Some("ENABLE".into()),
        ..Default::default()
    }
}

/// The route with this number as the service has it.
fn there(number: usize) -> Value {
    let mut there = serde_json::to_value(route(number)).unwrap();
    there["RouteId"] = json!(format!("vpnr-{number}"));
    there
}

fn table(count: usize) -> Service {
    Service { routes: (0..count).map(there).collect(), ..Default::default() }
}

async fn creating(client: &Client, numbers: std::ops::Range<usize>) -> Vec<Result<String>> {
    let ctx = ctx();
    future::join_all(numbers.map(|number| client.create_gateway_route(&ctx, REGION, GATEWAY, route(number)))).await
}

fn count(server: &Server, action: &str) -> usize {
    server.actions().iter().filter(|found| *found == action).count()
}

#[tokio::test]
async fn routes_that_come_together_are_made_in_one_call() {
    let (server, _) = Service::default().start().await;
    let made = creating(&client(&server.url()), 0..10).await;
    let ids: Vec<_> = made.into_iter().map(Result::unwrap).collect();
    assert_eq!(ids, (0..10).map(|number| format!("vpnr-{number}")).collect::<Vec<_>>());
    assert_eq!((count(&server, "CreateVpnGatewayRoutes"), server.requests().len()), (1, 2));
}

#[tokio::test]
async fn a_route_that_is_refused_takes_no_other_with_it() {
    let (server, service) = table(1).start().await;
    let made = creating(&client(&server.url()), 0..3).await;
    let error = made[0].as_ref().unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterValue.VpnGatewayRouteDuplicate"));
    assert!(made[1].is_ok() && made[2].is_ok());
    assert_eq!(service.lock().unwrap().routes.len(), 3);
}

#[tokio::test]
async fn creates_of_unknown_outcome_are_found_and_not_repeated() {
    for answer in [Answer::Drop, Answer::Cut("{"), Answer::tencent_error("InternalError")] {
        for routes in [1, 3] {
            let creates = vec![Create::ExecutedThen(answer.clone())];
            let (server, service) = Service { creates, ..Service::default() }.start().await;
            let made = creating(&client(&server.url()), 0..routes).await;
            assert!(made.iter().all(Result::is_ok), "{answer:?}: {made:?}");
            assert_eq!(service.lock().unwrap().routes.len(), routes);
            assert_eq!(count(&server, "CreateVpnGatewayRoutes"), 1);
        }
    }
}

#[tokio::test]
async fn routes_whose_ids_are_not_answered_are_looked_up() {
    for routes in [1, 3] {
        let (server, service) = Service { creates: vec![Create::NoIds], ..table(1) }.start().await;
        let made = creating(&client(&server.url()), 7..7 + routes).await;
        let ids: Vec<_> = made.into_iter().map(Result::unwrap).collect();
        assert_eq!(ids, (1..=routes).map(|number| format!("vpnr-{number}")).collect::<Vec<_>>());
        assert_eq!(service.lock().unwrap().routes.len(), 1 + routes);
        assert_eq!(count(&server, "CreateVpnGatewayRoutes"), 1);
    }
}

#[tokio::test]
async fn three_hundred_routes_are_read_in_three_calls() {
    let (server, _) = table(300).start().await;
    let (client, ctx) = (client(&server.url()), ctx());
    for wave in 0..30 {
        let ids: Vec<_> = (wave * 10..wave * 10 + 10).map(|number| format!("vpnr-{number}")).collect();
        let read = ids.iter().map(|id| client.gateway_route(&ctx, REGION, GATEWAY, id));
        assert!(future::try_join_all(read).await.unwrap().iter().all(Option::is_some));
    }
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_route_is_gone_when_two_listings_lack_it_or_the_gateway_is() {
    let (server, service) = table(2).start().await;
    let client = client(&server.url());
    assert!(client.gateway_route(&ctx(), REGION, GATEWAY, "vpnr-9").await.unwrap().is_none());
    assert_eq!(server.requests().len(), 2);
    service.lock().unwrap().gone = true;
    // What was listed a moment ago may be served.
    client.inner.routes.written(REGION);
    assert!(client.gateway_route(&ctx(), REGION, GATEWAY, "vpnr-1").await.unwrap().is_none());
}

#[tokio::test]
async fn a_listing_that_says_nothing_is_no_word_that_a_route_is_gone() {
    let server = Server::scripted([Answer::tencent(json!({}))]).await;
    let error = client(&server.url()).gateway_route(&ctx(), REGION, GATEWAY, "vpnr-1").await.unwrap_err();
    assert_eq!(error.class(), Class::Fatal);
}

#[tokio::test]
async fn a_listing_that_is_given_up_says_what_was_asked_for_and_where() {
    let server = Server::scripted([Answer::Hang]).await;
    let (client, patient, impatient) = (client(&server.url()), ctx(), ctx().with_timeout(Duration::from_millis(100)));
    // One waits for the listing of the other.
    let error = tokio::select! {
        biased;
        _ = client.gateway_route(&patient, REGION, GATEWAY, "vpnr-1") => panic!("there is no answer"),
        read = client.gateway_route(&impatient, REGION, GATEWAY, "vpnr-1") => read.unwrap_err(),
    };
    let said = format!("DescribeVpnGatewayRoutes in {REGION}: gave up reading the table of {GATEWAY}");
    assert_eq!((error.class(), error.to_string()), (Class::Timeout, said));
}

#[tokio::test]
async fn routes_that_come_together_are_deleted_in_one_call() {
    let (server, service) = table(5).start().await;
    let (client, ctx) = (client(&server.url()), ctx());
    let ids: Vec<_> = (0..4).map(|number| format!("vpnr-{number}")).collect();
    let delete = ids.iter().map(|id| client.delete_gateway_route(&ctx, REGION, GATEWAY, id));
    future::try_join_all(delete).await.unwrap();
    assert_eq!(server.requests().len(), 1);
    assert_eq!(service.lock().unwrap().routes.len(), 1);
    // One that is gone already takes no other with it.
    let ids = ["vpnr-0", "vpnr-4"];
    let delete = ids.iter().map(|id| client.delete_gateway_route(&ctx, REGION, GATEWAY, id));
    future::try_join_all(delete).await.unwrap();
    assert!(service.lock().unwrap().routes.is_empty());
}

#[tokio::test]
async fn routes_that_change_together_change_in_one_call() {
    let (server, _) = table(3).start().await;
    let (client, ctx) = (client(&server.url()), ctx());
    let change = |number: usize| VpnGatewayRouteModify {
        route_id: format!("vpnr-{number}"),
        status: Some("DISABLE".into()),
        description: None,
    };
    let changes = (0..2).map(|number| client.modify_gateway_route(&ctx, REGION, GATEWAY, change(number)));
    future::try_join_all(changes).await.unwrap();
    let sent = json!({
        "VpnGatewayId": GATEWAY,
        "Routes": [{"RouteId": "vpnr-0", "Status": "DISABLE"}, {"RouteId": "vpnr-1", "Status": "DISABLE"}],
    });
    assert_eq!(server.requests().iter().map(Received::json).collect::<Vec<_>>(), [sent]);
}

/// What is there before a create is known from the last listing, and one listing after it tells of all that were made together.
#[tokio::test]
async fn a_wave_of_creates_costs_one_listing() {
    let (server, _) = Service::default().start().await;
    let (client, ctx) = (client(&server.url()), ctx());
    for wave in 0..6 {
        let made = (wave * 10..wave * 10 + 10).map(async |number| {
            let id = client.create_gateway_route(&ctx, REGION, GATEWAY, route(number)).await.unwrap();
            client.wait_gateway_route(&ctx, REGION, GATEWAY, &id).await.unwrap()
        });
        future::join_all(made).await;
    }
    assert_eq!(count(&server, "CreateVpnGatewayRoutes"), 6);
    assert_eq!(count(&server, "DescribeVpnGatewayRoutes"), 1 + 6);
}

/// The proof does not suffer: what this process made before is not taken for what a create of unknown outcome made.
#[tokio::test]
async fn what_was_made_since_the_listing_is_not_found_again() {
    let (server, service) = Service::default().start().await;
    let (client, ctx) = (client(&server.url()), ctx());
    for result in creating(&client, 0..3).await {
        client.wait_gateway_route(&ctx, REGION, GATEWAY, &result.unwrap()).await.unwrap();
    }
    creating(&client, 3..6).await.into_iter().for_each(|result| drop(result.unwrap()));
    // Gone without a word, and wanted again: the entries of before are known by their ids.
    service.lock().unwrap().creates = vec![Create::NoIds];
    let made = creating(&client, 6..9).await;
    let ids: Vec<_> = made.into_iter().map(Result::unwrap).collect();
    assert_eq!(ids, (6..9).map(|number| format!("vpnr-{number}")).collect::<Vec<_>>());
}
