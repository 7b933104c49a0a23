//! Without Terraform these tests fail, and say why.

use std::env;
use std::process::Command;

const ANY: &str = "create::a_gateway_of_a_cloud_connect_network_needs_no_vpc";

#[test]
fn a_missing_terraform_fails_the_tests_and_says_where_to_get_it() {
    let run = |terraform: &str, path: &str, says: &str| {
        let mut tests = Command::new(env::current_exe().expect("a test knows its program"));
        tests.args(["--exact", ANY]).env("TERRAFORM", terraform).env("PATH", path);
        let output = tests.output().expect("a program that runs can be started again");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!output.status.success() && said.contains("1 failed"), "{said}");
        for text in [says, "developer.hashicorp.com/terraform/install", "opentofu.org/docs/intro/install", "TERRAFORM"]
        {
            assert!(said.contains(text), "no {text:?} in {said}");
        }
    };
    run("", "/nowhere", "neither terraform nor tofu is on PATH");
    run("/nowhere/terraform", &env::var("PATH").unwrap_or_default(), "/nowhere/terraform, which is no program");
}

/// As somebody keeps several of them: the dots of a version are no extension.
#[cfg(unix)]
#[test]
fn a_terraform_may_have_a_version_in_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let own = directory.path().join("terraform-1.11.12");
    let real = env::var_os("TERRAFORM").filter(|named| !named.is_empty()).unwrap_or_else(|| "terraform".into());
    let found = env::split_paths(&env::var_os("PATH").unwrap()).map(|dir| dir.join(&real)).find(|file| file.is_file());
    std::os::unix::fs::symlink(found.unwrap_or_else(|| real.into()), &own).unwrap();
    let mut tests = Command::new(env::current_exe().unwrap());
    let output = tests.args(["--exact", ANY]).env("TERRAFORM", &own).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
