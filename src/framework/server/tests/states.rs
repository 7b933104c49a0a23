//! Upgrade, move, import and identities.

use super::*;

#[tokio::test]
async fn a_state_of_this_version_is_read_with_what_it_lacks_and_without_what_it_has_too_much() {
    let upgraded = upgrade(3, r#"{ "id": "id-1", "name": "n", "size": 7, "removed": [1], "key": "leaked" }"#).await;
    assert_eq!(summaries(&upgraded.diagnostics), [""; 0]);
    let expected = Thing { id: "id-1".into(), size: 7.into(), ..thing("n") };
    assert_eq!(model(&upgraded.upgraded_state.unwrap()), Some(expected));
}

#[tokio::test]
async fn a_state_of_an_older_version_goes_through_the_upgrade() {
    let upgraded = upgrade(2, r#"{"id":"id-1","label":"n"}"#).await;
    assert_eq!(model(&upgraded.upgraded_state.unwrap()), Some(Thing { id: "id-1".into(), ..thing("n") }));
    let refused = upgrade(0, "{}").await;
    assert_eq!(summaries(&refused.diagnostics), ["Too old"]);
    assert!(refused.upgraded_state.is_none());
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_an_error() {
    for (version, json) in [(3, "{"), (2, "{"), (3, r#"{"size":"many"}"#), (3, "[]")] {
        let upgraded = upgrade(version, json).await;
        assert_eq!(summaries(&upgraded.diagnostics), ["Value does not fit the schema"], "{json}");
        assert!(upgraded.upgraded_state.is_none());
    }
    let raw_state = RawState { json: Bytes::new(), flatmap: true };
    for version in [1, 3] {
        let request = UpgradeRequest { type_name: "toy_thing".into(), version, raw_state: raw_state.clone() };
        let upgraded = Server::new(Toy).session().upgrade_resource_state(request).await;
        assert_eq!(summaries(&upgraded.diagnostics), ["State of an unsupported form"]);
    }
}

#[tokio::test]
async fn an_object_of_another_type_is_moved() {
    let moved = |source_type_name: &str| MoveRequest {
        source_provider_address: "registry.terraform.io/other/other".into(),
        source_type_name: source_type_name.into(),
        source_schema_version: 0,
        source_state: RawState { json: Bytes::from_static(b"{\"key\":\"k-1\"}"), flatmap: false },
        source_private: Bytes::from_static(b"theirs"),
        target_type_name: "toy_thing".into(),
    };
    let session = Server::new(Toy).session();
    let response = session.move_resource_state(moved("other_thing")).await;
    assert!(response.diagnostics.is_empty());
    let expected = Thing { id: "k-1".into(), ..Thing::default() };
    assert_eq!(model(&response.target_state.unwrap()), Some(expected));
    assert_eq!(response.target_private, Bytes::new());
    let refused = session.move_resource_state(moved("third_thing")).await;
    assert_eq!(summaries(&refused.diagnostics), ["Not this one"]);
    assert!(refused.target_state.is_none());
}

#[tokio::test]
async fn an_import_gives_a_stub_by_id_or_by_identity() {
    let session = session().await;
    let ty = Type::object([("id", Type::String), ("zone", Type::String)]);
    let identity = Raw::object([("id", "id-1".into()), ("zone", Raw::Null)]);
    let identity = codec::encode_dynamic(&identity, &ty).unwrap();
    for (id, identity) in [("id-1", None), ("", Some(identity))] {
        let request = ImportRequest {
            type_name: "toy_thing".into(),
            id: id.into(),
            identity,
            capabilities: ClientCapabilities::default(),
        };
        let response = session.import_resource_state(request).await;
        assert!(response.diagnostics.is_empty());
        let imported = response.imported.unwrap();
        assert_eq!(imported.type_name, "toy_thing");
        assert_eq!(model(&imported.state), Some(Thing { id: "id-1".into(), ..Thing::default() }));
        assert_eq!(imported.private, br#"{"imported":true}"#[..]);
        assert!(imported.identity.is_some());
    }
}

#[tokio::test]
async fn an_identity_that_is_not_known_or_lacks_a_part_is_refused_at_it() {
    let session = session().await;
    let ty = Type::object([("id", Type::String), ("zone", Type::String)]);
    for (identity, summary) in [
        (Raw::object([("id", Raw::unknown()), ("zone", Raw::Null)]), "Unknown identity"),
        (Raw::object([("id", "id-1".into()), ("zone", Raw::unknown())]), "Unknown identity"),
        (Raw::object([("id", Raw::Null), ("zone", "z".into())]), "Incomplete identity"),
    ] {
        let identity = Some(codec::encode_dynamic(&identity, &ty).unwrap());
        let (id, capabilities) = (String::new(), ClientCapabilities::default());
        let request = ImportRequest { type_name: "toy_thing".into(), id, identity, capabilities };
        let response = session.import_resource_state(request).await;
        assert_eq!(summaries(&response.diagnostics), [summary]);
        assert!(response.imported.is_none());
    }
}

#[tokio::test]
async fn a_stored_identity_is_read_again() {
    let request = |json: &'static str| UpgradeRequest {
        type_name: "toy_thing".into(),
        version: 0,
        raw_state: RawState { json: Bytes::from_static(json.as_bytes()), flatmap: false },
    };
    let session = Server::new(Toy).session();
    let upgraded = session.upgrade_resource_identity(request(r#"{"id":"id-1","zone":null}"#)).await;
    assert!(upgraded.diagnostics.is_empty() && upgraded.upgraded_identity.is_some());
    let refused = session.upgrade_resource_identity(request("{")).await;
    assert!(refused.diagnostics.has_errors() && refused.upgraded_identity.is_none());
}

async fn upgrade(version: i64, json: &str) -> UpgradeResponse {
    let raw_state = RawState { json: Bytes::copy_from_slice(json.as_bytes()), flatmap: false };
    let request = UpgradeRequest { type_name: "toy_thing".into(), version, raw_state };
    // No provider configuration is needed.
    Server::new(Toy).session().upgrade_resource_state(request).await
}
