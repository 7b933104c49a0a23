//! The vectors of the pages "Signature" (services `cvm`) and those of the legacy SDK's signer for ModifyVpnConnEx.

use super::*;

const SECRET_ID: &str = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA";
const SECRET_KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA";
const CVM: &str = "cvm.api.qcloud.com";
const VPC: &str = "vpc.api.qcloud.com";

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn is_valid_for(method: &str, host: &str, parameters: &[(&str, &str)], signature: &str) -> bool {
    let parameters = [parameters, &[("SecretId", SECRET_ID), ("Signature", signature)]].concat();
    let pairs = pairs(&parameters);
    let common = Common::read(&pairs).unwrap();
    is_valid(method, host, &pairs, &common, SECRET_KEY)
}

#[test]
fn the_documented_examples_are_valid() {
    let old = [
        ("Action", "DescribeInstances"),
        ("instanceIds.0", "ins-09dx96dg"),
        ("limit", "20"),
        ("offset", "0"),
        ("Nonce", "11886"),
        ("Region", "gz"),
        ("Timestamp", "1465185768"),
    ];
    assert!(is_valid_for("GET", CVM, &old, "NSI3UqqD99b/UJb4tbG/xZpRW64="));
    let new = |method| {
        [
            ("Action", "DescribeInstances"),
            ("InstanceIds.0", "ins-09dx96dg"),
            ("Nonce", "11886"),
            ("Region", "ap-guangzhou"),
            ("SignatureMethod", method),
            ("Timestamp", "1465185768"),
        ]
    };
    assert!(is_valid_for("GET", CVM, &new("HmacSHA256"), "0EEm/HtGRr/VJXTAD9tYMth1Bzm3lLHz5RCDv1GdM8s="));
    assert!(is_valid_for("GET", CVM, &new("HmacSHA1"), "nPVnY6njQmwQ8ciqbPl5Qe+Oru4="));
    assert!(!is_valid_for("GET", CVM, &new("HmacSHA1"), "0EEm/HtGRr/VJXTAD9tYMth1Bzm3lLHz5RCDv1GdM8s="));
}

#[test]
fn the_source_of_the_documented_example_is_the_documented_one() {
    let pairs = pairs(&[
        ("offset", "0"),
        ("limit", "20"),
        ("instanceIds.0", "ins-09dx96dg"),
        ("Signature", "is not signed"),
        ("Timestamp", "1465185768"),
        ("SecretId", SECRET_ID),
        ("Region", "gz"),
        ("Nonce", "11886"),
        ("Action", "DescribeInstances"),
    ]);
    let expected = "GETcvm.api.qcloud.com/v2/index.php?Action=DescribeInstances&Nonce=11886&Region=gz\
        &SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA&Timestamp=1465185768&instanceIds.0=ins-09dx96dg&limit=20&offset=0";
    assert_eq!(source("GET", CVM, &pairs, Skip::Nothing), expected);
}

#[test]
fn requests_of_the_legacy_sdk_are_valid() {
    for (method, algorithm, plain, with_client) in [
        ("GET", "HmacSHA1", "RjKOPFzPX6lgp5u9pm29DmNhta0=", "+HVEmpddLiZDOZW7AcQnlHOe2xM="),
        (
            "GET",
            "HmacSHA256",
            "GVPjvCAyccE8Fu8q0lMZAJwC4R+dluRl61+h/F1VrrE=",
            "raWlH2uGJpXCs5dm0U4MnxMEQK9Mg6fY8cbrEgiOzOs=",
        ),
        ("POST", "HmacSHA1", "8HP5Mnsr09D6PNpeq4sbnkZN/ik=", "rqlEcmwngAKA9NWaSXfNsghewMg="),
        (
            "POST",
            "HmacSHA256",
            "pyYCJAe2RZkGTntwhgAJEzU415QtLy1GgChel5UOGd8=",
            "ZMo3rCb/8wNPvX69mKUb03PAPj93fcKqisKYvlB5+a8=",
        ),
    ] {
        let mut parameters = vec![
            ("Action", "ModifyVpnConnEx"),
            ("Nonce", "11886"),
            ("Region", "gz"),
            ("SignatureMethod", algorithm),
            ("Timestamp", "1465185768"),
            ("preSharedKey", "tencenttest"),
            ("userGwCidrBlock.0", "10.100.2.0/24"),
            ("vpcId", "vpc-03vihbk9"),
            ("vpnConnId", "vpnx-ol6bcqp0"),
            ("vpnGwId", "vpngw-kfldykuz"),
        ];
        assert!(is_valid_for(method, VPC, &parameters, plain), "{method} {algorithm}");
        assert!(!is_valid_for(method, "127.0.0.1:8080", &parameters, plain));
        parameters.push(("RequestClient", "SDK_PYTHON_2.0.15"));
        assert!(is_valid_for(method, VPC, &parameters, with_client), "{method} {algorithm}");
        assert!(!is_valid_for(method, VPC, &parameters, plain));
    }
}

#[test]
fn nested_parameters_and_tokens_are_signed_raw() {
    let parameters = [
        ("Action", "ModifyVpnConnEx"),
        ("IKESet.dhGroupName", "group2"),
        ("IKESet.propoEncryAlgorithm", "aes-cbc-128"),
        ("IPsecSet.integrityAlgorith", "md5"),
        ("IPsecSet.pfsDhGroup", "null"),
        ("Nonce", "11886"),
        ("Region", "gz"),
        ("RequestClient", "SDK_PYTHON_2.0.15"),
        ("SignatureMethod", "HmacSHA256"),
        ("Timestamp", "1465185768"),
        ("Token", "TOKENEXAMPLE"),
        ("spdAcl", r#"{"10.0.0.0/24":["172.123.0.0/16"]}"#),
        ("vpcId", "vpc-03vihbk9"),
        ("vpnConnId", "vpnx-ol6bcqp0"),
        ("vpnGwId", "vpngw-kfldykuz"),
    ];
    assert!(is_valid_for("POST", VPC, &parameters, "1XjSRlKD4nnvPyHdIha8ZRByFvgUmvWYq0wzpkHIrgY="));
    // The same names as old PHP clients write them.
    let underscores = parameters.map(|(name, value)| (name.replace("Set.", "Set_"), value));
    let underscores: Vec<_> = underscores.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert!(is_valid_for("POST", VPC, &underscores, "1XjSRlKD4nnvPyHdIha8ZRByFvgUmvWYq0wzpkHIrgY="));
}

#[test]
fn names_are_in_the_order_of_their_bytes() {
    let pairs = pairs(&[("x.2", "b"), ("x.10", "a"), ("b", "d"), ("B", "c")]);
    assert_eq!(source("POST", "h:1", &pairs, Skip::Nothing), "POSTh:1/v2/index.php?B=c&b=d&x.10=a&x.2=b");
}

#[test]
fn values_that_begin_with_an_at_sign_may_be_left_out_of_a_post() {
    let parameters = [("Action", "A"), ("Nonce", "1"), ("Timestamp", "1"), ("preSharedKey", "@key")];
    let without = "h/v2/index.php?Action=A&Nonce=1&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA&Timestamp=1";
    for method in ["GET", "POST"] {
        let whole = sign("", SECRET_KEY, &format!("{method}{without}&preSharedKey=@key"));
        assert!(is_valid_for(method, "h", &parameters, &whole));
        let shortened = sign("", SECRET_KEY, &format!("{method}{without}"));
        assert_eq!(is_valid_for(method, "h", &parameters, &shortened), method == "POST");
    }
}
