//! RPCs about functions.

use super::super::proto::tfplugin6 as pb;
use super::convert::{to_value, value};
use super::rpc::Rpc;
use super::schema;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::server::{CallFunctionRequest, FunctionError, Session};

pub(super) async fn list(session: Session, _request: pb::get_functions::Request) -> pb::get_functions::Response {
    let rpc = Rpc::new("GetFunctions");
    let functions = rpc
        .run(async {
            session.server().schema().functions.iter().map(|(k, f)| ((*k).to_owned(), schema::function(f))).collect()
        })
        .await;
    let (functions, diagnostics) = match functions {
        Ok(functions) => (functions, Diagnostics::new()),
        Err(crash) => (Default::default(), crash.into()),
    };
    pb::get_functions::Response { functions, diagnostics: rpc.diagnostics(diagnostics) }
}

pub(super) async fn call(session: Session, request: pb::call_function::Request) -> pb::call_function::Response {
    let rpc = Rpc::new("CallFunction").about("tf_function", &request.name);
    let request = CallFunctionRequest {
        name: request.name,
        arguments: request.arguments.into_iter().map(|argument| value(Some(argument))).collect(),
    };
    let outcome = rpc.run(session.call_function(request)).await;
    let crashed = |crash| Err(FunctionError { text: format!("{crash}"), argument: None });
    let (result, error) = match outcome.unwrap_or_else(crashed) {
        Ok(result) => (to_value(result), None),
        Err(FunctionError { text, argument }) => (None, Some(pb::FunctionError { text, function_argument: argument })),
    };
    pb::call_function::Response { result, error }
}
