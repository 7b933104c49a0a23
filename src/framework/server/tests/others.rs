//! Validation, configuration, and everything that is no managed resource.

use futures_util::StreamExt;

use super::*;

#[tokio::test]
async fn a_configuration_is_validated_with_what_is_known() {
    let session = Server::new(Toy).session();
    let validate = |type_name: &str, config| {
        let capabilities = ClientCapabilities { write_only_attributes_allowed: true, deferral_allowed: false };
        session.validate_resource_config(ValidateRequest { type_name: type_name.into(), config, capabilities })
    };
    assert!(validate("toy_thing", wire(&thing("fine"))).await.is_empty());
    let unknown = Thing { name: Value::Unknown, ..Thing::default() };
    assert!(validate("toy_thing", wire(&unknown)).await.is_empty());
    let long = validate("toy_thing", wire(&thing("longer than is allowed"))).await;
    assert_eq!(summaries(&long), ["Wrong length"]);
    assert_eq!(summaries(&validate("toy_nothing", null()).await), ["Unknown type"]);
    let refused = validate("toy_thing", malformed()).await;
    assert_eq!(refused.iter().next().unwrap().path, Path::from("name"));
}

#[tokio::test]
async fn a_provider_is_validated_and_configured_as_often_as_asked() {
    let session = Server::new(Toy).session();
    let bad = wire(&Config { mood: "bad".into() });
    let validated = session.validate_provider_config(bad.clone()).await;
    assert_eq!(validated.iter().next().unwrap().path, Path::from("mood"));
    assert_eq!(summaries(&session.configure_provider(configure(bad)).await), ["Bad mood"]);
    assert!(session.operation(&[]).is_err());
    for mood in [Value::Null, Value::Unknown, "good".into()] {
        let config = wire(&Config { mood });
        assert!(session.validate_provider_config(config.clone()).await.is_empty());
        assert!(session.configure_provider(configure(config)).await.is_empty());
    }
    assert!(session.operation(&[]).is_ok());
}

#[tokio::test]
async fn sessions_do_not_share_their_configuration_or_their_end() {
    let server = Server::new(Toy);
    let (first, second) = (server.session(), server.session());
    assert!(first.configure_provider(configure(wire(&Config::default()))).await.is_empty());
    assert!(second.operation(&[]).is_err());
    second.stop_provider();
    assert!(!first.operation(&[]).unwrap().cancel.is_cancelled());

    // The server's end is that of all, also of those that come late.
    server.stop();
    for session in [first, server.session()] {
        assert!(session.configure_provider(configure(wire(&Config::default()))).await.is_empty());
        assert!(session.operation(&[]).unwrap().cancel.is_cancelled());
    }
}

#[tokio::test]
async fn everything_there_is_is_named_and_has_a_schema() {
    let server = Server::new(Toy);
    let metadata = server.metadata();
    assert_eq!((metadata.resources, metadata.data_sources), (vec!["toy_thing"], vec!["toy_look"]));
    assert_eq!((metadata.ephemeral_resources, metadata.functions), (vec!["toy_pass"], vec!["twice"]));
    assert_eq!((metadata.list_resources, metadata.actions), (vec!["toy_thing"], vec!["toy_poke"]));
    let schema = server.schema();
    assert_eq!(summaries(&schema.diagnostics), [""; 0]);
    assert_eq!(schema.resources["toy_thing"].version, 3);
    assert_eq!(schema.identities["toy_thing"].attributes.len(), 2);
}

#[tokio::test]
async fn a_data_source_is_read() {
    let session = session().await;
    let read = |type_name: &str, name: &str| {
        let config = wire(&Look { name: name.into(), ..Look::default() });
        session.read_data_source(ReadDataSourceRequest { type_name: type_name.into(), config })
    };
    let found = read("toy_look", "something").await;
    assert_eq!(model::<Look>(&found.state.unwrap()).unwrap().found.as_deref(), Some("found"));
    let missing = read("toy_look", "nothing").await;
    assert_eq!((summaries(&missing.diagnostics), missing.state), (vec!["Not found"], None));
    assert_eq!(summaries(&read("toy_thing", "x").await.diagnostics), ["Unknown type"]);
}

#[tokio::test]
async fn an_ephemeral_resource_is_opened_renewed_and_closed_with_its_private_data() {
    let session = session().await;
    let config = wire(&Pass::default());
    let opened = session.open_ephemeral_resource(OpenEphemeralRequest { type_name: "toy_pass".into(), config }).await;
    assert!(opened.diagnostics.is_empty());
    assert_eq!(model::<Pass>(&opened.result.unwrap()).unwrap().token.as_deref(), Some("token"));
    assert_eq!((&opened.private[..], opened.renew_at), (&br#"{"lease":1}"#[..], Some(std::time::UNIX_EPOCH)));
    let request = |private| EphemeralRequest { type_name: "toy_pass".into(), private };
    let renewed = session.renew_ephemeral_resource(request(opened.private.clone())).await;
    assert_eq!((&renewed.private[..], renewed.renew_at), (&br#"{"lease":2}"#[..], None));
    assert!(session.close_ephemeral_resource(request(opened.private)).await.is_empty());
    assert_eq!(summaries(&session.close_ephemeral_resource(request(Bytes::new())).await), ["No lease"]);
}

#[tokio::test]
async fn functions_need_no_configured_provider() {
    let session = Server::new(Toy).session();
    let text = |text: &str| codec::encode_dynamic(&Raw::from(text), &Type::String).unwrap();
    let call = |name: &str, arguments| session.call_function(CallFunctionRequest { name: name.into(), arguments });
    assert_eq!(call("twice", vec![text("ab")]).await.unwrap(), text("abab"));
    assert_eq!(call("twice", vec![text("")]).await.unwrap_err().argument, Some(0));
    assert_eq!(call("twice", vec![text("a"), text("b")]).await.unwrap_err().argument, Some(1));
    assert!(call("thrice", vec![]).await.is_err());
    // Fewer arguments than parameters: Terraform never sends that, a panic would be no answer.
    assert!(call("twice", vec![]).await.is_err());
}

#[tokio::test]
async fn a_listing_ends_where_the_client_has_enough() {
    let session = session().await;
    let list = |total: i64, limit, include_resource_object| {
        let config = wire(&Things { total: total.into() });
        let type_name = "toy_thing".into();
        session.list_resource(ListRequest { type_name, config, include_resource_object, limit }).collect::<Vec<_>>()
    };
    let some = list(5, 2, true).await;
    assert_eq!(some.iter().map(|e| e.display_name.as_str()).collect::<Vec<_>>(), ["thing 0", "thing 1"]);
    assert!(some.iter().all(|e| e.identity.is_some() && e.resource_object.is_some()));
    let all = list(1, 100, false).await;
    assert!(all[0].resource_object.is_none());
    assert_eq!(summaries(&all[1].diagnostics), ["The end"]);
}

#[tokio::test]
async fn an_action_tells_its_progress_and_completes_once() {
    let session = session().await;
    let request =
        |force: i64| ActionRequest { type_name: "toy_poke".into(), config: wire(&Poke { force: force.into() }) };
    assert!(session.plan_action(request(1)).await.is_empty());
    for (force, expected) in [(1, vec![]), (9, vec!["Too hard"])] {
        let events: Vec<_> = session.invoke_action(request(force)).collect().await;
        let [ActionEvent::Progress(line), ActionEvent::Completed(diagnostics)] = &events[..] else {
            panic!("progress, then the end: {events:?}")
        };
        assert_eq!((line.as_str(), summaries(diagnostics)), ("poking", expected));
    }
}
