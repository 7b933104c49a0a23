//! One line of hclog JSON (hashicorp/go-hclog; read by hashicorp/go-plugin, log_entry.go).

use std::fmt;

use jiff::Timestamp;
use tracing::Level;

/// Named values in the order of their first appearance, each already JSON.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Sets a field; the latest value of a name counts.
    pub(super) fn set(&mut self, name: &'static str, json: String) {
        match self.0.iter_mut().find(|(n, _)| *n == name) {
            Some((_, value)) => *value = json,
            None => self.0.push((name, json)),
        }
    }

    pub(super) fn extend(&mut self, other: &Self) {
        other.0.iter().for_each(|(name, json)| self.set(name, json.clone()));
    }
}

/// A line, with the line feed at its end.
///
/// `@message`, `@level` and `@timestamp` have to be strings (Terraform 1.11 panics otherwise), and the time needs exactly six
/// digits after the point, or the line does not count as JSON. Lines of 64 KiB or more are cut by the reader and lose their meaning.
pub(super) struct Line<'a> {
    pub(super) level: Level,
    pub(super) module: &'a str,
    pub(super) time: Timestamp,
    /// `message` among them becomes the message.
    pub(super) fields: Fields,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        let message = self.fields.0.iter().find(|(name, _)| *name == "message").map_or("\"\"", |(_, json)| json);
        let module = text(self.module);
        // A number or a truth value may come as the message: it has to be a string here.
        let message = if message.starts_with('"') { message.to_owned() } else { text(message) };
        let mut line =
            format!(r#"{{"@level":"{level}","@message":{message},"@module":{module},"@timestamp":"{:.6}""#, self.time);
        let mut left_out = 0;
        for (name, json) in self.fields.0.iter().filter(|(name, _)| *name != "message") {
            // Names with an @ are hclog's own.
            let name = text(&name.replace('@', "_"));
            if line.len() + name.len() + json.len() > MAX_LINE {
                left_out += 1;
                continue;
            }
            line.push(',');
            line.push_str(&name);
            line.push(':');
            line.push_str(json);
        }
        if left_out > 0 {
            line.push_str(&format!(r#","fields_left_out":{left_out}"#));
        }
        line.push_str("}\n");
        f.write_str(&line)
    }
}

/// A JSON string, cut to a length that a line has room for.
pub(super) fn text(value: &str) -> String {
    if value.len() <= MAX_TEXT {
        return serde_json::Value::from(value).to_string();
    }
    let end = (0..=MAX_TEXT).rev().find(|end| value.is_char_boundary(*end)).unwrap_or_default();
    let kept = &value[..end];
    serde_json::Value::from(format!("{kept}... ({} more bytes)", value.len() - kept.len())).to_string()
}

/// In bytes of text. JSON needs at most six bytes for one.
const MAX_TEXT: usize = 8 << 10;

/// In bytes of JSON, with some room below 64 KiB for the end of the line.
const MAX_LINE: usize = 63 << 10;
