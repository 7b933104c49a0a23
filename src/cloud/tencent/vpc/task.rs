//! Tasks, in which asynchronous actions end: requests and answers of the VPC API 2017-03-12.

use serde::Serialize;

use crate::cloud::answer::Answer;
use crate::cloud::tencent::client::action;

/// Asks how far an asynchronous action has come.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpcTaskResult {
    /// What the action answered: its `TaskId`, in decimal digits, or its `RequestId`.
    pub task_id: String,
}

/// How far an asynchronous action has come.
#[derive(Clone, Debug, Default, Answer)]
pub struct DescribeVpcTaskResultAnswer {
    /// `RUNNING`, `SUCCESS` or `FAILED`.
    pub status: Option<String>,
    /// What the task has to say.
    pub output: Option<String>,
    /// How far it is with each object, where it works on several.
    pub result: Vec<VpcTaskResultDetailInfo>,
}

/// How far a task is with one object.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpcTaskResultDetailInfo {
    pub resource_id: Option<String>,
    /// As that of the task.
    pub status: Option<String>,
}

action!(DescribeVpcTaskResult, Read, 20 => DescribeVpcTaskResultAnswer);

/// The acknowledgement of an asynchronous action.
#[derive(Clone, Debug, Default, Answer)]
pub struct TaskAnswer {
    pub task_id: Option<i64>,
}
