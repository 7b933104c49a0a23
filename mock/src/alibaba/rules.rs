//! Rules of values that several kinds of objects have.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::errors;
use crate::api::Refusal;
use crate::store::{Members, text};

/// Name and description, when they are given.
///
/// # Errors
/// InvalidName, InvalidDescription.
pub(super) fn name_and_description(params: &Members) -> Result<(), Refusal> {
    if params.contains_key("Name") && !is_name(text(params, "Name")) {
        return Err(errors::documented("InvalidName"));
    }
    description(params)
}

pub(super) fn description(params: &Members) -> Result<(), Refusal> {
    if params.contains_key("Description") && !is_name(text(params, "Description")) {
        return Err(errors::documented("InvalidDescription"));
    }
    Ok(())
}

/// 1 to 100 characters, not starting with `http://` or `https://`: descriptions, and the names of all but gateways. Whether the
/// case of the prefix matters is not documented; here it does not.
pub(super) fn is_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let link = ["http://", "https://"].iter().any(|prefix| lower.starts_with(prefix));
    (1..=100).contains(&name.chars().count()) && !link
}

/// An AS number, 1 to 4294967295: decimal, or the two halves of 16 bits with a dot ("CreateCustomerGateway", Asn).
pub(super) fn asn(text: &str) -> Option<u32> {
    let digits = |text: &str| text.bytes().all(|letter| letter.is_ascii_digit());
    let number = match text.split_once('.') {
        Some((high, low)) if digits(high) && digits(low) => {
            (u32::from(high.parse::<u16>().ok()?) << 16) | u32::from(low.parse::<u16>().ok()?)
        }
        None if digits(text) => text.parse().ok()?,
        _ => return None,
    };
    (number > 0).then_some(number)
}

/// One to `max` ranges separated by commas, without bits behind their prefix.
pub(super) fn networks(text: &str, max: usize) -> Option<Vec<Ipv4Net>> {
    let networks: Option<Vec<_>> = text.split(',').map(network).collect();
    networks.filter(|networks| networks.len() <= max)
}

/// A range without bits behind its prefix.
pub(super) fn network(text: &str) -> Option<Ipv4Net> {
    text.parse().ok().filter(|network: &Ipv4Net| network.trunc() == *network)
}

/// Loopback, link-local, multicast and 255.0.0.0/8: no place for clients, networks or customer gateways.
pub(super) fn is_reserved(address: Ipv4Addr) -> bool {
    address.is_loopback() || address.is_link_local() || address.is_multicast() || address.octets()[0] == 255
}

/// 100.64.0.0/10, which the cloud uses itself.
pub(super) fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && second & 0xc0 == 64
}

/// Whether all of a range is of a sort.
pub(super) fn lies_in(network: &Ipv4Net, sort: impl Fn(Ipv4Addr) -> bool) -> bool {
    sort(network.network()) && sort(network.broadcast())
}

pub(super) fn invalid(message: impl AsRef<str>) -> Refusal {
    errors::refusal("InvalidParameter", message)
}

/// With `DryRun`, a request that passes all checks ends here, as an error ("DryRunOperation").
pub(super) fn dry_run(params: &Members) -> Result<(), Refusal> {
    if params.get("DryRun").and_then(serde_json::Value::as_bool) == Some(true) {
        return Err(errors::documented("DryRunOperation"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_numbers_are_decimal_or_two_halves() {
        for (text, number) in [("1", 1), ("4294967295", u32::MAX), ("123.456", 8_061_384), ("65535.65535", u32::MAX)] {
            assert_eq!(asn(text), Some(number), "{text}");
        }
        for text in ["", "0", "0.0", "4294967296", "-1", "+1", "1.", ".1", "1.65536", "1.2.3", "1.+2", "x"] {
            assert_eq!(asn(text), None, "{text}");
        }
    }

    #[test]
    fn networks_are_separated_by_commas_alone() {
        assert_eq!(networks("10.0.0.0/8,0.0.0.0/0", 2).map(|networks| networks.len()), Some(2));
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.1/8",
            "10.0.0.0/8, 11.0.0.0/8",
            "10.0.0.0/8,",
            "::/0",
            "1.0.0.0/8,2.0.0.0/8,3.0.0.0/8",
        ] {
            assert_eq!(networks(text, 2), None, "{text}");
        }
    }

    #[test]
    fn ranges_of_no_use_are_known() {
        let reserved = |text: &str| lies_in(&text.parse().unwrap(), is_reserved);
        let shared = |text: &str| lies_in(&text.parse().unwrap(), is_shared);
        for text in ["127.1.0.0/16", "169.254.0.0/16", "224.0.0.0/8", "239.255.0.0/16", "255.0.0.0/8"] {
            assert!(reserved(text) && !shared(text), "{text}");
        }
        for text in ["10.0.0.0/8", "126.0.0.0/8", "128.0.0.0/8", "169.0.0.0/8", "223.0.0.0/8", "100.64.0.0/10"] {
            assert!(!reserved(text), "{text}");
        }
        assert!(shared("100.64.0.0/10") && shared("100.127.255.0/24"));
        assert!(!shared("100.128.0.0/16") && !shared("100.0.0.0/8"));
    }
}
