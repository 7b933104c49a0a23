//! CallFunction.

use super::super::codec;
use super::{CallFunctionRequest, DynamicValue, FunctionError, Session, Signature};

impl Session {
    pub async fn call_function(&self, request: CallFunctionRequest) -> Result<DynamicValue, FunctionError> {
        let fail = |text: String, argument: Option<usize>| FunctionError {
            text,
            argument: argument.and_then(|i| i64::try_from(i).ok()),
        };
        let function = self.shared.entries.functions.iter().find(|f| f.name() == request.name);
        let function = function
            .ok_or_else(|| fail(format!("This version of the provider has no function {:?}.", request.name), None))?;
        let Signature { parameters, variadic, returns, .. } = function.signature();
        if request.arguments.len() < parameters.len() {
            return Err(fail("There are fewer arguments than parameters.".to_owned(), None));
        }
        let mut arguments = Vec::with_capacity(request.arguments.len());
        for (i, argument) in request.arguments.iter().enumerate() {
            let parameter = parameters
                .get(i)
                .or(variadic.as_ref())
                .ok_or_else(|| fail("There are more arguments than parameters.".to_owned(), Some(i)))?;
            let value = codec::decode_dynamic(argument, &parameter.ty).map_err(|e| fail(e.to_string(), Some(i)))?;
            arguments.push(value);
        }
        let result = function.call(arguments)?;
        codec::encode_dynamic(&result, &returns).map_err(|e| fail(e.to_string(), None))
    }
}
