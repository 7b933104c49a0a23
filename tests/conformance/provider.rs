//! A provider without a cloud, for tests only: what it makes is what was planned. Its schemas hold everything that the protocol has, and
//! some of its attributes ask for misfortune.

use std::process::ExitCode;

use cloudvpn::framework::diagnostics::Diagnostics;
use cloudvpn::framework::model::{Model, Value};
use cloudvpn::framework::provider::{Provider, Registry};
use cloudvpn::framework::server::Server;

#[path = "provider/kinds.rs"]
mod kinds;
#[path = "provider/misfortune.rs"]
mod misfortune;
#[path = "provider/note.rs"]
mod note;
#[path = "provider/planning.rs"]
mod planning;
#[path = "provider/reading.rs"]
mod reading;
#[path = "provider/secret.rs"]
mod secret;

fn main() -> ExitCode {
    cloudvpn::plugin::main(|| Server::new(Conformance), "registry.terraform.io/cloudvpn/conformance", "0.0.0")
}

struct Conformance;

/// Configuration of the provider.
#[derive(Clone, Debug, Default, Model)]
struct Config {
    /// Put before every id; may be unknown while planning.
    #[attr(optional)]
    prefix: Value<String>,
}

/// What the configuration becomes.
struct Settings {
    prefix: Value<String>,
}

impl Provider for Conformance {
    type Config = Config;
    type Data = Settings;

    async fn configure(&self, config: Config, _: &str) -> Result<Settings, Diagnostics> {
        Ok(Settings { prefix: config.prefix })
    }

    fn register(registry: &mut Registry<Settings>) {
        registry
            .resource::<kinds::Kinds>()
            .resource::<kinds::Blocks>()
            .resource::<planning::Planning>()
            .resource::<secret::Hidden>()
            .resource::<misfortune::Misfortune>()
            .data_source::<reading::Echo>()
            .ephemeral_resource::<kinds::Kinds>()
            .ephemeral_resource::<kinds::Blocks>()
            .ephemeral_resource::<reading::Token>()
            .action::<note::Note>()
            .function(reading::Describe)
            .function(reading::Same);
    }
}

impl Settings {
    /// The id of a new object.
    fn id(&self, name: &str) -> Value<String> {
        Value::Known(format!("{}{name}", self.prefix.as_deref().unwrap_or_default()))
    }
}
