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

/// Names whose length the reference counts in bytes: CreateVpnGateway, VpnGatewayName; CreateVpnGatewaySslServer, SslVpnServerName.
pub(super) fn name_in_bytes(value: &Raw) -> Result<(), Finding> {
    let length = value.as_str().unwrap_or_default().len();
    if length > NAME_BYTES {
        let detail = format!("It has to be at most {NAME_BYTES} bytes long in UTF-8; this one has {length}.");
        return Err(Finding::error("Wrong length", detail));
    }
    Ok(())
}

const NAME_BYTES: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_measured_in_bytes() {
        for (name, allowed) in
            [("x".repeat(60), true), ("x".repeat(61), false), ("隧".repeat(20), true), ("隧".repeat(21), false)]
        {
            assert_eq!(name_in_bytes(&Raw::from(name.as_str())).is_ok(), allowed, "{name}");
        }
    }
}
