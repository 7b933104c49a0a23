//! The configuration in docs/guides/ and on the provider's page is real: Terraform validates every block, and applies the first guide's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Workspace, hcl};

#[test]
fn every_block_of_configuration_in_the_guides_is_valid() {
    let mut modules = 0;
    let index = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/index.md")).unwrap();
    for (guide, text) in guides().into_iter().chain([("index.md".to_owned(), index)]) {
        for (module, configuration) in modules_of(&text) {
            let configuration = without_other_providers(&configuration);
            let ws = Workspace::new();
            // Blocks that say where keys come from would be warned of those of the mock.
            for name in KEYS {
                ws.no_env(name);
            }
            ws.write(complete(&configuration));
            let diagnostics = ws.validate();
            assert!(diagnostics.0.is_empty(), "{guide}, module {module:?}:\n{diagnostics}\n{configuration}");
            modules += 1;
        }
    }
    assert!(modules > 4, "{modules} modules were found");
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

    ws.change_outside(&tunnel, json!({"VpnConnectionName": "renamed"}));
    assert_eq!(ws.plan().after("office")["name"], "office");
    ws.destroy();
    ws.assert_nowhere("a key of the guide's");
}

/// What the guide for those who come from the official providers says of `import` blocks, with objects of the mock.
#[test]
fn existing_objects_come_along_as_the_guide_says() {
    let ws = Workspace::new();
    let guides = guides();
    ws.var("pre_shared_key", "a key of the guide's").write(&modules_of(&guides["getting-started.md"])["first"]).apply();
    let (tunnel, peer) = (ws.id("office"), ws.tunnel("office")["CustomerGatewayId"].as_str().unwrap().to_owned());
    fs::remove_file(ws.dir().join("terraform.tfstate")).unwrap();
    let before = ws.tunnels();

    let own = [
        ("vpnx-f49l6u0z", tunnel.as_str()),
        ("cgw-f4rtfjzn", &peer),
        ("vpc-03vihbk9", "vpc-mock0001"),
        ("vpngw-kfldykuz", "vpngw-mock0001"),
        ("office-guangzhou", "office"),
        ("203.0.113.10", "198.51.100.77"),
    ];
    let configuration = with(&modules_of(&guides["from-official-providers.md"])["import"], &own);

    // Generated configuration lacks the key and nothing else.
    let only_imports = configuration.split_once("variable").unwrap().0;
    ws.write(hcl([only_imports]));
    let output = ws.run(&["plan", "-no-color", "-generate-config-out=generated.tf"]);
    assert_eq!(output.stderr.matches("Error: ").count(), 1, "{}", output.stderr);
    assert!(output.stderr.contains("Set exactly one of \"pre_shared_key\""), "{}", output.stderr);
    let generated = ws.dir().join("generated.tf");
    assert!(fs::read_to_string(&generated).unwrap().contains("\"AES-CBC-256\""));
    fs::remove_file(generated).unwrap();

    ws.write(hcl([configuration]));
    let plan = ws.plan();
    let changes = plan.shown["resource_changes"].as_array().unwrap();
    for change in changes {
        let (mut before, after) = (change["change"]["before"].clone(), &change["change"]["after"]);
        if change["type"] == "cloudvpn_tencent_connection" {
            assert_eq!(before["pre_shared_key_wo_version"], Value::Null);
            before["pre_shared_key_wo_version"] = json!(1);
        }
        assert_eq!(&before, after);
    }
    assert_eq!(changes.len(), 2);

    ws.mock.clear_calls();
    ws.apply();
    assert!(ws.modifications(&tunnel).is_empty());
    assert_eq!(ws.tunnels(), before);
    ws.assert_nowhere("a key of the guide's");
}

#[test]
fn both_modules_of_site_to_site_can_be_applied() {
    let own = [
        ("vpc-03vihbk9", "vpc-mock0001"),
        ("vpc-bp1m7v25emi1h5mtc****", "vpc-mock0001"),
        ("vsw-bp1j5miw2bae9s2vt****", "vsw-mock0001"),
    ];
    let second = ("vsw-bp1j6nv9v8y5ufnes****", "vsw-mock0002");
    let modules = modules_of(&guides()["site-to-site.md"]);
    for (name, own, tunnels) in [("site", &[&own[..], &[second]].concat()[..], 2), ("one tunnel", &own[..], 1)] {
        let ws = Workspace::new();
        ws.var("pre_shared_key", "a-key-of-the-guide").write(complete(&with(&modules[name], own))).apply();
        assert_eq!(ws.tunnels().len(), tunnels);
        ws.destroy();
        ws.assert_nowhere("a-key-of-the-guide");
    }
}

/// The service makes the key of one end up, and it goes into the other end without anybody having seen it.
#[test]
fn a_key_that_nobody_knows_goes_from_one_cloud_into_the_other() {
    let own = [
        ("vpc-03vihbk9", "vpc-mock0001"),
        ("vpngw-kfldykuz", "vpngw-mock0001"),
        ("vpn-bp1q8bgx4xnkm2ogj0r2i", "vpn-mock0001"),
    ];
    let ws = Workspace::new();
    ws.write(complete(&with(&modules_of(&guides()["pre-shared-keys.md"])["nobody knows"], &own))).apply();
    let alibaba = ws.mock.state()["alibaba"][cloudvpn_mock::ALIBABA_REGION]["vpn_connections"].take();
    let connection = alibaba.as_object().unwrap().values().find(|connection| connection["Name"] == "tencent").unwrap();
    let options = &connection["TunnelOptionsSpecification"];
    let options = options.get("TunnelOptions").unwrap_or(options).as_array().unwrap();
    let mut keys: Vec<_> = options.iter().map(|tunnel| tunnel["TunnelIkeConfig"]["Psk"].as_str().unwrap()).collect();
    let tunnels = ws.tunnels();
    let mut arrived: Vec<_> = tunnels.values().map(|tunnel| tunnel["PreShareKey"].as_str().unwrap()).collect();
    keys.sort_unstable();
    arrived.sort_unstable();
    assert_eq!((keys.len(), &keys), (2, &arrived));
    keys.iter().for_each(|key| ws.assert_nowhere(key));
}

#[test]
fn what_the_guides_name_exists() {
    let schema = schema();
    let kinds = ["resource_schemas", "data_source_schemas", "ephemeral_resource_schemas"];
    for (guide, text) in guides() {
        for name in quoted(&text).filter(|name| name.starts_with("cloudvpn_")) {
            assert!(kinds.iter().any(|kind| schema[kind].get(name).is_some()), "{guide}: there is no {name}");
        }
    }
}

/// In the tables of a section `... becomes cloudvpn_...`, the second column has attributes of that resource.
#[test]
fn the_attributes_in_the_tables_of_the_official_providers_exist() {
    let schema = schema();
    let text = &guides()["from-official-providers.md"];
    let mut checked = 0;
    for section in text.split("\n### ").skip(1) {
        let (title, section) = section.split_once('\n').unwrap();
        let Some((_, new)) = title.split_once(" becomes ") else { continue };
        let kind = if title.starts_with("The data source") { "data_source_schemas" } else { "resource_schemas" };
        let resource = &schema[kind][new.trim_matches('`')]["block"];
        assert!(resource.is_object(), "there is no {new}");
        let section = section.split("\n## ").next().unwrap();
        let rows = section.lines().filter(|line| line.starts_with("| "));
        for path in rows.flat_map(|row| quoted(row.split('|').nth(2).unwrap())) {
            assert!(has_attribute(resource, path), "{new} has no {path}");
            checked += 1;
        }
    }
    assert!(checked > 300, "{checked} attributes were found");
}

#[test]
fn blocks_belong_to_the_module_named_before_them() {
    let text = "```terraform\na\n```\n<!-- module: m -->\n```terraform\nb\n```\n```hcl\nno\n```\n   ```terraform\n   c\n   ```\n";
    let expected = [(String::new(), "a\n".to_owned()), ("m".to_owned(), "b\nc\n".to_owned())];
    assert_eq!(modules_of(text), BTreeMap::from(expected));
}

/// The schema of the provider, as Terraform tells it.
fn schema() -> Value {
    let ws = Workspace::new();
    ws.write(hcl([""]));
    let output = ws.run(&["providers", "schema", "-json"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let mut schema: Value = serde_json::from_str(&output.stdout).unwrap();
    let providers = schema["provider_schemas"].as_object_mut().unwrap();
    let name = providers.keys().find(|name| name.ends_with("/cloudvpn/cloudvpn")).unwrap().clone();
    providers.remove(&name).unwrap()
}

/// Whether a block has the attribute at `path`, `outer.inner` for one of a nested attribute.
fn has_attribute(block: &Value, path: &str) -> bool {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    match block["attributes"].get(name) {
        Some(attribute) => rest.is_empty() || has_attribute(&attribute["nested_type"], rest),
        None => false,
    }
}

/// What stands between backticks, outside of fenced blocks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2))
}

/// The text of each guide by its file's name.
pub(crate) fn guides() -> BTreeMap<String, String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides");
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// What stands in blocks of `terraform`, put together by module: `<!-- module: NAME -->` begins one, or goes on with it.
pub(crate) fn modules_of(text: &str) -> BTreeMap<String, String> {
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

const KEYS: &[&str] = &["TENCENTCLOUD_SECRET_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID"];

/// A text with other values in place of the guide's.
pub(crate) fn with(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "the guide has no {old}");
        text.replace(old, new)
    })
}

/// A block without the ephemeral resources of other providers, whose schemas are not here: in the places of what they give stand texts.
pub(crate) fn without_other_providers(configuration: &str) -> String {
    let mut kept = String::new();
    let mut lines = configuration.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("ephemeral \"vault_") {
            lines.by_ref().take_while(|line| *line != "}").for_each(drop);
            continue;
        }
        match line.split_once("= ephemeral.vault_") {
            Some((start, _)) => kept.push_str(&format!("{start}= \"a-key-of-the-store\"")),
            None => kept.push_str(line),
        }
        kept.push('\n');
    }
    kept
}

/// A page says once where the provider comes from; a block does not repeat it.
fn complete(configuration: &str) -> String {
    if configuration.contains("required_providers") { configuration.to_owned() } else { hcl([configuration]) }
}
