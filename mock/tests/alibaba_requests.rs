//! What all of Alibaba's actions have in common: signatures, envelopes, tokens, limits, faults.

mod support;

use cloudvpn_mock::{ALIBABA_STS_ACCESS_KEY_ID, Cloud, Fault, FaultRule, Options, Switches, When};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use support::alibaba::*;
use support::{client, instant};

const CREATE: &str = "CreateSslVpnClientCert";
const DESCRIBE: &str = "DescribeSslVpnClientCert";
const LIST: &str = "DescribeSslVpnClientCerts";
const MODIFY: &str = "ModifySslVpnClientCert";
const DELETE: &str = "DeleteSslVpnClientCert";
const SERVER: (&str, &str) = ("SslVpnServerId", "vss-mock0001");
const REGION: (&str, &str) = ("RegionId", "cn-hangzhou");
const SPECIAL: &str = "测试 cert*~+=&/1 %2F#?<é>\"'";

#[tokio::test]
async fn names_survive_both_signatures_in_query_and_form() {
    let mock = instant();
    let id = created(&mock, "plain").await;
    let by_id = ("SslVpnClientCertId", id.as_str());
    let shown = async || ok(&mock, DESCRIBE, &[by_id]).await["Name"].take();
    let rename = |name: &'static str| [REGION, by_id, ("Name", name)];
    let action = ("Action", MODIFY);

    ok(&mock, MODIFY, &rename(SPECIAL)).await;
    assert_eq!(shown().await, SPECIAL);
    let get = V3 { method: Method::GET, ..V3::new(MODIFY, &rename("a b+c")) };
    assert_eq!(get.send(&mock).await.0, 200);
    assert_eq!(shown().await, "a b+c");
    // The names in the form, which also writes a space as a plus sign.
    let mut form = V3::new(MODIFY, &[by_id]);
    form.form.push(("Name".to_owned(), SPECIAL.to_owned()));
    assert_eq!(form.send(&mock).await.0, 200);
    assert_eq!(shown().await, SPECIAL);

    for (method, query, form) in [
        (Method::GET, [&[action][..], &rename("~*+=&/ 1")].concat(), vec![]),
        (Method::POST, [&[action][..], &rename("~*+=&/ 2")].concat(), vec![]),
        (Method::POST, vec![action], rename("~*+=&/ 3").to_vec()),
        (Method::POST, vec![], [&[action][..], &rename("测试 4")].concat()),
    ] {
        let name = *query.iter().chain(&form).find(|(name, _)| *name == "Name").unwrap();
        let (status, body) = answer(v1(&mock, method, &query, &form)).await;
        assert_eq!((status, body["Name"].as_str().unwrap()), (200, name.1), "{body}");
        assert_eq!(shown().await, name.1);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_signature_is_told() {
    let mock = instant();
    let refusal = async |request: V3| code(request.signed(&mock)).await;
    let list = || V3::new(LIST, &[]);

    let tampered = list().signed(&mock).query(&[("Name", "x")]);
    let (status, body) = answer(tampered).await;
    assert_eq!((status, &body["Code"]), (400, &json!("SignatureDoesNotMatch")));
    assert!(body["Message"].as_str().unwrap().contains("server string to sign is:ACS3-HMAC-SHA256\n"), "{body}");
    let tampered = v1(&mock, Method::GET, &[("Action", LIST), REGION], &[]).query(&[("Name", "x")]);
    let (status, body) = answer(tampered).await;
    assert_eq!((status, &body["Code"]), (400, &json!("SignatureDoesNotMatch")));
    assert!(body["Message"].as_str().unwrap().contains("server string to sign is:GET&%2F&"), "{body}");

    let unknown = V3 { key_id: "LTAInobody".to_owned(), ..list() };
    assert_eq!(refusal(unknown).await, (404, "InvalidAccessKeyId.NotFound".to_owned()));
    for minutes in [-16, 16] {
        let late = V3 { time: Timestamp::now() + SignedDuration::from_mins(minutes), ..list() };
        assert_eq!(refusal(late).await, (400, "InvalidTimeStamp.Expired".to_owned()));
    }
    let on_time = V3 { time: Timestamp::now() - SignedDuration::from_mins(14), ..list() };
    assert_eq!(on_time.send(&mock).await.0, 200);

    let url = format!("{}/?RegionId=cn-hangzhou", mock.url());
    let bare = client().get(&url).header("x-acs-action", LIST);
    assert_eq!(code(bare).await, (400, "IncompleteSignature".to_owned()));
    let bare = client().get(format!("{url}&Action={LIST}&AccessKeyId=LTAImock0000000000000000"));
    assert_eq!(code(bare).await, (400, "IncompleteSignature".to_owned()));
}

#[tokio::test]
async fn a_nonce_is_good_for_one_request() {
    let mock = instant();
    let request = V3::new(LIST, &[]);
    assert_eq!(request.send(&mock).await.0, 200);
    assert_eq!(code(request.signed(&mock)).await, (400, "SignatureNonceUsed".to_owned()));
    let other = V3 { nonce: request.nonce.clone(), ..V3::new("DescribeVpnGateways", &[]) };
    assert_eq!(code(other.signed(&mock)).await.1, "SignatureNonceUsed");
    // A request that was not signed well does not use its nonce up.
    let fresh = V3::new(LIST, &[]);
    assert_eq!(code(fresh.signed(&mock).query(&[("a", "b")])).await.1, "SignatureDoesNotMatch");
    assert_eq!(fresh.send(&mock).await.0, 200);
}

#[tokio::test]
async fn session_tokens_must_be_known_and_temporary_keys_need_one() {
    let mock = instant();
    let with = async |key_id: Option<&str>, token: Option<&str>| {
        let mut request = V3 { token: token.map(str::to_owned), ..V3::new(LIST, &[]) };
        request.key_id = key_id.map_or(request.key_id, str::to_owned);
        request.send(&mock).await.1["Code"].take()
    };
    assert_eq!(with(None, Some("mock-token")).await, Value::Null);
    assert_eq!(with(None, Some("other")).await, "InvalidSecurityToken.Malformed");
    assert_eq!(with(Some(ALIBABA_STS_ACCESS_KEY_ID), Some("mock-token")).await, Value::Null);
    assert_eq!(with(Some(ALIBABA_STS_ACCESS_KEY_ID), None).await, "MissingSecurityToken");
    let token = [("Action", LIST), REGION, ("SecurityToken", "other")];
    assert_eq!(code(v1(&mock, Method::GET, &token, &[])).await.1, "InvalidSecurityToken.Malformed");
    mock.patch_state(&json!({"tokens": ["other"]})).unwrap();
    assert_eq!(with(None, Some("other")).await, Value::Null);
}

#[tokio::test]
async fn action_version_region_and_parameters_are_checked() {
    let mock = instant();
    let version = V3 { version: "2014-05-26", ..V3::new(LIST, &[]) };
    assert_eq!(code(version.signed(&mock)).await, (400, "InvalidVersion".to_owned()));
    assert_eq!(refused(&mock, "DescribeNothing", &[]).await, (404, "InvalidAction.NotFound".to_owned()));
    assert_eq!(refused(&mock, LIST, &[("RegionId", "")]).await, (400, "MissingRegionId".to_owned()));
    assert_eq!(refused(&mock, LIST, &[("RegionId", "xx-1")]).await, (404, "InvalidRegionId.NotFound".to_owned()));
    mock.patch_state(&json!({"alibaba": {"xx-1": {"vpn_gateways": {}}}})).unwrap();
    ok(&mock, LIST, &[("RegionId", "xx-1")]).await;
    assert_eq!(refused(&mock, DESCRIBE, &[]).await, (400, "MissingSslVpnClientCertId".to_owned()));
    let misspelt = [("SslVpnServerID", "vss-mock0001")];
    assert_eq!(refused(&mock, LIST, &misspelt).await, (400, "InvalidParameter".to_owned()));
    // Legacy parameters of every action, and reads take no ClientToken.
    ok(&mock, LIST, &[("OwnerId", "1"), ("ResourceOwnerAccount", "a"), ("Name", "")]).await;
    assert_eq!(refused(&mock, LIST, &[("ClientToken", "t")]).await.1, "InvalidParameter");
    // The certificate's actions know no dry run.
    assert_eq!(refused(&mock, CREATE, &[SERVER, ("DryRun", "true")]).await.1, "InvalidParameter");
}

#[tokio::test]
async fn xml_is_spoken_when_asked_for() {
    let mock = instant();
    let id = created(&mock, "a<b> & 测试").await;
    let text = async |request: reqwest::RequestBuilder| {
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/xml;charset=utf-8");
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let by_id = ("SslVpnClientCertId", id.as_str());
    let xml = ("Format", "xml");
    let (status, body) = text(v1(&mock, Method::GET, &[("Action", LIST), REGION, xml], &[])).await;
    assert_eq!(status, 200);
    assert!(
        body.contains("<DescribeSslVpnClientCertsResponse>") && body.ends_with("</DescribeSslVpnClientCertsResponse>")
    );
    let row = format!("<SslVpnClientCertId>{id}</SslVpnClientCertId>");
    assert!(body.contains("<SslVpnClientCertKeys><SslVpnClientCertKey>") && body.contains(&row), "{body}");
    assert!(
        body.contains("<Name>a&lt;b&gt; &amp; 测试</Name>") && body.contains("<TotalCount>1</TotalCount>"),
        "{body}"
    );

    // Older SDKs send headers of v3 beside a signature v1, unsigned.
    let beside = v1(&mock, Method::GET, &[("Action", LIST), REGION, xml], &[]).header("x-acs-action", LIST);
    assert_eq!(text(beside.header("x-acs-version", "2016-04-28")).await.0, 200);

    let missing = [("Action", DESCRIBE), REGION, xml, ("SslVpnClientCertId", "vsc-nowhere")];
    let (status, body) = text(v1(&mock, Method::POST, &missing, &[])).await;
    assert_eq!(status, 400);
    for part in ["<Error>", "<Code>InvalidInstanceId.NotFound</Code>", "<HostId>", "<RequestId>", "&amp;product=Vpc"] {
        assert!(body.contains(part), "{part}: {body}");
    }
    let accepting = V3 { accept: Some("application/xml"), ..V3::new(DESCRIBE, &[by_id]) };
    assert!(text(accepting.signed(&mock)).await.1.contains("<DescribeSslVpnClientCertResponse>"));
    let unknown = v1(&mock, Method::GET, &[("Action", LIST), REGION, ("Format", "YAML")], &[]);
    assert_eq!(code(unknown).await, (400, "InvalidParameter".to_owned()));
}

#[tokio::test]
async fn a_repeated_client_token_gives_the_first_answer() {
    let mock = instant();
    let token = ("ClientToken", "token-1");
    let create = [SERVER, ("Name", "cert1"), token];
    let first = ok(&mock, CREATE, &create).await;
    assert_eq!(ok(&mock, CREATE, &create).await, first);
    assert_eq!(ok(&mock, LIST, &[]).await["TotalCount"], 1);
    assert_eq!(mock.calls()[1].request_id, first["RequestId"]);

    let mismatch = (400, "IdempotentParameterMismatch".to_owned());
    assert_eq!(refused(&mock, CREATE, &[SERVER, ("Name", "cert2"), token]).await, mismatch);
    let id = first["SslVpnClientCertId"].as_str().unwrap();
    assert_eq!(refused(&mock, DELETE, &[("SslVpnClientCertId", id), token]).await, mismatch);

    // What was refused may come again with its token.
    let rename = [("SslVpnClientCertId", id), ("Name", "cert2"), ("ClientToken", "token-2")];
    mock.fault(MODIFY, 1, Fault::Error("VpnGateway.Configuring".to_owned()));
    refused(&mock, MODIFY, &rename).await;
    ok(&mock, MODIFY, &rename).await;

    // A deletion whose answer was lost is done once.
    let delete = [("SslVpnClientCertId", id), ("ClientToken", "token-3")];
    mock.fault(DELETE, 1, Fault::Drop(When::After));
    assert!(V3::new(DELETE, &delete).signed(&mock).send().await.is_err());
    ok(&mock, DELETE, &delete).await;
    assert_eq!(refused(&mock, DELETE, &delete[..1]).await.0, 404);

    // Another region is another service.
    assert_eq!(refused(&mock, CREATE, &[("RegionId", "cn-beijing"), SERVER, token]).await.0, 404);
    let longest = "x".repeat(64);
    ok(&mock, CREATE, &[SERVER, ("ClientToken", &longest)]).await;
    for bad in ["x".repeat(65), "é".to_owned()] {
        let code = refused(&mock, CREATE, &[SERVER, ("ClientToken", &bad)]).await;
        assert_eq!(code, (400, "InvalidParameter.Format".to_owned()));
    }
}

#[tokio::test]
async fn injected_errors_have_their_status_and_shape() {
    let mock = instant();
    for (error, expected) in [
        ("VpnGateway.Configuring", 400),
        ("OperationConflict", 400),
        ("IncorrectStatus.VpnGateway", 400),
        ("Throttling.User", 400),
        ("Forbbiden.SubUser", 403),
        ("InvalidSslVpnClientCertId.NotFound", 404),
        ("InvalidInstanceId.NotFound", 400),
        ("DryRunOperation", 400),
        ("InternalError", 500),
        ("ServiceUnavailable", 503),
    ] {
        mock.fault_rule(FaultRule {
            action: MODIFY.to_owned(),
            times: Some(1),
            skip: 0,
            fault: Fault::Error(error.to_owned()),
        });
        assert_eq!(refused(&mock, MODIFY, &[]).await, (expected, error.to_owned()));
    }
    assert_eq!(mock.calls()[0].outcome, "VpnGateway.Configuring");
}

#[tokio::test]
async fn there_are_limits_when_a_test_sets_them() {
    let mock = cloudvpn_mock::Mock::start(Options::default()).unwrap();
    mock.rates([(LIST, 1)]);
    ok(&mock, LIST, &[]).await;
    let throttled = async || {
        for _ in 0..50 {
            let response = V3::new(LIST, &[]).signed(&mock).send().await.unwrap();
            if response.status() != 200 {
                return response;
            }
        }
        panic!("50 calls of 1 per second passed");
    };
    let response = throttled().await;
    assert_eq!(response.status(), 400);
    assert!(!response.headers().contains_key("x-acs-retry-after"));
    assert_eq!(response.json::<Value>().await.unwrap()["Code"], "Throttling.User");
    mock.switches(Switches { throttling_429: true, ..Switches::default() });
    let response = throttled().await;
    assert_eq!(response.status(), 429);
    assert!(response.headers()["x-acs-retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    assert_eq!(response.json::<Value>().await.unwrap()["Code"], "Throttling.User");
    ok(&mock, "DescribeVpnGateways", &[]).await;
}

#[tokio::test]
async fn calls_show_business_parameters_and_no_secrets() {
    let mock = instant();
    let params = [SERVER, ("Name", "cert1"), ("ClientToken", "token-1")];
    ok(&mock, CREATE, &params).await;
    let signed = [&[("Action", CREATE), REGION, ("SecurityToken", "mock-token")][..], &params].concat();
    answer(v1(&mock, Method::POST, &signed, &[])).await;
    let calls = mock.calls();
    let expected = json!({
        "RegionId": "cn-hangzhou", "SslVpnServerId": "vss-mock0001", "Name": "cert1", "ClientToken": "token-1",
    });
    for call in &calls {
        assert_eq!((call.cloud, call.action.as_str(), call.region.as_str()), (Cloud::Alibaba, CREATE, "cn-hangzhou"));
        assert_eq!((&call.params, call.outcome.as_str()), (&expected, "ok"));
    }
    mock.clear_calls();
    let bad = client().post(format!("{}/?Action={LIST}&ClientKey=hush&Psk=hush", mock.url()));
    code(bad).await;
    let calls = json!(mock.calls()).to_string();
    assert!(calls.contains("***") && calls.contains("IncompleteSignature") && !calls.contains("hush"), "{calls}");
}

#[tokio::test]
async fn json_in_a_text_hides_its_secrets_wherever_it_begins() {
    let mock = instant();
    let gateway = single_tunnel_gateway(&mock).await;
    let customer = customer_gateway(&mock, "198.51.100.1").await;
    let params = [
        ("VpnGatewayId", gateway.as_str()),
        ("CustomerGatewayId", &customer),
        ("LocalSubnet", "10.0.0.0/16"),
        ("RemoteSubnet", "192.168.0.0/16"),
        ("IkeConfig", " {\"Psk\":\"hush\",\"IkeVersion\":\"ikev2\"}\n"),
    ];
    connected(&mock, &params).await;
    let call = mock.calls().pop().unwrap();
    let shown: Value = serde_json::from_str(call.params["IkeConfig"].as_str().unwrap()).unwrap();
    assert_eq!((call.outcome.as_str(), shown), ("ok", json!({"Psk": "***", "IkeVersion": "ikev2"})));

    let deep = format!("{}Psk", "a.".repeat(17));
    for (name, value) in [
        ("IkeConfig", "Psk=hush"),
        ("IkeConfig", "\u{feff}{\"Psk\":\"hush\"}"),
        ("IkeConfig", "\"{\\\"Psk\\\":\\\"hush\\\"}\""),
        ("IkeConfig", "{\"Ps\\u006b\":\"hush\""),
        ("TunnelOptionsSpecification.1.TunnelIkeConfig.Psk ", "hush"),
        ("TunnelOptionsSpecification.1.TunnelIkeConfig.Psk.1", "hush"),
        (&deep, "hush"),
    ] {
        refused(&mock, "CreateVpnConnection", &[(name, value)]).await;
        let calls = json!(mock.calls()).to_string();
        assert!(!calls.contains("hush"), "{name}: {calls}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused_and_not_forgotten() {
    let mock = instant();
    let query = [("IpAddress", "198.51.100.61")];
    for media in ["application/json", "text/plain", ""] {
        let request = V3 { body: Some((media, r#"{"Name":"lost"}"#)), ..V3::new("CreateCustomerGateway", &query) };
        assert_eq!(code(request.signed(&mock)).await, (400, "InvalidParameter.Format".to_owned()), "{media}");
    }
    assert_eq!(ok(&mock, "DescribeCustomerGateways", &[]).await["TotalCount"], 0);
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let request = V3 { body: Some((form, "Name=kept")), ..V3::new("CreateCustomerGateway", &query) };
    assert_eq!(request.send(&mock).await.0, 200);
    let listed = ok(&mock, "DescribeCustomerGateways", &[]).await;
    assert_eq!(listed["CustomerGateways"]["CustomerGateway"][0]["Name"], "kept");
}

#[tokio::test]
async fn lists_count_from_one_without_gaps() {
    let mock = instant();
    let tags =
        [("ResourceType", "VPNGATEWAY"), ("ResourceId.1", "vpn-mock0001"), ("Tag.1.Key", "a"), ("Tag.2.Key", "b")];
    ok(&mock, "TagResources", &tags).await;
    let reversed: Vec<_> = tags.iter().rev().copied().collect();
    ok(&mock, "TagResources", &reversed).await;
    // An empty parameter is an absent one, but has its place.
    ok(&mock, "TagResources", &[&tags[..2], &[("Tag.1.Key", ""), ("Tag.2.Key", "b")]].concat()).await;
    for changes in [
        &[("ResourceId.1", ""), ("ResourceId.0", "vpn-mock0001")][..],
        &[("ResourceId.1", ""), ("ResourceId.7", "vpn-mock0001")],
        &[("ResourceId.1", ""), ("ResourceId.01", "vpn-mock0001")],
        &[("ResourceId.1", ""), ("ResourceId.+1", "vpn-mock0001")],
        &[("Tag.0.Key", "c")],
        &[("Tag.4.Key", "c")],
    ] {
        refuses(&mock, "TagResources", &having(&tags, changes), INVALID).await;
    }
    let customers = two_customers(&mock).await;
    let names: Vec<_> = two_tunnels(&customers)
        .into_iter()
        .map(|(name, value)| (name.replace("Specification.1", "Specification.0").replace("n.2", "n.1"), value))
        .collect();
    let params: Vec<_> = names.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    refuses(&mock, "CreateVpnConnection", &params, INVALID).await;
}

#[tokio::test]
async fn signature_v3_names_action_and_version_in_headers() {
    let mock = instant();
    let id = created(&mock, "kept").await;
    let query = [("Action", DELETE), ("Version", "2014-05-26"), ("SslVpnClientCertId", id.as_str())];
    let (status, body) = V3::new(DESCRIBE, &query).send(&mock).await;
    assert_eq!((status, &body["Name"]), (200, &json!("kept")), "{body}");
    assert_eq!(mock.calls().pop().unwrap().action, DESCRIBE);
    // With signature v1 the parameters count; SDKs send the headers too.
    let query = [("Action", DESCRIBE), REGION, ("SslVpnClientCertId", &id)];
    let request =
        v1(&mock, Method::GET, &query, &[]).header("x-acs-action", DELETE).header("x-acs-version", "2014-05-26");
    assert_eq!(answer(request).await.0, 200);
}
