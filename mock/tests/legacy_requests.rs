//! API 2.0: what all its actions have in common.

mod support;

use cloudvpn_mock::{Fault, Switches, TENCENT_TOKEN};
use serde_json::json;
use support::legacy::*;
use support::{client, instant};

const DESCRIBE: &str = "DescribeVpnConn";

#[tokio::test]
async fn both_methods_and_both_algorithms_are_served() {
    let mock = instant();
    for method in ["GET", "POST"] {
        for algorithm in ["HmacSHA256", "HmacSHA1", ""] {
            let how = How { method, algorithm, ..POST };
            let body = send(request(&mock, how, DESCRIBE, &[("RequestClient", "SDK_PYTHON_2.0.15")])).await;
            let expected = json!({"code": 0, "message": "", "codeDesc": "Success", "totalCount": 0, "data": []});
            assert_eq!(body, expected, "{how:?}");
        }
    }
}

#[tokio::test]
async fn identities_and_signatures_are_checked() {
    let mock = instant();
    let of = async |how| error(request(&mock, how, DESCRIBE, &[])).await.0;
    assert_eq!(of(How { secret_key: "another", ..POST }).await, 4100);
    assert_eq!(of(How { secret_id: "AKIDunknown", ..POST }).await, 4104);
    let other_host = request(&mock, POST, DESCRIBE, &[]).header("host", "vpc.api.qcloud.com");
    assert_eq!(error(other_host).await.0, 4100);
    let token = async |token| send(request(&mock, POST, DESCRIBE, &[("Token", token)])).await["code"].clone();
    assert_eq!(token("wrong").await, 4105);
    assert_eq!(token(TENCENT_TOKEN).await, 0);
    let unsigned = client().get(format!("{}/v2/index.php?Action={DESCRIBE}", mock.url()));
    assert_eq!(error(unsigned).await.0, 4000);
}

#[tokio::test]
async fn a_request_is_accepted_once_and_within_five_minutes() {
    let mock = instant();
    let now = jiff::Timestamp::now().as_second();
    let at = async |timestamp: i64, nonce: &str| {
        let common = [("Timestamp", timestamp.to_string()), ("Nonce", nonce.to_owned())];
        let common = common.each_ref().map(|(name, value)| (*name, value.as_str()));
        send(request_with(&mock, POST, DESCRIBE, &[], &common)).await["code"].as_u64().unwrap()
    };
    assert_eq!(at(now, "7").await, 0);
    assert_eq!(at(now, "7").await, 4500);
    assert_eq!(at(now, "8").await, 0);
    assert_eq!(at(now - 1, "7").await, 0);
    assert_eq!(at(now - 240, "7").await, 0);
    assert_eq!(at(now - 400, "9").await, 4200);
    assert_eq!(at(now + 400, "9").await, 4200);
    assert_eq!(at(now, "0").await, 4000);
    assert_eq!(at(now, "x").await, 4000);
}

#[tokio::test]
async fn a_value_that_begins_with_an_at_sign_may_be_signed_or_not() {
    let mock = instant();
    for skip_at_signs in [false, true] {
        let how = How { skip_at_signs, ..POST };
        send(request(&mock, how, DESCRIBE, &[("vpnConnName", "@x")])).await;
        assert_eq!(mock.calls().last().unwrap().outcome, "ok");
    }
}

#[tokio::test]
async fn both_spellings_of_a_region_show_the_same_objects() {
    let mock = instant();
    for (region, total) in [("gz", "3"), ("ap-guangzhou", "3"), ("sh", "0"), ("ap-shanghai", "0")] {
        let body = send(request(&mock, How { region, ..POST }, "DescribeUserGw", &[])).await;
        assert_eq!(body["totalCount"], total, "{region}");
    }
    assert_eq!(mock.calls()[0].region, "gz");
    for region in ["", "xx"] {
        assert_eq!(error(request(&mock, How { region, ..POST }, DESCRIBE, &[])).await.0, 4000);
    }
}

#[tokio::test]
async fn what_is_not_a_parameter_or_an_action_is_refused() {
    let mock = instant();
    for (name, value) in [("nonsense", "1"), ("limit", "51"), ("limit", "0"), ("offset", "-1"), ("orderField", "x")] {
        assert_eq!(refused(&mock, DESCRIBE, &[(name, value)]).await, (4000, String::new()), "{name}={value}");
    }
    assert_eq!(refused(&mock, "DescribeNothing", &[]).await.0, 4000);
    assert_eq!(refused(&mock, "DescribeVpcTaskResult", &[]).await.0, 4000);
    let body = send(request(&mock, POST, DESCRIBE, &[("nonsense", "1")])).await;
    assert_eq!(body["message"], "(100215)`nonsense` is not a parameter of this action");
    let json = client().post(format!("{}/v2/index.php", mock.url())).json(&json!({"Action": DESCRIBE}));
    let message = "(100215)the body of a POST must be application/x-www-form-urlencoded";
    assert_eq!(send(json).await, json!({"code": 4000, "message": message}));
    let put = client().put(format!("{}/v2/index.php", mock.url()));
    assert_eq!(error(put).await.0, 4000);
}

#[tokio::test]
async fn the_query_of_a_post_does_not_count() {
    let mock = instant();
    let request = request(&mock, POST, DESCRIBE, &[]).query(&[("vpnGwId", "nonsense"), ("Action", "DeleteVpnConn")]);
    assert_eq!(send(request).await["code"], 0);
    assert_eq!(mock.calls()[0].action, DESCRIBE);
}

#[tokio::test]
async fn calls_keep_flat_names_and_no_secrets() {
    let mock = instant();
    let spd = ("spdAcl", r#"{"10.0.1.0/24":["192.168.1.0/24"]}"#);
    let params = having(
        TUNNEL,
        &[
            ("userGwCidrBlock.0", ""),
            ("userGwCidrBlock.1", ""),
            spd,
            ("IKESet.dhGroupName", "group2"),
            ("Token", TENCENT_TOKEN),
        ],
    );
    done(&mock, "AddVpnConnEx", &params).await;
    let call = &mock.calls()[0];
    assert_eq!(
        serde_json::to_value(call).unwrap()["params"],
        json!({
            "vpcId": "vpc-mock0001", "vpnGwId": "vpngw-mock0001", "userGwId": "cgw-mock0001", "vpnConnName": "office",
            "preSharedKey": "***", "spdAcl": spd.1, "IKESet.dhGroupName": "group2",
        })
    );
    assert_eq!(call.cloud.to_string(), "tencent-legacy");
    assert_eq!((call.outcome.as_str(), call.request_id.len()), ("ok", 36));
}

#[tokio::test]
async fn a_refused_call_keeps_its_secrets_too() {
    let mock = instant();
    for (name, value) in [
        ("preSharedKey.0", "hush"),
        ("IKESet.preSharedKey", "hush"),
        ("ikeSet.0.preSharedKey ", "hush"),
        ("spdAcl", " {\"psk\":\"hush\"}"),
        ("userGwName", "preSharedKey=hush"),
        ("{\"preSharedKey\":\"hush\"}", ""),
    ] {
        refused(&mock, "AddVpnConnEx", &[(name, value)]).await;
        let calls = json!(mock.calls()).to_string();
        assert!(!calls.contains("hush"), "{name}: {calls}");
    }
    let url = format!("{}/v2/index.php", mock.url());
    send(client().post(&url).json(&json!({"preSharedKey": "hush"}))).await;
    send(client().post(&url).header("content-type", "text/plain").body("a=hush")).await;
    let calls = mock.calls();
    assert!(calls[calls.len() - 2..].iter().all(|call| call.params == json!({})), "{calls:?}");
}

#[tokio::test]
async fn limits_and_injected_errors_have_the_clouds_shape() {
    let mock = instant();
    mock.rates([(DESCRIBE, 1)]);
    let mut codes = Vec::new();
    for _ in 0..20 {
        codes.push(send(request(&mock, POST, DESCRIBE, &[])).await["code"].as_u64().unwrap());
    }
    assert!(codes.contains(&4400), "{codes:?}");
    mock.rates([(DESCRIBE, 0)]);
    for (code, expected) in [
        ("4400", (4400, "")),
        ("6000", (6000, "")),
        ("InvalidVpnConnState", (4000, "InvalidVpnConnState")),
        ("VpnConnLimitExceeded", (4400, "VpnConnLimitExceeded")),
        ("InvalidVpc.NotFound", (5000, "InvalidVpc.NotFound")),
    ] {
        mock.fault(DESCRIBE, 1, Fault::Error(code.to_owned()));
        let (number, name) = refused(&mock, DESCRIBE, &[]).await;
        assert_eq!((number, name.as_str()), expected);
        assert_eq!(mock.calls().last().unwrap().outcome, code);
    }
}

#[tokio::test]
async fn the_code_of_success_can_be_text() {
    let mock = instant();
    mock.switches(Switches { legacy_code_text: true, ..Switches::default() });
    assert_eq!(done(&mock, DESCRIBE, &[]).await["code"], "0");
    assert_eq!(refused(&mock, DESCRIBE, &[("limit", "51")]).await.0, 4000);
}

#[tokio::test]
async fn gateways_are_listed() {
    let mock = instant();
    added(&mock, TUNNEL).await;
    let body = done(&mock, "DescribeVpnGw", &[("vpcId", "vpc-mock0001")]).await;
    assert_eq!((&body["totalCount"], &body["data"][0]["unVpnGwId"]), (&json!(1), &json!("vpngw-mock0001")));
    assert_eq!(body["data"][0]["vpnGwStatus"], 6);
    let number = body["data"][0]["vpnGwId"].to_string();
    let again = done(&mock, "DescribeVpnGw", &[("vpnGwId", &number)]).await;
    assert_eq!(again["data"], body["data"]);
    assert_eq!(refused(&mock, "DescribeVpnGw", &[("vpnGwId", "1")]).await, (5000, "InvalidVpnGw.NotFound".to_owned()));

    let body = done(&mock, "DescribeUserGw", &[("userGwName", "mock0001")]).await;
    assert_eq!((&body["code"], &body["totalCount"]), (&json!("0"), &json!("1")));
    let gateway = &body["data"][0];
    assert_eq!((&gateway["unUserGwId"], &gateway["vpnConnNum"]), (&json!("cgw-mock0001"), &json!("1")));
    assert!(gateway.as_object().unwrap().values().all(|value| value.is_string()));
    let unknown = refused(&mock, "DescribeUserGw", &[("userGwId", "cgw-unknown0")]).await;
    assert_eq!(unknown, (5000, "InvalidUserGw.NotFound".to_owned()));
}
