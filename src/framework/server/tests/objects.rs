//! Plan, apply and read.

use super::*;

#[tokio::test]
async fn a_create_is_planned_and_made() {
    let session = session().await;
    let config = Thing { key: "hush".into(), zone: "a".into(), ..thing("fine") };
    let planned = session.plan_resource_change(plan(None, Some(&config))).await;
    assert_eq!(summaries(&planned.diagnostics), [""; 0]);
    let expected =
        Thing { id: Value::Unknown, address: Value::Unknown, any: Value::Unknown, key: Value::Null, ..config.clone() };
    assert_eq!(model::<Thing>(&planned.planned_state), Some(expected));
    assert_eq!((planned.requires_replace, planned.planned_identity), (vec![], None));

    let request = apply(None, Some(&planned.planned_state), Some(&config), planned.planned_private);
    let applied = session.apply_resource_change(request).await;
    assert_eq!(summaries(&applied.diagnostics), ["Made"]);
    assert_eq!(model(&applied.new_state), Some(Thing { zone: "a".into(), ..made("fine") }));
    assert_eq!(applied.private, br#"{"task":"t-1"}"#[..]);
    let identity = Type::object([("id", Type::String), ("zone", Type::String)]);
    let identity = codec::decode_dynamic(&applied.new_identity.unwrap(), &identity).unwrap();
    assert_eq!(identity, Raw::object([("id", "id-1".into()), ("zone", "a".into())]));
}

#[tokio::test]
async fn a_create_that_fails_keeps_what_was_saved() {
    let session = session().await;
    let create = |name: &'static str| {
        let planned = Thing { id: Value::Unknown, address: Value::Unknown, any: Value::Unknown, ..thing(name) };
        apply(None, Some(&wire(&planned)), Some(&thing(name)), Bytes::new())
    };
    let half = session.apply_resource_change(create("half")).await;
    assert_eq!(summaries(&half.diagnostics), ["Half of it was made"]);
    // Nothing unknown is left.
    assert_eq!(model(&half.new_state), Some(Thing { id: "id-1".into(), ..thing("half") }));
    assert_eq!(half.private, br#"{"task":"t-1"}"#[..]);
    let panicked = session.apply_resource_change(create("panics")).await;
    assert_eq!(summaries(&panicked.diagnostics), ["The provider crashed"]);
    assert_eq!(model(&panicked.new_state), Some(Thing { id: "id-1".into(), ..thing("panics") }));
    assert_eq!(panicked.private, br#"{"task":"t-1"}"#[..]);
    let misfit = session.apply_resource_change(create("misfit")).await;
    assert!(summaries(&misfit.diagnostics).contains(&"Invalid value from the provider"));
    assert_eq!(model(&misfit.new_state), Some(Thing { id: "id-1".into(), ..thing("misfit") }));
    let nothing = session.apply_resource_change(create("nothing")).await;
    assert_eq!(summaries(&nothing.diagnostics), ["Nothing was made"]);
    assert_eq!(model::<Thing>(&nothing.new_state), None);
}

#[tokio::test]
async fn an_update_that_fails_keeps_what_is_there() {
    let session = session().await;
    let update = |name: &'static str| {
        let planned = Thing { size: 2.into(), ..made(name) };
        let config = Thing { size: 2.into(), ..thing(name) };
        apply(Some(&made("old")), Some(&wire(&planned)), Some(&config), Bytes::from_static(b"{\"task\":\"t-1\"}"))
    };
    let half = session.apply_resource_change(update("half")).await;
    assert_eq!(summaries(&half.diagnostics), ["Only the size was changed"]);
    assert_eq!(model(&half.new_state), Some(Thing { size: 2.into(), ..made("old") }));
    let nothing = session.apply_resource_change(update("nothing")).await;
    assert_eq!(model(&nothing.new_state), Some(made("old")));
    let fine = session.apply_resource_change(update("fine")).await;
    assert_eq!(model(&fine.new_state), Some(Thing { size: 2.into(), ..made("fine") }));
    for response in [half, nothing, fine] {
        assert_eq!(response.private, br#"{"task":"t-1"}"#[..]);
    }
}

#[tokio::test]
async fn what_cannot_be_deleted_stays() {
    let session = session().await;
    let private = Bytes::from_static(b"{\"task\":\"t-1\"}");
    let delete = |name| apply(Some(&made(name)), None, None, private.clone());
    let kept = session.apply_resource_change(delete("eternal")).await;
    assert_eq!(summaries(&kept.diagnostics), ["Cannot be deleted"]);
    assert_eq!((model(&kept.new_state), &kept.private), (Some(made("eternal")), &private));
    let gone = session.apply_resource_change(delete("fine")).await;
    assert!(gone.diagnostics.is_empty());
    assert_eq!((model::<Thing>(&gone.new_state), gone.new_identity, gone.private), (None, None, Bytes::new()));
}

#[tokio::test]
async fn a_destroy_is_planned_with_its_private_data() {
    let private = Bytes::from_static(b"opaque");
    let request = PlanRequest { prior_private: private.clone(), ..plan(Some(&made("fine")), None) };
    // It needs no configured provider.
    let planned = Server::new(Toy).session().plan_resource_change(request).await;
    assert!(planned.diagnostics.is_empty());
    assert_eq!((model::<Thing>(&planned.planned_state), planned.planned_private), (None, private));
}

#[tokio::test]
async fn a_plan_keeps_private_data_and_names_what_needs_a_new_object() {
    let session = session().await;
    let private = Bytes::from_static(b"{\"task\":\"t-1\"}");
    let prior = Thing { zone: "a".into(), ..made("fine") };
    let config = Thing { zone: "b".into(), ..thing("fine") };
    let request = PlanRequest { prior_private: private.clone(), ..plan(Some(&prior), Some(&config)) };
    let planned = session.plan_resource_change(request).await;
    assert_eq!((planned.requires_replace, planned.planned_private), (vec![Path::from("zone")], private));
    assert!(planned.planned_identity.is_some());
}

#[tokio::test]
async fn a_plan_that_fails_is_null() {
    let planned = session().await.plan_resource_change(plan(None, Some(&thing("unplannable")))).await;
    assert_eq!(summaries(&planned.diagnostics), ["Cannot be planned"]);
    assert_eq!(model::<Thing>(&planned.planned_state), None);
}

#[tokio::test]
async fn only_what_is_certainly_gone_leaves_the_state() {
    let session = session().await;
    let private = Bytes::from_static(b"{\"task\":\"t-1\"}");
    let read = |name| ReadRequest {
        type_name: "toy_thing".into(),
        current_state: wire(&made(name)),
        private: private.clone(),
        current_identity: None,
        capabilities: ClientCapabilities::default(),
    };
    let fine = session.read_resource(read("fine")).await;
    assert_eq!(model(&fine.new_state), Some(Thing { address: "192.0.2.2".into(), ..made("fine") }));
    assert_eq!(fine.private, private);
    assert!(fine.new_identity.is_some());
    let unreadable = session.read_resource(read("unreadable")).await;
    assert_eq!(summaries(&unreadable.diagnostics), ["Cannot be read"]);
    assert_eq!((model(&unreadable.new_state), &unreadable.private), (Some(made("unreadable")), &private));
    let gone = session.read_resource(read("gone")).await;
    assert!(gone.diagnostics.is_empty());
    assert_eq!(model::<Thing>(&gone.new_state), None);
}

#[tokio::test]
async fn stop_provider_ends_a_create_that_waits() {
    let session = session().await;
    let waits = session.state.data.read().unwrap().clone().unwrap().downcast::<CancellationToken>().unwrap();
    let planned = Thing { id: Value::Unknown, address: Value::Unknown, any: Value::Unknown, ..thing("slow") };
    let create = session.apply_resource_change(apply(None, Some(&wire(&planned)), Some(&thing("slow")), Bytes::new()));
    let stop = async {
        waits.cancelled().await;
        session.stop_provider();
    };
    let (stopped, ()) = tokio::join!(create, stop);
    assert_eq!(summaries(&stopped.diagnostics), ["Interrupted"]);
    assert_eq!(model(&stopped.new_state), Some(Thing { id: "id-1".into(), ..thing("slow") }));
}

/// Nothing is lost by an answer to a request that makes no sense.
#[tokio::test]
async fn a_request_that_cannot_be_served_changes_nothing() {
    let private = Bytes::from_static(b"{\"task\":\"t-1\"}");
    let state = wire(&made("fine"));
    // Terraform stores the identity that it is answered, so that none would erase it.
    let identity = Some(DynamicValue { msgpack: Bytes::from_static(b"opaque"), json: Bytes::new() });
    let unconfigured = Server::new(Toy).session();
    let configured = session().await;
    for (session, type_name, config, summary) in [
        (&unconfigured, "toy_thing", wire(&thing("fine")), "Provider not configured"),
        (&configured, "toy_nothing", wire(&thing("fine")), "Unknown type"),
        (&configured, "toy_thing", malformed(), "Value does not fit the schema"),
    ] {
        let request = ApplyRequest {
            type_name: type_name.into(),
            prior_state: state.clone(),
            planned_state: state.clone(),
            config: config.clone(),
            planned_private: private.clone(),
            planned_identity: identity.clone(),
        };
        let applied = session.apply_resource_change(request).await;
        assert_eq!(summaries(&applied.diagnostics), [summary]);
        assert_eq!((&applied.new_state, &applied.private, &applied.new_identity), (&state, &private, &identity));

        let request = PlanRequest { type_name: type_name.into(), config: config.clone(), ..plan(None, None) };
        let planned = session.plan_resource_change(request).await;
        assert_eq!(summaries(&planned.diagnostics), [summary]);

        let current_state = if summary.starts_with("Value") { config } else { state.clone() };
        let request = ReadRequest {
            type_name: type_name.into(),
            current_state: current_state.clone(),
            private: private.clone(),
            current_identity: identity.clone(),
            capabilities: ClientCapabilities::default(),
        };
        let read = session.read_resource(request).await;
        assert_eq!(summaries(&read.diagnostics), [summary]);
        assert_eq!((&read.new_state, &read.private, &read.new_identity), (&current_state, &private, &identity));
    }
}

#[tokio::test]
async fn a_malformed_value_is_named_by_its_path() {
    let request = PlanRequest { config: malformed(), ..plan(None, None) };
    let planned = session().await.plan_resource_change(request).await;
    let paths: Vec<_> = planned.diagnostics.iter().map(|d| d.path.to_string()).collect();
    assert_eq!(paths, ["name"]);
}

fn plan(prior: Option<&Thing>, config: Option<&Thing>) -> PlanRequest {
    PlanRequest {
        type_name: "toy_thing".into(),
        prior_state: prior.map_or_else(null, wire),
        proposed_new_state: config.map_or_else(null, wire),
        config: config.map_or_else(null, wire),
        prior_private: Bytes::new(),
        capabilities: ClientCapabilities::default(),
    }
}

fn apply(
    prior: Option<&Thing>,
    planned: Option<&DynamicValue>,
    config: Option<&Thing>,
    private: Bytes,
) -> ApplyRequest {
    ApplyRequest {
        type_name: "toy_thing".into(),
        prior_state: prior.map_or_else(null, wire),
        planned_state: planned.cloned().unwrap_or_else(null),
        config: config.map_or_else(null, wire),
        planned_private: private,
        planned_identity: None,
    }
}
