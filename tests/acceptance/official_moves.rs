//! `moved` from the official providers' resources: their states become ours, nothing is planned, and no call changes anything.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::harness::{Workspace, hcl};

use cases::{ALIBABA, Case, TENCENT, cases};

mod cases;

/// Terraform wants every provider that a state names, though it starts none for a move: ours stands for the official ones.
pub(crate) fn with_official_providers(ws: &Workspace) {
    let provider = env!("CARGO_BIN_EXE_terraform-provider-cloudvpn");
    let home = ws.dir().parent().unwrap().to_owned();
    let mut overrides = String::new();
    for name in [TENCENT, ALIBABA, "hashicorp/alicloud", "acme/cloudvpn"] {
        let place = home.join(name);
        fs::create_dir_all(&place).unwrap();
        symlink(provider, place.join(format!("terraform-provider-{}", name.split_once('/').unwrap().1))).unwrap();
        for host in ["registry.terraform.io", "registry.opentofu.org", "mirror.example"] {
            overrides += &format!("    \"{host}/{name}\" = {place:?}\n");
        }
    }
    let file = home.join("cli.tfrc");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, text.replacen("dev_overrides {\n", &format!("dev_overrides {{\n{overrides}"), 1)).unwrap();
}

/// Makes the object, and the official provider's state of it in place of ours.
fn official(case: &Case, change: impl Fn(&mut Value)) -> Workspace {
    let ws = Workspace::new();
    let Case { ours, theirs, provider, parents, body, state } = case;
    ws.write(hcl([*parents, &format!("resource \"{ours}\" \"x\" {{\n{body}\n}}\n")])).apply();
    let attributes = state(&ws.state("x").unwrap());
    with_official_providers(&ws);
    let file = ws.dir().join("terraform.tfstate");
    let mut whole: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let host = if whole.to_string().contains("registry.opentofu.org") { "opentofu.org" } else { "terraform.io" };
    let resources = whole["resources"].as_array_mut().unwrap();
    let resource = resources.iter_mut().find(|resource| resource["name"] == "x").unwrap();
    *resource = json!({
        "mode": "managed", "type": theirs, "name": "x", "provider": format!("provider[\"registry.{host}/{provider}\"]"),
        "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": [], "private": "bnVsbA=="}],
    });
    change(resource);
    fs::write(file, whole.to_string()).unwrap();
    ws
}

fn moved(case: &Case) -> String {
    let Case { ours, theirs, parents, body, .. } = case;
    hcl([
        (*parents).to_owned(),
        format!("resource \"{ours}\" \"new\" {{\n{body}\n}}\n"),
        format!("moved {{\n  from = {theirs}.x\n  to   = {ours}.new\n}}\n"),
    ])
}

pub(crate) fn writes(ws: &Workspace) -> Vec<String> {
    let calls = ws.mock.calls().into_iter().map(|call| call.action);
    calls.filter(|action| !action.starts_with("Describe") && !action.starts_with("Get")).collect()
}

#[test]
fn what_the_official_provider_of_tencent_cloud_had_is_ours_without_a_change() {
    ours_without_a_change(|provider| provider == TENCENT);
}

#[test]
fn what_the_official_provider_of_alibaba_cloud_had_is_ours_without_a_change() {
    ours_without_a_change(|provider| provider != TENCENT);
}

fn ours_without_a_change(of: fn(&str) -> bool) {
    for case in cases().into_iter().filter(|case| of(case.provider)) {
        let name =
            format!("{} ({})", case.theirs, case.body.lines().find(|line| line.contains("name")).unwrap_or("").trim());
        let ws = official(&case, |_| {});
        ws.mock.clear_calls();
        ws.write(moved(&case));
        let plan = ws.plan();
        let change = plan.change("new");
        // A key that is write-only from now on leaves the state, and a period that nobody knows of comes into it.
        let only_in_state = ["pre_shared_key_wo", "period_months"].iter().any(|name| case.body.contains(name));
        let expected = if only_in_state { "update" } else { "no-op" };
        let text = serde_json::to_string_pretty(change).unwrap();
        assert_eq!(change["actions"], json!([expected]), "{name}: {}\n{text}", plan.diagnostics);
        let unread = ws.plan_with(&["-refresh=false"]);
        if expected == "no-op" {
            // Where the schema has a key, Terraform calls this an update: the marks of the old state are others. No value is.
            let change = unread.change("new");
            // The old state has no region, so that one of the configuration comes into it.
            let but_region = |object: &Value| {
                let members = object.as_object().unwrap().iter();
                members
                    .filter(|(name, value)| *name != "region" && !value.is_null())
                    .map(|(n, v)| (n.clone(), v.clone()))
                    .collect()
            };
            let [before, after]: [BTreeMap<_, _>; 2] = [&change["before"], &change["after"]].map(but_region);
            assert_eq!(before, after, "{name}");
            let is_known = !change["after_unknown"].to_string().contains("true");
            assert!(is_known || case.body.contains("region"), "{name}: {change}");
        }
        assert!(!unread.replaces("new"), "{name}: {}", unread.change("new"));
        ws.apply();
        assert!(writes(&ws).is_empty(), "{name}: {:?}", writes(&ws));
        ws.assert_state_is_fresh();
        // Terraform keeps the state before this as a backup, as the page says.
        assert!(!ws.state("new").unwrap().to_string().contains("zzz-a-key-that-goes"), "{name}");
    }
}

#[test]
fn what_cannot_be_moved_is_an_error_and_the_state_stays() {
    let of = |theirs: &str| cases().into_iter().find(|case| case.theirs == theirs).unwrap();
    let gateway = of("tencentcloud_vpn_customer_gateway");
    for (change, says) in [
        ((|resource: &mut Value| resource["instances"][0]["schema_version"] = json!(1)) as fn(&mut Value), "version 1"),
        (|resource| resource["instances"][0]["attributes"]["id"] = json!("cgw-elsewhere"), "is not in ap-guangzhou"),
        (|resource| resource["instances"][0]["attributes"]["bgp_asn"] = json!({"a": 1}), ""),
        (|resource| resource["provider"] = json!("provider[\"registry.terraform.io/acme/cloudvpn\"]"), "cannot become"),
    ] {
        let ws = official(&gateway, change);
        let file = ws.dir().join("terraform.tfstate");
        let before = fs::read_to_string(&file).unwrap();
        ws.mock.clear_calls();
        ws.write(moved(&gateway));
        if says.is_empty() {
            // What is no number says nothing.
            assert_eq!(ws.plan().actions("new"), ["no-op"]);
            continue;
        }
        let diagnostics = ws.apply_fails();
        assert!(diagnostics.error().detail.contains(says), "{diagnostics}");
        assert!(writes(&ws).is_empty());
        assert_eq!(fs::read_to_string(&file).unwrap(), before);
    }
}

/// One that was used under another address: a mirror, a fork, another registry.
#[test]
fn our_own_objects_move_from_any_address() {
    let of = |theirs: &str| cases().into_iter().find(|case| case.theirs == theirs).unwrap();
    let connection = of("tencentcloud_vpn_connection");
    let ws = Workspace::new();
    let (ours, body) = (connection.ours, connection.body);
    ws.write(hcl([format!("resource \"{ours}\" \"x\" {{\n{body}\n}}\n")])).apply();
    with_official_providers(&ws);
    let file = ws.dir().join("terraform.tfstate");
    let text = fs::read_to_string(&file).unwrap();
    let text = ["terraform.io", "opentofu.org"].iter().fold(text, |text, host| {
        text.replace(&format!("registry.{host}/cloudvpn/cloudvpn"), "mirror.example/acme/cloudvpn")
    });
    fs::write(&file, text).unwrap();
    ws.mock.clear_calls();
    ws.write(hcl([
        format!("resource \"{ours}\" \"new\" {{\n{body}\n}}\n"),
        format!("moved {{\n  from = {ours}.x\n  to   = {ours}.new\n}}\n"),
    ]));
    let plan = ws.plan();
    assert_eq!(plan.actions("new"), ["no-op"], "{}", plan.change("new"));
    ws.apply();
    assert!(writes(&ws).is_empty(), "{:?}", writes(&ws));
}
