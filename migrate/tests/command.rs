//! The command itself: what it prints, what it writes, how it ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CUSTOMER_GATEWAY: &str = "resource \"tencentcloud_vpn_customer_gateway\" \"c\" {\n  name              = \"c\"\n  public_ip_address = \"203.0.113.10\"\n}\n";

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cloudvpn-migrate")).arg(directory).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_diff_is_printed_and_nothing_is_written_unless_it_is_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("main.tf");
    fs::write(&file, CUSTOMER_GATEWAY).unwrap();

    let output = run(directory.path(), &[]);
    assert_eq!(output.status.code(), Some(0));
    let diff = text(&output.stdout);
    assert!(diff.starts_with("--- a/main.tf\n+++ b/main.tf\n"), "{diff}");
    assert!(
        diff.contains("-  public_ip_address = \"203.0.113.10\"\n")
            && diff.contains("+  ip_address = \"203.0.113.10\"\n"),
        "{diff}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), CUSTOMER_GATEWAY);

    let output = run(directory.path(), &["--write"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), "main.tf\n".to_owned()));
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.contains("resource \"cloudvpn_tencent_customer_gateway\" \"c\""), "{written}");

    let output = run(directory.path(), &["--write"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()));
    assert_eq!(fs::read_to_string(&file).unwrap(), written);
}

#[test]
fn what_needs_a_look_is_named_with_file_and_line_and_ends_with_another_status() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("inner")).unwrap();
    fs::write(
        directory.path().join("inner/a.tf"),
        format!("{CUSTOMER_GATEWAY}\noutput \"o\" {{\n  value = tencentcloud_vpn_customer_gateway.c\n}}\n"),
    )
    .unwrap();
    let output = run(directory.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).starts_with("inner/a.tf:7: tencentcloud_vpn_customer_gateway.c: whole objects"),
        "{}",
        text(&output.stderr)
    );

    fs::write(directory.path().join("a.tf.json"), "{\"resource\":{\"alicloud_vpn_gateway\":{}}}").unwrap();
    let output = run(directory.path(), &["--write"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("a.tf.json is configuration in JSON"), "{}", text(&output.stderr));
    assert!(fs::read_to_string(directory.path().join("inner/a.tf")).unwrap().starts_with(CUSTOMER_GATEWAY));
    assert_eq!(run(&directory.path().join("none"), &[]).status.code(), Some(1));
}

#[test]
fn what_cannot_be_read_stops_it_only_where_something_official_is_in_it() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("main.tf"), CUSTOMER_GATEWAY).unwrap();
    fs::write(directory.path().join("odd.tf"), "this is {{ no configuration\n").unwrap();
    assert_eq!(run(directory.path(), &[]).status.code(), Some(0));
    fs::write(directory.path().join("odd.tf"), "resource \"alicloud_vpn_gateway\" {{\n").unwrap();
    let output = run(directory.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("odd.tf"), "{}", text(&output.stderr));
}

#[test]
fn a_state_tells_whose_keys_are_needed() {
    let directory = tempfile::tempdir().unwrap();
    let connection = |name: &str, key: &str| {
        format!(
            "resource \"alicloud_vpn_connection\" \"{name}\" {{\n  vpn_gateway_id = \"vpn-1\"\n  ike_config {{\n    ike_version = \"ikev2\"\n{key}  }}\n}}\n"
        )
    };
    let text_of = connection("said", "    psk = var.key\n") + &connection("unsaid", "");
    fs::write(directory.path().join("main.tf"), text_of).unwrap();
    let instance = |key: &str, id: &str| format!("{{\"index_key\": {key}, \"attributes\": {{\"id\": \"{id}\"}}}}");
    let resource = |name: &str, instances: &str| {
        format!(
            "{{\"mode\": \"managed\", \"module\": \"module.m\", \"type\": \"alicloud_vpn_connection\", \"name\": \"{name}\", \"instances\": [{instances}]}}"
        )
    };
    let unsaid = format!("{}, {}, {}", instance("\"a\"", "vco-1"), instance("1", "vco-2"), instance("null", "vco-3"));
    let resources = [resource("said", &instance("null", "vco-0")), resource("unsaid", &unsaid)].join(", ");
    let state = directory.path().join("state.json");
    fs::write(&state, format!("{{\"version\": 4, \"resources\": [{resources}]}}")).unwrap();

    let output = run(directory.path(), &["--state", state.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let errors = text(&output.stderr);
    let expected = ["[\"a\"] (vco-1)", "[1] (vco-2)", " (vco-3)"]
        .map(|end| format!("module.m.alicloud_vpn_connection.unsaid{end}: the configuration does not say its key"));
    assert_eq!(errors.lines().collect::<Vec<_>>(), expected);
    fs::write(&state, "no state").unwrap();
    assert_eq!(run(directory.path(), &["--state", state.to_str().unwrap()]).status.code(), Some(1));
}
