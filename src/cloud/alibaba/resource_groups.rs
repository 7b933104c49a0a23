//! Resource groups of gateways and customer gateways.

use serde::Serialize;

use crate::cloud::alibaba::client::{Action, Client, Empty};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::retry::Effect;

/// Moves an object, and what belongs to it, to another resource group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MoveVpnResourceGroup<'a> {
    instance_id: &'a str,
    new_resource_group_id: &'a str,
    resource_type: &'static str,
}

impl Client {
    /// Moves the VPN gateway or the customer gateway `id` to another resource group; SSL servers, certificates and connections go with
    /// their gateway.
    pub async fn move_to_resource_group(&self, ctx: &Ctx, region: &str, id: &str, group: &str) -> Result<()> {
        let resource_type = if id.starts_with("cgw-") { "CustomerGateway" } else { "VpnGateway" };
        let request = MoveVpnResourceGroup { instance_id: id, new_resource_group_id: group, resource_type };
        self.call(ctx, region, &request).await.map(drop)
    }
}

impl Action for MoveVpnResourceGroup<'_> {
    type Answer = Empty;
    const NAME: &'static str = "MoveVpnResourceGroup";
    const EFFECT: Effect = Effect::Write;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
    use crate::cloud::testing::{Answer, Server};

    #[tokio::test]
    async fn the_id_tells_what_is_moved() {
        let server = Server::scripted([Answer::alibaba(json!({}))]).await;
        let client = client(&server.url());
        for id in ["vpn-1", "cgw-1"] {
            client.move_to_resource_group(&ctx(), REGION, id, "rg-2").await.unwrap();
        }
        let sent = server.requests();
        let sent = |i: usize, name: &str| sent[i].param(name).unwrap();
        assert_eq!((sent(0, "InstanceId"), sent(0, "ResourceType")), ("vpn-1".into(), "VpnGateway".into()));
        assert_eq!((sent(1, "InstanceId"), sent(1, "ResourceType")), ("cgw-1".into(), "CustomerGateway".into()));
        assert_eq!(sent(1, "NewResourceGroupId"), "rg-2");
    }
}
