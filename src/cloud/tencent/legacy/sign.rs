//! The signature of API 2.0, as the page "Signature" of the API documentation describes it, with
//! HMAC-SHA256.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::cloud::params::Params;

/// The value of `SignatureMethod` that selects [`signature`]; HMAC-SHA1 is for those who send none.
pub(crate) const METHOD: &str = "HmacSHA256";

/// What is signed: `host` as sent, with the port when it is not the default one, and every
/// parameter but the signature, with values as they are and not as they are encoded.
///
/// The official SDK leaves out parameters of a POST whose value starts with `@`, a syntax for
/// uploads: here they are signed like all others.
pub(crate) fn source(http_method: &str, host: &str, path: &str, params: &Params) -> String {
    let pairs: Vec<_> = params.iter().map(|(name, value)| format!("{}={value}", name.replace('_', "."))).collect();
    format!("{http_method}{host}{path}?{}", pairs.join("&"))
}

/// The value of `Signature`, before it is encoded for the form.
pub(crate) fn signature(key: &SecretString, source: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(source.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::params::flatten;

    /// The public sample pair of the vendor's signature page.
    const ID: &str = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA";
    const KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA";

    fn signed(source: &str) -> String {
        signature(&KEY.into(), source)
    }

    fn with_common(mut params: Params, more: &[(&str, &str)]) -> Params {
        let common = [("Nonce", "11886"), ("SecretId", ID), ("Timestamp", "1465185768")];
        params.extend(common.iter().chain(more).map(|(name, value)| (name.to_string(), value.to_string())));
        params
    }

    #[test]
    fn the_documented_source_strings_agree() {
        let first = with_common(
            flatten(&json!({"instanceIds": ["ins-09dx96dg"], "limit": 20, "offset": 0}), 0),
            &[("Action", "DescribeInstances"), ("Region", "gz")],
        );
        assert_eq!(
            source("GET", "cvm.api.qcloud.com", "/v2/index.php", &first),
            "GETcvm.api.qcloud.com/v2/index.php?Action=DescribeInstances&Nonce=11886&Region=gz\
             &SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA&Timestamp=1465185768&instanceIds.0=ins-09dx96dg\
             &limit=20&offset=0"
        );

        let second = with_common(
            flatten(&json!({"InstanceIds": ["ins-09dx96dg"]}), 0),
            &[("Action", "DescribeInstances"), ("Region", "ap-guangzhou"), ("SignatureMethod", METHOD)],
        );
        let second = source("GET", "cvm.api.qcloud.com", "/v2/index.php", &second);
        assert_eq!(
            second,
            "GETcvm.api.qcloud.com/v2/index.php?Action=DescribeInstances&InstanceIds.0=ins-09dx96dg&Nonce=11886\
             &Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA&SignatureMethod=HmacSHA256\
             &Timestamp=1465185768"
        );
        assert_eq!(signed(&second), "0EEm/HtGRr/VJXTAD9tYMth1Bzm3lLHz5RCDv1GdM8s=");
    }

    /// The request of the page ModifyVpnConnEx, signed by the official SDK for Python (2.0.15).
    #[test]
    fn the_vectors_of_the_official_sdk_agree() {
        let page = json!({
            "vpcId": "vpc-03vihbk9", "vpnGwId": "vpngw-kfldykuz", "vpnConnId": "vpnx-ol6bcqp0",
            "userGwCidrBlock": ["10.100.2.0/24"], "preSharedKey": "tencenttest",
        });
        let common = [("Action", "ModifyVpnConnEx"), ("Region", "gz"), ("SignatureMethod", METHOD)];
        let plain = with_common(flatten(&page, 0), &common);
        let labelled = with_common(plain.clone(), &[("RequestClient", "SDK_PYTHON_2.0.15")]);

        for (method, params, expected) in [
            ("GET", &plain, "GVPjvCAyccE8Fu8q0lMZAJwC4R+dluRl61+h/F1VrrE="),
            ("GET", &labelled, "raWlH2uGJpXCs5dm0U4MnxMEQK9Mg6fY8cbrEgiOzOs="),
            ("POST", &plain, "pyYCJAe2RZkGTntwhgAJEzU415QtLy1GgChel5UOGd8="),
            ("POST", &labelled, "ZMo3rCb/8wNPvX69mKUb03PAPj93fcKqisKYvlB5+a8="),
        ] {
            assert_eq!(signed(&source(method, "vpc.api.qcloud.com", "/v2/index.php", params)), expected, "{method}");
        }
    }

    #[test]
    fn nested_parameters_and_a_token_agree_with_the_official_sdk() {
        let params = flatten(
            &json!({
                "vpcId": "vpc-03vihbk9", "vpnGwId": "vpngw-kfldykuz", "vpnConnId": "vpnx-ol6bcqp0",
                "spdAcl": r#"{"10.0.0.0/24":["172.123.0.0/16"]}"#,
                "IKESet": {"propoEncryAlgorithm": "aes-cbc-128", "dhGroupName": "group2"},
                "IPsecSet": {"integrityAlgorith": "md5", "pfsDhGroup": "null"},
            }),
            0,
        );
        let params = with_common(
            params,
            &[
                ("Action", "ModifyVpnConnEx"),
                ("Region", "gz"),
                ("SignatureMethod", METHOD),
                ("RequestClient", "SDK_PYTHON_2.0.15"),
                ("Token", "TOKENEXAMPLE"),
            ],
        );
        let source = source("POST", "vpc.api.qcloud.com", "/v2/index.php", &params);
        assert_eq!(
            source,
            "POSTvpc.api.qcloud.com/v2/index.php?Action=ModifyVpnConnEx&IKESet.dhGroupName=group2\
             &IKESet.propoEncryAlgorithm=aes-cbc-128&IPsecSet.integrityAlgorith=md5&IPsecSet.pfsDhGroup=null\
             &Nonce=11886&Region=gz&RequestClient=SDK_PYTHON_2.0.15&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA\
             &SignatureMethod=HmacSHA256&Timestamp=1465185768&Token=TOKENEXAMPLE\
             &spdAcl={\"10.0.0.0/24\":[\"172.123.0.0/16\"]}&vpcId=vpc-03vihbk9&vpnConnId=vpnx-ol6bcqp0\
             &vpnGwId=vpngw-kfldykuz"
        );
        assert_eq!(signed(&source), "1XjSRlKD4nnvPyHdIha8ZRByFvgUmvWYq0wzpkHIrgY=");
    }

    #[test]
    fn names_are_in_byte_order_and_underscores_become_dots() {
        let params: Params = [("x.2", "c"), ("x.10", "b"), ("a_b", "d"), ("Z", "a")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        assert_eq!(source("POST", "h:1", "/", &params), "POSTh:1/?Z=a&a.b=d&x.10=b&x.2=c");
    }

    #[test]
    fn a_value_that_starts_with_an_at_sign_is_signed() {
        let params = flatten(&json!({"preSharedKey": "@&= key"}), 0);
        assert_eq!(source("POST", "h", "/", &params), "POSTh/?preSharedKey=@&= key");
    }
}
