//! Values and constraints as they are written in Markdown.

use cloudvpn::framework::raw::Raw;
use cloudvpn::framework::validators::{Rule, Validator};

/// A value as a configuration would say it.
pub(super) fn hcl(value: &Raw) -> String {
    match value {
        Raw::Null => "null".to_owned(),
        Raw::Unknown(_) => "(known after apply)".to_owned(),
        Raw::Bool(value) => value.to_string(),
        Raw::Number(number) => number.to_string(),
        Raw::String(text) => quoted(text),
        Raw::List(elements) | Raw::Set(elements) => {
            format!("[{}]", elements.iter().map(hcl).collect::<Vec<_>>().join(", "))
        }
        Raw::Map(members) if members.is_empty() => "{}".to_owned(),
        Raw::Map(members) => {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("{name} = {}", hcl(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Raw::Typed(_, value) => hcl(value),
    }
}

/// What a validator demands, as a sentence. `None` where the type says it already.
pub(super) fn constraint(validator: &Validator) -> Option<String> {
    match validator {
        Validator::OneOf(values) => Some(format!("One of {}.", code(values))),
        Validator::Chars { min: 1, max: usize::MAX } => Some("Must not be empty.".to_owned()),
        Validator::Discouraged { values, why } => {
            Some(format!("{}: accepted with a warning ({}).", code(values), why.trim_end_matches('.')))
        }
        Validator::Integer => None,
        Validator::Items { .. } => Some(format!("Has {validator}.")),
        Validator::Prefix(prefix) => Some(format!("Begins with `{prefix}`.")),
        Validator::NotPrefix(prefixes) => Some(format!("Does not begin with {}.", code(prefixes))),
        Validator::Each(each) => constraint(each).map(|sentence| format!("Each element: {}", lower_first(&sentence))),
        other => Some(format!("Must be {other}.")),
    }
}

/// What a rule between attributes demands, as a sentence. `None` for a rule that does not tell.
pub(super) fn rule(rule: &Rule) -> Option<String> {
    match rule {
        Rule::ExactlyOneOf(names) => Some(format!("Set exactly one of {}.", code(names))),
        Rule::AtMostOneOf(names) => Some(format!("Set at most one of {}.", code(names))),
        Rule::AtLeastOneOf(names) => Some(format!("Set at least one of {}.", code(names))),
        Rule::Requires(if_set, needed) => Some(format!("`{if_set}` needs `{needed}` as well.")),
        Rule::Custom(_) | Rule::Consistent(_) => None,
    }
}

fn code(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{}\"", escaped.replace("${", "$${").replace("%{", "%%{"))
}

fn lower_first(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_hcl() {
        let value = Raw::object([
            ("a", Raw::List(vec![1.into(), Raw::Null])),
            ("b", Raw::from("x\"${y}")),
            ("c", true.into()),
            ("d", Raw::object([("e", Raw::Null); 0])),
        ]);
        assert_eq!(hcl(&value), r#"{ a = [1, null], b = "x\"$${y}", c = true, d = {} }"#);
    }

    #[test]
    fn constraints_are_sentences() {
        let text = |validator| constraint(&validator).unwrap();
        assert_eq!(text(Validator::Chars { min: 1, max: 60 }), "Must be 1 to 60 characters long.");
        assert_eq!(text(Validator::Chars { min: 1, max: usize::MAX }), "Must not be empty.");
        assert_eq!(text(Validator::Range { min: 60, max: i64::MAX }), "Must be at least 60.");
        assert_eq!(text(Validator::OneOf(&["a", "b"])), "One of `a`, `b`.");
        assert_eq!(text(Validator::Items { min: 0, max: 2 }), "Has at most 2 elements.");
        assert_eq!(text(Validator::Prefix("vpc-")), "Begins with `vpc-`.");
        let each = Validator::Each(Box::new(Validator::Ipv4Cidr));
        assert_eq!(text(each), "Each element: must be an IPv4 range in CIDR notation such as 10.0.0.0/24.");
        assert_eq!(constraint(&Validator::Integer), None);
        let weak = Validator::Discouraged { values: &["DES"], why: "it is broken." };
        assert_eq!(text(weak), "`DES`: accepted with a warning (it is broken).");
    }

    #[test]
    fn rules_are_sentences() {
        assert_eq!(rule(&Rule::ExactlyOneOf(&["a", "b"])).unwrap(), "Set exactly one of `a`, `b`.");
        assert_eq!(rule(&Rule::Requires("a", "b")).unwrap(), "`a` needs `b` as well.");
        assert_eq!(rule(&Rule::Custom(|_, _, _| {})), None);
    }
}
