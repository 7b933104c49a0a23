//! The handshake: cookie, versions, certificates, and what is said when a part of it is missing.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use tokio::process::Command;
use tokio::time::timeout;

use crate::client::{Identity, PATIENCE, Plugin, command, plugin_command};

async fn run(mut command: Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = timeout(PATIENCE, command.output()).await.expect("it ends").unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[tokio::test]
async fn without_the_cookie_it_explains_itself() {
    let temp = tempfile::tempdir().unwrap();
    for cookie in [None, Some("d602bf8f")] {
        let mut command = command(&temp);
        cookie.map(|cookie| command.env("TF_PLUGIN_MAGIC_COOKIE", cookie));
        let (code, stdout, stderr) = run(command).await;
        assert_eq!((code, stdout.as_str()), (Some(1), ""));
        assert!(stderr.contains("is a plugin") && stderr.contains("required_providers"), "{stderr}");
    }
}

#[tokio::test]
async fn unknown_arguments_are_a_usage_error() {
    let temp = tempfile::tempdir().unwrap();
    let mut command = plugin_command(&temp);
    command.arg("--verbose");
    let (code, stdout, stderr) = run(command).await;
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("unknown argument '--verbose'") && stderr.contains("Usage:"), "{stderr}");
}

#[tokio::test]
async fn the_version_is_printed() {
    let temp = tempfile::tempdir().unwrap();
    let mut command = command(&temp);
    command.arg("--version");
    let expected = format!("terraform-provider-cloudvpn {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run(command).await, (Some(0), expected, String::new()));
}

#[tokio::test]
async fn a_certificate_that_is_none_is_an_error_and_no_handshake() {
    let temp = tempfile::tempdir().unwrap();
    let mut command = plugin_command(&temp);
    command.env("PLUGIN_CLIENT_CERT", "-----BEGIN CERTIFICATE-----\n");
    let (code, stdout, stderr) = run(command).await;
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.starts_with("[ERROR] ") && stderr.contains("PLUGIN_CLIENT_CERT"), "{stderr}");
}

#[tokio::test]
async fn the_line_names_a_private_socket_and_is_all_of_standard_output() {
    let mut plugin = Plugin::start(&Identity::new()).await;
    assert!(plugin.line.ends_with('\n'));
    assert_eq!(plugin.line.matches('|').count(), 5, "{}", plugin.line);
    assert!(plugin.socket.starts_with(plugin.temp.path()));
    assert_eq!(plugin.socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    plugin.signal(libc::SIGTERM);
    let (_, stdout, _) = plugin.ended().await;
    assert_eq!(stdout, "");
}

/// With what the kernel tells of a process.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_crash_would_leave_no_core_file() {
    let plugin = Plugin::start_without_tls().await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", plugin.child.id().unwrap())).unwrap();
    let limit = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(limit.split_whitespace().collect::<Vec<_>>(), ["0", "0", "bytes"]);
}

#[tokio::test]
async fn without_a_certificate_the_field_stays_empty() {
    let plugin = Plugin::start_without_tls().await;
    assert_eq!(plugin.line, format!("1|6|unix|{}|grpc|\n", plugin.socket.display()));
}

#[tokio::test]
async fn version_six_is_offered_whatever_the_client_speaks() {
    for offered in [Some("6,5"), Some("6"), Some("5"), None] {
        let temp = tempfile::tempdir().unwrap();
        let mut command = plugin_command(&temp);
        command.env_remove("PLUGIN_PROTOCOL_VERSIONS");
        offered.map(|offered| command.env("PLUGIN_PROTOCOL_VERSIONS", offered));
        // It checks the version in the line.
        Plugin::spawn(command, temp).await;
    }
}

#[tokio::test]
async fn a_seventh_field_answers_the_wish_for_multiplexing() {
    let temp = tempfile::tempdir().unwrap();
    let mut command = plugin_command(&temp);
    command.env("PLUGIN_MULTIPLEX_GRPC", "true");
    let plugin = Plugin::spawn(command, temp).await;
    assert!(plugin.line.ends_with("|grpc||true\n"), "{}", plugin.line);
}

#[tokio::test]
async fn a_temporary_directory_too_long_for_a_socket_is_not_used() {
    let temp = tempfile::tempdir().unwrap();
    let long = temp.path().join("x".repeat(120));
    std::fs::create_dir(&long).unwrap();
    let mut command = plugin_command(&temp);
    command.env("TMPDIR", &long);
    let plugin = Plugin::spawn(command, temp).await;
    assert!(plugin.socket.starts_with("/tmp/"), "{}", plugin.line);
    plugin.connect_plain().await;
}

#[tokio::test]
async fn a_socket_directory_that_was_asked_for_is_used() {
    let (temp, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut command = plugin_command(&temp);
    command.env("PLUGIN_UNIX_SOCKET_DIR", dir.path());
    let plugin = Plugin::spawn(command, temp).await;
    assert!(plugin.socket.starts_with(dir.path()), "{}", plugin.line);
}
