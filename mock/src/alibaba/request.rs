//! The parameters of a request: query and form body merged.

use serde_json::Value;

use crate::api::has_form;
use crate::check;
use crate::server::Received;
use crate::store::Members;

/// A request's parameters as decoded, in the order received.
///
/// Clients differ in how a space travels, as `+` or as `%20`; both are the same here, and the signatures are computed on what
/// was decoded.
#[derive(Debug)]
pub(super) struct Request {
    pairs: Vec<(String, String)>,
    /// How many of them come from the query.
    in_query: usize,
}

impl Request {
    pub(super) fn read(received: &Received) -> Self {
        let mut pairs: Vec<_> = form_urlencoded::parse(received.query.as_bytes()).into_owned().collect();
        let in_query = pairs.len();
        if has_form(received) {
            pairs.extend(form_urlencoded::parse(received.body.as_deref().unwrap_or_default()).into_owned());
        }
        Self { pairs, in_query }
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn query_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs().take(self.in_query)
    }

    /// A parameter, empty when it is absent.
    pub(super) fn value(&self, name: &str) -> &str {
        self.pairs().filter(|(known, _)| *known == name).last().map_or("", |(_, value)| value)
    }

    /// The business parameters as received; `Tag.1.Key` is a member of a list of objects.
    pub(super) fn params(&self) -> Members {
        check::unflatten(self.pairs().filter(|(name, _)| !COMMON.contains(name)))
    }

    /// The business parameters that count: an empty one is an absent one.
    pub(super) fn given(&self) -> Members {
        let given = self.pairs().filter(|(name, value)| !value.is_empty() && !COMMON.contains(name));
        check::unflatten(given.filter(|(name, _)| !OWNERSHIP.contains(name)))
    }

    /// A list whose elements do not count from 1 without gaps: its names are `ResourceId.1`, `ResourceId.2` ("TagResources").
    /// An empty element has its place here, as in [`Self::params`].
    pub(super) fn miscounted(&self) -> Option<&str> {
        check::miscounted(self.pairs().map(|(name, _)| name))
    }

    pub(super) fn wants_xml(&self, received: &Received) -> bool {
        let accepts = received.headers.contains_key("x-acs-action") && received.header("accept") == "application/xml";
        accepts || self.value("Format").eq_ignore_ascii_case("XML")
    }
}

/// Sets a text member where there is none.
pub(super) fn or_insert(members: &mut Members, name: &str, value: impl Into<Value>) {
    members.entry(name).or_insert_with(|| value.into());
}

/// Parameters that are no business of the action: "V2 request structure and signature", common parameters, and the two that
/// the official Terraform provider adds.
const COMMON: &[&str] = &[
    "Action",
    "Version",
    "Format",
    "AccessKeyId",
    "SecurityToken",
    "BearerToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureVersion",
    "SignatureType",
    "Timestamp",
    "SourceIp",
    "SecureTransport",
];

/// Every action takes these, and normal callers leave them alone.
const OWNERSHIP: &[&str] = &["OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount"];
