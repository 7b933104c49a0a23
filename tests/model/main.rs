//! What `#[derive(Model)]` makes of a struct. The mistakes it tells of are tested beside the macro.

use cloudvpn::framework::diagnostics::Diagnostics;
use cloudvpn::framework::model::{List, Map, Model, Secret, Set, Value};
use cloudvpn::framework::path::Path;
use cloudvpn::framework::raw::Raw;
use cloudvpn::framework::schema::Attribute;

mod attributes;
mod blocks;
mod codec;
mod scope;
mod validators;

/// Options of phase 1.
#[derive(Clone, Debug, Default, PartialEq, Model)]
struct Ike {
    /// Protocol version.
    #[attr(optional, computed, initial = "IKEV2", one_of(VERSIONS))]
    version: Value<String>,
    /// Lifetime in seconds.
    #[attr(optional, computed, initial = LIFETIME, range(60..=604_800))]
    lifetime_seconds: Value<i64>,
}

/// A selector.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(requires(local, remote))]
struct Policy {
    /// Local range.
    #[attr(required, cidr)]
    local: Value<String>,
    /// Remote ranges.
    #[attr(optional, each(cidr))]
    remote: Value<List<String>>,
}

/// A tunnel between a *VPN gateway*
/// and a customer gateway.
///
///     terraform import ...
///
/// Second paragraph.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(exactly_one_of(key, r#type), at_most_one_of(key, type), at_least_one_of(name, ike))]
#[model(requires(type, name), rule = rules::no_rule, rule = rules::one_error)]
struct Tunnel {
    /// Name, `VpnConnectionName`.
    ///
    /// Need not be unique.
    #[attr(required)]
    name: Value<String>,
    /// Key.
    #[attr(optional, sensitive, write_only, replace, name = "key_wo")]
    key: Value<Secret>,
    /// Type.
    #[attr(optional, deprecated = "has no effect")]
    r#type: Value<String>,
    /// Phase 1.
    #[attr(optional, computed)]
    ike: Value<Ike>,
    /// By position.
    #[attr(optional)]
    list: Value<List<Policy>>,
    /// Without order.
    #[attr(optional)]
    set: Value<Set<Policy>>,
    /// By key.
    #[attr(optional)]
    map: Value<Map<Policy>>,
    /// Anything.
    #[attr(optional)]
    any: Value<Raw>,
    /// Creation time.
    #[attr(computed, volatile)]
    created_at: Value<String>,
}

mod rules {
    use super::{Diagnostics, Path, Raw};

    pub(super) fn no_rule(_: &Raw, _: &Path, _: &mut Diagnostics) {}

    pub(super) fn one_error(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
        if object.get("name").as_str() == Some("forbidden") {
            diagnostics.error(path.attribute("name"), "Forbidden", "Choose another name.");
        }
    }
}

fn attribute<M: Model>(name: &str) -> Attribute {
    M::object().attributes.into_iter().find(|a| a.name == name).unwrap_or_else(|| panic!("no attribute {name}"))
}

fn policy(local: &str) -> Raw {
    Raw::object([("local", Raw::from(local)), ("remote", Raw::Null)])
}

const VERSIONS: &[&str] = &["IKEV1", "IKEV2"];
const LIFETIME: i64 = 86_400;
