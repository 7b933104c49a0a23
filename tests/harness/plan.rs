//! A saved plan.

use serde_json::Value;

use super::diagnostics::Diagnostics;

/// What `terraform plan -out` found and `terraform show -json` shows of it.
#[derive(Debug)]
pub struct Plan {
    pub(crate) shown: Value,
    pub diagnostics: Diagnostics,
}

impl Plan {
    /// The planned actions on the tunnel of this name: `["no-op"]`, `["create"]`, `["update"]`, `["delete", "create"]` ...
    pub fn actions(&self, name: &str) -> Vec<&str> {
        let actions = self.change(name)["actions"].as_array().into_iter().flatten();
        actions.filter_map(Value::as_str).collect()
    }

    /// Whether the tunnel of this name is going to be replaced.
    pub fn replaces(&self, name: &str) -> bool {
        let actions = self.actions(name);
        actions.contains(&"delete") && actions.contains(&"create")
    }

    /// `before`, `after`, `after_unknown`, `after_sensitive`, `replace_paths` of the tunnel of this name; null if the plan does not have it.
    pub fn change(&self, name: &str) -> &Value {
        let changes = self.shown["resource_changes"].as_array().into_iter().flatten();
        let mut changes = changes.filter(|change| change["name"] == name && change["mode"] == "managed");
        changes.next().map_or(&Value::Null, |change| &change["change"])
    }

    pub fn after(&self, name: &str) -> &Value {
        &self.change(name)["after"]
    }

    pub fn after_unknown(&self, name: &str) -> &Value {
        &self.change(name)["after_unknown"]
    }
}
