//! What the attributes of a customer gateway may be (VPC API 2016-04-28, CreateCustomerGateway).

use std::net::Ipv4Addr;

use crate::framework::raw::Raw;
use crate::framework::validators::Finding;
use crate::provider::key;

/// 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0 to 239.255.255.255 and 255.0.0.0/8 are refused. 0.0.0.0/8 and 240.0.0.0/4 are
/// addresses of no host (RFC 6890).
pub(super) fn peer(address: &Raw) -> Result<(), Finding> {
    // That it is an address at all is checked beside this.
    let Some(address) = address.as_str().and_then(|text| text.parse::<Ipv4Addr>().ok()) else { return Ok(()) };
    match address.octets() {
        [0 | 127 | 224.., ..] | [100, 64..=127, ..] | [169, 254, ..] => {
            let detail =
                format!("{address} is in a reserved range: Alibaba Cloud takes it for no VPN device's address.");
            Err(Finding::error("Reserved address", detail))
        }
        _ => Ok(()),
    }
}

/// The cloud's own.
pub(super) fn free_asn(asn: &Raw) -> Result<(), Finding> {
    match asn.as_i64() {
        Some(45_104) => Err(Finding::error(
            "Reserved AS number",
            "Alibaba Cloud keeps 45104 for itself: take another one, such as a private one from 64512 to 65534.",
        )),
        _ => Ok(()),
    }
}

/// The value must not be shown.
pub(super) fn bgp_key(key: &Raw) -> Result<(), Finding> {
    key::no_newline(key)?;
    let key = key.as_str().unwrap_or_default();
    match key.chars().all(|c| c.is_ascii_graphic() && c != '?') {
        true => Ok(()),
        false => Err(Finding::error(
            "Wrong character",
            "It may have ASCII characters only, and neither space nor question mark.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_addresses_are_refused() {
        for (address, allowed) in [
            ("203.0.113.9", true),
            ("10.0.0.1", true),
            ("100.63.255.255", true),
            ("100.64.0.1", false),
            ("100.127.255.255", false),
            ("100.128.0.1", true),
            ("127.0.0.1", false),
            ("169.254.1.1", false),
            ("223.255.255.255", true),
            ("224.0.0.1", false),
            ("239.1.1.1", false),
            ("240.0.0.1", false),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("254.255.255.255", false),
            ("1.0.0.1", true),
            ("255.1.1.1", false),
        ] {
            assert_eq!(peer(&Raw::from(address)).is_ok(), allowed, "{address}");
        }
    }

    #[test]
    fn the_clouds_own_as_number_is_refused() {
        assert!(free_asn(&Raw::from(45_104)).is_err());
        assert!(free_asn(&Raw::from(65_010)).is_ok() && free_asn(&Raw::unknown()).is_ok());
    }

    #[test]
    fn keys_are_ascii_and_never_shown() {
        for (key, allowed) in [("qwer12ty!", true), ("with space", false), ("why?", false), ("schlüssel", false)] {
            let checked = bgp_key(&Raw::from(key));
            assert_eq!(checked.is_ok(), allowed, "{key}");
            assert!(checked.err().is_none_or(|finding| !finding.detail.contains(key)), "{key}");
        }
    }
}
