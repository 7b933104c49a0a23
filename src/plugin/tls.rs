//! AutoMTLS: each side makes a certificate for one process and learns the other's in the handshake (hashicorp/go-plugin, mtls.go).

use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{self, WebPkiSupportedAlgorithms};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName as Subject, Error, ServerConfig, SignatureScheme,
};
use tokio_rustls::TlsAcceptor;

/// The server's side of the mutual authentication.
pub(super) struct Tls {
    pub(super) acceptor: TlsAcceptor,
    /// DER, for the handshake line.
    pub(super) certificate: CertificateDer<'static>,
}

impl Tls {
    /// Makes a key and a certificate, and a configuration that lets in the owner of `client_cert` (PEM) alone.
    pub(super) fn new(client_cert: &str) -> Result<Self> {
        let pinned = CertificateDer::from_pem_slice(client_cert.as_bytes())
            .context("PLUGIN_CLIENT_CERT holds no PEM certificate")?
            .into_owned();
        let (certificate, key) = server_certificate().context("cannot make a TLS certificate")?;

        // Named, not the process-wide default: that one is whatever some dependency installed.
        let provider = Arc::new(crypto::aws_lc_rs::default_provider());
        let verifier = PinnedClient { pinned, algorithms: provider.signature_verification_algorithms };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_single_cert(vec![certificate.clone()], key)?;
        // grpc-go 1.67 and later refuse a connection without it.
        config.alpn_protocols = vec![b"h2".to_vec()];
        // One connection for a process: nothing to resume.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
    }
}

/// Accepts one certificate, byte by byte, from a peer that proves to own its key.
///
/// The web PKI verifier cannot do this: Terraform's certificate is its own issuer with `CA:TRUE`, which that one refuses as a
/// leaf. Its dates are not checked: it was made moments ago for this process.
#[derive(Debug)]
struct PinnedClient {
    pinned: CertificateDer<'static>,
    /// Has to include ECDSA on P-521 with SHA-512, the kind of Terraform's key.
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[Subject] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity != self.pinned {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        crypto::verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        crypto::verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// A certificate that Go accepts for `localhost`: that name as SAN (the common name does not count), serverAuth, and dates around
/// now.
fn server_certificate() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>)> {
    let midnight =
        |date: Date| date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs());
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new(["localhost".to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    params.not_before = midnight(today.checked_sub(1.day())?);
    params.not_after = midnight(today.checked_add(30.years())?);
    let certificate = params.self_signed(&key)?;
    Ok((certificate.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into())))
}
