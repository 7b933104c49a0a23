//! States of the official providers, for `moved` blocks into ours: what a state of theirs says of an object, in our words.
//!
//! Carried is what the read that follows cannot see, and what would replace the object if it were not known: the rest is left to the read.
//! Never carried are private keys of certificates, and periods that are paid for: one that is not the service's own renews or replaces.
//!
//! Both providers are of Terraform's old SDK: what is absent is null, `""`, 0, `[]` or `{}` there, whatever came before, and a block is an
//! array of at most one element. All types are of schema version 0.

use serde_json::{Map, Value as Json, json};

use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::resource::Source;

mod alibaba;
mod tencent;

/// The state of an object of type `target` that was one of an official provider's; `None` if it was not.
///
/// # Errors
/// One of a version that nobody knows, or that stands for something that was done rather than for an object.
pub(super) fn translated(source: &Source, target: &str) -> Result<Option<Json>, Diagnostics> {
    let Some(provider) = PROVIDERS.iter().find(|provider| provider.is_of(&source.provider_address)) else {
        return Ok(None);
    };
    let name = source.type_name.as_str();
    if let Some((_, instead)) = provider.deeds.iter().find(|(deed, _)| *deed == name) {
        let detail = format!(
            "A {name} is no object of its own: {instead}. Take it out of the state and leave everything as it is: removed {{ from = \
             {name}.NAME, lifecycle {{ destroy = false }} }}."
        );
        return Err(Diagnostic::error("Move not supported", detail).into());
    }
    if let Some((_, what)) = provider.without.iter().find(|(without, _)| *without == name) {
        let detail = format!(
            "There is no resource for {what} here yet. Leave {name} with its provider, which works beside this one: without this moved block, \
             its state stays as it is."
        );
        return Err(Diagnostic::error("Move not supported", detail).into());
    }
    let Some((_, _, state)) = provider.types.iter().find(|(theirs, ours, _)| *theirs == name && *ours == target) else {
        return Ok(None);
    };
    if source.schema_version != 0 {
        let detail = format!(
            "The state of this {name} has version {}, and version 0 is known. Import the object by its id instead.",
            source.schema_version
        );
        return Err(Diagnostic::error("State of an unknown version", detail).into());
    }
    let empty = Map::new();
    let old = Old(source.state.as_object().unwrap_or(&empty));
    let mut state = state(&old);
    // What the read would find of it.
    if let Some(members) = state.as_object_mut().filter(|members| members.contains_key("tags")) {
        let all = members.get("tags").filter(|tags| !tags.is_null()).cloned();
        members.insert("tags_all".to_owned(), all.unwrap_or_else(|| json!({})));
    }
    Ok(Some(state))
}

/// An official provider, and what becomes of its types.
struct Provider {
    /// Without the registry's host, which is a mirror's as often as not.
    addresses: &'static [&'static str],
    /// What OpenTofu says instead of an address before 1.11.12 and 1.12.4: the first word of the type.
    word: &'static str,
    types: &'static [Type],
    /// Types that are no objects, and what there is instead.
    deeds: &'static [(&'static str, &'static str)],
    /// Types of objects that there is no resource for here, and what they are.
    without: &'static [(&'static str, &'static str)],
}

/// A type of theirs, the one of ours, and what the state of the one says in the words of the other.
type Type = (&'static str, &'static str, fn(&Old<'_>) -> Json);

const PROVIDERS: [Provider; 2] = [
    Provider {
        addresses: &["tencentcloudstack/tencentcloud"],
        word: "tencentcloud",
        types: tencent::TYPES,
        deeds: tencent::DEEDS,
        without: &[],
    },
    Provider {
        addresses: &["aliyun/alicloud", "hashicorp/alicloud"],
        word: "alicloud",
        types: alibaba::TYPES,
        deeds: &[],
        without: alibaba::WITHOUT,
    },
];

impl Provider {
    fn is_of(&self, address: &str) -> bool {
        let name = address.split_once('/').map_or(address, |(_, name)| name);
        address == self.word || self.addresses.contains(&name)
    }
}

/// An object, or a block, as a state of the old SDK has it.
struct Old<'a>(&'a Map<String, Json>);

impl<'a> Old<'a> {
    fn get(&self, name: &str) -> &'a Json {
        self.0.get(name).unwrap_or(&Json::Null)
    }

    fn str(&self, name: &str) -> Option<&'a str> {
        self.get(name).as_str().filter(|text| !text.is_empty())
    }

    /// A text that says something.
    fn text(&self, name: &str) -> Json {
        self.str(name).map_or(Json::Null, Json::from)
    }

    /// A text as it stands, were it empty: for what a configuration may say with `""`, which the API shows as absent.
    fn text_or_empty(&self, name: &str) -> Json {
        self.get(name).as_str().map_or(Json::Null, Json::from)
    }

    /// The first of several texts that says something.
    fn any_text(&self, names: &[&str]) -> Json {
        names.iter().find_map(|name| self.str(name)).map_or(Json::Null, Json::from)
    }

    /// A number that is one, which may be written as a text.
    fn number(&self, name: &str) -> Json {
        let number = match self.get(name) {
            Json::Number(number) => number.as_i64(),
            Json::String(text) => text.parse().ok(),
            _ => None,
        };
        number.filter(|number| *number != 0).map_or(Json::Null, Json::from)
    }

    fn is(&self, name: &str) -> bool {
        self.get(name) == &Json::Bool(true)
    }

    /// A switch, as it is.
    fn flag(&self, name: &str) -> Json {
        self.get(name).as_bool().map_or(Json::Null, Json::from)
    }

    /// The blocks of a name.
    fn blocks(&self, name: &str) -> impl Iterator<Item = Old<'a>> {
        self.get(name).as_array().into_iter().flatten().filter_map(Json::as_object).map(Old)
    }

    /// Texts in whatever order.
    fn texts(&self, name: &str) -> Json {
        match self.get(name) {
            Json::Array(texts) if !texts.is_empty() => Json::Array(texts.clone()),
            _ => Json::Null,
        }
    }

    fn tags(&self) -> Json {
        match self.get("tags") {
            Json::Object(tags) if !tags.is_empty() => Json::Object(tags.clone()),
            _ => Json::Null,
        }
    }

    /// Those that ours has as well; another provider's may name more.
    fn timeouts(&self) -> Json {
        let Json::Object(timeouts) = self.get("timeouts") else { return Json::Null };
        let ours = ["create", "update", "delete"].into_iter();
        let set: Map<_, _> = ours
            .filter_map(|name| Some((name.to_owned(), timeouts.get(name).filter(|value| !value.is_null())?.clone())))
            .collect();
        if set.is_empty() { Json::Null } else { Json::Object(set) }
    }
}

/// An object, or null where nothing in it says anything.
fn or_null(object: Json) -> Json {
    let says_nothing = object.as_object().is_some_and(|members| members.values().all(Json::is_null));
    if says_nothing { Json::Null } else { object }
}

#[cfg(test)]
mod tests;
