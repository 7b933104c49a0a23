//! Requests of API 2.0: where the parameters are, the common ones, regions.

use hyper::Method;

use super::illegal;
use crate::api::{Refusal, has_form};
use crate::server::Received;

/// The parameters as name and value: those of the query of a GET, those of the form of a POST, whose query does not count
/// (API 2.0, "Request structure").
pub(super) fn pairs(received: &Received) -> Result<Vec<(String, String)>, Refusal> {
    match received.method {
        Method::GET => {}
        Method::POST => {
            if !has_form(received) {
                return Err(illegal("the body of a POST must be application/x-www-form-urlencoded"));
            }
            if received.body.is_none() {
                return Err(illegal("the body is too long"));
            }
        }
        _ => return Err(illegal("requests are GET or POST")),
    }
    Ok(decoded(received))
}

/// What [`pairs`] gives, of a request that may not be one of this API. A body that is no form has no parameters: read as one,
/// it would be a name that nobody takes for a secret.
pub(super) fn decoded(received: &Received) -> Vec<(String, String)> {
    let parameters = match received.method {
        Method::GET => received.query.as_bytes(),
        _ if has_form(received) => received.body.as_deref().unwrap_or_default(),
        _ => &[],
    };
    let pairs = form_urlencoded::parse(parameters);
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The common parameters (API 2.0, "Common request parameters").
#[derive(Debug)]
pub(super) struct Common<'a> {
    /// Unix seconds.
    pub(super) timestamp: i64,
    pub(super) nonce: u64,
    pub(super) secret_id: &'a str,
    pub(super) signature: &'a str,
    pub(super) method: &'a str,
    pub(super) token: &'a str,
}

impl<'a> Common<'a> {
    pub(super) fn read(pairs: &'a [(String, String)]) -> Result<Self, Refusal> {
        for (at, (name, _)) in pairs.iter().enumerate() {
            if pairs[..at].iter().any(|(other, _)| other == name) {
                return Err(illegal(format!("{name} is there twice")));
            }
        }
        let value = |name: &str| text(pairs, name);
        let required = |name: &str| match value(name) {
            "" => Err(illegal(format!("{name} is missing"))),
            value => Ok(value),
        };
        let timestamp = required("Timestamp")?;
        let nonce = required("Nonce")?;
        Ok(Self {
            timestamp: timestamp.parse().map_err(|_| illegal("Timestamp must be Unix seconds"))?,
            nonce: match nonce.parse() {
                Ok(nonce) if nonce > 0 => nonce,
                _ => return Err(illegal("Nonce must be a positive integer")),
            },
            secret_id: required("SecretId")?,
            signature: required("Signature")?,
            method: value("SignatureMethod"),
            token: value("Token"),
        })
    }
}

/// The value of a parameter, empty when it is absent.
pub(super) fn text<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// The region in its long spelling: old short codes and long names are accepted.
pub(super) fn long_region(region: &str) -> Result<&str, Refusal> {
    match REGIONS.iter().find(|(short, _)| *short == region) {
        Some((_, long)) => Ok(long),
        // Later pages take the long names, new ones among them.
        None if region.contains('-') => Ok(region),
        None if region.is_empty() => Err(illegal("Region is missing")),
        None => Err(illegal(format!("there is no region {region}"))),
    }
}

/// The short code of a region, or the region itself when it never had one.
pub(super) fn short_region(region: &str) -> &str {
    REGIONS.iter().find(|(_, long)| *long == region).map_or(region, |(short, _)| short)
}

pub(super) const COMMON: &[&str] = &[
    "Action",
    "Region",
    "Timestamp",
    "Nonce",
    "SecretId",
    "Signature",
    "SignatureMethod",
    "Token",
    "RequestClient",
    "Version",
];

/// The short codes are documented, which long name belongs to each is not, but evident.
const REGIONS: &[(&str, &str)] = &[
    ("gz", "ap-guangzhou"),
    ("sh", "ap-shanghai"),
    ("bj", "ap-beijing"),
    ("cd", "ap-chengdu"),
    ("cq", "ap-chongqing"),
    ("hk", "ap-hongkong"),
    ("sg", "ap-singapore"),
    ("th", "ap-bangkok"),
    ("kr", "ap-seoul"),
    ("jp", "ap-tokyo"),
    ("de", "eu-frankfurt"),
    ("in", "ap-mumbai"),
    ("ca", "na-toronto"),
    ("usw", "na-siliconvalley"),
    ("use", "na-ashburn"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_region_are_the_same_one() {
        for (short, long) in REGIONS {
            assert_eq!(long_region(short).unwrap(), *long);
            assert_eq!(long_region(long).unwrap(), *long);
            assert_eq!(short_region(long), *short);
        }
        assert_eq!(long_region("eu-moscow").unwrap(), "eu-moscow");
        assert!(long_region("").is_err());
        assert!(long_region("xx").is_err());
    }

    #[test]
    fn common_parameters_are_required_and_numbers() {
        let whole: [(&str, &str); 4] =
            [("Timestamp", "1465185768"), ("Nonce", "11886"), ("SecretId", "AKID"), ("Signature", "x=")];
        let read = |changed: &str, value: Option<&str>| {
            let pairs: Vec<_> = whole
                .iter()
                .filter_map(|(name, kept)| {
                    let value = if *name == changed { value? } else { kept };
                    Some(((*name).to_owned(), value.to_owned()))
                })
                .collect();
            Common::read(&pairs).map(drop).map_err(|refusal| refusal.message)
        };
        assert_eq!(read("", None), Ok(()));
        for (name, _) in whole {
            assert_eq!(read(name, None), Err(format!("{name} is missing")));
        }
        for value in ["0", "-1", "x", "1.5"] {
            assert!(read("Nonce", Some(value)).is_err(), "{value}");
        }
        assert!(read("Timestamp", Some("now")).is_err());
        let twice = [("Nonce", "1"), ("Nonce", "1")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(Common::read(&twice).unwrap_err().message, "Nonce is there twice");
    }
}
