//! What the configuration says of one cloud beside how to reach it, and the rules that all clouds share.

use crate::cloud::Ctx;
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Value};
use crate::framework::path::Path;

use super::Data;

/// One cloud as configured.
pub(super) struct Settings {
    cloud: &'static Cloud,
    region: Value<String>,
    default_tags: Value<Map<String>>,
    /// A member of the configuration that is not known yet, without which no call can be made.
    not_known: Option<&'static str>,
}

/// What a cloud is called.
pub(super) struct Cloud {
    /// For people.
    pub(super) name: &'static str,
    /// In the configuration.
    pub(super) block: &'static str,
    /// The variable that stands in for its region.
    pub(super) region_variable: &'static str,
}

impl Settings {
    pub(super) fn new(
        cloud: &'static Cloud,
        region: Value<String>,
        default_tags: Value<Map<String>>,
        not_known: Option<&'static str>,
    ) -> Self {
        Self { cloud, region, default_tags, not_known }
    }

    /// The region of resources that name none.
    pub(super) fn region(&self) -> &Value<String> {
        &self.region
    }

    pub(super) fn default_tags(&self) -> &Value<Map<String>> {
        &self.default_tags
    }

    /// An error while the configuration is not known.
    pub(super) fn known(&self) -> Result<(), Diagnostic> {
        let Some(member) = self.not_known else { return Ok(()) };
        let detail = format!(
            "{} has to be asked, but the provider's configuration ({member}) depends on something that is not known before apply. Apply \
             that first, with -target, or configure the provider with values that are known.",
            self.cloud.name
        );
        Err(Diagnostic::error("Provider configuration not known yet", detail))
    }

    /// The region of a new resource that names none.
    pub(super) fn plan_region(&self, planned: &mut Value<String>, config: &Value<String>) -> Result<(), Diagnostics> {
        if !config.is_null() {
            return Ok(());
        }
        *planned = self.region.clone();
        if planned.is_null() {
            return Err(self.cloud.no_region().at(Path::from("region")).into());
        }
        Ok(())
    }

    /// Takes an import id apart: `ID`, or `REGION/ID` for another region than the provider's.
    pub(super) fn import_id(&self, id: &str, prefix: &str) -> Result<(String, String), Diagnostics> {
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
            None => (self.region.clone(), id),
        };
        let rest = id.strip_prefix(prefix).ok_or_else(refuse)?;
        if rest.is_empty() || !rest.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(refuse().into());
        }
        let region = region.into_known().ok_or_else(|| self.cloud.no_region())?;
        Ok((region, id.to_owned()))
    }
}

impl Cloud {
    /// The region of an object that is there.
    pub(super) fn region<'a>(&self, known: &'a Value<String>) -> Result<&'a str, Diagnostic> {
        known.as_deref().ok_or_else(|| self.no_region())
    }

    fn no_region(&self) -> Diagnostic {
        let detail = format!(
            "Set region here, or in the provider block ({}.region), or as {}.",
            self.block, self.region_variable
        );
        Diagnostic::error("Missing region", detail)
    }
}

/// The calls of one operation share its time limit and its cancellation.
pub(super) fn ctx(cx: &Context<Data>) -> Ctx {
    Ctx::new(cx.timeout(), cx.cancellation().clone())
}
