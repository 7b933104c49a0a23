//! `cloudvpn_tencent_caller_identity` and `cloudvpn_alibaba_caller_identity`: whose key calls are signed with.

use futures_util::future::BoxFuture;

use crate::cloud::Chain;
use crate::framework::context::Context;
use crate::framework::data_source::RawDataSource;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Model, Value};
use crate::framework::raw::Raw;
use crate::framework::schema::Block;

use super::managed::Side;
use super::settings::ctx;
use super::{Data, errors};

/// Whose key calls are signed with, by the word of the cloud's STS (`GetCallerIdentity`), which needs no permission.
#[derive(Clone, Debug, Default, Model)]
struct CallerIdentity {
    /// Number of the account that everything is made in. API member `AccountId`.
    #[attr(computed)]
    account_id: Value<String>,
    /// ARN of the user, or of the session of a role. API member `Arn`.
    #[attr(computed)]
    arn: Value<String>,
    /// What the principal is, in the cloud's word, such as `RAMUser`, `AssumedRoleUser` or `CAMUser`. API member `IdentityType` or `Type`.
    #[attr(computed)]
    kind: Value<String>,
    /// Id of the principal. API member `PrincipalId`.
    #[attr(computed)]
    principal_id: Value<String>,
    /// Id of the user, or of the role. API member `UserId`, or `RoleId` of Alibaba Cloud.
    #[attr(computed)]
    user_id: Value<String>,
}

/// The data source of the cloud that `S` is an API of.
pub(super) fn of<S: Side>(type_name: &'static str) -> Box<dyn RawDataSource<Data>> {
    Box::new(Whose { type_name, keys: |data| S::configured(data).keys(S::settings(data).cloud()) })
}

struct Whose {
    type_name: &'static str,
    keys: fn(&Data) -> Result<&Chain, Diagnostic>,
}

impl RawDataSource<Data> for Whose {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn block(&self) -> Block {
        CallerIdentity::block()
    }

    fn read<'a>(&'a self, cx: &'a Context<Data>, _config: Raw) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(async move {
            let identity = (self.keys)(cx.provider())?.identity(&ctx(cx)).await;
            let identity =
                identity.map_err(|error| errors::diagnostic("Asking whose the key is failed", &error, |_| None))?;
            let found = CallerIdentity {
                account_id: identity.account_id.into(),
                arn: identity.arn.into(),
                kind: identity.kind.into(),
                principal_id: identity.principal_id.into(),
                user_id: identity.user_id.into(),
            };
            Ok(found.to_raw())
        })
    }
}
