//! Replacements in a text. What is in no replacement comes out byte by byte.

use std::collections::BTreeMap;
use std::ops::Range;

#[derive(Debug, Default)]
pub(crate) struct Edits {
    /// By their begin. They do not overlap.
    edits: BTreeMap<usize, (usize, String)>,
}

impl Edits {
    /// Replaces a range; what was replaced within it is gone, so that its text has to be rendered before.
    pub(crate) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        let inner: Vec<_> = self.edits.range(range.start..range.end).map(|(begin, _)| *begin).collect();
        for begin in inner {
            self.edits.remove(&begin);
        }
        self.edits.insert(range.start, (range.end, text.into()));
    }

    /// A range as it will be.
    pub(crate) fn render(&self, source: &str, range: Range<usize>) -> String {
        let mut text = String::with_capacity(range.len());
        let mut at = range.start;
        for (begin, (end, replacement)) in self.edits.range(range.start..range.end) {
            if *end > range.end {
                break;
            }
            text.push_str(&source[at..*begin]);
            text.push_str(replacement);
            at = *end;
        }
        text.push_str(&source[at..range.end]);
        text
    }

    /// The whole.
    pub(crate) fn apply(&self, source: &str) -> String {
        let mut text = self.render(source, 0..source.len());
        if let Some((end, tail)) = self.edits.get(&source.len()) {
            debug_assert_eq!(*end, source.len());
            text.push_str(tail);
        }
        text
    }
}

impl Edits {
    /// What was put behind the end.
    pub(crate) fn tail(&self, end: usize) -> String {
        self.edits.get(&end).map(|(_, text)| text.clone()).unwrap_or_default()
    }
}
