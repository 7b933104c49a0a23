//! Certificates and keys that TLS libraries accept, and the profiles of OpenVPN that go with them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};
use serde_json::json;

use crate::store::{Members, Place, Store, text};

/// The authority that signs the certificates of one SSL server.
pub(crate) struct Authority {
    server_id: String,
    /// PEM.
    pub(crate) certificate: String,
    /// PEM, PKCS#8.
    key: String,
}

impl Authority {
    /// The authority of an SSL server, kept at `place`; made when it is first needed.
    pub(crate) fn of(store: &mut Store, place: Place<'_>, server_id: &str) -> Result<Self, rcgen::Error> {
        if let Some(known) = store.get(place, server_id).and_then(|known| Self::from_members(&known.members)) {
            return Ok(known);
        }
        let authority = Self::new(server_id)?;
        store.insert(place, server_id, authority.to_members());
        Ok(authority)
    }

    fn new(server_id: &str) -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = authority_params(server_id)?.self_signed(&key)?;
        Ok(Self {
            server_id: server_id.to_owned(),
            certificate: pem("CERTIFICATE", certificate.der()),
            key: pem("PRIVATE KEY", key.serialized_der()),
        })
    }

    fn from_members(members: &Members) -> Option<Self> {
        let [server_id, certificate, key] = MEMBERS.map(|name| text(members, name).to_owned());
        (!certificate.is_empty() && !key.is_empty()).then_some(Self { server_id, certificate, key })
    }

    fn to_members(&self) -> Members {
        let values = [&self.server_id, &self.certificate, &self.key];
        MEMBERS.iter().zip(values).map(|(name, value)| ((*name).to_owned(), json!(value))).collect()
    }

    /// A client's certificate and its key, kept in the members of these names; made when they are first asked for and never
    /// changed afterwards.
    pub(crate) fn pair(
        &self,
        client: &mut Members,
        names: [&str; 2],
        id: &str,
        from: i64,
        to: i64,
    ) -> Result<[String; 2], rcgen::Error> {
        let kept = names.map(|name| text(client, name).to_owned());
        if !kept[0].is_empty() {
            return Ok(kept);
        }
        let (certificate, key) = self.issue(id, from, to)?;
        let pair = [certificate, key];
        client.extend(names.iter().zip(&pair).map(|(name, pem)| ((*name).to_owned(), json!(pem))));
        Ok(pair)
    }

    /// A client's certificate and its key, valid between two Unix times in milliseconds.
    fn issue(&self, id: &str, from: i64, to: i64) -> Result<(String, String), rcgen::Error> {
        let der = unpem(&self.key).ok_or(rcgen::Error::CouldNotParseKeyPair)?;
        let issuer = Issuer::new(authority_params(&self.server_id)?, KeyPair::try_from(der)?);
        let key = client_key()?;
        let mut params = params(id)?;
        let time =
            |ms: i64| date_time_ymd(1970, 1, 1) + Duration::from_millis(ms.clamp(0, END_OF_TIME_MS).unsigned_abs());
        (params.not_before, params.not_after) = (time(from), time(to));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &issuer)?;
        let inner = pkcs1(key.serialized_der()).ok_or(rcgen::Error::CouldNotParseKeyPair)?;
        Ok((pem("CERTIFICATE", certificate.der()), pem("RSA PRIVATE KEY", inner)))
    }
}

/// What an OpenVPN profile is made of.
pub(crate) struct Profile<'a> {
    /// `udp` or `tcp`, in any case of letters.
    pub(crate) protocol: &'a str,
    pub(crate) address: &'a str,
    pub(crate) port: u64,
    pub(crate) cipher: &'a str,
    /// The digest, where the cloud lets one choose it.
    pub(crate) auth: Option<&'a str>,
    pub(crate) compress: bool,
    /// The client's; the files of its certificate and key are called by it.
    pub(crate) id: &'a str,
}

impl Profile<'_> {
    /// The lines of Alibaba's documented sample ("DescribeSslVpnClientCert", ClientConfig).
    pub(crate) fn to_text(&self) -> String {
        let Self { protocol, address, port, cipher, auth, compress, id } = self;
        let mut lines = vec![
            "client".to_owned(),
            "dev tun".to_owned(),
            format!("proto {}", protocol.to_lowercase()),
            format!("remote {address} {port}"),
            "resolv-retry infinite".to_owned(),
            "nobind".to_owned(),
            "persist-key".to_owned(),
            "persist-tun".to_owned(),
            "ca ca.crt".to_owned(),
            format!("cert {id}.crt"),
            format!("key {id}.key"),
            format!("cipher {cipher}"),
        ];
        lines.extend(auth.map(|auth| format!("auth {auth}")));
        lines.push(if *compress { "comp-lzo" } else { ";comp-lzo" }.to_owned());
        lines.push("verb 4".to_owned());
        lines.join("\n")
    }
}

/// An RSA key of 2048 bits: an RSAPrivateKey (RFC 8017, appendix A.1.2).
pub(crate) fn rsa_key() -> anyhow::Result<Vec<u8>> {
    let key = client_key()?.serialize_der();
    Ok(pkcs1(&key).context("the key is no PrivateKeyInfo")?.to_vec())
}

fn authority_params(server_id: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = params(&format!("CA of {server_id}"))?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(2100, 1, 1);
    Ok(params)
}

fn params(common_name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "cloudvpn-mock");
    params.distinguished_name.push(DnType::CommonName, common_name);
    Ok(params)
}

/// An RSA key, as the documented sample has one. Making one takes a tenth of a second: a few serve all certificates in turn.
fn client_key() -> Result<KeyPair, rcgen::Error> {
    static MADE: Mutex<VecDeque<Vec<u8>>> = Mutex::new(VecDeque::new());
    // A thread that panicked in between left a shorter queue, no broken one.
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let der = if made.len() < KEYS {
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?.serialize_der()
    } else {
        made.pop_front().expect("the queue holds KEYS keys")
    };
    made.push_back(der.clone());
    KeyPair::try_from(der)
}

/// PEM with lines of 64 characters (RFC 7468, section 2).
fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in base64.as_bytes().chunks(64) {
        text.extend(line.iter().copied().map(char::from));
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}

fn unpem(pem: &str) -> Option<Vec<u8>> {
    STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).ok()
}

/// The RSAPrivateKey inside a PrivateKeyInfo: version, algorithm, key (RFC 5208, section 5).
fn pkcs1(pkcs8: &[u8]) -> Option<&[u8]> {
    let (info, _) = element(pkcs8)?;
    let (_, rest) = element(info)?;
    let (_, rest) = element(rest)?;
    Some(element(rest)?.0)
}

/// The content of a DER element and what follows it (X.690, section 8.1).
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[_, first], rest) = der.split_first_chunk::<2>()?;
    let long = if first < 0x80 { 0 } else { usize::from(first & 0x7f) };
    let (length, rest) = rest.split_at_checked(long)?;
    let length = match long {
        0 => usize::from(first),
        1..=4 => length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// The members of an authority in the state document.
const MEMBERS: [&str; 3] = ["SslVpnServerId", "CaCert", "CaKey"];

/// The end of the year 9999, the last one that a certificate can name (RFC 5280, section 4.1.2.5).
const END_OF_TIME_MS: i64 = 253_402_300_799_000;

/// How many keys of clients there are before they repeat.
const KEYS: usize = 4;
