//! The forms in which answers write values. The documents, the SDKs and what is seen of the services differ in them, so that a client has
//! to take all of them.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};

use crate::store::Members;

/// How answers write values.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Forms {
    /// As this mock writes them.
    #[default]
    AsTheyAre,
    /// Numbers and booleans are texts.
    Texts,
    /// Texts that are numbers or booleans are numbers and booleans.
    Scalars,
    /// Booleans are 0 and 1.
    FlagsAsNumbers,
    /// Empty texts are left out, and in objects of a list empty lists, too.
    EmptyIsAbsent,
    /// What [`Self::EmptyIsAbsent`] leaves out is null.
    EmptyIsNull,
}

impl Forms {
    /// Writes an answer in these forms.
    pub(crate) fn write(self, answer: &mut Members) {
        if self != Self::AsTheyAre {
            self.members(answer, false);
        }
    }

    fn members(self, members: &mut Members, in_row: bool) {
        // A list that the answer is about stays, even if nothing is in it.
        let is_empty = |value: &Value| value == "" || (in_row && *value == json!([]));
        match self {
            Self::EmptyIsAbsent => members.retain(|_, value| !is_empty(value)),
            Self::EmptyIsNull => {
                members.values_mut().filter(|value| is_empty(value)).for_each(|value| *value = Value::Null)
            }
            _ => {}
        }
        members.values_mut().for_each(|value| self.value(value, in_row));
    }

    fn value(self, value: &mut Value, in_row: bool) {
        match (self, &mut *value) {
            (_, Value::Object(members)) => self.members(members, in_row),
            (_, Value::Array(elements)) => elements.iter_mut().for_each(|element| self.value(element, true)),
            (Self::Texts, Value::Bool(_) | Value::Number(_)) => *value = json!(value.to_string()),
            (Self::Scalars, Value::String(text)) => {
                let scalar = scalar(text);
                if let Some(scalar) = scalar {
                    *value = scalar;
                }
            }
            (Self::FlagsAsNumbers, Value::Bool(flag)) => *value = json!(u8::from(*flag)),
            _ => {}
        }
    }
}

/// What a text says, if it is a boolean or a number as JSON writes it.
fn scalar(text: &str) -> Option<Value> {
    match text {
        "true" => Some(json!(true)),
        "false" => Some(json!(false)),
        _ => text.parse::<Number>().ok().filter(|number| number.to_string() == text).map(Value::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_writes_what_it_says_and_nothing_else() {
        let answer = json!({
            "Total": 1, "Note": "", "Set": [], "Rows": [{"On": true, "Asn": "65001", "Name": "", "Tags": [], "Zone": "a"}],
        });
        for (forms, expected) in [
            (Forms::AsTheyAre, answer.clone()),
            (
                Forms::Texts,
                json!({
                    "Total": "1", "Note": "", "Set": [],
                    "Rows": [{"On": "true", "Asn": "65001", "Name": "", "Tags": [], "Zone": "a"}],
                }),
            ),
            (
                Forms::Scalars,
                json!({
                    "Total": 1, "Note": "", "Set": [],
                    "Rows": [{"On": true, "Asn": 65001, "Name": "", "Tags": [], "Zone": "a"}],
                }),
            ),
            (
                Forms::FlagsAsNumbers,
                json!({
                    "Total": 1, "Note": "", "Set": [],
                    "Rows": [{"On": 1, "Asn": "65001", "Name": "", "Tags": [], "Zone": "a"}],
                }),
            ),
            (Forms::EmptyIsAbsent, json!({"Total": 1, "Set": [], "Rows": [{"On": true, "Asn": "65001", "Zone": "a"}]})),
            (
                Forms::EmptyIsNull,
                json!({
                    "Total": 1, "Note": null, "Set": [],
                    "Rows": [{"On": true, "Asn": "65001", "Name": null, "Tags": null, "Zone": "a"}],
                }),
            ),
        ] {
            let mut written = answer.as_object().unwrap().clone();
            forms.write(&mut written);
            assert_eq!(Value::Object(written), expected, "{forms:?}");
        }
    }

    #[test]
    fn texts_that_only_look_like_numbers_stay() {
        for text in ["", "010", "1e3", "4.", " 1", "0x1", "ap-guangzhou-3", "10.0.0.0/8", "True"] {
            assert_eq!(scalar(text), None, "{text}");
        }
        assert_eq!(scalar("64551"), Some(json!(64551)));
    }
}
