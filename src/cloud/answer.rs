//! How answers are read: straight from the text into the fields of a struct with `#[derive(Answer)]`.
//!
//! Members of answers differ between a cloud's pages, its SDKs and what is sent. So one set of rules is for all members of all actions,
//! and all of it is compiled once, not once for each struct:
//!
//! - What is null, or has a name that nobody asks for, counts as absent.
//! - An integer may be written as text and a text as number; a flag as boolean, as 0 or 1, or as text. A scalar that cannot be read as what
//!   it should be counts as absent, too: a member that nobody asked about must not make the whole answer unreadable.
//! - A list, an object and a scalar do not stand for each other: that is a [`Mismatch`].
//! - Of members that come twice the last one counts, but for an empty text: one of a member's two names may have nothing in it.

use std::borrow::Cow;
use std::fmt;

use secrecy::SecretString;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

pub use cloudvpn_derive::Answer;

/// An object of an answer, or the whole of it: derived, so far as it is a struct.
pub trait Answer {
    /// Where the member of this name goes; none where nobody asks for it.
    fn member(&mut self, name: &str) -> Option<Slot<'_>>;
}

/// A type that a field of an answer has, or an element of its lists.
pub trait Field {
    fn slot(&mut self) -> Slot<'_>;
}

/// Where something that is read goes. Its kind says how it may be written.
pub enum Slot<'a> {
    Int(&'a mut Option<i64>),
    Flag(&'a mut Option<bool>),
    Text(&'a mut Option<String>),
    /// A text that is empty when it is absent.
    Plain(&'a mut String),
    Secret(&'a mut Option<SecretString>),
    Object(&'a mut dyn Answer),
    Optional(&'a mut dyn Optional),
    /// An object that may come as a list of one.
    One(&'a mut dyn Optional),
    List(&'a mut dyn List),
    /// A list that is wrapped twice, as in `{"VpnGateways": {"VpnGateway": [...]}}`.
    Rows(&'a mut dyn List),
    /// The next element of a list: there is none if it is null.
    Element(&'a mut dyn List),
}

/// An object that may be absent.
pub trait Optional {
    /// Makes it be there, with nothing in it.
    fn begin(&mut self) -> &mut dyn Answer;
}

/// A list, which may be absent.
pub trait List {
    /// Makes it be there, with nothing in it.
    fn begin(&mut self);

    /// A new last element.
    fn push(&mut self) -> Slot<'_>;
}

/// That an answer cannot be read. It says where, and never what was found there: that may be a key.
#[derive(Debug)]
pub struct Mismatch {
    /// Such as `Response.VpnConnectionSet[3].IKEOptionsSpecification`; empty for the answer itself.
    path: String,
    line: usize,
    column: usize,
}

/// Reads JSON.
///
/// # Errors
///
/// If it is no JSON, or has another shape. What was read until then is in the slot.
pub fn read(json: &[u8], slot: Slot<'_>) -> Result<(), Mismatch> {
    let mut path = String::new();
    let mut parser = serde_json::Deserializer::from_slice(json);
    let read = Read { slot, path: &mut path }.deserialize(&mut parser).and_then(|()| parser.end());
    read.map_err(|error| Mismatch {
        path: path.trim_start_matches('.').to_owned(),
        line: error.line(),
        column: error.column(),
    })
}

/// Reads JSON as a value of its own.
///
/// # Errors
///
/// As [`read`].
pub fn from_slice<T: Field + Default>(json: &[u8]) -> Result<T, Mismatch> {
    let mut value = T::default();
    read(json, value.slot())?;
    Ok(value)
}

/// For derived code: which of `names`, which have one space in between, `name` is.
#[doc(hidden)]
pub fn position(names: &str, name: &str) -> Option<usize> {
    names.split(' ').position(|other| other == name)
}

macro_rules! scalar_fields {
    ($($field:ty => $kind:ident),*) => {
        $(impl Field for $field {
            fn slot(&mut self) -> Slot<'_> {
                Slot::$kind(self)
            }
        })*
    };
}

scalar_fields!(Option<i64> => Int, Option<bool> => Flag, Option<String> => Text, String => Plain, Option<SecretString> => Secret);

impl<T: Answer> Field for T {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Object(self)
    }
}

impl<T: Answer + Default> Field for Option<T> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Optional(self)
    }
}

impl<T: Field + Default> Field for Vec<T> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Field + Default> Field for Option<Vec<T>> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Answer + Default> Optional for Option<T> {
    fn begin(&mut self) -> &mut dyn Answer {
        self.insert(T::default())
    }
}

impl<T: Field + Default> List for Vec<T> {
    fn begin(&mut self) {
        self.clear();
    }

    fn push(&mut self) -> Slot<'_> {
        self.push(T::default());
        self.last_mut().expect("it has the element that was pushed").slot()
    }
}

impl<T: Field + Default> List for Option<Vec<T>> {
    fn begin(&mut self) {
        *self = Some(Vec::new());
    }

    fn push(&mut self) -> Slot<'_> {
        List::push(self.get_or_insert_default())
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer has an unexpected shape")?;
        if !self.path.is_empty() {
            write!(f, " at {}", self.path)?;
        }
        write!(f, " (line {}, column {})", self.line, self.column)
    }
}

/// Reads one value into a slot: the only visitor of serde's for values that may be absent.
struct Read<'a, 'p> {
    slot: Slot<'a>,
    /// Where a mismatch is: whoever sees an error pass adds what it knows to the front.
    path: &'p mut String,
}

impl<'de> DeserializeSeed<'de> for Read<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Read<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { slot, path } = self;
        let slot = match slot {
            Slot::Element(list) => list.push(),
            slot => slot,
        };
        match slot {
            Slot::Int(_) | Slot::Flag(_) | Slot::Text(_) | Slot::Plain(_) | Slot::Secret(_) => {
                deserializer.deserialize_any(ReadScalar(slot))
            }
            // Asked for a struct, serde_json takes a list or an object, and nothing else. Asked for anything, it would give numbers, too,
            // as objects of its own.
            slot => deserializer.deserialize_struct("", &[], ReadStructure { slot, path }),
        }
    }
}

/// Reads a list or an object.
struct ReadStructure<'a, 'p> {
    slot: Slot<'a>,
    path: &'p mut String,
}

impl<'de> Visitor<'de> for ReadStructure<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another structure")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut rows;
        let object: &mut dyn Answer = match self.slot {
            Slot::Object(object) => object,
            Slot::Optional(object) | Slot::One(object) => object.begin(),
            Slot::Rows(list) => {
                rows = Rows(Some(list));
                &mut rows
            }
            _ => return Err(A::Error::custom("an object")),
        };
        while let Some(Name(name)) = members.next_key()? {
            let Some(slot) = object.member(&name) else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            let read = members.next_value_seed(Read { slot, path: &mut *self.path });
            read.inspect_err(|_| self.path.insert_str(0, &format!(".{name}")))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let list = match self.slot {
            Slot::List(list) => list,
            Slot::One(object) => {
                let read = elements.next_element_seed(Read { slot: Slot::Optional(object), path: &mut *self.path });
                read.inspect_err(|_| self.path.insert_str(0, "[0]"))?;
                while elements.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(());
            }
            _ => return Err(A::Error::custom("a list")),
        };
        list.begin();
        for number in 0.. {
            let read = elements.next_element_seed(Read { slot: Slot::Element(&mut *list), path: &mut *self.path });
            let element = read.inspect_err(|_| self.path.insert_str(0, &format!("[{number}]")))?;
            if element.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// Reads anything else.
struct ReadScalar<'a>(Slot<'a>);

impl<'de> Visitor<'de> for ReadScalar<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.0.put(&Scalar::Flag(flag));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.put(&Scalar::Text(text));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.put(&Scalar::Number(number.into()));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.put(&Scalar::Number(number.into()));
        Ok(())
    }

    /// With `arbitrary_precision` other numbers come as an object of serde_json's own, which only [`Number`] knows.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let number = Number::deserialize(MapAccessDeserializer::new(map))?;
        self.0.put(&Scalar::Number(number));
        Ok(())
    }
}

enum Scalar<'a> {
    Flag(bool),
    Number(Number),
    Text(&'a str),
}

impl Slot<'_> {
    fn put(self, scalar: &Scalar<'_>) {
        match self {
            Self::Int(slot) => *slot = scalar.int(),
            Self::Flag(slot) => *slot = scalar.flag(),
            Self::Secret(slot) => *slot = scalar.text().map(SecretString::from),
            Self::Plain(slot) => *slot = scalar.text().unwrap_or_default().to_owned(),
            Self::Text(Some(_)) if scalar.text() == Some("") => {}
            Self::Text(slot) => *slot = scalar.text().map(str::to_owned),
            _ => {}
        }
    }
}

impl Scalar<'_> {
    fn int(&self) -> Option<i64> {
        match self {
            Self::Flag(flag) => Some((*flag).into()),
            Self::Number(number) => number.as_i64(),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }

    fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Number(number) => number.as_i64().map(|number| number != 0),
            Self::Text("true" | "True" | "1") => Some(true),
            Self::Text("false" | "False" | "0") => Some(false),
            Self::Text(_) => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Flag(_) => None,
            Self::Number(number) => Some(number.as_str()),
            Self::Text(text) => Some(text),
        }
    }
}

/// The list is the first member, whatever it is called.
struct Rows<'a>(Option<&'a mut dyn List>);

impl Answer for Rows<'_> {
    fn member(&mut self, _: &str) -> Option<Slot<'_>> {
        let list = self.0.take()?;
        Some(Slot::List(list))
    }
}

/// The name of a member. Borrowed, so long as there is nothing to unescape in it.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads what a test says a cloud answers.
#[cfg(test)]
pub(crate) fn from_value<T: Field + Default>(json: serde_json::Value) -> T {
    from_slice(json.to_string().as_bytes()).unwrap()
}

#[cfg(test)]
mod tests;
