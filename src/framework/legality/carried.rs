//! Blocks with values of any type inside: a list of them travels as a tuple, a map as an object, and there the types stand
//! outside, with the whole, instead of at the values.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::framework::map::map;
use crate::framework::raw::Raw;
use crate::framework::schema::NestedBlock;
use crate::framework::types::Type;

/// The value of a block as the schema sees it, each value of any type with its own type; most are that already.
pub(in crate::framework) fn opened<'a>(nested: &NestedBlock, value: &'a Raw) -> Cow<'a, Raw> {
    let Raw::Typed(own, inner) = value else {
        return Cow::Borrowed(value);
    };
    let object = nested.block.ty();
    Cow::Owned(match (&**own, &**inner) {
        (Type::Tuple(types), Raw::List(elements)) => {
            Raw::List(elements.iter().zip(types).map(|(e, own)| open(&object, own, e)).collect())
        }
        (Type::Object(types), Raw::Map(members)) => open_members(members, |key| Some((&object, types.get(key)?))),
        (_, inner) => inner.clone(),
    })
}

/// The opposite of [`opened`].
pub(in crate::framework) fn closed(nested: &NestedBlock, value: Raw) -> Raw {
    if nested.ty() != Type::Dynamic {
        return value;
    }
    let object = nested.block.ty();
    match value {
        Raw::List(elements) => {
            let (types, elements) = elements.into_iter().map(|e| close(&object, e)).unzip();
            Raw::Typed(Box::new(Type::Tuple(types)), Box::new(Raw::List(elements)))
        }
        Raw::Map(members) => {
            let (ty, members) = close_members(members, |_| Some(&object));
            Raw::Typed(Box::new(ty), Box::new(members))
        }
        other => other,
    }
}

fn open(ty: &Type, own: &Type, value: &Raw) -> Raw {
    match (ty, own, value) {
        (Type::Dynamic, Type::Dynamic, value) => value.clone(),
        (Type::Dynamic, own, value) => Raw::Typed(Box::new(own.clone()), Box::new(value.clone())),
        (Type::Object(types), Type::Object(owns), Raw::Map(members)) => {
            open_members(members, |name| Some((types.get(name)?, owns.get(name)?)))
        }
        (Type::Map(ty), Type::Map(own), Raw::Map(members)) => open_members(members, |_| Some((ty, own))),
        (Type::Tuple(types), Type::Tuple(owns), Raw::List(elements)) => {
            Raw::List(elements.iter().zip(types.iter().zip(owns)).map(|(e, (ty, own))| open(ty, own, e)).collect())
        }
        (Type::List(ty), Type::List(own), Raw::List(elements)) => {
            Raw::List(elements.iter().map(|e| open(ty, own, e)).collect())
        }
        (_, _, value) => value.clone(),
    }
}

fn open_members<'t>(members: &BTreeMap<String, Raw>, types: impl Fn(&str) -> Option<(&'t Type, &'t Type)>) -> Raw {
    let open = |(name, value): (&String, &Raw)| {
        let value = types(name).map_or_else(|| value.clone(), |(ty, own)| open(ty, own, value));
        (name.clone(), value)
    };
    Raw::Map(map(members.iter().map(open)))
}

fn close(ty: &Type, value: Raw) -> (Type, Raw) {
    match (ty, value) {
        (Type::Dynamic, Raw::Typed(own, value)) => (*own, *value),
        (Type::Object(types), Raw::Map(members)) => close_members(members, |name| types.get(name)),
        (Type::Tuple(types), Raw::List(elements)) => {
            let (types, elements) = elements.into_iter().zip(types).map(|(e, ty)| close(ty, e)).unzip();
            (Type::Tuple(types), Raw::List(elements))
        }
        // A collection has one element type, or none of its own as long as it is empty.
        (ty, value) => (ty.clone(), value),
    }
}

fn close_members<'t>(members: BTreeMap<String, Raw>, types: impl Fn(&str) -> Option<&'t Type>) -> (Type, Raw) {
    let mut own = BTreeMap::new();
    let mut closed = BTreeMap::new();
    for (name, value) in members {
        let (ty, value) = match types(&name) {
            Some(ty) => close(ty, value),
            None => (Type::Dynamic, value),
        };
        own.insert(name.clone(), ty);
        closed.insert(name, value);
    }
    (Type::Object(own), Raw::Map(closed))
}
