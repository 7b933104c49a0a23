//! What is done with objects of any kind, once for all of them: objects are [`Raw`] here, and get their types where the kind says how.

use std::sync::OnceLock;
use std::time::Duration;

use futures_util::future::{self, BoxFuture};

use crate::cloud::{self, Occupied};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::path::Path;
use crate::framework::plan::settled;
use crate::framework::raw::Raw;
use crate::framework::resource::{Change, Create, Plan, RawResource, Source};
use crate::framework::schema::Block;
use crate::provider::attributes::{self, member, put};
use crate::provider::settings::{Cloud, Settings, ctx};
use crate::provider::tags::{self, Tags};
use crate::provider::{Data, errors};

use super::Write;
use super::keys;
use super::kind::{About, Calls, Kind, Object, Seen};
use super::outlook;
use super::room::{Place, Refused, Verb};

/// The resource of a kind.
pub(super) struct Flow(pub(super) &'static dyn Kind);

impl RawResource<Data> for Flow {
    fn type_name(&self) -> &'static str {
        self.0.about().type_name
    }

    fn block(&self) -> Block {
        self.0.block()
    }

    fn timeout(&self) -> Duration {
        self.0.about().timeout
    }

    fn identity(&self) -> &'static [(&'static str, bool)] {
        self.0.about().identity
    }

    fn plan<'a>(&'a self, cx: &'a Context<Data>, plan: &'a mut Plan<Raw>) -> BoxFuture<'a, Result<(), Diagnostics>> {
        Box::pin(planned(self.0, cx, plan))
    }

    fn plan_delete<'a>(&'a self, cx: &'a Context<Data>, state: Raw) -> BoxFuture<'a, Result<(), Diagnostics>> {
        Box::pin(async move { outlook::of_deletion(self.0, cx, &state).await })
    }

    fn create<'a>(&'a self, cx: &'a Context<Data>, new: Create<Raw>) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(create(self.0, cx, new))
    }

    fn read<'a>(&'a self, cx: &'a Context<Data>, state: Raw) -> BoxFuture<'a, Result<Option<Raw>, Diagnostics>> {
        Box::pin(read(self.0, cx, state))
    }

    fn update<'a>(&'a self, cx: &'a Context<Data>, change: Change<Raw>) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(update(self.0, cx, change))
    }

    fn delete<'a>(&'a self, cx: &'a Context<Data>, state: Raw) -> BoxFuture<'a, Result<(), Diagnostics>> {
        Box::pin(delete(self.0, cx, state))
    }

    fn import<'a>(&'a self, cx: &'a Context<Data>, id: &'a str) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(async { self.0.stub(self.0.settings(cx.provider()), id) })
    }

    fn moved(&self, source: Source) -> Result<Raw, Diagnostics> {
        self.0.moved(&source)
    }
}

async fn planned(kind: &dyn Kind, cx: &Context<Data>, plan: &mut Plan<Raw>) -> Result<(), Diagnostics> {
    kind.check(cx.provider())?;
    let settings = kind.settings(cx.provider());
    plan.never_read = plan.prior.as_ref().is_some_and(|prior| prior.get("region").is_null());
    if plan.is_new() && plan.config.get("region").is_null() {
        put(&mut plan.planned, "region", settings.new_region()?.to_raw());
    }
    if can_be_tagged(&plan.planned) {
        let own = member(&plan.config, "tags");
        let all = settings.tags().all(&own).to_raw();
        if let Some(key) = settings.tags().ignored_key(&own) {
            let detail = format!(
                "The provider's {}.ignore_tags leaves the tag {key:?} alone: it is not set.",
                settings.cloud().block
            );
            plan.warn(Diagnostic::warning("Tag left alone", detail).at(Path::from("tags").key(key)));
        }
        let before = plan.prior.as_ref().map(|prior| prior.get("tags_all"));
        if settings.tags().defaults.is_known() && before != Some(&all) {
            check_together(kind, settings.cloud(), &all)?;
        }
        put(&mut plan.planned, "tags_all", all);
    }
    if plan.prior.as_ref().is_some_and(|prior| member(prior, "region") == *settings.region()) {
        // It is where it would be without a word about it.
        plan.staying.retain(|path| *path != Path::from("region"));
    }
    let replaced = kind.refine(plan)?;
    open_unrest(kind.about().resting, plan);
    if plan.prior.as_ref() != Some(&plan.planned)
        && let Some(warning) = kind.warning(cx.provider())
    {
        cx.warn(warning);
    }
    if replaced.is_empty() {
        return keys::compare(kind, cx, plan).await;
    }
    outlook::of_replacement(kind, cx, plan, &replaced).await
}

/// What is on its way, or failed, is something else after a change. Tags are changed elsewhere, and move nothing.
fn open_unrest(resting: &[(&str, &[&str])], plan: &mut Plan<Raw>) {
    let Some(prior) = &plan.prior else { return };
    let Raw::Map(members) = &plan.planned else { return };
    let aside = ["tags", "tags_all", "timeouts"];
    if members.iter().all(|(name, planned)| aside.contains(&name.as_str()) || planned == prior.get(name)) {
        return;
    }
    for (name, values) in resting {
        let rests = prior.get(name).as_str().is_some_and(|value| values.contains(&value));
        if !rests {
            put(&mut plan.planned, name, Raw::unknown());
        }
    }
}

/// Tags that fit each for itself may not fit together with the defaults: they are too many, or a kind's keys are shorter.
fn check_together(kind: &dyn Kind, cloud: &Cloud, all: &Raw) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let attributes = kind.block().attributes;
    let checks = attributes.iter().filter(|attribute| attribute.name == "tags").flat_map(|tags| &tags.validators);
    for finding in checks.filter_map(|check| check.check(all, false).err()) {
        let detail = format!(
            "{} This is about tags_all: the tags of this resource together with the provider's {}.default_tags. A default that is not \
             meant for it is left out where its tags say null.",
            finding.detail, cloud.block
        );
        diagnostics.error("tags", finding.summary, detail);
    }
    diagnostics.into_result().map(drop)
}

async fn create(kind: &dyn Kind, cx: &Context<Data>, new: Create<Raw>) -> Result<Raw, Diagnostics> {
    let Create { mut planned, config } = new;
    let about = kind.about();
    let draft = untagged(&about, &planned);
    let known = OnceLock::new();
    let made = |id: &str| {
        tracing::info!(id, "the {} is being created", about.kind);
        let _ = known.set(id.to_owned());
        let mut draft = draft.clone();
        put(&mut draft, "id", id.into());
        cx.save_raw(draft);
    };
    let settings = kind.settings(cx.provider());
    let region = region(settings, &planned)?;
    let api = kind.calls(cx, region.clone(), Some(&made))?;
    let failed = |error| about.failed(CREATING, &error);

    let config = kind.object("configuration", &config)?;
    let object = kind.object("plan", &planned)?;
    let place = Place::of(kind, settings.pending(), ctx(cx), Verb::Create, &region, &[&planned]);
    let make = || async {
        let turn = api.turn(&*object, Write::Create).await?;
        let id = api.make(&*object, &*config).await?;
        Ok((turn, id))
    };
    let (turn, id) = match place.write(make).await {
        Ok(made) => made,
        Err(refused) => {
            return Err(match known.get() {
                // What the service began and gave up is of no use.
                Some(id) if !refused.error.is_given_up() => left(id, failed(refused.error)),
                Some(_) => failed(refused.error),
                None => not_made(kind, &*api, settings, &region, &*object, refused).await,
            }
            .into());
        }
    };
    made(&id);
    put(&mut planned, "id", id.as_str().into());
    let object = kind.object("plan", &planned)?;
    let seen = match api.ready(&id, &*object, turn).await {
        Ok(seen) => seen,
        Err(error) if error.is_not_found() => {
            return Err(not_there(kind, &*api, settings, &region, &*object, &id, failed(error)).await.into());
        }
        Err(error) if error.is_given_up() => return Err(failed(error).into()),
        // Whatever else ends the wait says nothing against the object.
        Err(error) => return Err(left(&id, failed(error)).into()),
    };
    let observed = observed(settings, region, seen, &planned);
    let tags = all_tags(&planned);
    if !about.made_with_tags && !tags.is_empty() {
        cx.save_raw(settled(&untagged(&about, &planned), &observed));
        api.change_tags(&id, &tags, &[]).await.map_err(|error| left(&id, about.untaggable(&error)))?;
    }
    Ok(settled(&planned, &observed))
}

pub(super) async fn read(kind: &dyn Kind, cx: &Context<Data>, state: Raw) -> Result<Option<Raw>, Diagnostics> {
    let settings = kind.settings(cx.provider());
    // The state of another provider's resource, which a moved block brought, names no region.
    let is_assumed = state.get("region").is_null();
    let region = region(settings, &state)?;
    let api = kind.calls(cx, region.clone(), None)?;
    let object = kind.object("state", &state)?;
    let found = api.find(attributes::id(&state), &*object).await;
    let Some(mut seen) = found.map_err(|error| kind.about().failed("Reading", &error))? else {
        // Without it, a new one would be planned, and the one that is in another region forgotten.
        let id = attributes::id(&state);
        return if is_assumed {
            Err(elsewhere(kind, &region, id, &kind.import_id(&*object, id)).into())
        } else {
            Ok(None)
        };
    };
    if let Some(notice) = seen.notice.take() {
        cx.warn(notice);
    }
    let seen = observed(settings, region, seen, &state);
    if let Some(warning) = unwell(kind.about().kind, &seen) {
        cx.warn(warning);
    }
    Ok(Some(seen))
}

/// That an object whose region nobody knows is not in the provider's.
fn elsewhere(kind: &dyn Kind, region: &str, id: &str, import_id: &str) -> Diagnostic {
    let detail = format!(
        "{id} is not in {region}, the region of the provider, and the state that it was moved from names no region. If it is in another one, put \
         an import block in place of the moved block: import {{ to = {}.NAME, id = \"REGION/{import_id}\" }}, and take the old resource out of the \
         state with a removed block that has destroy = false. If it is gone, only the latter. The state is as it was.",
        kind.about().type_name,
    );
    Diagnostic::error(format!("The {} was not found", kind.about().kind), detail)
}

/// What to say about an object that the service shows as failed or locked: nobody else tells the user. Whatever tells how an object is ends in
/// `state` or `status`, and the values for that have one of a few words in them, on both clouds and in API 2.0.
fn unwell(kind: &str, object: &Raw) -> Option<Diagnostic> {
    let Raw::Map(members) = object else { return None };
    let mut said = Vec::new();
    let (mut is_locked, mut has_failed) = (false, false);
    for (name, value) in members.iter().filter(|(name, _)| name.ends_with("state") || name.ends_with("status")) {
        let Some(value) = value.as_str() else { continue };
        let value_says = |words: &[&str]| words.iter().any(|word| value.to_ascii_lowercase().contains(word));
        let (locked, failed) = (value_says(&["lock", "isolat"]), value_says(&["error", "fail", "abnormal"]));
        if locked || failed {
            said.push(format!("{name} is {value}"));
            (is_locked, has_failed) = (is_locked || locked, has_failed || failed);
        }
    }
    if said.is_empty() {
        return None;
    }
    let summary = format!("The {kind} {}", if is_locked { "is locked" } else { "has failed" });
    let mut detail = format!("{}: {}.", attributes::id(object), said.join(", "));
    if is_locked {
        detail.push_str(" That is for an overdue payment, as a rule: nothing of it can be changed until that is paid.");
    }
    if has_failed {
        detail.push_str(
            " The service gave up what was asked of it last. Look at it in the console; a change may bring it back, and -replace makes another \
             one.",
        );
    }
    Some(Diagnostic::warning(summary, detail))
}

async fn update(kind: &dyn Kind, cx: &Context<Data>, change: Change<Raw>) -> Result<Raw, Diagnostics> {
    let Change { prior, planned, config } = change;
    let about = kind.about();
    let settings = kind.settings(cx.provider());
    let region = region(settings, &prior)?;
    let api = kind.calls(cx, region.clone(), None)?;
    let id = attributes::id(&prior);
    let (set, remove) = settings.tags().difference(&all_tags(&prior), &all_tags(&planned));
    let object = kind.object("plan", &planned)?;
    let before = kind.object("state", &prior)?;
    let known = keys::with_those_of_the_service(kind, &*api, id, [&prior, &planned, &config]).await?;
    let known = kind.object("state", &known)?;
    let change = kind.change(&*known, &*object, &*kind.object("configuration", &config)?);

    // Tags live in another service: the two do not wait for each other.
    let place = change
        .is_some()
        .then(|| Place::of(kind, settings.pending(), ctx(cx), Verb::Change, &region, &[&prior, &planned]));
    let modify = async {
        let (Some(change), Some(place)) = (&change, place) else { return Ok(None) };
        let attempt = || async {
            let turn = api.turn(&*object, Write::Change).await?;
            api.modify(&**change).await?;
            Ok(turn)
        };
        let turn = place.write(attempt).await.map_err(|refused| (false, refused))?;
        let seen = api.ready(id, &*object, turn).await;
        place.done();
        seen.map(Some).map_err(|error| (about.accepted_is_made, error.into()))
    };
    let tag = api.change_tags(id, &set, &remove);
    let (modified, tagged) = match future::join(modify, tag).await {
        (Ok(Some(seen)), Ok(())) => return Ok(settled(&planned, &observed(settings, region, seen, &planned))),
        (Ok(None), Ok(())) => return Ok(settled(&planned, &prior)),
        (modified, tagged) => (modified.err(), tagged.err()),
    };
    let made = modified.as_ref().is_none_or(|(made, _)| *made);
    let steps = modified.is_some() && about.changes_in_steps;
    let left = if steps { api.find(id, &*before).await.ok().flatten() } else { None };
    cx.save_raw(match left {
        Some(seen) => observed(settings, region, seen, &prior),
        None => partly_changed(&prior, &planned, made, tagged.is_none()),
    });
    let mut diagnostics = Diagnostics::new();
    if let Some((_, refused)) = modified {
        diagnostics.append(about.refused("Changing", &refused));
    }
    if let Some(error) = tagged {
        diagnostics.append(about.untaggable(&error));
    }
    Err(diagnostics)
}

async fn delete(kind: &dyn Kind, cx: &Context<Data>, state: Raw) -> Result<(), Diagnostics> {
    let settings = kind.settings(cx.provider());
    let region = region(settings, &state)?;
    let api = kind.calls(cx, region.clone(), None)?;
    let object = kind.object("state", &state)?;
    let place = Place::of(kind, settings.pending(), ctx(cx), Verb::Delete, &region, &[&state]);
    let attempt = || async {
        let turn = api.turn(&*object, Write::Delete).await?;
        api.remove(attributes::id(&state), &*object, turn).await
    };
    place.write(attempt).await.map_err(|refused| kind.about().refused("Deleting", &refused))?;
    place.done();
    Ok(())
}

/// The error of a create that made nothing. If that is since there is one already, it says which, and how to come by it.
async fn not_made(
    kind: &dyn Kind,
    api: &dyn Calls,
    settings: &Settings,
    region: &str,
    planned: &Object,
    refused: Refused,
) -> Diagnostic {
    let about = kind.about();
    let mut diagnostic = about.refused(CREATING, &refused);
    if !matches!(kind.occupied(&refused.error), Some(Occupied::Taken | Occupied::Full)) {
        return diagnostic;
    }
    // That it could not be looked for adds nothing to the refusal.
    let existing = api.existing(planned).await.unwrap_or_default();
    let [id] = &existing[..] else { return diagnostic };
    let import_id = import_id(kind, settings, region, planned, id);
    diagnostic.detail.push_str(&format!(
        "\n\n{id} exists already and has what this {} asks for. If this configuration had it under another name or key, a moved block says so: \
         moved {{ from = ..., to = ... }}. If it is to be managed here, import it: import {{ to = {}.NAME, id = {import_id:?} }}. If it is \
         being deleted by this apply, apply again.",
        about.kind, about.type_name,
    ));
    if !diagnostic.detail.contains(LIFECYCLE) {
        diagnostic.detail.push_str(&format!(
            " If this apply replaces it, the lifecycle is in the way: with {LIFECYCLE}, its own or that of what depends on it, the new one comes \
             before the old one is gone."
        ));
    }
    diagnostic
}

/// The error of a create whose object is not there. Should the id that was answered be another's, the object itself is left: it is named.
async fn not_there(
    kind: &dyn Kind,
    api: &dyn Calls,
    settings: &Settings,
    region: &str,
    planned: &Object,
    id: &str,
    mut diagnostic: Diagnostic,
) -> Diagnostic {
    let mut existing = api.existing(planned).await.unwrap_or_default();
    existing.retain(|other| other != id);
    let [other, ..] = &existing[..] else { return diagnostic };
    let about = kind.about();
    diagnostic.detail.push_str(&format!(
        "\n\n{id} is what the answer to the create said. What this {} asks for is there as {}. If that was made by this apply, the id was \
         wrong: remove this one from the state (terraform state rm), and import the other: import {{ to = {}.NAME, id = {:?} }}.",
        about.kind,
        existing.join(", "),
        about.type_name,
        import_id(kind, settings, region, planned, other),
    ));
    diagnostic
}

fn import_id(kind: &dyn Kind, settings: &Settings, region: &str, planned: &Object, id: &str) -> String {
    let import_id = kind.import_id(planned, id);
    if settings.region().as_deref() == Some(region) { import_id } else { format!("{region}/{import_id}") }
}

/// The object as the service describes it, with region and tags. `before` is what was known of it.
pub(in crate::provider) fn observed(settings: &Settings, region: String, seen: Seen, before: &Raw) -> Raw {
    let Seen { mut object, tags, .. } = seen;
    put(&mut object, "region", region.into());
    if can_be_tagged(&object) {
        let tags = settings.tags().shown(tags);
        let own = settings.tags().own(&member(before, "tags"), &member(before, "tags_all"), &tags);
        put(&mut object, "tags", own.to_raw());
        put(&mut object, "tags_all", tags::value(&tags).to_raw());
    }
    object
}

/// What is there after an update of which one half failed.
fn partly_changed(prior: &Raw, planned: &Raw, modified: bool, tagged: bool) -> Raw {
    let settled = settled(planned, prior);
    let (mut rest, tags) = match (modified, tagged) {
        (true, true) => return settled,
        (false, false) => return prior.clone(),
        (true, false) => (settled, prior),
        (false, true) => (prior.clone(), &settled),
    };
    if let Raw::Map(members) = &mut rest {
        for name in ["tags", "tags_all"] {
            members.entry(name.to_owned()).and_modify(|value| *value = tags.get(name).clone());
        }
    }
    rest
}

/// A new object as it is before its tags are set, where that is another call.
fn untagged(about: &About, planned: &Raw) -> Raw {
    let mut planned = planned.clone();
    if !about.made_with_tags && can_be_tagged(&planned) {
        put(&mut planned, "tags", Raw::Null);
        put(&mut planned, "tags_all", tags::value(&Tags::new()).to_raw());
    }
    planned
}

/// The error of a create which left an object that can be kept. Terraform marks as tainted whatever comes with an error of its create.
fn left(id: &str, mut error: Diagnostic) -> Diagnostic {
    let advice = format!(
        "\n\n{id} exists all the same, and Terraform has it as tainted: the next apply would replace it by another one. To keep it, remove \
         the cause, or wait until it is ready, and run terraform untaint on this resource; the apply after that does what is left to do."
    );
    error.detail.push_str(&advice);
    error
}

/// The region of an object. One that was configured as empty is the provider's.
pub(super) fn region(settings: &Settings, object: &Raw) -> Result<String, Diagnostic> {
    let own = member(object, "region");
    let region = if own.is_known() { &own } else { settings.region() };
    Ok(settings.cloud().region(region)?.to_owned())
}

fn can_be_tagged(object: &Raw) -> bool {
    matches!(object, Raw::Map(members) if members.contains_key("tags_all"))
}

fn all_tags(object: &Raw) -> Tags {
    tags::known(&member(object, "tags_all"))
}

impl About {
    fn failed(&self, doing: &str, error: &cloud::Error) -> Diagnostic {
        let attribute = if doing == CREATING { self.attribute } else { self.attribute_of_existing };
        errors::diagnostic(&format!("{doing} the {} failed", self.kind), error, attribute)
    }

    fn refused(&self, doing: &str, refused: &Refused) -> Diagnostic {
        let mut diagnostic = self.failed(doing, &refused.error);
        if let Some(advice) = refused.advice() {
            diagnostic.detail.push_str(&format!("\n\n{advice}"));
        }
        diagnostic
    }

    fn untaggable(&self, error: &cloud::Error) -> Diagnostic {
        errors::diagnostic(&format!("Changing the {}'s tags failed", self.kind), error, self.attribute).at("tags")
    }
}

const CREATING: &str = "Creating";
const LIFECYCLE: &str = "create_before_destroy";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_failed_update_keeps_what_is_true() {
        let object = |name: &str, tags: &str, state: Raw| {
            let tags = Raw::object([("team", Raw::from(tags))]);
            let members = [("name", name.into()), ("state", state), ("tags", tags.clone()), ("tags_all", tags)];
            Raw::object(members)
        };
        let prior = object("office", "net", "AVAILABLE".into());
        let planned = object("new", "dev", Raw::unknown());

        for (modified, tagged, name, tags) in
            [(true, false, "new", "net"), (false, true, "office", "dev"), (false, false, "office", "net")]
        {
            let left = partly_changed(&prior, &planned, modified, tagged);
            assert_eq!(left, object(name, tags, "AVAILABLE".into()), "{modified} {tagged}");
        }
    }

    #[test]
    fn an_object_that_failed_or_is_locked_is_spoken_of() {
        for (attribute, value, says) in [
            ("state", "AVAILABLE", ""),
            ("state", "PENDING", ""),
            ("state", "PENDING_ERROR", "The gateway has failed"),
            ("state", "DELETING_ERROR", "The gateway has failed"),
            ("state", "update_failed", "The gateway has failed"),
            ("status", "modification_error", "The gateway has failed"),
            ("certificate_status", "error", "The gateway has failed"),
            ("restrict_state", "PROTECTIVELY_ISOLATED", "The gateway is locked"),
            ("business_status", "FinancialLocked", "The gateway is locked"),
            ("net_status", "UNAVAILABLE", ""),
            ("status", "ike_sa_not_established", ""),
            ("name", "error", ""),
        ] {
            let object = Raw::object([("id", Raw::from("vpngw-1")), (attribute, Raw::from(value))]);
            let warning = unwell("gateway", &object);
            assert_eq!(warning.as_ref().map_or("", |warning| warning.summary.as_str()), says, "{attribute} = {value}");
            assert!(
                warning.is_none_or(|warning| warning.detail.starts_with(&format!("vpngw-1: {attribute} is {value}.")))
            );
        }
    }
}
