//! Results of asynchronous calls: DescribeVpcTaskResult (VPC API 2017-03-12). A task's id is the RequestId of its call; those
//! of SSL VPN also have a number.

use serde_json::{Value, json};

use super::{Action, Context, TASKS, VPC, members, new_number, not_found};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, required};
use crate::faults::TaskFault;
use crate::store::{Members, Object, Then, text};

pub(super) static ACTIONS: &[Action] =
    &[Action { name: "DescribeVpcTaskResult", service: &VPC, per_second: 20, fields: FIELDS, run: describe }];

/// Remembers that the call being answered is a task on a resource that ends once it has settled.
pub(super) fn start(context: &mut Context<'_>, resource_id: &str) {
    keep(context, context.request_id, json!({"ResourceId": resource_id}));
}

/// The same with a number besides the RequestId, for one resource or several.
pub(super) fn start_numbered(context: &mut Context<'_>, resource_ids: &[&str]) -> u32 {
    let mut number = new_number();
    while context.get(TASKS, &number.to_string()).is_some() {
        number = new_number();
    }
    let task = json!({"TaskId": number, "RequestId": context.request_id, "ResourceIds": resource_ids});
    keep(context, &number.to_string(), task);
    number
}

/// Whether a test wants the task of this call to fail.
pub(super) fn fails(context: &Context<'_>) -> bool {
    matches!(context.task, Some(TaskFault::Failed(_)))
}

fn keep(context: &mut Context<'_>, id: &str, task: Value) {
    let done = match context.task {
        Some(TaskFault::Lost) => return,
        Some(TaskFault::Failed(message)) => json!({"Status": "FAILED", "Output": message}),
        None => json!({"Status": "SUCCESS"}),
    };
    let mut task = members(task);
    task.insert("Status".to_owned(), json!("RUNNING"));
    context.world.store.insert(context.place(TASKS), id, task);
    context.settle(TASKS, id, Then::Set(members(done)));
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "TaskId");
    let by_request = |task: &&Object| task.text("RequestId") == id;
    let task = context.get(TASKS, id).or_else(|| context.world.store.list(context.place(TASKS)).find(by_request));
    let task = task.ok_or_else(|| not_found("task", id))?;
    let status = task.text("Status");
    let many = task.members.get("ResourceIds").and_then(Value::as_array).into_iter().flatten();
    let resources = task.members.get("ResourceId").into_iter().chain(many);
    let result: Vec<_> = resources.map(|resource| json!({"ResourceId": resource, "Status": status})).collect();
    Ok(members(json!({"Status": status, "Output": task.text("Output"), "Result": result})))
}

static FIELDS: &[Field] = &[required("TaskId", Shape::Text(&[Rule::NotEmpty]))];
