//! The server without a process: a small provider in memory, every RPC.

mod objects;
mod others;
mod states;

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::framework::action::Action;
use crate::framework::context::Context;
use crate::framework::data_source::DataSource;
use crate::framework::ephemeral::{EphemeralResource, Opened};
use crate::framework::function::{Function, Parameter};
use crate::framework::list::{Found, ListResource};
use crate::framework::model::{Model, Value};
use crate::framework::path::Path;
use crate::framework::resource::{Change, Create, Plan, Resource, Source};
use crate::framework::types::Type;

/// A provider whose objects do as their names say.
struct Toy;

/// Configuration.
#[derive(Clone, Debug, Default, Model)]
struct Config {
    /// Refused if it says so.
    #[attr(optional)]
    mood: Value<String>,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Model)]
struct Thing {
    /// Made by the provider.
    #[attr(computed)]
    id: Value<String>,
    /// What goes wrong.
    #[attr(required, chars(1..=20))]
    name: Value<String>,
    /// Decided at the end.
    #[attr(computed)]
    address: Value<String>,
    /// A size.
    #[attr(optional)]
    size: Value<i64>,
    /// Cannot be changed.
    #[attr(optional, replace)]
    zone: Value<String>,
    /// A secret.
    #[attr(optional, write_only)]
    key: Value<String>,
    /// A value of any type.
    #[attr(computed)]
    any: Value<Raw>,
}

impl Provider for Toy {
    type Config = Config;
    /// Tells when a create waits.
    type Data = CancellationToken;

    fn validate(&self, config: &Config) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        if config.mood.as_deref() == Some("bad") {
            diagnostics.error("mood", "Bad mood", "Choose a better one.");
        }
        diagnostics
    }

    async fn configure(&self, config: Config, _: &str) -> Result<CancellationToken, Diagnostics> {
        match config.mood.as_deref() {
            Some("bad") => Err(error("Bad mood")),
            _ => Ok(CancellationToken::new()),
        }
    }

    fn register(registry: &mut Registry<CancellationToken>) {
        registry.resource::<Thing>().data_source::<Look>().ephemeral_resource::<Pass>().function(Twice);
        registry.list_resource::<Things>().action::<Poke>();
    }
}

impl Resource for Thing {
    type Data = CancellationToken;
    const TYPE: &'static str = "toy_thing";
    const VERSION: i64 = 3;
    const IDENTITY: &'static [(&'static str, bool)] = &[("id", true), ("zone", false)];

    async fn plan(_: &Context<CancellationToken>, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        if plan.planned.name.as_deref() == Some("unplannable") {
            return Err(error("Cannot be planned"));
        }
        // Leaks what must not be planned.
        plan.planned.key = plan.config.key.clone();
        Ok(())
    }

    async fn create(cx: &Context<CancellationToken>, new: Create<Self>) -> Result<Self, Diagnostics> {
        cx.private(|private| private.set("task", "t-1"));
        let name = new.config.name.as_deref().unwrap_or_default().to_owned();
        let made = Self { id: "id-1".into(), key: new.config.key, ..new.planned };
        match name.as_str() {
            "nothing" => return Err(error("Nothing was made")),
            "half" => {
                cx.save(&made);
                return Err(error("Half of it was made"));
            }
            "misfit" => {
                cx.save(&Self { any: Value::Null, ..made.clone() });
                // A value of any type has to bring its type.
                return Ok(Self { any: Raw::from(true).into(), address: "192.0.2.1".into(), ..made });
            }
            "panics" => {
                cx.save(&made);
                panic!("a bug");
            }
            "slow" => {
                cx.save(&made);
                cx.provider().cancel();
                cx.cancellation().cancelled().await;
                return Err(error("Interrupted"));
            }
            _ => {}
        }
        cx.warn(Diagnostic::warning("Made", ""));
        let any = Raw::Typed(Box::new(Type::Bool), Box::new(Raw::from(true)));
        Ok(Self { address: "192.0.2.1".into(), any: any.into(), ..made })
    }

    async fn read(_: &Context<CancellationToken>, state: Self) -> Result<Option<Self>, Diagnostics> {
        match state.name.as_deref() {
            Some("gone") => Ok(None),
            Some("unreadable") => Err(error("Cannot be read")),
            _ => Ok(Some(Self { address: "192.0.2.2".into(), key: "leaked".into(), ..state })),
        }
    }

    async fn update(cx: &Context<CancellationToken>, change: Change<Self>) -> Result<Self, Diagnostics> {
        match change.planned.name.as_deref() {
            Some("half") => {
                cx.save(&Self { size: change.planned.size, ..change.prior });
                Err(error("Only the size was changed"))
            }
            Some("nothing") => Err(error("Nothing was changed")),
            _ => Ok(change.planned),
        }
    }

    async fn delete(_: &Context<CancellationToken>, state: Self) -> Result<(), Diagnostics> {
        match state.name.as_deref() {
            Some("eternal") => Err(error("Cannot be deleted")),
            _ => Ok(()),
        }
    }

    async fn import(cx: &Context<CancellationToken>, id: &str) -> Result<Self, Diagnostics> {
        cx.private(|private| private.set("imported", true));
        Ok(Self { id: id.into(), key: "leaked".into(), ..Self::default() })
    }

    fn upgrade(version: i64, mut state: serde_json::Value) -> Result<serde_json::Value, Diagnostics> {
        if version == 0 {
            return Err(error("Too old"));
        }
        state["name"] = state["label"].clone();
        state["key"] = "leaked".into();
        Ok(state)
    }

    fn moved(source: Source) -> Result<Self, Diagnostics> {
        if source.type_name != "other_thing" {
            return Err(error("Not this one"));
        }
        let id = source.state["key"].as_str().map(str::to_owned);
        Ok(Self { id: id.into(), key: "leaked".into(), ..Self::default() })
    }
}

/// A data source.
#[derive(Clone, Debug, Default, Model)]
struct Look {
    /// What is sought.
    #[attr(required)]
    name: Value<String>,
    /// What was found.
    #[attr(computed)]
    found: Value<String>,
}

impl DataSource for Look {
    type Data = CancellationToken;
    const TYPE: &'static str = "toy_look";

    async fn read(_: &Context<CancellationToken>, config: Self) -> Result<Self, Diagnostics> {
        match config.name.as_deref() {
            Some("nothing") => Err(error("Not found")),
            _ => Ok(Self { found: "found".into(), ..config }),
        }
    }
}

/// An ephemeral resource.
#[derive(Clone, Debug, Default, Model)]
struct Pass {
    /// The token.
    #[attr(computed, sensitive)]
    token: Value<String>,
}

impl EphemeralResource for Pass {
    type Data = CancellationToken;
    const TYPE: &'static str = "toy_pass";

    async fn open(cx: &Context<CancellationToken>, _: Self) -> Result<Opened<Self>, Diagnostics> {
        cx.private(|private| private.set("lease", 1));
        Ok(Opened { result: Self { token: "token".into() }, renew_at: Some(std::time::UNIX_EPOCH) })
    }

    async fn renew(cx: &Context<CancellationToken>) -> Result<Option<std::time::SystemTime>, Diagnostics> {
        cx.private(|private| private.set("lease", 2));
        Ok(None)
    }

    async fn close(cx: &Context<CancellationToken>) -> Result<(), Diagnostics> {
        match cx.private(|private| private.get("lease").cloned()) {
            Some(_) => Ok(()),
            None => Err(error("No lease")),
        }
    }
}

/// A listing.
#[derive(Clone, Debug, Default, Model)]
struct Things {
    /// How many there are.
    #[attr(required)]
    total: Value<i64>,
}

impl ListResource for Things {
    type Data = CancellationToken;
    const TYPE: &'static str = "toy_thing";

    fn list(
        _: Arc<Context<CancellationToken>>,
        config: Self,
        _: bool,
    ) -> futures_util::stream::BoxStream<'static, Result<Found, Diagnostics>> {
        use futures_util::StreamExt;
        let found = (0..config.total.into_known().unwrap_or_default()).map(|i| {
            let object = Thing { id: format!("id-{i}").into(), name: "listed".into(), ..Thing::default() };
            Ok(Found { display_name: format!("thing {i}"), object: object.to_raw() })
        });
        futures_util::stream::iter(found).chain(futures_util::stream::iter([Err(error("The end"))])).boxed()
    }
}

/// An action.
#[derive(Clone, Debug, Default, Model)]
struct Poke {
    /// How hard.
    #[attr(optional)]
    force: Value<i64>,
}

impl Action for Poke {
    type Data = CancellationToken;
    const TYPE: &'static str = "toy_poke";

    async fn invoke(
        _: &Context<CancellationToken>,
        config: Self,
        progress: Arc<dyn Fn(String) + Send + Sync>,
    ) -> Result<(), Diagnostics> {
        progress("poking".to_owned());
        if config.force.known() == Some(&9) { Err(error("Too hard")) } else { Ok(()) }
    }
}

/// A function.
struct Twice;

impl Function for Twice {
    fn name(&self) -> &'static str {
        "twice"
    }

    fn signature(&self) -> Signature {
        let text =
            Parameter { name: "text", ty: Type::String, allow_null: false, allow_unknown: false, description: "" };
        let (parameters, returns) = (vec![text], Type::String);
        Signature { parameters, variadic: None, returns, summary: "", description: "", deprecated: None }
    }

    fn call(&self, arguments: Vec<Raw>) -> Result<Raw, FunctionError> {
        match arguments[0].as_str() {
            Some("") => Err(FunctionError { text: "Empty.".into(), argument: Some(0) }),
            text => Ok(Raw::from(text.unwrap_or_default().repeat(2))),
        }
    }
}

fn error(summary: &str) -> Diagnostics {
    Diagnostic::error(summary, "").into()
}

/// A configured session.
async fn session() -> Session {
    let session = Server::new(Toy).session();
    let config = wire(&Config::default());
    assert!(session.configure_provider(configure(config)).await.is_empty());
    session
}

fn configure(config: DynamicValue) -> ConfigureRequest {
    ConfigureRequest { terraform_version: "1.11.4".into(), config, capabilities: ClientCapabilities::default() }
}

fn thing(name: &str) -> Thing {
    Thing { name: name.into(), ..Thing::default() }
}

/// A made one.
fn made(name: &str) -> Thing {
    let any = Raw::Typed(Box::new(Type::Bool), Box::new(Raw::from(true)));
    Thing { id: "id-1".into(), address: "192.0.2.1".into(), any: any.into(), ..thing(name) }
}

fn wire<M: Model>(model: &M) -> DynamicValue {
    codec::encode_dynamic(&model.to_raw(), &M::block().ty()).unwrap()
}

fn model<M: Model>(value: &DynamicValue) -> Option<M> {
    let raw = codec::decode_dynamic(value, &M::block().ty()).unwrap();
    (!raw.is_null()).then(|| M::from_raw(&raw).unwrap())
}

fn summaries(diagnostics: &Diagnostics) -> Vec<&str> {
    diagnostics.iter().map(|d| d.summary.as_str()).collect()
}

/// An object of strings in which the second one is a number.
fn malformed() -> DynamicValue {
    DynamicValue { msgpack: Bytes::from_static(b"\x87\xa2id\xc0\xa4name\x07"), json: Bytes::new() }
}
