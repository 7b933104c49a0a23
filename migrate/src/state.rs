//! What a state knows: which objects have a key that the configuration does not say.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use crate::references::ours;
use crate::source::File;

/// Objects in a state file whose key somebody has to give, by their addresses.
pub fn keys_needed(state: &Path, files: &[File]) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(state).with_context(|| format!("cannot read {}", state.display()))?;
    let state: Value = serde_json::from_str(&text).with_context(|| format!("{} is no state", state.display()))?;
    let mut found = Vec::new();
    for resource in state["resources"].as_array().into_iter().flatten() {
        let (there, name) =
            (resource["type"].as_str().unwrap_or_default(), resource["name"].as_str().unwrap_or_default());
        if !["tencentcloud_vpn_connection", "alicloud_vpn_connection"].contains(&there) {
            continue;
        }
        let said = files.iter().any(|file| {
            let blocks = file.body.blocks().filter(|block| ours(block).is_some_and(|kind| kind.there == there));
            let mut named = blocks.filter(|block| block.labels.get(1).is_some_and(|label| label.as_str() == name));
            named.any(|block| {
                let text = &file.text[crate::references::span(block)];
                text.contains("psk") || text.contains("pre_share_key")
            })
        });
        if said {
            continue;
        }
        let module = resource["module"].as_str().map(|module| format!("{module}.")).unwrap_or_default();
        for instance in resource["instances"].as_array().into_iter().flatten() {
            let index = match &instance["index_key"] {
                Value::String(key) => format!("[{key:?}]"),
                Value::Number(number) => format!("[{number}]"),
                _ => String::new(),
            };
            let id = instance["attributes"]["id"].as_str().unwrap_or_default();
            found.push(format!("{module}{there}.{name}{index} ({id})"));
        }
    }
    Ok(found)
}
