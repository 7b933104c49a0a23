//! What could not be done, or should be looked at.

use std::path::PathBuf;

use crate::source::File;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    pub path: PathBuf,
    pub line: usize,
    pub text: String,
}

#[derive(Debug, Default)]
pub struct Remarks(pub Vec<Remark>);

impl Remarks {
    pub fn add(&mut self, file: &File, at: usize, text: impl Into<String>) {
        self.0.push(Remark { path: file.path.clone(), line: file.line(at), text: text.into() });
    }
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.text)
    }
}
