//! What the parts of a connection cannot be together (VPC API 2016-04-28, CreateVpnConnection).

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::provider::addresses::{is_everywhere, overlap, range, ranges};

/// What describes a single tunnel has no place beside two.
pub(super) fn tunnels_have_their_own(connection: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    if !matches!(connection.get("tunnels"), Raw::Map(_)) {
        return;
    }
    for name in SINGLE.iter().filter(|name| !connection.get(name).is_null()) {
        let detail = match *name {
            "health_check" => "A connection with two tunnels has no health check: remove it, or tunnels.".to_owned(),
            name => format!("{name} is for a single tunnel. Set it in each of the tunnels instead."),
        };
        diagnostics.error(path.attribute(*name), CONFLICT, detail);
    }
}

/// No address is at both ends (`IllegalParam.LocalSubnet`, `IllegalParam.RemoteSubnet`). 0.0.0.0/0 stands for whatever is not at the other.
pub(super) fn ends_are_apart(connection: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let narrow = |name: &str| ranges(connection.get(name)).filter(|range| !is_everywhere(range)).collect::<Vec<_>>();
    let locals = narrow("local_cidrs");
    for remote in narrow("remote_cidrs") {
        if let Some(local) = locals.iter().find(|local| overlap(local, &remote)) {
            let detail =
                format!("{remote} overlaps {local} of local_cidrs: no address can be at both ends of the tunnel.");
            diagnostics.error(path.attribute("remote_cidrs"), "Overlapping ends", detail);
        }
    }
}

/// Several ranges need IKEv2 (product documentation, FAQ about IPsec-VPN connections).
pub(super) fn one_range_with_version_1(connection: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let several = ["local_cidrs", "remote_cidrs"].into_iter().find_map(|name| {
        let count = ranges(connection.get(name)).map(|range| range.trunc()).collect::<BTreeSet<_>>().len();
        (count > 1).then_some((name, count))
    });
    let Some((name, count)) = several else { return };
    let tunnels = connection.get("tunnels");
    let phases = [
        (connection.get("ike"), path.clone()),
        (tunnels.get("master").get("ike"), path.attribute("tunnels").attribute("master")),
        (tunnels.get("slave").get("ike"), path.attribute("tunnels").attribute("slave")),
    ];
    for (ike, path) in phases {
        if ike.get("version").as_str() == Some("ikev1") {
            let detail = format!(
                "With ikev1 there is one range at each end, and {name} has {count}. Use ikev2, or a connection for each range."
            );
            diagnostics.error(path.attribute("ike").attribute("version"), "Several ranges with IKEv1", detail);
        }
    }
}

/// Of a new connection, by its configuration.
pub(super) fn new_tunnels(connection: &Raw) -> Result<(), Diagnostics> {
    let mut diagnostics = new_tunnels_have_keys(connection);
    if let Err(error) = new_tunnels_have_one_asn(connection) {
        diagnostics.push(error);
    }
    diagnostics.into_result().map(drop)
}

/// A key is written or made up.
pub(super) fn key_from_one_side(tunnel: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let written = ["pre_shared_key", "pre_shared_key_wo"].into_iter().find(|name| !tunnel.get(name).is_null());
    if let Some(written) = written.filter(|_| tunnel.get(GENERATED) == &Raw::Bool(true)) {
        let detail = format!("{written:?} is set as well: the service makes a key up only where none is written.");
        diagnostics.error(path.attribute(GENERATED), CONFLICT, detail);
    }
}

/// The service makes up the key of a tunnel that has none (TunnelIkeConfig, Psk). Nobody knows it then, so that somebody has to have meant
/// it: Terraform drops misspelt members of nested attributes in silence.
fn new_tunnels_have_keys(connection: &Raw) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for role in ["master", "slave"] {
        let tunnel = connection.get("tunnels").get(role);
        let keyless = ["pre_shared_key", "pre_shared_key_wo"].into_iter().all(|name| tunnel.get(name).is_null());
        let meant = matches!(tunnel.get(GENERATED), Raw::Bool(true) | Raw::Unknown(_));
        if matches!(tunnel, Raw::Map(_)) && keyless && !meant {
            let detail = "A new tunnel needs pre_shared_key_wo or pre_shared_key, or generate_pre_shared_key = true for a key that the service \
                          makes up. If one of them is written here, look at its spelling: Terraform drops members of nested attributes that \
                          do not exist.";
            diagnostics.error(Path::of(["tunnels", role]), "Tunnel without a key", detail);
        }
    }
    diagnostics
}

/// In main mode the other side is known by its address (IkeMode; TunnelIkeConfig, LocalId and RemoteId).
pub(super) fn names_need_aggressive_mode(ike: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let is = |name: &str, value: &str| ike.get(name).as_str() == Some(value);
    if !is("version", "ikev1") || !is("exchange_mode", "main") {
        return;
    }
    for name in ["local_identity", "remote_identity"] {
        let identity = ike.get(name).as_str().filter(|identity| identity.parse::<IpAddr>().is_err());
        if let Some(identity) = identity {
            let detail = format!(
                "{identity:?} is no address. With ikev1, a name needs exchange_mode = \"aggressive\"; with ikev2 it needs nothing."
            );
            diagnostics.error(path.attribute(name), "Name in main mode", detail);
        }
    }
}

/// VPN gateways of the type NationalStandard have sm4 and sm3, all others neither.
pub(super) fn sm_algorithms_go_together(proposal: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let [encryption, integrity] =
        ["encryption_algorithm", "integrity_algorithm"].map(|name| proposal.get(name).as_str());
    let (Some(encryption), Some(integrity)) = (encryption, integrity) else { return };
    if (encryption == "sm4") != (integrity == "sm3") {
        let detail = format!(
            "A VPN gateway has either both of sm4 and sm3, if its type is NationalStandard, or none; this is {encryption} with {integrity}."
        );
        diagnostics.error(path.attribute("integrity_algorithm"), CONFLICT, detail);
    }
}

/// Both tunnels speak for the same VPN gateway (TunnelBgpConfig, LocalAsn).
pub(super) fn same_asn(tunnels: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let asn = |role: &str| tunnels.get(role).get("bgp").get("local_asn").as_i64();
    if let (Some(master), Some(slave)) = (asn("master"), asn("slave"))
        && master != slave
    {
        let detail = format!(
            "master has {master}, slave {slave}. It is the VPN gateway's number: write the same in both tunnels."
        );
        let path = path.attribute("slave").attribute("bgp").attribute("local_asn");
        diagnostics.error(path, ASN, detail);
    }
}

/// The same for a new connection where one of the tunnels says nothing: the service takes 45104 for it (TunnelBgpConfig, LocalAsn).
fn new_tunnels_have_one_asn(connection: &Raw) -> Result<(), Diagnostic> {
    if connection.get("tunnels_bgp_enabled") == &Raw::Bool(false) {
        return Ok(());
    }
    let asn = |role: &str| connection.get("tunnels").get(role).get("bgp").get("local_asn");
    for (says, other) in [("master", "slave"), ("slave", "master")] {
        let Some(number) = asn(says).as_i64().filter(|number| *number != 45_104) else { continue };
        if asn(other).is_null() && matches!(connection.get("tunnels").get(other), Raw::Map(_)) {
            let detail = format!(
                "{says} has {number}, and {other} gets 45104 where nothing is said. It is the VPN gateway's number: write the same in both \
                 tunnels."
            );
            return Err(Diagnostic::error(ASN, detail).at(Path::of(["tunnels", other, "bgp", "local_asn"])));
        }
    }
    Ok(())
}

/// TunnelCidr: no two tunnels of a VPN gateway have the same.
pub(super) fn own_ranges(tunnels: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let of = |role: &str| range(tunnels.get(role).get("bgp").get("tunnel_cidr"));
    if let (Some(master), Some(slave)) = (of("master"), of("slave"))
        && overlap(&master, &slave)
    {
        let detail = format!("master has {master} as well. Each tunnel has a range of its own.");
        let path = path.attribute("slave").attribute("bgp").attribute("tunnel_cidr");
        diagnostics.error(path, "Range of the other tunnel", detail);
    }
}

const CONFLICT: &str = "Conflicting attributes";
const GENERATED: &str = "generate_pre_shared_key";
const ASN: &str = "Different AS numbers";

const SINGLE: &[&str] = &[
    "pre_shared_key",
    "pre_shared_key_wo",
    "ike",
    "ipsec",
    "dpd",
    "nat_traversal",
    "bgp",
    "health_check",
    "remote_ca_certificate",
];

#[cfg(test)]
mod tests {
    use super::*;

    type Check = fn(&Raw, &Path, &mut Diagnostics);

    fn found(check: Check, object: &Raw) -> Vec<String> {
        let mut found = Diagnostics::new();
        check(object, &Path::root(), &mut found);
        found.iter().map(|found| found.path.to_string()).collect()
    }

    fn set(ranges: &[&str]) -> Raw {
        Raw::set(ranges.iter().map(|range| Raw::from(*range)))
    }

    #[test]
    fn no_address_is_at_both_ends() {
        for (local, remote, apart) in [
            (&["10.0.0.0/16"][..], &["192.168.0.0/16"][..], true),
            (&["10.0.0.0/16"], &["10.0.1.0/24"], false),
            (&["10.0.1.0/24"], &["192.168.0.0/16", "10.0.0.0/8"], false),
            (&["10.0.1.9/24"], &["10.0.1.0/24"], false),
            (&["0.0.0.0/0"], &["0.0.0.0/0"], true),
            (&["10.0.0.0/16"], &["0.0.0.0/0"], true),
        ] {
            let connection = Raw::object([("local_cidrs", set(local)), ("remote_cidrs", set(remote))]);
            assert_eq!(found(ends_are_apart, &connection).is_empty(), apart, "{local:?} {remote:?}");
        }
    }

    #[test]
    fn version_1_has_one_range_at_each_end() {
        let ike = |version: &str| Raw::object([("version", Raw::from(version))]);
        let tunnel = |version: &str| Raw::object([("ike", ike(version))]);
        let single = |version: &str| ("ike", ike(version));
        let dual =
            |one: &str, other: &str| ("tunnels", Raw::object([("master", tunnel(one)), ("slave", tunnel(other))]));
        let many = set(&["10.0.0.0/24", "10.1.0.0/24"]);
        for (ranges, phase_1, at) in [
            (many.clone(), single("ikev1"), &["ike.version"][..]),
            (many.clone(), single("ikev2"), &[]),
            (many.clone(), dual("ikev2", "ikev1"), &["tunnels.slave.ike.version"]),
            (many, dual("ikev1", "ikev1"), &["tunnels.master.ike.version", "tunnels.slave.ike.version"]),
            (set(&["10.0.0.0/24"]), single("ikev1"), &[]),
            (set(&["10.0.0.0/24", "10.0.0.9/24"]), single("ikev1"), &[]),
            (Raw::set([Raw::from("10.0.0.0/24"), Raw::unknown()]), single("ikev1"), &[]),
            (Raw::unknown(), single("ikev1"), &[]),
        ] {
            for name in ["local_cidrs", "remote_cidrs"] {
                let connection = Raw::object([(name, ranges.clone()), phase_1.clone()]);
                assert_eq!(found(one_range_with_version_1, &connection), at, "{connection:?}");
            }
        }
    }

    #[test]
    fn a_name_as_identity_needs_aggressive_mode_with_version_1() {
        for (version, mode, identity, allowed) in [
            ("ikev1", "main", "office.example", false),
            ("ikev1", "main", "192.0.2.1", true),
            ("ikev1", "aggressive", "office.example", true),
            ("ikev2", "main", "office.example", true),
        ] {
            for name in ["local_identity", "remote_identity"] {
                let ike = [("version", version), ("exchange_mode", mode), (name, identity)];
                let ike = Raw::object(ike.map(|(name, value)| (name, Raw::from(value))));
                assert_eq!(found(names_need_aggressive_mode, &ike).is_empty(), allowed, "{ike:?}");
            }
        }
    }

    #[test]
    fn a_new_tunnel_has_a_key_or_is_meant_to_get_one() {
        let key = || Raw::from("key");
        for (members, at) in [
            (vec![("pre_shared_key", key())], ""),
            (vec![("pre_shared_key", Raw::unknown())], ""),
            (vec![("pre_shared_key_wo", key())], ""),
            (vec![("generate_pre_shared_key", Raw::Bool(true))], ""),
            (vec![("generate_pre_shared_key", Raw::unknown())], ""),
            (vec![("generate_pre_shared_key", Raw::Bool(false))], "tunnels.slave"),
            (vec![], "tunnels.slave"),
        ] {
            let tunnels = [("master", Raw::object([("pre_shared_key", key())])), ("slave", Raw::object(members))];
            let connection = Raw::object([("tunnels", Raw::object(tunnels))]);
            let found: Vec<_> = new_tunnels_have_keys(&connection).iter().map(|found| found.path.to_string()).collect();
            assert_eq!(found.join(", "), at, "{connection:?}");
        }
        assert!(new_tunnels_have_keys(&Raw::object([("tunnels", Raw::unknown())])).is_empty());
        assert!(new_tunnels_have_keys(&Raw::object([("pre_shared_key", Raw::Null)])).is_empty());
        let both = Raw::object([("pre_shared_key", key()), ("generate_pre_shared_key", Raw::Bool(true))]);
        assert_eq!(found(key_from_one_side, &both), ["generate_pre_shared_key"]);
    }

    #[test]
    fn sm4_and_sm3_go_together() {
        for (encryption, integrity, allowed) in
            [("sm4", "sm3", true), ("aes256", "sha256", true), ("sm4", "sha256", false), ("aes256", "sm3", false)]
        {
            let proposal = [("encryption_algorithm", encryption), ("integrity_algorithm", integrity)];
            let proposal = Raw::object(proposal.map(|(name, value)| (name, Raw::from(value))));
            assert_eq!(found(sm_algorithms_go_together, &proposal).is_empty(), allowed, "{proposal:?}");
        }
    }

    #[test]
    fn new_tunnels_have_one_as_number_though_one_of_them_says_nothing() {
        let tunnel = |asn: Raw| Raw::object([("bgp", Raw::object([("local_asn", asn)]))]);
        for (master, slave, on, at) in [
            (Raw::from(65_001), Raw::Null, Raw::Bool(true), "tunnels.slave.bgp.local_asn"),
            (Raw::Null, Raw::from(65_001), Raw::Null, "tunnels.master.bgp.local_asn"),
            (Raw::from(45_104), Raw::Null, Raw::Bool(true), ""),
            (Raw::from(65_001), Raw::unknown(), Raw::Bool(true), ""),
            (Raw::from(65_001), Raw::Null, Raw::Bool(false), ""),
            (Raw::Null, Raw::Null, Raw::Bool(true), ""),
        ] {
            let tunnels = Raw::object([("master", tunnel(master)), ("slave", tunnel(slave))]);
            let connection = Raw::object([("tunnels", tunnels), ("tunnels_bgp_enabled", on)]);
            let found = new_tunnels_have_one_asn(&connection).err();
            assert_eq!(found.map(|found| found.path.to_string()).unwrap_or_default(), at, "{connection:?}");
        }
    }

    #[test]
    fn two_tunnels_have_one_as_number_and_two_ranges() {
        let tunnels = |name: &'static str, values: [Raw; 2]| {
            let [master, slave] = values.map(|value| Raw::object([("bgp", Raw::object([(name, value)]))]));
            Raw::object([("master", master), ("slave", slave)])
        };
        for (master, slave, allowed) in [
            (Raw::from(65_001), Raw::from(65_001), true),
            (Raw::from(65_001), Raw::from(65_002), false),
            (Raw::from(65_001), Raw::unknown(), true),
        ] {
            assert_eq!(found(same_asn, &tunnels("local_asn", [master, slave])).is_empty(), allowed);
        }
        for (slave, allowed) in [("169.254.10.0/30", false), ("169.254.10.1/30", false), ("169.254.10.4/30", true)] {
            let ranges = tunnels("tunnel_cidr", [Raw::from("169.254.10.0/30"), Raw::from(slave)]);
            assert_eq!(found(own_ranges, &ranges).is_empty(), allowed, "{slave}");
        }
    }
}
