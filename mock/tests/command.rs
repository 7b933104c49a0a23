//! The command, run as a user runs it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use assert_cmd::Command as AssertCommand;
use serde_json::{Value, json};

#[test]
fn wrong_options_are_usage_errors() {
    for arguments in [
        &[][..],
        &["nonsense"],
        &["serve", "--setle", "1s"],
        &["serve", "--settle", "fast"],
        &["serve", "--listen", "nowhere"],
        &["serve", "--metadata", "nowhere"],
        &["run"],
        &["run", "--"],
        &["run", "true"],
    ] {
        let output = mock().args(arguments).assert().failure().code(2);
        assert!(output.get_output().stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_seed_that_is_none_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("seed.json");
    let run = |content: &str| {
        std::fs::write(&file, content).unwrap();
        let assert = mock().args(["serve", "--seed"]).arg(&file).assert().failure();
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    assert!(run("{").contains("is no JSON"));
    assert!(run("{\"tencent\": []}").contains("must be an object"));
    mock().args(["serve", "--seed", "/nonexistent/seed.json"]).assert().failure();
}

#[test]
#[cfg(unix)]
fn run_sets_the_environment_and_passes_the_status_on() {
    let script = "env | grep -E '^(CLOUDVPN|TENCENTCLOUD|ALIBABA)_' | sort; exit 7";
    let assert = mock().args(["run", "--settle", "3s", "--", "sh", "-c", script]).assert().code(7);
    let output = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    let lines: Vec<_> = output.lines().collect();
    let url = lines.iter().find_map(|line| line.strip_prefix("CLOUDVPN_TENCENT_ENDPOINT=")).unwrap();
    assert!(url.starts_with("http://127.0.0.1:"));
    assert_eq!(
        lines,
        [
            "ALIBABA_CLOUD_ACCESS_KEY_ID=LTAImock0000000000000000",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET=mock-access-key-secret",
            "ALIBABA_CLOUD_REGION=cn-hangzhou",
            &format!("CLOUDVPN_ALIBABA_ENDPOINT={url}"),
            &format!("CLOUDVPN_TENCENT_ENDPOINT={url}"),
            &format!("CLOUDVPN_TENCENT_LEGACY_ENDPOINT={url}/v2/index.php"),
            "TENCENTCLOUD_REGION=ap-guangzhou",
            "TENCENTCLOUD_SECRET_ID=AKIDmock00000000000000000000000000",
            "TENCENTCLOUD_SECRET_KEY=mock-secret-key",
        ]
    );
    mock().args(["run", "--listen", "127.0.0.1:0", "--any-parent", "--", "true"]).assert().success();
    mock().args(["run", "--switch", "tunnel_texts", "--switch", "default_ikev1", "--", "true"]).assert().success();
    mock().args(["run", "--switch", "no_such_switch", "--", "true"]).assert().failure();
    mock().args(["run", "--", "sh", "-c", "kill -9 $$"]).assert().code(137);
    mock().args(["run", "--", "/nonexistent/command"]).assert().code(127);
}

#[test]
#[cfg(unix)]
fn the_metadata_services_listen_where_they_are_asked_to() {
    let script = "env | grep '^CLOUDVPN_METADATA_ENDPOINT=http://127.0.0.1:'";
    mock().args(["run", "--metadata", "127.0.0.1:0", "--", "sh", "-c", script]).assert().success();
    mock().args(["run", "--", "sh", "-c", script]).assert().failure();
    let mut serving = Serving(
        Command::new(assert_cmd::cargo::cargo_bin!("cloudvpn-mock"))
            .args(["serve", "--metadata", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    BufReader::new(serving.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let [api, metadata] = ["url", "metadata"].map(|name| ready[name].as_str().unwrap().to_owned());
    assert!(metadata.starts_with("http://127.0.0.1:") && metadata != api, "{line}");
}

#[test]
#[cfg(unix)]
fn run_passes_an_end_on_to_the_command() {
    // It tells that it is there, and puts something in order before it ends.
    let script = "trap 'echo in order; exit 6' TERM; echo there; while :; do sleep 0.05; done";
    let mut running = Serving(
        Command::new(assert_cmd::cargo::cargo_bin!("cloudvpn-mock"))
            .args(["run", "--", "sh", "-c", script])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut stdout = BufReader::new(running.0.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line, "there\n");
    assert!(Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap().success());
    assert_eq!(running.0.wait().unwrap().code(), Some(6));
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "in order\n");
}

#[test]
#[cfg(unix)]
fn serve_prints_one_line_serves_the_seed_logs_and_ends_well_on_signals() {
    let directory = tempfile::tempdir().unwrap();
    let seed = directory.path().join("seed.json");
    std::fs::write(&seed, json!({"tencent": {"ap-beijing": {"vpcs": {"vpc-1": {}}}}}).to_string()).unwrap();
    for signal in ["-TERM", "-INT"] {
        let mut serving = Serving(
            Command::new(assert_cmd::cargo::cargo_bin!("cloudvpn-mock"))
                .args(["serve", "--log", "--seed"])
                .arg(&seed)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap(),
        );
        let mut stdout = BufReader::new(serving.0.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let document: Value = serde_json::from_str(&line).unwrap();
        let url = document["url"].as_str().unwrap();
        assert_eq!(line, format!("{{\"url\":\"{url}\"}}\n"));

        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let state: Value = runtime.block_on(async {
            let call = reqwest::Client::new().post(url).header("x-tc-action", "CreateVpnConnection");
            let body = r#"{"PreShareKey":"hush"}"#;
            call.header("content-type", "application/json").body(body).send().await.unwrap();
            let names = "Action=Two%0Alines&RegionId=three%0D%0A";
            reqwest::get(format!("{url}/?{names}&AccessKeyId=a")).await.unwrap();
            reqwest::get(format!("{url}/_mock/state")).await.unwrap().json().await.unwrap()
        });
        assert_eq!(state["tencent"], json!({"ap-beijing": {"vpcs": {"vpc-1": {}}}}));

        let pid = serving.0.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        assert_eq!(serving.0.wait().unwrap().code(), Some(0), "{signal}");
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        let mut log = String::new();
        serving.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(log.contains("CreateVpnConnection AuthFailure.InvalidAuthorization"), "{log}");
        assert!(!log.contains("hush"));
        let lines: Vec<_> = log.lines().collect();
        assert_eq!(lines.len(), 2, "one line for each call: {log:?}");
        assert!(lines[1].contains(r"three\r\n Two\nlines IncompleteSignature"), "{log}");
    }
}

/// A process that does not outlive a failed test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn mock() -> AssertCommand {
    AssertCommand::new(assert_cmd::cargo::cargo_bin!("cloudvpn-mock"))
}
