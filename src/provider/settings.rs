//! What the configuration says of one cloud beside how to reach it, and the rules that all clouds share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::cloud::{Chain, Ctx, Pending};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::Value;
use crate::framework::path::Path;

use super::region::{self, Regions};
use super::tags::Policy;
use super::{Data, errors};

/// One cloud as configured.
pub(super) struct Settings {
    cloud: &'static Cloud,
    region: Value<String>,
    tags: Policy,
    pending: Pending,
}

/// A client, and why it can make no call.
pub(super) struct Configured<C> {
    client: C,
    keys: Chain,
    /// A member of the configuration that is not known yet.
    not_known: Option<&'static str>,
    /// What is wrong with the environment. It may be there for something else: a cloud that is not used is not complained about.
    unusable: Option<Diagnostic>,
    /// Whether somebody was told that there are no credentials.
    warned: AtomicBool,
}

/// What a cloud is called.
pub(super) struct Cloud {
    /// For people.
    pub(super) name: &'static str,
    /// In the configuration.
    pub(super) block: &'static str,
    /// The variable that stands in for its region.
    pub(super) region_variable: &'static str,
    pub(super) regions: &'static Regions,
}

impl Settings {
    pub(super) fn new(cloud: &'static Cloud, region: Value<String>, tags: Policy) -> Self {
        Self { cloud, region, tags, pending: Pending::default() }
    }

    pub(super) fn cloud(&self) -> &'static Cloud {
        self.cloud
    }

    /// The region of resources that name none.
    pub(super) fn region(&self) -> &Value<String> {
        &self.region
    }

    /// What holds for the tags of all its resources.
    pub(super) fn tags(&self) -> &Policy {
        &self.tags
    }

    /// What this process is writing to this cloud.
    pub(super) fn pending(&self) -> &Pending {
        &self.pending
    }

    /// The region of a data source: the one that it names, or the provider's.
    pub(super) fn region_or(&self, configured: &Value<String>) -> Result<String, Diagnostic> {
        if configured.is_null() {
            self.usable_region()?;
            return Ok(self.cloud.region(&self.region)?.to_owned());
        }
        Ok(self.cloud.region(configured)?.to_owned())
    }

    /// The region of a new resource that names none.
    pub(super) fn new_region(&self) -> Result<Value<String>, Diagnostics> {
        if self.region.is_null() {
            return Err(self.cloud.no_region().into());
        }
        self.usable_region()?;
        Ok(self.region.clone())
    }

    /// What the provider's block says has been checked before. What the environment says is looked at where it is needed.
    fn usable_region(&self) -> Result<(), Diagnostic> {
        let Some(wrong) = self.region.as_deref().and_then(|region| self.cloud.regions.wrong(region)) else {
            return Ok(());
        };
        let detail = format!(
            "{wrong} This is the region of the provider, which the environment variable {} says.",
            self.cloud.region_variable
        );
        Err(Diagnostic::error(region::INVALID, detail))
    }

    /// Takes an import id apart: the ids with these prefixes, joined by `/`, and in front of them `REGION/` for another region than the
    /// provider's.
    pub(super) fn import_id<const N: usize>(
        &self,
        id: &str,
        prefixes: [&str; N],
    ) -> Result<(String, [String; N]), Diagnostics> {
        self.import_id_before(id, "", id, prefixes)
    }

    /// The same for what stands in front of the rest of a `whole` import id, which ends like `end`.
    pub(super) fn import_id_before<const N: usize>(
        &self,
        id: &str,
        end: &str,
        whole: &str,
        prefixes: [&str; N],
    ) -> Result<(String, [String; N]), Diagnostics> {
        let (region, ids) = self.split_import_id(id, &prefixes).map_err(|why| match why {
            Refused::Region(error) => error,
            Refused::Id(why) => {
                let shape: Vec<_> = prefixes.iter().map(|prefix| format!("{prefix}xxxxxxxx")).collect();
                not_an_import_id(whole, why.as_deref(), &format!("{}{end}", shape.join("/")))
            }
        })?;
        Ok((region, ids.try_into().expect("there are as many ids as prefixes")))
    }

    fn split_import_id(&self, id: &str, prefixes: &[&str]) -> Result<(String, Vec<String>), Refused> {
        let (own, ids) = match id.split_once('/') {
            Some((region, ids)) if ids.split('/').count() == prefixes.len() && !region.is_empty() => {
                (Some(region), ids)
            }
            _ => (None, id),
        };
        let ids: Vec<_> = ids.split('/').map(str::to_owned).collect();
        let fits = |(id, prefix): (&String, &&str)| {
            let rest = id.strip_prefix(prefix).unwrap_or_default();
            !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric())
        };
        let wrong_region = own.and_then(|region| self.cloud.regions.wrong(region));
        if ids.len() != prefixes.len() || !ids.iter().zip(prefixes).all(fits) || wrong_region.is_some() {
            return Err(Refused::Id(wrong_region));
        }
        let region = own.map_or_else(|| self.region.clone(), Value::from);
        // An import id has no attribute.
        let region = self.cloud.region(&region).map_err(|error| Refused::Region(error.at(Path::root())))?;
        Ok((region.to_owned(), ids))
    }
}

impl<C> Configured<C> {
    pub(super) fn new(client: C, keys: Chain, not_known: Option<&'static str>, unusable: Option<Diagnostic>) -> Self {
        Self { client, keys, not_known, unusable, warned: AtomicBool::new(false) }
    }

    /// The client; an error while the configuration of `cloud` is not known, or not usable.
    pub(super) fn of(&self, cloud: &Cloud) -> Result<&C, Diagnostic> {
        self.check()?;
        self.not_known.map_or(Ok(&self.client), |member| Err(cloud.not_known(member)))
    }

    /// Whether calls will be possible, as far as that is known without asking anybody.
    pub(super) fn check(&self) -> Result<(), Diagnostic> {
        if self.not_known.is_none()
            && let Err(error) = self.keys.look()
        {
            return Err(errors::diagnostic("Unusable credentials", &error, |_| None));
        }
        self.unusable.clone().map_or(Ok(()), Err)
    }

    /// A warning for a plan that changes something: there are no credentials for an apply. It is given once.
    pub(super) fn warning(&self) -> Option<Diagnostic> {
        if self.not_known.is_some() {
            return None;
        }
        let error = self.keys.look().ok()??;
        if self.warned.swap(true, Ordering::Relaxed) {
            return None;
        }
        let diagnostic = errors::diagnostic("No credentials", &error, |_| None);
        let detail = format!("{}\n\nNothing was asked for this plan. An apply of it needs a key.", diagnostic.detail);
        Some(Diagnostic::warning(diagnostic.summary, detail))
    }

    /// What gives the keys; an error as with [`Configured::of`].
    pub(super) fn keys(&self, cloud: &Cloud) -> Result<&Chain, Diagnostic> {
        self.of(cloud).map(|_| &self.keys)
    }
}

impl Cloud {
    /// The region to ask: that of an object which is there, or of the provider.
    pub(super) fn region<'a>(&self, region: &'a Value<String>) -> Result<&'a str, Diagnostic> {
        match region {
            Value::Known(region) => Ok(region),
            Value::Null => Err(self.no_region()),
            // What a resource or a data source says itself is known when it is asked for.
            Value::Unknown => Err(self.not_known("region")),
        }
    }

    fn not_known(&self, member: &str) -> Diagnostic {
        let detail = format!(
            "{} has to be asked, but the provider's configuration ({member}) depends on something that is not known before apply. Apply \
             that first, with -target, or configure the provider with values that are known.",
            self.name
        );
        Diagnostic::error("Provider configuration not known yet", detail)
    }

    fn no_region(&self) -> Diagnostic {
        let detail = format!(
            "Set region here, or in the provider block ({}.region), or as {}.",
            self.block, self.region_variable
        );
        Diagnostic::error("Missing region", detail).at("region")
    }
}

/// Why nothing came of an import id.
enum Refused {
    /// There is none that it could mean.
    Region(Diagnostic),
    /// It is none, perhaps for a reason that can be said.
    Id(Option<String>),
}

/// `shape` is what an id looks like in the provider's own region.
pub(super) fn not_an_import_id(id: &str, why: Option<&str>, shape: &str) -> Diagnostic {
    let why = why.map_or(String::new(), |why| format!(" {why}"));
    let detail = format!(
        "{id:?} is not an import id.{why} Write {shape}, or REGION/{shape} for another region than the provider's."
    );
    Diagnostic::error("Invalid import id", detail)
}

/// The calls of one operation share its time limit and its cancellation. One that only reads, such as the refresh of a plan, says after
/// [half a minute](OUTAGE) that nobody answers; throttling it waits out like the others.
pub(super) fn ctx(cx: &Context<Data>) -> Ctx {
    let limit = cx.only_reads().then_some(OUTAGE);
    Ctx::new(cx.timeout(), cx.cancellation().clone()).with_outage_limit(limit)
}

const OUTAGE: Duration = Duration::from_secs(30);
