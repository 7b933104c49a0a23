//! What `cloudvpn-migrate` writes, under real Terraform.

use std::fs;
use std::path::{Path, PathBuf};

use cloudvpn_migrate::source;
use cloudvpn_migrate::table::{self, Read};
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
pub(crate) const WHOLE: &[&str] = &[
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
    // The roles of the last one are nobody's: it can be looked at, not applied.
    for case in WHOLE.iter().chain(&["providers_both"]) {
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

/// A reference to each member of each type names something here, whatever stands around it.
#[test]
fn references_to_every_member_are_valid() {
    for kind in table::kinds() {
        let (word, prefix) = if kind.data { ("data", "data.") } else { ("resource", "") };
        let mut text = format!("{word} \"{}\" \"r\" {{}}\n", kind.there);
        let mut said = 0;
        for (at, member) in kind.members.iter().enumerate() {
            // What has no counterpart is left, and said; the one role of two tunnels is no attribute here.
            let said_otherwise = matches!(member.read, Read::Expression(_));
            if (member.here.is_empty() && !said_otherwise) || member.there.ends_with(".role") {
                continue;
            }
            // Blocks that are sets here have no positions.
            let steps: Vec<_> = member.there.split('.').collect();
            let blocks: Vec<_> = (1..steps.len()).map(|end| steps[..end].join(".")).collect();
            let mut path = String::new();
            for (step, block) in steps.iter().zip(blocks.iter().map(Some).chain([None])) {
                let block = block.and_then(|block| kind.member(block));
                let one =
                    block.map_or("", |block| if block.here.ends_with("security_policies") { "[*]" } else { "[0]" });
                path = format!("{path}.{step}{one}");
            }
            let object = format!("{prefix}{}.r{path}", kind.there);
            text.push_str(&format!("output \"o{at}\" {{\n  value     = [{object}, try({object}, null), \"${{jsonencode({object})}}\"]\n  sensitive = true\n}}\n"));
            said += 1;
        }
        let file = source::File::parse("main.tf".into(), text).unwrap();
        let outcome = cloudvpn_migrate::migrate_files(&[file]).unwrap();
        let ws = Workspace::new();
        ws.write(&outcome.changes[0].after);
        let diagnostics = ws.validate();
        let wrong: Vec<_> = diagnostics.0.iter().filter(|it| it.is_error && it.block.starts_with("output")).collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", kind.there);
        assert!(
            said > 0 && !outcome.changes[0].after.contains(&format!("{prefix}{}.r.", kind.there)) || kind.data,
            "{}",
            kind.there
        );
    }
}
