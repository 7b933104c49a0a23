//! Everything that planning knows: defaults, initial values, what is computed, what asks for replacement.

use std::time::Duration;

use cloudvpn::framework::context::Context;
use cloudvpn::framework::diagnostics::Diagnostics;
use cloudvpn::framework::model::{List, Model, Set, Value};
use cloudvpn::framework::raw::Raw;
use cloudvpn::framework::resource::{Change, Create, Resource};
use cloudvpn::framework::timeouts::Timeouts;
use cloudvpn::framework::types::Type;

use super::Settings;

/// A thing with plans.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Planning {
    /// Made by the provider.
    #[attr(computed)]
    id: Value<String>,
    /// A name.
    #[attr(required)]
    name: Value<String>,
    /// Cannot be changed in place.
    #[attr(optional, replace)]
    zone: Value<String>,
    /// Always known.
    #[attr(optional, computed, default = "standard")]
    tier: Value<String>,
    /// Known for a new object.
    #[attr(optional, computed, initial = 7)]
    level: Value<i64>,
    /// A nested object that is shown even if nobody configures it.
    #[attr(optional, computed)]
    options: Value<Options>,
    /// How often it was changed; kept in private data.
    #[attr(computed, volatile)]
    revision: Value<i64>,
    /// A bool at first, then a number.
    #[attr(computed, volatile)]
    any: Value<Raw>,
    /// What the provider made of the timeout of the last operation.
    #[attr(computed, volatile)]
    seconds: Value<i64>,
    /// Rules in a set, with defaults.
    #[attr(optional)]
    rules: Value<Set<Rule>>,
    /// Rules in a list, with defaults.
    #[attr(optional)]
    steps: Value<List<Rule>>,
    /// Rules in blocks, with defaults.
    #[attr(block)]
    rule: Value<Set<Rule>>,
    /// Timeouts.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

/// A rule.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Rule {
    /// What it is about.
    #[attr(required)]
    key: Value<String>,
    /// How much it counts.
    #[attr(optional, computed, default = 10)]
    weight: Value<i64>,
    /// What it is called.
    #[attr(optional, computed, default = "none")]
    label: Value<String>,
}

/// Options.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Options {
    /// Known for a new object.
    #[attr(optional, computed, initial = "strong")]
    cipher: Value<String>,
    /// Decided by the provider.
    #[attr(computed)]
    token: Value<String>,
}

impl Resource for Planning {
    type Data = Settings;
    const TYPE: &'static str = "conformance_planning";
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn create(cx: &Context<Settings>, new: Create<Self>) -> Result<Self, Diagnostics> {
        let name = new.planned.name.as_deref().unwrap_or_default().to_owned();
        let mut made = Self { id: cx.provider().id(&name), ..new.planned };
        cx.private(|private| private.set("revision", 1));
        let any = Raw::Typed(Box::new(Type::Bool), Box::new(Raw::from(true)));
        made.decide(cx, 1, any);
        Ok(made)
    }

    async fn read(_: &Context<Settings>, state: Self) -> Result<Option<Self>, Diagnostics> {
        Ok(Some(state))
    }

    async fn update(cx: &Context<Settings>, change: Change<Self>) -> Result<Self, Diagnostics> {
        let revision = cx.private(|private| {
            let revision = private.get("revision").and_then(serde_json::Value::as_i64).unwrap_or(-100) + 1;
            private.set("revision", revision);
            revision
        });
        let mut made = change.planned;
        let any = Raw::Typed(Box::new(Type::Number), Box::new(Raw::from(revision)));
        made.decide(cx, revision, any);
        Ok(made)
    }

    async fn delete(_: &Context<Settings>, _: Self) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn import(_: &Context<Settings>, id: &str) -> Result<Self, Diagnostics> {
        Ok(Self { id: id.into(), name: id.into(), ..Self::default() })
    }
}

impl Planning {
    fn decide(&mut self, cx: &Context<Settings>, revision: i64, any: Raw) {
        self.revision = revision.into();
        self.any = any.into();
        self.seconds = i64::try_from(cx.timeout().as_secs()).unwrap_or(i64::MAX).into();
        if let Some(options) = self.options.known_mut()
            && options.token.is_unknown()
        {
            options.token = "token".into();
        }
    }
}
