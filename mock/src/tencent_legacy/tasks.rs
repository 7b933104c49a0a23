//! Results of asynchronous actions: DescribeVpcTaskResult (API 2.0). Tasks have numbers here, of a kind of their own.

use serde_json::{Value, json};

use super::{Action, Request, data};
use crate::api::Refusal;
use crate::check::{Field, Shape, required};
use crate::faults::TaskFault;
use crate::store::{Members, Then};
use crate::tencent::new_number;

pub(super) static ACTIONS: &[Action] = &[Action { name: "DescribeVpcTaskResult", fields: &[TASK_ID], run: describe }];

/// Begins the task of a request that changes `resource_id`, and gives its number.
pub(super) fn start(request: &mut Request<'_>, resource_id: &str) -> u32 {
    let context = &mut request.context;
    let place = context.place(LEGACY_TASKS);
    let mut number = new_number();
    while context.get(LEGACY_TASKS, &number.to_string()).is_some() {
        number = new_number();
    }
    let result = match context.task {
        Some(TaskFault::Lost) => return number,
        Some(TaskFault::Failed(message)) => {
            Members::from_iter([("Status".to_owned(), json!(FAILED)), ("Message".to_owned(), json!(message))])
        }
        None => Members::from_iter([("Status".to_owned(), json!(SUCCEEDED))]),
    };
    let id = number.to_string();
    let task = [("TaskId", json!(number)), ("ResourceId", json!(resource_id)), ("Status", json!(IN_PROGRESS))];
    let task = task.map(|(name, value)| (name.to_owned(), value));
    context.world.store.insert(place, &id, Members::from_iter(task));
    context.world.store.schedule(place, &id, context.now + context.options.settle, Then::Set(result));
    number
}

fn describe(request: &mut Request<'_>, params: &Members) -> Result<Members, Refusal> {
    let context = &request.context;
    let id = params.get("taskId").map_or_else(String::new, Value::to_string);
    let task = context.get(LEGACY_TASKS, &id);
    let task = task.ok_or_else(|| Refusal::new("5000", format!("the task {id} does not exist")))?;
    let status = task.members.get("Status").and_then(Value::as_u64).unwrap_or(FAILED);
    let mut result = json!({ "status": status });
    if status == FAILED {
        // Not on the page; clients of the time read it.
        result["output"] = json!({"errorCode": 5100, "errorMsg": task.text("Message")});
    }
    // An array says the page's table, an object its sample.
    Ok(data(if context.world.switches.legacy_arrays { json!([result]) } else { result }))
}

const TASK_ID: Field = required("taskId", Shape::Int(1, i64::MAX));
pub(crate) const LEGACY_TASKS: &str = "legacy_tasks";

const SUCCEEDED: u64 = 0;
const FAILED: u64 = 1;
const IN_PROGRESS: u64 = 2;
