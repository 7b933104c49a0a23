//! Text that comes from elsewhere, made fit for a terminal and a log.

use std::borrow::Cow;

/// `text` without characters that do something else than to be read, and with at most `longest` characters; what is cut off is said.
///
/// Terminals obey escape sequences, logs are read by line, and bidirectional overrides show something else than what is there. Whitespace
/// of any kind becomes a space, every other such character U+FFFD.
pub(crate) fn shown(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest && text.chars().all(|c| legible(c) == c) {
        return Cow::Borrowed(text);
    }
    let mut shown = Shown::new(longest);
    let mut rest = text.chars();
    while !shown.is_full()
        && let Some(c) = rest.next()
    {
        shown.push(c);
    }
    Cow::Owned(shown.end(rest.as_str().len(), text.len()))
}

/// Text that is put together until it is long enough: of a huge one, no more than that is ever looked at.
pub(crate) struct Shown {
    text: String,
    room: usize,
}

impl Shown {
    pub(crate) fn new(longest: usize) -> Self {
        Self { text: String::new(), room: longest }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.room == 0
    }

    pub(crate) fn push(&mut self, c: char) {
        self.text.push(legible(c));
        self.room = self.room.saturating_sub(1);
    }

    /// What is shown of a text of `length` bytes, of which `left` were not looked at.
    pub(crate) fn end(mut self, left: usize, length: usize) -> String {
        if left > 0 {
            self.text.push_str(&format!("... (cut: {length} bytes in all)"));
        }
        self.text
    }
}

fn legible(c: char) -> char {
    match c {
        ' '..='~' => c,
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        // Marks, embeddings, overrides and isolates (UAX #9), and what shows nothing at all: zero widths, tags.
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => ODD,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => ODD,
        c if c.is_control() => ODD,
        c => c,
    }
}

const ODD: char = char::REPLACEMENT_CHARACTER;

/// How much of a message of a service is shown.
pub(crate) const MESSAGE: usize = 1000;
/// The same for what has a few dozen characters: codes, ids, states.
pub(crate) const WORD: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_terminals_and_logs_obey_is_taken_out() {
        for (text, expected) in [
            ("plain, 测试, naïve", "plain, 测试, naïve"),
            ("a\u{1b}[2Jb\u{0}c\u{7}d\u{9b}31m", "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}31m"),
            ("two\r\nlines\tand\u{2028}more", "two  lines and more"),
            ("\u{202e}gpj.exe\u{2066}\u{200f}\u{feff}", "\u{fffd}gpj.exe\u{fffd}\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(shown(text, 100), expected);
            assert_eq!(shown(&shown(text, 100), 100), expected, "twice is as good as once");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_by_characters() {
        assert_eq!(shown("测试测试", 3), "测试测... (cut: 12 bytes in all)");
        assert_eq!(shown("测试测试", 4), "测试测试");
        assert!(shown(&"x".repeat(20 << 20), MESSAGE).len() < MESSAGE + 50);
    }
}
