//! The data sources `cloudvpn_alibaba_ssl_client_certs` and `cloudvpn_alibaba_ssl_client_cert`: client certificates that are there.

use crate::cloud;
use crate::cloud::alibaba::{DescribeSslVpnClientCerts, SslVpnClientCert};
use crate::framework::model::{Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;
use crate::provider::values::said;

use super::super::Api;
use super::SslClientCert;

/// Client certificates of SSL servers on Alibaba Cloud (VPC API 2016-04-28): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. Certificates and keys are not shown: the ephemeral resource
/// `cloudvpn_alibaba_ssl_client_cert` hands them out.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct SslClientCerts {
    /// Region of the client certificates; by default the provider's.
    #[attr(optional, computed, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Only certificates with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `SslVpnClientCertId`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only certificates with exactly this name. API member `Name`.
    #[attr(optional, chars(1..=100))]
    name: Value<String>,
    /// Only client certificates of this SSL server. API member `SslVpnServerId`.
    #[attr(optional, prefix("vss-"))]
    ssl_server_id: Value<String>,
    /// The client certificates, ordered by id.
    #[attr(computed)]
    ssl_client_certs: Value<Views<SslClientCert>>,
}

impl Shown for SslClientCert {
    const HIDDEN: &'static [&'static str] = &["timeouts"];
}

impl Sought for SslClientCert {
    const ABOUT: &'static str = "A client certificate on Alibaba Cloud (VPC API 2016-04-28), by its id or its name.\n\n\
        It is an error if there is no such certificate, or more than one with the name: `ssl_server_id` says which is meant. The data source \
        `cloudvpn_alibaba_ssl_client_certs` takes any number. Certificate and key are not shown: the ephemeral resource of the same name \
        hands them out.";
    const BY: &'static [&'static str] = &["id", "region", "name", "ssl_server_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for SslClientCerts {
    type Kind = SslClientCert;

    const TYPE: &'static str = "cloudvpn_alibaba_ssl_client_certs";
    const KINDS: &'static str = "certificates";
    const OBJECTS: &'static str = "ssl_client_certs";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<SslVpnClientCert>> {
        if let Some(ids) = ids {
            return cloud::read_each(ids, |id| api.client.listed_ssl_client_cert(&api.ctx, &api.region, id)).await;
        }
        let filters = DescribeSslVpnClientCerts {
            ssl_vpn_server_id: said(&self.ssl_server_id),
            name: said(&self.name),
            ..DescribeSslVpnClientCerts::default()
        };
        api.client.ssl_client_certs(&api.ctx, &api.region, &filters).await
    }

    fn takes(&self, cert: &SslClientCert) -> bool {
        all_same(&[(&self.name, &cert.name), (&self.ssl_server_id, &cert.ssl_server_id)])
    }

    fn attribute(code: &str, _by: &'static str) -> Option<Path> {
        (code == "InvalidRegionId.NotFound").then(|| Path::from("region"))
    }
}

impl Single for SslClientCert {
    type Many = SslClientCerts;

    const AMONG: &'static str = "ssl_server_id";

    fn filters(&self) -> SslClientCerts {
        SslClientCerts {
            name: self.name.clone(),
            ssl_server_id: self.ssl_server_id.clone(),
            ..SslClientCerts::default()
        }
    }
}
