//! Secrets taken out of what a service says: some quote the request, in the encoding in which it was sent or in one of their own.

use secrecy::{ExposeSecret, SecretString};

use crate::cloud::text::{self, Shown};

/// What is shown of `text`: without any of `secrets`, in whichever [encoding](Layer) they stand there, and then [cut](text::shown).
///
/// A secret of [`LONG`] bytes or more is taken out wherever it stands, a shorter one only where it is a word of its own, and one of a few
/// letters only where it is a value: what looks like it is part of other words everywhere.
pub(crate) fn scrub(text: &str, secrets: &[&SecretString]) -> String {
    let mut secrets: Vec<_> = secrets.iter().map(|secret| secret.expose_secret().as_bytes()).collect();
    secrets.retain(|secret| !secret.is_empty());
    // One secret may begin with another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));

    let mut shown = Shown::new(text::MESSAGE);
    let mut at = 0;
    while !shown.is_full()
        && let Some(c) = text[at..].chars().next()
    {
        let end = secrets.iter().find_map(|secret| end_of(secret, text.as_bytes(), at));
        match end.filter(|end| text.is_char_boundary(*end)) {
            Some(end) => {
                REDACTED.chars().for_each(|c| shown.push(c));
                at = end;
            }
            None => {
                shown.push(c);
                at += c.len_utf8();
            }
        }
    }
    shown.end(text.len() - at, text.len())
}

/// Where `secret` ends that begins at `start` in `text`, if it does, in whichever encoding.
fn end_of(secret: &[u8], text: &[u8], start: usize) -> Option<usize> {
    let end = ENCODINGS.iter().find_map(|encoding| end_in(secret, text, start, encoding))?;
    let counts = match secret.len() {
        LONG.. => true,
        SHORT.. => is_end_of_word(&text[..start]) && is_start_of_word_end(&text[end..]),
        _ => is_value(&text[..start], &text[end..]),
    };
    counts.then_some(end)
}

fn end_in(secret: &[u8], text: &[u8], start: usize, encoding: &[Layer]) -> Option<usize> {
    let spaces_are_plusses = encoding.contains(&Layer::Percent);
    let (mut at, mut rest) = (start, secret);
    while !rest.is_empty() {
        let (unit, next) = Unit::read(text, at, encoding)?;
        let bytes = unit.bytes();
        rest = match rest.strip_prefix(bytes) {
            Some(rest) => rest,
            None if spaces_are_plusses && bytes == b"+" => rest.strip_prefix(b" ")?,
            None => return None,
        };
        at = next;
    }
    Some(at)
}

/// One way to write a text within another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// `%2F`, in either case, of as many characters as one likes; in forms, a space is `+`.
    Percent,
    /// JSON strings: `\"`, `\/`, `\u002F`.
    Json,
}

/// The layers of each encoding, outermost first: what a service gets as a form, as JSON, as JSON in a form, and quotes once more.
const ENCODINGS: &[&[Layer]] = {
    use Layer::{Json, Percent};
    &[
        &[],
        &[Percent],
        &[Json],
        &[Percent, Json],
        &[Json, Percent],
        &[Percent, Percent],
        &[Json, Json],
        &[Percent, Percent, Json],
        &[Percent, Json, Json],
        &[Json, Percent, Json],
        &[Percent, Percent, Percent],
    ]
};

/// What one character of an encoding stands for.
struct Unit {
    bytes: [u8; 4],
    len: usize,
}

impl Unit {
    /// Reads the unit that begins at `at`, and says where the next one does.
    fn read(text: &[u8], at: usize, layers: &[Layer]) -> Option<(Self, usize)> {
        let Some((inner, outer)) = layers.split_last() else {
            return Some((Self::byte(*text.get(at)?), at + 1));
        };
        let (unit, next) = Self::read(text, at, outer)?;
        let escaped = match (inner, unit.bytes()) {
            (Layer::Percent, b"%") => hex(text, next, outer, 2).map(|(byte, end)| (Self::byte(byte as u8), end)),
            (Layer::Json, b"\\") => Self::json_escape(text, next, outer),
            _ => None,
        };
        Some(escaped.unwrap_or((unit, next)))
    }

    /// What follows a backslash.
    fn json_escape(text: &[u8], at: usize, outer: &[Layer]) -> Option<(Self, usize)> {
        let (unit, next) = Self::read(text, at, outer)?;
        let byte = match unit.bytes() {
            [byte @ (b'"' | b'\\' | b'/')] => *byte,
            b"b" => 8,
            b"f" => 12,
            b"n" => b'\n',
            b"r" => b'\r',
            b"t" => b'\t',
            b"u" => return Self::json_unicode(text, next, outer),
            _ => return None,
        };
        Some((Self::byte(byte), next))
    }

    /// What follows `\u`: what is not in the basic plane takes two of them.
    fn json_unicode(text: &[u8], at: usize, outer: &[Layer]) -> Option<(Self, usize)> {
        let (first, end) = hex(text, at, outer, 4)?;
        if let Some(c) = char::from_u32(first) {
            return Some((Self::char(c), end));
        }
        let (backslash, next) = Self::read(text, end, outer)?;
        let (u, next) = Self::read(text, next, outer)?;
        let (second, end) = hex(text, next, outer, 4)?;
        let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
        let c = char::decode_utf16(pair).next()?.ok()?;
        (backslash.bytes() == b"\\" && u.bytes() == b"u").then_some((Self::char(c), end))
    }

    fn byte(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0, 0], len: 1 }
    }

    fn char(c: char) -> Self {
        let mut bytes = [0; 4];
        let len = c.encode_utf8(&mut bytes).len();
        Self { bytes, len }
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// A number of so many hexadecimal digits.
fn hex(text: &[u8], mut at: usize, layers: &[Layer], digits: usize) -> Option<(u32, usize)> {
    let mut number = 0;
    for _ in 0..digits {
        let (unit, next) = Unit::read(text, at, layers)?;
        let [digit] = unit.bytes() else { return None };
        number = number * 16 + char::from(*digit).to_digit(16)?;
        at = next;
    }
    Some((number, at))
}

/// Whether no word goes on after `before`. What ends in an escape ends no word.
fn is_end_of_word(before: &[u8]) -> bool {
    before.last().is_none_or(|last| !last.is_ascii_alphanumeric() && last.is_ascii()) || ends_in_escape(before)
}

fn is_start_of_word_end(after: &[u8]) -> bool {
    after.first().is_none_or(|first| !first.is_ascii_alphanumeric() && first.is_ascii())
}

fn ends_in_escape(before: &[u8]) -> bool {
    let hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'%', a, b] if hex(&[*a, *b]) => true,
        [.., b'%', b'2', b'5', a, b] if hex(&[*a, *b]) => true,
        [.., b'%', b'2', b'5', b'2', b'5', a, b] if hex(&[*a, *b]) => true,
        [.., b'u', a, b, c, d] if hex(&[*a, *b, *c, *d]) => true,
        [.., b'\\', _] => true,
        _ => false,
    }
}

/// Whether what stands between the two is a value: in quotes, or after `=` or `:`.
fn is_value(before: &[u8], after: &[u8]) -> bool {
    const OPENS: &[u8] = b"\"'`=:";
    let named = before.trim_ascii_end();
    let opened = ends_in_escape(before)
        || before.last().is_some_and(|last| OPENS.contains(last))
        || (named.len() < before.len() && named.last().is_some_and(|last| b"=:".contains(last)));
    let closed = after.first().is_none_or(|first| b"\"'`&,;%\\)]}".contains(first))
        || (after[0] == b'.' && after.get(1).is_none_or(u8::is_ascii_whitespace));
    opened && closed
}

const REDACTED: &str = "[redacted]";

/// From this length on, a secret looks like nothing else.
const LONG: usize = 6;
/// From this length on, a secret is no article, unit or number that messages are full of.
const SHORT: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(text: &str, secrets: &[&str]) -> String {
        let secrets: Vec<_> = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
        scrub(text, &secrets.iter().collect::<Vec<_>>())
    }

    #[test]
    fn quoted_secrets_are_scrubbed() {
        let text = scrubbed("PreShareKey `qwer12ty` is too weak: qwer12ty", &["qwer12ty", ""]);

        assert_eq!(text, "PreShareKey `[redacted]` is too weak: [redacted]");
    }

    #[test]
    fn every_encoding_in_which_a_secret_may_be_quoted_is_scrubbed() {
        let key = r#"Zq!k "1"/\+%&=ü🔑"#;
        for quoted in [
            r#"Zq!k "1"/\+%&=ü🔑"#,
            // A form: what the API 2.0 gets, what the RFC asks for, in small letters, and every character.
            "Zq%21k+%221%22%2F%5C%2B%25%26%3D%C3%BC%F0%9F%94%91",
            "Zq%21k%20%221%22%2F%5C%2B%25%26%3D%C3%BC%F0%9F%94%91",
            "Zq!k%20%221%22%2f%5c%2b%25%26%3d%c3%bc%f0%9f%94%91",
            "%5A%71%21%6b%20%22%31%22%2f%5c%2b%25%26%3d%c3%bc%f0%9f%94%91",
            // JSON.
            r#"Zq!k \"1\"/\\+%&=ü🔑"#,
            r#"Zq!k \"1\"\/\\+%&=\u00fc\ud83d\udd11"#,
            r#"Zq!k\u0020\u00221\u0022/\u005C+%\u0026=\u00FC\uD83D\uDD11"#,
            // JSON in JSON.
            r#"Zq!k \\\"1\\\"/\\\\+%&=ü🔑"#,
            // JSON in a form.
            "Zq%21k+%5C%221%5C%22%2F%5C%5C%2B%25%26%3D%C3%BC%F0%9F%94%91",
            "Zq%21k%20%5c%221%5c%22%5c%2f%5c%5c%2b%25%26%3d%5cu00fc%5cud83d%5cudd11",
            // A form in a form, and JSON in that.
            "Zq%2521k%2520%25221%2522%252F%255C%252B%2525%2526%253D%25C3%25BC%25F0%259F%2594%2591",
            "Zq%2521k%2B%255C%25221%255C%2522%252F%255C%255C%252B%2525%2526%253D%25C3%25BC%25F0%259F%2594%2591",
        ] {
            let text = scrubbed(&format!("the request was {quoted}, which is wrong"), &[key]);
            assert_eq!(text, "the request was [redacted], which is wrong", "{quoted}");
            let text = scrubbed(&format!("%22Psk%22%3A%22{quoted}%22%7D"), &[key]);
            assert_eq!(text, "%22Psk%22%3A%22[redacted]%22%7D", "{quoted}");
        }
    }

    #[test]
    fn short_secrets_redact_values_and_no_words() {
        for (text, secret, expected) in [
            ("a value of the parameter a: bad", "a", "a value of the parameter a: bad"),
            ("the token a is invalid", "a", "the token a is invalid"),
            ("Token=a&Region=a", "a", "Token=[redacted]&Region=[redacted]"),
            ("{\"Token\": \"a\"}", "a", "{\"Token\": \"[redacted]\"}"),
            ("%22Token%22%3A%22a%22", "a", "%22Token%22%3A%22[redacted]%22"),
            ("the key is: ab.", "ab", "the key is: [redacted]."),
            ("PreShareKey admin is weak, administrators", "admin", "PreShareKey [redacted] is weak, administrators"),
            ("%22Psk%22%3A%22admin%22", "admin", "%22Psk%22%3A%22[redacted]%22"),
            ("\\u0022admin\\u0022", "admin", "\\u0022[redacted]\\u0022"),
            ("xqwerty1x", "qwerty1", "x[redacted]x"),
        ] {
            assert_eq!(scrubbed(text, &[secret]), expected);
        }
    }

    #[test]
    fn the_longer_of_two_secrets_goes_first() {
        assert_eq!(scrubbed("key-one-two key-one", &["key-one", "key-one-two"]), "[redacted] [redacted]");
    }

    #[test]
    fn a_secret_at_the_cut_is_scrubbed_before_it() {
        for before in text::MESSAGE - 30..text::MESSAGE + 5 {
            let text = scrubbed(&format!("{}hidden-secret and more", "x".repeat(before)), &["hidden-secret"]);
            assert!(!text.contains("hid"), "{text}");
            assert!(text.len() < text::MESSAGE + 60, "{}", text.len());
        }
    }

    #[test]
    fn of_a_huge_message_only_what_is_shown_is_looked_at() {
        let message = "\u{1b}hidden-secret ".repeat(2 << 20);
        let text = scrubbed(&message, &["hidden-secret"]);

        assert!(text.len() < text::MESSAGE * 2 && !text.contains("hid") && !text.contains('\u{1b}'));
        assert!(text.ends_with(&format!("(cut: {} bytes in all)", message.len())), "{text}");
    }
}
