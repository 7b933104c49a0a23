//! Hosts of Tencent Cloud's API 3.0, by service and region.

use reqwest::Url;

use crate::cloud::endpoint::{Endpoint, is_label, known};

/// Where `service` answers for `region`.
///
/// A custom endpoint is the address of the `vpc` service. The `tag` service is taken to be its neighbour: a host
/// that starts with the label `vpc` gets the label `tag` instead (`vpc.intl.tencentcloudapi.com` ->
/// `tag.intl.tencentcloudapi.com`); any other host, a mock's for example, serves both.
///
/// The Finance regions (`*-fsi`) are isolated: their calls must go to a host with the region in its
/// name. The default address given explicitly is no reason to send them elsewhere.
pub(crate) fn address(custom: Option<&Endpoint>, service: &str, region: &str) -> Url {
    let custom = custom.map(Endpoint::url).filter(|url| url.as_str() != DEFAULT);
    match custom {
        Some(url) => neighbour(url, service),
        None if region.ends_with("-fsi") && is_label(region) => {
            known(&format!("https://{service}.{region}.tencentcloudapi.com/"))
        }
        None => known(&format!("https://{service}.tencentcloudapi.com/")),
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
    fn a_region_cannot_lead_a_call_to_another_host() {
        assert_eq!(at(None, "vpc", "evil.example/#-fsi"), "https://vpc.tencentcloudapi.com/");
    }
}
