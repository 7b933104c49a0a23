//! What holds of the attributes of every kind, so that the next attribute is in it by itself.

use super::Cloudvpn;
use crate::framework::schema::{Attribute, AttributeKind, Nesting};
use crate::framework::server::Server;
use crate::framework::types::Type;

/// Switches that stay as they are when they are taken out of a configuration, which a plan says.
const STAYING: &[(&str, &str, &str)] = &[
    ("cloudvpn_alibaba_gateway", "ipsec_enabled", "the API switches it on only"),
    ("cloudvpn_alibaba_gateway", "ssl_enabled", "the API switches it on only"),
    (
        "cloudvpn_tencent_ssl_server",
        "access_policy_enabled",
        "the API never changes it, and to leave it out replaces nothing",
    ),
];

#[test]
fn every_switch_says_what_becomes_of_it_when_it_is_taken_out() {
    let mut found = Vec::new();
    for (kind, schema) in &Server::new(Cloudvpn).schema().resources {
        let mut switches = Vec::new();
        undecided(&schema.block.attributes, "", false, &mut switches);
        found.extend(switches.into_iter().map(|switch| (kind.to_string(), switch)));
    }
    let known: Vec<_> = STAYING.iter().map(|(kind, switch, _why)| ((*kind).to_owned(), (*switch).to_owned())).collect();
    let new: Vec<_> = found.iter().filter(|switch| !known.contains(switch)).collect();
    assert!(new.is_empty(), "`removed = ...` is missing, or a reason in STAYING: {new:?}");
    let old: Vec<_> = known.iter().filter(|switch| !found.contains(switch)).collect();
    assert!(old.is_empty(), "there are no such switches any more: {old:?}");
}

/// Switches that keep their value where a configuration leaves them out, `within` something that does so itself, and of which no
/// `removed` says what they become.
fn undecided(attributes: &[Attribute], path: &str, within: bool, switches: &mut Vec<String>) {
    for attribute in attributes {
        let keeps = attribute.optional && attribute.computed && attribute.default.is_none();
        let path = format!("{path}{}", attribute.name);
        match &attribute.kind {
            AttributeKind::Nested(Nesting::Single, object) => {
                undecided(&object.attributes, &format!("{path}."), within || keeps, switches);
            }
            AttributeKind::Plain(Type::Bool) if (keeps || within) && !attribute.write_only => {
                let settable = attribute.optional || attribute.required;
                if settable && attribute.removed.is_none() {
                    switches.push(path);
                }
            }
            _ => {}
        }
    }
}

/// An import by identity takes each part for what it is: a region inside an id, or the id of another kind, is refused at that part.
#[test]
fn every_part_of_an_identity_is_checked() {
    let schema = Server::new(Cloudvpn).schema();
    assert_eq!(schema.identities.len(), schema.resources.len());
    for (kind, identity) in &schema.identities {
        for part in &identity.attributes {
            let attribute = schema.resources[kind].block.attribute(part.name).expect(kind);
            for wrong in ["ap-shanghai/vpnx-1", "i-1/"] {
                let found =
                    attribute.validators.iter().find_map(|validator| validator.check(&wrong.into(), false).err());
                assert!(found.is_some(), "{kind}: {wrong} is taken for {}", part.name);
            }
        }
    }
}
