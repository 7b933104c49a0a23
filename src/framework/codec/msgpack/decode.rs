//! Reading msgpack. The bytes are not trusted: no claimed length leads to an allocation before its contents are there.

use std::collections::BTreeMap;
use std::str;

use rmp::Marker;
use rmp::decode;

use super::super::error::{DecodeError, Fault};
use super::super::text::normalized;
use super::{MAX_REFINEMENT, REFINED, key};
use crate::framework::number::Number;
use crate::framework::raw::{Raw, Refinement};
use crate::framework::types::{MAX_DEPTH, Type};

/// Reads one value of a type from all of the bytes.
///
/// Every integer and float width, decimal strings as numbers, `bin` as strings, and object members in any order are accepted.
///
/// # Errors
/// Bytes that are not exactly one value of the type. The error names the attribute, never a value.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Raw, DecodeError> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(ty, 0)?;
    if !reader.rest.is_empty() {
        return Err(Fault::new("bytes follow the value").into());
    }
    Ok(value)
}

/// What remains to be read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type, depth: usize) -> Result<Raw, Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::too_deep());
        }
        match self.peek()? {
            Marker::Null => {
                self.take(1)?;
                return Ok(Raw::Null);
            }
            marker if is_extension(marker) => return self.unknown(ty),
            _ => {}
        }
        match ty {
            Type::String => self.text("string is required").map(|t| Raw::String(normalized(t).into_owned())),
            Type::Number => self.number().map(Raw::Number),
            Type::Bool => self.bool().map(Raw::Bool),
            Type::Dynamic => self.typed(depth),
            Type::List(element) => self.elements(element, depth, "list is required").map(Raw::List),
            Type::Set(element) => self.elements(element, depth, "set is required").map(Raw::set).map_err(Fault::in_set),
            Type::Tuple(elements) => self.tuple(elements, depth),
            Type::Map(element) => self.map(element, depth),
            Type::Object(attributes) => self.object(attributes, depth),
        }
    }

    fn elements(&mut self, ty: &Type, depth: usize, required: &'static str) -> Result<Vec<Raw>, Fault> {
        let len = self.array_len(required)?;
        let mut elements = Vec::with_capacity(len.min(256));
        for i in 0..len {
            elements.push(self.value(ty, depth + 1).map_err(|e| e.in_index(i))?);
        }
        Ok(elements)
    }

    fn tuple(&mut self, types: &[Type], depth: usize) -> Result<Raw, Fault> {
        let len = self.array_len("tuple is required")?;
        if len != types.len() {
            return Err(Fault::tuple_of(types.len(), len));
        }
        let element = |(i, ty)| self.value(ty, depth + 1).map_err(|e| e.in_index(i));
        types.iter().enumerate().map(element).collect::<Result<_, _>>().map(Raw::List)
    }

    fn map(&mut self, ty: &Type, depth: usize) -> Result<Raw, Fault> {
        let mut members = BTreeMap::new();
        for _ in 0..self.map_len("map is required")? {
            let key = normalized(self.text("a map key has to be a string")?).into_owned();
            let value = self.value(ty, depth + 1).map_err(|e| e.in_key(&key))?;
            if members.contains_key(&key) {
                return Err(Fault::twice().in_key(&key));
            }
            members.insert(key, value);
        }
        Ok(Raw::Map(members))
    }

    fn object(&mut self, types: &BTreeMap<String, Type>, depth: usize) -> Result<Raw, Fault> {
        let mut members = BTreeMap::new();
        for _ in 0..self.map_len("object is required")? {
            let name = self.text("an attribute name has to be a string")?;
            let ty = types.get(name).ok_or_else(|| Fault::unsupported(name))?;
            let value = self.value(ty, depth + 1).map_err(|e| e.in_attribute(name))?;
            if members.insert(name.to_owned(), value).is_some() {
                return Err(Fault::twice().in_attribute(name));
            }
        }
        match types.keys().find(|name| !members.contains_key(*name)) {
            Some(name) => Err(Fault::missing(name)),
            None => Ok(Raw::Map(members)),
        }
    }

    /// A value under the dynamic pseudo-type: an array of its type, as JSON, and itself.
    fn typed(&mut self, depth: usize) -> Result<Raw, Fault> {
        const UNTYPED: &str = "a value of any type has to come with its type";
        if self.array_len(UNTYPED)? != 2 {
            return Err(Fault::untyped());
        }
        let json = self.text(UNTYPED)?.as_bytes();
        let ty = Type::from_bytes(json).map_err(|_| Fault::new("invalid type constraint"))?;
        if ty == Type::Dynamic {
            return Err(Fault::untyped());
        }
        let value = self.value(&ty, depth + 1)?;
        Ok(Raw::Typed(Box::new(ty), Box::new(value)))
    }

    fn bool(&mut self) -> Result<bool, Fault> {
        let value = match self.peek()? {
            Marker::True => true,
            Marker::False => false,
            _ => return Err(Fault::new("bool is required")),
        };
        self.take(1)?;
        Ok(value)
    }

    fn number(&mut self) -> Result<Number, Fault> {
        let required = || Fault::new("number is required");
        match self.peek()? {
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                // The text is left out of the message: it may be a secret in the wrong place.
                self.text("number is required")?.parse().map_err(|_| required())
            }
            Marker::U64 => decode::read_u64(&mut self.rest).map(Number::from).map_err(|_| truncated()),
            Marker::F32 => {
                let value = decode::read_f32(&mut self.rest).map_err(|_| truncated())?;
                Number::from_f64(value.into()).ok_or_else(|| Fault::new("a finite number is required"))
            }
            Marker::F64 => {
                let value = decode::read_f64(&mut self.rest).map_err(|_| truncated())?;
                Number::from_f64(value).ok_or_else(|| Fault::new("a finite number is required"))
            }
            _ => self.int("number is required").map(Number::from),
        }
    }

    fn int(&mut self, required: &'static str) -> Result<i64, Fault> {
        decode::read_int(&mut self.rest).map_err(|_| Fault::new(required))
    }

    /// The contents of a `str` or `bin`.
    fn text(&mut self, required: &'static str) -> Result<&'a str, Fault> {
        let len = match self.peek()? {
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => decode::read_str_len(&mut self.rest),
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => decode::read_bin_len(&mut self.rest),
            _ => return Err(Fault::new(required)),
        };
        let bytes = self.take(len.map_err(|_| truncated())? as usize)?;
        str::from_utf8(bytes).map_err(|_| Fault::new("not valid UTF-8"))
    }

    fn array_len(&mut self, required: &'static str) -> Result<usize, Fault> {
        match self.peek()? {
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {}
            _ => return Err(Fault::new(required)),
        }
        let len = decode::read_array_len(&mut self.rest).map_err(|_| truncated())?;
        self.plausible(len)
    }

    fn map_len(&mut self, required: &'static str) -> Result<usize, Fault> {
        match self.peek()? {
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {}
            _ => return Err(Fault::new(required)),
        }
        let len = decode::read_map_len(&mut self.rest).map_err(|_| truncated())?;
        self.plausible(len)
    }

    /// Every element takes at least one byte.
    fn plausible(&self, len: u32) -> Result<usize, Fault> {
        let len = len as usize;
        if len > self.rest.len() { Err(truncated()) } else { Ok(len) }
    }

    /// Any extension with at most one byte is a plain unknown (go-cty `msgpack/unknown.go`); a longer one has to be code 12.
    fn unknown(&mut self, ty: &Type) -> Result<Raw, Fault> {
        let meta = decode::read_ext_meta(&mut self.rest).map_err(|_| truncated())?;
        let size = meta.size as usize;
        if size > MAX_REFINEMENT {
            return Err(Fault::new(format!("an extension of {size} bytes is too long")));
        }
        let payload = self.take(size)?;
        if size <= 1 {
            return Ok(Raw::unknown());
        }
        if meta.typeid != REFINED {
            return Err(Fault::new(format!("unsupported extension type {} with {size} bytes", meta.typeid)));
        }
        Reader { rest: payload }.refinement(ty)
    }

    fn refinement(&mut self, ty: &Type) -> Result<Raw, Fault> {
        const MALFORMED: &str = "malformed refinement of an unknown value";
        if *ty == Type::Dynamic {
            return Ok(Raw::unknown());
        }
        let misplaced = || Fault::new(format!("a refinement of an unknown value does not apply to a {ty}"));
        let length = |n: i64| u64::try_from(n).map(Some).map_err(|_| Fault::new(MALFORMED));
        let mut is_null = false;
        let mut refinement = Refinement::default();
        for _ in 0..self.map_len(MALFORMED)? {
            match (self.int(MALFORMED)?, ty) {
                (key::NULLNESS, _) => {
                    is_null = self.bool()?;
                    refinement.not_null = !is_null;
                }
                (key::PREFIX, Type::String) => {
                    refinement.prefix = Some(normalized(self.text(MALFORMED)?).into_owned());
                }
                (key::LOWER, Type::Number) => refinement.lower = Some(self.bound()?),
                (key::UPPER, Type::Number) => refinement.upper = Some(self.bound()?),
                (key::MIN_LENGTH, Type::List(_) | Type::Set(_) | Type::Map(_)) => {
                    refinement.min_length = length(self.int(MALFORMED)?)?;
                }
                (key::MAX_LENGTH, Type::List(_) | Type::Set(_) | Type::Map(_)) => {
                    refinement.max_length = length(self.int(MALFORMED)?)?;
                }
                (key::PREFIX | key::LOWER | key::UPPER | key::MIN_LENGTH | key::MAX_LENGTH, _) => {
                    return Err(misplaced());
                }
                _ => self.skip()?,
            }
        }
        // Bytes after the map are ignored, as go-cty does.
        Ok(if is_null { Raw::Null } else { Raw::Unknown(Box::new(refinement)) })
    }

    /// `[number, inclusive]`
    fn bound(&mut self) -> Result<(Number, bool), Fault> {
        if self.array_len("malformed bound of an unknown number")? != 2 {
            return Err(Fault::new("malformed bound of an unknown number"));
        }
        Ok((self.number()?, self.bool()?))
    }

    /// Passes over one value of whatever kind, without recursion.
    fn skip(&mut self) -> Result<(), Fault> {
        let mut pending = 1_u64;
        while pending > 0 {
            pending -= 1;
            match self.peek()? {
                Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => pending += self.array_len("")? as u64,
                Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => pending += 2 * self.map_len("")? as u64,
                Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                    let len = decode::read_str_len(&mut self.rest).map_err(|_| truncated())?;
                    self.take(len as usize)?;
                }
                Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
                    let len = decode::read_bin_len(&mut self.rest).map_err(|_| truncated())?;
                    self.take(len as usize)?;
                }
                marker if is_extension(marker) => {
                    let meta = decode::read_ext_meta(&mut self.rest).map_err(|_| truncated())?;
                    self.take(meta.size as usize)?;
                }
                marker => {
                    self.take(1 + scalar_size(marker).ok_or_else(|| Fault::new("malformed msgpack"))?)?;
                }
            }
        }
        Ok(())
    }

    fn peek(&self) -> Result<Marker, Fault> {
        self.rest.first().map(|byte| Marker::from_u8(*byte)).ok_or_else(truncated)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn truncated() -> Fault {
    Fault::new("the value is cut short")
}

fn is_extension(marker: Marker) -> bool {
    matches!(
        marker,
        Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32
    )
}

/// How many bytes follow the marker of a number, a bool or nil.
fn scalar_size(marker: Marker) -> Option<usize> {
    match marker {
        Marker::Null | Marker::True | Marker::False | Marker::FixPos(_) | Marker::FixNeg(_) => Some(0),
        Marker::U8 | Marker::I8 => Some(1),
        Marker::U16 | Marker::I16 => Some(2),
        Marker::U32 | Marker::I32 | Marker::F32 => Some(4),
        Marker::U64 | Marker::I64 | Marker::F64 => Some(8),
        _ => None,
    }
}
