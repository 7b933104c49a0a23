//! The tunnels between two gateways. Each create of a tunnel asks for them first; creates that arrive together share the call.

use std::collections::BTreeMap;

use futures_util::future;

use crate::cloud::batch::Listing;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::listing::Page;
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::vpc::{DescribeVpnConnections, Filter, VpnConnection};

/// How pairs of gateways are asked for: by a key, see [`key`].
#[derive(Clone)]
pub(super) struct Between(Client);

/// Two gateways and what is between them.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    key: String,
    tunnels: Vec<VpnConnection>,
}

impl Client {
    /// The tunnels between two gateways as they are now; none where a gateway does not exist.
    pub async fn between(
        &self,
        ctx: &Ctx,
        region: &str,
        gateway_id: &str,
        customer_gateway_id: &str,
    ) -> Result<Vec<VpnConnection>> {
        let key = key(gateway_id, customer_gateway_id);
        let pair = self.inner.between.now(&Between(self.clone()), ctx, region, &key).await?;
        Ok(pair.map(|pair| pair.tunnels).unwrap_or_default())
    }
}

impl Between {
    /// The tunnels between one VPN gateway and some customer gateways.
    async fn of(&self, ctx: &Ctx, region: &str, gateway_id: &str, peers: &[String]) -> Result<Vec<VpnConnection>> {
        let customer_gateways = Filter { name: "customer-gateway-id".to_owned(), values: peers.to_vec() };
        let filters = [Filter::new("vpn-gateway-id", gateway_id), customer_gateways];
        match self.0.connections(ctx, region, &filters).await {
            // An unknown id gives an empty list or this; the API reference lists both.
            Err(error) if error.is_not_found() && peers.len() == 1 => Ok(Vec::new()),
            listed => listed,
        }
    }
}

impl Listing for Between {
    type Item = Pair;

    /// As many values as a filter takes (VPC API 2017-03-12, DescribeVpnConnections).
    const IDS: usize = 5;
    const PAGE: usize = 100;
    const ACTION: Option<&'static str> = Some(DescribeVpnConnections::NAME);

    fn id(pair: &Pair) -> Option<&str> {
        Some(&pair.key)
    }

    fn called(key: &str) -> String {
        let (gateway_id, peer) = key.split_once(SEPARATOR).unwrap_or((key, ""));
        format!("the tunnels between {gateway_id} and {peer}")
    }

    async fn by_ids(&self, ctx: &Ctx, region: &str, keys: &[String]) -> Result<Vec<Pair>> {
        let mut peers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (gateway_id, peer) in keys.iter().filter_map(|key| key.split_once(SEPARATOR)) {
            peers.entry(gateway_id).or_default().push(peer.to_owned());
        }
        let listed = peers.iter().map(|(gateway_id, peers)| self.of(ctx, region, gateway_id, peers));
        let listed = future::try_join_all(listed).await?.concat();
        let pair = |key: &String| Pair {
            key: key.clone(),
            tunnels: listed.iter().filter(|tunnel| key_of(tunnel).as_ref() == Some(key)).cloned().collect(),
        };
        Ok(keys.iter().map(pair).collect())
    }

    async fn one(&self, ctx: &Ctx, region: &str, key: &str) -> Result<Option<Pair>> {
        Ok(self.by_ids(ctx, region, &[key.to_owned()]).await?.pop())
    }

    /// There is no listing of pairs, and nobody asks for one: they are only looked at as they are now.
    async fn page(&self, _ctx: &Ctx, _region: &str, _offset: usize) -> Result<Page<Pair>> {
        Ok(Page { items: None, total: None })
    }
}

/// Names two gateways.
fn key(gateway_id: &str, customer_gateway_id: &str) -> String {
    format!("{gateway_id}{SEPARATOR}{customer_gateway_id}")
}

fn key_of(tunnel: &VpnConnection) -> Option<String> {
    Some(key(tunnel.vpn_gateway_id.as_deref()?, tunnel.customer_gateway_id.as_deref()?))
}

const SEPARATOR: char = ' ';

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::cloud::tencent::client::tests::{client, ctx};
    use crate::cloud::testing::{Answer, Server};

    #[tokio::test]
    async fn a_look_that_is_given_up_says_what_was_looked_for() {
        let server = Server::scripted([Answer::Hang]).await;
        let (client, patient, impatient) =
            (client(&server.url()), ctx(), ctx().with_timeout(Duration::from_millis(100)));
        // The call lasts as long as one of the two waits for it.
        let error = tokio::select! {
            biased;
            _ = client.between(&patient, "ap-guangzhou", "vpngw-1", "cgw-1") => panic!("there is no answer"),
            read = client.between(&impatient, "ap-guangzhou", "vpngw-1", "cgw-1") => read.unwrap_err(),
        };
        let said = "DescribeVpnConnections in ap-guangzhou: gave up reading the tunnels between vpngw-1 and cgw-1";
        assert_eq!(error.to_string(), said);
    }
}
