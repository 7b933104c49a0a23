//! Hosts of Alibaba Cloud's APIs, by region.

use reqwest::Url;

use crate::cloud::endpoint::{Endpoint, is_label, known};
use crate::cloud::error::{Class, Error, Result};

/// Where the API answers for `region`: `vpc.<region>.aliyuncs.com`, as the product's metadata lists
/// it for every region, or a custom endpoint, which serves all regions.
pub(super) fn address(custom: Option<&Endpoint>, region: &str) -> Result<Url> {
    if let Some(endpoint) = custom {
        return Ok(endpoint.url().clone());
    }
    // Nothing a user writes may lead a signed call to another host.
    if region.is_empty() || !is_label(region) {
        let message = format!("{region:?} is not the name of a region");
        return Err(Error::new(Class::Invalid, message).hinting(Some(REGIONS.into())));
    }
    Ok(known(&format!("https://vpc.{region}.aliyuncs.com/")))
}

const REGIONS: &str = "Regions are named like cn-hangzhou or eu-central-1.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_region_has_its_host() {
        assert_eq!(address(None, "cn-hangzhou").unwrap().as_str(), "https://vpc.cn-hangzhou.aliyuncs.com/");
        assert_eq!(address(None, "a-new-region-9").unwrap().as_str(), "https://vpc.a-new-region-9.aliyuncs.com/");
    }

    #[test]
    fn a_custom_endpoint_serves_every_region() {
        let mock = "http://127.0.0.1:8080".parse().unwrap();
        assert_eq!(address(Some(&mock), "cn-hangzhou").unwrap().as_str(), "http://127.0.0.1:8080/");
    }

    #[test]
    fn a_region_cannot_lead_a_call_to_another_host() {
        for region in ["", "evil.example/#", "cn-hangzhou@evil", "cn hangzhou", "CN-HANGZHOU"] {
            assert_eq!(address(None, region).unwrap_err().class(), Class::Invalid, "{region}");
        }
    }
}
