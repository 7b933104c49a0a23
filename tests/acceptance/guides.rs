//! The configuration in docs/guides/ is real: Terraform validates every block, and applies the first guide's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::harness::{Workspace, hcl};

#[test]
fn every_block_of_configuration_in_the_guides_is_valid() {
    let mut modules = 0;
    for (guide, text) in guides() {
        for (module, configuration) in modules_of(&text) {
            let ws = Workspace::new();
            ws.write(complete(&configuration));
            let diagnostics = ws.validate();
            assert!(diagnostics.0.is_empty(), "{guide}, module {module:?}:\n{diagnostics}\n{configuration}");
            modules += 1;
        }
    }
    assert!(modules > 1, "{modules} modules were found");
}

#[test]
fn the_first_guide_can_be_followed() {
    let ws = Workspace::new();
    let text = &guides()["getting-started.md"];
    let first = &modules_of(text)["first"];
    ws.var("pre_shared_key", "a key of the guide's").write(first).apply();
    let tunnel = ws.id("office");

    // The line that the guide tells to write in place of another.
    let line = |text: &str| text.lines().find(|line| line.contains("local_cidr")).unwrap().to_owned();
    let changed = line(text.split_once("## A change").unwrap().1);
    ws.write(first.replace(&line(first), &changed)).apply();
    assert_eq!(ws.modifications(&tunnel).len(), 1);
    assert_eq!(ws.tunnel("office")["SecurityPolicyDatabaseSet"][0]["RemoteCidrBlock"].as_array().unwrap().len(), 2);

    ws.change_outside(&tunnel, serde_json::json!({"VpnConnectionName": "renamed"}));
    assert_eq!(ws.plan().after("office")["name"], "office");
    ws.destroy();
    ws.assert_nowhere("a key of the guide's");
}

#[test]
fn blocks_belong_to_the_module_named_before_them() {
    let text = "```terraform\na\n```\n<!-- module: m -->\n```terraform\nb\n```\n```hcl\nno\n```\n   ```terraform\n   c\n   ```\n";
    let expected = [(String::new(), "a\n".to_owned()), ("m".to_owned(), "b\nc\n".to_owned())];
    assert_eq!(modules_of(text), BTreeMap::from(expected));
}

/// The text of each guide by its file's name.
fn guides() -> BTreeMap<String, String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides");
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// What stands in blocks of `terraform`, put together by module: `<!-- module: NAME -->` begins one, or goes on with it.
fn modules_of(text: &str) -> BTreeMap<String, String> {
    let mut modules = BTreeMap::<String, String>::new();
    let mut module = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.trim().strip_prefix("<!-- module: ").and_then(|rest| rest.strip_suffix(" -->")) {
            module = name.to_owned();
        }
        if line.trim() == "```terraform" {
            // In a list, the whole block is indented as its fence is.
            let indent = line.len() - line.trim_start().len();
            let block = modules.entry(module.clone()).or_default();
            for line in lines.by_ref().take_while(|line| line.trim() != "```") {
                block.push_str(line.get(indent..).unwrap_or_default());
                block.push('\n');
            }
        }
    }
    modules
}

/// A page says once where the provider comes from; a block does not repeat it.
fn complete(configuration: &str) -> String {
    if configuration.contains("required_providers") { configuration.to_owned() } else { hcl([configuration]) }
}
