//! Tencent Cloud's resources.

use crate::cloud::Ctx;
use crate::cloud::tencent::Client;
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Value};
use crate::framework::path::Path;

use super::Data;

pub(super) use connection::Connection;

mod connection;

/// Tencent Cloud as configured.
pub(super) struct Tencent {
    client: Client,
    region: Value<String>,
    default_tags: Value<Map<String>>,
    /// A member of the configuration that is not known yet, without which no call can be made.
    not_known: Option<&'static str>,
}

impl Tencent {
    pub(super) fn new(
        client: Client,
        region: Value<String>,
        default_tags: Value<Map<String>>,
        not_known: Option<&'static str>,
    ) -> Self {
        Self { client, region, default_tags, not_known }
    }

    /// The region of resources that name none.
    pub(super) fn region(&self) -> &Value<String> {
        &self.region
    }

    pub(super) fn default_tags(&self) -> &Value<Map<String>> {
        &self.default_tags
    }

    /// The client; an error while the configuration is not known.
    fn client(&self) -> Result<&Client, Diagnostic> {
        let Some(name) = self.not_known else { return Ok(&self.client) };
        let detail = format!(
            "Tencent Cloud has to be asked, but the provider's configuration ({name}) depends on something that is not known before \
             apply. Apply that first, with -target, or configure the provider with values that are known."
        );
        Err(Diagnostic::error("Provider configuration not known yet", detail))
    }
}

/// The calls of one operation share its time limit and its cancellation.
fn ctx(cx: &Context<Data>) -> Ctx {
    Ctx::new(cx.timeout(), cx.cancellation().clone())
}

/// The region of a new resource that names none.
fn plan_region(cx: &Context<Data>, planned: &mut Value<String>, config: &Value<String>) -> Result<(), Diagnostics> {
    if !config.is_null() {
        return Ok(());
    }
    *planned = cx.provider().tencent.region().clone();
    if planned.is_null() {
        return Err(no_region().at(Path::from("region")).into());
    }
    Ok(())
}

/// The region of an object that is there.
fn region(known: &Value<String>) -> Result<&str, Diagnostic> {
    known.as_deref().ok_or_else(no_region)
}

fn no_region() -> Diagnostic {
    Diagnostic::error(
        "Missing region",
        "Set region here, or in the provider block (tencent.region), or as TENCENTCLOUD_REGION.",
    )
}

/// Takes an import id apart: `ID`, or `REGION/ID` for another region than the provider's.
fn import_id(cx: &Context<Data>, id: &str, prefix: &str) -> Result<(String, String), Diagnostics> {
    let refuse = || {
        Diagnostic::error(
            "Invalid import id",
            format!(
                "{id:?} is not an import id. Write {prefix}xxxxxxxx, or REGION/{prefix}xxxxxxxx for another region than the provider's."
            ),
        )
    };
    let (region, id) = match id.split_once('/') {
        Some((region, id)) if !region.is_empty() => (Value::from(region), id),
        Some(_) => return Err(refuse().into()),
        None => (cx.provider().tencent.region().clone(), id),
    };
    let rest = id.strip_prefix(prefix).ok_or_else(refuse)?;
    if rest.is_empty() || !rest.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(refuse().into());
    }
    let region = region.into_known().ok_or_else(no_region)?;
    Ok((region, id.to_owned()))
}
