//! What is not ours comes out byte by byte, and odd texts are taken.

use std::path::PathBuf;

use cloudvpn_migrate::{Outcome, migrate_files, source::File};
use proptest::prelude::*;

fn migrate(text: &str) -> Outcome {
    migrate_files(&[File::parse(PathBuf::from("main.tf"), text.to_owned()).unwrap()]).unwrap()
}

/// What becomes of a file, which changes.
fn after(text: &str) -> String {
    let outcome = migrate(text);
    outcome.changes.first().map_or_else(|| text.to_owned(), |change| change.after.clone())
}

/// Structures that are none of ours, in the odd forms that people write.
fn foreign() -> impl Strategy<Value = String> {
    let name = "[a-z][a-z0-9_]{0,6}";
    let gap = prop::sample::select(vec![
        "",
        "\n",
        "\n\n\n",
        "  # a comment\n",
        "// other\n",
        "/* one\n two */\n",
        "\t\n",
        "# ümläut ✓\n",
    ]);
    let structure = prop_oneof![
        (name, 0u32..99).prop_map(|(name, number)| format!("variable \"v_{name}\" {{\n  default={number}\n}}\n")),
        name.prop_map(|name| format!("locals {{\n l_{name}   =  [1,2 , 3] # odd\n m_{name} = {{ a=1, \"b c\" : 2 }}\n}}\n")),
        name.prop_map(|name| format!("resource \"alicloud_vpc\" \"{name}\" {{ vpc_name = \"alicloud_vpn_gateways_of_mine\" }}\n")),
        name.prop_map(|name| format!("output \"o_{name}\" {{\n  value = <<-EOT\n\t a = 1 # no comment\n   b = ${{join(\",\", [for x in [1] : x])}}\n  EOT\n}}\n")),
        name.prop_map(|name| format!("output \"p_{name}\" {{\n  value = \"%{{ if true }}$${{a}}%{{ endif }}\"\n  # last\n}}\n")),
        name.prop_map(|name| format!("module \"m_{name}\" {{\n  source = \"./m\"\n\n\n  a      = aws_vpn_gateway.alicloud_vpn_gateway.asn\n}}\n")),
        name.prop_map(|name| format!("resource aws_x \"{name}\" {{\n  for_each = toset([])\n  a = each.value.internet_ip\n  b = self.asn\n}}\n")),
    ];
    (gap, structure).prop_map(|(gap, structure)| format!("{gap}{structure}"))
}

const OFFICIAL: &str =
    "resource \"alicloud_vpn_customer_gateway\" \"c\" {\n  ip_address = \"192.0.2.1\"\n  asn=\"65000\"\n}\n";

proptest! {
    #[test]
    fn what_is_not_ours_comes_out_byte_by_byte(before in prop::collection::vec(foreign(), 0..5), behind in prop::collection::vec(foreign(), 0..5)) {
        let (before, behind) = (before.concat(), behind.concat());
        let alone = migrate(&format!("{before}{behind}"));
        prop_assert!(alone.changes.is_empty());
        prop_assert!(alone.remarks.is_empty(), "{:?}", alone.remarks);

        let after = after(&format!("{before}{OFFICIAL}{behind}"));
        prop_assert!(after.starts_with(&before), "{}", after);
        let rest = &after[before.len()..];
        let head = OFFICIAL.replace("alicloud_vpn_customer_gateway", "cloudvpn_alibaba_customer_gateway").replace("asn", "bgp_asn");
        prop_assert!(rest.starts_with(&format!("{head}\nmoved {{")), "{}", after);
        prop_assert!(rest.contains(&behind), "{}", after);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[a-z{}\\[\\]()\"$%<>=#/*.,:?\\n\\\\ -]{0,60}") {
        if let Ok(file) = File::parse(PathBuf::from("main.tf"), format!("{OFFICIAL}\n{text}")) {
            let _ = migrate_files(&[file]);
        }
    }
}

#[test]
fn line_ends_byte_order_marks_and_missing_newlines_stay() {
    let windows = after(&OFFICIAL.replace('\n', "\r\n"));
    assert!(windows.contains("bgp_asn=\"65000\"\r\n}\r\n\r\nmoved {\r\n"), "{windows:?}");
    assert_eq!(windows.matches('\n').count(), windows.matches("\r\n").count());

    let marked = after(&format!("\u{feff}{OFFICIAL}"));
    assert!(marked.starts_with("\u{feff}resource \"cloudvpn_alibaba_customer_gateway\" \"c\""), "{marked:?}");

    let open = after(OFFICIAL.trim_end());
    assert!(open.contains("to   = cloudvpn_alibaba_customer_gateway.c\n}\n\nterraform {"), "{open}");
    assert!(migrate("").changes.is_empty());
}

#[test]
fn a_block_in_one_line_is_taken() {
    let text = after("resource \"tencentcloud_vpn_ssl_client\" \"c\" { ssl_vpn_client_name = \"c\" }\n");
    assert!(text.starts_with("resource \"cloudvpn_tencent_ssl_client\" \"c\" {\n  name = \"c\"\n}\n"), "{text}");
    let text = after("resource \"alicloud_vpn_customer_gateway\" \"c\" {}\n");
    assert!(text.starts_with("resource \"cloudvpn_alibaba_customer_gateway\" \"c\" {}\n"), "{text}");
}

#[test]
fn comments_in_odd_places_stay() {
    let text = after(
        "resource \"tencentcloud_vpn_connection\" \"c\" { # head\n  /* before */ name = \"c\" /* behind */ # end\n  # of the key\n  pre_share_key = \
         var.k // key\n  # above nothing\n\n  ike_version = \"IKEV2\" # two\n  # of the group\n  ike_dh_group_name = \"GROUP14\"\n\n  bgp_config { # inner \
         head\n    # of the range\n    tunnel_cidr = \"a\" # range\n    # at the end\n  }\n  # last\n}\nvariable \"k\" {}\n",
    );
    for comment in [
        "# head",
        "/* before */",
        "/* behind */",
        "# end",
        "# of the key",
        "// key",
        "# above nothing",
        "# two",
        "# of the group",
        "# inner head",
        "# of the range",
        "# range",
        "# at the end",
        "# last",
    ] {
        assert_eq!(text.matches(comment).count(), 1, "{comment} in\n{text}");
    }
}

#[test]
fn configuration_in_json_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let json = directory.path().join("main.tf.json");
    std::fs::write(&json, "{\"resource\": {\"aws_vpn_gateway\": {}}}").unwrap();
    assert!(cloudvpn_migrate::migrate(directory.path()).unwrap().changes.is_empty());
    std::fs::write(&json, "{\"resource\": {\"alicloud_vpn_gateway\": {}}}").unwrap();
    let error = cloudvpn_migrate::migrate(directory.path()).unwrap_err().to_string();
    assert!(error.starts_with("main.tf.json is configuration in JSON, and it has alicloud_vpn_gateway."), "{error}");
}

#[test]
fn what_cannot_be_said_here_stays_and_is_named() {
    for (inner, reason) in [
        ("role_of_mine = 1", "alicloud_vpn_connection has no role_of_mine that is known"),
        ("dynamic \"ike_config\" {\n  for_each = []\n  iterator = x\n  content {}\n}", "a dynamic block with iterator"),
        ("ike_config {}\nike_config {}", "ike_config stands there 2 times"),
        (
            "tunnel_options_specification {\n role = var.r\n}\ntunnel_options_specification {}",
            "the role of a tunnel is no literal",
        ),
        (
            "tunnel_options_specification {\n role = \"slave\"\n}\ntunnel_options_specification {\n role = \"slave\"\n}",
            "two tunnels of the same role",
        ),
        ("bgp_config = [{ enable = true }]", "bgp_config is given as a list, not as a block"),
    ] {
        let text = format!(
            "resource \"alicloud_vpn_connection\" \"c\" {{\n{inner}\n}}\noutput \"o\" {{\n value = alicloud_vpn_connection.c.internet_ip\n}}\n"
        );
        let outcome = migrate(&text);
        assert!(outcome.changes.is_empty(), "{:?}", outcome.changes);
        let remarks: Vec<_> = outcome.remarks.iter().map(ToString::to_string).collect();
        assert_eq!(remarks.len(), 1, "{remarks:?}");
        assert!(remarks[0].ends_with(&format!("alicloud_vpn_connection.c stays what it is: {reason}")), "{remarks:?}");
    }
}

#[test]
fn texts_in_brackets_are_keys_of_resources_and_attributes_of_elements() {
    let text = after(&format!(
        "{OFFICIAL}locals {{\n  key  = alicloud_vpn_customer_gateway.c[\"asn\"].asn\n  both = alicloud_vpn_customer_gateway.c[\"k\"][\"asn\"]\n  each = [for c in \
         alicloud_vpn_customer_gateway.c : c[\"asn\"]]\n}}\n"
    ));
    assert!(text.contains("c[\"asn\"].bgp_asn\n"), "{text}");
    assert!(text.contains("cloudvpn_alibaba_customer_gateway.c[\"k\"].bgp_asn\n"), "{text}");
    assert!(text.contains(": c.bgp_asn]\n"), "{text}");
}

#[test]
fn old_spellings_of_dependencies_are_taken() {
    let text = after(&format!(
        "{OFFICIAL}resource \"aws_x\" \"x\" {{\n  depends_on = [\"alicloud_vpn_customer_gateway.c\", \"aws_y.y\"]\n}}\n"
    ));
    assert!(text.contains("depends_on = [cloudvpn_alibaba_customer_gateway.c, \"aws_y.y\"]\n"), "{text}");
}

#[test]
fn patterns_are_names_where_they_find_only_one() {
    let data = |pattern: &str| format!("data \"alicloud_vpn_gateways\" \"g\" {{\n  name_regex = {pattern}\n}}\n");
    assert!(
        after(&data("\"^office-1$\""))
            .starts_with("data \"cloudvpn_alibaba_gateways\" \"g\" {\n  name = \"office-1\"\n}\n")
    );
    for pattern in ["\"^office\"", "\"^a.c$\"", "var.pattern"] {
        let outcome = migrate(&data(pattern));
        assert!(outcome.changes.is_empty() && outcome.remarks.len() == 1, "{pattern}: {outcome:?}");
    }
}

#[test]
fn blocks_in_one_line_get_lines() {
    let text = after(&format!("terraform {{ required_version = \"~> 1.9\" }}\n{OFFICIAL}"));
    let expected = "terraform {\n  required_version = \"~> 1.9\"\n\n  required_providers {\n    cloudvpn = {\n      source = \"cloudvpn/cloudvpn\"\n    }\n  }\n}\n";
    assert!(text.starts_with(expected), "{text}");
    let text = after(&format!("terraform {{\n  required_providers {{ alicloud = \"~> 1.2\" }}\n}}\n{OFFICIAL}"));
    let expected = "terraform {\n  required_providers {\n    alicloud = \"~> 1.2\"\n    cloudvpn = {\n      source = \"cloudvpn/cloudvpn\"\n    }\n  }\n}\n";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn comments_of_what_vanishes_and_of_further_blocks_stay() {
    let text = after(
        "resource \"tencentcloud_vpn_connection\" \"c\" {\n  name = \"c\"\n\n  # before nothing\n  negotiation_type = \"\" # nothing\n  security_group_policy {\n    \
         local_cidr_block = \"a\" # first\n  }\n  # second\n  security_group_policy {\n    local_cidr_block = \"b\"\n  }\n  dynamic \"bgp_config\" { # head\n    # when\n    \
         for_each = [1] # each\n    # what\n    content {\n      # range\n      tunnel_cidr = \"a\"\n    }\n    # end\n  }\n  # before the last\n  dpd_action = null # the \
         last\n}\n",
    );
    for comment in [
        "# before nothing",
        "# nothing",
        "# first",
        "# second",
        "# head",
        "# when",
        "# each",
        "# what",
        "# range",
        "# end",
        "# before the last",
        "# the last",
    ] {
        let lines = text.lines().filter(|line| line.trim_end().ends_with(comment)).count();
        assert_eq!(lines, 1, "{comment} in\n{text}");
    }
}

#[test]
fn what_did_something_once_is_forgotten_unless_something_refers_to_it() {
    let once = "resource \"tencentcloud_vpn_connection_reset\" \"once\" {\n  vpn_connection_id = \"vpnx-1\"\n}\n";
    let forgotten =
        "removed {\n  from = tencentcloud_vpn_connection_reset.once\n\n  lifecycle {\n    destroy = false\n  }\n}\n";
    assert_eq!(after(once), forgotten);
    let outcome = migrate(&format!("{once}output \"o\" {{\n  value = tencentcloud_vpn_connection_reset.once.id\n}}\n"));
    assert!(outcome.changes.is_empty(), "{:?}", outcome.changes);
    let remark = outcome.remarks[0].to_string();
    assert_eq!(remark, "main.tf:1: tencentcloud_vpn_connection_reset.once stays what it is: something refers to it");
    assert_eq!(
        after(&format!("{once}# tencentcloud_vpn_connection_reset.once_more\n")),
        format!("{forgotten}# tencentcloud_vpn_connection_reset.once_more\n")
    );
}
