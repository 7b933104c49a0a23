//! Colour for people, plain text for everything else.

use std::env;
use std::io::{self, IsTerminal};

/// Whether and how to colour what goes to standard output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) colour: bool,
}

impl Paint {
    /// Colours on a terminal, unless `NO_COLOR` is set to anything but nothing.
    pub(crate) fn detect() -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { colour: io::stdout().is_terminal() && !refused }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.with("31", text)
    }

    pub(crate) fn cyan(self, text: &str) -> String {
        self.with("1;36", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The text without its escape sequences for colours.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("\x1b[") {
        plain.push_str(&rest[..start]);
        let after = &rest[start + 2..];
        let end = after.find(|c: char| c.is_ascii_alphabetic()).map_or(after.len(), |at| at + 1);
        rest = &after[end..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_what_was_painted() {
        let paint = Paint { colour: true };
        assert_eq!(paint.bold("a"), "\x1b[1ma\x1b[0m");
        assert_eq!(plain(&format!("x {} y", paint.cyan("a"))), "x a y");
        assert_eq!(plain("cut \x1b[1"), "cut ");
        assert_eq!(Paint { colour: false }.bold("a"), "a");
    }
}
