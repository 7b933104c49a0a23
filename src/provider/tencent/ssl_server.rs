//! `cloudvpn_tencent_ssl_server`: where clients of an SSL VPN connect to, on Tencent Cloud (VPC API 2017-03-12).

use secrecy::SecretString;

use crate::cloud;
use crate::cloud::tencent::{CreateVpnGatewaySslServer, DnsServers, ModifyVpnGatewaySslServer, SslState, SslVpnServer};
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Model, Secret, Set, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::timeouts::Timeouts;
use crate::framework::validators::Finding;
use crate::provider::addresses::{self, overlap, range};
use crate::provider::region;

use super::super::managed::Managed;
use super::super::tags::Tags;
use super::checks::name_in_bytes;
use super::ssl::tags_matter;
use super::values::{changed, said, text, told};
use super::{Api, Tencent, filters, new_tags, shown_tags};

mod data;

/// An SSL server on a VPN gateway: the end to which clients of an SSL VPN connect.
///
/// A VPN gateway has one at most, and has to be of a type that can: `SSL` or `SSL_CCN`. A change is sent as one
/// `ModifyVpnGatewaySslServer` call with the members that changed and no others. Algorithms that are left out get strong values when the
/// server is created. One that still has clients is not deleted.
///
/// The API shows tags by another service only. They are read where there are any to keep, or where `tags` is set, were it to `{}`: that
/// costs one more call for each fifty servers that are refreshed.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = ranges_are_apart, rule = metadata_needs_sign_on)]
pub(crate) struct SslServer {
    /// Id of the SSL server, such as `vpns-k8jg2a4b`. API member `SslVpnServerId`.
    #[attr(computed, prefix("vpns-"))]
    id: Value<String>,
    /// Region of the SSL server.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Name of the SSL server, at most 60 bytes in UTF-8. API member `SslVpnServerName`.
    #[attr(required, chars(1..), custom("at most 60 bytes long", name_in_bytes))]
    name: Value<String>,
    /// VPN gateway of the SSL server. API member `VpnGatewayId`.
    #[attr(required, replace, prefix("vpngw-"))]
    gateway_id: Value<String>,
    /// Ranges in the cloud that clients reach. API member `LocalAddress`.
    #[attr(required, items(1..=100), each(ipv4_cidr))]
    local_cidrs: Value<Set<String>>,
    /// Range from which clients get their addresses; apart from those in the cloud. API member `RemoteAddress`.
    #[attr(required, ipv4_cidr)]
    client_cidr: Value<String>,
    /// Protocol that carries the tunnels: `UDP`. API member `SslVpnProtocol`.
    ///
    /// Left out, it is that.
    #[attr(optional, computed, replace, one_of("UDP"))]
    protocol: Value<String>,
    /// Port to which clients connect; left out, the service chooses. API member `SslVpnPort`.
    #[attr(optional, computed, range(1..=65535), custom("none of 22, 36, 53, 68, 123, 500, 4500, 36000, 50051 and 54000", free_port))]
    port: Value<i64>,
    /// API member `EncryptAlgorithm`.
    #[attr(optional, computed, initial = "AES-256-CBC", one_of(ENCRYPTION))]
    encryption_algorithm: Value<String>,
    /// API member `IntegrityAlgorithm`.
    #[attr(optional, computed, initial = "SHA256", one_of("SHA1", "SHA224", "SHA256", "SHA384", "SHA512"))]
    #[attr(discouraged(values("SHA1"), "collisions of SHA-1 can be made. Use SHA256."))]
    integrity_algorithm: Value<String>,
    /// Whether packets are compressed, which the service says not to support. API member `Compress`.
    ///
    /// Left out, they are not.
    #[attr(optional, computed, removed = false)]
    #[attr(discouraged(
        values("true"),
        "the API documents compression as not supported, and what is compressed with a secret tells about it. Leave it out."
    ))]
    compression_enabled: Value<bool>,
    /// Whether clients sign on at an identity provider (single sign-on); for accounts that Tencent Cloud permits to. API member
    /// `SsoEnabled`.
    ///
    /// Left out, they do not.
    #[attr(optional, computed, removed = false)]
    sso_enabled: Value<bool>,
    /// Metadata of the identity provider, XML, with `sso_enabled = true`. The API does not show it: changes from outside are not seen,
    /// and an imported SSL server gets it sent once. API member `SamlData`.
    #[attr(optional, sensitive, unread, chars(1..))]
    saml_metadata: Value<Secret>,
    /// Whether access policies decide which client reaches what. API member `AccessPolicyEnabled`.
    ///
    /// Left out, they do not: every client reaches all of `local_cidrs`.
    #[attr(optional, computed, replace)]
    access_policy_enabled: Value<bool>,
    /// Name servers that clients are told. API member `DnsServers`.
    ///
    /// Left out, they stay what they are.
    #[attr(optional, computed)]
    dns_servers: Value<NameServers>,
    /// Whether weak algorithms are meant: they bring no warning then. Nothing of this is sent.
    #[attr(optional)]
    allow_weak_algorithms: Value<bool>,
    /// Tags of this SSL server, beside the provider's `default_tags`. A tag that is null removes a default.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// All tags of the SSL server.
    #[attr(computed)]
    tags_all: Value<Map<String>>,
    /// VPC of the VPN gateway. API member `VpcId`.
    #[attr(computed)]
    vpc_id: Value<String>,
    /// Public address to which clients connect. API member `WanIp`.
    #[attr(computed)]
    public_ip_address: Value<String>,
    /// How many clients may be connected at once. API member `MaxConnection`.
    #[attr(computed)]
    max_connections: Value<i64>,
    /// `connected` when it works, or `creating`, `create_failed`, `updating`, `update_failed`, `destroying`, `destroy_failed` or
    /// `unknown`. API member `State`, a number from 0 to 7 there.
    #[attr(computed)]
    state: Value<String>,
    /// When the SSL server was created, as the service writes it. API member `CreateTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

/// Name servers that clients are told.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(at_least_one_of(primary, secondary))]
pub(crate) struct NameServers {
    /// API member `PrimaryDns`.
    #[attr(optional, ip)]
    primary: Value<String>,
    /// API member `SecondaryDns`.
    #[attr(optional, ip)]
    secondary: Value<String>,
}

impl Managed for SslServer {
    type Side = Tencent;
    type Actual = SslVpnServer;
    type Change = ModifyVpnGatewaySslServer;

    const TYPE: &'static str = "cloudvpn_tencent_ssl_server";
    const KIND: &'static str = "SSL server";
    const PREFIX: &'static str = "vpns-";
    const OCCUPIES: &'static [&'static str] = &["gateway_id"];
    const RESTING: &'static [(&'static str, &'static [&'static str])] = &[("state", &["connected"])];

    fn observed(actual: &SslVpnServer, before: &Self) -> Self {
        let local_cidrs = actual.local_address.as_ref().map(|ranges| ranges.iter().cloned().collect());
        Self {
            id: told(text(&actual.ssl_vpn_server_id), &before.id),
            name: told(text(&actual.ssl_vpn_server_name), &before.name),
            gateway_id: told(text(&actual.vpn_gateway_id), &before.gateway_id),
            local_cidrs: told(local_cidrs.into(), &before.local_cidrs),
            client_cidr: told(text(&actual.remote_address), &before.client_cidr),
            protocol: told(text(&actual.ssl_vpn_protocol), &before.protocol),
            port: told(actual.ssl_vpn_port.into(), &before.port),
            encryption_algorithm: told(text(&actual.encrypt_algorithm), &before.encryption_algorithm),
            integrity_algorithm: told(text(&actual.integrity_algorithm), &before.integrity_algorithm),
            compression_enabled: told(actual.compress.into(), &before.compression_enabled),
            sso_enabled: told(actual.sso_enabled.into(), &before.sso_enabled),
            access_policy_enabled: told(actual.access_policy_enabled.into(), &before.access_policy_enabled),
            dns_servers: NameServers::observed(&actual.dns_servers, &before.dns_servers),
            vpc_id: told(text(&actual.vpc_id), &before.vpc_id),
            public_ip_address: told(text(&actual.wan_ip), &before.public_ip_address),
            max_connections: told(actual.max_connection.into(), &before.max_connections),
            state: actual.state.map(|number| SslState::from(number).to_string()).into(),
            created_at: told(text(&actual.create_time), &before.created_at),
            ..before.clone()
        }
    }

    fn tags(actual: &SslVpnServer) -> Tags {
        shown_tags(actual.tag_set.as_deref().unwrap_or_default())
    }

    fn change(&self, planned: &Self, _config: &Self) -> Option<ModifyVpnGatewaySslServer> {
        let sso_enabled = changed(&self.sso_enabled, &planned.sso_enabled);
        // Whoever turns single sign-on on has to say with whom, changed or not.
        let metadata = match sso_enabled {
            Some(true) => said(&planned.saml_metadata),
            _ => changed(&self.saml_metadata, &planned.saml_metadata),
        };
        let request = ModifyVpnGatewaySslServer {
            ssl_vpn_server_id: said(&self.id).unwrap_or_default(),
            ssl_vpn_server_name: changed(&self.name, &planned.name),
            local_address: changed(&self.local_cidrs, &planned.local_cidrs).as_ref().map(ranges),
            remote_address: changed(&self.client_cidr, &planned.client_cidr),
            ssl_vpn_port: changed(&self.port, &planned.port),
            encrypt_algorithm: changed(&self.encryption_algorithm, &planned.encryption_algorithm),
            integrity_algorithm: changed(&self.integrity_algorithm, &planned.integrity_algorithm),
            compress: changed(&self.compression_enabled, &planned.compression_enabled),
            sso_enabled,
            saml_data: metadata.map(|metadata| SecretString::from(metadata.expose())),
            dns_servers: changed(&self.dns_servers, &planned.dns_servers).map(NameServers::member),
        };
        request.changes_anything().then_some(request)
    }

    async fn make(api: &Api<'_>, planned: &Self, _config: &Self) -> cloud::Result<String> {
        let request = CreateVpnGatewaySslServer {
            vpn_gateway_id: said(&planned.gateway_id).unwrap_or_default(),
            ssl_vpn_server_name: said(&planned.name).unwrap_or_default(),
            local_address: planned.local_cidrs.known().map(ranges).unwrap_or_default(),
            remote_address: said(&planned.client_cidr).unwrap_or_default(),
            ssl_vpn_protocol: said(&planned.protocol),
            ssl_vpn_port: said(&planned.port),
            integrity_algorithm: said(&planned.integrity_algorithm),
            encrypt_algorithm: said(&planned.encryption_algorithm),
            compress: said(&planned.compression_enabled),
            sso_enabled: said(&planned.sso_enabled),
            access_policy_enabled: said(&planned.access_policy_enabled),
            saml_data: planned.saml_metadata.known().map(|metadata| SecretString::from(metadata.expose())),
            tags: new_tags(&planned.tags_all),
            dns_servers: said(&planned.dns_servers).map(NameServers::member),
        };
        api.client.create_ssl_server(&api.ctx, &api.region, &request).await
    }

    async fn ready(api: &Api<'_>, id: &str, _object: &Self, _turn: ()) -> cloud::Result<SslVpnServer> {
        api.client.wait_ssl_server(&api.ctx, &api.region, id).await
    }

    async fn existing(api: &Api<'_>, planned: &Self) -> cloud::Result<Vec<String>> {
        let filters = filters([("vpn-gateway-id", &planned.gateway_id)]);
        let there = api.client.ssl_servers(&api.ctx, &api.region, &filters).await?;
        Ok(there.into_iter().filter_map(|server| server.ssl_vpn_server_id).collect())
    }

    /// One that moves is deleted before it is refused.
    async fn examine(api: &Api<'_>, prior: &Self, planned: &Self, _replaced: &[Path]) -> cloud::Result<Diagnostics> {
        let Some(id) = changed(&prior.gateway_id, &planned.gateway_id) else { return Ok(Diagnostics::new()) };
        let gateway = api.client.gateway(&api.ctx, &api.region, &id).await?;
        let kind = gateway.and_then(|gateway| gateway.kind);
        let Some(kind @ ("IPSEC" | "CCN")) = kind.as_deref() else { return Ok(Diagnostics::new()) };
        let detail = format!(
            "{id} is of type {kind}: this SSL server would be deleted, and then be refused. Nothing was done. Name a VPN gateway of type \
             SSL or SSL_CCN."
        );
        Ok(Diagnostic::error("VPN gateway has no SSL", detail).at("gateway_id").into())
    }

    async fn find(api: &Api<'_>, id: &str, state: &Self) -> cloud::Result<Option<SslVpnServer>> {
        api.client.ssl_server(&api.ctx, &api.region, id, tags_matter(&state.tags, &state.tags_all)).await
    }

    async fn modify(api: &Api<'_>, change: &ModifyVpnGatewaySslServer) -> cloud::Result<()> {
        api.client.modify_ssl_server(&api.ctx, &api.region, change).await
    }

    async fn remove(api: &Api<'_>, id: &str, _state: &Self, _turn: ()) -> cloud::Result<()> {
        api.client.delete_ssl_server(&api.ctx, &api.region, id).await
    }

    /// VPC API 2017-03-12, error codes of the actions.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidParameterValue.TooLong" => "name",
            "InvalidParameterValue.CidrConflict"
            | "InvalidParameterValue.SslCcnVpnServerCidrConflict"
            | "InvalidParameterValue.VpcCidrConflict"
            | "LimitExceeded.SslVpnClientLimitExceeded" => "client_cidr",
            "InvalidParameterValue.CidrNotInSslVpnVpc" | "UnsupportedOperation.NotSupportedLocalAddressType" => {
                "local_cidrs"
            }
            "UnsupportedOperation.ParameterSslVpnProtocol" => "protocol",
            "InvalidVpnGatewayId.Malformed"
            | "InvalidVpnGatewayId.NotFound"
            | "UnsupportedOperation.VersionNotSupported" => "gateway_id",
            _ => return None,
        }))
    }
}

impl NameServers {
    fn member(self) -> DnsServers {
        DnsServers { primary_dns: said(&self.primary), secondary_dns: said(&self.secondary) }
    }

    /// None at all is none, where the service says so.
    fn observed(actual: &Option<DnsServers>, before: &Value<Self>) -> Value<Self> {
        let Some(actual) = actual else { return told(Value::Null, before) };
        let seen = Self { primary: text(&actual.primary_dns), secondary: text(&actual.secondary_dns) };
        if seen == Self::default() { Value::Null } else { Value::Known(seen) }
    }
}

fn ranges(ranges: &Set<String>) -> Vec<String> {
    ranges.known().cloned().collect()
}

/// Product documentation, "Creating an SSL Server".
fn free_port(value: &Raw) -> Result<(), Finding> {
    match value.as_i64() {
        Some(port) if REFUSED_PORTS.contains(&port) => {
            let ports = REFUSED_PORTS.map(|port| port.to_string()).join(", ");
            Err(Finding::error("Reserved port", format!("Tencent Cloud refuses {port}, as it does all of {ports}.")))
        }
        _ => Ok(()),
    }
}

/// CreateVpnGatewaySslServer, `InvalidParameterValue.CidrConflict` and `SslCcnVpnServerCidrConflict`.
fn ranges_are_apart(server: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let Some(clients) = range(server.get("client_cidr")) else { return };
    for local in addresses::ranges(server.get("local_cidrs")) {
        if overlap(&local, &clients) {
            let detail = format!("{clients} overlaps with {local} of local_cidrs. Clients need a range of their own.");
            diagnostics.error(path.attribute("client_cidr"), "Overlapping ranges", detail);
        }
    }
}

fn metadata_needs_sign_on(server: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let sso = server.get("sso_enabled");
    if server.get("saml_metadata").is_null() || sso.is_unknown() || matches!(sso, Raw::Bool(true)) {
        return;
    }
    let detail = "Without single sign-on there is no identity provider. Set sso_enabled = true as well.";
    diagnostics.error(path.attribute("saml_metadata"), "Missing attribute", detail);
}

/// `EncryptAlgorithm`.
const ENCRYPTION: &[&str] = &["AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "AES-128-GCM", "AES-192-GCM", "AES-256-GCM"];

const REFUSED_PORTS: [i64; 10] = [22, 36, 53, 68, 123, 500, 4500, 36_000, 50_051, 54_000];

#[cfg(test)]
mod tests;
