//! Tests of `transport.rs`.

use crate::cloud::testing::{Answer, Received, Server};

use super::*;

#[test]
fn the_bundled_roots_make_a_client() {
    assert!(webpki_roots::TLS_SERVER_ROOTS.len() > 50);
    Network::default().bundled_roots(false).unwrap().build().unwrap();
}

#[test]
fn a_tls_client_can_be_built_whatever_roots_the_system_has() {
    Network::default().tls(false).unwrap();
}

#[test]
fn plain_http_needs_no_roots() {
    Network::default().plain(true).unwrap();
}

#[test]
fn the_date_header_is_read() {
    let mut headers = HeaderMap::new();
    headers.insert(DATE, "Tue, 14 Nov 2023 22:13:20 GMT".parse().unwrap());
    let reply = Reply { status: 200, headers, body: Bytes::new() };

    assert_eq!(reply.date(), Some(1_700_000_000));
}

#[test]
fn a_body_is_described_and_never_shown() {
    for (body, kind) in [
        ("", "an empty body"),
        ("<html>secret</html>", "19 bytes of HTML or XML instead of JSON"),
        ("{\"secret\":", "10 bytes of broken or cut JSON"),
        ("{\"secret\":1}", "12 bytes of other JSON"),
        ("secret", "6 bytes that are not JSON"),
    ] {
        let body = Bytes::from_static(body.as_bytes());
        assert_eq!(Reply { status: 200, headers: HeaderMap::new(), body }.describe_body(), kind);
    }
}

/// Sends a request to a server of this machine with a certificate that `params` describe.
async fn sent_to(params: rcgen::CertificateParams) -> SendFailure {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    let request = Request { method: Method::POST, url, headers: HeaderMap::new(), body: Bytes::new() };
    Transport::default().send(request).await.err().expect("nobody trusts the certificate")
}

#[tokio::test]
async fn a_certificate_that_does_not_hold_is_told_in_words() {
    let params = || rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let mut of_authority = params();
    of_authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let mut expired = params();
    (expired.not_before, expired.not_after) = (rcgen::date_time_ymd(2019, 1, 1), rcgen::date_time_ymd(2020, 1, 1));
    let elsewhere = rcgen::CertificateParams::new(vec!["elsewhere.example".to_owned()]).unwrap();
    for (params, says) in [
        (params(), "its TLS certificate is signed by nobody whom this machine trusts"),
        (of_authority, "its TLS certificate is that of a certificate authority and not of a server"),
        (expired, "its TLS certificate"),
        (elsewhere, "its TLS certificate"),
    ] {
        let failure = sent_to(params).await;
        assert!(failure.permanent && !failure.sent, "{failure:?}");
        assert!(
            failure.message.starts_with("cannot connect to 127.0.0.1: ") && failure.message.contains(says),
            "{failure:?}"
        );
        assert!(failure.hint.is_some_and(|hint| hint.contains("SSL_CERT_FILE")), "{failure:?}");
    }
}

#[test]
fn every_reason_against_a_certificate_has_words() {
    use rustls::CertificateError as Certificate;
    for (reason, says) in [
        (Certificate::Expired, "has expired"),
        (Certificate::NotValidYet, "is not valid yet"),
        (Certificate::NotValidForName, "is for another name"),
        (Certificate::Revoked, "has been revoked"),
        (Certificate::BadEncoding, "is not one that this machine accepts"),
    ] {
        let (what, hint) = mistrusted(&rustls::Error::InvalidCertificate(reason)).unwrap();
        assert!(what.ends_with(says) && !hint.is_empty(), "{what}");
    }
    assert!(mistrusted(&rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType)).is_some());
    // An alert may come from a service that is just being restarted.
    assert!(mistrusted(&rustls::Error::AlertReceived(rustls::AlertDescription::InternalError)).is_none());
}

#[tokio::test]
async fn a_proxy_of_the_configuration_gets_the_calls_and_sees_no_questions_for_keys() {
    let answer = |text: &str| Answer::Raw(200, &[], text.to_owned());
    let proxy = Server::scripted([answer("proxy")]).await;
    let direct = Server::scripted([answer("direct")]).await;
    // No name that a proxy is never asked for.
    let network = |no_proxy: Option<&str>| Network {
        proxy: Some(proxy.url()),
        no_proxy: no_proxy.map(str::to_owned),
        user_agent: Some("ci/7".to_owned()),
        ..Network::default()
    };
    let get = |url: &str| {
        let url = Url::parse(url).unwrap();
        Request { method: Method::GET, url, headers: HeaderMap::new(), body: Bytes::new() }
    };
    let through = Transport::new(network(None)).send(get("http://vpc.example.com/")).await.unwrap();
    assert_eq!(&through.body[..], b"proxy");
    let agent = proxy.requests()[0].header("user-agent").unwrap().to_owned();
    assert_eq!(agent, format!("{USER_AGENT} ci/7"));

    let exempt = Transport::new(network(Some("other.example.com, .invalid")));
    assert!(exempt.send(get("http://vpc.invalid/")).await.is_err(), "nobody is there, and the proxy is not asked");
    let asked = Transport::new(network(None)).ask(get(&direct.url()), 100).await.unwrap();
    assert_eq!(&asked.body[..], b"direct");
    assert!(Transport::new(network(None)).ask(get("http://vpc.invalid/"), 100).await.is_err());
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn a_bundle_of_certificates_that_is_none_is_named_and_not_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bundle.pem");
    let error = || Network { ca_bundle: Some(path.clone()), ..Network::default() }.tls(false).unwrap_err();
    assert!(error().contains("custom_ca_bundle") && error().contains("bundle.pem"), "{}", error());
    std::fs::write(&path, "no PEM").unwrap();
    assert!(error().contains("no certificates in PEM"), "{}", error());
}

#[test]
fn what_the_configuration_has_of_the_network_shows_no_password() {
    let network = Network { proxy: Some("http://u:hidden@proxy:1".to_owned()), ..Network::default() };
    assert!(!format!("{:?}", Transport::new(network.clone())).contains("hidden"));
    let broken = Network { proxy: Some("http://u:hidden@".to_owned()), ..network };
    let error = broken.tls(false).unwrap_err();
    assert!(error.contains("http_proxy") && !error.contains("hidden"), "{error}");
}

/// The memory of a provider is not the service's to fill.
#[tokio::test]
async fn an_answer_without_end_is_given_up_at_the_bound() {
    for (length, fits) in [(LARGEST_BODY, true), (LARGEST_BODY + 1, false)] {
        let server = Server::start(move |_: &Received| Answer::Raw(200, &[], "x".repeat(length))).await;
        let (method, url) = (Method::POST, server.url().parse().unwrap());
        let request = Request { method, url, headers: HeaderMap::new(), body: Bytes::new() };
        match Transport::default().send(request).await {
            Ok(reply) => assert!(fits && reply.body.len() == length),
            Err(failed) => {
                assert!(!fits && failed.permanent && failed.sent, "{}", failed.message);
                assert_eq!(failed.message, "the answer is larger than 33554432 bytes");
            }
        }
    }
}
