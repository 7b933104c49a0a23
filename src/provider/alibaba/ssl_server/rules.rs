//! What the ranges, the port and the second factor of an SSL server may be (VPC API 2016-04-28, CreateSslVpnServer).

use ipnet::Ipv4Net;

use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;
use crate::provider::addresses::{overlap, range, ranges};

pub(super) fn client_range(range: &Raw) -> Result<(), Finding> {
    fits(range, 16..=29, &[SHARED, LOOPBACK, LINK_LOCAL, MULTICAST, BROADCAST])
}

pub(super) fn local_range(range: &Raw) -> Result<(), Finding> {
    fits(range, 8..=32, &[LOOPBACK, LINK_LOCAL, MULTICAST, BROADCAST])
}

pub(super) fn free_port(port: &Raw) -> Result<(), Finding> {
    match port.as_i64() {
        Some(port) if TAKEN.contains(&port) => {
            Err(Finding::error("Reserved port", format!("The VPN gateway needs port {port} itself: take another one.")))
        }
        _ => Ok(()),
    }
}

/// Addresses of clients must not be addresses of what they reach.
pub(super) fn clients_are_elsewhere(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let Some(clients) = range(object.get("client_cidr")) else { return };
    for local in ranges(object.get("local_cidrs")) {
        if overlap(&clients, &local) {
            let detail = format!("{clients} overlaps {local} of local_cidrs. Clients need addresses of their own.");
            diagnostics.error(path.attribute("client_cidr"), "Overlapping ranges", detail);
            return;
        }
    }
}

pub(super) fn mfa_has_an_instance(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    if object.get("enabled") != &Raw::Bool(true) {
        return;
    }
    for name in ["idaas_instance_id", "idaas_region_id"] {
        if object.get(name).is_null() {
            let detail = format!("A second factor needs {name:?}.");
            diagnostics.error(path.clone(), "Missing attribute", detail);
        }
    }
}

fn fits(value: &Raw, prefixes: std::ops::RangeInclusive<u8>, reserved: &[Ipv4Net]) -> Result<(), Finding> {
    // That it is a range at all is checked beside this.
    let Some(range) = range(value) else { return Ok(()) };
    if !prefixes.contains(&range.prefix_len()) {
        let detail = format!("{range} is not a range of /{} to /{}.", prefixes.start(), prefixes.end());
        return Err(Finding::error("Wrong prefix length", detail));
    }
    match reserved.iter().find(|reserved| overlap(&range, reserved)) {
        Some(reserved) => {
            Err(Finding::error("Reserved range", format!("{range} overlaps {reserved}, which cannot be used.")))
        }
        None => Ok(()),
    }
}

const fn net(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(a, b, c, d), prefix)
}

const SHARED: Ipv4Net = net([100, 64, 0, 0], 10);
const LOOPBACK: Ipv4Net = net([127, 0, 0, 0], 8);
const LINK_LOCAL: Ipv4Net = net([169, 254, 0, 0], 16);
const MULTICAST: Ipv4Net = net([224, 0, 0, 0], 4);
const BROADCAST: Ipv4Net = net([255, 0, 0, 0], 8);

const TAKEN: &[i64] = &[22, 2222, 22222, 9000, 9001, 9002, 7505, 80, 443, 53, 68, 123, 4510, 4560, 500, 4500];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_limits() {
        for (range, client, local) in [
            ("192.168.0.0/24", true, true),
            ("10.0.0.0/16", true, true),
            ("10.0.0.0/8", false, true),
            ("10.0.0.0/30", false, true),
            ("10.0.0.1/32", false, true),
            ("0.0.0.0/0", false, false),
            ("100.64.0.0/16", false, true),
            ("127.0.0.0/24", false, false),
            ("169.254.1.0/24", false, false),
            ("239.0.0.0/16", false, false),
            ("240.0.0.0/16", true, true),
            ("255.0.0.0/16", false, false),
        ] {
            assert_eq!(client_range(&Raw::from(range)).is_ok(), client, "{range} for clients");
            assert_eq!(local_range(&Raw::from(range)).is_ok(), local, "{range} to be reached");
        }
    }

    #[test]
    fn some_ports_are_taken() {
        assert!(free_port(&Raw::from(1194)).is_ok() && free_port(&Raw::unknown()).is_ok());
        assert!(TAKEN.iter().all(|port| free_port(&Raw::from(*port)).is_err()));
    }

    #[test]
    fn the_page_lists_the_ports_that_are_taken() {
        use crate::framework::model::Model;
        let block = super::super::SslServer::block();
        let port = block.attributes.iter().find(|attribute| attribute.name == "port").unwrap();
        let said: Vec<_> = port.validators.iter().map(ToString::to_string).collect();
        let words: Vec<_> = said.iter().flat_map(|text| text.split([' ', ','])).collect();
        assert!(TAKEN.iter().all(|port| words.contains(&port.to_string().as_str())), "{said:?}");
    }

    #[test]
    fn clients_and_what_they_reach_do_not_overlap() {
        for (local, overlaps) in [("10.0.0.0/8", true), ("10.1.2.0/24", true), ("172.16.0.0/12", false)] {
            let object =
                Raw::object([("client_cidr", Raw::from("10.1.0.0/16")), ("local_cidrs", Raw::set([Raw::from(local)]))]);
            let mut diagnostics = Diagnostics::new();
            clients_are_elsewhere(&object, &Path::root(), &mut diagnostics);
            assert_eq!(diagnostics.iter().count() == 1, overlaps, "{local}");
        }
    }
}
