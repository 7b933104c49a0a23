//! Whether certificates are of any use.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use serde_json::Value;

/// A TLS server that trusts the first member takes the second one as a client's certificate, until `end` (Unix time in
/// milliseconds) and not a day longer; the third one is its key.
pub(crate) fn accepted(answer: &Value, members: [&str; 3], end: u64) {
    let [authority, client, key] = members.map(|name| answer[name].as_str().unwrap().as_bytes());
    let authority = CertificateDer::from_pem_slice(authority).unwrap();
    let client = CertificateDer::from_pem_slice(client).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key).unwrap();
    assert!(matches!(key, PrivateKeyDer::Pkcs1(_)));

    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority).unwrap();
    let verifier =
        rustls::server::WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone()).build().unwrap();
    verifier.verify_client_cert(&client, &[], UnixTime::now()).unwrap();
    let pair = rustls::sign::CertifiedKey::from_der(vec![client.clone()], key, &provider).unwrap();
    pair.keys_match().unwrap();

    let later = UnixTime::since_unix_epoch(std::time::Duration::from_millis(end + 86_400_000));
    assert!(verifier.verify_client_cert(&client, &[], later).is_err());
}
