//! An address that is used instead of a cloud's own.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// An address of a cloud's API to use instead of its own: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// Why a text is not an [`Endpoint`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidEndpoint(&'static str);

impl Endpoint {
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    /// Reads `https://vpc.tencentcloudapi.com`, `http://127.0.0.1:8080`, or a bare host, for which
    /// HTTPS is used.
    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        let url = parse(text)?;
        // The path is signed, and for these APIs it is always `/`.
        if url.path() != "/" {
            return Err(InvalidEndpoint("an endpoint has no path or query: scheme, host and port only"));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Reads an address that calls may be sent to: no user, no query, HTTP or HTTPS.
pub(crate) fn parse(text: &str) -> Result<Url, InvalidEndpoint> {
    let text = text.trim();
    let url = match text.contains("://") {
        true => Url::parse(text),
        false => Url::parse(&format!("https://{text}")),
    };
    let url = url.map_err(|_| InvalidEndpoint("an endpoint looks like https://host or http://host:port"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(InvalidEndpoint("the scheme of an endpoint is http or https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidEndpoint("an endpoint carries no user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(InvalidEndpoint("an endpoint has no query"));
    }
    Ok(url)
}

/// The `Host` header for `url`: with the port when it is not the scheme's default one.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Whether `region` is a plain DNS label, so that nothing a user writes can lead a signed call to
/// another host.
pub(crate) fn is_label(region: &str) -> bool {
    region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(crate) fn known(address: &str) -> Url {
    Url::parse(address).expect("labels and a known domain make an address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_lower_case_and_carry_an_unusual_port() {
        let host_of = |text: &str| host(&text.parse::<Endpoint>().unwrap().0);

        assert_eq!(host_of("https://VPC.TencentCloudAPI.com:443"), "vpc.tencentcloudapi.com");
        assert_eq!(host_of("http://LocalHost:80"), "localhost");
        assert_eq!(host_of("http://localhost:443"), "localhost:443");
        assert_eq!(host_of("http://[::1]:8080"), "[::1]:8080");
    }

    #[test]
    fn what_cannot_be_signed_is_refused() {
        for text in [
            "",
            "ftp://vpc.tencentcloudapi.com",
            "https://vpc.tencentcloudapi.com/v2/index.php",
            "https://vpc.tencentcloudapi.com/?a=b",
            "https://user:password@vpc.tencentcloudapi.com",
            "http://",
        ] {
            assert!(text.parse::<Endpoint>().is_err(), "{text}");
        }
    }
}
