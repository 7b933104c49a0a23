//! Answers in XML: members become elements, list items repeat the name of their list.

use serde_json::Value;

use crate::store::Members;

pub(super) fn document(root: &str, members: &Members) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned();
    let open = |name: &str| format!("<{name}>");
    text.push_str(&open(root));
    members.iter().for_each(|(name, value)| element(name, value, &mut text));
    text.extend(["</", root, ">"]);
    text
}

fn element(name: &str, value: &Value, into: &mut String) {
    if let Value::Array(items) = value {
        items.iter().for_each(|item| element(name, item, into));
        return;
    }
    into.extend(["<", name, ">"]);
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| element(name, value, into)),
        Value::String(text) => escape(text, into),
        Value::Null => {}
        other => into.push_str(&other.to_string()),
    }
    into.extend(["</", name, ">"]);
}

/// Escapes what has a meaning; a carriage return would be read as a line feed (XML 1.0, section 2.11), other control characters
/// have no place in a document (section 2.2).
fn escape(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '\r' => into.push_str("&#13;"),
            '\n' | '\t' => into.push(letter),
            '\u{fffe}' | '\u{ffff}' => into.push(char::REPLACEMENT_CHARACTER),
            letter if letter < ' ' => into.push(char::REPLACEMENT_CHARACTER),
            letter => into.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_lists_and_special_characters() {
        let members = json!({
            "Keys": {"Key": [{"Name": "a<b>&\"c\"\r\u{1}"}, {"Name": "测试"}]}, "Total": 2, "On": true, "None": {"None": []},
        });
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><XResponse><Keys>\
            <Key><Name>a&lt;b&gt;&amp;\"c\"&#13;\u{fffd}</Name></Key><Key><Name>测试</Name></Key></Keys>\
            <None></None><On>true</On><Total>2</Total></XResponse>";
        let document = document("XResponse", members.as_object().unwrap());
        let sorted = |text: &str| {
            let mut letters: Vec<_> = text.chars().collect();
            letters.sort_unstable();
            letters
        };
        assert_eq!(sorted(&document), sorted(expected));
        assert!(document.contains("<Keys><Key><Name>a&lt;b&gt;&amp;\"c\"&#13;\u{fffd}</Name></Key><Key>"));
    }
}
