//! What several members say together.

use crate::table::Kind;
use crate::value::{Literal, Value};

/// The arguments of a resource.
pub(crate) trait Given {
    fn value(&self, name: &str) -> Option<Value>;
}

/// Members that decide about a part without being one.
pub(crate) fn deciders(kind: &Kind, part: &str) -> &'static [&'static str] {
    match (kind.there, part) {
        ("tencentcloud_vpn_gateway", "prepaid") => &["charge_type"],
        ("alicloud_vpn_gateway", "period_months") => &["payment_type", "instance_charge_type"],
        _ => &[],
    }
}

/// A part here: its value, or none where that is best left out.
pub(crate) fn part(part: &str, given: &impl Given) -> Option<String> {
    match part {
        "ike.local_identity" => identity(given, "local"),
        "ike.remote_identity" => identity(given, "remote"),
        "prepaid" => prepaid(given),
        "max_connections" => max_connections(given),
        "charge_type" => charge_type(given),
        "period_months" => with_prepay(given, "period", Some("1")),
        "auto_pay" => with_prepay(given, "auto_pay", None),
        "ssl_max_connections" => ssl_connections(given),
        _ => None,
    }
}

fn set(given: &impl Given, name: &str) -> Option<Value> {
    given.value(name).filter(|value| !value.is_unset())
}

/// The kind is an address where nothing is said.
fn identity(given: &impl Given, side: &str) -> Option<String> {
    let address = set(given, &format!("ike_{side}_address"));
    let fqdn = set(given, &format!("ike_{side}_fqdn_name"));
    let kind = set(given, &format!("ike_{side}_identity"));
    let object = |name: &str, value: &Value| format!("{{ {name} = {} }}", value.text);
    let Some(kind) = kind else { return address.map(|address| object("address", &address)) };
    match kind.plain().as_deref() {
        Some("FQDN") => fqdn.map(|fqdn| object("fqdn", &fqdn)),
        Some(_) => address.map(|address| object("address", &address)),
        None => {
            let mut members = Vec::new();
            if let Some(address) = address {
                members.push(format!("address = {} == \"FQDN\" ? null : {}", kind.atom(), address.atom()));
            }
            if let Some(fqdn) = fqdn {
                members.push(format!("fqdn = {} == \"FQDN\" ? {} : null", kind.atom(), fqdn.atom()));
            }
            (!members.is_empty()).then(|| format!("{{ {} }}", members.join(", ")))
        }
    }
}

/// Both members, with the defaults of the official provider.
fn prepaid(given: &impl Given) -> Option<String> {
    let charge = set(given, "charge_type")?;
    let or = |name: &str, default: &str| match set(given, name) {
        None => default.to_owned(),
        Some(value) if value.literal.is_some() => value.text,
        Some(value) => value.or(default),
    };
    let (period, renewal) = (or("prepaid_period", "1"), or("prepaid_renew_flag", "\"NOTIFY_AND_AUTO_RENEW\""));
    let object = format!("{{ period_months = {period}, renew_flag = {renewal} }}");
    match charge.plain().as_deref() {
        Some("PREPAID") => Some(object),
        Some(_) => None,
        None => Some(format!("{} == \"PREPAID\" ? {object} : null", charge.atom())),
    }
}

fn max_connections(given: &impl Given) -> Option<String> {
    let number = set(given, "max_connection").filter(|value| value.plain().as_deref() != Some("0"))?;
    match set(given, "type") {
        None => None,
        Some(kind) => match kind.plain().as_deref() {
            Some("SSL" | "SSL_CCN") => Some(number.text),
            Some(_) => None,
            None => Some(format!(
                "contains([\"SSL\", \"SSL_CCN\"], coalesce({}, \"IPSEC\")) ? {} : null",
                kind.text,
                number.atom()
            )),
        },
    }
}

/// Theirs ignores case.
fn charge_type(given: &impl Given) -> Option<String> {
    let value = set(given, "payment_type").or_else(|| set(given, "instance_charge_type"))?;
    Some(match value.plain() {
        Some(text) => match text.to_lowercase().as_str() {
            "subscription" | "prepaid" | "prepay" => "\"PREPAY\"".to_owned(),
            "payasyougo" | "postpaid" | "postpay" | "postpaybyflow" => "\"POSTPAY\"".to_owned(),
            _ => value.text,
        },
        None => value.unless_null(&format!(
            "lookup({{ subscription = \"PREPAY\", prepaid = \"PREPAY\", prepay = \"PREPAY\" }}, lower({}), \"POSTPAY\")",
            value.text
        )),
    })
}

fn with_prepay(given: &impl Given, name: &str, default: Option<&str>) -> Option<String> {
    let value = set(given, name);
    let charge = charge_type(given)?;
    let (said, compound) = match (&value, default) {
        (Some(value), Some(default)) if value.literal.is_none() => (value.or(default), true),
        (Some(value), _) => (value.text.clone(), value.atom() != value.text),
        (None, default) => (default?.to_owned(), false),
    };
    let prepay = set(given, "payment_type").or_else(|| set(given, "instance_charge_type"))?;
    match charge.as_str() {
        "\"PREPAY\"" => Some(said),
        text if text.starts_with('"') => None,
        _ => {
            let said = if compound { format!("({said})") } else { said };
            let words = "[\"prepaid\", \"prepay\", \"subscription\"]";
            Some(format!("contains({words}, lower(coalesce({}, \"none\"))) ? {said} : null", prepay.text))
        }
    }
}

fn ssl_connections(given: &impl Given) -> Option<String> {
    let number = set(given, "ssl_connections").filter(|value| value.plain().as_deref() != Some("0"))?;
    let enabled = set(given, "enable_ssl")?;
    match (&enabled.literal, enabled.plain().as_deref()) {
        (Some(Literal::Bool(true)), _) | (_, Some("true")) => Some(number.text),
        (Some(_), _) => None,
        (None, _) => Some(format!("coalesce({}, false) ? {} : null", enabled.text, number.atom())),
    }
}
