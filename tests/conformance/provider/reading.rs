//! What is only read: a data source, an ephemeral resource, functions.

use std::time::{Duration, SystemTime};

use cloudvpn::framework::context::Context;
use cloudvpn::framework::data_source::DataSource;
use cloudvpn::framework::diagnostics::Diagnostics;
use cloudvpn::framework::ephemeral::{EphemeralResource, Opened};
use cloudvpn::framework::function::{Function, FunctionError, Parameter, Signature};
use cloudvpn::framework::model::{List, Model, Value};
use cloudvpn::framework::raw::Raw;
use cloudvpn::framework::types::Type;

use super::Settings;

/// Says what it was told.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Echo {
    /// Something.
    #[attr(optional)]
    value: Value<Raw>,
    /// Texts.
    #[attr(optional)]
    texts: Value<List<String>>,
    /// The value again.
    #[attr(computed)]
    result: Value<Raw>,
    /// The number of texts.
    #[attr(computed)]
    count_of_texts: Value<i64>,
}

impl DataSource for Echo {
    type Data = Settings;
    const TYPE: &'static str = "conformance_echo";

    async fn read(_: &Context<Settings>, config: Self) -> Result<Self, Diagnostics> {
        let count = config.texts.known().map_or(0, Vec::len);
        let count_of_texts = i64::try_from(count).unwrap_or(i64::MAX).into();
        Ok(Self { result: config.value.clone(), count_of_texts, ..config })
    }
}

/// A token that is never stored.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Token {
    /// Who wants it.
    #[attr(required)]
    name: Value<String>,
    /// The token.
    #[attr(computed, sensitive)]
    token: Value<String>,
}

impl EphemeralResource for Token {
    type Data = Settings;
    const TYPE: &'static str = "conformance_token";

    async fn open(cx: &Context<Settings>, config: Self) -> Result<Opened<Self>, Diagnostics> {
        cx.private(|private| private.set("name", config.name.as_deref().unwrap_or_default()));
        let token = format!("token-of-{}", config.name.as_deref().unwrap_or_default());
        let renew_at = Some(SystemTime::now() + Duration::from_secs(3600));
        Ok(Opened { result: Self { token: token.into(), ..config }, renew_at })
    }
}

/// Tells the types of its arguments.
pub(crate) struct Describe;

impl Function for Describe {
    fn name(&self) -> &'static str {
        "describe"
    }

    fn signature(&self) -> Signature {
        let parameter = |name, ty| Parameter { name, ty, allow_null: false, allow_unknown: false, description: "" };
        Signature {
            parameters: vec![parameter("separator", Type::String)],
            variadic: Some(parameter("values", Type::Dynamic)),
            returns: Type::String,
            summary: "Types of values",
            description: "The types of all values, with the separator between them.",
            deprecated: None,
        }
    }

    fn call(&self, arguments: Vec<Raw>) -> Result<Raw, FunctionError> {
        let [separator, values @ ..] = arguments.as_slice() else {
            return Err(FunctionError { text: "An argument is missing.".into(), argument: None });
        };
        if separator.as_str() == Some("") {
            return Err(FunctionError { text: "The separator is empty.".into(), argument: Some(0) });
        }
        let types: Vec<_> = values
            .iter()
            .map(|value| match value {
                Raw::Typed(ty, _) => ty.to_string(),
                _ => "no type".to_owned(),
            })
            .collect();
        Ok(Raw::from(types.join(separator.as_str().unwrap_or_default())))
    }
}

/// Gives back its argument.
pub(crate) struct Same;

impl Function for Same {
    fn name(&self) -> &'static str {
        "same"
    }

    fn signature(&self) -> Signature {
        Signature {
            parameters: vec![Parameter {
                name: "value",
                ty: Type::Dynamic,
                allow_null: true,
                allow_unknown: false,
                description: "",
            }],
            variadic: None,
            returns: Type::Dynamic,
            summary: "The same",
            description: "The value itself, whatever it is.",
            deprecated: None,
        }
    }

    fn call(&self, mut arguments: Vec<Raw>) -> Result<Raw, FunctionError> {
        arguments.pop().ok_or_else(|| FunctionError { text: "The argument is missing.".into(), argument: None })
    }
}
