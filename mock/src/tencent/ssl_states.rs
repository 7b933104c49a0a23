//! States of SSL servers, which are numbers, and of their clients, which are the same digits as texts (VPC API 2017-03-12,
//! SslVpnSever, SslVpnClient). Every change is a task with a number.

use serde_json::{Value, json};

use super::{Context, SSL_CLIENTS, members, tasks};
use crate::api::Refusal;
use crate::store::{Members, Object, Then};

/// A change that takes time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Change {
    Create,
    Update,
    Destroy,
}

impl Change {
    fn under_way(self) -> u64 {
        match self {
            Self::Create => 0,
            Self::Update => 2,
            Self::Destroy => 4,
        }
    }

    fn failed(self) -> u64 {
        self.under_way() + 1
    }
}

/// Begins a change of objects that are there, and gives the number of its task. They have the members `done` when it has
/// succeeded; when it fails they are as before, but for their state.
pub(super) fn begin(
    context: &mut Context<'_>,
    kind: &'static str,
    ids: &[&str],
    change: Change,
    done: &Members,
) -> u32 {
    let state = |number: u64| members(json!({"State": shown(kind, number)}));
    for id in ids {
        let then = match change {
            _ if tasks::fails(context) => Then::Set(state(change.failed())),
            Change::Destroy => Then::Gone,
            Change::Create | Change::Update => Then::Set(done.clone().into_iter().chain(state(CONNECTED)).collect()),
        };
        context.set(kind, id, state(change.under_way()));
        context.settle(kind, id, then);
    }
    tasks::start_numbered(context, ids)
}

/// The state as a number, whichever way it is shown. What a seed leaves out counts as connected.
pub(super) fn of(object: &Object) -> u64 {
    let state = object.members.get("State");
    let number = |state: &Value| state.as_u64().or_else(|| state.as_str()?.parse().ok());
    state.and_then(number).unwrap_or(CONNECTED)
}

/// An object that is being changed takes no other change; neither does one that could not be created, but it can be deleted.
pub(super) fn takes(object: &Object, change: Change) -> Result<(), Refusal> {
    let state = of(object);
    let busy = [Change::Create, Change::Update, Change::Destroy].iter().any(|change| change.under_way() == state);
    if busy || state == Change::Create.failed() && change != Change::Destroy {
        return Err(Refusal::new("UnsupportedOperation", format!("{} is in state {state}", object.id)));
    }
    Ok(())
}

pub(super) fn shown(kind: &str, number: u64) -> Value {
    if kind == SSL_CLIENTS { json!(number.to_string()) } else { json!(number) }
}

pub(super) const CREATE_FAILED: u64 = 1;
const CONNECTED: u64 = 6;
