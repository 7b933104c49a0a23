//! From the start of a provider's process to its handshake line, and to its schema over mutual TLS: Terraform's side of
//! hashicorp/go-plugin, done so that as little as possible of what is measured is ours.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error as TlsError, SignatureScheme};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Endpoint;
use tonic_prost::ProstCodec;
use tower::service_fn;

/// Medians of many starts.
pub(crate) struct Start {
    pub(crate) runs: usize,
    /// `true` started in the same way: what no process can do without.
    pub(crate) process: Duration,
    pub(crate) handshake: Duration,
    pub(crate) schema: Duration,
}

/// Starts the provider `runs` times, one after the other.
pub(crate) fn measure(provider: &Path, runs: usize) -> anyhow::Result<Start> {
    let identity = Identity::new()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut process, mut handshake, mut schema) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        process.push(bare()?);
        let (line, answer) = once(provider, &identity, &runtime)?;
        handshake.push(line);
        schema.push(answer);
    }
    Ok(Start { runs, process: median(process), handshake: median(handshake), schema: median(schema) })
}

/// The middle one.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn once(
    provider: &Path,
    identity: &Identity,
    runtime: &tokio::runtime::Runtime,
) -> anyhow::Result<(Duration, Duration)> {
    let sockets = tempfile::tempdir()?;
    let mut command = Command::new(provider);
    command
        .env("TMPDIR", sockets.path())
        .env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_CLIENT_CERT", &identity.pem)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut provider = Killed(command.spawn().with_context(|| format!("cannot start {}", provider.display()))?);
    let mut stdout = BufReader::new(provider.0.stdout.take().context("standard output is piped")?);
    let mut line = String::new();
    stdout.read_line(&mut line)?;
    let handshake = started.elapsed();
    runtime.block_on(schema(&line, identity))?;
    Ok((handshake, started.elapsed()))
}

/// Asks for the schema, and reads the whole answer without looking into it.
async fn schema(line: &str, identity: &Identity) -> anyhow::Result<()> {
    let fields: Vec<_> = line.trim().split('|').collect();
    let [_, protocol, "unix", socket, "grpc", certificate, ..] = fields[..] else { bail!("no handshake: {line:?}") };
    let socket = PathBuf::from(socket);
    let config = Arc::new(identity.config(STANDARD_NO_PAD.decode(certificate)?.into())?);
    let connector = service_fn(move |_| {
        let (socket, config) = (socket.clone(), Arc::clone(&config));
        async move {
            let stream = UnixStream::connect(socket).await?;
            let name = ServerName::try_from("localhost").expect("a name");
            TlsConnector::from(config).connect(name, stream).await.map(TokioIo::new)
        }
    });
    let channel = Endpoint::from_static("http://localhost").connect_with_connector(connector).await?;
    let path = match protocol {
        "5" => PathAndQuery::from_static("/tfplugin5.Provider/GetSchema"),
        _ => PathAndQuery::from_static("/tfplugin6.Provider/GetProviderSchema"),
    };
    let mut client = Grpc::new(channel).max_decoding_message_size(usize::MAX);
    client.ready().await?;
    client.unary(tonic::Request::new(()), path, ProstCodec::<(), ()>::default()).await?;
    Ok(())
}

/// A process that does nothing.
fn bare() -> anyhow::Result<Duration> {
    let started = Instant::now();
    let status = Command::new("true").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).status()?;
    ensure!(status.success(), "true is false");
    Ok(started.elapsed())
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It has nothing to save.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A certificate of the kind that Terraform makes: P-521, its own issuer.
struct Identity {
    pem: String,
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
    provider: Arc<CryptoProvider>,
}

impl Identity {
    fn new() -> anyhow::Result<Self> {
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512)?;
        let mut params = CertificateParams::new(["localhost".to_owned()])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.self_signed(&key)?.der().clone();
        let pem =
            format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(&certificate));
        let provider = Arc::new(aws_lc_rs::default_provider());
        Ok(Self { pem, certificate, key: key.serialize_der(), provider })
    }

    fn config(&self, server: CertificateDer<'static>) -> anyhow::Result<ClientConfig> {
        let verifier = Pinned { server, provider: Arc::clone(&self.provider) };
        let key = PrivateKeyDer::Pkcs8(self.key.clone().into());
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_auth_cert(vec![self.certificate.clone()], key)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(config)
    }
}

/// Accepts the certificate of the handshake line, whatever is in it.
#[derive(Debug)]
struct Pinned {
    server: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        if *end_entity == self.server {
            return Ok(ServerCertVerified::assertion());
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
