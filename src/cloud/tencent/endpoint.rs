use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// An address to use instead of `https://vpc.tencentcloudapi.com`: scheme, host and port.
///
/// It is the address of the `vpc` service. The `tag` service is taken to be its neighbour: a host
/// that starts with the label `vpc` gets the label `tag` instead (`vpc.intl.tencentcloudapi.com` ->
/// `tag.intl.tencentcloudapi.com`); any other host, a mock's for example, serves both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// Why a text is not an [`Endpoint`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidEndpoint(&'static str);

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    /// Reads `https://vpc.tencentcloudapi.com`, `http://127.0.0.1:8080`, or a bare host, for which
    /// HTTPS is used.
    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        let url = parse(text)?;
        // TC3 signs the path, and for this API that is always `/`.
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

/// Where `service` answers for `region`.
///
/// The Finance regions (`*-fsi`) are isolated: their calls must go to a host with the region in its
/// name. The default address given explicitly is no reason to send them elsewhere.
pub(crate) fn address(custom: Option<&Endpoint>, service: &str, region: &str) -> Url {
    let custom = custom.map(|endpoint| &endpoint.0).filter(|url| url.as_str() != DEFAULT);
    match custom {
        Some(url) => neighbour(url, service),
        None if region.ends_with("-fsi") && is_label(region) => {
            known(&format!("https://{service}.{region}.tencentcloudapi.com/"))
        }
        None => known(&format!("https://{service}.tencentcloudapi.com/")),
    }
}

/// The `Host` header for `url`: with the port when it is not the scheme's default one.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn neighbour(url: &Url, service: &str) -> Url {
    let mut url = url.clone();
    let host = url.host_str().and_then(|host| host.strip_prefix("vpc."));
    if let Some(rest) = host {
        let host = format!("{service}.{rest}");
        url.set_host(Some(&host)).expect("a label for another leaves a host name");
    }
    url
}

/// Whether `region` is a plain DNS label, so that nothing a user writes can lead a signed call to
/// another host.
fn is_label(region: &str) -> bool {
    region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn known(address: &str) -> Url {
    Url::parse(address).expect("labels and a known domain make an address")
}

const DEFAULT: &str = "https://vpc.tencentcloudapi.com/";

#[cfg(test)]
mod tests {
    use super::*;

    fn at(custom: Option<&str>, service: &str, region: &str) -> String {
        let custom = custom.map(|text| text.parse::<Endpoint>().unwrap());
        address(custom.as_ref(), service, region).to_string()
    }

    #[test]
    fn finance_regions_get_the_regional_host_by_themselves() {
        assert_eq!(at(None, "vpc", "ap-guangzhou"), "https://vpc.tencentcloudapi.com/");
        assert_eq!(at(None, "tag", "ap-guangzhou"), "https://tag.tencentcloudapi.com/");
        assert_eq!(at(None, "vpc", "ap-shanghai-fsi"), "https://vpc.ap-shanghai-fsi.tencentcloudapi.com/");
        assert_eq!(
            at(Some("https://vpc.tencentcloudapi.com"), "tag", "ap-shenzhen-fsi"),
            "https://tag.ap-shenzhen-fsi.tencentcloudapi.com/"
        );
    }

    #[test]
    fn a_custom_endpoint_serves_both_services_unless_it_names_one() {
        let mock = Some("http://127.0.0.1:8080");
        assert_eq!(at(mock, "vpc", "ap-shanghai-fsi"), "http://127.0.0.1:8080/");
        assert_eq!(at(mock, "tag", "ap-guangzhou"), "http://127.0.0.1:8080/");

        let international = Some("vpc.intl.tencentcloudapi.com");
        assert_eq!(at(international, "vpc", "x"), "https://vpc.intl.tencentcloudapi.com/");
        assert_eq!(at(international, "tag", "x"), "https://tag.intl.tencentcloudapi.com/");
    }

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

    #[test]
    fn a_region_cannot_lead_a_call_to_another_host() {
        assert_eq!(at(None, "vpc", "evil.example/#-fsi"), "https://vpc.tencentcloudapi.com/");
    }
}
