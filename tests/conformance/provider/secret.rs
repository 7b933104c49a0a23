//! Write-only attributes at every depth, and every way in which a state comes to be without a create.

use cloudvpn::framework::context::Context;
use cloudvpn::framework::diagnostics::{Diagnostic, Diagnostics};
use cloudvpn::framework::model::{List, Map, Model, Secret, Value};
use cloudvpn::framework::resource::{Change, Create, Plan, Resource, Source};
use serde_json::Value as Json;

use super::Settings;

/// A thing with secrets.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Hidden {
    /// Made by the provider.
    #[attr(computed)]
    id: Value<String>,
    /// A name.
    #[attr(optional, computed, initial = "unnamed")]
    name: Value<String>,
    /// A secret string.
    #[attr(optional, write_only)]
    string_wo: Value<Secret>,
    /// Raise it to send the secrets.
    #[attr(optional)]
    version: Value<i64>,
    /// Raise it to make a new one.
    #[attr(optional)]
    generation: Value<i64>,
    /// A secret list.
    #[attr(optional, write_only)]
    list_wo: Value<List<Secret>>,
    /// A secret object.
    #[attr(optional, write_only)]
    object_wo: Value<Covert>,
    /// An object with a secret.
    #[attr(optional)]
    single: Value<Pair>,
    /// Objects with secrets.
    #[attr(optional)]
    map: Value<Map<Pair>>,
    /// Blocks with secrets.
    #[attr(block)]
    entry: Value<List<Entry>>,
    /// What reached the provider, hardly readable: the lengths of the secrets.
    #[attr(computed, volatile)]
    lengths: Value<String>,
}

/// All of it is secret.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Covert {
    /// A secret.
    #[attr(required, write_only)]
    value: Value<Secret>,
}

/// A secret and something else.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Pair {
    /// A secret.
    #[attr(optional, write_only)]
    value_wo: Value<Secret>,
    /// No secret.
    #[attr(optional)]
    plain: Value<String>,
}

/// A block with a secret, and an object with one.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Entry {
    /// A secret.
    #[attr(optional, write_only)]
    value_wo: Value<Secret>,
    /// An object with a secret.
    #[attr(optional)]
    pair: Value<Pair>,
}

impl Resource for Hidden {
    type Data = Settings;
    const TYPE: &'static str = "conformance_secret";
    const VERSION: i64 = 2;
    const IDENTITY: &'static [(&'static str, bool)] = &[("id", true)];

    async fn plan(_: &Context<Settings>, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        if let Some(prior) = &plan.prior
            && prior.generation != plan.planned.generation
        {
            plan.replace("string_wo");
        }
        // Needed once, to make it.
        if plan.is_new() && plan.config.string_wo.is_null() {
            return Err(Diagnostic::error("Secret missing", "A new one needs string_wo.").at("string_wo").into());
        }
        Ok(())
    }

    async fn create(cx: &Context<Settings>, new: Create<Self>) -> Result<Self, Diagnostics> {
        let lengths = new.config.lengths();
        // The secrets as well: to leave them out of the state is not left to providers.
        Ok(Self { id: cx.provider().id("hidden"), name: new.planned.name, lengths: lengths.into(), ..new.config })
    }

    async fn read(_: &Context<Settings>, state: Self) -> Result<Option<Self>, Diagnostics> {
        Ok(Some(Self { string_wo: Secret::new("from the cloud").into(), ..state }))
    }

    async fn update(_: &Context<Settings>, change: Change<Self>) -> Result<Self, Diagnostics> {
        let lengths = change.config.lengths();
        Ok(Self { lengths: lengths.into(), string_wo: change.config.string_wo, ..change.planned })
    }

    async fn delete(_: &Context<Settings>, _: Self) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn import(_: &Context<Settings>, id: &str) -> Result<Self, Diagnostics> {
        Ok(Self { id: id.into(), string_wo: Secret::new("imported").into(), ..Self::default() })
    }

    fn upgrade(version: i64, mut state: Json) -> Result<Json, Diagnostics> {
        // Versions 0 and 1 called the name a label.
        state["name"] = format!("{} of {version}", state["label"].as_str().unwrap_or_default()).into();
        state["string_wo"] = "upgraded".into();
        Ok(state)
    }

    fn moved(source: Source) -> Result<Self, Diagnostics> {
        if source.type_name != "conformance_planning" {
            return Err(Diagnostic::error("Not that one", "Only a conformance_planning can become a secret.").into());
        }
        let text = |name: &str| Value::from(source.state[name].as_str().map(str::to_owned));
        Ok(Self { id: text("id"), name: text("name"), string_wo: Secret::new("moved").into(), ..Self::default() })
    }
}

impl Hidden {
    fn lengths(&self) -> String {
        let length = |secret: &Value<Secret>| secret.known().map_or(0, |secret| secret.expose().len());
        let pair = |pair: &Value<Pair>| pair.known().map_or(0, |pair| length(&pair.value_wo));
        let mut lengths = vec![length(&self.string_wo)];
        lengths.extend(self.list_wo.known().into_iter().flatten().map(length));
        lengths.extend(self.object_wo.known().map(|object| length(&object.value)));
        lengths.push(pair(&self.single));
        lengths.extend(self.map.known().into_iter().flat_map(|map| map.values()).map(pair));
        for entry in self.entry.known().into_iter().flatten().filter_map(Value::known) {
            lengths.extend([length(&entry.value_wo), pair(&entry.pair)]);
        }
        lengths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}
