//! What a plan will meet when it is applied: a delete that the service is bound to refuse is an error before anything is done, since what
//! depends on the object would be gone by then.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time;

use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::path::{Path, Step};
use crate::framework::raw::Raw;
use crate::framework::resource::Plan;
use crate::provider::Data;
use crate::provider::attributes;

use super::flow::{self, region};
use super::kind::{About, Kind};

/// Why an object cannot be deleted now, whatever else is done in the same apply.
#[derive(Debug, PartialEq)]
pub(in crate::provider) struct Obstacle {
    /// As in "vpn-1 cannot be deleted: ...".
    pub(in crate::provider) why: String,
    /// What to do about it, in sentences.
    pub(in crate::provider) way_out: String,
}

/// Looks at a plan that puts another object in the place of the one that is there.
pub(super) async fn of_replacement(
    kind: &dyn Kind,
    cx: &Context<Data>,
    plan: &mut Plan<Raw>,
    replaced: &[Path],
) -> Result<(), Diagnostics> {
    let (Some(first), Some(prior)) = (replaced.first(), &plan.prior) else { return Ok(()) };
    if let Some(obstacle) = kind.obstacle(&*kind.object("state", prior)?, Timestamp::now()) {
        return Err(irreplaceable(&kind.about(), &obstacle, prior, replaced).at(first.clone()).into());
    }
    for found in examined(kind, cx, plan, replaced).await.into_result()? {
        plan.warn(found);
    }
    Ok(())
}

/// Looks at a plan that deletes an object. Terraform may show it as it was before the refresh: then what was in its way may be gone, and the
/// other way round. So it is read again, where anything can be in its way.
pub(super) async fn of_deletion(kind: &dyn Kind, cx: &Context<Data>, state: &Raw) -> Result<(), Diagnostics> {
    let about = kind.about();
    if !about.can_be_kept {
        return Ok(());
    }
    let current = time::timeout(PATIENCE, flow::read(kind, cx, state.clone())).await;
    let current = match current {
        Ok(Ok(Some(current))) => current,
        Ok(Ok(None)) => return Ok(()),
        _ => state.clone(),
    };
    let Some(obstacle) = kind.obstacle(&*kind.object("state", &current)?, Timestamp::now()) else { return Ok(()) };
    let Obstacle { why, way_out } = obstacle;
    let detail = format!(
        "{} cannot be deleted: {why}. Nothing was done. {way_out} Or let Terraform forget it: a removed block with destroy = false, or \
         terraform state rm.",
        attributes::id(state)
    );
    Err(Diagnostic::error(format!("The {} cannot be deleted", about.kind), detail).into())
}

fn irreplaceable(about: &About, obstacle: &Obstacle, prior: &Raw, replaced: &[Path]) -> Diagnostic {
    let Obstacle { why, way_out } = obstacle;
    let names: Vec<_> = replaced.iter().map(Path::to_string).collect();
    let former: Vec<_> = replaced.iter().filter_map(|path| former(prior, path)).collect();
    let put_back = match &former[..] {
        [] => "Put back what was there".to_owned(),
        former => format!("Put back {}", former.join(" and ")),
    };
    let detail = format!(
        "Another {} of {} takes another {kind}, and {} cannot be deleted: {why}. Nothing was done. {put_back}, or add a {kind} as another \
         resource and move to it what uses this one. {way_out}",
        if names.len() == 1 { "value" } else { "set of values" },
        names.join(" and "),
        attributes::id(prior),
        kind = about.kind,
    );
    Diagnostic::error(format!("The {} cannot be replaced", about.kind), detail)
}

/// A value that a configuration would have, as it would be written there.
fn former(prior: &Raw, path: &Path) -> Option<String> {
    let value = path.steps().iter().try_fold(prior, |value, step| match step {
        Step::Attribute(name) => Some(value.get(name)),
        Step::Key(_) | Step::Index(_) => None,
    })?;
    let written = match value {
        Raw::String(text) => format!("{text:?}"),
        Raw::Bool(flag) => flag.to_string(),
        Raw::Number(number) => number.as_i64()?.to_string(),
        _ => return None,
    };
    Some(format!("{path} = {written}"))
}

/// What the service has to be asked for. Where it cannot be asked, nothing is said: that is no reason for a plan to fail.
async fn examined(kind: &dyn Kind, cx: &Context<Data>, plan: &Plan<Raw>, replaced: &[Path]) -> Diagnostics {
    let Some(prior) = &plan.prior else { return Diagnostics::new() };
    let look = async {
        let region = region(kind.settings(cx.provider()), prior).ok()?;
        let api = kind.calls(cx, region, None).ok()?;
        let (before, after) = (kind.object("state", prior).ok()?, kind.object("plan", &plan.planned).ok()?);
        match api.examine(&*before, &*after, replaced).await {
            Ok(found) => Some(found),
            Err(error) => {
                tracing::debug!(%error, "what a replacement meets could not be looked up");
                None
            }
        }
    };
    time::timeout(PATIENCE, look).await.ok().flatten().unwrap_or_default()
}

/// A plan can do without.
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_put_back_is_written_as_in_a_configuration() {
        let prior = Raw::object([
            ("name", Raw::from("a \"b\"")),
            ("size", Raw::from(5)),
            ("on", Raw::Bool(true)),
            ("none", Raw::Null),
            ("inner", Raw::object([("x", Raw::from("y"))])),
        ]);
        for (path, written) in [
            (Path::from("name"), Some("name = \"a \\\"b\\\"\"")),
            (Path::from("size"), Some("size = 5")),
            (Path::from("on"), Some("on = true")),
            (Path::from("none"), None),
            (Path::from("inner"), None),
            (Path::of(["inner", "x"]), Some("inner.x = \"y\"")),
            (Path::from("name").index(0), None),
        ] {
            assert_eq!(former(&prior, &path).as_deref(), written, "{path}");
        }
    }
}
