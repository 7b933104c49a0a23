//! What the attributes of a VPN gateway may be (VPC API 2016-04-28, CreateVpnGateway).

use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

/// Another rule than for all other names.
pub(super) fn gateway_name(name: &Raw) -> Result<(), Finding> {
    let name = name.as_str().unwrap_or_default();
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err(Finding::error("Wrong beginning", "It must begin with a Latin letter."));
    }
    match name.chars().find(|c| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.')) {
        Some(wrong) => {
            let detail =
                format!("{wrong:?} is not allowed: it may have letters, digits, underscores, hyphens and periods.");
            Err(Finding::error("Wrong character", detail))
        }
        None => Ok(()),
    }
}

pub(super) fn bandwidth(mbps: &Raw) -> Result<(), Finding> {
    one_of(mbps, &[5, 10, 20, 50, 100, 200, 500, 1000])
}

pub(super) fn ssl_connections(count: &Raw) -> Result<(), Finding> {
    one_of(count, &[5, 10, 20, 50, 100, 200, 500, 1000])
}

pub(super) fn period(months: &Raw) -> Result<(), Finding> {
    one_of(months, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36])
}

/// A subscription has a period, and only a subscription has one.
pub(super) fn paid_in_advance(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let charge_type = object.get("charge_type");
    if charge_type.is_unknown() {
        return;
    }
    if charge_type.as_str() == Some("PREPAY") {
        if object.get("period_months").is_null() {
            let detail = "A subscription needs period_months, the months to pay for in advance.";
            diagnostics.error(path.clone(), "Missing attribute", detail);
        }
        return;
    }
    for name in ["period_months", "auto_pay"] {
        if !object.get(name).is_null() {
            let detail = format!(
                "{name:?} has a meaning for subscriptions only: set charge_type = \"PREPAY\", or leave it out."
            );
            diagnostics.error(path.attribute(name), "Conflicting attributes", detail);
        }
    }
}

pub(super) fn private_bandwidth(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let bandwidth = object.get("bandwidth_mbps").as_i64();
    if object.get("network_type").as_str() == Some("private")
        && bandwidth.is_some_and(|mbps| mbps != 200 && mbps != 1000)
    {
        let detail = "A private VPN gateway has 200 or 1000 Mbit/s.";
        diagnostics.error(path.attribute("bandwidth_mbps"), "Wrong bandwidth", detail);
    }
}

pub(super) fn ssl_connections_need_ssl(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let ssl = object.get("ssl_enabled");
    let without_ssl = ssl.is_null() || ssl == &Raw::Bool(false);
    if without_ssl && !object.get("ssl_max_connections").is_null() {
        let detail = "\"ssl_max_connections\" has no meaning without SSL: set ssl_enabled = true, or leave it out.";
        diagnostics.error(path.attribute("ssl_max_connections"), "Conflicting attributes", detail);
    }
}

fn one_of(number: &Raw, allowed: &[i64]) -> Result<(), Finding> {
    match number.as_i64() {
        Some(number) if allowed.contains(&number) => Ok(()),
        _ => {
            let allowed = allowed.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
            Err(Finding::error("Unknown value", format!("It has to be one of {allowed}.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_a_letter() {
        for (name, allowed) in [
            ("ab", true),
            ("a.b_c-9", true),
            ("a名", true),
            ("9a", false),
            ("名a", false),
            ("a b", false),
            ("a/b", false),
        ] {
            assert_eq!(gateway_name(&Raw::from(name)).is_ok(), allowed, "{name}");
        }
    }

    #[test]
    fn numbers_are_the_documented_ones() {
        assert!(bandwidth(&Raw::from(5)).is_ok() && bandwidth(&Raw::from(6)).is_err());
        assert!(ssl_connections(&Raw::from(1000)).is_ok() && ssl_connections(&Raw::from(0)).is_err());
        assert!(period(&Raw::from(9)).is_ok() && period(&Raw::from(10)).is_err());
    }

    fn findings(rule: fn(&Raw, &Path, &mut Diagnostics), attributes: &[(&'static str, Raw)]) -> usize {
        let mut diagnostics = Diagnostics::new();
        rule(&Raw::object(attributes.iter().cloned()), &Path::root(), &mut diagnostics);
        diagnostics.iter().count()
    }

    #[test]
    fn only_subscriptions_have_a_period() {
        let prepay = ("charge_type", Raw::from("PREPAY"));
        let period = ("period_months", Raw::from(1));
        for (attributes, wrong) in [
            (vec![], 0),
            (vec![prepay.clone(), period.clone()], 0),
            (vec![prepay.clone(), ("period_months", Raw::unknown())], 0),
            (vec![prepay], 1),
            (vec![period.clone()], 1),
            (vec![("charge_type", Raw::from("POSTPAY")), period.clone(), ("auto_pay", Raw::Bool(false))], 2),
            (vec![("charge_type", Raw::unknown()), period], 0),
        ] {
            assert_eq!(findings(paid_in_advance, &attributes), wrong, "{attributes:?}");
        }
    }

    #[test]
    fn what_is_unknown_is_not_wrong() {
        let private = ("network_type", Raw::from("private"));
        assert_eq!(findings(private_bandwidth, &[private.clone(), ("bandwidth_mbps", Raw::from(10))]), 1);
        assert_eq!(findings(private_bandwidth, &[private, ("bandwidth_mbps", Raw::unknown())]), 0);
        let clients = ("ssl_max_connections", Raw::from(5));
        assert_eq!(findings(ssl_connections_need_ssl, std::slice::from_ref(&clients)), 1);
        for ssl in [Raw::Bool(true), Raw::unknown()] {
            assert_eq!(findings(ssl_connections_need_ssl, &[clients.clone(), ("ssl_enabled", ssl)]), 0);
        }
    }
}
