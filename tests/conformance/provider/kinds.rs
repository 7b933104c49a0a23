//! Every kind of attribute and block, all optional.

use cloudvpn::framework::context::Context;
use cloudvpn::framework::diagnostics::Diagnostics;
use cloudvpn::framework::ephemeral::{EphemeralResource, Opened};
use cloudvpn::framework::model::{Field, List, Map, Model, ModelError, Set, Value};
use cloudvpn::framework::number::Number;
use cloudvpn::framework::raw::Raw;
use cloudvpn::framework::resource::{Change, Create, Resource};
use cloudvpn::framework::schema::AttributeKind;

use super::Settings;

/// Attributes of every kind.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Kinds {
    /// Made by the provider.
    #[attr(computed)]
    id: Value<String>,
    /// A bool.
    #[attr(optional)]
    bool: Value<bool>,
    /// A string.
    #[attr(optional)]
    string: Value<String>,
    /// A whole number.
    #[attr(optional)]
    int: Value<i64>,
    /// A number of any size and precision.
    #[attr(optional)]
    number: Value<Number>,
    /// A value of any type.
    #[attr(optional)]
    any: Value<Raw>,
    /// A list.
    #[attr(optional)]
    list: Value<List<String>>,
    /// A set.
    #[attr(optional)]
    set: Value<Set<String>>,
    /// A map.
    #[attr(optional)]
    map: Value<Map<Number>>,
    /// An object that is one attribute, without attributes of its own.
    #[attr(optional)]
    object: Value<Plain<Leaf>>,
    /// Lists of lists of objects.
    #[attr(optional)]
    deep: Value<List<Map<Plain<Leaf>>>>,
    /// A nested object.
    #[attr(optional)]
    single: Value<Branch>,
    /// Nested objects in a list.
    #[attr(optional)]
    single_list: Value<List<Branch>>,
    /// Nested objects in a set.
    #[attr(optional)]
    single_set: Value<Set<Branch>>,
    /// Nested objects in a map.
    #[attr(optional)]
    single_map: Value<Map<Branch>>,
    /// A nested object with a value of any type.
    #[attr(optional)]
    single_any: Value<Any>,
}

/// Blocks of every kind.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Blocks {
    /// Made by the provider.
    #[attr(computed)]
    id: Value<String>,
    /// One block.
    #[attr(block)]
    one: Value<Twig>,
    /// One block that is always there.
    #[attr(block(group))]
    group: Value<Leaf>,
    /// Blocks in order.
    #[attr(block)]
    list: Value<List<Twig>>,
    /// Blocks without order.
    #[attr(block)]
    set: Value<Set<Leaf>>,
    /// Blocks by label.
    #[attr(block)]
    map: Value<Map<Leaf>>,
    /// One block with a value of any type.
    #[attr(block)]
    one_any: Value<Any>,
}

/// An object.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Leaf {
    /// A string.
    #[attr(optional)]
    string: Value<String>,
    /// A number.
    #[attr(optional)]
    number: Value<Number>,
}

/// An object with others in it.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Branch {
    /// A string.
    #[attr(optional)]
    string: Value<String>,
    /// Numbers.
    #[attr(optional)]
    numbers: Value<List<Number>>,
    /// Objects.
    #[attr(optional)]
    leaves: Value<List<Leaf>>,
}

/// A block with others in it.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Twig {
    /// A string.
    #[attr(optional)]
    string: Value<String>,
    /// A nested object.
    #[attr(optional)]
    object: Value<Leaf>,
    /// Blocks.
    #[attr(block)]
    leaf: Value<List<Leaf>>,
}

/// An object with a value of any type.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Any {
    /// A value of any type.
    #[attr(optional)]
    any: Value<Raw>,
    /// A string.
    #[attr(optional)]
    string: Value<String>,
}

/// A model as a plain object type: what protocol 5 could say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plain<M>(M);

impl<M: Model> Field for Plain<M> {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(M::object().ty())
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        M::from_raw(raw).map(Self)
    }

    fn to_raw(&self) -> Raw {
        self.0.to_raw()
    }
}

impl Resource for Kinds {
    type Data = Settings;
    const TYPE: &'static str = "conformance_kinds";

    async fn create(cx: &Context<Settings>, new: Create<Self>) -> Result<Self, Diagnostics> {
        Ok(Self { id: cx.provider().id("kinds"), ..new.planned })
    }

    async fn read(_: &Context<Settings>, state: Self) -> Result<Option<Self>, Diagnostics> {
        Ok(Some(state))
    }

    async fn update(_: &Context<Settings>, change: Change<Self>) -> Result<Self, Diagnostics> {
        Ok(change.planned)
    }

    async fn delete(_: &Context<Settings>, _: Self) -> Result<(), Diagnostics> {
        Ok(())
    }
}

/// The same, and nothing is stored.
impl EphemeralResource for Kinds {
    type Data = Settings;
    const TYPE: &'static str = "conformance_kinds";

    async fn open(_: &Context<Settings>, config: Self) -> Result<Opened<Self>, Diagnostics> {
        Ok(Opened { result: Self { id: "opened".into(), ..config }, renew_at: None })
    }
}

/// The same, and nothing is stored.
impl EphemeralResource for Blocks {
    type Data = Settings;
    const TYPE: &'static str = "conformance_blocks";

    async fn open(_: &Context<Settings>, config: Self) -> Result<Opened<Self>, Diagnostics> {
        Ok(Opened { result: Self { id: "opened".into(), ..config }, renew_at: None })
    }
}

impl Resource for Blocks {
    type Data = Settings;
    const TYPE: &'static str = "conformance_blocks";

    async fn create(cx: &Context<Settings>, new: Create<Self>) -> Result<Self, Diagnostics> {
        Ok(Self { id: cx.provider().id("blocks"), ..new.planned })
    }

    async fn read(_: &Context<Settings>, state: Self) -> Result<Option<Self>, Diagnostics> {
        Ok(Some(state))
    }

    async fn update(_: &Context<Settings>, change: Change<Self>) -> Result<Self, Diagnostics> {
        Ok(change.planned)
    }

    async fn delete(_: &Context<Settings>, _: Self) -> Result<(), Diagnostics> {
        Ok(())
    }
}
