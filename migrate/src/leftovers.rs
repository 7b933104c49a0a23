//! The last look: every old name that is still there.

use crate::references::{Objects, span};
use crate::report::Remarks;
use crate::source::File;
use crate::table;

pub(crate) fn search(file: &File, objects: &Objects, remarks: &mut Remarks) {
    let meant: Vec<_> =
        file.body.blocks().filter(|block| matches!(block.ident.as_str(), "moved" | "removed")).map(span).collect();
    let mut names: Vec<_> = table::kinds().map(|kind| kind.there).collect();
    names.extend(table::ONE_SHOTS.iter().map(|(name, _)| *name));
    for name in names {
        for (at, _) in file.text.match_indices(name) {
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            let rest = &file.text[at + name.len()..];
            if file.text[..at].ends_with(|c: char| word(c) || c == '.')
                || rest.starts_with(word)
                || meant.iter().any(|range| range.contains(&at))
            {
                continue;
            }
            // What stays has been said already.
            let object: String = rest.trim_start_matches(['"', ' ', '.']).chars().take_while(|c| word(*c)).collect();
            let key = format!("{name}.{object}");
            if objects.is_left(file.directory(), &key) || objects.is_left(file.directory(), &format!("data.{key}")) {
                continue;
            }
            remarks.add(file, at, format!("{name} is still named here, in the file as it is now"));
        }
    }
}
