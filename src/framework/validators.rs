//! Checks of single values and of several attributes together. Each also describes itself for docs/.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net};

use super::diagnostics::{Diagnostic, Diagnostics};
use super::number::Number;
use super::path::Path;
use super::raw::Raw;

/// A check of one known, non-null value.
#[derive(Clone)]
pub enum Validator {
    /// Length of a string in characters (Unicode scalar values), inclusive.
    Chars { min: usize, max: usize },
    /// A number between two bounds, inclusive.
    Range { min: i64, max: i64 },
    /// A whole number that fits 64 bits.
    Integer,
    /// Number of elements of a collection, inclusive.
    Items { min: usize, max: usize },
    /// One of the documented values, spelt as documented.
    OneOf(&'static [&'static str]),
    /// Values that are accepted with a warning, and why they should not be used; of a boolean, `true` or `false`.
    Discouraged { values: &'static [&'static str], why: &'static str },
    /// A string that begins so, as ids do: `vpngw-`.
    Prefix(&'static str),
    /// A string that must not begin so.
    NotPrefix(&'static [&'static str]),
    /// An IPv4 or IPv6 address.
    Ip,
    /// An IPv4 address.
    Ipv4,
    /// An IPv4 or IPv6 range in CIDR notation. Host bits are warned about.
    Cidr,
    /// An IPv4 range in CIDR notation. Host bits are warned about.
    Ipv4Cidr,
    /// A duration such as `"90s"`, `"10m"` or `"1h30m"`, longer than zero.
    Duration,
    /// The check on every element of a collection.
    Each(Box<Self>),
    /// Anything else: what is allowed, for docs/, and the check, which returns what is wrong. Nobody tells it whether the attribute is
    /// sensitive: one that is for such an attribute quotes nothing.
    Custom { allowed: &'static str, check: fn(&Raw) -> Result<(), Finding> },
}

/// The attribute of a resource, where it has one, that accepts discouraged values for good.
pub const ACCEPTS_DISCOURAGED: &str = "allow_weak_algorithms";

/// A check over several attributes of one object.
#[derive(Clone)]
pub enum Rule {
    ExactlyOneOf(&'static [&'static str]),
    AtMostOneOf(&'static [&'static str]),
    AtLeastOneOf(&'static [&'static str]),
    /// If the first is set, the second must be.
    Requires(&'static str, &'static str),
    /// Anything else; gets the object and its path.
    Custom(fn(&Raw, &Path, &mut Diagnostics)),
    /// The same for what a plan fills in as well, by defaults or by what is there: looked for in the configuration, and again in the plan.
    Consistent(fn(&Raw, &Path, &mut Diagnostics)),
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub summary: &'static str,
    /// What is wrong and what to do. Shows the value only where [`Validator::check`] was told that it may.
    pub detail: String,
    pub warning: bool,
}

impl Finding {
    pub fn error(summary: &'static str, detail: impl Into<String>) -> Self {
        Self { summary, detail: detail.into(), warning: false }
    }

    pub fn warning(summary: &'static str, detail: impl Into<String>) -> Self {
        Self { summary, detail: detail.into(), warning: true }
    }

    pub fn at(self, path: Path) -> Diagnostic {
        let make = if self.warning { Diagnostic::warning } else { Diagnostic::error };
        make(self.summary, self.detail).at(path)
    }
}

impl Validator {
    /// Checks a value; null and unknown values pass. `sensitive` keeps the value out of the finding.
    pub fn check(&self, value: &Raw, sensitive: bool) -> Result<(), Finding> {
        if value.is_null() || value.is_unknown() {
            return Ok(());
        }
        let shown = |text: &str| if sensitive { "The value".to_owned() } else { format!("{text:?}") };
        match (self, value) {
            (Self::Chars { min, max }, Raw::String(text)) => {
                let length = text.chars().count();
                if length == 0 && *min == 1 {
                    return Err(Finding::error("Empty string", format!("It has to be {self}.")));
                }
                if length < *min || length > *max {
                    let detail = format!("It has to be {self}; this one has {length}.");
                    return Err(Finding::error("Wrong length", detail));
                }
                Ok(())
            }
            (Self::Range { min, max }, Raw::Number(number)) => {
                // The ends of 64 bits stand for none.
                let below = *min > i64::MIN && *number < Number::from(*min);
                let above = *max < i64::MAX && *number > Number::from(*max);
                if below || above {
                    let detail = format!("{} is not {self}.", of_number(number, sensitive));
                    return Err(Finding::error("Number out of range", detail));
                }
                Ok(())
            }
            (Self::Integer, Raw::Number(number)) => match number.as_i64() {
                Some(_) => Ok(()),
                None if *number < Number::from(i64::MIN) || *number > Number::from(i64::MAX) => {
                    let detail = format!("{} does not fit 64 bits.", of_number(number, sensitive));
                    Err(Finding::error("Number out of range", detail))
                }
                None => Err(Finding::error("Not a whole number", "A whole number is needed here.")),
            },
            (Self::Items { min, max }, Raw::List(_) | Raw::Set(_) | Raw::Map(_)) => {
                let count = match value {
                    Raw::Map(members) => members.len(),
                    other => other.elements().len(),
                };
                if count < *min || count > *max {
                    let detail = format!("It has to have {self}; this one has {count}.");
                    return Err(Finding::error("Wrong number of elements", detail));
                }
                Ok(())
            }
            (Self::OneOf(values), Raw::String(text)) => {
                if values.contains(&text.as_str()) {
                    return Ok(());
                }
                let nearest = if sensitive { None } else { nearest(text, values) };
                let hint = nearest.map(|n| format!(" Did you mean {n:?}?")).unwrap_or_default();
                let detail = format!("{} is not {self}.{hint}", shown(text));
                Err(Finding::error("Unknown value", detail))
            }
            (Self::Discouraged { values, why }, Raw::Bool(value)) if values.contains(&bool_name(*value)) => {
                Err(Finding::warning(DISCOURAGED, format!("{value} is accepted, but {why}")))
            }
            (Self::Discouraged { values, why }, Raw::String(text)) if values.contains(&text.as_str()) => {
                Err(Finding::warning(DISCOURAGED, format!("{} is accepted, but {why}", shown(text))))
            }
            (Self::Prefix(prefix), Raw::String(text)) if !text.starts_with(prefix) => {
                let detail = format!("{} does not begin with {prefix:?}.", shown(text));
                Err(Finding::error("Wrong kind of id", detail))
            }
            (Self::NotPrefix(prefixes), Raw::String(text)) => match prefixes.iter().find(|p| text.starts_with(**p)) {
                Some(prefix) => Err(Finding::error("Wrong beginning", format!("It must not begin with {prefix:?}."))),
                None => Ok(()),
            },
            (Self::Ip, Raw::String(text)) if text.parse::<IpAddr>().is_err() => {
                Err(Finding::error("Invalid IP address", format!("{} is not {self}.", shown(text))))
            }
            (Self::Ipv4, Raw::String(text)) if text.parse::<Ipv4Addr>().is_err() => {
                Err(Finding::error("Invalid IP address", format!("{} is not {self}.", shown(text))))
            }
            (Self::Cidr, Raw::String(text)) => {
                self.cidr(text, text.parse::<IpNet>().map(|n| (n, n.trunc())).ok(), sensitive)
            }
            (Self::Ipv4Cidr, Raw::String(text)) => {
                self.cidr(text, text.parse::<Ipv4Net>().map(|n| (n.into(), n.trunc().into())).ok(), sensitive)
            }
            (Self::Duration, Raw::String(text)) => match parse_duration(text) {
                Some(_) => Ok(()),
                None => Err(Finding::error("Invalid duration", format!("{} is not {self}.", shown(text)))),
            },
            (Self::Each(check), Raw::List(es) | Raw::Set(es)) => es.iter().try_for_each(|e| check.check(e, sensitive)),
            (Self::Each(check), Raw::Map(ms)) => ms.values().try_for_each(|e| check.check(e, sensitive)),
            (Self::Custom { check, .. }, value) => check(value),
            _ => Ok(()),
        }
    }

    /// A range as it was given and without its host bits; none if it is no range. The clouds take host bits and mean the network.
    fn cidr(&self, text: &str, parsed: Option<(IpNet, IpNet)>, sensitive: bool) -> Result<(), Finding> {
        match parsed {
            Some((given, network)) if given == network => Ok(()),
            Some(_) if sensitive => {
                Err(Finding::warning("Host bits in a range", "They are ignored: the network is meant."))
            }
            Some((_, network)) => {
                let detail =
                    format!("{text:?} has bits set beyond its prefix length. It means {:?}.", network.to_string());
                Err(Finding::warning("Host bits in a range", detail))
            }
            None if sensitive => Err(Finding::error("Invalid CIDR range", format!("The value is not {self}."))),
            None => Err(Finding::error("Invalid CIDR range", format!("{text:?} is not {self}."))),
        }
    }
}

/// What is allowed, to stand after "is" or "has to be".
impl fmt::Display for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chars { min: 1, max: usize::MAX } => f.write_str("at least 1 character long"),
            Self::Chars { min, max: usize::MAX } => write!(f, "at least {min} characters long"),
            Self::Chars { min: 0, max } => write!(f, "at most {max} characters long"),
            Self::Chars { min, max } => write!(f, "{min} to {max} characters long"),
            Self::Range { min, max: i64::MAX } => write!(f, "at least {min}"),
            Self::Range { min: i64::MIN, max } => write!(f, "at most {max}"),
            Self::Range { min, max } => write!(f, "between {min} and {max}"),
            Self::Integer => f.write_str("a whole number"),
            Self::Items { min: 1, max: usize::MAX } => f.write_str("at least 1 element"),
            Self::Items { min, max: usize::MAX } => write!(f, "at least {min} elements"),
            Self::Items { min: 0, max } => write!(f, "at most {max} elements"),
            Self::Items { min, max } => write!(f, "{min} to {max} elements"),
            Self::OneOf(values) => {
                f.write_str("one of ")?;
                join(f, values)
            }
            Self::Discouraged { values, .. } => {
                f.write_str("better not ")?;
                join(f, values)
            }
            Self::Prefix(prefix) => write!(f, "an id that begins with {prefix:?}"),
            Self::NotPrefix(prefixes) => {
                f.write_str("a text that does not begin with ")?;
                join(f, prefixes)
            }
            Self::Ip => f.write_str("an IP address such as 192.0.2.1 or 2001:db8::1"),
            Self::Ipv4 => f.write_str("an IPv4 address such as 192.0.2.1"),
            Self::Cidr => f.write_str("a range in CIDR notation such as 10.0.0.0/24 or 2001:db8::/32"),
            Self::Ipv4Cidr => f.write_str("an IPv4 range in CIDR notation such as 10.0.0.0/24"),
            Self::Duration => f.write_str("a duration such as \"90s\", \"10m\" or \"1h30m\""),
            Self::Each(check) => write!(f, "{check} (each)"),
            Self::Custom { allowed, .. } => f.write_str(allowed),
        }
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Rule {
    /// Checks an object at a path. What is unknown may turn out set or null: only what is certain is an error.
    pub fn check(&self, object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
        let set = |name: &&&'static str| !object.get(name).is_null() && !object.get(name).is_unknown();
        let undecided = |names: &[&'static str]| names.iter().any(|n| object.get(n).is_unknown());
        match self {
            Self::ExactlyOneOf(names) | Self::AtMostOneOf(names) => {
                let given: Vec<_> = names.iter().filter(set).copied().collect();
                for extra in given.iter().skip(1) {
                    let detail = format!("{:?} is set as well. Set {self}.", given[0]);
                    diagnostics.error(path.attribute(*extra), "Conflicting attributes", detail);
                }
                if matches!(self, Self::ExactlyOneOf(_)) && given.is_empty() && !undecided(names) {
                    diagnostics.error(path.clone(), "Missing attribute", format!("Set {self}."));
                }
            }
            Self::AtLeastOneOf(names) => {
                if !names.iter().any(|n| set(&n)) && !undecided(names) {
                    diagnostics.error(path.clone(), "Missing attribute", format!("Set {self}."));
                }
            }
            Self::Requires(if_set, needed) => {
                if set(&if_set) && object.get(needed).is_null() {
                    let detail = format!("{if_set:?} has no meaning without {needed:?}. Set both.");
                    diagnostics.error(path.attribute(*if_set), "Missing attribute", detail);
                }
            }
            Self::Custom(check) | Self::Consistent(check) => check(object, path, diagnostics),
        }
    }
}

/// What is wanted, to stand after "Set".
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExactlyOneOf(names) => {
                f.write_str("exactly one of ")?;
                join(f, names)
            }
            Self::AtMostOneOf(names) => {
                f.write_str("at most one of ")?;
                join(f, names)
            }
            Self::AtLeastOneOf(names) => {
                f.write_str("at least one of ")?;
                join(f, names)
            }
            Self::Requires(if_set, needed) => write!(f, "{needed:?} together with {if_set:?}"),
            Self::Custom(_) | Self::Consistent(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const DISCOURAGED: &str = "Weak algorithm";

/// As it is written in a configuration.
fn bool_name(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// A Go-style duration, the convention for `timeouts` in Terraform; `None` for anything else and for zero.
pub fn parse_duration(text: &str) -> Option<Duration> {
    // jiff also reads "1 hour" and ISO 8601; keep to what other providers document.
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.contains(char::is_whitespace) {
        return None;
    }
    let parser = jiff::fmt::friendly::SpanParser::new();
    let duration = parser.parse_unsigned_duration(text).ok()?;
    (!duration.is_zero()).then_some(duration)
}

/// The documented value that was probably meant: the likest, in any case, with any separators, and with the parts in any order
/// (`AES-256-CBC` is what most other products call `AES-CBC-256`).
fn nearest(text: &str, values: &[&'static str]) -> Option<&'static str> {
    // Runs of letters and runs of digits.
    let parts = |s: &str| {
        let s = s.to_uppercase();
        let words = s.split(|c: char| !c.is_alphanumeric());
        let parts = words.flat_map(|word| word.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()));
        parts.map(|part| String::from_utf8_lossy(part).into_owned()).collect::<Vec<_>>()
    };
    let sorted = |mut parts: Vec<String>| {
        parts.sort_unstable();
        parts.concat()
    };
    let likeness = |value: &str| {
        let (wanted, value) = (parts(text), parts(value));
        let in_order = strsim::normalized_damerau_levenshtein(&wanted.concat(), &value.concat());
        in_order.max(strsim::normalized_damerau_levenshtein(&sorted(wanted), &sorted(value)))
    };
    let likenesses = values.iter().map(|value| (likeness(value), *value)).filter(|(likeness, _)| *likeness > 0.5);
    likenesses.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, value)| value)
}

/// A number as a text begins with it. One with an exponent may have thousands of digits.
fn of_number(number: &Number, sensitive: bool) -> String {
    let text = number.to_string();
    if sensitive || text.len() > 50 { "The value".to_owned() } else { text }
}

fn join(f: &mut fmt::Formatter<'_>, words: &[&str]) -> fmt::Result {
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{word:?}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(validator: &Validator, value: impl Into<Raw>) -> Option<String> {
        validator.check(&value.into(), false).err().map(|f| f.detail)
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        let name = Validator::Chars { min: 1, max: 60 };
        assert_eq!(finding(&name, "隧".repeat(60)), None);
        assert_eq!(finding(&name, "x".repeat(61)).unwrap(), "It has to be 1 to 60 characters long; this one has 61.");
        assert!(finding(&name, "").is_some());
    }

    #[test]
    fn numbers_have_bounds() {
        let lifetime = Validator::Range { min: 60, max: 604_800 };
        assert_eq!(finding(&lifetime, 60), None);
        assert_eq!(finding(&lifetime, 59).unwrap(), "59 is not between 60 and 604800.");
        let big = Raw::Number("18446744073709551616".parse().unwrap());
        assert!(lifetime.check(&big, false).is_err());
        assert_eq!(finding(&Validator::Integer, big).unwrap(), "18446744073709551616 does not fit 64 bits.");
        let open = Validator::Range { min: 1, max: i64::MAX };
        let huge = Raw::Number("1e9999".parse().unwrap());
        assert_eq!(finding(&open, huge.clone()), None);
        assert_eq!(finding(&lifetime, huge).unwrap(), "The value is not between 60 and 604800.");
        assert!(Validator::Integer.check(&Raw::Number("1.5".parse().unwrap()), false).is_err());
    }

    #[test]
    fn an_unknown_enum_value_suggests_the_nearest() {
        let algorithms = Validator::OneOf(&["AES-CBC-128", "AES-CBC-256", "3DES-CBC"]);
        assert!(finding(&algorithms, "aes-256-cbc").is_some());
        assert!(finding(&algorithms, "AES-CBC-265").unwrap().ends_with(r#"Did you mean "AES-CBC-256"?"#));
        assert!(finding(&algorithms, "aes-cbc-128").unwrap().ends_with(r#"Did you mean "AES-CBC-128"?"#));
        let ordered = Validator::OneOf(&["AES-CBC-128", "AES-CBC-256", "AES256GCM128"]);
        assert!(finding(&ordered, "AES-256-CBC").unwrap().ends_with(r#"Did you mean "AES-CBC-256"?"#));
        assert!(finding(&ordered, "aes256cbc").unwrap().ends_with(r#"Did you mean "AES-CBC-256"?"#));
        assert!(!finding(&algorithms, "chacha20").unwrap().contains("Did you mean"));
    }

    #[test]
    fn ranges_are_networks() {
        assert_eq!(finding(&Validator::Ipv4Cidr, "10.0.0.0/24"), None);
        let found = Validator::Ipv4Cidr.check(&Raw::from("10.0.0.5/24"), false).unwrap_err();
        assert!(found.warning && found.detail.contains(r#"It means "10.0.0.0/24""#));
        assert!(finding(&Validator::Ipv4Cidr, "2001:db8::/32").is_some());
        assert_eq!(finding(&Validator::Cidr, "2001:db8::/32"), None);
        assert!(finding(&Validator::Cidr, "10.0.0.0/33").is_some());
        assert!(finding(&Validator::Ipv4, "10.0.0.256").is_some());
    }

    #[test]
    fn durations_are_written_as_in_go() {
        for text in ["10m", "1h30m", "90s", "500ms", "1.5h"] {
            assert_eq!(finding(&Validator::Duration, text), None, "{text}");
        }
        for text in ["", "10", "m", "0s", "-5m", "1 hour", "PT5M", "ten minutes"] {
            assert!(finding(&Validator::Duration, text).is_some(), "{text}");
        }
        assert_eq!(parse_duration("1h30m"), Some(Duration::from_secs(5400)));
    }

    #[test]
    fn sensitive_values_are_not_shown() {
        for (validator, value) in [
            (Validator::OneOf(&["a"]), "hunter2"),
            (Validator::Discouraged { values: &["hunter2"], why: "it is known." }, "hunter2"),
            (Validator::Prefix("vpn-"), "hunter2"),
            (Validator::Ip, "hunter2"),
            (Validator::Ipv4, "hunter2"),
            (Validator::Cidr, "hunter2"),
            (Validator::Ipv4Cidr, "10.20.30.40/24"),
            (Validator::Cidr, "10.20.30.40/24"),
            (Validator::Duration, "hunter2"),
        ] {
            let Finding { detail, .. } = validator.check(&Raw::from(value), true).unwrap_err();
            assert!(!detail.contains("hunter2") && !detail.contains("10.20.30"), "{detail}");
        }
        let Finding { detail, .. } = Validator::Range { min: 0, max: 9 }.check(&Raw::from(4711), true).unwrap_err();
        assert!(!detail.contains("4711"), "{detail}");
    }

    #[test]
    fn what_is_unknown_is_no_error() {
        assert!(Validator::Ip.check(&Raw::unknown(), false).is_ok());
        let check = |rule: &Rule, members: &[(&str, Raw)]| {
            let mut diagnostics = Diagnostics::new();
            rule.check(&Raw::object(members.iter().cloned()), &Path::root(), &mut diagnostics);
            diagnostics.iter().map(|d| d.path.to_string()).collect::<Vec<_>>()
        };
        let rule = Rule::ExactlyOneOf(&["a", "b"]);
        assert_eq!(check(&rule, &[("a", Raw::unknown()), ("b", Raw::Null)]), [""; 0]);
        assert_eq!(check(&rule, &[("a", Raw::unknown()), ("b", true.into())]), [""; 0]);
        assert_eq!(check(&rule, &[("a", Raw::Null), ("b", Raw::Null)]), [""]);
        assert_eq!(check(&rule, &[("a", true.into()), ("b", true.into())]), ["b"]);
        assert_eq!(check(&Rule::Requires("a", "b"), &[("a", true.into()), ("b", Raw::unknown())]), [""; 0]);
        assert_eq!(check(&Rule::Requires("a", "b"), &[("a", true.into()), ("b", Raw::Null)]), ["a"]);
    }
}
