//! GetCallerIdentity (STS API 2018-08-13).

use serde_json::json;

use super::{Action, Context, STS};
use crate::api::Refusal;
use crate::store::Members;

pub(super) static ACTIONS: &[Action] =
    &[Action { name: "GetCallerIdentity", service: &STS, per_second: 100, fields: &[], run: caller_identity }];

fn caller_identity(_: &mut Context<'_>, _: &Members) -> Result<Members, Refusal> {
    Ok(Members::from_iter([
        ("Arn".to_owned(), json!(format!("qcs::cam::uin/{ACCOUNT}:uin/{ACCOUNT}"))),
        ("AccountId".to_owned(), json!(ACCOUNT)),
        ("UserId".to_owned(), json!(ACCOUNT)),
        ("PrincipalId".to_owned(), json!(ACCOUNT)),
        ("Type".to_owned(), json!("CAMUser")),
    ]))
}

const ACCOUNT: &str = "100000000001";
