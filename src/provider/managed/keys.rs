//! Keys that nothing in Terraform tells apart: write-only ones, which no state has, and those that a state does not have yet, as after an
//! import. They are compared with what the service has: one that is there already is not sent again, and another one is seen in the plan.

use secrecy::{ExposeSecret, SecretString};

use crate::cloud;
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::resource::Plan;
use crate::framework::schema::{Attribute, AttributeKind, Block, Nesting};
use crate::provider::Data;
use crate::provider::attributes::{id, put, put_at};

use super::flow::region;
use super::kind::{Calls, Kind};

/// An attribute with a key, of which there are three kinds: `X_wo` is write-only, `X` is in the state, `X_wo_version` says that the former
/// is another one.
struct Key {
    write_only: Path,
    stored: Path,
    version: Path,
}

/// A key that the state does not have, and that the configuration says.
struct Wanted {
    /// Where the configuration says it.
    path: Path,
    /// Where a state would have it.
    stored: Path,
    key: SecretString,
    /// Whether a version says when it is another one.
    versioned: bool,
}

/// The keys of a kind, on whatever level.
fn keys(block: &Block) -> Vec<Key> {
    let mut keys = Vec::new();
    collect(&block.attributes, &Path::root(), &mut keys);
    keys
}

fn collect(attributes: &[Attribute], parent: &Path, keys: &mut Vec<Key>) {
    for attribute in attributes {
        let at = |name: String| parent.attribute(name);
        match &attribute.kind {
            AttributeKind::Nested(Nesting::Single, object) => {
                collect(&object.attributes, &parent.attribute(attribute.name.clone()), keys);
            }
            _ if attribute.write_only => keys.extend(attribute.name.strip_suffix("_wo").map(|stored| Key {
                write_only: at(attribute.name.to_string()),
                stored: at(stored.to_owned()),
                version: at(format!("{}_version", attribute.name)),
            })),
            _ => {}
        }
    }
}

/// The keys of the state that no configuration says any more, in whatever way.
fn left_out(block: &Block, [prior, planned, config]: [&Raw; 3]) -> Vec<Path> {
    let is_text = |object: &Raw, path: &Path| object.at(path).and_then(Raw::as_str).is_some_and(|key| !key.is_empty());
    let is_null = |object: &Raw, path: &Path| object.at(path).is_some_and(Raw::is_null);
    let out = keys(block).into_iter().filter(|Key { write_only, stored, .. }| {
        is_text(prior, stored) && is_null(planned, stored) && is_null(config, write_only)
    });
    out.map(|key| key.stored).collect()
}

/// The keys that are said, that `prior` does not have, and that may be the ones which the service has. One with another version than before
/// is meant to be sent.
fn wanted(block: &Block, [prior, planned, config]: [&Raw; 3]) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for Key { write_only, stored, version } in keys(block) {
        let text = |object: &Raw, path: &Path| object.at(path).and_then(Raw::as_str).map(SecretString::from);
        // What holds it may not be there.
        if !prior.at(&stored).is_some_and(Raw::is_null) {
            continue;
        }
        let version = |object: &Raw| object.at(&version).cloned().unwrap_or(Raw::Null);
        let (before, now) = (version(prior), version(planned));
        if let Some(key) = text(planned, &stored) {
            wanted.push(Wanted { path: stored.clone(), stored, key, versioned: true });
        } else if let Some(key) = text(config, &write_only).filter(|_| now.is_null() || before.is_null()) {
            wanted.push(Wanted { path: write_only, stored, key, versioned: !now.is_null() });
        }
    }
    wanted
}

/// `prior` with the keys that the service has, where one is wanted that may be another one. For a comparison: no state gets it.
pub(super) async fn with_those_of_the_service(
    kind: &dyn Kind,
    api: &dyn Calls,
    id: &str,
    [prior, planned, config]: [&Raw; 3],
) -> Result<Raw, Diagnostics> {
    let wanted = wanted(&kind.block(), [prior, planned, config]);
    // If it cannot be told, a key with another version is sent, and one without any is not: that much the plan said.
    let known = if wanted.is_empty() { None } else { read(kind, api, id, prior, &wanted).await?.unwrap_or_default() };
    Ok(known.unwrap_or_else(|| prior.clone()))
}

/// `prior` with the keys that the service has at the paths of `wanted`.
async fn read(
    kind: &dyn Kind,
    api: &dyn Calls,
    id: &str,
    prior: &Raw,
    wanted: &[Wanted],
) -> Result<cloud::Result<Option<Raw>>, Diagnostics> {
    // Keys are observed where the state has one.
    let mut asking = prior.clone();
    for Wanted { stored, .. } in wanted {
        put_at(&mut asking, stored, "".into());
    }
    let asking = kind.object("state", &asking)?;
    Ok(api.find_with_keys(id, &*asking).await.map(|found| {
        let found = found?.object;
        let mut known = prior.clone();
        for Wanted { stored, .. } in wanted {
            if let Some(key) = found.at(stored).filter(|key| key.as_str().is_some_and(|key| !key.is_empty())) {
                put_at(&mut known, stored, key.clone());
            }
        }
        Some(known)
    }))
}

/// Says in the plan which keys of an object that stays are other ones than the service has, where nothing else would: without a version,
/// and where an object gets its first one. An object that cannot be asked for is not compared.
pub(super) async fn compare(kind: &dyn Kind, cx: &Context<Data>, plan: &mut Plan<Raw>) -> Result<(), Diagnostics> {
    let Some(prior) = &plan.prior else { return Ok(()) };
    let about = kind.about();
    let left_out = left_out(&kind.block(), [prior, &plan.planned, &plan.config]);
    let mut wanted = wanted(&kind.block(), [prior, &plan.planned, &plan.config]);
    for path in left_out {
        let detail = format!(
            "It leaves the state, and the {} keeps it: a key is replaced by another one only. Write the key that is wanted.",
            about.kind
        );
        plan.warn(Diagnostic::warning("The key stays", detail).at(path));
    }
    let Some(prior) = &plan.prior else { return Ok(()) };
    if wanted.is_empty() {
        return Ok(());
    }
    let asked = region(kind.settings(cx.provider()), prior).and_then(|region| kind.calls(cx, region, None));
    let Ok(api) = asked else { return Ok(()) };
    let name = about.kind;
    let known = match read(kind, &*api, id(prior), prior, &wanted).await? {
        Ok(Some(known)) => known,
        Ok(None) => return Ok(()),
        Err(error) => {
            if let Some(Wanted { path, .. }) = wanted.into_iter().find(|wanted| !wanted.versioned) {
                let detail = format!(
                    "Without a version, this key is compared with the one of the {name}, which could not be read: {error}. A key that \
                     changed is not seen. Set a version next to it: then it is sent when that changes, and nothing is read."
                );
                plan.warn(Diagnostic::warning("Key not compared", detail).at(path));
            }
            return Ok(());
        }
    };
    wanted.retain(|Wanted { stored, key, .. }| {
        known.at(stored).and_then(Raw::as_str).is_some_and(|known| known != key.expose_secret())
    });
    for Wanted { path, versioned, .. } in wanted {
        let detail = format!(
            "The {name} has another key than this one, which it gets by this change: what has the old one at the other end loses the \
             tunnel. If it is to keep its key, write that one here."
        );
        plan.warn(Diagnostic::warning("Another key", detail).at(path));
        if !versioned {
            // Nothing that is written in the configuration shows it.
            let shown_by = about.resting.first().map_or("created_at", |(name, _)| name);
            put(&mut plan.planned, shown_by, Raw::unknown());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::model::Model;
    use crate::provider::{alibaba, tencent};

    #[test]
    fn every_write_only_attribute_has_its_two_companions() {
        let blocks = [
            tencent::Connection::block(),
            tencent::LegacyConnection::block(),
            alibaba::Connection::block(),
            alibaba::CustomerGateway::block(),
        ];
        let found: Vec<_> = blocks.iter().map(|block| keys(block).len()).collect();
        assert_eq!(found, [1, 1, 3, 1]);
        let names = |block: &Block| keys(block).iter().map(|key| key.stored.to_string()).collect::<Vec<_>>();
        let nested = ["pre_shared_key", "tunnels.master.pre_shared_key", "tunnels.slave.pre_shared_key"];
        assert_eq!(names(&blocks[2]), nested);
    }
}
