//! Data sources that are one object: which one is meant.

use crate::framework::diagnostics::Diagnostic;

/// What is sought: an id, or else a name, or what stands for one.
pub(super) struct Lookup<'a> {
    /// `tunnel`.
    pub(super) kind: &'static str,
    pub(super) region: &'a str,
    pub(super) id: Option<&'a str>,
    /// The attribute, and its value.
    pub(super) name: (&'static str, Option<&'a str>),
    /// The attribute that says among which objects the name is unique, and its value if it is sought as well.
    pub(super) among: (&'static str, Option<&'a str>),
    /// The data source that takes any number.
    pub(super) plural: &'static str,
}

impl Lookup<'_> {
    /// The attribute that says what is sought.
    pub(super) fn by(&self) -> &'static str {
        if self.id.is_some() { "id" } else { self.name.0 }
    }

    /// The only one of those that were found; `place` gives an object's id and among which objects it is.
    pub(super) fn the_one<T>(&self, found: Vec<T>, place: impl Fn(&T) -> [Option<&str>; 2]) -> Result<T, Diagnostic> {
        match <[_; 1]>::try_from(found) {
            Ok([object]) => Ok(object),
            Err(found) if found.is_empty() => Err(self.none()),
            Err(found) => Err(self.several(&found.iter().map(place).collect::<Vec<_>>())),
        }
    }

    fn none(&self) -> Diagnostic {
        let Self { kind, region, plural, .. } = self;
        let detail = format!(
            "{region} has no {kind} {self}. Check that, and the region. Where there may be none, use the data source {plural}: its list \
             is then empty."
        );
        Diagnostic::error(format!("No such {kind}"), detail).at(self.by())
    }

    fn several(&self, found: &[[Option<&str>; 2]]) -> Diagnostic {
        let Self { kind, region, plural, among: (among, value), .. } = self;
        let named = found.iter().take(NAMED);
        let named = named.map(|[id, of]| format!("{} ({among} {})", id.unwrap_or_default(), of.unwrap_or_default()));
        let named = named.collect::<Vec<_>>().join(", ");
        let more = match found.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let narrower = if value.is_none() { format!(", or set {among} as well") } else { String::new() };
        let detail = format!(
            "{region} has {} {kind}s {self}: {named}{more}. Use id instead{narrower}. For all of them there is the data source {plural}.",
            found.len()
        );
        Diagnostic::error(format!("Several {kind}s have this {}", self.name.0), detail).at(self.by())
    }
}

/// An id, or `named "office"`, and what else is sought: what stands after the kind.
impl std::fmt::Display for Lookup<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.id, self.name) {
            (Some(id), _) => f.write_str(id)?,
            (None, ("name", name)) => write!(f, "named {:?}", name.unwrap_or_default())?,
            (None, (attribute, value)) => write!(f, "with {attribute} {}", value.unwrap_or_default())?,
        }
        let joined = if self.id.is_some() || self.name.0 == "name" { "with" } else { "and" };
        match self.among {
            (among, Some(value)) => write!(f, " {joined} {among} {value}"),
            _ => Ok(()),
        }
    }
}

/// How many objects an error names.
const NAMED: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sought_is_a_sentence() {
        let said = |id, name, among| {
            let lookup = Lookup { kind: "tunnel", region: "r", id, name, among: ("gateway_id", among), plural: "p" };
            lookup.to_string()
        };
        let (by_name, by_range) = (("name", Some("office")), ("destination_cidr", Some("10.0.0.0/8")));
        assert_eq!(said(Some("vpnx-1"), ("name", None), Some("vpngw-1")), "vpnx-1 with gateway_id vpngw-1");
        assert_eq!(said(None, by_name, Some("vpngw-1")), "named \"office\" with gateway_id vpngw-1");
        assert_eq!(said(None, by_range, Some("vpngw-1")), "with destination_cidr 10.0.0.0/8 and gateway_id vpngw-1");
        assert_eq!(said(None, by_range, None), "with destination_cidr 10.0.0.0/8");
    }
}
