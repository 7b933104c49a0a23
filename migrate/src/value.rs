//! Values as they are here.

use hcl_edit::expr::Expression;

use crate::table::{Member, Write};

/// A value of the configuration: its text as it will be, and what it is if it is a literal.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) literal: Option<Literal>,
    /// Whether it has to be put in parentheses within another expression.
    compound: bool,
    /// Whether it only names something.
    simple: bool,
    /// How far its line is indented.
    pub(crate) indent: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Text(String),
    Number(String),
    Bool(bool),
}

impl Value {
    pub(crate) fn new(expression: &Expression, text: String, indent: usize) -> Self {
        let literal = match expression {
            Expression::Null(_) => Some(Literal::Null),
            Expression::Bool(value) => Some(Literal::Bool(**value)),
            Expression::Number(value) => Some(Literal::Number(value.value().to_string())),
            Expression::String(value) => Some(Literal::Text(value.to_string())),
            _ => None,
        };
        let compound =
            matches!(expression, Expression::Conditional(_) | Expression::BinaryOp(_) | Expression::UnaryOp(_));
        let simple = matches!(expression, Expression::Traversal(_) | Expression::Variable(_));
        Self { text, literal, compound, simple, indent }
    }

    /// Whether it is literally nothing.
    pub(crate) fn is_unset(&self) -> bool {
        match &self.literal {
            Some(Literal::Null) => true,
            Some(Literal::Text(text)) => text.is_empty(),
            _ => false,
        }
    }

    /// Its text within a larger expression.
    pub(crate) fn atom(&self) -> String {
        if self.compound { format!("({})", self.text) } else { self.text.clone() }
    }

    /// The text of a literal.
    pub(crate) fn plain(&self) -> Option<String> {
        match self.literal.as_ref()? {
            Literal::Null => None,
            Literal::Text(text) | Literal::Number(text) => Some(text.clone()),
            Literal::Bool(value) => Some(value.to_string()),
        }
    }

    /// It, or a default where it is null.
    pub(crate) fn or(&self, default: &str) -> String {
        // Written twice, what is long would be hard to read.
        if self.simple {
            format!("{} == null ? {default} : {}", self.text, self.text)
        } else {
            format!("coalesce({}, {default})", self.text)
        }
    }

    /// Something if it is something, and null if it is null.
    pub(crate) fn unless_null(&self, then: &str) -> String {
        format!("{} == null ? null : {then}", self.atom())
    }
}

/// The value of a member of ours; none where that is best left out.
pub(crate) fn convert(member: &Member, value: &Value) -> Option<String> {
    let plain = value.plain();
    if let Write::Or(default) = member.write {
        return Some(match &value.literal {
            _ if value.is_unset() => default.to_owned(),
            Some(_) => value.text.clone(),
            None => value.or(default),
        });
    }
    if value.is_unset() {
        return None;
    }
    Some(match member.write {
        // No number of a system, no time and no count is 0: it says that there is none.
        Write::Keep if plain.as_deref() == Some("0") && NOT_ZERO.iter().any(|name| member.here.ends_with(name)) => {
            return None;
        }
        Write::OneIsTrue => match plain.as_deref() {
            Some("1" | "true") => "true".to_owned(),
            Some(_) => "false".to_owned(),
            None => value.unless_null(&format!("tonumber({}) == 1", value.text)),
        },
        Write::EnableIsTrue => is(value, "ENABLE"),
        Write::LowerEnableIsTrue => is(value, "enable"),
        Write::Commas => match &plain {
            Some(text) => {
                let ranges: Vec<_> = text.split(',').map(|range| format!("{:?}", range.trim())).collect();
                format!("[{}]", ranges.join(", "))
            }
            None => format!("[for c in split(\",\", {}) : trimspace(c)]", value.text),
        },
        Write::OneOf => match &value.literal {
            Some(_) => format!("[{}]", value.text),
            None => value.unless_null(&format!("[{}]", value.text)),
        },
        Write::Pattern => format!("{:?}", exact(plain.as_deref()?)?),
        Write::Lower => match &plain {
            Some(text) => format!("{:?}", text.to_lowercase()),
            None => value.unless_null(&format!("lower({})", value.text)),
        },
        _ => value.text.clone(),
    })
}

const NOT_ZERO: &[&str] =
    &["asn", "timeout_seconds", "interval_ms", "threshold", "timeout_ms", "interval_seconds", "retries"];

fn is(value: &Value, what: &str) -> String {
    match value.plain() {
        Some(text) => (text == what).to_string(),
        None => value.unless_null(&format!("{} == {what:?}", value.atom())),
    }
}

/// The only text that a pattern finds.
pub(crate) fn exact(pattern: &str) -> Option<&str> {
    let text = pattern.strip_prefix('^')?.strip_suffix('$')?;
    text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_').then_some(text)
}
