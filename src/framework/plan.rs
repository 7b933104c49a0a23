//! Planning: what Terraform is told an object will look like after apply.
//!
//! Terraform core checks every plan (`objchange.AssertPlanValid`) and holds the provider to it (`AssertObjectCompatible`), so a plan must be a
//! function of prior state, configuration and provider configuration alone, and must mark exactly those computed attributes unknown
//! that apply may change. That is done here, once for all resources:
//!
//! - a value in the configuration wins;
//! - a computed attribute without one gets its `default`; a new object also its `initial` value; else it is unknown in a new object and
//!   keeps its prior value in an existing one, unless it is `volatile` and something else changes;
//! - write-only attributes are null at every depth;
//! - a difference in an attribute that cannot be changed in place asks for replacement.

use super::path::Path;
use super::raw::Raw;
use super::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Object};

/// The planned value of an object that is wanted: `prior` is null for a new one, `config` never.
///
/// Terraform sends a `proposed_new_state` as well, its own merge of the two. Everything in it follows from prior state and configuration,
/// and where it differs from the rules above (it drops a computed nested object as soon as the configuration leaves out one that it
/// holds values for), those are what users expect.
pub fn planned(block: &Block, prior: &Raw, config: &Raw) -> Raw {
    let mut planned = fill_block(block, Some(prior).filter(|p| !p.is_null()), config);
    if !prior.is_null() && planned != *prior {
        mark_volatile(&block.attributes, &mut planned, config);
    }
    planned
}

/// `planned` with the unknown values replaced by what they became in `actual`. What was planned as known stays as it was planned, as
/// Terraform demands of an apply; if the service made something else of it, the next refresh shows that.
pub fn settled(planned: &Raw, actual: &Raw) -> Raw {
    match (planned, actual) {
        (Raw::Unknown(_), actual) => actual.clone(),
        (Raw::Map(planned), Raw::Map(_)) => {
            Raw::Map(planned.iter().map(|(name, value)| (name.clone(), settled(value, actual.get(name)))).collect())
        }
        (Raw::List(planned), Raw::List(actual)) if planned.len() == actual.len() => {
            Raw::List(planned.iter().zip(actual).map(|(planned, actual)| settled(planned, actual)).collect())
        }
        // Elements of sets cannot be paired: a set with something unknown in it became what it now is.
        (Raw::Set(_), actual) if !planned.is_wholly_known() => actual.clone(),
        _ => planned.clone(),
    }
}

/// Write-only attributes to null, at every depth, in a value of the schema.
pub fn without_write_only(block: &Block, value: &mut Raw) {
    if let Raw::Map(members) = value {
        for attribute in &block.attributes {
            if let Some(value) = members.get_mut(attribute.name.as_ref()) {
                null_write_only(attribute, value);
            }
        }
        for nested in &block.blocks {
            if let Some(value) = members.get_mut(nested.name.as_ref()) {
                for_each_element(value, !is_single(nested.nesting), |e| without_write_only(&nested.block, e));
            }
        }
    }
}

/// The attributes whose change needs a new object, in schema order. Empty for a new object.
pub fn requires_replace(block: &Block, prior: &Raw, planned: &Raw) -> Vec<Path> {
    let mut paths = Vec::new();
    if !prior.is_null() && !planned.is_null() {
        replaced_block(block, prior, planned, &Path::root(), &mut paths);
    }
    paths
}

fn fill_block(block: &Block, prior: Option<&Raw>, config: &Raw) -> Raw {
    let Raw::Map(members) = config else { return config.clone() };
    let mut filled = members.clone();
    for attribute in &block.attributes {
        let name = attribute.name.as_ref();
        filled.insert(name.to_owned(), fill(attribute, prior.and_then(|p| member(p, name)), config.get(name)));
    }
    for nested in &block.blocks {
        let name = nested.name.as_ref();
        let of = |prior: Option<&Raw>, config: &Raw| fill_block(&nested.block, prior, config);
        let (prior, config) = (prior.and_then(|p| member(p, name)), config.get(name));
        let value = match nested.nesting {
            BlockNesting::Single | BlockNesting::Group => of(prior, config),
            BlockNesting::List | BlockNesting::Map => by_position(prior, config, of),
            BlockNesting::Set => by_likeness(&nested.block.attributes, prior, config, of),
        };
        filled.insert(name.to_owned(), value);
    }
    Raw::Map(filled)
}

/// One attribute. `prior` is `None` where there is no prior object that holds it.
fn fill(attribute: &Attribute, prior: Option<&Raw>, config: &Raw) -> Raw {
    if attribute.write_only {
        return Raw::Null;
    }
    if config.is_null() {
        if !attribute.computed {
            return config.clone();
        }
        if let Some(default) = &attribute.default {
            return default.clone();
        }
        let Some(prior) = prior else { return fresh(attribute) };
        let mut kept = prior.clone();
        null_write_only(attribute, &mut kept);
        return kept;
    }
    let AttributeKind::Nested(nesting, object) = &attribute.kind else { return config.clone() };
    let of = |prior: Option<&Raw>, config: &Raw| fill_object(object, prior, config);
    match nesting {
        Nesting::Single => of(prior, config),
        Nesting::List | Nesting::Map => by_position(prior, config, of),
        Nesting::Set => by_likeness(&object.attributes, prior, config, of),
    }
}

fn fill_object(object: &Object, prior: Option<&Raw>, config: &Raw) -> Raw {
    // An element of a list or a map can be null or unknown as a whole, as can the object itself.
    let Raw::Map(_) = config else { return config.clone() };
    let members = object.attributes.iter().map(|attribute| {
        let name = attribute.name.as_ref();
        let prior = prior.and_then(|p| member(p, name));
        (name.to_owned(), fill(attribute, prior, config.get(name)))
    });
    Raw::Map(members.collect())
}

/// What a computed attribute of a new object is planned as.
fn fresh(attribute: &Attribute) -> Raw {
    if let Some(initial) = &attribute.initial {
        return initial.clone();
    }
    // A nested object that nobody configured, but some of whose attributes have initial values: plan those, so that the user sees
    // what the new object gets.
    if let AttributeKind::Nested(Nesting::Single, object) = &attribute.kind
        && object.attributes.iter().any(has_initial)
    {
        let members = object.attributes.iter().map(|a| {
            let value = match a.computed {
                true => a.default.clone().unwrap_or_else(|| fresh(a)),
                false => Raw::Null,
            };
            (a.name.to_string(), value)
        });
        return Raw::Map(members.collect());
    }
    Raw::unknown()
}

fn has_initial(attribute: &Attribute) -> bool {
    attribute.initial.is_some()
        || attribute.default.is_some()
        || matches!(&attribute.kind, AttributeKind::Nested(Nesting::Single, o) if o.attributes.iter().any(has_initial))
}

/// The member of a prior object; `None` if there is no such object.
fn member<'a>(prior: &'a Raw, name: &str) -> Option<&'a Raw> {
    match prior {
        Raw::Map(members) => members.get(name),
        _ => None,
    }
}

/// Lists by index, maps by key, as Terraform pairs them.
fn by_position(prior: Option<&Raw>, config: &Raw, of: impl Fn(Option<&Raw>, &Raw) -> Raw) -> Raw {
    match config {
        Raw::List(elements) => {
            let prior = |i| prior.and_then(|p: &Raw| untyped(p).elements().get(i));
            Raw::List(elements.iter().enumerate().map(|(i, config)| of(prior(i), config)).collect())
        }
        Raw::Map(elements) => {
            let prior = |key: &str| prior.and_then(|p| member(untyped(p), key));
            Raw::Map(elements.iter().map(|(key, config)| (key.clone(), of(prior(key), config))).collect())
        }
        // Blocks with dynamic attributes travel as tuples or objects under the dynamic pseudo-type. What is filled in is of the
        // declared type, or unknown where the type is dynamic as well: the type stays.
        Raw::Typed(ty, inner) => Raw::Typed(ty.clone(), Box::new(by_position(prior, inner, of))),
        other => other.clone(),
    }
}

/// Sets: a prior element is the same one if everything the configuration says is what it was.
fn by_likeness(
    attributes: &[Attribute],
    prior: Option<&Raw>,
    config: &Raw,
    of: impl Fn(Option<&Raw>, &Raw) -> Raw,
) -> Raw {
    let Raw::Set(elements) = config else { return config.clone() };
    let alike = |old: &Raw, config: &Raw| {
        attributes.iter().all(|a| {
            let (config, old) = (config.get(&a.name), old.get(&a.name));
            a.write_only || (a.computed && config.is_null()) || covers(config, old)
        })
    };
    let mut left: Vec<&Raw> = prior.map(|p| p.elements().iter().collect()).unwrap_or_default();
    Raw::set(elements.iter().map(|config| {
        let prior = left.iter().position(|old| alike(old, config)).map(|i| left.remove(i));
        of(prior, config)
    }))
}

/// Whether a configured value agrees with an older one wherever it says anything: nested computed members may be null in it.
fn covers(config: &Raw, old: &Raw) -> bool {
    match (config, old) {
        (Raw::Map(config), Raw::Map(old)) => {
            config.iter().all(|(k, c)| c.is_null() || old.get(k).is_some_and(|o| covers(c, o)))
        }
        _ => config == old,
    }
}

fn mark_volatile(attributes: &[Attribute], planned: &mut Raw, config: &Raw) {
    let Raw::Map(members) = planned else { return };
    for attribute in attributes {
        let config = config.get(&attribute.name);
        let Some(value) = members.get_mut(attribute.name.as_ref()) else { continue };
        if config.is_null() {
            if attribute.volatile {
                *value = Raw::unknown();
            }
        } else if let AttributeKind::Nested(Nesting::Single, object) = &attribute.kind {
            mark_volatile(&object.attributes, value, config);
        }
    }
}

fn null_write_only(attribute: &Attribute, value: &mut Raw) {
    if attribute.write_only {
        *value = Raw::Null;
    } else if let AttributeKind::Nested(nesting, object) = &attribute.kind {
        for_each_element(value, *nesting != Nesting::Single, |element| {
            let Raw::Map(members) = element else { return };
            for attribute in &object.attributes {
                if let Some(value) = members.get_mut(attribute.name.as_ref()) {
                    null_write_only(attribute, value);
                }
            }
        });
    }
}

/// Every object in a value: the elements of a collection, or the value itself.
fn for_each_element(value: &mut Raw, collection: bool, mut visit: impl FnMut(&mut Raw)) {
    match value {
        Raw::Typed(_, inner) => for_each_element(inner, collection, visit),
        value if !collection => visit(value),
        // Terraform allows nothing write-only inside a set.
        Raw::List(elements) => elements.iter_mut().for_each(visit),
        Raw::Map(elements) => elements.values_mut().for_each(visit),
        _ => {}
    }
}

fn replaced_block(block: &Block, prior: &Raw, planned: &Raw, path: &Path, paths: &mut Vec<Path>) {
    replaced(&block.attributes, prior, planned, path, paths);
    for nested in &block.blocks {
        let path = path.attribute(nested.name.clone());
        pairs(prior.get(&nested.name), planned.get(&nested.name), is_single(nested.nesting), &path, |a, b, path| {
            replaced_block(&nested.block, a, b, &path, paths);
        });
    }
}

fn replaced(attributes: &[Attribute], prior: &Raw, planned: &Raw, path: &Path, paths: &mut Vec<Path>) {
    for attribute in attributes {
        let (prior, planned) = (prior.get(&attribute.name), planned.get(&attribute.name));
        let path = path.attribute(attribute.name.clone());
        // What is write-only is null on both sides; only the resource can know that it changed.
        if prior == planned || attribute.write_only {
            continue;
        }
        if attribute.replace {
            paths.push(path);
        } else if let AttributeKind::Nested(nesting, object) = &attribute.kind {
            pairs(prior, planned, *nesting == Nesting::Single, &path, |a, b, path| {
                replaced(&object.attributes, a, b, &path, paths);
            });
        }
    }
}

/// Objects that stand at the same place before and after; a set ends a path, so its elements are not looked into.
fn pairs(prior: &Raw, planned: &Raw, single: bool, path: &Path, mut visit: impl FnMut(&Raw, &Raw, Path)) {
    match (untyped(prior), untyped(planned)) {
        (a @ Raw::Map(_), b @ Raw::Map(_)) if single => visit(a, b, path.clone()),
        (Raw::Map(a), Raw::Map(b)) => {
            a.iter().for_each(|(k, a)| {
                if let Some(b) = b.get(k) {
                    visit(a, b, path.key(k.clone()))
                }
            });
        }
        (Raw::List(a), Raw::List(b)) => {
            a.iter().zip(b).enumerate().for_each(|(i, (a, b))| visit(a, b, path.index(i)));
        }
        _ => {}
    }
}

fn is_single(nesting: BlockNesting) -> bool {
    matches!(nesting, BlockNesting::Single | BlockNesting::Group)
}

fn untyped(value: &Raw) -> &Raw {
    match value {
        Raw::Typed(_, inner) => inner,
        other => other,
    }
}
