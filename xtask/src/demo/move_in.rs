//! `cargo xtask demo move-in`: an official provider's configuration and state become ours, and no call changes anything.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::{Demo, Expect, KEY, show};
use crate::mock::Mock;
use crate::paint::Paint;
use crate::terraform::{Terraform, Workdir};
use crate::workspace::{MIGRATE, MOCK, PROVIDER, SOURCE, executable};

/// What `cargo xtask demo` calls it.
pub(super) const NAME: &str = "move-in";

pub(super) fn run(terraform: &Terraform, binaries: &Path, paint: Paint) -> anyhow::Result<()> {
    let directory = tempfile::tempdir().context("cannot make a temporary directory")?;
    let place = directory.path().join("configuration");
    let official = directory.path().join("official");
    fs::create_dir(&place)?;
    fs::create_dir(&official)?;
    // Terraform wants the official provider installed, though it starts none for a move: ours stands for it.
    fs::copy(binaries.join(executable(PROVIDER)), official.join(executable(OFFICIAL_PROVIDER)))?;

    let start = Instant::now();
    let mock = Mock::start(&binaries.join(executable(MOCK)))?;
    let mut variables = mock.environment();
    variables.push(("TF_VAR_pre_shared_key", KEY.to_owned()));
    let sources = [(SOURCE, binaries), (OFFICIAL, official.as_path())];
    let workdir = Workdir::with_sources(terraform, &place, &sources, variables, paint.colour)?;
    let migrate = |arguments: &[&str]| migrate(&binaries.join(executable(MIGRATE)), &place, arguments);
    println!("{}", paint.bold(&format!("From the official provider: {} against cloudvpn-mock", terraform.version)));

    // The objects, which somebody made long ago.
    fs::write(place.join("main.tf"), CONFIGURATION)?;
    migrate(&["--write"])?;
    let main = place.join("main.tf");
    let text = fs::read_to_string(&main)?;
    fs::write(&main, without_moved(&text))?;
    let made = workdir.run(&["apply", "-auto-approve"])?;
    ensure!(made.status == Some(0), "the objects cannot be made:\n{}{}", made.stdout, made.stderr);
    let state = place.join("terraform.tfstate");
    fs::write(&state, official_state(&serde_json::from_str(&fs::read_to_string(&state)?)?)?)?;
    fs::write(&main, CONFIGURATION)?;

    let seen = mock.calls_after(0)?.last().map_or(0, |call| call.seq);
    let mut demo = Demo { paint, mock, workdir, seen, step: 0 };
    demo.title("Before: the configuration for the official provider, whose state has its objects", "main.tf");
    lines(CONFIGURATION);
    demo.title("What becomes of it", "cloudvpn-migrate .");
    lines(&migrate(&[])?);
    demo.title("Written", "cloudvpn-migrate . --write");
    lines(&migrate(&["--write"])?);
    demo.step("Plan and apply: moved, and nothing to change", &["apply", "-auto-approve"], Expect::Moved)?;
    demo.step("A plan that finds nothing", &["plan", "-detailed-exitcode"], Expect::Nothing)?;

    let calls = demo.mock.calls_after(seen)?;
    let write = calls.iter().find(|call| !call.is_read());
    ensure!(write.is_none(), "{} was called", write.map_or("", |call| &call.action));
    ensure!(!calls.is_empty(), "the objects were not looked at");
    println!();
    println!("{}", paint.green(&format!("{}, each a read: no object was touched.", show::count(calls.len()))));
    println!("{}", paint.bold(&format!("{} steps in {}.", demo.step, show::seconds(start.elapsed()))));
    Ok(())
}

fn lines(text: &str) {
    text.lines().for_each(|line| println!("{}", format!("   {line}").trim_end()));
}

/// What the command prints; remarks are an error, since there is nothing to look at.
fn migrate(program: &Path, directory: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program).args(arguments).arg(".").current_dir(directory).output();
    let output = output.with_context(|| format!("cannot run {}", program.display()))?;
    ensure!(output.status.success(), "cloudvpn-migrate: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The configuration without its `moved` blocks, which stand at the margin.
fn without_moved(text: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in text.lines() {
        inside |= line.starts_with("moved {");
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
        inside &= line != "}";
    }
    kept
}

/// The state that the official provider would have of the objects in ours.
fn official_state(ours: &Value) -> anyhow::Result<String> {
    let resources = ours["resources"].as_array().context("the state has no resources")?;
    let one = |kind: &str| resources.iter().find(|resource| resource["type"] == kind).context("an object is missing");
    let id = |kind: &str| -> anyhow::Result<String> {
        Ok(one(kind)?["instances"][0]["attributes"]["id"].as_str().context("an object has no id")?.to_owned())
    };
    // Terraform and OpenTofu have each a registry of its own.
    let provider = one(CONNECTION)?["provider"].as_str().unwrap_or_default();
    let host = provider.trim_start_matches("provider[\"").split('/').next().unwrap_or_default();
    Ok(STATE
        .replace("CUSTOMER_GATEWAY", &id(CUSTOMER_GATEWAY)?)
        .replace("CONNECTION", &id(CONNECTION)?)
        .replace("HOST", host)
        .replace("KEY", KEY))
}

const CONFIGURATION: &str = include_str!("move_in/main.tf");

/// As tencentcloudstack/tencentcloud 1.83 writes it, with words for what differs each time.
const STATE: &str = include_str!("move_in/state.json");

const CONNECTION: &str = "cloudvpn_tencent_connection";
const CUSTOMER_GATEWAY: &str = "cloudvpn_tencent_customer_gateway";
const OFFICIAL: &str = "tencentcloudstack/tencentcloud";
const OFFICIAL_PROVIDER: &str = "terraform-provider-tencentcloud";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn moved_blocks_are_left_out() {
        assert_eq!(without_moved("a {\n}\n\nmoved {\n  from = x\n}\nb {\n}\n"), "a {\n}\n\nb {\n}\n");
    }

    #[test]
    fn the_official_state_names_the_objects_and_the_registry() {
        let resource = |kind: &str, id: &str| json!({"type": kind, "provider": "provider[\"registry.example/cloudvpn/cloudvpn\"]", "instances": [{"attributes": {"id": id}}]});
        let ours = json!({"resources": [resource(CONNECTION, "vpnx-1"), resource(CUSTOMER_GATEWAY, "cgw-1")]});
        let state: Value = serde_json::from_str(&official_state(&ours).unwrap()).unwrap();
        assert_eq!(state["resources"][0]["instances"][0]["attributes"]["customer_gateway_id"], "cgw-1");
        assert_eq!(state["resources"][0]["instances"][0]["attributes"]["pre_share_key"], KEY);
        assert_eq!(state["resources"][1]["provider"], "provider[\"registry.example/tencentcloudstack/tencentcloud\"]");
        assert_eq!(state["outputs"]["tunnel"]["value"], "vpnx-1");
        assert!(official_state(&json!({"resources": []})).is_err());
    }
}
