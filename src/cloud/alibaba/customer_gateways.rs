//! Customer gateways: requests and answers of the VPC API 2016-04-28, and what it takes to make, read, change and delete one safely.
//!
//! In answers every member may be absent.

use secrecy::SecretString;
use serde::Serialize;

use crate::cloud::adopt::{Candidate, Comparison, Likeness};
use crate::cloud::alibaba::client::{Action, Client, Empty, action};
use crate::cloud::alibaba::creates::{Makes, pairs, said, seconds};
use crate::cloud::alibaba::describe::{Describe, Described, Paging};
use crate::cloud::alibaba::tags::Tag;
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::answer::Answer;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::listing::Page;
use crate::cloud::retry::Effect;
use crate::cloud::secret;
use crate::cloud::wait::{self, Poll};

/// Makes a customer gateway, which is there with the answer.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateCustomerGateway {
    /// IPv4. Cannot be changed.
    pub ip_address: String,
    /// 1 to 100 characters, not beginning with `http://` or `https://`.
    pub name: Option<String>,
    /// 1 to 100 characters, not beginning with `http://` or `https://`.
    pub description: Option<String>,
    /// 1 to 4294967295, but not 45104. Cannot be changed.
    pub asn: Option<i64>,
    /// Of BGP: 1 to 64 ASCII characters, but neither space nor `?`.
    #[serde(serialize_with = "secret::expose")]
    pub auth_key: Option<SecretString>,
    pub resource_group_id: Option<String>,
    /// At most 20.
    pub tags: Vec<Tag>,
    pub client_token: ClientToken,
}

/// Changes a customer gateway in place. What is left out stays as it is.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyCustomerGatewayAttribute {
    pub customer_gateway_id: String,
    /// As in [`CreateCustomerGateway`].
    pub name: Option<String>,
    /// As in [`CreateCustomerGateway`].
    pub description: Option<String>,
    /// As in [`CreateCustomerGateway`].
    #[serde(serialize_with = "secret::expose")]
    pub auth_key: Option<SecretString>,
    pub client_token: ClientToken,
}

/// Deletes a customer gateway, which must have no connections.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteCustomerGateway {
    pub customer_gateway_id: String,
    pub client_token: ClientToken,
}

/// Asks for one customer gateway.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeCustomerGateway {
    customer_gateway_id: String,
}

/// Asks for a page of the customer gateways of a region that pass all filters.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeCustomerGateways {
    pub resource_group_id: Option<String>,
    /// Customer gateways with all of these.
    pub tag: Vec<Tag>,
    #[serde(flatten)]
    pub(crate) paging: Paging,
}

/// One page of customer gateways.
#[derive(Clone, Debug, Default, Answer)]
pub struct DescribeCustomerGatewaysAnswer {
    /// How many there are, on all pages.
    pub total_count: Option<i64>,
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    #[member(rows)]
    pub customer_gateways: Option<Vec<CustomerGateway>>,
}

/// What a create or a change answers.
#[derive(Clone, Debug, Default, Answer)]
pub struct CustomerGatewayAnswer {
    pub customer_gateway_id: Option<String>,
}

/// A customer gateway, as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct CustomerGateway {
    pub customer_gateway_id: Option<String>,
    pub ip_address: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub asn: Option<i64>,
    pub auth_key: Option<SecretString>,
    pub resource_group_id: Option<String>,
    /// Unix time in milliseconds.
    pub create_time: Option<i64>,
    #[member(rows)]
    pub tags: Option<Vec<Tag>>,
}

impl Client {
    /// Makes a customer gateway and gives its id.
    pub async fn create_customer_gateway(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateCustomerGateway,
    ) -> Result<String> {
        self.made(ctx, region, request).await
    }

    /// The customer gateway `id`, or none when the service clearly says that there is none.
    ///
    /// Reads that come together share their calls; what is seen may be a few seconds old, though never older than this client's last
    /// write in the region.
    pub async fn customer_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<CustomerGateway>> {
        self.inner.customer_gateways.read(&Described::by(self), ctx, region, id).await
    }

    /// All customer gateways that match the filters of `request`.
    pub async fn customer_gateways(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &DescribeCustomerGateways,
    ) -> Result<Vec<CustomerGateway>> {
        self.all(ctx, region, request).await
    }

    /// The customer gateway `id` as it is now, which may take half a minute to be there if it is new.
    pub async fn wait_customer_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<CustomerGateway> {
        let gateways = Described::by(self);
        let now = || self.inner.customer_gateways.now(&gateways, ctx, region, id);
        wait::until_it_is(ctx, id, "there", || async { Ok(now().await?.map(Poll::Ready)) }).await
    }

    /// Deletes a customer gateway; one that is gone already is fine.
    pub async fn delete_customer_gateway(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &DeleteCustomerGateway,
    ) -> Result<()> {
        self.removed(ctx, region, request, GONE).await.map(drop)
    }
}

impl Makes for CreateCustomerGateway {
    const KIND: &'static str = "customer gateway";
    const PREFIX: Option<&'static str> = Some("cgw-");

    fn name(&self) -> Option<&str> {
        said(&self.name)
    }

    fn place(&self) -> String {
        format!("at {}", self.ip_address)
    }

    fn id(&self, answer: CustomerGatewayAnswer) -> Option<String> {
        answer.customer_gateway_id
    }

    /// No filter is for addresses.
    async fn there(&self, client: &Client, ctx: &Ctx, region: &str) -> Result<Vec<Candidate>> {
        let listed = client.customer_gateways(ctx, region, &DescribeCustomerGateways::default()).await?;
        let is_there = |gateway: &CustomerGateway| gateway.ip_address.as_ref() == Some(&self.ip_address);
        let candidates = listed.into_iter().filter(is_there).filter_map(|gateway| {
            let (likeness, created) = (likeness(self, &gateway), seconds(gateway.create_time));
            Some(Candidate { id: gateway.customer_gateway_id?, name: gateway.name, likeness, created })
        });
        Ok(candidates.collect())
    }
}

/// Whether `gateway` is what was asked for.
fn likeness(request: &CreateCustomerGateway, gateway: &CustomerGateway) -> Likeness {
    let mut comparison = Comparison::new(false);
    comparison
        .text("name", request.name.as_deref(), gateway.name.as_deref())
        .text("description", request.description.as_deref(), gateway.description.as_deref())
        .word("address", Some(&request.ip_address), gateway.ip_address.as_deref())
        .value("AS number", request.asn, gateway.asn)
        .key(request.auth_key.as_ref(), gateway.auth_key.as_ref())
        .word("resource group", said(&request.resource_group_id), gateway.resource_group_id.as_deref())
        .tags(pairs(&request.tags), gateway.tags.as_ref().map(pairs));
    comparison.likeness()
}

impl Describe for DescribeCustomerGateways {
    type Item = CustomerGateway;

    fn at(self, paging: Paging) -> Self {
        Self { paging, ..self }
    }

    fn page(answer: DescribeCustomerGatewaysAnswer) -> Page<CustomerGateway> {
        Page { items: answer.customer_gateways, total: answer.total_count }
    }

    fn id(gateway: &CustomerGateway) -> Option<&str> {
        gateway.customer_gateway_id.as_deref()
    }

    async fn one(client: &Client, ctx: &Ctx, region: &str, id: &str) -> Result<Option<CustomerGateway>> {
        let request = DescribeCustomerGateway { customer_gateway_id: id.to_owned() };
        client.single(ctx, region, &request, id, Self::id, GONE).await
    }
}

impl Action for CreateCustomerGateway {
    type Answer = CustomerGatewayAnswer;
    const NAME: &'static str = "CreateCustomerGateway";
    const EFFECT: Effect = Effect::CreateOnce;
    const FORM: bool = true;

    fn secrets(&self) -> Vec<&SecretString> {
        self.auth_key.iter().collect()
    }
}

impl Action for ModifyCustomerGatewayAttribute {
    type Answer = CustomerGatewayAnswer;
    const NAME: &'static str = "ModifyCustomerGatewayAttribute";
    const EFFECT: Effect = Effect::Write;
    const FORM: bool = true;

    fn secrets(&self) -> Vec<&SecretString> {
        self.auth_key.iter().collect()
    }
}

action!(DeleteCustomerGateway, Delete => Empty);

action!(DescribeCustomerGateway, Read => CustomerGateway);

action!(DescribeCustomerGateways, Read => DescribeCustomerGatewaysAnswer);

/// That a customer gateway does not exist.
const GONE: &[&str] = &["InvalidCustomerGatewayInstanceId.NotFound"];

#[cfg(test)]
mod tests;
