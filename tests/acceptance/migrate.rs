//! What `cloudvpn-migrate` writes, under real Terraform.

use std::fs;
use std::path::{Path, PathBuf};

use cloudvpn_migrate::source;
use serde_json::Value;

use crate::harness::Workspace;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrate/tests/cases")
}

/// A workspace with what becomes of a case, but for `moved` and `removed` blocks: nothing was there before.
fn migrated(case: &str) -> Workspace {
    let directory = cases().join(case);
    let outcome = cloudvpn_migrate::migrate(&directory).unwrap();
    let ws = Workspace::any_parent();
    for change in outcome.changes {
        let file = source::File::parse(change.path.clone(), change.after).unwrap();
        let mut text = file.text.clone();
        let blocks = file.body.blocks().filter(|block| ["moved", "removed"].contains(&block.ident.as_str()));
        let mut places: Vec<_> = blocks.filter_map(source::place).collect();
        places.reverse();
        places.into_iter().for_each(|place| text.replace_range(place, ""));
        fs::create_dir_all(ws.dir().join(change.path.parent().unwrap())).unwrap();
        fs::write(ws.dir().join(&change.path), text).unwrap();
    }
    ws.run(&["get"]);
    ws
}

/// Cases that need nothing but this provider.
const WHOLE: &[&str] = &[
    "alibaba_dual",
    "followed",
    "modules",
    "alibaba_single",
    "counts",
    "dynamic_tunnels",
    "either",
    "references",
    "ssl",
    "tencent_site",
    "values",
];

#[test]
fn every_case_is_valid() {
    for case in WHOLE {
        let diagnostics = migrated(case).validate();
        let errors: Vec<_> = diagnostics.0.iter().filter(|diagnostic| diagnostic.is_error).collect();
        assert!(errors.is_empty(), "{case}:\n{diagnostics}");
    }
}

#[test]
fn what_was_in_canonical_format_still_is() {
    let mut looked_at = 0;
    for case in fs::read_dir(cases()).unwrap() {
        let case = case.unwrap();
        let ws = Workspace::new();
        fs::copy(case.path().join("main.tf"), ws.dir().join("main.tf")).unwrap();
        if ws.run(&["fmt", "-check"]).code != Some(0) {
            continue;
        }
        looked_at += 1;
        let name = case.file_name().into_string().unwrap();
        let formatted = migrated(&name);
        let outcome = cloudvpn_migrate::migrate(&case.path()).unwrap();
        for change in outcome.changes {
            fs::write(formatted.dir().join(&change.path), &change.after).unwrap();
        }
        let output = formatted.run(&["fmt", "-check", "-diff", "-recursive"]);
        assert_eq!(output.code, Some(0), "{name}: {}", output.stdout);
    }
    assert!(looked_at > 4, "{looked_at} cases were in canonical format");
}

/// A second instance of a module: it is made, and negotiates what one of the official provider's would.
#[test]
fn every_case_can_be_applied_and_plans_nothing_then() {
    for case in WHOLE {
        let ws = migrated(case);
        ws.apply();
        if *case == "counts" {
            for tunnel in ws.tunnels().values() {
                let (ike, ipsec) = (&tunnel["IKEOptionsSpecification"], &tunnel["IPSECOptionsSpecification"]);
                let said = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
                assert_eq!(said(ike, "IKEVersion"), "IKEV1");
                assert_eq!(said(ike, "PropoEncryAlgorithm"), "3DES-CBC");
                assert_eq!(said(ike, "DhGroupName"), "GROUP1");
                assert_eq!(said(ipsec, "PfsDhGroup"), "NULL");
            }
        }
        ws.destroy();
    }
}
