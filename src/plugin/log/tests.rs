//! Tests of `mod.rs`.

use std::sync::Mutex;

use super::*;

/// The lines that `events` makes at this level.
fn logged(level: LevelFilter, events: impl FnOnce()) -> Vec<String> {
    tracing::subscriber::with_default(subscriber(level, || Sink), events);
    let bytes = std::mem::take(&mut *SINK.with(|s| s.lock().unwrap()));
    String::from_utf8(bytes).unwrap().split_inclusive('\n').map(str::to_owned).collect()
}

thread_local! {
    static SINK: &'static Mutex<Vec<u8>> = Box::leak(Box::default());
}

struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        SINK.with(|s| s.lock().unwrap().extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The line as JSON, without its time.
fn parsed(line: &str) -> serde_json::Value {
    let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
    let time = value.as_object_mut().unwrap().remove("@timestamp").unwrap();
    let time = time.as_str().unwrap();
    let (_, fraction) = time.strip_suffix('Z').unwrap().split_once('.').unwrap();
    assert_eq!(fraction.len(), 6, "{time}");
    value
}

#[test]
fn a_line_is_hclog_json() {
    let fields = {
        let mut fields = Fields::default();
        fields.set("attempt", "2".to_owned());
        fields.set("message", line::text("calling \"API\"\n"));
        fields
    };
    let time = "2026-01-02T15:04:05.1Z".parse().unwrap();
    let line = Line { level: tracing::Level::DEBUG, module: "cloudvpn::cloud", time, fields }.to_string();
    insta::assert_snapshot!(
        line,
        @r#"{"@level":"debug","@message":"calling \"API\"\n","@module":"cloudvpn::cloud","@timestamp":"2026-01-02T15:04:05.100000Z","attempt":2}"#
    );
    assert!(line.ends_with("}\n"));
}

#[test]
fn whole_seconds_have_six_digits_too() {
    let line = Line {
        level: tracing::Level::INFO,
        module: "m",
        time: Timestamp::from_second(1_800_000_000).unwrap(),
        fields: Fields::default(),
    };
    assert!(line.to_string().contains(r#""@timestamp":"2027-01-15T08:00:00.000000Z""#), "{line}");
}

#[test]
fn fields_of_all_spans_around_an_event_are_in_its_line() {
    let lines = logged(LevelFilter::TRACE, || {
        let outer = tracing::info_span!("rpc", tf_rpc = "ReadResource", ms = tracing::field::Empty).entered();
        let _inner = tracing::info_span!("call", action = "DescribeVpnConnections", attempt = 1).entered();
        outer.record("ms", 12);
        tracing::info!(attempt = 2, done = true, ratio = 0.5, nan = f64::NAN, "answered");
    });
    insta::assert_snapshot!(
        parsed(&lines[0]),
        @r#"{"@level":"info","@message":"answered","@module":"cloudvpn::plugin::log::tests","action":"DescribeVpnConnections","attempt":2,"done":true,"ms":12,"nan":"NaN","ratio":0.5,"tf_rpc":"ReadResource"}"#
    );
}

#[test]
fn fields_never_overwrite_what_belongs_to_hclog() {
    let lines = logged(LevelFilter::TRACE, || {
        tracing::warn!("@level" = 3, "@message" = true, "@timestamp" = 0, "hello");
    });
    insta::assert_snapshot!(
        parsed(&lines[0]),
        @r#"{"@level":"warn","@message":"hello","@module":"cloudvpn::plugin::log::tests","_level":3,"_message":true,"_timestamp":0}"#
    );
}

#[test]
fn a_message_is_a_string_whatever_was_logged() {
    for lines in [
        logged(LevelFilter::TRACE, || tracing::info!(message = 42)),
        logged(LevelFilter::TRACE, || tracing::info!(attempt = 42)),
    ] {
        assert!(parsed(&lines[0])["@message"].is_string(), "{lines:?}");
    }
}

#[test]
fn long_lines_stay_under_the_readers_limit() {
    // Control characters take six bytes each in JSON.
    let long = "\u{1}".repeat(100_000);
    let lines = logged(LevelFilter::TRACE, || {
        tracing::info!(a = long.as_str(), b = long.as_str(), c = ?long, d = "kept", "{long}");
    });
    assert!(lines[0].len() < 64 << 10, "{}", lines[0].len());
    let line = parsed(&lines[0]);
    assert!(line["@message"].as_str().unwrap().ends_with("... (91808 more bytes)"));
    assert_eq!(line["d"], "kept");
    // Debug output spells control characters out, so `c` has room.
    assert_eq!(line["fields_left_out"], 2);
}

#[test]
fn text_is_cut_between_characters() {
    let text = line::text(&"ä".repeat(8 << 10));
    assert!(text.ends_with("... (8192 more bytes)\""), "{}", &text[text.len() - 40..]);
    let text = line::text(&format!("x{}", "ä".repeat(8 << 10)));
    assert!(text.ends_with("... (8194 more bytes)\""), "{}", &text[text.len() - 40..]);
}

#[test]
fn events_below_the_level_are_not_written() {
    let lines = logged(LevelFilter::WARN, || {
        tracing::info!("quiet");
        tracing::error!("loud");
    });
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("loud"));
}

#[test]
fn other_libraries_are_heard_only_when_something_is_wrong() {
    let lines = logged(LevelFilter::TRACE, || {
        tracing::debug!(target: "h2::codec", "header");
        tracing::debug!(target: "cloudvpnish", "header");
        tracing::warn!(target: "h2::codec", "broken");
    });
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("broken"));
}

#[test]
fn the_most_specific_variable_sets_the_level() {
    let level = |vars: &'static [(&str, &str)]| {
        level(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v)), "cloud-vpn")
    };
    assert_eq!(level(&[]), None);
    assert_eq!(level(&[("TF_LOG", "")]), None);
    assert_eq!(level(&[("TF_LOG", "info")]), Some(LevelFilter::INFO));
    assert_eq!(level(&[("TF_LOG", "JSON")]), Some(LevelFilter::TRACE));
    assert_eq!(level(&[("TF_LOG", "nonsense")]), Some(LevelFilter::TRACE));
    assert_eq!(level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "ERROR")]), Some(LevelFilter::ERROR));
    assert_eq!(level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "OFF")]), None);
    assert_eq!(level(&[("TF_LOG_PROVIDER", "WARN"), ("TF_LOG_PROVIDER_CLOUD_VPN", "DEBUG")]), Some(LevelFilter::DEBUG));
}
