//! States, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use super::*;

fn seen(status: i64, before: &SslClient) -> SslClient {
    SslClient::observed(&SslVpnClient { cert_status: Some(status), ..SslVpnClient::default() }, before)
}

#[test]
fn a_certificate_is_enabled_or_disabled_by_its_status_and_otherwise_stays() {
    let (on, off) = (
        SslClient { enabled: true.into(), ..SslClient::default() },
        SslClient { enabled: false.into(), ..SslClient::default() },
    );
    for (status, before, expected, shown) in [
        (1, &off, true, "normal"),
        (2, &on, false, "disabled"),
        (3, &on, true, "expired"),
        (3, &off, false, "expired"),
        // An import.
        (3, &SslClient::default(), true, "expired"),
        (4, &on, true, "error"),
        (9, &on, true, "9"),
    ] {
        let seen = seen(status, before);
        assert_eq!((&seen.enabled, &seen.certificate_status), (&expected.into(), &shown.into()), "{status}");
    }
}

#[test]
fn the_last_thirty_days_of_a_certificate_are_warned_about() {
    let now: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
    let warning = |status: &str, expires_at: &str| {
        let client =
            SslClient { certificate_status: status.into(), expires_at: expires_at.into(), ..SslClient::default() };
        client.expiry(now).map(|diagnostic| diagnostic.summary)
    };
    // The service's clock is eight hours ahead.
    for (status, expires_at, expected) in [
        ("normal", "2026-05-31 08:00:01", None),
        ("normal", "2026-05-31 08:00:00", Some("Certificate expires soon")),
        ("disabled", "2026-05-02 00:00:00", Some("Certificate expires soon")),
        ("normal", "2026-05-01 08:00:00", Some("Certificate has expired")),
        ("expired", "2026-04-01 00:00:00", Some("Certificate has expired")),
        ("expired", "", Some("Certificate has expired")),
        ("normal", "0000-00-00 00:00:00", None),
        ("normal", "", None),
    ] {
        assert_eq!(warning(status, expires_at).as_deref(), expected, "{status} {expires_at}");
    }
}

#[test]
fn only_enabling_and_disabling_is_a_change() {
    let before =
        SslClient { id: "vpnc-1".into(), ssl_server_id: "vpns-1".into(), enabled: true.into(), ..SslClient::default() };
    assert_eq!(before.change(&before, &before), None);
    let planned = SslClient { enabled: false.into(), ..before.clone() };
    assert_eq!(
        before.change(&planned, &planned),
        Some(Switch { server: "vpns-1".to_owned(), id: "vpnc-1".to_owned(), on: false })
    );
}
