//! When Alibaba Cloud refuses, hangs or vanishes in between.

use cloudvpn_mock::{Fault, FaultRule, Switches, When};

use crate::alibaba::{cert, certs, error, made, outcomes, tokens};
use crate::harness::{Workspace, hcl};

const ACTIONS: [&str; 3] = ["CreateSslVpnClientCert", "ModifySslVpnClientCert", "DeleteSslVpnClientCert"];

/// A certificate's whole life, with `fault` in the way of each write; the calls of each are looked at.
fn survives(ws: &Workspace, fault: impl Fn() -> Vec<Fault>) {
    for action in ACTIONS {
        for fault in fault() {
            ws.mock.fault(action, 1, fault);
        }
    }
    ws.write(hcl([cert("c")])).apply();
    assert_eq!(Vec::from_iter(certs(ws).into_keys()), [ws.id("c")], "one certificate is made");
    ws.write(hcl([cert("c").with("name", "\"renamed\"")])).apply();
    assert_eq!(made(ws, "c")["Name"], "renamed");
    ws.destroy();
    assert!(certs(ws).is_empty());

    let mut all = Vec::new();
    for action in ACTIONS {
        let calls = ws.calls(action);
        let mut tokens = tokens(&calls);
        assert_eq!(tokens.len(), fault().len() + 1, "{action}: {:?}", outcomes(&calls));
        tokens.dedup();
        assert_eq!(tokens.len(), 1, "repetitions of {action} keep their token");
        all.extend(tokens);
    }
    all.dedup();
    assert_eq!(all.len(), ACTIONS.len(), "each operation has a token of its own");
}

#[test]
fn throttling_and_conflicts_are_waited_out_with_the_same_token() {
    survives(&Workspace::new(), || {
        let codes = ["Throttling.User", "VpnGateway.Configuring", "OperationConflict", "IncorrectStatus.VpnGateway"];
        codes.map(error).into()
    });
}

#[test]
fn throttling_of_newer_gateways_is_obeyed() {
    let ws = Workspace::new();
    ws.mock.switches(Switches { throttling_429: true, ..Switches::default() });
    survives(&ws, || vec![error("Throttling")]);
}

#[test]
fn lost_and_unusable_answers_make_nothing_twice() {
    for fault in [
        Fault::Drop(When::Before),
        Fault::Drop(When::After),
        Fault::Truncate(true),
        Fault::Http(502),
        Fault::Garbage(true),
        Fault::Html(true),
        error("ServiceUnavailable"),
    ] {
        survives(&Workspace::new(), || vec![fault.clone()]);
    }
}

#[test]
fn a_flaky_read_is_repeated() {
    let ws = Workspace::new();
    for fault in [error("Throttling"), Fault::Http(503), Fault::Drop(When::After), error("InternalError")] {
        ws.mock.fault("DescribeSslVpnClientCerts", 1, fault);
    }
    ws.write(hcl([cert("c")])).apply();
    ws.destroy();
}

#[test]
fn refusals_that_say_nothing_of_the_certificate_keep_it_in_the_state() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")])).apply();
    let id = ws.id("c");
    for code in [
        "InvalidAccessKeyId.NotFound",
        "InvalidRegionId.NotFound",
        "InvalidAction.NotFound",
        "InvalidProduct.NotFound",
        "Forbidden",
        "Forbbiden.SubUser",
        "Forbidden.RAM",
    ] {
        ws.mock.fault("DescribeSslVpnClientCerts", 1, error(code));
        let diagnostics = ws.apply_fails();
        assert!(diagnostics.error().detail.contains(code), "{code}:\n{diagnostics}");
        assert_eq!(ws.id("c"), id, "{code}");
    }
    ws.mock.fault("DescribeSslVpnClientCerts", 1, Fault::Http(404));
    ws.apply_fails();
    assert_eq!(ws.id("c"), id);
    for code in ["InvalidAccessKeyId.NotFound", "InvalidRegionId.NotFound", "Forbbiden.SubUser"] {
        ws.mock.fault("DeleteSslVpnClientCert", 1, error(code));
        let diagnostics = ws.write(hcl([""])).apply_fails();
        assert_eq!(diagnostics.error().summary, "Deleting the certificate failed");
        assert_eq!(ws.id("c"), id, "{code}");
    }
}

#[test]
fn a_key_or_region_that_the_service_does_not_know_keeps_the_certificate() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")])).apply();
    let id = ws.id("c");
    for (variable, value, code, says) in [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIunknown", "InvalidAccessKeyId.NotFound", "access_key_id"),
        (
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "Wrong-secret-not-to-be-seen",
            "SignatureDoesNotMatch",
            "access key secret",
        ),
    ] {
        let right = if variable.ends_with("_ID") {
            cloudvpn_mock::ALIBABA_ACCESS_KEY_ID
        } else {
            cloudvpn_mock::ALIBABA_ACCESS_KEY_SECRET
        };
        ws.env(variable, value);
        let diagnostics = ws.plan_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, "Reading the certificate failed");
        assert!(error.detail.contains(code) && error.detail.contains(says), "{diagnostics}");
        assert_eq!(ws.id("c"), id);
        ws.env(variable, right);
    }
    ws.assert_nowhere("Wrong-secret-not-to-be-seen");
    assert!(ws.plan_is_empty());
}

#[test]
fn refusals_point_at_the_attribute_they_are_about() {
    let ws = Workspace::new();
    ws.mock.switches(Switches { old_name_rule: true, ..Switches::default() });
    // Legal by the current page, refused by a service that still goes by the older one.
    let diagnostics = ws.write(hcl([cert("c").with("name", "\"1\"")])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Creating the certificate failed");
    assert!(error.is_at("name") && error.detail.contains("InvalidName"), "{diagnostics}");
    assert!(error.detail.contains("1 to 100 characters") && error.detail.contains("request id"), "{diagnostics}");
    assert!(ws.state("c").is_none());

    let diagnostics = ws.write(hcl([cert("cc").with("ssl_server_id", "\"vss-nowhere\"")])).apply_fails();
    assert!(diagnostics.error().is_at("ssl_server_id"), "{diagnostics}");

    ws.write(hcl([cert("cc")])).apply();
    let diagnostics = ws.write(hcl([cert("cc").with("name", "\"2\"")])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the certificate failed");
    assert!(diagnostics.error().is_at("name"), "{diagnostics}");
    assert_eq!(ws.state("cc").unwrap()["name"], "cc");
    assert!(!ws.is_tainted("cc"));
}

#[test]
fn a_create_that_cannot_be_waited_for_leaves_a_certificate_to_be_replaced() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")]));
    ws.mock.fault("DescribeSslVpnClientCerts", 1, error("Forbidden"));
    ws.apply_fails();
    let id = ws.id("c");
    assert!(ws.is_tainted("c"));
    ws.apply();
    assert_ne!(ws.id("c"), id);
    assert_eq!(Vec::from_iter(certs(&ws).into_keys()), [ws.id("c")]);
}

#[test]
fn credentials_that_may_not_see_servers_still_write() {
    let ws = Workspace::new();
    let fault = error("Forbidden.RAM");
    ws.mock.fault_rule(FaultRule { action: "DescribeSslVpnServers".to_owned(), times: None, skip: 0, fault });
    ws.write(hcl([cert("c").changed("count = 3\nname = \"c-${count.index}\"")])).apply();
    ws.destroy();
    let refused = ws.mock.calls().into_iter().filter(|call| call.outcome == "VpnGateway.Configuring").count();
    assert_eq!(refused, 0);
}
