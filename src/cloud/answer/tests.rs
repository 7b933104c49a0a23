//! Tests of `answer.rs`.

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;

#[derive(Debug, Default, PartialEq, Answer)]
struct Row {
    int: Option<i64>,
    flag: Option<bool>,
    text: Option<String>,
    plain: String,
    list: Vec<String>,
    maybe_list: Option<Vec<Tunnel>>,
    #[member(rows)]
    rows: Option<Vec<Tunnel>>,
    #[member(one)]
    one: Option<Tunnel>,
    optional: Option<Tunnel>,
    #[member("First", "Second")]
    two_names: Option<String>,
    #[member(skip)]
    skipped: Option<String>,
}

#[derive(Debug, Default, PartialEq, Answer)]
#[answer(camelCase)]
struct Tunnel {
    tunnel_id: Option<i64>,
    #[member("IKEArr")]
    ike: Option<Box<Self>>,
}

impl Answer for Box<Tunnel> {
    fn member(&mut self, name: &str) -> Option<Slot<'_>> {
        (**self).member(name)
    }
}

fn row(json: &str) -> Row {
    from_slice(json.as_bytes()).unwrap()
}

fn mismatch(json: &str) -> String {
    from_slice::<Row>(json.as_bytes()).unwrap_err().to_string()
}

fn tunnel(id: i64) -> Tunnel {
    Tunnel { tunnel_id: Some(id), ike: None }
}

#[test]
fn what_is_null_or_unknown_counts_as_absent() {
    assert_eq!(row("{}"), Row::default());
    assert_eq!(
        row(r#"{"New": {"a": [1, {"b": null}]}, "int": 1, "Skipped": "a", "": 2, "Int Flag": 3}"#),
        Row::default()
    );
    let nulls = r#"{"Int": null, "Flag": null, "Text": null, "Plain": null, "List": null, "MaybeList": null, "Rows": null,
                    "One": null, "Optional": null}"#;
    assert_eq!(row(nulls), Row::default());
    assert_eq!(row(r#"{"List": ["a", null, "b"]}"#).list, ["a", "b"]);
}

#[test]
fn scalars_are_read_however_they_are_written() {
    let expected = Row { int: Some(30), flag: Some(true), text: Some("65000".into()), ..Row::default() };
    for json in [
        r#"{"Int": 30, "Flag": true, "Text": "65000"}"#,
        r#"{"Int": "30", "Flag": 1, "Text": 65000}"#,
        r#"{"Int": " 30 ", "Flag": "True", "Text": "65000"}"#,
        r#"{"Int": 30, "Flag": "1", "Text": "\u00365000"}"#,
        r#"{"\u0049nt": 30, "Flag": "true", "Text": 65000}"#,
    ] {
        assert_eq!(row(json), expected, "{json}");
    }
    for (json, expected) in [
        (r#"{"Int": 4294967295}"#, Some(4_294_967_295)),
        (r#"{"Int": -1}"#, Some(-1)),
        (r#"{"Int": true}"#, Some(1)),
        (r#"{"Int": 1.5}"#, None),
        (r#"{"Int": 99999999999999999999}"#, None),
        (r#"{"Int": ""}"#, None),
        (r#"{"Int": "-"}"#, None),
    ] {
        assert_eq!(row(json).int, expected, "{json}");
    }
    for (json, expected) in [
        (r#"{"Flag": false}"#, Some(false)),
        (r#"{"Flag": 0}"#, Some(false)),
        (r#"{"Flag": "False"}"#, Some(false)),
        (r#"{"Flag": ""}"#, None),
        (r#"{"Flag": 0.5}"#, None),
    ] {
        assert_eq!(row(json).flag, expected, "{json}");
    }
    assert_eq!(
        row(r#"{"Text": 123456789012345678901234567890.10}"#).text.unwrap(),
        "123456789012345678901234567890.10"
    );
    assert_eq!((row(r#"{"Text": true}"#).text, row(r#"{"Text": ""}"#).text), (None, Some(String::new())));
    assert_eq!(row(r#"{"Plain": 5}"#).plain, "5");
}

#[test]
fn an_absent_list_is_not_an_empty_one() {
    for (json, expected) in [
        ("{}", None),
        (r#"{"MaybeList": null}"#, None),
        (r#"{"MaybeList": []}"#, Some(vec![])),
        (r#"{"MaybeList": [{"tunnelId": 1}, null, {}]}"#, Some(vec![tunnel(1), Tunnel::default()])),
    ] {
        assert_eq!(row(json).maybe_list, expected, "{json}");
    }
}

#[test]
fn rows_are_unwrapped() {
    for (json, expected) in [
        (r#"{"Rows": {"Row": [{"tunnelId": "1"}, {"tunnelId": 2}]}}"#, Some(vec![tunnel(1), tunnel(2)])),
        (r#"{"Rows": {"Row": [{"tunnelId": 1}], "Total": 1}}"#, Some(vec![tunnel(1)])),
        (r#"{"Rows": {"Row": []}}"#, Some(vec![])),
        (r#"{"Rows": {"Row": null}}"#, None),
        (r#"{"Rows": {}}"#, None),
    ] {
        assert_eq!(row(json).rows, expected, "{json}");
    }
}

#[test]
fn an_object_may_be_a_list_of_one() {
    for (json, expected) in [
        (r#"{"One": {"tunnelId": 1}}"#, Some(tunnel(1))),
        (r#"{"One": [{"tunnelId": 2}]}"#, Some(tunnel(2))),
        (r#"{"One": [{"tunnelId": 2}, {"tunnelId": 3}, 4]}"#, Some(tunnel(2))),
        (r#"{"One": [null]}"#, None),
        (r#"{"One": []}"#, None),
    ] {
        assert_eq!(row(json).one, expected, "{json}");
    }
}

#[test]
fn the_last_of_members_that_come_twice_counts() {
    let json = r#"{"Text": "a", "List": ["a"], "Optional": {"tunnelId": 1, "IKEArr": {}},
                   "Text": "b", "List": ["b"], "Optional": {"tunnelId": 2}}"#;
    let expected = Row { text: Some("b".into()), list: vec!["b".into()], optional: Some(tunnel(2)), ..Row::default() };
    assert_eq!(row(json), expected);
}

#[test]
fn of_two_names_the_one_with_a_text_counts() {
    for (json, expected) in [
        (r#"{"First": "a"}"#, Some("a")),
        (r#"{"Second": "b"}"#, Some("b")),
        (r#"{"First": "", "Second": "b"}"#, Some("b")),
        (r#"{"First": "a", "Second": ""}"#, Some("a")),
        (r#"{"First": "a", "Second": null}"#, Some("a")),
        (r#"{"First": ""}"#, Some("")),
    ] {
        assert_eq!(row(json).two_names.as_deref(), expected, "{json}");
    }
}

#[test]
fn a_mismatch_says_where_it_is_and_not_what_was_found() {
    for (json, path) in [
        (r#"{"Text": ["hidden"]}"#, " at Text"),
        (r#"{"Int": {"hidden": 1}}"#, " at Int"),
        (r#"{"Plain": {}}"#, " at Plain"),
        (r#"{"List": "hidden"}"#, " at List"),
        (r#"{"List": {"hidden": []}}"#, " at List"),
        (r#"{"List": ["a", "b", ["hidden"]]}"#, " at List[2]"),
        (r#"{"MaybeList": [{}, {"IKEArr": {"tunnelId": []}}]}"#, " at MaybeList[1].IKEArr.tunnelId"),
        (r#"{"MaybeList": [{}, "hidden"]}"#, " at MaybeList[1]"),
        (r#"{"Rows": {"Row": [{"IKEArr": 12345}]}}"#, " at Rows.Row[0].IKEArr"),
        (r#"{"Rows": {"Row": 12345}}"#, " at Rows.Row"),
        (r#"{"Rows": []}"#, " at Rows"),
        (r#"{"One": 12345}"#, " at One"),
        (r#"{"One": ["hidden"]}"#, " at One[0]"),
        (r#"{"Optional": []}"#, " at Optional"),
        (r#"{"Optional": 12345}"#, " at Optional"),
        (r#"{"Optional": "hidden"}"#, " at Optional"),
        (r#"{"Optional": true}"#, " at Optional"),
        (r#"{"Text": "hidden"#, " at Text"),
        (r#"["hidden"]"#, ""),
        (r#""hidden""#, ""),
        (r#"{"Text": "hidden"} hidden"#, ""),
        ("", ""),
    ] {
        let said = mismatch(json);
        assert!(
            said.starts_with(&format!("the answer has an unexpected shape{path} (line 1, column ")),
            "{json}: {said}"
        );
        assert!(!said.contains("hidden") && !said.contains("12345"), "{json}: {said}");
    }
}

#[test]
fn secrets_are_read_and_not_shown() {
    #[derive(Debug, Default, Answer)]
    struct Key {
        psk: Option<SecretString>,
    }
    for (json, expected) in [(json!({"Psk": "hidden"}), Some("hidden")), (json!({"Psk": null}), None)] {
        let key: Key = from_value(json);
        assert_eq!(key.psk.as_ref().map(ExposeSecret::expose_secret), expected);
        assert!(!format!("{key:?}").contains("hidden"));
    }
    let error = from_slice::<Key>(br#"{"Psk": ["hidden"]}"#).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
}

#[test]
fn what_serde_calls_a_member_of_a_request_it_is_called_in_the_answer() {
    #[derive(Debug, Default, PartialEq, serde::Serialize, Answer)]
    #[serde(rename_all = "camelCase")]
    struct Both {
        ip_address: Option<String>,
        #[serde(rename = "DPDTimeout")]
        dpd_timeout: Option<i64>,
        #[serde(skip)]
        own: Option<String>,
    }
    let both: Both = from_value(json!({"ipAddress": "a", "DPDTimeout": "30", "own": "b"}));
    assert_eq!(both, Both { ip_address: Some("a".into()), dpd_timeout: Some(30), own: None });
}
