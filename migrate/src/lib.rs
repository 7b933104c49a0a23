//! Rewrites Terraform configurations of the official providers' VPN resources for `cloudvpn/cloudvpn`.
//!
//! Files are parsed to know where things are; what becomes of them is a list of replacements, so that everything else comes out byte by
//! byte.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hcl_edit::structure::Block;

use crate::provider::{Changing, Uses};
use crate::references::{Objects, Walker, key, ours, span};
use crate::report::{Remark, Remarks};
use crate::source::File;
use crate::table::Cloud;

mod align;
mod dynamic;
mod edits;
mod leftovers;
mod object;
mod provider;
mod references;
pub mod report;
mod resource;
pub mod source;
mod special;
pub mod state;
pub mod table;
mod value;

/// What comes of a configuration.
#[derive(Debug)]
pub struct Outcome {
    /// Files that change: where, what they were, what they are.
    pub changes: Vec<Change>,
    /// What could not be done, or should be looked at.
    pub remarks: Vec<Remark>,
}

#[derive(Debug)]
pub struct Change {
    pub path: PathBuf,
    pub before: String,
    pub after: String,
}

/// Reads a configuration and says what becomes of it.
pub fn migrate(root: &Path) -> anyhow::Result<Outcome> {
    migrate_files(&source::read(root)?)
}

/// The same with files that were read.
pub fn migrate_files(files: &[File]) -> anyhow::Result<Outcome> {
    let mut remarks = Remarks::default();
    let objects = objects(files, &mut remarks);
    let uses = uses(files, &objects);
    let mut walkers: Vec<_> = files
        .iter()
        .map(|file| {
            let mut walker = Walker::new(file, &objects);
            walker.walk();
            rewrite(&mut walker, &objects);
            walker
        })
        .collect();
    let directories: BTreeSet<_> = files.iter().map(|file| file.directory().to_owned()).collect();
    for directory in directories {
        let mut changing: Vec<_> = walkers
            .iter_mut()
            .filter(|walker| walker.file.directory() == directory)
            .map(|walker| Changing { file: walker.file, edits: &mut walker.edits, remarks: &mut walker.remarks })
            .collect();
        provider::directory(&directory, &mut changing, &uses);
    }
    let mut changes = Vec::new();
    for walker in walkers {
        let file = walker.file;
        remarks.0.extend(walker.remarks.0);
        let after = finish(&file.text, &walker.edits.apply(&file.text));
        let after = File::parse(file.path.clone(), after)?;
        leftovers::search(&after, &objects, &mut remarks);
        if after.text != file.text {
            changes.push(Change { path: file.path.clone(), before: file.text.clone(), after: after.text });
        }
    }
    remarks.0.sort();
    remarks.0.dedup();
    Ok(Outcome { changes, remarks: remarks.0 })
}

impl Outcome {
    /// Writes the files that change.
    pub fn write(&self, root: &Path) -> anyhow::Result<()> {
        for change in &self.changes {
            let path = root.join(&change.path);
            fs::write(&path, &change.after)
                .map_err(|error| anyhow::anyhow!("cannot write {}: {error}", path.display()))?;
        }
        Ok(())
    }
}

/// Finds the official objects, and which of them have to stay.
fn objects(files: &[File], remarks: &mut Remarks) -> Objects {
    let mut objects = Objects::default();
    for file in files {
        for block in file.body.blocks() {
            if let Some((client, enabled)) = switch(file, block) {
                objects.switches.entry(file.directory().to_owned()).or_default().insert(client, enabled);
            }
            let directory = file.directory().to_owned();
            if is_one_shot(block) && is_referred_to(files, &directory, &key(block)) {
                remarks.add(
                    file,
                    span(block).start,
                    format!("{} stays what it is: something refers to it", key(block)),
                );
                objects.left.entry(directory.clone()).or_default().insert(key(block));
            }
            let name = block.labels.first().map_or("", |label| label.as_str()).to_owned();
            let said = |attribute: &str| block.body.get_attribute(attribute).map(|attribute| &attribute.value);
            match block.ident.as_str() {
                "module" => {
                    let source = said("source").and_then(|source| source.as_str());
                    if let Some(inner) = source.and_then(|source| provider::module_directory(&directory, source)) {
                        objects.modules.entry(directory.clone()).or_default().insert(name, inner);
                    }
                }
                "variable" if said("type").is_some_and(|of| file.text[span(of)].contains("object(")) => {
                    objects.constrained.entry(directory.clone()).or_default().insert(name);
                }
                _ => {}
            }
            let Some(kind) = ours(block) else { continue };
            objects.declared.entry(directory.clone()).or_default().insert(key(block));
            for (at, reason) in resource::obstacles(block, kind) {
                remarks.add(file, at, format!("{} stays what it is: {reason}", key(block)));
                objects.left.entry(directory.clone()).or_default().insert(key(block));
            }
        }
    }
    // Locals may stand for other locals, and modules give to each other: each round knows what the one before found out.
    for _ in 0..4 {
        let mut found = Vec::new();
        for file in files {
            let mut walker = Walker::new(file, &objects);
            walker.walk();
            found.append(&mut walker.found);
        }
        for (directory, name, ty) in found {
            objects.known.entry(directory).or_default().insert(name, ty);
        }
    }
    objects
}

fn is_one_shot(block: &Block) -> bool {
    let there = block.labels.first().map_or("", |label| label.as_str());
    block.ident.as_str() == "resource" && table::ONE_SHOTS.iter().any(|(name, _)| *name == there)
}

/// Whether a resource is named anywhere in its module. Its own block names it in another way.
fn is_referred_to(files: &[File], directory: &Path, key: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    files.iter().filter(|file| file.directory() == directory).any(|file| {
        let mut places = file.text.match_indices(key);
        places.any(|(at, _)| !file.text[at + key.len()..].starts_with(word) && !file.text[..at].ends_with(word))
    })
}

/// The switch of a client's certificate, where it names the client by itself.
fn switch(file: &File, block: &Block) -> Option<(String, String)> {
    let there = block.labels.first()?.as_str();
    let single = !block.body.has_attribute("count") && !block.body.has_attribute("for_each");
    if there != "tencentcloud_vpn_gateway_ssl_client_cert" || !single {
        return None;
    }
    let client = &file.text[span(&block.body.get_attribute("ssl_vpn_client_id")?.value)];
    let client = client.strip_suffix(".id").filter(|client| client.starts_with("tencentcloud_vpn_ssl_client."))?;
    let enabled = match block.body.get_attribute("switch") {
        None => "true".to_owned(),
        Some(switch) => match switch.value.as_str() {
            Some(text) => (text == "on").to_string(),
            None => format!("{} == \"on\"", &file.text[span(&switch.value)]),
        },
    };
    Some((client.to_owned(), enabled))
}

fn uses(files: &[File], objects: &Objects) -> Uses {
    let mut uses = Uses::default();
    for file in files {
        let directory = file.directory();
        for block in file.body.blocks() {
            match block.ident.as_str() {
                "resource" | "data" | "ephemeral" | "action" => {
                    let Some(cloud) = block.labels.first().and_then(|label| Cloud::of(label.as_str())) else {
                        continue;
                    };
                    let rewritten = ours(block).is_some() && !objects.is_left(directory, &key(block));
                    let map = if rewritten { &mut uses.rewritten } else { &mut uses.stays };
                    map.entry(directory.to_owned()).or_default().insert(cloud);
                }
                "module" => {
                    let source = block.body.get_attribute("source").and_then(|source| source.value.as_str());
                    match source.and_then(|source| provider::module_directory(directory, source)) {
                        Some(inner) => {
                            uses.modules.entry(directory.to_owned()).or_default().insert(inner);
                        }
                        None => {
                            uses.unseen.insert(directory.to_owned());
                        }
                    }
                }
                // What was removed is still in states of that provider.
                "removed" => {
                    let from = block.body.get_attribute("from").map_or("", |from| &file.text[span(&from.value)]);
                    if let Some(cloud) = Cloud::of(from) {
                        uses.stays.entry(directory.to_owned()).or_default().insert(cloud);
                    }
                }
                _ => {}
            }
        }
    }
    uses
}

/// Rewrites the objects of a file.
fn rewrite(walker: &mut Walker<'_>, objects: &Objects) {
    let file = walker.file;
    for block in file.body.blocks() {
        let there = block.labels.first().map_or("", |label| label.as_str());
        let at = span(block);
        match ours(block) {
            Some(kind) if !objects.is_left(file.directory(), &key(block)) => {
                let switch = objects.switches.get(file.directory()).and_then(|switches| switches.get(&key(block)));
                resource::rewrite(
                    file,
                    block,
                    kind,
                    switch.map(String::as_str),
                    &mut walker.edits,
                    &mut walker.remarks,
                );
                if !kind.data {
                    let name = name(block);
                    // Where blocks follow each other without a blank line, this one is no part of the next.
                    let rest = &file.text[at.end..];
                    let close = rest.starts_with('\n') && !rest[1..].starts_with(['\n', '\r']) && !rest[1..].is_empty();
                    let moved =
                        format!("\n\nmoved {{\n  from = {}.{name}\n  to   = {}.{name}\n}}", kind.there, kind.here);
                    walker.edits.replace(at.end..at.end, moved + if close { "\n" } else { "" });
                }
            }
            Some(_) => {}
            None if objects.is_left(file.directory(), &key(block)) => {}
            None if matches!(block.ident.as_str(), "resource" | "data") => {
                let once =
                    table::ONE_SHOTS.iter().find(|(name, _)| *name == there && block.ident.as_str() == "resource");
                if let Some((_, instead)) = once {
                    let name = name(block);
                    let said = switch(file, block).is_some_and(|(client, _)| {
                        objects.declared.get(file.directory()).is_some_and(|keys| keys.contains(&client))
                    });
                    if !said {
                        walker.remarks.add(file, at.start, format!("{there}.{name} is forgotten: {instead}"));
                    }
                    walker.edits.replace(
                        at,
                        format!("removed {{\n  from = {there}.{name}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}"),
                    );
                } else if table::WITHOUT.contains(&there) {
                    walker.remarks.add(
                        file,
                        at.start,
                        format!("{there} has no counterpart: it stays with its provider"),
                    );
                }
            }
            None => module(walker, block),
        }
    }
}

/// Modules from elsewhere are not looked into.
fn module(walker: &mut Walker<'_>, block: &Block) {
    let Some(source) = block.body.get_attribute("source").filter(|_| block.ident.as_str() == "module") else { return };
    let text = source.value.as_str().unwrap_or_default();
    let words = text.to_lowercase();
    let local = words.starts_with("./") || words.starts_with("../");
    let may = local || ["vpn", "alicloud", "aliyun", "tencentcloud"].iter().any(|word| words.contains(word));
    if may && provider::module_directory(walker.file.directory(), text).is_none() {
        let text = format!("the module {text:?} is from elsewhere: it was not looked into");
        walker.remarks.add(walker.file, span(source).start, text);
    }
}

fn name(block: &Block) -> String {
    block.labels.get(1).map_or_else(String::new, |label| label.as_str().to_owned())
}

/// Line ends and columns as the file had them.
fn finish(before: &str, after: &str) -> String {
    if before == after {
        return after.to_owned();
    }
    let windows = before.contains("\r\n");
    let plain = |text: &str| text.replace("\r\n", "\n");
    let (was, mut is) = (plain(before), plain(after));
    if align::align(&was) == was {
        is = align::align(&is);
    }
    // A file with both is left with both.
    let only = before.matches('\n').count() == before.matches("\r\n").count();
    match (windows, only) {
        (true, true) => is.replace('\n', "\r\n"),
        (true, false) => after.to_owned(),
        _ => is,
    }
}
