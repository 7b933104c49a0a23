//! The files of a configuration.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use hcl_edit::structure::{Block, Body};

/// One file in Terraform's language.
pub struct File {
    /// From the directory that was given.
    pub path: PathBuf,
    pub text: String,
    pub body: Body,
}

impl File {
    pub fn parse(path: PathBuf, text: String) -> anyhow::Result<Self> {
        // A byte order mark is no part of the language: blanks of the same length keep all positions.
        let readable = text.strip_prefix('\u{feff}').map(|rest| format!("   {rest}"));
        let body = hcl_edit::parser::parse_body(readable.as_deref().unwrap_or(&text))
            .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        Ok(Self { path, text, body })
    }

    /// The line of a position, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.text[..at.min(self.text.len())].matches('\n').count() + 1
    }

    /// The directory, which is a module of its own.
    pub fn directory(&self) -> &Path {
        self.path.parent().unwrap_or_else(|| Path::new(""))
    }

    pub fn blocks<'a>(&'a self, ident: &'a str) -> impl Iterator<Item = &'a Block> {
        self.body.blocks().filter(move |block| block.ident.as_str() == ident)
    }
}

/// All files below a directory, but those of Terraform's own directories, and the JSON files that are of no use here.
pub fn read(root: &Path) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    let mut directories = vec![PathBuf::new()];
    while let Some(directory) = directories.pop() {
        let whole = root.join(&directory);
        let mut entries: Vec<_> = fs::read_dir(&whole)
            .and_then(Iterator::collect::<Result<_, _>>)
            .with_context(|| format!("cannot read {}", whole.display()))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = directory.join(entry.file_name());
            let name = entry.file_name().to_string_lossy().into_owned();
            // Followed, so that a link to a file is read; a directory that is linked to is a place of its own.
            let kind = fs::metadata(entry.path()).with_context(|| format!("cannot read {}", entry.path().display()))?;
            if kind.is_dir() {
                if !name.starts_with('.') && !entry.file_type()?.is_symlink() {
                    directories.push(path);
                }
            } else if name.ends_with(".tf.json") || name.ends_with(".tofu.json") {
                let text = fs::read_to_string(entry.path())
                    .with_context(|| format!("cannot read {}", entry.path().display()))?;
                refuse_json(&path, &text)?;
            } else if name.ends_with(".tf") || name.ends_with(".tofu") {
                let text = fs::read_to_string(entry.path())
                    .with_context(|| format!("cannot read {}", entry.path().display()))?;
                // What cannot be read and has nothing official in it is no reason to stop.
                let official = crate::table::kinds().any(|kind| text.contains(kind.there));
                match File::parse(path, text) {
                    Ok(file) => files.push(file),
                    Err(error) if official => return Err(error),
                    Err(_) => {}
                }
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Configuration in JSON is written by programs, and to be changed there.
fn refuse_json(path: &Path, text: &str) -> anyhow::Result<()> {
    let official = crate::table::kinds().find(|kind| text.contains(kind.there));
    if let Some(kind) = official {
        bail!(
            "{} is configuration in JSON, and it has {}. JSON is not rewritten: change what writes it, or convert it to Terraform's \
             language first. Nothing was changed.",
            path.display(),
            kind.there
        );
    }
    Ok(())
}

/// Where a block stands.
pub fn place(block: &Block) -> Option<std::ops::Range<usize>> {
    hcl_edit::Span::span(block)
}
