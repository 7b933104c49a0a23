//! What Terraform does between the RPCs, as far as one resource needs it.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use cloudvpn::framework::codec;
use cloudvpn::framework::diagnostics::{Diagnostic, Diagnostics};
use cloudvpn::framework::legality;
use cloudvpn::framework::raw::Raw;
use cloudvpn::framework::schema::{Attribute, AttributeKind, BlockNesting, Nesting, Schema};
use cloudvpn::framework::server::{
    ApplyRequest, ApplyResponse, ClientCapabilities, ConfigureRequest, DynamicValue, ImportRequest,
    OpenEphemeralRequest, PlanRequest, PlanResponse, ProviderSchema, ReadDataSourceRequest, ReadRequest, Server,
    Session, ValidateRequest,
};
use cloudvpn::framework::types::Type;
use cloudvpn::framework::validators::Validator;
use cloudvpn::provider::Cloudvpn;
use serde_json::{Map, Value as Json, json};

/// One run of Terraform with one resource in its configuration: a provider process of its own.
#[derive(Clone)]
pub(crate) struct Terraform {
    pub(crate) session: Session,
    schema: Arc<Schema>,
    type_name: &'static str,
}

/// A resource in the state file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Saved {
    /// Null: not there.
    pub(crate) state: Raw,
    private: Bytes,
    identity: Option<DynamicValue>,
    /// Its create ended with an error.
    tainted: bool,
}

/// What an operation left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) saved: Saved,
    pub(crate) diagnostics: Diagnostics,
}

impl Saved {
    pub(crate) fn id(&self) -> &str {
        self.state.get("id").as_str().unwrap_or_default()
    }
}

impl Outcome {
    pub(crate) fn failed(&self) -> bool {
        self.diagnostics.has_errors()
    }
}

/// Every kind there is.
pub(crate) fn kinds() -> Vec<&'static str> {
    provider().resources.keys().copied().collect()
}

/// The optional attributes of a kind, each with the values that say nothing.
pub(crate) fn empties(type_name: &str) -> Vec<(String, Json)> {
    let optional = attributes(type_name).iter().filter(|attribute| attribute.optional);
    optional
        .flat_map(|attribute| empty(attribute).into_iter().map(|empty| (attribute.name.to_string(), empty)))
        .collect()
}

fn empty(attribute: &Attribute) -> Vec<Json> {
    match &attribute.kind {
        AttributeKind::Plain(Type::String) => vec![json!("")],
        AttributeKind::Plain(Type::Number) if excludes_zero(attribute) => vec![json!(0)],
        AttributeKind::Plain(Type::List(_) | Type::Set(_)) => vec![json!([])],
        AttributeKind::Plain(Type::Map(_)) => vec![json!({})],
        AttributeKind::Plain(_) => vec![],
        AttributeKind::Nested(Nesting::Single, object) => {
            let of = |value: fn(&Attribute) -> Json| {
                let members = object.attributes.iter().map(|inner| (inner.name.to_string(), value(inner)));
                Json::Object(members.collect())
            };
            vec![of(|_| Json::Null), of(|inner| empty(inner).pop().unwrap_or_default())]
        }
        AttributeKind::Nested(Nesting::Map, _) => vec![json!({})],
        AttributeKind::Nested(..) => vec![json!([])],
    }
}

/// Whether 0 is no value of the attribute.
fn excludes_zero(attribute: &Attribute) -> bool {
    let bounds = |validator: &Validator| match validator {
        Validator::Range { min, max } => Some(!(*min..=*max).contains(&0)),
        _ => None,
    };
    attribute.validators.iter().filter_map(bounds).any(|excluded| excluded)
}

/// Reads a data source, or opens an ephemeral resource, with a provider of its own.
pub(crate) async fn look(ephemeral: bool, type_name: &str, url: &str, config: &Json) {
    let session = server().session();
    assert_eq!(session.configure_provider(configuration(url)).await, Diagnostics::new());
    let of = if ephemeral { &provider().ephemeral_resources } else { &provider().data_sources };
    let schema = &of[type_name];
    let whole = schema.block.attributes.iter().map(|attribute| attribute.name.to_string());
    let whole = whole.map(|name| (name.clone(), config.get(&name).cloned().unwrap_or_default()));
    let config = codec::json::decode_state_value(&Json::Object(whole.collect()), schema).expect("a configuration");
    let config = codec::encode_dynamic(&config, schema.ty()).expect("a value of the schema");
    let type_name = type_name.to_owned();
    let diagnostics = match ephemeral {
        true => session.open_ephemeral_resource(OpenEphemeralRequest { type_name, config }).await.diagnostics,
        false => session.read_data_source(ReadDataSourceRequest { type_name, config }).await.diagnostics,
    };
    assert!(!diagnostics.has_errors(), "{diagnostics}");
}

impl Terraform {
    /// Starts with a provider configured for a mock.
    pub(crate) async fn start(type_name: &'static str, url: &str) -> Self {
        let session = server().session();
        let diagnostics = session.configure_provider(configuration(url)).await;
        assert_eq!(diagnostics, Diagnostics::new());
        let schema = Arc::clone(&provider().resources[type_name]);
        Self { session, schema, type_name }
    }

    /// A configuration as Terraform sends it, with every attribute.
    pub(crate) fn config(&self, json: &Json) -> Raw {
        codec::json::decode_state_value(json, &self.schema).expect("the table of kinds fits the schemas")
    }

    pub(crate) async fn validate(&self, config: &Raw) -> Diagnostics {
        let (type_name, config) = (self.type_name.to_owned(), self.encoded(config));
        self.session.validate_resource_config(ValidateRequest { type_name, config, capabilities: CAPABILITIES }).await
    }

    /// Plans and applies, as `terraform apply` does: what is tainted or needs another object is destroyed first.
    pub(crate) async fn put(&self, before: Saved, config: &Raw) -> Outcome {
        let mut before = before;
        if before.tainted {
            let destroyed = self.delete(before).await;
            if destroyed.failed() {
                return destroyed;
            }
            before = destroyed.saved;
        }
        let mut planned = self.plan(&before, config).await;
        if planned.diagnostics.has_errors() {
            return Outcome { saved: before, diagnostics: planned.diagnostics };
        }
        if !planned.requires_replace.is_empty() {
            let destroyed = self.delete(before).await;
            if destroyed.failed() {
                return destroyed;
            }
            before = destroyed.saved;
            planned = self.plan(&before, config).await;
            if planned.diagnostics.has_errors() {
                return Outcome { saved: before, diagnostics: planned.diagnostics };
            }
        }
        if !before.state.is_null() && self.decoded(&planned.planned_state) == before.state {
            return Outcome { saved: before, diagnostics: planned.diagnostics };
        }
        self.apply(before, planned, config).await
    }

    /// Whether a plan of this configuration says that nothing is to be done; else what it would change.
    pub(crate) async fn changes(&self, saved: &Saved, config: &Raw) -> Result<(), String> {
        let planned = self.plan(saved, config).await;
        if planned.diagnostics.has_errors() {
            return Err(planned.diagnostics.to_string());
        }
        different("the plan", &saved.state, &self.decoded(&planned.planned_state))
    }

    pub(crate) async fn read(&self, saved: Saved) -> Outcome {
        let response = self
            .session
            .read_resource(ReadRequest {
                type_name: self.type_name.to_owned(),
                current_state: self.encoded(&saved.state),
                private: saved.private,
                current_identity: None,
                capabilities: CAPABILITIES,
            })
            .await;
        let state = self.decoded(&response.new_state);
        let saved = Saved { state, private: response.private, identity: response.new_identity, ..saved };
        Outcome { saved, diagnostics: response.diagnostics }
    }

    /// A refresh, of what there is to refresh.
    pub(crate) async fn read_if_there(&self, saved: Saved) -> Outcome {
        if saved.state.is_null() {
            return Outcome { saved, diagnostics: Diagnostics::new() };
        }
        self.read(saved).await
    }

    pub(crate) async fn delete(&self, saved: Saved) -> Outcome {
        if saved.state.is_null() {
            return Outcome { saved, diagnostics: Diagnostics::new() };
        }
        let planned = PlanResponse {
            planned_state: self.encoded(&Raw::Null),
            requires_replace: Vec::new(),
            planned_private: saved.private.clone(),
            planned_identity: None,
            diagnostics: Diagnostics::new(),
        };
        self.apply(saved, planned, &Raw::Null).await
    }

    /// Imports by identity and reads, as Terraform does in one.
    pub(crate) async fn import(&self, saved: &Saved) -> Outcome {
        let request = ImportRequest {
            type_name: self.type_name.to_owned(),
            id: String::new(),
            identity: Some(saved.identity.clone().expect("every kind has an identity")),
            capabilities: CAPABILITIES,
        };
        let response = self.session.import_resource_state(request).await;
        let Some(imported) = response.imported else {
            return Outcome { saved: Saved::default(), diagnostics: response.diagnostics };
        };
        let state = self.decoded(&imported.state);
        let saved = Saved { state, private: imported.private, identity: imported.identity, tainted: false };
        let read = self.read(saved).await;
        if read.failed() {
            return Outcome { saved: Saved::default(), diagnostics: read.diagnostics };
        }
        if read.saved.state.is_null() {
            let gone = Diagnostic::error("Cannot import non-existent remote object", "");
            return Outcome { saved: Saved::default(), diagnostics: gone.into() };
        }
        read
    }

    async fn plan(&self, before: &Saved, config: &Raw) -> PlanResponse {
        self.session.plan_resource_change(self.plan_request(before, config)).await
    }

    async fn apply(&self, before: Saved, planned: PlanResponse, config: &Raw) -> Outcome {
        let request = self.apply_request(&before, planned.planned_state, planned.planned_private, config);
        let ApplyResponse { new_state, private, new_identity, diagnostics } =
            self.session.apply_resource_change(request).await;
        let state = self.decoded(&new_state);
        let is_create = before.state.is_null();
        let tainted = !state.is_null() && (before.tainted || (is_create && diagnostics.has_errors()));
        Outcome { saved: Saved { state, private, identity: new_identity, tainted }, diagnostics }
    }

    pub(crate) fn plan_request(&self, before: &Saved, config: &Raw) -> PlanRequest {
        let proposed = legality::proposed_new(&self.schema, &before.state, config);
        PlanRequest {
            type_name: self.type_name.to_owned(),
            prior_state: self.encoded(&before.state),
            proposed_new_state: self.encoded(&proposed),
            config: self.encoded(config),
            prior_private: before.private.clone(),
            capabilities: CAPABILITIES,
        }
    }

    pub(crate) fn apply_request(
        &self,
        before: &Saved,
        planned_state: DynamicValue,
        planned_private: Bytes,
        config: &Raw,
    ) -> ApplyRequest {
        ApplyRequest {
            type_name: self.type_name.to_owned(),
            prior_state: self.encoded(&before.state),
            planned_state,
            config: self.encoded(config),
            planned_private,
            planned_identity: None,
        }
    }

    /// What a provider in another process answered to an apply.
    pub(crate) fn saved(&self, before: &Saved, new_state: &DynamicValue, private: Bytes, failed: bool) -> Saved {
        let state = self.decoded(new_state);
        let tainted = !state.is_null() && (before.tainted || (before.state.is_null() && failed));
        Saved { state, private, identity: None, tainted }
    }

    pub(crate) fn encoded(&self, value: &Raw) -> DynamicValue {
        codec::encode_dynamic(value, self.schema.ty()).expect("a value of the schema")
    }

    fn decoded(&self, value: &DynamicValue) -> Raw {
        codec::decode_dynamic(value, self.schema.ty()).expect("the provider answers with values of its schema")
    }
}

/// Names the members that are not the same.
pub(crate) fn different(what: &str, expected: &Raw, found: &Raw) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let (Raw::Map(expected), Raw::Map(found)) = (expected, found) else {
        return Err(format!("{what} is not the same object: gone, or new"));
    };
    let names: Vec<_> =
        expected.iter().filter(|(name, value)| found.get(*name) != Some(value)).map(|(n, _)| &**n).collect();
    Err(format!("{what} has other values of {}", names.join(", ")))
}

/// The attributes of a kind.
pub(crate) fn attributes(type_name: &str) -> &'static [Attribute] {
    &provider().resources[type_name].block.attributes
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::new(Cloudvpn))
}

fn provider() -> &'static ProviderSchema {
    static SCHEMA: OnceLock<Arc<ProviderSchema>> = OnceLock::new();
    SCHEMA.get_or_init(|| server().schema())
}

/// Both clouds at a mock, with nothing from the environment.
fn configuration(url: &str) -> ConfigureRequest {
    let said = json!({
        "tencent": {
            "region": cloudvpn_mock::TENCENT_REGION, "secret_id": cloudvpn_mock::TENCENT_SECRET_ID,
            "secret_key": cloudvpn_mock::TENCENT_SECRET_KEY, "endpoint": url,
            "legacy_endpoint": format!("{url}/v2/index.php"),
        },
        "alibaba": {
            "region": cloudvpn_mock::ALIBABA_REGION, "access_key_id": cloudvpn_mock::ALIBABA_ACCESS_KEY_ID,
            "access_key_secret": cloudvpn_mock::ALIBABA_ACCESS_KEY_SECRET, "endpoint": url,
        },
    });
    let schema = &provider().provider;
    let mut whole = Map::new();
    for block in &schema.block.blocks {
        let said = said.get(&*block.name).cloned();
        let value = match block.nesting {
            BlockNesting::Single | BlockNesting::Group => said.unwrap_or_default(),
            _ => said.map_or_else(|| json!([]), |said| json!([said])),
        };
        whole.insert(block.name.to_string(), value);
    }
    for attribute in &schema.block.attributes {
        whole.insert(attribute.name.to_string(), said.get(&*attribute.name).cloned().unwrap_or_default());
    }
    let config = codec::json::decode_state_value(&Json::Object(whole), schema).expect("the provider's own schema");
    let config = codec::encode_dynamic(&config, schema.ty()).expect("the provider's own schema");
    ConfigureRequest { terraform_version: "1.11.4".to_owned(), config, capabilities: CAPABILITIES }
}

const CAPABILITIES: ClientCapabilities =
    ClientCapabilities { deferral_allowed: false, write_only_attributes_allowed: true };
