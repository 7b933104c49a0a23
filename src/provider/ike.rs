//! What phase 1 of a tunnel cannot be, on either cloud.

use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::raw::Raw;

/// Aggressive mode is one of IKEv1 (RFC 2409, section 5); IKEv2 has no modes (RFC 7296).
pub(super) fn aggressive_mode_has_its_version(ike: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let is = |name: &str, value: &str| ike.get(name).as_str().is_some_and(|text| text.eq_ignore_ascii_case(value));
    if is("version", "ikev2") && is("exchange_mode", "aggressive") {
        let [version, mode] = ["version", "exchange_mode"].map(|name| ike.get(name).as_str().unwrap_or_default());
        // Each cloud has its own spelling of the values.
        let (main, first) = if version.starts_with('I') { ("MAIN", "IKEV1") } else { ("main", "ikev1") };
        let detail = format!(
            "{mode:?} is a mode of IKEv1, and the version is {version:?}, which has no modes. Set exchange_mode to {main:?}, which it is for a \
             new tunnel that says nothing, or the version to {first:?}."
        );
        diagnostics.error(path.attribute("exchange_mode"), "Mode of another version", detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_1_has_an_aggressive_mode() {
        for (version, mode, allowed) in [
            (Raw::from("IKEV2"), Raw::from("AGGRESSIVE"), false),
            ("ikev2".into(), "aggressive".into(), false),
            ("ikev2".into(), "main".into(), true),
            ("ikev1".into(), "aggressive".into(), true),
            (Raw::unknown(), "aggressive".into(), true),
            (Raw::Null, "aggressive".into(), true),
            ("ikev2".into(), Raw::Null, true),
        ] {
            let ike = Raw::object([("version", version), ("exchange_mode", mode)]);
            let mut diagnostics = Diagnostics::new();
            aggressive_mode_has_its_version(&ike, &Path::from("ike"), &mut diagnostics);
            assert_eq!(diagnostics.is_empty(), allowed, "{ike:?}");
        }
    }
}
