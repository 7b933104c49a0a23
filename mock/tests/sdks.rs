//! The official Python SDKs of both clouds get their keys from the mock. Without Python or the SDKs (`pip install alibabacloud_credentials
//! alibabacloud_sts20150401 tencentcloud-sdk-python-sts`, the interpreter in `PYTHON`) the test says so, and is none.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use cloudvpn_mock::{Call, MockHandle, Options};
use serde_json::{Value, json};

#[test]
fn the_official_sdks_get_keys_by_every_way() {
    let metadata = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let mock = MockHandle::spawn(Options { metadata, ..Options::default() }).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let token = |name: &str, audience: &str| {
        let file = directory.path().join(name);
        std::fs::write(&file, mock.oidc_token(audience, "system:serviceaccount:vpn:apply", 600).unwrap()).unwrap();
        file
    };
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdks.py");
    let output = Command::new(python)
        .arg(script)
        .envs(mock.env())
        .env("MOCK_URL", mock.url())
        .env("MOCK_METADATA_URL", mock.metadata_url().unwrap())
        .env("ALIBABA_TOKEN_FILE", token("alibaba", "sts.aliyuncs.com"))
        .env("TENCENT_TOKEN_FILE", token("tencent", "sts.cloud.tencent.com"))
        .env("NO_PROXY", "127.0.0.1")
        .env("HOME", directory.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output();
    let output = match output {
        Ok(output) if output.status.code() != Some(NOT_INSTALLED) => output,
        Ok(output) => return skipped(String::from_utf8_lossy(&output.stderr).trim()),
        Err(error) => return skipped(&format!("there is no Python here: {error}")),
    };
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}\n{:?}", mock.calls());
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let alibaba = |session: &str| format!("acs:ram::1000000000000001:assumed-role/mock/{session}");
    let tencent =
        |session: &str| format!("qcs::sts:100000000001:assumed-role/4611686018427000001 4611686018427000001:{session}");
    let expected = json!({
        "alibaba key": "acs:ram::1000000000000001:user/mock",
        "alibaba role": alibaba("python"),
        "alibaba oidc": alibaba("python"),
        "alibaba instance": alibaba("i-mock0001"),
        "alibaba uri": alibaba("i-mock0001"),
        "tencent key": "qcs::cam:100000000001:uin/100000000001 100000000001",
        "tencent role": tencent("python"),
        "tencent web identity": tencent("python"),
        "tencent instance": tencent("ins-mock0001"),
    });
    assert_eq!(found, expected, "{log}");
    requests_are_those_seen_before(&mock.calls());
}

/// What is missing on this machine is said; where `TESTS_SKIP_NOTHING` is set, as in CI, it is a failure.
fn skipped(reason: &str) {
    assert!(std::env::var_os("TESTS_SKIP_NOTHING").is_none(), "{reason}");
    eprintln!("skipped: {reason}");
}

/// What the SDKs sent to a server of one's own at the real addresses: these requests, in this order, with these parameters.
fn requests_are_those_seen_before(calls: &[Call]) {
    let names: Vec<_> = calls.iter().map(|call| (call.action.as_str(), call.outcome.as_str())).collect();
    let who = ("GetCallerIdentity", "ok");
    let session = ("alibaba/token", "ok");
    let expected = [
        who,
        ("AssumeRole", "ok"),
        who,
        ("AssumeRoleWithOIDC", "ok"),
        who,
        // A session of the metadata service for each request.
        session,
        ("alibaba/role", "ok"),
        session,
        ("alibaba/key", "ok"),
        who,
        ("uri/key", "ok"),
        who,
        who,
        ("AssumeRole", "ok"),
        who,
        ("AssumeRoleWithWebIdentity", "ok"),
        who,
        ("tencent/role", "ok"),
        ("tencent/key", "ok"),
        who,
    ];
    assert_eq!(names, expected);
    let params: Vec<_> = calls.iter().map(|call| &call.params).collect();
    let role = json!({"RoleArn": "acs:ram::1000000000000001:role/mock", "RoleSessionName": "python", "DurationSeconds": "3600"});
    assert_eq!(*params[1], role);
    let oidc = json!({
        "RoleArn": "acs:ram::1000000000000001:role/mock", "RoleSessionName": "python", "DurationSeconds": "3600",
        "OIDCProviderArn": "acs:ram::1000000000000001:oidc-provider/mock", "OIDCToken": "***",
    });
    assert_eq!(*params[3], oidc);
    assert_eq!(
        (&params[5]["Ttl"], &params[6]["Session"], &params[8]["Session"]),
        (&json!("21600"), &json!("good"), &json!("good"))
    );
    let role = json!({
        "RoleArn": "qcs::cam::uin/100000000001:roleName/mock", "RoleSessionName": "python", "DurationSeconds": 7200,
    });
    assert_eq!(*params[13], role);
    let web_identity = json!({
        "ProviderId": "mock", "WebIdentityToken": "***", "RoleArn": "qcs::cam::uin/100000000001:roleName/mock",
        "RoleSessionName": "python", "DurationSeconds": 7200,
    });
    assert_eq!(*params[15], web_identity);
}

/// The status with which the script says that an SDK is missing.
const NOT_INSTALLED: i32 = 77;
