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

use std::collections::{BTreeMap, BTreeSet};

use super::legality::carried;
use super::map::map;
use super::path::{Path, Step};
use super::raw::Raw;
use super::schema::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Object};
use super::types::Type;

/// The planned value of an object that is wanted: `prior` is null for a new one, `config` never.
///
/// Terraform sends a `proposed_new_state` as well, its own merge of the two. Everything in it follows from prior state and configuration,
/// and where it differs from the rules above (it drops a computed nested object as soon as the configuration leaves out one that it
/// holds values for), those are what users expect.
pub fn planned(block: &Block, prior: &Raw, config: &Raw) -> Raw {
    let existing = Some(prior).filter(|p| !p.is_null());
    let planned = Fill::default().block(block, existing, config);
    if existing.is_none() || planned == *prior {
        return planned;
    }
    Fill { changing: true, ..Fill::default() }.block(block, existing, config)
}

/// `planned` with the unknown values replaced by what they became in `actual`. What was planned as known stays as it was planned, as
/// Terraform demands of an apply; if the service made something else of it, the next refresh shows that.
pub fn settled(planned: &Raw, actual: &Raw) -> Raw {
    match (planned, actual) {
        (Raw::Unknown(_), actual) => actual.clone(),
        (Raw::Map(planned), actual) => {
            Raw::Map(map(planned.iter().map(|(name, value)| (name.clone(), settled(value, actual.get(name))))))
        }
        (Raw::List(planned), actual) => {
            let actual = |i| actual.elements().get(i).unwrap_or(&Raw::Null);
            Raw::List(planned.iter().enumerate().map(|(i, planned)| settled(planned, actual(i))).collect())
        }
        // Elements of sets cannot be paired, and a value of any type brings a type that has to fit all of it: with something unknown
        // inside, they became what they now are.
        (Raw::Set(_) | Raw::Typed(..), actual) if !planned.is_wholly_known() => actual.clone(),
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

/// Elements of sets that were left open because a default made them the same as others (see [`planned`]) get it after all: providers
/// need not know of them.
pub fn with_defaults_in_sets(block: &Block, value: &mut Raw) {
    default_block(block, value, false);
}

/// The attributes whose change needs a new object, in schema order. Empty for a new object.
pub fn requires_replace(block: &Block, prior: &Raw, planned: &Raw) -> Vec<Path> {
    let mut paths = Vec::new();
    if !prior.is_null() && !planned.is_null() {
        replaced_block(block, prior, planned, &Path::root(), &mut paths);
    }
    paths
}

/// How what the configuration leaves out is filled in.
#[derive(Clone, Copy, Default)]
struct Fill {
    /// Something in the object changes: what is volatile may change with it.
    changing: bool,
    /// Nothing is known yet of what the configuration leaves out, not even where there is a default.
    open: bool,
    /// What looks new may turn out to be something older: initial values are not certain.
    unsure: bool,
}

impl Fill {
    fn block(self, block: &Block, prior: Option<&Raw>, config: &Raw) -> Raw {
        let Raw::Map(members) = config else { return config.clone() };
        let mut filled = members.clone();
        for attribute in &block.attributes {
            let name = attribute.name.as_ref();
            filled.insert(
                name.to_owned(),
                self.attribute(attribute, prior.and_then(|p| member(p, name)), config.get(name)),
            );
        }
        for nested in &block.blocks {
            let name = nested.name.as_ref();
            // Where values of any type are inside, the types stand outside: take them in, each to its value, and out again.
            let prior = prior.and_then(|p| member(p, name)).map(|p| carried::opened(nested, p));
            let config = carried::opened(nested, config.get(name));
            let value = self.nested_block(nested, prior.as_deref(), &config);
            filled.insert(name.to_owned(), carried::closed(nested, value));
        }
        Raw::Map(filled)
    }

    fn nested_block(self, nested: &NestedBlock, prior: Option<&Raw>, config: &Raw) -> Raw {
        let of = |fill: Self, prior: Option<&Raw>, config: &Raw| fill.block(&nested.block, prior, config);
        match nested.nesting {
            BlockNesting::Single | BlockNesting::Group => of(self, prior, config),
            BlockNesting::List | BlockNesting::Map => self.by_position(prior, config, of),
            BlockNesting::Set => {
                self.by_likeness(prior, config, false, |old, config| alike_block(&nested.block, old, config), of)
            }
        }
    }

    /// One attribute. `prior` is `None` where there is no prior object that holds it.
    fn attribute(self, attribute: &Attribute, prior: Option<&Raw>, config: &Raw) -> Raw {
        if attribute.write_only {
            return Raw::Null;
        }
        if config.is_null() {
            return if attribute.computed { self.computed(attribute, prior) } else { config.clone() };
        }
        let AttributeKind::Nested(nesting, object) = &attribute.kind else { return config.clone() };
        let of = |fill: Self, prior: Option<&Raw>, config: &Raw| fill.object(object, prior, config);
        match nesting {
            Nesting::Single => of(self, prior, config),
            Nesting::List | Nesting::Map => self.by_position(prior, config, of),
            Nesting::Set => {
                self.by_likeness(prior, config, true, |old, config| alike(&object.attributes, old, config), of)
            }
        }
    }

    /// A computed attribute that the configuration leaves out.
    fn computed(self, attribute: &Attribute, prior: Option<&Raw>) -> Raw {
        if self.open {
            return Raw::unknown();
        }
        if let Some(default) = &attribute.default {
            return default.clone();
        }
        let Some(prior) = prior else {
            return if self.unsure { Raw::unknown() } else { fresh(attribute) };
        };
        let mut kept = prior.clone();
        if self.changing {
            open_volatile(attribute, &mut kept);
        }
        null_write_only(attribute, &mut kept);
        kept
    }

    fn object(self, object: &Object, prior: Option<&Raw>, config: &Raw) -> Raw {
        // An element of a list or a map can be null or unknown as a whole, as can the object itself.
        let Raw::Map(_) = config else { return config.clone() };
        let members = object.attributes.iter().map(|attribute| {
            let name = attribute.name.as_ref();
            let prior = prior.and_then(|p| member(p, name));
            (name.to_owned(), self.attribute(attribute, prior, config.get(name)))
        });
        Raw::Map(map(members))
    }

    /// Lists by index, maps by key, as Terraform pairs them.
    fn by_position(self, prior: Option<&Raw>, config: &Raw, of: impl Fn(Self, Option<&Raw>, &Raw) -> Raw) -> Raw {
        match config {
            Raw::List(elements) => {
                let prior = |i| prior.and_then(|p| p.elements().get(i));
                Raw::List(elements.iter().enumerate().map(|(i, config)| of(self, prior(i), config)).collect())
            }
            Raw::Map(elements) => {
                let prior = |key: &str| prior.and_then(|p| member(p, key));
                Raw::Map(map(elements.iter().map(|(key, config)| (key.clone(), of(self, prior(key), config)))))
            }
            other => other.clone(),
        }
    }

    /// Sets: a prior element is the same one if everything the configuration says is what it was.
    fn by_likeness(
        self,
        prior: Option<&Raw>,
        config: &Raw,
        counted: bool,
        alike: impl Fn(&Raw, &Raw) -> bool,
        of: impl Fn(Self, Option<&Raw>, &Raw) -> Raw,
    ) -> Raw {
        let Raw::Set(elements) = config else { return config.clone() };
        let olds = prior.map(Raw::elements).unwrap_or_default();
        let partners = partners(
            elements.len(),
            olds.len(),
            |new, old| alike(&olds[old], &elements[new]),
            |new, old| of(Self::default(), Some(&olds[old]), &elements[new]) == olds[old],
        );
        let mut filled: Vec<_> = Vec::with_capacity(elements.len());
        for (config, old) in elements.iter().zip(&partners) {
            let fill = Self { unsure: self.unsure || (!config.is_wholly_known() && !olds.is_empty()), ..self };
            filled.push(of(if old.is_none() { fill } else { self }, old.map(|i| &olds[i]), config));
        }
        let set = Raw::set(filled.clone());
        if !counted || set.elements().len() == filled.len() || Some(&set) == prior {
            return set;
        }
        // Different in the configuration, the same once filled in, say by a default. Of nested attributes, unlike blocks, Terraform
        // wants as many elements planned as are configured, unless some may still turn out to be the same.
        let open = |i: usize| of(Self { open: true, ..self }, None, &elements[i]);
        let mut seen = BTreeSet::new();
        let mut order: Vec<_> = (0..filled.len()).collect();
        order.sort_by_key(|i| !open(*i).is_wholly_known());
        for i in order {
            if filled[i].is_wholly_known() && !seen.insert(filled[i].clone()) {
                filled[i] = open(i);
            }
        }
        Raw::set(filled)
    }
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
        return Raw::Map(map(members));
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

/// For each new element of a set the old one that it is, if any. As many as possible become what they were before, since a set of
/// which nothing changed must stay as it is; only then elements that differ in what is computed.
fn partners(
    new: usize,
    old: usize,
    alike: impl Fn(usize, usize) -> bool,
    unchanged: impl Fn(usize, usize) -> bool,
) -> Vec<Option<usize>> {
    let candidates: Vec<Vec<_>> = (0..new).map(|n| (0..old).filter(|o| alike(n, *o)).collect()).collect();
    let stays: Vec<Vec<_>> =
        (0..new).map(|n| candidates[n].iter().copied().filter(|o| unchanged(n, *o)).collect()).collect();
    let mut taken = vec![None; old];
    for n in 0..new {
        augment(n, &stays, &mut taken, &mut vec![false; old]);
    }
    let mut partners = vec![None; new];
    for (o, n) in taken.iter().enumerate() {
        if let Some(n) = n {
            partners[*n] = Some(o);
        }
    }
    for n in 0..new {
        if partners[n].is_none()
            && let Some(o) = candidates[n].iter().copied().find(|o| taken[*o].is_none())
        {
            (partners[n], taken[o]) = (Some(o), Some(n));
        }
    }
    partners
}

/// Finds a partner for one more element, moving others to other partners of theirs where needed (augmenting paths).
fn augment(n: usize, edges: &[Vec<usize>], taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for o in &edges[n] {
        if std::mem::replace(&mut seen[*o], true) {
            continue;
        }
        if taken[*o].is_none_or(|other| augment(other, edges, taken, seen)) {
            taken[*o] = Some(n);
            return true;
        }
    }
    false
}

/// Whether an element of a set may be this older one: they differ only where the configuration says nothing.
fn alike_block(block: &Block, old: &Raw, config: &Raw) -> bool {
    let attributes = alike(&block.attributes, old, config);
    attributes
        && block.blocks.iter().all(|nested| {
            let (old, config) = (old.get(&nested.name), config.get(&nested.name));
            alike_objects(is_single(nested.nesting), old, config, |old, config| alike_block(&nested.block, old, config))
        })
}

/// The same for the attributes of an object.
fn alike(attributes: &[Attribute], old: &Raw, config: &Raw) -> bool {
    attributes.iter().all(|attribute| {
        let (old, config) = (old.get(&attribute.name), config.get(&attribute.name));
        match &attribute.kind {
            _ if attribute.write_only || (attribute.computed && config.is_null()) => true,
            AttributeKind::Plain(_) => old == config,
            AttributeKind::Nested(nesting, object) => {
                let single = *nesting == Nesting::Single;
                alike_objects(single, old, config, |old, config| alike(&object.attributes, old, config))
            }
        }
    })
}

fn alike_objects(single: bool, old: &Raw, config: &Raw, alike: impl Fn(&Raw, &Raw) -> bool) -> bool {
    match (old, config) {
        (Raw::Map(_), Raw::Map(_)) if single => alike(old, config),
        (Raw::Map(old), Raw::Map(config)) => {
            old.len() == config.len() && config.iter().all(|(k, c)| old.get(k).is_some_and(|o| alike(o, c)))
        }
        (Raw::List(old), Raw::List(config)) => {
            old.len() == config.len() && old.iter().zip(config).all(|(o, c)| alike(o, c))
        }
        (Raw::Set(old), Raw::Set(config)) => {
            config.iter().all(|c| old.iter().any(|o| alike(o, c)))
                && old.iter().all(|o| config.iter().any(|c| alike(o, c)))
        }
        _ => old == config,
    }
}

/// A value that is kept, but for what may change with any change.
fn open_volatile(attribute: &Attribute, kept: &mut Raw) {
    if attribute.volatile {
        *kept = Raw::unknown();
        return;
    }
    let AttributeKind::Nested(nesting, object) = &attribute.kind else { return };
    for_each_element(kept, *nesting != Nesting::Single, |element| {
        let Raw::Map(members) = element else { return };
        for attribute in &object.attributes {
            if let Some(value) = members.get_mut(attribute.name.as_ref()) {
                open_volatile(attribute, value);
            }
        }
    });
}

fn default_block(block: &Block, value: &mut Raw, in_set: bool) {
    let Raw::Map(members) = value else { return };
    default_attributes(&block.attributes, members, in_set);
    for nested in &block.blocks {
        let in_set = in_set || nested.nesting == BlockNesting::Set;
        if let Some(value) = members.get_mut(nested.name.as_ref()) {
            for_each_element(value, !is_single(nested.nesting), |e| default_block(&nested.block, e, in_set));
        }
    }
}

fn default_attributes(attributes: &[Attribute], members: &mut BTreeMap<String, Raw>, in_set: bool) {
    for attribute in attributes {
        let Some(value) = members.get_mut(attribute.name.as_ref()) else { continue };
        match (&attribute.default, &attribute.kind) {
            (Some(default), _) if in_set && value.is_unknown() => *value = default.clone(),
            (_, AttributeKind::Nested(nesting, object)) => {
                let in_set = in_set || *nesting == Nesting::Set;
                for_each_element(value, *nesting != Nesting::Single, |element| {
                    if let Raw::Map(members) = element {
                        default_attributes(&object.attributes, members, in_set);
                    }
                });
            }
            _ => {}
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
        Raw::Set(elements) => {
            elements.iter_mut().for_each(visit);
            *value = Raw::set(std::mem::take(elements));
        }
        Raw::List(elements) => elements.iter_mut().for_each(visit),
        Raw::Map(elements) => elements.values_mut().for_each(visit),
        _ => {}
    }
}

fn replaced_block(block: &Block, prior: &Raw, planned: &Raw, path: &Path, paths: &mut Vec<Path>) {
    replaced(&block.attributes, prior, planned, path, paths);
    for nested in &block.blocks {
        let path = path.attribute(nested.name.clone());
        // A map of blocks with values of any type inside travels as an object, and has attributes instead of keys.
        let key = match nested.ty() {
            Type::Dynamic => |key: &str| Step::Attribute(key.to_owned().into()),
            _ => |key: &str| Step::Key(key.to_owned()),
        };
        let (prior, planned) = (prior.get(&nested.name), planned.get(&nested.name));
        pairs(prior, planned, is_single(nested.nesting), key, &path, |a, b, path| {
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
            let key = |key: &str| Step::Key(key.to_owned());
            pairs(prior, planned, *nesting == Nesting::Single, key, &path, |a, b, path| {
                replaced(&object.attributes, a, b, &path, paths);
            });
        }
    }
}

/// Objects that stand at the same place before and after; a set ends a path, so its elements are not looked into.
fn pairs(
    prior: &Raw,
    planned: &Raw,
    single: bool,
    key: fn(&str) -> Step,
    path: &Path,
    mut visit: impl FnMut(&Raw, &Raw, Path),
) {
    match (untyped(prior), untyped(planned)) {
        (a @ Raw::Map(_), b @ Raw::Map(_)) if single => visit(a, b, path.clone()),
        (Raw::Map(a), Raw::Map(b)) => {
            a.iter().for_each(|(k, a)| {
                if let Some(b) = b.get(k) {
                    visit(a, b, path.with(key(k)))
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

#[cfg(test)]
mod tests;
