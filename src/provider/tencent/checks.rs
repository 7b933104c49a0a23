//! Checks that more than one kind of object needs.

use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

/// VPC API 2017-03-12, CreateCustomerGateway and CreateVpnGateway, BgpAsn: these three are the cloud's own.
pub(super) fn free_asn(value: &Raw) -> Result<(), Finding> {
    match value.as_i64() {
        Some(asn @ (45_090 | 58_835 | 139_341)) => Err(Finding::error(
            "Reserved AS number",
            format!("Tencent Cloud keeps {asn} for itself: take another one."),
        )),
        _ => Ok(()),
    }
}

/// Where the reference counts bytes, not characters: CreateVpnGateway, VpnGatewayName.
pub(super) fn sixty_bytes(value: &Raw) -> Result<(), Finding> {
    let length = value.as_str().unwrap_or_default().len();
    if (1..=60).contains(&length) {
        return Ok(());
    }
    let detail = format!("It has to be 1 to 60 bytes long in UTF-8; this one has {length}.");
    Err(Finding::error("Invalid length", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_may_count_bytes() {
        for (text, fits) in
            [("a".repeat(60), true), ("a".repeat(61), false), ("隧".repeat(20), true), ("隧".repeat(21), false)]
        {
            assert_eq!(sixty_bytes(&Raw::from(text.as_str())).is_ok(), fits, "{text}");
        }
        assert!(sixty_bytes(&Raw::from("")).is_err());
    }
}
