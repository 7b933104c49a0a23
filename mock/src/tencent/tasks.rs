//! Results of asynchronous calls: DescribeVpcTaskResult (VPC API 2017-03-12). A task's id is the RequestId of its call.

use serde_json::{Value, json};

use super::{Action, Context, TASKS, VPC, not_found};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, required};
use crate::store::{Members, Then, text};

pub(super) static ACTIONS: &[Action] =
    &[Action { name: "DescribeVpcTaskResult", service: &VPC, per_second: 20, fields: FIELDS, run: describe }];

/// Remembers that the call being answered is a task on `resource_id` that succeeds once it has settled.
pub(super) fn start(context: &mut Context<'_>, resource_id: &str) {
    let task = json!({"ResourceId": resource_id, "Status": "RUNNING"});
    let (Value::Object(task), id) = (task, context.request_id) else {
        return;
    };
    let place = context.place(TASKS);
    context.world.store.insert(place, id, task);
    let done = Members::from_iter([("Status".to_owned(), json!("SUCCESS"))]);
    context.world.store.schedule(place, id, context.now + context.options.settle, Then::Set(done));
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "TaskId");
    let task = context.get(TASKS, id).ok_or_else(|| not_found("task", id))?;
    let status = task.text("Status");
    Ok(Members::from_iter([
        ("Status".to_owned(), json!(status)),
        ("Output".to_owned(), json!("")),
        ("Result".to_owned(), json!([{"ResourceId": task.text("ResourceId"), "Status": status}])),
    ]))
}

static FIELDS: &[Field] = &[required("TaskId", Shape::Text(&[Rule::NotEmpty]))];
