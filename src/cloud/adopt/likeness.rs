//! Whether an object that a service lists is what a create asked for: all that was sent and is shown has to be equal.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

/// An object that is where the new one is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) likeness: Likeness,
    /// When it was made by the service's clock, in Unix seconds.
    pub(crate) created: Option<i64>,
}

/// What an object has in common with what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    Same,
    /// It does not show yet what it is.
    Unsettled,
    /// This is different.
    Differs(&'static str),
}

/// Compares member by member. What was not sent is the service's choice, and what is not shown (None) cannot be held against an object; but
/// what is there and was not asked for, such as another's name or tags, can.
pub(crate) struct Comparison {
    /// Whether the object is being made, so that members may be empty that are going to be set.
    settling: bool,
    likeness: Likeness,
}

impl Comparison {
    pub(crate) fn new(settling: bool) -> Self {
        Self { settling, likeness: Likeness::Same }
    }

    pub(crate) fn likeness(self) -> Likeness {
        self.likeness
    }

    /// A text for people: one that was not asked for is somebody else's.
    pub(crate) fn text(&mut self, what: &'static str, sent: Option<&str>, shown: Option<&str>) -> &mut Self {
        let Some(shown) = shown else { return self };
        self.is(what, sent.unwrap_or_default() == shown, shown.is_empty())
    }

    /// A word of the service's own: an enumeration, an id, a range.
    pub(crate) fn word(&mut self, what: &'static str, sent: Option<&str>, shown: Option<&str>) -> &mut Self {
        let (Some(sent), Some(shown)) = (sent, shown) else { return self };
        self.is(what, sent.trim().eq_ignore_ascii_case(shown.trim()), shown.trim().is_empty())
    }

    pub(crate) fn value<T: PartialEq>(&mut self, what: &'static str, sent: Option<T>, shown: Option<T>) -> &mut Self {
        let (Some(sent), Some(shown)) = (sent, shown) else { return self };
        self.is(what, sent == shown, false)
    }

    /// The same, where one value of the service's stands for none.
    pub(crate) fn number(&mut self, what: &'static str, sent: Option<i64>, shown: Option<i64>, none: i64) -> &mut Self {
        let (Some(sent), Some(shown)) = (sent, shown) else { return self };
        self.is(what, sent == shown, shown == none)
    }

    /// Lists whose order says nothing.
    pub(crate) fn all<T: Ord>(
        &mut self,
        what: &'static str,
        sent: Option<impl IntoIterator<Item = T>>,
        shown: Option<impl IntoIterator<Item = T>>,
    ) -> &mut Self {
        let (Some(sent), Some(shown)) = (sent, shown) else { return self };
        let [sent, shown] = [sent.into_iter().collect::<BTreeSet<_>>(), shown.into_iter().collect()];
        self.is(what, sent == shown, shown.is_empty())
    }

    /// Ranges that are joined by commas.
    pub(crate) fn ranges(&mut self, what: &'static str, sent: Option<&str>, shown: Option<&str>) -> &mut Self {
        let each = |ranges: &str| ranges.split(',').map(|range| range.trim().to_owned()).collect::<Vec<_>>();
        self.all(what, sent.map(each), shown.map(each))
    }

    /// A key, which services give in clear text.
    pub(crate) fn key(&mut self, sent: Option<&SecretString>, shown: Option<&SecretString>) -> &mut Self {
        let text = |key: &SecretString| Some(key.expose_secret().to_owned()).filter(|key| !key.is_empty());
        let (Some(sent), Some(shown)) = (sent.and_then(text), shown.and_then(text)) else { return self };
        self.is("the key", sent == shown, false)
    }

    /// Tags are equal if all are. Those that the cloud itself sets are not for here.
    pub(crate) fn tags<'t>(
        &mut self,
        sent: impl IntoIterator<Item = (&'t str, &'t str)>,
        shown: Option<impl IntoIterator<Item = (&'t str, &'t str)>>,
    ) -> &mut Self {
        let Some(shown) = shown else { return self };
        let [sent, shown] = [sent.into_iter().collect::<BTreeSet<_>>(), shown.into_iter().collect()];
        self.is("tags", sent == shown, shown.is_empty())
    }

    /// Options: each of those that were sent, as both are written.
    pub(crate) fn options<T: Serialize>(
        &mut self,
        what: &'static str,
        sent: Option<&T>,
        shown: Option<&T>,
    ) -> &mut Self {
        let (Some(sent), Some(shown)) = (sent, shown) else { return self };
        // They serialise, since they are sent so.
        let [sent, shown] = [sent, shown].map(|options| serde_json::to_value(options).unwrap_or_default());
        for (name, value) in sent.as_object().into_iter().flatten() {
            match (value, shown.get(name)) {
                (Value::Null, _) | (_, None | Some(Value::Null)) => {}
                (Value::String(sent), Some(Value::String(shown))) if name == "Psk" => {
                    self.is(what, sent == shown, shown.is_empty());
                }
                (Value::String(sent), Some(Value::String(shown))) => {
                    self.is(what, sent.eq_ignore_ascii_case(shown), shown.is_empty());
                }
                (sent, Some(shown)) => {
                    self.is(what, sent == shown, false);
                }
            }
        }
        self
    }

    /// Anything else. `nothing`: what is shown is what stands there before something does.
    pub(crate) fn is(&mut self, what: &'static str, equal: bool, nothing: bool) -> &mut Self {
        self.likeness = match self.likeness {
            Likeness::Differs(what) => Likeness::Differs(what),
            likeness if equal => likeness,
            _ if self.settling && nothing => Likeness::Unsettled,
            _ => Likeness::Differs(what),
        };
        self
    }
}

/// `"office" (vpnx-1)`, and what speaks against it.
impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        if let Some(name) = self.name.as_deref().filter(|name| !name.is_empty()) {
            write!(f, " {name:?}")?;
        }
        match self.likeness {
            Likeness::Differs(what) => write!(f, " (not the same: {what})"),
            Likeness::Same | Likeness::Unsettled => Ok(()),
        }
    }
}

/// Tencent Cloud's times, `2024-03-05 10:11:12` in Beijing's time, in Unix seconds. Zeros, as right after a create, are no time.
pub(crate) fn beijing(time: &str) -> Option<i64> {
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S", time.trim()).ok()?;
    Some(time.to_zoned(TimeZone::fixed(Offset::constant(8))).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(settling: bool, compare: impl FnOnce(&mut Comparison)) -> Likeness {
        let mut comparison = Comparison::new(settling);
        compare(&mut comparison);
        comparison.likeness()
    }

    #[test]
    fn what_was_sent_and_is_shown_is_equal() {
        use Likeness::{Differs, Same};
        let none: [(&str, &str); 0] = [];
        let (key, other) = (SecretString::from("one"), SecretString::from("two"));
        for (at, (likeness, expected)) in [
            (compared(false, |c| _ = c.text("name", Some("a"), Some("a"))), Same),
            (compared(false, |c| _ = c.text("name", Some("a"), Some("A"))), Differs("name")),
            (compared(false, |c| _ = c.text("description", None, Some("somebody's"))), Differs("description")),
            (compared(false, |c| _ = c.text("description", Some("a"), None)), Same),
            (compared(false, |c| _ = c.word("type", Some("IPSEC"), Some("ipsec"))), Same),
            (compared(false, |c| _ = c.word("type", None, Some("ipsec"))), Same),
            (compared(false, |c| _ = c.value("bandwidth", Some(5), Some(10))), Differs("bandwidth")),
            (compared(false, |c| _ = c.all("ranges", Some(["b", "a"]), Some(["a", "b"]))), Same),
            (compared(false, |c| _ = c.ranges("ranges", Some("a,b"), Some("b, a"))), Same),
            (compared(false, |c| _ = c.key(Some(&key), Some(&other))), Differs("the key")),
            (compared(false, |c| _ = c.key(Some(&key), None)), Same),
            (compared(false, |c| _ = c.tags([("a", "b")], Some([("a", "b")]))), Same),
            (compared(false, |c| _ = c.tags([("a", "b")], Some([("a", "c")]))), Differs("tags")),
            (compared(false, |c| _ = c.tags(none, Some([("owner", "other-team")]))), Differs("tags")),
            (compared(false, |c| _ = c.tags([("a", "b")], Some(none))), Differs("tags")),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(likeness, expected, "case {at}");
        }
    }

    #[test]
    fn an_object_that_is_being_made_may_not_show_yet_what_it_is() {
        let none: [(&str, &str); 0] = [];
        let empty: [&str; 0] = [];
        for likeness in [
            compared(true, |c| _ = c.tags([("a", "b")], Some(none))),
            compared(true, |c| _ = c.number("dpd", Some(1), Some(-1), -1)),
            compared(true, |c| _ = c.all("ranges", Some(["a"]), Some(empty))),
        ] {
            assert_eq!(likeness, Likeness::Unsettled);
        }
        // What it shows, it is.
        let differs = compared(true, |c| {
            c.tags(none, Some([("owner", "other-team")])).number("dpd", Some(1), Some(-1), -1);
        });
        assert_eq!(differs, Likeness::Differs("tags"));
    }

    #[test]
    fn times_are_beijings() {
        assert_eq!(beijing("2024-01-01 08:00:00"), Some(1_704_067_200));
        assert_eq!(beijing("0000-00-00 00:00:00"), None);
        assert_eq!(beijing(""), None);
    }
}
