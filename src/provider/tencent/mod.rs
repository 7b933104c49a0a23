//! Tencent Cloud's resources.

use crate::cloud::Ctx;
use crate::cloud::tencent::{Client, legacy};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Value};
use crate::framework::path::Path;

use super::Data;

pub(super) use connection::{Connection, Connections};
pub(super) use legacy_connection::LegacyConnection;

mod connection;
mod key;
mod legacy_connection;
mod parts;
mod values;

/// Tencent Cloud as configured.
pub(super) struct Tencent {
    client: Configured<Client>,
    legacy: Configured<legacy::Client>,
    region: Value<String>,
    default_tags: Value<Map<String>>,
}

/// A client, and a member of the configuration that is not known yet, without which it can make no call.
pub(super) struct Configured<C> {
    pub(super) client: C,
    pub(super) not_known: Option<&'static str>,
}

impl Tencent {
    pub(super) fn new(
        client: Configured<Client>,
        legacy: Configured<legacy::Client>,
        region: Value<String>,
        default_tags: Value<Map<String>>,
    ) -> Self {
        Self { client, legacy, region, default_tags }
    }

    /// The region of resources that name none.
    pub(super) fn region(&self) -> &Value<String> {
        &self.region
    }

    pub(super) fn default_tags(&self) -> &Value<Map<String>> {
        &self.default_tags
    }

    /// The client of API 3.0; an error while the configuration is not known.
    fn client(&self) -> Result<&Client, Diagnostic> {
        self.client.ready()
    }

    /// The client of API 2.0; an error while the configuration is not known.
    fn legacy(&self) -> Result<&legacy::Client, Diagnostic> {
        self.legacy.ready()
    }
}

impl<C> Configured<C> {
    fn ready(&self) -> Result<&C, Diagnostic> {
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

/// The region that a data source looks at: the one it names, or the provider's.
fn region_of(cx: &Context<Data>, configured: &Value<String>) -> Result<String, Diagnostic> {
    let region_or_none = if configured.is_null() { cx.provider().tencent.region() } else { configured };
    region(region_or_none).map(str::to_owned).map_err(|error| error.at("region"))
}

fn no_region() -> Diagnostic {
    Diagnostic::error(
        "Missing region",
        "Set region here, or in the provider block (tencent.region), or as TENCENTCLOUD_REGION.",
    )
}

/// Takes an import id apart: the ids with these prefixes, joined by `/`, and in front of them `REGION/` for another region than the
/// provider's.
fn import_id<const N: usize>(
    cx: &Context<Data>,
    id: &str,
    prefixes: [&str; N],
) -> Result<(String, [String; N]), Diagnostics> {
    let refuse = || {
        let shape = prefixes.map(|prefix| format!("{prefix}xxxxxxxx")).join("/");
        let detail = format!(
            "{id:?} is not an import id. Write {shape}, or REGION/{shape} for another region than the provider's."
        );
        Diagnostic::error("Invalid import id", detail)
    };
    let (region, ids) = match id.split_once('/') {
        Some((region, ids)) if id.split('/').count() == N + 1 && !region.is_empty() => (Value::from(region), ids),
        _ => (cx.provider().tencent.region().clone(), id),
    };
    let ids: Vec<_> = ids.split('/').map(str::to_owned).collect();
    let ids: [String; N] = ids.try_into().map_err(|_| refuse())?;
    let fits = |(id, prefix): (&String, &str)| {
        let rest = id.strip_prefix(prefix).unwrap_or_default();
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric())
    };
    if !ids.iter().zip(prefixes).all(fits) {
        return Err(refuse().into());
    }
    let region = region.into_known().ok_or_else(no_region)?;
    Ok((region, ids))
}
