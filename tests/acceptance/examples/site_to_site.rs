//! Two clouds, two tunnels: the two ends of each have to fit each other.

use std::collections::{BTreeMap, BTreeSet};

use cloudvpn_mock::Cloud;
use serde_json::Value;

use super::{KEY, Step, changes, objects_of, output};
use crate::harness::Workspace;

pub(super) fn look(ws: &Workspace, step: Step) {
    let ends = Ends::of(ws);
    ends.assert_fit();
    let calls = changes(ws);
    let actions: Vec<_> = calls.iter().map(|call| (call.cloud, call.action.as_str())).collect();
    match step {
        Step::Created => {
            assert_eq!(ends.ranges(), (vec!["10.0.0.0/17".to_owned()], vec!["172.16.0.0/16".to_owned()]));
            let position = |action: &str, cloud| actions.iter().position(|call| *call == (cloud, action)).unwrap();
            for (own, other) in [(Cloud::Tencent, Cloud::Alibaba), (Cloud::Alibaba, Cloud::Tencent)] {
                assert!(position("CreateVpnGateway", other) < position("CreateCustomerGateway", own));
                assert!(position("CreateCustomerGateway", own) < position("CreateVpnConnection", own));
            }
            let tags = &ends.alibaba["Tag"]["Tag"];
            assert!(tags.is_null() || tags[0]["Key"] == "site", "{tags}");
            assert_eq!(output(ws, "tunnels")["alibaba"], ends.alibaba["VpnConnectionId"]);
            assert_eq!(output(ws, "addresses")["tencent"], ends.tencent_gateway["PublicIpAddress"]);
            for (role, end) in &ends.tencent {
                assert_eq!(end.tunnel["TagSet"][0]["Key"], "site", "{role}");
                assert_eq!(output(ws, "tunnels")["tencent"][role], end.tunnel["VpnConnectionId"]);
                assert_eq!(output(ws, "addresses")["alibaba"][role], ends.alibaba_gateway[address(role)]);
            }
            assert_eq!(output(ws, "tencent_vpc_routes")["172.16.0.0/16"], ends.tencent_gateway["VpnGatewayId"]);
        }
        Step::Changed => {
            // A lifetime of every tunnel; a route.
            let expected = [
                (Cloud::Alibaba, "CreateVpnRouteEntry"),
                (Cloud::Alibaba, "ModifyVpnConnectionAttribute"),
                (Cloud::Tencent, "ModifyVpnConnectionAttribute"),
            ];
            assert_eq!(actions.len(), 4, "{calls:#?}");
            assert_eq!(actions.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(expected));
            assert_eq!(ends.ranges().0, ["10.0.0.0/17", "10.0.128.0/17"]);
            for end in ends.tencent.values() {
                assert_eq!(end.tunnel["IPSECOptionsSpecification"]["IPSECSaLifetimeSeconds"], 7200);
            }
        }
        Step::Replaced => unreachable!("there is no after/"),
    }
}

/// Both ends of the tunnels as the mock has them.
struct Ends {
    /// By the role that the tunnel has on Alibaba Cloud.
    tencent: BTreeMap<String, TencentEnd>,
    tencent_gateway: Value,
    tencent_routes: Vec<Value>,
    alibaba: Value,
    alibaba_gateway: Value,
    alibaba_routes: Vec<Value>,
    /// The customer gateways of Alibaba Cloud.
    alibaba_peers: BTreeMap<String, Value>,
}

struct TencentEnd {
    tunnel: Value,
    peer: Value,
}

impl Ends {
    fn of(ws: &Workspace) -> Self {
        let one = |cloud, kind, id: &Value| {
            let found = objects_of(ws, cloud, kind).remove(id.as_str().unwrap());
            found.unwrap_or_else(|| panic!("the {kind} of {cloud} have no {id}"))
        };
        let tunnels = output(ws, "tunnels");
        let tencent: BTreeMap<_, _> = tunnels["tencent"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(role, id)| {
                let tunnel = one("tencent", "vpn_connections", id);
                let peer = one("tencent", "customer_gateways", &tunnel["CustomerGatewayId"]);
                (role.clone(), TencentEnd { tunnel, peer })
            })
            .collect();
        let alibaba = one("alibaba", "vpn_connections", &tunnels["alibaba"]);
        Self {
            tencent_gateway: one("tencent", "vpn_gateways", &tencent["master"].tunnel["VpnGatewayId"]),
            tencent,
            tencent_routes: objects_of(ws, "tencent", "vpn_gateway_routes").into_values().collect(),
            alibaba_gateway: one("alibaba", "vpn_gateways", &alibaba["VpnGatewayId"]),
            alibaba,
            alibaba_routes: objects_of(ws, "alibaba", "vpn_route_entries").into_values().collect(),
            alibaba_peers: objects_of(ws, "alibaba", "customer_gateways"),
        }
    }

    fn assert_fit(&self) {
        let tunnels = &self.alibaba["TunnelOptionsSpecification"];
        let tunnels = tunnels.get("TunnelOptions").unwrap_or(tunnels).as_array().unwrap();
        assert_eq!((tunnels.len(), self.tencent.len()), (2, 2), "{tunnels:#?}");
        for other in tunnels {
            let role = other["Role"].as_str().unwrap();
            let TencentEnd { tunnel, peer } = &self.tencent[role];
            // Each knows the other's address.
            assert_eq!(peer["IpAddress"], self.alibaba_gateway[address(role)]);
            let alibaba_peer = &self.alibaba_peers[other["CustomerGatewayId"].as_str().unwrap()];
            assert_eq!(alibaba_peer["IpAddress"], self.tencent_gateway["PublicIpAddress"]);

            // Both have the same key and propose the same.
            let (ike, ipsec) = (&tunnel["IKEOptionsSpecification"], &tunnel["IPSECOptionsSpecification"]);
            let (other_ike, other_ipsec) = (&other["TunnelIkeConfig"], &other["TunnelIpsecConfig"]);
            assert_eq!((&tunnel["PreShareKey"], &other_ike["Psk"]), (&KEY.into(), &KEY.into()));
            for (one, other) in [
                (&ike["IKEVersion"], &other_ike["IkeVersion"]),
                (&ike["PropoEncryAlgorithm"], &other_ike["IkeEncAlg"]),
                (&ike["PropoAuthenAlgorithm"], &other_ike["IkeAuthAlg"]),
                (&ike["DhGroupName"], &other_ike["IkePfs"]),
                (&ike["IKESaLifetimeSeconds"], &other_ike["IkeLifetime"]),
                (&ipsec["EncryptAlgorithm"], &other_ipsec["IpsecEncAlg"]),
                (&ipsec["IntegrityAlgorith"], &other_ipsec["IpsecAuthAlg"]),
                (&ipsec["PfsDhGroup"], &other_ipsec["IpsecPfs"]),
                (&ipsec["IPSECSaLifetimeSeconds"], &other_ipsec["IpsecLifetime"]),
                // Each says that it is who the other expects.
                (&ike["LocalAddress"], &other_ike["RemoteId"]),
                (&ike["RemoteAddress"], &other_ike["LocalId"]),
            ] {
                assert_eq!(in_common(one), in_common(other), "{role}");
            }
        }

        // Everything may pass, and each range has a way there: on Tencent Cloud through either tunnel, the first one first.
        assert_eq!(
            (&self.alibaba["LocalSubnet"], &self.alibaba["RemoteSubnet"]),
            (&"0.0.0.0/0".into(), &"0.0.0.0/0".into())
        );
        for route in &self.alibaba_routes {
            assert_eq!(route["NextHop"], self.alibaba["VpnConnectionId"]);
            assert_eq!(route["State"], "published");
        }
        for range in self.ranges().1 {
            let ways: BTreeMap<_, _> = self
                .tencent_routes
                .iter()
                .filter(|route| route["DestinationCidrBlock"] == range.as_str())
                .map(|route| (route["InstanceId"].as_str().unwrap(), route["Priority"].as_i64().unwrap()))
                .collect();
            let id = |role: &str| self.tencent[role].tunnel["VpnConnectionId"].as_str().unwrap();
            assert_eq!(ways, BTreeMap::from([(id("master"), 0), (id("slave"), 100)]));
        }
    }

    /// The ranges of Tencent Cloud's side and those of Alibaba Cloud's, as each side has routes to the other's.
    fn ranges(&self) -> (Vec<String>, Vec<String>) {
        let ranges = |routes: &[Value], member: &str| {
            let ranges: BTreeSet<_> = routes.iter().map(|route| route[member].as_str().unwrap().to_owned()).collect();
            ranges.into_iter().collect()
        };
        (ranges(&self.alibaba_routes, "RouteDest"), ranges(&self.tencent_routes, "DestinationCidrBlock"))
    }
}

/// The member of a gateway on Alibaba Cloud with the address of a tunnel.
fn address(role: &str) -> &'static str {
    if role == "master" { "InternetIp" } else { "DisasterRecoveryInternetIp" }
}

/// A value of either cloud's in one spelling: `AES-CBC-256` and `aes256` are the same.
fn in_common(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_lowercase);
    text.replace("dh-", "").replace("cbc-", "").replace('-', "")
}
