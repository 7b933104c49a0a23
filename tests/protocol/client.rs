//! Terraform's side: starts the binary, reads its handshake line, connects.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use cloudvpn::plugin::proto::tfplugin6 as pb;
use cloudvpn::plugin::proto::tfplugin6::provider_client::ProviderClient;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use serde_json::Value as Json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

/// Far above what anything here takes, on a busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Terraform kills a provider that still runs 2 s after Shutdown.
pub(crate) const TERRAFORM_KILLS_AFTER: Duration = Duration::from_secs(2);

/// The binary with an environment of its own: nothing of Terraform's, and a temporary directory to look into.
pub(crate) fn command(temp: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-cloudvpn"));
    command.env_clear().env("TMPDIR", temp.path()).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The same with what Terraform 1.11 sets, but for the certificate.
pub(crate) fn plugin_command(temp: &TempDir) -> Command {
    let mut command = command(temp);
    command
        .env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_MIN_PORT", "10000")
        .env("PLUGIN_MAX_PORT", "25000");
    command
}

/// A running provider that said where it is.
pub(crate) struct Plugin {
    pub(crate) child: Child,
    pub(crate) line: String,
    pub(crate) socket: PathBuf,
    /// The server's certificate, with TLS.
    pub(crate) certificate: Option<CertificateDer<'static>>,
    stdout: BufReader<ChildStdout>,
    stderr: ChildStderr,
    /// Holds the socket.
    pub(crate) temp: TempDir,
}

impl Plugin {
    /// Starts the provider as Terraform does, for the owner of this certificate.
    pub(crate) async fn start(identity: &Identity) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let mut command = plugin_command(&temp);
        command.env("PLUGIN_CLIENT_CERT", &identity.pem);
        Self::spawn(command, temp).await
    }

    /// Starts it with TLS switched off.
    pub(crate) async fn start_without_tls() -> Self {
        let temp = tempfile::tempdir().unwrap();
        Self::spawn(plugin_command(&temp), temp).await
    }

    pub(crate) async fn spawn(mut command: Command, temp: TempDir) -> Self {
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = child.stderr.take().unwrap();
        let mut line = String::new();
        timeout(PATIENCE, stdout.read_line(&mut line)).await.expect("a handshake line").unwrap();
        let fields: Vec<_> = line.trim_end_matches('\n').split('|').collect();
        assert_eq!((&fields[..3], fields[4]), (&["1", "6", "unix"][..], "grpc"), "{line:?}");
        let certificate =
            (!fields[5].is_empty()).then(|| CertificateDer::from(STANDARD_NO_PAD.decode(fields[5]).unwrap()));
        let socket = fields[3].into();
        Self { child, socket, certificate, line, stdout, stderr, temp }
    }

    /// A client over mutual TLS.
    pub(crate) async fn connect(&self, identity: &Identity) -> Channel {
        self.connect_tls(self.tls_config(Some(identity), rustls::DEFAULT_VERSIONS)).await.unwrap()
    }

    pub(crate) async fn connect_tls(&self, config: ClientConfig) -> Result<Channel, tonic::transport::Error> {
        let (config, socket) = (Arc::new(config), self.socket.clone());
        let connector = service_fn(move |_| {
            let (config, socket) = (Arc::clone(&config), socket.clone());
            async move { tls(&socket, config).await.map(TokioIo::new) }
        });
        // What grpc-go sends with TLS.
        Endpoint::from_static("http://localhost").connect_with_connector(connector).await
    }

    /// A client without TLS.
    pub(crate) async fn connect_plain(&self) -> Channel {
        connect_plain(&self.socket).await
    }

    /// A bare TLS connection.
    pub(crate) async fn tls(&self, config: ClientConfig) -> io::Result<TlsStream<UnixStream>> {
        tls(&self.socket, Arc::new(config)).await
    }

    /// Trusts the server's certificate and nothing else, and shows this identity.
    pub(crate) fn tls_config(
        &self,
        identity: Option<&Identity>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone().expect("the provider uses TLS")).unwrap();
        let config = ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match identity {
            Some(identity) => config.with_client_cert_resolver(Arc::new(identity.resolver())),
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        config
    }

    /// Waits for the process to end: its status, what else was on standard output, and standard error.
    pub(crate) async fn ended(&mut self) -> (Option<i32>, String, String) {
        let status = timeout(PATIENCE, self.child.wait()).await.expect("the process ends").unwrap();
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).await.unwrap();
        self.stderr.read_to_string(&mut stderr).await.unwrap();
        (status.code(), stdout, stderr)
    }

    pub(crate) fn signal(&self, signal: i32) {
        let pid = self.child.id().expect("still running");
        // SAFETY: a number for a number, to a child that is not waited for yet.
        assert_eq!(unsafe { libc::kill(pid.try_into().unwrap(), signal) }, 0);
    }

    /// Whether anything is left in the temporary directory.
    pub(crate) fn left_files(&self) -> bool {
        self.temp.path().read_dir().unwrap().next().is_some()
    }
}

pub(crate) async fn connect_plain(socket: &std::path::Path) -> Channel {
    let socket = socket.to_owned();
    let connector = service_fn(move |_| {
        let socket = socket.clone();
        async move { UnixStream::connect(socket).await.map(TokioIo::new) }
    });
    Endpoint::from_static("http://unused").connect_with_connector(connector).await.unwrap()
}

/// The provider service, with room for large answers.
pub(crate) fn provider(channel: Channel) -> ProviderClient<Channel> {
    ProviderClient::new(channel).max_decoding_message_size(256 << 20).max_encoding_message_size(256 << 20)
}

/// Configures the provider with nothing set.
pub(crate) async fn configure(client: &mut ProviderClient<Channel>) {
    let schema = client.get_provider_schema(pb::get_provider_schema::Request {}).await.unwrap().into_inner();
    let block = schema.provider.unwrap().block.unwrap();
    let attributes = block.attributes.into_iter().map(|a| (a.name, Json::Null));
    // A block that may come once is null when it is not there; of the others there are none.
    let blocks = block.block_types.into_iter().map(|b| {
        let single = b.nesting == pb::schema::nested_block::NestingMode::Single as i32;
        (b.type_name, if single { Json::Null } else { Json::Array(Vec::new()) })
    });
    let json = Json::Object(attributes.chain(blocks).collect()).to_string().into();
    let request = pb::configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: Some(pb::DynamicValue { json, ..Default::default() }),
        client_capabilities: None,
    };
    let response = client.configure_provider(request).await.unwrap().into_inner();
    assert_eq!(response.diagnostics, []);
}

/// Whether an operation finds a configured provider.
pub(crate) async fn is_configured(client: &mut ProviderClient<Channel>) -> bool {
    let request = pb::import_resource_state::Request {
        type_name: "cloudvpn_tencent_connection".to_owned(),
        id: "vpnx-12345678".to_owned(),
        ..Default::default()
    };
    let response = client.import_resource_state(request).await.unwrap().into_inner();
    response.diagnostics.iter().all(|d| d.summary != "Provider not configured")
}

/// A client's certificate and key.
pub(crate) struct Identity {
    pub(crate) pem: String,
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Identity {
    /// As Terraform makes it: P-521, its own issuer, `CA:TRUE`.
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.distinguished_name = Default::default();
        params.distinguished_name.push(DnType::OrganizationName, "HashiCorp");
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.self_signed(&key).unwrap();
        Self { pem: pem(certificate.der()), certificate: certificate.der().clone(), key }
    }

    /// This certificate with the key of another.
    pub(crate) fn stolen_by(&self, thief: &Self) -> Self {
        let key = KeyPair::try_from(thief.key.serialize_der()).unwrap();
        Self { pem: self.pem.clone(), certificate: self.certificate.clone(), key }
    }

    fn resolver(&self) -> SingleCertAndKey {
        let key = PrivateKeyDer::Pkcs8(self.key.serialize_der().into());
        let key = aws_lc_rs::sign::any_ecdsa_type(&key).unwrap();
        // Unlike the usual way, this does not check that the two belong together.
        CertifiedKey::new(vec![self.certificate.clone()], key).into()
    }
}

async fn tls(socket: &std::path::Path, config: Arc<ClientConfig>) -> io::Result<TlsStream<UnixStream>> {
    let stream = UnixStream::connect(socket).await?;
    TlsConnector::from(config).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

/// Lines of 64 characters, as Go's encoding/pem writes them.
fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
