//! Ranges and addresses inside of tunnels, as both clouds check them.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::raw::Raw;

/// A range; none if it is not known, or is no range, which is said elsewhere.
pub(super) fn range(value: &Raw) -> Option<Ipv4Net> {
    value.as_str()?.parse().ok()
}

/// The ranges of a set, as far as they are known.
pub(super) fn ranges(value: &Raw) -> impl Iterator<Item = Ipv4Net> {
    value.elements().iter().filter_map(range)
}

/// An address; none if it is not known, or is no address, which is said elsewhere.
pub(super) fn address(value: &Raw) -> Option<Ipv4Addr> {
    value.as_str()?.parse().ok()
}

/// Whether two ranges have an address in common.
pub(super) fn overlap(one: &Ipv4Net, other: &Ipv4Net) -> bool {
    one.contains(other) || other.contains(one)
}

/// Whether a range is every address, as a range is that stands for none in particular.
pub(super) fn is_everywhere(range: &Ipv4Net) -> bool {
    range.prefix_len() == 0
}

/// For a tunnel's own range `tunnel_cidr`: these addresses are those of hosts in it.
pub(super) fn in_tunnel_range(object: &Raw, names: &[&'static str], path: &Path, diagnostics: &mut Diagnostics) {
    let Some(range) = range(object.get("tunnel_cidr")) else { return };
    for name in names {
        let Some(address) = address(object.get(name)) else { continue };
        if !range.contains(&address) {
            let detail = format!("{address} is not in the tunnel's range {range}.");
            diagnostics.error(path.attribute(*name), "Address outside of its range", detail);
        } else if range.prefix_len() == 30 && !range.hosts().any(|host| host == address) {
            let [one, other] = [1, 2].map(|n| Ipv4Addr::from_bits(range.network().to_bits() + n));
            let detail = format!("{address} is no host's address in {range}: take {one} or {other}.");
            diagnostics.error(path.attribute(*name), "Address of no host", detail);
        }
    }
}

/// For the addresses of both ends. 0.0.0.0 stands for one that the service chooses.
pub(super) fn ends_differ(object: &Raw, [one, other]: [&'static str; 2], path: &Path, diagnostics: &mut Diagnostics) {
    let [first, second] = [one, other].map(|name| address(object.get(name)).filter(|ip| !ip.is_unspecified()));
    if let (Some(first), Some(second)) = (first, second)
        && first == second
    {
        let detail = format!("{one} is {first} as well. Each end of the tunnel has an address of its own.");
        diagnostics.error(path.attribute(other), "The same address at both ends", detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_overlap_where_they_share_addresses() {
        for (one, other, expected) in [
            ("10.0.0.0/8", "10.1.0.0/16", true),
            ("10.1.0.0/16", "10.0.0.0/8", true),
            ("10.0.0.5/24", "10.0.0.0/25", true),
            ("10.0.0.0/24", "10.0.1.0/24", false),
            ("0.0.0.0/0", "192.168.0.0/16", true),
        ] {
            assert_eq!(overlap(&one.parse().unwrap(), &other.parse().unwrap()), expected, "{one} {other}");
        }
    }

    #[test]
    fn an_address_in_a_tunnels_range_is_a_hosts() {
        for (address, allowed) in [
            ("169.254.10.1", true),
            ("169.254.10.2", true),
            ("169.254.10.0", false),
            ("169.254.10.3", false),
            ("169.254.10.5", false),
        ] {
            for name in ["local_ip", "remote_ip"] {
                let object = Raw::object([("tunnel_cidr", Raw::from("169.254.10.0/30")), (name, Raw::from(address))]);
                let mut diagnostics = Diagnostics::new();
                in_tunnel_range(&object, &["local_ip", "remote_ip"], &Path::from("bgp"), &mut diagnostics);
                assert_eq!(diagnostics.is_empty(), allowed, "{address}");
                assert!(diagnostics.iter().all(|found| found.path == Path::of(["bgp", name])), "{diagnostics}");
            }
        }
    }

    #[test]
    fn the_ends_of_a_tunnel_have_two_addresses() {
        for (one, other, allowed) in [
            (Raw::from("169.254.10.1"), Raw::from("169.254.10.2"), true),
            ("169.254.10.1".into(), "169.254.10.1".into(), false),
            ("0.0.0.0".into(), "0.0.0.0".into(), true),
            ("169.254.10.1".into(), Raw::unknown(), true),
            (Raw::Null, "169.254.10.1".into(), true),
        ] {
            let object = Raw::object([("local_ip", one), ("remote_ip", other)]);
            let mut diagnostics = Diagnostics::new();
            ends_differ(&object, ["local_ip", "remote_ip"], &Path::root(), &mut diagnostics);
            assert_eq!(diagnostics.is_empty(), allowed, "{object:?}");
        }
    }
}
