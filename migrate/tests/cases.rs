//! Each directory of cases/ is a configuration as it is found in the wild. A snapshot beside it has what becomes of it; here is what holds for
//! all of them.

use std::fs;
use std::path::{Path, PathBuf};

use cloudvpn_migrate::{Outcome, migrate_files, source};

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// The files after, by their names, and the remarks.
fn shown(outcome: &Outcome) -> String {
    let mut text = String::new();
    for change in &outcome.changes {
        text.push_str(&format!("=== {}\n{}", change.path.display(), change.after));
    }
    text.push_str("=== remarks\n");
    for remark in &outcome.remarks {
        text.push_str(&format!("{remark}\n"));
    }
    text
}

#[test]
fn configurations_become_what_the_snapshots_say() {
    for case in cases() {
        let outcome = cloudvpn_migrate::migrate(&case).unwrap();
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(case.file_name().unwrap().to_str().unwrap(), shown(&outcome));
        });
    }
}

#[test]
fn a_second_run_changes_nothing() {
    for case in cases() {
        let files = source::read(&case).unwrap();
        let outcome = migrate_files(&files).unwrap();
        let after = files.into_iter().map(|file| {
            let changed = outcome.changes.iter().find(|change| change.path == file.path);
            let text = changed.map_or(file.text, |change| change.after.clone());
            source::File::parse(file.path, text).unwrap()
        });
        let again = migrate_files(&after.collect::<Vec<_>>()).unwrap();
        let changed: Vec<_> = again.changes.iter().map(|change| (&change.path, &change.after)).collect();
        assert!(changed.is_empty(), "{}: {changed:?}", case.display());
    }
}
