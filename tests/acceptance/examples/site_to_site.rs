//! Two clouds, one tunnel: the two ends have to fit each other.

use std::collections::BTreeSet;

use cloudvpn_mock::Cloud;
use serde_json::Value;

use super::{KEY, Step, changes, objects_of, output, policies};
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
            let tags = &ends.tencent["TagSet"];
            assert_eq!(tags[0]["Key"], "site", "{tags}");
            for (name, end) in [("tencent", &ends.tencent), ("alibaba", &ends.alibaba)] {
                assert_eq!(output(ws, "tunnels")[name], end["VpnConnectionId"]);
            }
            assert_eq!(output(ws, "addresses")["tencent"], ends.tencent_gateway["PublicIpAddress"]);
            assert_eq!(output(ws, "addresses")["alibaba"], ends.alibaba_gateway["InternetIp"]);
            assert_eq!(output(ws, "tencent_vpc_routes")["172.16.0.0/16"], ends.tencent_gateway["VpnGatewayId"]);
        }
        Step::Changed => {
            // A policy at one end; a remote range and a route at the other.
            let expected = [
                (Cloud::Alibaba, "CreateVpnRouteEntry"),
                (Cloud::Alibaba, "ModifyVpnConnectionAttribute"),
                (Cloud::Tencent, "ModifyVpnConnectionAttribute"),
            ];
            assert_eq!(actions.len(), 3, "{calls:#?}");
            assert_eq!(actions.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(expected));
            assert_eq!(ends.ranges().0, ["10.0.0.0/17", "10.0.128.0/17"]);
        }
        Step::Replaced => unreachable!("there is no after/"),
    }
}

/// Both ends of the tunnel as the mock has them.
struct Ends {
    tencent: Value,
    tencent_gateway: Value,
    tencent_peer: Value,
    alibaba: Value,
    alibaba_gateway: Value,
    alibaba_peer: Value,
    routes: Vec<Value>,
}

impl Ends {
    fn of(ws: &Workspace) -> Self {
        let one = |cloud, kind, id: &Value| {
            let found = objects_of(ws, cloud, kind).remove(id.as_str().unwrap());
            found.unwrap_or_else(|| panic!("the {kind} of {cloud} have no {id}"))
        };
        let tunnels = output(ws, "tunnels");
        let tencent = one("tencent", "vpn_connections", &tunnels["tencent"]);
        let alibaba = one("alibaba", "vpn_connections", &tunnels["alibaba"]);
        Self {
            tencent_gateway: one("tencent", "vpn_gateways", &tencent["VpnGatewayId"]),
            tencent_peer: one("tencent", "customer_gateways", &tencent["CustomerGatewayId"]),
            tencent,
            alibaba_gateway: one("alibaba", "vpn_gateways", &alibaba["VpnGatewayId"]),
            alibaba_peer: one("alibaba", "customer_gateways", &alibaba["CustomerGatewayId"]),
            alibaba,
            routes: objects_of(ws, "alibaba", "vpn_route_entries").into_values().collect(),
        }
    }

    fn assert_fit(&self) {
        // Each knows the other's address.
        assert_eq!(self.tencent_peer["IpAddress"], self.alibaba_gateway["InternetIp"]);
        assert_eq!(self.alibaba_peer["IpAddress"], self.tencent_gateway["PublicIpAddress"]);

        // Both have the same key and propose the same.
        let (ike, ipsec) = (&self.tencent["IKEOptionsSpecification"], &self.tencent["IPSECOptionsSpecification"]);
        let (other_ike, other_ipsec) = (&self.alibaba["IkeConfig"], &self.alibaba["IpsecConfig"]);
        assert_eq!((&self.tencent["PreShareKey"], &other_ike["Psk"]), (&KEY.into(), &KEY.into()));
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
            assert_eq!(in_common(one), in_common(other));
        }

        // What is local here is remote there, and has a way there.
        let (tencent, alibaba) = self.ranges();
        assert_eq!(ranges(&self.alibaba["LocalSubnet"]), alibaba);
        assert_eq!(ranges(&self.alibaba["RemoteSubnet"]), tencent);
        let mut routed: Vec<_> = self.routes.iter().map(|route| route["RouteDest"].as_str().unwrap()).collect();
        routed.sort_unstable();
        assert_eq!(routed, tencent);
        for route in &self.routes {
            assert_eq!(route["NextHop"], self.alibaba["VpnConnectionId"]);
            assert_eq!(route["State"], "published");
        }
    }

    /// The ranges of Tencent Cloud's side and those of Alibaba Cloud's, as Tencent Cloud's end has them.
    fn ranges(&self) -> (Vec<String>, Vec<String>) {
        let policies = policies(&self.tencent);
        let owned = |ranges: Vec<&str>| ranges.into_iter().map(str::to_owned).collect();
        let remote: BTreeSet<_> = policies.values().flatten().copied().collect();
        (owned(policies.into_keys().collect()), owned(remote.into_iter().collect()))
    }
}

/// Ranges with commas between them.
fn ranges(text: &Value) -> Vec<String> {
    let mut ranges: Vec<_> = text.as_str().unwrap().split(',').map(str::to_owned).collect();
    ranges.sort();
    ranges
}

/// A value of either cloud's in one spelling: `AES-CBC-256` and `aes256` are the same.
fn in_common(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_lowercase);
    text.replace("dh-", "").replace("cbc-", "").replace('-', "")
}
