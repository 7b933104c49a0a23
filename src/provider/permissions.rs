//! What credentials have to permit for each resource, data source and ephemeral resource: the pages show it as policies.

use crate::cloud::alibaba::permissions as ram;
use crate::cloud::tencent::legacy::permissions as cam_legacy;
use crate::cloud::tencent::permissions as cam;
use crate::cloud::{Permission, Permissions};
use crate::framework::data_source::DataSource;
use crate::framework::ephemeral::EphemeralResource;

use super::found::{Found, Single};
use super::{alibaba, tencent};

/// What a type is to Terraform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Resource,
    DataSource,
    EphemeralResource,
}

/// What one type needs.
#[derive(Clone, Copy, Debug)]
pub struct Needed {
    pub part: Part,
    pub type_name: &'static str,
    pub read: &'static [Permission],
    /// Beside that, to say in a plan what other objects would meet; where it is not permitted, nothing is said. Only of resources.
    pub plan: &'static [Permission],
    /// Only of resources.
    pub write: &'static [Permission],
}

/// What each type needs, those of one kind one after the other.
pub fn needed() -> Vec<Needed> {
    [
        kind::<alibaba::Gateway>(&ram::GATEWAY),
        kind::<alibaba::CustomerGateway>(&ram::CUSTOMER_GATEWAY),
        kind::<alibaba::Connection>(&ram::CONNECTION),
        data::<alibaba::PeerConfiguration>(&ram::PEER_CONFIGURATION),
        ephemeral::<alibaba::PeerConfiguration>(&ram::PEER_CONFIGURATION),
        kind::<alibaba::RouteEntry>(&ram::ROUTE_ENTRY),
        kind::<alibaba::SslServer>(&ram::SSL_SERVER),
        kind::<alibaba::SslClientCert>(&ram::SSL_CLIENT_CERT),
        ephemeral::<alibaba::EphemeralSslClientCert>(&ram::SSL_CLIENT_KEY),
        kind::<tencent::Gateway>(&cam::GATEWAY),
        kind::<tencent::CustomerGateway>(&cam::CUSTOMER_GATEWAY),
        data::<tencent::CustomerGatewayVendors>(&cam::CUSTOMER_GATEWAY_VENDORS),
        kind::<tencent::Connection>(&cam::CONNECTION),
        data::<tencent::PeerConfiguration>(&cam::PEER_CONFIGURATION),
        ephemeral::<tencent::PeerConfiguration>(&cam::PEER_CONFIGURATION),
        kind::<tencent::GatewayRoute>(&cam::GATEWAY_ROUTE),
        kind::<tencent::SslServer>(&cam::SSL_SERVER),
        kind::<tencent::SslClient>(&cam::SSL_CLIENT),
        ephemeral::<tencent::EphemeralSslClient>(&cam::SSL_CLIENT_KEY),
        kind::<tencent::LegacyConnection>(&cam_legacy::CONNECTION),
    ]
    .concat()
}

/// The resource and its two data sources.
fn kind<M: Single>(of: &Permissions) -> Vec<Needed> {
    let reading = |type_name| Needed { part: Part::DataSource, type_name, read: of.read, plan: &[], write: &[] };
    let resource = Needed { part: Part::Resource, type_name: M::TYPE, read: of.read, plan: of.plan, write: of.write };
    vec![resource, reading(M::TYPE), reading(<M::Many as Found>::TYPE)]
}

fn data<D: DataSource>(of: &Permissions) -> Vec<Needed> {
    vec![Needed { part: Part::DataSource, type_name: D::TYPE, read: of.read, plan: of.plan, write: of.write }]
}

fn ephemeral<E: EphemeralResource>(of: &Permissions) -> Vec<Needed> {
    vec![Needed { part: Part::EphemeralResource, type_name: E::TYPE, read: of.read, plan: of.plan, write: of.write }]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::framework::server::Server;

    use super::*;

    #[test]
    fn every_type_that_calls_something_says_what_it_needs_once() {
        let schema = Server::new(crate::provider::Cloudvpn).schema();
        let names = |part, names: Vec<&'static str>| names.into_iter().map(move |name| (part, name));
        let types: BTreeSet<_> = names(Part::Resource, schema.resources.keys().copied().collect())
            .chain(names(Part::DataSource, schema.data_sources.keys().copied().collect()))
            .chain(names(Part::EphemeralResource, schema.ephemeral_resources.keys().copied().collect()))
            // Every key may ask whose it is (GetCallerIdentity of both clouds' STS).
            .filter(|(_, name)| !name.ends_with("_caller_identity") && *name != "cloudvpn_pre_shared_key")
            .collect();
        let needed: Vec<_> = needed().into_iter().map(|needed| (needed.part, needed.type_name)).collect();
        assert_eq!(needed.iter().copied().collect::<BTreeSet<_>>(), types);
        assert_eq!(needed.len(), types.len());
    }

    #[test]
    fn what_only_reads_may_change_nothing_and_nothing_is_said_twice() {
        for Needed { part, type_name, read, plan, write } in needed() {
            assert!(read.iter().chain(plan).all(Permission::reads), "{type_name}");
            assert_eq!(part == Part::Resource, !write.is_empty(), "{type_name}");
            let all: Vec<_> = read.iter().chain(plan).chain(write).collect();
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{type_name}");
        }
    }
}
