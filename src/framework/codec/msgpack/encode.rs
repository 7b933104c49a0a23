//! Writing msgpack, in its compact forms and with sorted keys: equal values are equal bytes.

use std::collections::BTreeMap;

use rmp::encode;
use rmp::encode::buffer::ByteBuf;

use super::super::error::{EncodeError, Fault};
use super::super::text::normalized;
use super::{MAX_REFINEMENT, REFINED, key};
use crate::framework::number::Number;
use crate::framework::raw::{Raw, Refinement};
use crate::framework::types::{MAX_DEPTH, Type};

/// Writes a value as one of a type.
///
/// Integers of 64 bits are written as such, all other numbers as decimal text, which Terraform reads exactly.
///
/// # Errors
/// A value that does not fit the type, or an object without all of its attributes. The error names the attribute, never a value.
pub fn encode(value: &Raw, ty: &Type) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer { out: ByteBuf::with_capacity(256) };
    writer.value(value, ty, 0)?;
    Ok(writer.out.into_vec())
}

/// The longest prefix that is sent, in bytes, as go-cty cuts it.
const MAX_PREFIX: usize = 256;

struct Writer {
    /// Writing to memory cannot fail: the errors of its methods are uninhabited.
    out: ByteBuf,
}

impl Writer {
    fn value(&mut self, value: &Raw, ty: &Type, depth: usize) -> Result<(), Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::too_deep());
        }
        match (value, ty) {
            (Raw::Null, _) => self.nil(),
            (Raw::Unknown(refinement), _) => self.unknown(refinement, ty),
            (Raw::Typed(own, value), Type::Dynamic) if **own != Type::Dynamic => self.typed(own, value, depth)?,
            (_, Type::Dynamic) => return Err(Fault::untyped()),
            (Raw::String(text), Type::String) => self.text(text)?,
            (Raw::Number(number), Type::Number) => self.number(number)?,
            (Raw::Bool(value), Type::Bool) => self.bool(*value),
            (Raw::List(elements), Type::List(ty)) => self.elements(elements, ty, depth)?,
            (Raw::Set(elements), Type::Set(ty)) => self.elements(elements, ty, depth).map_err(Fault::in_set)?,
            (Raw::List(elements), Type::Tuple(types)) => self.tuple(elements, types, depth)?,
            (Raw::Map(members), Type::Map(ty)) => self.map(members, ty, depth)?,
            (Raw::Map(members), Type::Object(types)) => self.object(members, types, depth)?,
            _ => return Err(Fault::required(ty)),
        }
        Ok(())
    }

    fn elements(&mut self, elements: &[Raw], ty: &Type, depth: usize) -> Result<(), Fault> {
        self.array_len(elements.len())?;
        for (i, element) in elements.iter().enumerate() {
            self.value(element, ty, depth + 1).map_err(|e| e.in_index(i))?;
        }
        Ok(())
    }

    fn tuple(&mut self, elements: &[Raw], types: &[Type], depth: usize) -> Result<(), Fault> {
        if elements.len() != types.len() {
            return Err(Fault::tuple_of(types.len(), elements.len()));
        }
        self.array_len(elements.len())?;
        for (i, (element, ty)) in elements.iter().zip(types).enumerate() {
            self.value(element, ty, depth + 1).map_err(|e| e.in_index(i))?;
        }
        Ok(())
    }

    fn map(&mut self, members: &BTreeMap<String, Raw>, ty: &Type, depth: usize) -> Result<(), Fault> {
        self.map_len(members.len())?;
        for (key, value) in members {
            self.text(key)?;
            self.value(value, ty, depth + 1).map_err(|e| e.in_key(key))?;
        }
        Ok(())
    }

    fn object(
        &mut self,
        members: &BTreeMap<String, Raw>,
        types: &BTreeMap<String, Type>,
        depth: usize,
    ) -> Result<(), Fault> {
        if let Some(name) = members.keys().find(|name| !types.contains_key(*name)) {
            return Err(Fault::unsupported(name));
        }
        self.map_len(types.len())?;
        for (name, ty) in types {
            let value = members.get(name).ok_or_else(|| Fault::missing(name))?;
            self.text(name)?;
            self.value(value, ty, depth + 1).map_err(|e| e.in_attribute(name))?;
        }
        Ok(())
    }

    fn typed(&mut self, ty: &Type, value: &Raw, depth: usize) -> Result<(), Fault> {
        self.array_len(2)?;
        let json = ty.to_bytes();
        length(json.len())?;
        let Ok(()) = encode::write_bin(&mut self.out, &json);
        self.value(value, ty, depth + 1)
    }

    fn nil(&mut self) {
        let Ok(()) = encode::write_nil(&mut self.out);
    }

    fn bool(&mut self, value: bool) {
        let Ok(()) = encode::write_bool(&mut self.out, value);
    }

    fn int(&mut self, value: i64) {
        let Ok(_) = encode::write_sint(&mut self.out, value);
    }

    fn number(&mut self, number: &Number) -> Result<(), Fault> {
        match number.as_i64() {
            Some(small) => {
                self.int(small);
                Ok(())
            }
            None => self.text(&number.to_string()),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        let text = normalized(text);
        length(text.len())?;
        let Ok(()) = encode::write_str(&mut self.out, &text);
        Ok(())
    }

    fn array_len(&mut self, len: usize) -> Result<(), Fault> {
        let Ok(_) = encode::write_array_len(&mut self.out, length(len)?);
        Ok(())
    }

    fn map_len(&mut self, len: usize) -> Result<(), Fault> {
        let Ok(_) = encode::write_map_len(&mut self.out, length(len)?);
        Ok(())
    }

    fn unknown(&mut self, refinement: &Refinement, ty: &Type) {
        match refined(refinement, ty) {
            Some(payload) => {
                let size = u32::try_from(payload.len()).expect("a refinement has at most MAX_REFINEMENT bytes");
                let Ok(_) = encode::write_ext_meta(&mut self.out, size, REFINED);
                self.out.as_mut_vec().extend_from_slice(&payload);
            }
            None => self.out.as_mut_vec().extend_from_slice(&[0xd4, 0, 0]),
        }
    }
}

/// The refinement map, of what applies to the type; `None` where that is nothing, or too long to be sent.
fn refined(refinement: &Refinement, ty: &Type) -> Option<Vec<u8>> {
    let string = *ty == Type::String;
    let number = *ty == Type::Number;
    let collection = matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_));
    let not_null = refinement.not_null && *ty != Type::Dynamic;
    let prefix = refinement.prefix.as_deref().filter(|p| string && !p.is_empty());
    let lower = refinement.lower.as_ref().filter(|_| number);
    let upper = refinement.upper.as_ref().filter(|_| number);
    let min = refinement.min_length.filter(|_| collection).and_then(|n| i64::try_from(n).ok());
    let max = refinement.max_length.filter(|_| collection).and_then(|n| i64::try_from(n).ok());

    let count = [not_null, prefix.is_some(), lower.is_some(), upper.is_some(), min.is_some(), max.is_some()];
    let count = count.into_iter().filter(|present| *present).count();
    if count == 0 {
        return None;
    }
    let mut map = Writer { out: ByteBuf::new() };
    map.map_len(count).ok()?;
    if not_null {
        map.int(key::NULLNESS);
        map.bool(false);
    }
    if let Some(prefix) = prefix {
        map.int(key::PREFIX);
        map.text(cut(prefix)).ok()?;
    }
    for (key, bound) in [(key::LOWER, lower), (key::UPPER, upper)] {
        if let Some((number, inclusive)) = bound {
            map.int(key);
            map.array_len(2).ok()?;
            map.number(number).ok()?;
            map.bool(*inclusive);
        }
    }
    for (key, length) in [(key::MIN_LENGTH, min), (key::MAX_LENGTH, max)] {
        if let Some(length) = length {
            map.int(key);
            map.int(length);
        }
    }
    Some(map.out.into_vec()).filter(|payload| payload.len() <= MAX_REFINEMENT)
}

/// At most [`MAX_PREFIX`] bytes of a text, in whole characters.
fn cut(text: &str) -> &str {
    let end = (0..=MAX_PREFIX.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    &text[..end]
}

fn length(len: usize) -> Result<u32, Fault> {
    u32::try_from(len).map_err(|_| Fault::new("too long for msgpack"))
}
