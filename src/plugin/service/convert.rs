//! Parts that many messages share, from and to protobuf.

use std::time::SystemTime;

use super::super::proto::tfplugin6 as pb;
use crate::framework::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::framework::path::{Path, Step};
use crate::framework::server::{ClientCapabilities, DynamicValue, Pointed, RawState, ServerCapabilities};

/// A value as it came; an absent one is null.
pub(super) fn value(value: Option<pb::DynamicValue>) -> DynamicValue {
    let pb::DynamicValue { msgpack, json } = value.unwrap_or_default();
    DynamicValue { msgpack, json }
}

/// A value as it goes out, always present.
pub(super) fn to_value(value: DynamicValue) -> Option<pb::DynamicValue> {
    Some(pb::DynamicValue { msgpack: value.msgpack, json: value.json })
}

pub(super) fn raw_state(state: Option<pb::RawState>) -> RawState {
    let state = state.unwrap_or_default();
    RawState { flatmap: state.json.is_empty() && !state.flatmap.is_empty(), json: state.json }
}

pub(super) fn identity(identity: Option<pb::ResourceIdentityData>) -> Option<DynamicValue> {
    identity.map(|identity| value(identity.identity_data))
}

pub(super) fn to_identity(identity: Option<DynamicValue>) -> Option<pb::ResourceIdentityData> {
    identity.map(|identity| pb::ResourceIdentityData { identity_data: to_value(identity) })
}

pub(super) fn client(capabilities: Option<pb::ClientCapabilities>) -> ClientCapabilities {
    let capabilities = capabilities.unwrap_or_default();
    ClientCapabilities {
        deferral_allowed: capabilities.deferral_allowed,
        write_only_attributes_allowed: capabilities.write_only_attributes_allowed,
    }
}

pub(super) fn server(capabilities: ServerCapabilities) -> pb::ServerCapabilities {
    let ServerCapabilities { plan_destroy, schema_optional, move_resource_state, generate_resource_config } =
        capabilities;
    pb::ServerCapabilities {
        plan_destroy,
        get_provider_schema_optional: schema_optional,
        move_resource_state,
        generate_resource_config,
    }
}

/// Terraform never shows a path: a summary that is about a member of a nested attribute begins with it, a detail about another part of
/// something. `pointed` tells where a path leads.
pub(super) fn diagnostics(diagnostics: Diagnostics, pointed: impl Fn(&Path) -> Pointed) -> Vec<pb::Diagnostic> {
    let named = |path: &Path, text: String| format!("{path}: {text}");
    let one = |d: Diagnostic, Pointed { found, is_member }: Pointed| pb::Diagnostic {
        severity: match d.severity {
            Severity::Error => pb::diagnostic::Severity::Error.into(),
            Severity::Warning => pb::diagnostic::Severity::Warning.into(),
        },
        summary: if is_member { named(&d.path, d.summary) } else { d.summary },
        detail: if !is_member && d.path.steps().len() > 1 { named(&d.path, d.detail) } else { d.detail },
        // Without a path, Terraform points at the block as a whole.
        attribute: (!found.is_root()).then(|| path(&found)),
    };
    let place = |d: Diagnostic| {
        let pointed = pointed(&d.path);
        one(d, pointed)
    };
    diagnostics.into_iter().map(place).collect()
}

pub(super) fn path(path: &Path) -> pb::AttributePath {
    use pb::attribute_path::step::Selector;

    let step = |step: &Step| pb::attribute_path::Step {
        selector: Some(match step {
            Step::Attribute(name) => Selector::AttributeName(name.to_string()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(*index),
        }),
    };
    pb::AttributePath { steps: path.steps().iter().map(step).collect() }
}

pub(super) fn timestamp(time: Option<SystemTime>) -> Option<prost_types::Timestamp> {
    time.map(prost_types::Timestamp::from)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn an_absent_value_is_null() {
        assert_eq!(value(None), DynamicValue::default());
        assert!(to_value(DynamicValue::default()).is_some());
    }

    #[test]
    fn severities_are_never_left_at_invalid() {
        let mut both = Diagnostics::new();
        both.error(Path::root(), "a", "b");
        both.warning("name", "c", "d");
        let here = |path: &Path| Pointed { found: path.clone(), is_member: false };
        let both = diagnostics(both, here);
        assert_eq!(both.iter().map(|d| d.severity).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(both[0].attribute, None);
        assert_eq!(both[1].attribute.as_ref().unwrap().steps.len(), 1);
    }

    #[test]
    fn the_summary_names_a_member_and_the_path_ends_where_the_client_finds_it() {
        let mut all = Diagnostics::new();
        all.error("name", "Too long", "It is.");
        all.error(["ike", "version"], "Unknown value", "It is.");
        all.error(["block", "region"], "Unknown value", "It is.");
        let all = diagnostics(all, |path| {
            let is_member = path.steps()[0] == Step::Attribute("ike".into());
            let found = if is_member { "ike".into() } else { path.clone() };
            Pointed { found, is_member }
        });
        let shown =
            |d: &pb::Diagnostic| (d.summary.clone(), d.detail.clone(), d.attribute.as_ref().unwrap().steps.len());
        assert_eq!(
            all.iter().map(shown).collect::<Vec<_>>(),
            [
                ("Too long".into(), "It is.".into(), 1),
                ("ike.version: Unknown value".into(), "It is.".into(), 1),
                ("Unknown value".into(), "block.region: It is.".into(), 2),
            ]
        );
    }

    #[test]
    fn every_kind_of_step_has_its_selector() {
        let path = path(&Path::from("disks").index(1).attribute("labels").key("a b"));
        insta::assert_debug_snapshot!(
            path.steps.into_iter().filter_map(|s| s.selector).collect::<Vec<_>>(),
            @r#"
        [
            AttributeName(
                "disks",
            ),
            ElementKeyInt(
                1,
            ),
            AttributeName(
                "labels",
            ),
            ElementKeyString(
                "a b",
            ),
        ]
        "#
        );
    }

    #[test]
    fn a_flatmap_counts_only_without_json() {
        let flatmap = [("id".to_owned(), "x".to_owned())].into();
        assert!(raw_state(Some(pb::RawState { json: Bytes::new(), flatmap })).flatmap);
        assert!(!raw_state(None).flatmap);
        let json = Bytes::from_static(b"{}");
        let both = pb::RawState { json: json.clone(), flatmap: [("id".to_owned(), "x".to_owned())].into() };
        assert!(!raw_state(Some(both)).flatmap);
    }

    #[test]
    fn values_do_not_show_in_debug_output() {
        let secret = pb::DynamicValue { msgpack: Bytes::from_static(b"hunter2"), json: Bytes::new() };
        assert_eq!(format!("{secret:?}"), "DynamicValue(7 bytes of msgpack, 0 of JSON)");
        assert_eq!(format!("{:?}", value(Some(secret.clone()))), format!("{secret:?}"));
        let secret = pb::RawState { json: Bytes::from_static(b"hunter2"), flatmap: Default::default() };
        assert_eq!(format!("{secret:?}"), "RawState(7 bytes of JSON, 0 flatmap keys)");
        assert_eq!(format!("{:?}", raw_state(Some(secret))), "RawState(7 bytes of JSON)");
        let secret = pb::move_resource_state::Request {
            source_type_name: "other_thing".to_owned(),
            source_private: Bytes::from_static(b"hunter2"),
            ..Default::default()
        };
        let shown = format!("{secret:?}");
        assert!(shown.contains("other_thing") && !shown.contains("hunter2"), "{shown}");
    }
}
