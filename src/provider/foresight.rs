//! What kinds of both clouds say of a plan before it is applied: what it costs, and what is in its way.

use crate::framework::diagnostics::Diagnostic;
use crate::framework::path::Path;

/// That money is spent because of what this attribute says.
pub(super) fn costs(path: impl Into<Path>, detail: impl Into<String>) -> Diagnostic {
    Diagnostic::warning("This costs money", detail).at(path)
}

/// That there will be another VPN gateway. `bought` says what is paid for in advance, if anything is.
pub(super) fn another_gateway(id: &str, path: &Path, bought: Option<String>) -> Diagnostic {
    let billed = bought.unwrap_or_else(|| "It is billed from then on".to_owned());
    let detail = format!(
        "For another {path}, another VPN gateway is made, with another public address, which the other ends of all tunnels have to learn. \
         {billed}. With create_before_destroy both are paid for until {id} is deleted, which it is not as long as anything uses it."
    );
    costs(path.clone(), detail)
}

/// `3 months`.
pub(super) fn months(number: i64) -> String {
    if number == 1 { "1 month".to_owned() } else { format!("{number} months") }
}

/// That a customer gateway which is to be replaced is not deleted as long as these tunnels lead to it. Whether the configuration provides
/// for that is in its `lifecycle` blocks, which no provider gets to see.
pub(super) struct StillUsed<'a> {
    pub(super) id: &'a str,
    pub(super) path: &'a Path,
    /// The tunnels that would be moved to another customer gateway in place.
    pub(super) moving: Vec<String>,
    /// Those that are replaced with it, which makes room by itself.
    pub(super) replaced: Vec<String>,
    /// Why there cannot be two of them for a while, if so.
    pub(super) alone: Option<&'static str>,
    /// The type of the tunnels' resource.
    pub(super) type_name: &'static str,
    /// The type of the customer gateway's resource.
    pub(super) own_type: &'static str,
}

impl StillUsed<'_> {
    pub(super) fn warning(self) -> Option<Diagnostic> {
        let Self { id, path, moving, replaced, alone, type_name, own_type } = self;
        if moving.is_empty() && replaced.is_empty() {
            return None;
        }
        let mut detail =
            format!("For another {path}, another customer gateway is made, and {id} is not deleted as long as ");
        let all: Vec<_> = moving.iter().chain(&replaced).map(String::as_str).collect();
        detail.push_str(&format!("tunnels lead to it: {}. ", all.join(", ")));
        if !moving.is_empty() {
            let trigger = format!(
                "give each {type_name} that leads to it lifecycle {{ replace_triggered_by = [{own_type}.NAME.id] }}: then the tunnels are \
                 deleted first, and made anew"
            );
            detail.push_str(&match alone {
                None => format!(
                    "Give this resource lifecycle {{ create_before_destroy = true }}: then the new customer gateway comes first, the \
                     tunnels are changed in place, and {id} goes last. Or {trigger}. "
                ),
                Some(alone) => format!(
                    "{alone}, so that create_before_destroy is no way: {trigger}. "
                ),
            });
        }
        if !replaced.is_empty() {
            detail.push_str(&format!(
                "{} cannot change {} customer gateway in place, and {} replaced with it where the configuration says that {}. ",
                replaced.join(", "),
                if replaced.len() == 1 { "its" } else { "their" },
                if replaced.len() == 1 { "is" } else { "are" },
                if replaced.len() == 1 { "it leads here" } else { "they lead here" },
            ));
        }
        detail.push_str("Where the configuration does so already, nothing is left to do.");
        Some(Diagnostic::warning("Tunnels lead to this customer gateway", detail).at(path.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_replaces_a_customer_gateway_is_told_what_keeps_its_tunnels() {
        let path = Path::from("ip_address");
        let used = |moving: &[&str], replaced: &[&str], alone| StillUsed {
            id: "cgw-1",
            path: &path,
            moving: moving.iter().map(|&id| id.to_owned()).collect(),
            replaced: replaced.iter().map(|&id| id.to_owned()).collect(),
            alone,
            type_name: "x_connection",
            own_type: "x_customer_gateway",
        };
        assert!(used(&[], &[], None).warning().is_none());
        for (still, says, says_not) in [
            (
                used(&["vpnx-1", "vpnx-2"], &[], None),
                &[
                    "vpnx-1, vpnx-2",
                    "create_before_destroy = true",
                    "replace_triggered_by = [x_customer_gateway.NAME.id]",
                ][..],
                &["cannot change"][..],
            ),
            (used(&[], &["vco-1"], None), &["vco-1 cannot change its"], &["create_before_destroy", "triggered"]),
            (
                used(&["vco-2"], &[], Some("An address has one customer gateway")),
                &["An address has one", "no way", "replace_triggered_by"],
                &["create_before_destroy = true"],
            ),
        ] {
            let warning = still.warning().unwrap();
            assert_eq!(warning.path, path);
            assert!(says.iter().all(|says| warning.detail.contains(says)), "{warning}");
            assert!(!says_not.iter().any(|not| warning.detail.contains(not)), "{warning}");
        }
    }
}
