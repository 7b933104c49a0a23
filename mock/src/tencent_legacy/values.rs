//! Options in the words of API 2.0 and of API 3.0.

use serde_json::{Value, json};

use super::members;
use crate::store::Members;

/// What a request leaves out at creation. Groups and lifetimes are not stated; lifetimes are those of the samples.
pub(super) fn default_ike() -> Members {
    to_v3(
        IKE,
        &members(json!({
            "propoEncryAlgorithm": "3des-cbc",
            "propoAuthenAlgorithm": "md5",
            "exchangeMode": "main",
            "localIdentity": "address",
            "remoteIdentity": "address",
            "dhGroupName": "group1",
            "ikeSaLifetimeSeconds": 86_400,
        })),
    )
    .into_iter()
    // API 2.0 knows no other.
    .chain([("IKEVersion".to_owned(), json!("IKEV1"))])
    .collect()
}

/// What a request leaves out at creation; see [`default_ike`].
pub(super) fn default_ipsec() -> Members {
    to_v3(
        IPSEC,
        &members(json!({
            "encryptAlgorithm": "3des-cbc",
            "integrityAlgorith": "md5",
            "pfsDhGroup": "null",
            "ipsecSaLifetimeSeconds": 3600,
            "ipsecSaLifetimeTraffic": 1_843_200,
        })),
    )
}

/// The options sent, with the names and values of API 3.0.
pub(super) fn to_v3(options: &[Pair], sent: &Members) -> Members {
    let translated = options.iter().filter_map(|Pair { legacy, name, kind }| {
        let value = match (kind, sent.get(*legacy)?) {
            (Kind::Word, Value::String(word)) => json!(word.to_uppercase()),
            // API 3.0 has SHA in IKE and SHA1 in IPsec for what is `sha` here.
            (Kind::Integrity, Value::String(word)) if word == "sha" => json!("SHA1"),
            (Kind::Integrity, Value::String(word)) => json!(word.to_uppercase()),
            (_, value) => value.clone(),
        };
        Some(((*name).to_owned(), value))
    });
    translated.collect()
}

/// IKEArr or IPSECArr: words in lower case (`sha1` among them, as in the sample), numbers as texts, no name as null.
pub(super) fn to_legacy(options: &[Pair], shown: Option<&Value>) -> Members {
    let shown = shown.unwrap_or(&Value::Null);
    let translated = options.iter().map(|Pair { legacy, name, kind }| {
        let value = match (kind, &shown[*name]) {
            (Kind::Word | Kind::Integrity, Value::String(word)) => json!(word.to_lowercase()),
            (Kind::Name, Value::String(name)) if name.is_empty() => Value::Null,
            (Kind::Number, Value::Number(number)) => json!(number.to_string()),
            (_, value) => value.clone(),
        };
        ((*legacy).to_owned(), value)
    });
    translated.collect()
}

/// An option in both APIs.
#[derive(Debug)]
pub(super) struct Pair {
    legacy: &'static str,
    name: &'static str,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Lower case here, upper case there.
    Word,
    /// A [`Self::Word`], except for SHA.
    Integrity,
    Address,
    Name,
    Number,
}

const fn option(legacy: &'static str, name: &'static str, kind: Kind) -> Pair {
    Pair { legacy, name, kind }
}

pub(super) static IKE: &[Pair] = &[
    option("propoEncryAlgorithm", "PropoEncryAlgorithm", Kind::Word),
    option("propoAuthenAlgorithm", "PropoAuthenAlgorithm", Kind::Word),
    option("exchangeMode", "ExchangeMode", Kind::Word),
    option("localIdentity", "LocalIdentity", Kind::Word),
    option("remoteIdentity", "RemoteIdentity", Kind::Word),
    option("localAddress", "LocalAddress", Kind::Address),
    option("remoteAddress", "RemoteAddress", Kind::Address),
    option("localFqdnName", "LocalFqdnName", Kind::Name),
    option("remoteFqdnName", "RemoteFqdnName", Kind::Name),
    option("dhGroupName", "DhGroupName", Kind::Word),
    option("ikeSaLifetimeSeconds", "IKESaLifetimeSeconds", Kind::Number),
];

pub(super) static IPSEC: &[Pair] = &[
    option("encryptAlgorithm", "EncryptAlgorithm", Kind::Word),
    option("integrityAlgorith", "IntegrityAlgorith", Kind::Integrity),
    option("pfsDhGroup", "PfsDhGroup", Kind::Word),
    option("ipsecSaLifetimeSeconds", "IPSECSaLifetimeSeconds", Kind::Number),
    option("ipsecSaLifetimeTraffic", "IPSECSaLifetimeTraffic", Kind::Number),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_change_their_case_and_sha_its_name() {
        let sent =
            members(json!({"propoAuthenAlgorithm": "sha", "dhGroupName": "group2", "localFqdnName": "Peer.Example"}));
        let expected = json!({"PropoAuthenAlgorithm": "SHA", "DhGroupName": "GROUP2", "LocalFqdnName": "Peer.Example"});
        assert_eq!(Value::Object(to_v3(IKE, &sent)), expected);
        let sent = members(json!({"integrityAlgorith": "sha", "pfsDhGroup": "dh-group2", "encryptAlgorithm": "null"}));
        let expected = json!({"IntegrityAlgorith": "SHA1", "PfsDhGroup": "DH-GROUP2", "EncryptAlgorithm": "NULL"});
        assert_eq!(Value::Object(to_v3(IPSEC, &sent)), expected);
    }

    #[test]
    fn what_is_shown_has_numbers_as_texts_and_no_name_as_null() {
        let shown = json!({"IntegrityAlgorith": "SHA1", "EncryptAlgorithm": "AES-CBC-128", "PfsDhGroup": "NULL",
            "IPSECSaLifetimeSeconds": 3600, "IPSECSaLifetimeTraffic": 1_843_200});
        let expected = json!({"integrityAlgorith": "sha1", "encryptAlgorithm": "aes-cbc-128", "pfsDhGroup": "null",
            "ipsecSaLifetimeSeconds": "3600", "ipsecSaLifetimeTraffic": "1843200"});
        assert_eq!(Value::Object(to_legacy(IPSEC, Some(&shown))), expected);
        assert_eq!(to_legacy(IKE, Some(&json!({"LocalFqdnName": ""})))["localFqdnName"], Value::Null);
    }
}
