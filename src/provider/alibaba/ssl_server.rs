//! `cloudvpn_alibaba_ssl_server`: what SSL clients connect to (VPC API 2016-04-28).

use crate::cloud;
use crate::cloud::alibaba::{
    self, ClientToken, CreateSslVpnServer, ModifySslVpnServer, SslVpnServer, SslVpnServerSettings, Turn,
};
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::resource::Plan;
use crate::framework::timeouts::Timeouts;
use crate::provider::region;

use super::super::managed::{Managed, Write};
use super::super::values::{changed, said, text, told};
use super::parts::{joined, mentioned, no_address, split, time};
use super::{Alibaba, Api};

mod data;
mod rules;

/// An SSL server of a VPN gateway on Alibaba Cloud: clients connect to it with OpenVPN and reach the VPC.
///
/// Everything but the gateway changes in place, in one `ModifySslVpnServer` call with what changed. Certificates stay valid; the
/// configuration that was handed out with them has to be fetched again where port, protocol or cipher changed. Deleting the server deletes
/// its certificates. A write waits for others to the same gateway, and until the gateway is active again.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = rules::clients_are_elsewhere)]
pub(crate) struct SslServer {
    /// Id of the SSL server, such as `vss-bp15j3du13gq1dgey7vgv`. API member `SslVpnServerId`.
    #[attr(computed, prefix("vss-"))]
    id: Value<String>,
    /// Region of the SSL server.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Name of the SSL server, in any language. API member `Name`.
    ///
    /// Left out, the service decides.
    #[attr(optional, computed, chars(1..=100))]
    #[attr(custom("a text that does not begin with http:// or https://", no_address))]
    name: Value<String>,
    /// VPN gateway of the SSL server, with SSL-VPN enabled. API member `VpnGatewayId`.
    #[attr(required, replace, prefix("vpn-"))]
    gateway_id: Value<String>,
    /// Range from which clients get their addresses, /16 to /29. API member `ClientIpPool`.
    ///
    /// It has to have four addresses for each connection that the gateway permits, and must overlap neither `local_cidrs` nor the VPC nor
    /// its routes. Reserved are 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4 and 255.0.0.0/8.
    #[attr(required, ipv4_cidr, custom("/16 to /29, in no reserved range", rules::client_range))]
    client_cidr: Value<String>,
    /// Ranges that clients can reach. API member `LocalSubnet`.
    ///
    /// Reserved are 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4 and 255.0.0.0/8.
    #[attr(required, items(1..=5), each(ipv4_cidr, custom("/8 to /32, in no reserved range", rules::local_range)))]
    local_cidrs: Value<Set<String>>,
    /// Protocol between client and server. API member `Proto`.
    #[attr(optional, computed, initial = "UDP", one_of("UDP", "TCP"))]
    protocol: Value<String>,
    /// How traffic is encrypted, with clients that do not negotiate it (before OpenVPN 2.4). API member `Cipher`.
    #[attr(optional, computed, initial = "AES-256-CBC", one_of("AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "none"))]
    #[attr(discouraged(values("none"), "it encrypts nothing. Use AES-256-CBC."))]
    encryption_algorithm: Value<String>,
    /// Port on which the server listens. API member `Port`.
    #[attr(optional, computed, initial = 1194, range(1..=65535))]
    #[attr(custom(
        "none of 22, 53, 68, 80, 123, 443, 500, 2222, 4500, 4510, 4560, 7505, 9000, 9001, 9002 and 22222, which the gateway needs itself",
        rules::free_port
    ))]
    port: Value<i64>,
    /// Whether traffic is compressed. API member `Compress`.
    #[attr(optional, computed, initial = false, removed = false)]
    #[attr(discouraged(values("true"), "what is compressed with a secret tells about it. Leave it out."))]
    compression_enabled: Value<bool>,
    /// Second factor for users: an instance of Identity as a Service (IDaaS).
    ///
    /// Left out, a certificate is enough.
    #[attr(optional, computed)]
    mfa: Value<Mfa>,
    /// Whether weak algorithms are meant: they bring no warning then. Nothing of this is sent.
    #[attr(optional)]
    allow_weak_algorithms: Value<bool>,
    /// Number of clients that are connected. API member `Connections`.
    #[attr(computed)]
    connections: Value<i64>,
    /// How many clients the gateway permits. API member `MaxConnections`.
    #[attr(computed)]
    max_connections: Value<i64>,
    /// Address to which clients connect. API member `InternetIp`.
    #[attr(computed)]
    public_ip_address: Value<String>,
    /// Resource group of the SSL server, which is that of its VPN gateway. API member `ResourceGroupId`.
    #[attr(computed)]
    resource_group_id: Value<String>,
    /// When the SSL server was created, as in `2026-01-02T03:04:05Z`. API member `CreateTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

/// Second factor for users.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(rule = rules::mfa_has_an_instance)]
struct Mfa {
    /// Whether users need a second factor. API member `EnableMultiFactorAuth`.
    #[attr(required, removed = false)]
    enabled: Value<bool>,
    /// IDaaS instance. API member `IDaaSInstanceId`.
    #[attr(optional, computed, chars(1..))]
    idaas_instance_id: Value<String>,
    /// Region of the IDaaS instance. API member `IDaaSRegionId`.
    #[attr(optional, computed, chars(1..))]
    idaas_region_id: Value<String>,
    /// Application of an instance of EIAM 2.0. API member `IDaaSApplicationId`.
    #[attr(optional, computed, chars(1..))]
    idaas_application_id: Value<String>,
}

impl Managed for SslServer {
    type Side = Alibaba;
    type Actual = SslVpnServer;
    type Change = ModifySslVpnServer;

    const TYPE: &'static str = "cloudvpn_alibaba_ssl_server";
    const KIND: &'static str = "SSL server";
    const PREFIX: &'static str = "vss-";
    const OCCUPIES: &'static [&'static str] = &["gateway_id"];

    fn refine(plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        let Plan { prior: Some(prior), config, planned, .. } = plan else { return Ok(()) };
        Mfa::plan(&prior.mfa, &config.mfa, &mut planned.mfa);
        Ok(())
    }

    fn observed(actual: &SslVpnServer, before: &Self) -> Self {
        Self {
            id: told(text(&actual.ssl_vpn_server_id), &before.id),
            name: mentioned(&actual.name, &before.name),
            gateway_id: told(text(&actual.vpn_gateway_id), &before.gateway_id),
            client_cidr: told(text(&actual.client_ip_pool), &before.client_cidr),
            local_cidrs: told(split(&actual.local_subnet), &before.local_cidrs),
            protocol: told(text(&actual.proto), &before.protocol),
            encryption_algorithm: told(text(&actual.cipher), &before.encryption_algorithm),
            port: told(actual.port.into(), &before.port),
            compression_enabled: told(actual.compress.into(), &before.compression_enabled),
            mfa: Mfa::observed(actual, &before.mfa),
            connections: actual.connections.into(),
            max_connections: actual.max_connections.into(),
            public_ip_address: text(&actual.internet_ip),
            resource_group_id: text(&actual.resource_group_id),
            created_at: told(time(actual.create_time), &before.created_at),
            ..before.clone()
        }
    }

    /// VPC API 2016-04-28, error codes of the actions.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidName" => "name",
            "InvalidVpnGatewayInstanceId.NotFound" | "VpnGateway.SslVpnDisabled" => "gateway_id",
            "InvalidRegionId.NotFound" => "region",
            _ => return None,
        }))
    }

    fn change(&self, planned: &Self, _config: &Self) -> Option<ModifySslVpnServer> {
        let mfa = Value::Known(self.mfa.known().cloned().unwrap_or_default());
        let nothing = SslVpnServerSettings::default();
        let renamed = SslVpnServerSettings { name: changed(&self.name, &planned.name), ..nothing.clone() };
        let mut settings = SslVpnServerSettings {
            client_ip_pool: changed(&self.client_cidr, &planned.client_cidr),
            local_subnet: joined(&changed(&self.local_cidrs, &planned.local_cidrs).into()),
            proto: changed(&self.protocol, &planned.protocol),
            cipher: changed(&self.encryption_algorithm, &planned.encryption_algorithm),
            port: changed(&self.port, &planned.port),
            compress: changed(&self.compression_enabled, &planned.compression_enabled),
            ..renamed.clone()
        };
        if let Some(mfa) = changed(&mfa, &planned.mfa) {
            mfa.put_into(&mut settings);
        }
        if settings == nothing {
            return None;
        }
        // The page of ModifySslVpnServer gives a default for compression, true, that CreateSslVpnServer does not have: where it comes
        // to more than the name, nothing is left to that.
        if settings != renamed {
            settings.compress = said(&planned.compression_enabled);
        }
        let ssl_vpn_server_id = said(&self.id).unwrap_or_default();
        Some(ModifySslVpnServer { ssl_vpn_server_id, settings, client_token: ClientToken::new() })
    }

    async fn turn(api: &Api<'_>, server: &Self, _write: Write) -> cloud::Result<Turn> {
        api.client.turn(&api.ctx, &api.region, server.gateway()).await
    }

    async fn make(api: &Api<'_>, planned: &Self, _config: &Self) -> cloud::Result<String> {
        let mut settings = SslVpnServerSettings {
            name: said(&planned.name),
            client_ip_pool: said(&planned.client_cidr),
            local_subnet: joined(&planned.local_cidrs),
            proto: said(&planned.protocol),
            cipher: said(&planned.encryption_algorithm),
            port: said(&planned.port),
            compress: said(&planned.compression_enabled),
            ..SslVpnServerSettings::default()
        };
        if let Some(mfa) = planned.mfa.known() {
            mfa.put_into(&mut settings);
        }
        let vpn_gateway_id = said(&planned.gateway_id).unwrap_or_default();
        let request = CreateSslVpnServer { vpn_gateway_id, settings, client_token: ClientToken::new() };
        api.client.create_ssl_server(&api.ctx, &api.region, &request).await
    }

    async fn ready(api: &Api<'_>, id: &str, _server: &Self, turn: Turn) -> cloud::Result<SslVpnServer> {
        api.client.wait_ssl_server(&api.ctx, &api.region, turn, id).await
    }

    /// One that moves is deleted with its certificates before it is refused.
    async fn examine(api: &Api<'_>, prior: &Self, planned: &Self, _replaced: &[Path]) -> cloud::Result<Diagnostics> {
        let Some(id) = changed(&prior.gateway_id, &planned.gateway_id) else { return Ok(Diagnostics::new()) };
        let gateway = api.client.vpn_gateway(&api.ctx, &api.region, &id).await?;
        if gateway.is_none_or(|gateway| gateway.ssl_vpn.as_deref() != Some("disable")) {
            return Ok(Diagnostics::new());
        }
        let detail = format!(
            "{id} was made without SSL: this SSL server would be deleted, with its certificates, and then be refused. Nothing was done. \
             Name a VPN gateway with ssl_enabled = true."
        );
        Ok(Diagnostic::error("VPN gateway has no SSL", detail).at("gateway_id").into())
    }

    async fn find(api: &Api<'_>, id: &str, _state: &Self) -> cloud::Result<Option<alibaba::SslVpnServer>> {
        api.client.ssl_server(&api.ctx, &api.region, id).await
    }

    async fn modify(api: &Api<'_>, change: &ModifySslVpnServer) -> cloud::Result<()> {
        api.client.modify_ssl_server(&api.ctx, &api.region, change).await
    }

    async fn remove(api: &Api<'_>, id: &str, _state: &Self, turn: Turn) -> cloud::Result<()> {
        api.client.delete_ssl_server(&api.ctx, &api.region, turn, id).await
    }
}

impl SslServer {
    fn gateway(&self) -> &str {
        self.gateway_id.as_deref().unwrap_or_default()
    }
}

impl Mfa {
    /// Switching it on leaves to the service what neither the configuration nor the state says; what becomes of the rest of one that is off is
    /// not documented.
    fn plan(prior: &Value<Self>, config: &Value<Self>, planned: &mut Value<Self>) {
        let (Some(config), Some(planned)) = (config.known(), planned.known_mut()) else { return };
        if prior.known().is_some_and(|prior| prior.enabled == planned.enabled) {
            return;
        }
        let off = planned.enabled == Value::Known(false);
        for (config, planned) in [
            (&config.idaas_instance_id, &mut planned.idaas_instance_id),
            (&config.idaas_region_id, &mut planned.idaas_region_id),
            (&config.idaas_application_id, &mut planned.idaas_application_id),
        ] {
            if config.is_null() && (off || planned.is_null()) {
                *planned = Value::Unknown;
            }
        }
    }

    fn put_into(&self, settings: &mut SslVpnServerSettings) {
        settings.enable_multi_factor_auth = said(&self.enabled);
        if self.enabled == Value::Known(true) {
            settings.idaas_instance_id = said(&self.idaas_instance_id);
            settings.idaas_region_id = said(&self.idaas_region_id);
            settings.idaas_application_id = said(&self.idaas_application_id);
        }
    }

    /// The answer of a change leaves out the region.
    fn observed(actual: &SslVpnServer, before: &Value<Self>) -> Value<Self> {
        let Some(enabled) = actual.enable_multi_factor_auth else { return before.known().cloned().into() };
        Value::Known(Self {
            enabled: enabled.into(),
            idaas_instance_id: text(&actual.idaas_instance_id),
            idaas_region_id: text(&actual.idaas_region_id),
            idaas_application_id: text(&actual.idaas_application_id),
        })
    }
}

#[cfg(test)]
mod tests;
