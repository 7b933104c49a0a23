//! The modules in examples/, by their very files: created, changed, planned empty and destroyed. What a person would look at is looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cloudvpn_mock::{ALIBABA_REGION, Call, TENCENT_REGION};
use serde_json::Value;

use crate::harness::Workspace;

mod remote_access;
mod site_to_site;

/// One test for each module: its name, and what looks at each step of its life.
macro_rules! modules {
    ($($test:ident: $directory:literal => $look:expr,)*) => {
        $(
            #[test]
            fn $test() {
                live($directory, $look);
            }
        )*

        const TESTED: &[&str] = &[$($directory),*];
    };
}

modules! {
    an_office_gets_a_second_network: "tunnel" => tunnel,
    tunnels_of_api_2_0_become_those_of_api_3_0: "legacy-migration" => legacy_migration,
    people_come_and_go: "remote-access" => remote_access::look,
    two_clouds_get_a_tunnel_that_fits_both: "site-to-site" => site_to_site::look,
    each_api_changes_its_object: "updates" => updates,
}

#[test]
fn every_directory_of_examples_is_a_module_that_is_tested_or_belongs_to_a_page() {
    let directories = fs::read_dir(examples()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let untested: Vec<_> =
        directories.filter(|name| !TESTED.contains(&name.as_str()) && !PAGES.contains(&name.as_str())).collect();
    assert!(untested.is_empty(), "no test applies {untested:?}");
}

fn tunnel(ws: &Workspace, step: Step) {
    match step {
        Step::Created => {
            let tunnel = ws.tunnel("office");
            assert_eq!(tunnel["PreShareKey"], KEY);
            assert_eq!(policies(&tunnel), BTreeMap::from([("10.0.0.0/16", vec!["192.168.10.0/24"])]));
            assert_eq!(tunnel["IKEOptionsSpecification"]["IKEVersion"], "IKEV2");
            assert_eq!(output(ws, "tunnel_id"), tunnel["VpnConnectionId"]);
            assert_eq!(output(ws, "state"), "AVAILABLE");
        }
        Step::Changed => {
            let [call] = &changes(ws)[..] else { panic!("{:#?}", changes(ws)) };
            assert_eq!(call.action, "ModifyVpnConnectionAttribute");
            assert_eq!(
                policies(&ws.tunnel("office")),
                BTreeMap::from([("10.0.0.0/16", vec!["192.168.10.0/24", "192.168.20.0/24"])])
            );
        }
        Step::Replaced => unreachable!("there is no after/"),
    }
}

fn updates(ws: &Workspace, step: Step) {
    match step {
        Step::Created => assert_eq!(ws.tunnels().len(), 2),
        Step::Changed => {
            let changes = changes(ws);
            let actions: BTreeSet<_> = changes.iter().map(|call| call.action.as_str()).collect();
            let expected = ["ModifySslVpnClientCert", "ModifyVpnConnEx", "ModifyVpnConnectionAttribute"];
            assert_eq!((changes.len(), actions), (3, BTreeSet::from(expected)));
            assert_eq!(ws.tunnel("branch")["VpnConnectionName"], "branch-south");
            assert_eq!(policies(&ws.tunnel("office"))["10.0.0.0/16"].len(), 2);
            let certificates = objects_of(ws, "alibaba", "ssl_vpn_client_certs");
            assert_eq!(certificates.values().map(|c| &c["Name"]).collect::<Vec<_>>(), ["laptop of 王小明 (R&D)"]);
        }
        Step::Replaced => unreachable!("there is no after/"),
    }
}

fn legacy_migration(ws: &Workspace, step: Step) {
    let calls = changes(ws);
    let actions: BTreeSet<_> = calls.iter().map(|call| call.action.as_str()).collect();
    let ids: BTreeSet<_> = ws.tunnels().into_keys().collect();
    let shown = output(ws, "tunnels");
    assert_eq!(
        shown.as_object().unwrap().values().map(|id| id.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(),
        ids
    );
    match step {
        Step::Created => {
            assert_eq!(actions, BTreeSet::from(["AddVpnConnEx"]));
            assert_eq!(ids.len(), 2);
        }
        Step::Replaced => {
            assert!(calls.is_empty(), "a move changes nothing: {calls:#?}");
            assert_eq!(state_types(ws), BTreeSet::from(["cloudvpn_tencent_connection".to_owned()]));
        }
        Step::Changed => {
            assert_eq!(actions, BTreeSet::from(["ModifyVpnConnectionAttribute"]));
            assert_eq!(calls.len(), 1);
            let harbour = &ws.tunnels()[shown["harbour"].as_str().unwrap()];
            assert_eq!(
                policies(harbour),
                BTreeMap::from([("10.0.1.0/24", vec!["192.168.10.0/24", "192.168.11.0/24"])])
            );
            assert_eq!(harbour["PreShareKey"], KEY);
        }
    }
}

/// What happened to the module since the last look.
#[derive(Clone, Copy, Debug)]
enum Step {
    Created,
    /// The files of `after/` took the places of their namesakes.
    Replaced,
    /// With the values of `change.tfvars`.
    Changed,
}

/// Applies the module step by step, lets `look` see each one's outcome and calls, and leaves nothing behind.
fn live(directory: &str, look: fn(&Workspace, Step)) {
    let source = examples().join(directory);
    let ws = Workspace::new();
    ws.var("pre_shared_key", KEY);
    let before = objects(&ws);
    let step = |step| {
        ws.mock.clear_calls();
        // The harness sees to it that there is nothing left to do.
        let warnings = ws.apply();
        assert!(warnings.0.is_empty(), "{step:?}: {warnings}");
        let mut refused = ws.mock.calls();
        // That what was deleted is gone is seen by an answer that says so.
        refused.retain(|call| call.outcome != "ok" && !(is_read(call) && call.outcome.ends_with(".NotFound")));
        assert!(refused.is_empty(), "{step:?}: {refused:#?}");
        look(&ws, step);
    };

    copy(&source, &ws.dir());
    assert!(ws.validate().0.is_empty(), "{}", ws.validate());
    step(Step::Created);
    if source.join("after").is_dir() {
        copy(&source.join("after"), &ws.dir());
        step(Step::Replaced);
    }
    // Under this name Terraform reads it by itself.
    fs::copy(source.join("change.tfvars"), ws.dir().join("change.auto.tfvars")).unwrap();
    step(Step::Changed);

    ws.destroy();
    assert_eq!(objects(&ws), before, "something is left");
    ws.assert_nowhere(KEY);
    ws.assert_nowhere("PRIVATE KEY");
}

/// Copies a module's files of configuration.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "tf") {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The calls that changed something or tried to.
fn changes(ws: &Workspace) -> Vec<Call> {
    ws.mock.calls().into_iter().filter(|call| !is_read(call)).collect()
}

fn is_read(call: &Call) -> bool {
    call.action.starts_with("Describe") || call.action.starts_with("ListTag")
}

fn output(ws: &Workspace, name: &str) -> Value {
    let shown = ws.run(&["output", "-json", name]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    serde_json::from_str(&shown.stdout).unwrap()
}

fn state_types(ws: &Workspace) -> BTreeSet<String> {
    let state: Value = serde_json::from_str(&fs::read_to_string(ws.dir().join("terraform.tfstate")).unwrap()).unwrap();
    let resources = state["resources"].as_array().unwrap().iter();
    resources.map(|resource| resource["type"].as_str().unwrap().to_owned()).collect()
}

/// The mock's policies of a tunnel: remote ranges by the local one.
fn policies(tunnel: &Value) -> BTreeMap<&str, Vec<&str>> {
    let policies = tunnel["SecurityPolicyDatabaseSet"].as_array().unwrap().iter();
    let policies = policies.map(|policy| {
        let mut remote: Vec<_> =
            policy["RemoteCidrBlock"].as_array().unwrap().iter().map(|cidr| cidr.as_str().unwrap()).collect();
        remote.sort_unstable();
        (policy["LocalCidrBlock"].as_str().unwrap(), remote)
    });
    policies.collect()
}

/// Objects of one kind by id.
type Objects = BTreeMap<String, Value>;

/// Those of a cloud of the mock, in the region of its small world.
fn objects_of(ws: &Workspace, cloud: &str, kind: &str) -> Objects {
    let (_, region) = REGIONS.into_iter().find(|(name, _)| *name == cloud).unwrap();
    let found = ws.mock.state()[cloud][region][kind].take();
    serde_json::from_value::<Option<_>>(found).unwrap().unwrap_or_default()
}

/// Every object that a person would find in the two consoles.
fn objects(ws: &Workspace) -> BTreeSet<String> {
    let state = ws.mock.state();
    let mut found = BTreeSet::new();
    for (cloud, region) in REGIONS {
        for (kind, objects) in state[cloud][region].as_object().unwrap() {
            // What is left of a task is its record; an SSL server's authority goes with the server.
            if !kind.ends_with("tasks") && kind != "ssl_vpn_cas" {
                found.extend(objects.as_object().unwrap().keys().map(|id| format!("{cloud} {kind} {id}")));
            }
        }
    }
    found
}

/// Directories whose files are shown on the pages of docs/.
const PAGES: &[&str] = &["data-sources", "ephemeral-resources", "functions", "provider", "resources"];

const REGIONS: [(&str, &str); 2] = [("tencent", TENCENT_REGION), ("alibaba", ALIBABA_REGION)];

const KEY: &str = "examples-pre-shared-key-51d0";
