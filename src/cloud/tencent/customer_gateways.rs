//! Customer gateways: what it takes to make, read, change and delete one safely.

use crate::cloud::adopt::{self, Candidate, Comparison, Creation, Likeness, Repeats, Wanted, beijing};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::Page;
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::describe::{Asked, Describe, Described};
use crate::cloud::tencent::vpc::{
    CreateCustomerGateway, CustomerGateway, DeleteCustomerGateway, DescribeCustomerGateways,
    DescribeCustomerGatewaysAnswer, Filter, ModifyCustomerGatewayAttribute, pairs,
};
use crate::cloud::wait::{self, Poll};

impl Client {
    /// Makes a customer gateway and gives its id.
    pub async fn create_customer_gateway(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateCustomerGateway,
    ) -> Result<String> {
        self.made(ctx, &Creating { client: self, region, request }).await
    }

    /// The customer gateway `id`, or none when the service clearly says that there is none.
    ///
    /// Reads that come together share their calls; what is seen may be a few seconds old, though
    /// never older than this client's last write in the region.
    pub async fn customer_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<CustomerGateway>> {
        self.inner.customer_gateways.read(&Described::by(self), ctx, region, id).await
    }

    /// The customer gateway `id` as it is now, which may take half a minute to be listed if it is new.
    pub async fn wait_customer_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<CustomerGateway> {
        let gateways = Described::by(self);
        let now = || self.inner.customer_gateways.now(&gateways, ctx, region, id);
        wait::until_it_is(ctx, id, "listed", || async { Ok(now().await?.map(Poll::Ready)) }).await.map_err(|error| {
            if error.is_not_found() { error.about(DescribeCustomerGateways::NAME, region) } else { error }
        })
    }

    /// All customer gateways of a region that match `filters`, on all pages.
    pub async fn customer_gateways(&self, ctx: &Ctx, region: &str, filters: &[Filter]) -> Result<Vec<CustomerGateway>> {
        self.all::<DescribeCustomerGateways>(ctx, region, filters).await
    }

    /// The customer gateways with these ids as they are now, as far as they exist.
    pub async fn customer_gateways_of(
        &self,
        ctx: &Ctx,
        region: &str,
        ids: impl IntoIterator<Item = &str>,
    ) -> Result<Vec<CustomerGateway>> {
        self.inner.customer_gateways.these(&Described::by(self), ctx, region, ids).await
    }

    /// Changes a customer gateway.
    pub async fn modify_customer_gateway(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &ModifyCustomerGatewayAttribute,
    ) -> Result<()> {
        self.call(ctx, region, request).await.map(drop)
    }

    /// Deletes a customer gateway; one that is gone already is fine.
    ///
    /// The service refuses with `ResourceInUse` while there are tunnels. Those that are on their way
    /// out are waited for. One that stays would be waited for in vain: it is looked for first, and
    /// named.
    pub async fn delete_customer_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<()> {
        let tunnels = self.staying_connections(ctx, region, Filter::new("customer-gateway-id", id)).await?;
        if !tunnels.is_empty() {
            let message = format!("{id} still has tunnels: {}", tunnels.join(", "));
            let error = Error::new(Class::Conflict, message).hinting(Some(STILL_USED.into()));
            return Err(error.about(DeleteCustomerGateway::NAME, region));
        }
        match self.call(ctx, region, &DeleteCustomerGateway { customer_gateway_id: id.to_owned() }).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

/// A create, as the adoption sees it.
struct Creating<'a> {
    client: &'a Client,
    region: &'a str,
    request: &'a CreateCustomerGateway,
}

impl Creation for Creating<'_> {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            action: CreateCustomerGateway::NAME,
            region: self.region,
            name: Some(&self.request.customer_gateway_name),
            kind: "customer gateway",
            place: format!("at {}", self.request.ip_address),
            print: adopt::print(self.request),
            repeats: Repeats::Refused,
            prefix: Some("cgw-"),
        }
    }

    async fn send(&self, ctx: &Ctx) -> Result<Option<String>> {
        let answer = self.client.call(ctx, self.region, self.request).await?;
        Ok(answer.customer_gateway.and_then(|gateway| gateway.customer_gateway_id))
    }

    async fn listed(&self, ctx: &Ctx) -> Result<Vec<Candidate>> {
        let filters = [Filter::new("ip-address", &self.request.ip_address)];
        let listed = self.client.customer_gateways(ctx, self.region, &filters).await?;
        let candidates = listed.into_iter().filter_map(|gateway| {
            let likeness = likeness(self.request, &gateway);
            let created = gateway.created_time.as_deref().and_then(beijing);
            Some(Candidate { id: gateway.customer_gateway_id?, name: gateway.customer_gateway_name, likeness, created })
        });
        Ok(candidates.collect())
    }
}

/// Whether `gateway` is what was asked for.
fn likeness(request: &CreateCustomerGateway, gateway: &CustomerGateway) -> Likeness {
    let mut comparison = Comparison::new(false);
    comparison
        .is("name", gateway.customer_gateway_name.as_ref() == Some(&request.customer_gateway_name), false)
        .word("address", Some(&request.ip_address), gateway.ip_address.as_deref())
        .value("AS number", request.bgp_asn, gateway.bgp_asn)
        .tags(pairs(request.tags.as_deref()), Some(pairs(Some(&gateway.tag_set))));
    comparison.likeness()
}

impl Describe for DescribeCustomerGateways {
    type Item = CustomerGateway;

    fn asking(Asked { ids, filters, offset, limit }: Asked) -> Self {
        Self { customer_gateway_ids: ids, filters, offset, limit }
    }

    fn page(answer: DescribeCustomerGatewaysAnswer) -> Page<CustomerGateway> {
        Page { items: answer.customer_gateway_set, total: answer.total_count }
    }

    fn id(gateway: &CustomerGateway) -> Option<&str> {
        gateway.customer_gateway_id.as_deref()
    }
}

const STILL_USED: &str = "A customer gateway cannot be deleted while it has tunnels: delete them first, or move them to \
                          another one. If it is replaced for another address, lifecycle { create_before_destroy = true } has the \
                          new one made and the tunnels moved to it first.";
