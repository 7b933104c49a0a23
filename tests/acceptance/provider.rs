//! The provider block.

use crate::harness::{Resource, Workspace, hcl, legacy_tunnel, tunnel};

fn with_provider(arguments: &str) -> String {
    hcl([format!("provider \"cloudvpn\" {{\n{arguments}\n}}\n"), tunnel("t").to_string()])
}

#[test]
fn without_any_region_the_plan_says_where_to_set_one() {
    let ws = Workspace::new();
    ws.no_env("TENCENTCLOUD_REGION").write(hcl([tunnel("t")]));
    let diagnostics = ws.plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Missing region");
    for way in ["region", "tencent.region", "TENCENTCLOUD_REGION"] {
        assert!(error.detail.contains(way), "{}", error.detail);
    }
    // The resource's own and the provider's region do.
    ws.write(hcl([tunnel("t").with("region", "\"ap-guangzhou\"")])).apply();
    ws.write(with_provider("  tencent { region = \"ap-guangzhou\" }"));
    assert!(ws.plan_is_empty());
}

#[test]
fn the_providers_region_wins_over_the_environment_and_the_resources_over_both() {
    let ws = Workspace::any_parent();
    let provider = "provider \"cloudvpn\" {\n  tencent { region = \"ap-tokyo\" }\n}\n".to_owned();
    let own = tunnel("own").with("region", "\"ap-seoul\"").with("customer_gateway_id", "\"cgw-own\"");
    ws.write(hcl([provider, tunnel("t").to_string(), own.to_string()])).apply();
    assert_eq!(ws.state("t").unwrap()["region"], "ap-tokyo");
    assert_eq!(ws.state("own").unwrap()["region"], "ap-seoul");
    // Another region of the provider is for new tunnels: those that are there stay.
    ws.write(hcl([tunnel("t").to_string(), own.to_string()]));
    assert!(ws.plan_is_empty());
}

#[test]
fn half_a_pair_of_keys_is_an_error_on_the_other_half() {
    let ws = Workspace::new();
    ws.no_env("TENCENTCLOUD_SECRET_KEY").no_env("TENCENTCLOUD_SECRET_ID");
    ws.write(with_provider("  tencent { secret_id = \"AKIDx\" }"));
    let diagnostics = ws.plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Incomplete credentials");
    assert!(error.is_at("tencent.secret_key"), "{diagnostics}");
    assert!(error.detail.contains("TENCENTCLOUD_SECRET_KEY"), "{}", error.detail);
}

#[test]
fn what_is_wrong_with_the_environment_stops_only_who_uses_that_cloud() {
    let ws = Workspace::new();
    let gateway = Resource::new("cloudvpn_alibaba_customer_gateway", "g").with("ip_address", "\"198.51.100.99\"");
    ws.no_env("TENCENTCLOUD_SECRET_KEY").env("CLOUDVPN_TENCENT_LEGACY_ENDPOINT", "ftp://example.com");
    ws.write(hcl([gateway])).apply();
    ws.mock.clear_calls();

    // A plan that asks nobody says it nevertheless: an apply would end halfway.
    for tunnel in [tunnel("t"), legacy_tunnel("t")] {
        let diagnostics = ws.write(hcl([tunnel])).plan_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, "Incomplete credentials");
        assert!(error.detail.contains("TENCENTCLOUD_SECRET_KEY is not"), "{diagnostics}");
    }
    let data = "data \"cloudvpn_tencent_connections\" \"d\" {}\n";
    let diagnostics = ws.write(hcl([data])).plan_fails();
    assert_eq!(diagnostics.error().summary, "Incomplete credentials");
}

#[test]
fn without_keys_a_call_says_how_to_give_them() {
    let ws = Workspace::new();
    ws.no_env("TENCENTCLOUD_SECRET_KEY").no_env("TENCENTCLOUD_SECRET_ID").write(hcl([tunnel("t")]));
    // Planning a new tunnel asks nobody.
    assert_eq!(ws.plan().actions("t"), ["create"]);
    let diagnostics = ws.apply_fails();
    let error = diagnostics.error();
    assert!(error.detail.contains("TENCENTCLOUD_SECRET_ID"), "{diagnostics}");
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn mistakes_in_the_provider_block_are_found_by_validate() {
    let ws = Workspace::new();
    for (arguments, at, says) in [
        ("  tencent { endpoint = \"ftp://example.com\" }", "tencent.endpoint", "ftp"),
        ("  tencent { endpoint = \"not an address\" }", "tencent.endpoint", "not an address"),
        ("  alibaba { endpoint = \"ftp://vpc.aliyuncs.com\" }", "alibaba.endpoint", "ftp"),
        ("  requests_per_second = 1001", "requests_per_second", "between 1 and 1000"),
        ("  max_retries = -1", "max_retries", "between 0 and 100"),
        ("  max_retries = 1.5", "max_retries", "whole number"),
    ] {
        let diagnostics = ws.write(with_provider(arguments)).validate();
        let error = diagnostics.error();
        assert!(error.is_at(at), "{arguments}:\n{diagnostics}");
        assert!(error.detail.contains(says), "{arguments}:\n{diagnostics}");
        assert!(error.block.contains("provider"), "{arguments}:\n{diagnostics}");
    }
}

#[test]
fn a_bad_endpoint_in_the_environment_names_its_variable() {
    let ws = Workspace::new();
    ws.env("CLOUDVPN_TENCENT_ENDPOINT", "ftp://example.com").write(with_provider(""));
    let diagnostics = ws.plan_fails();
    assert!(diagnostics.error().detail.contains("CLOUDVPN_TENCENT_ENDPOINT"), "{diagnostics}");
}

#[test]
fn a_provider_configured_from_a_resource_plans_and_applies() {
    let ws = Workspace::new();
    let text = |region: &str| {
        let data = format!("resource \"terraform_data\" \"later\" {{\n  input = {region:?}\n}}\n");
        let provider = "provider \"cloudvpn\" {\n  tencent { region = terraform_data.later.output }\n}\n".to_owned();
        hcl([data, provider, tunnel("t").to_string()])
    };
    ws.write(text("ap-guangzhou"));
    let plan = ws.plan();
    assert_eq!(plan.after_unknown("t")["region"], true);
    ws.apply();
    assert_eq!(ws.state("t").unwrap()["region"], "ap-guangzhou");
    // An existing tunnel does not need the provider's region.
    ws.write(text("ap-shanghai"));
    assert_eq!(ws.plan().actions("t"), ["no-op"]);
}

#[test]
fn reading_with_keys_that_are_not_known_yet_says_so() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    let data =
        "resource \"terraform_data\" \"later\" {\n  input = \"AKIDmock00000000000000000000000000\"\n}\n".to_owned();
    let provider = "provider \"cloudvpn\" {\n  tencent { secret_id = terraform_data.later.output }\n}\n".to_owned();
    ws.write(hcl([data, provider, tunnel("t").to_string()]));
    let diagnostics = ws.plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Provider configuration not known yet");
    assert!(error.detail.contains("secret_id"), "{}", error.detail);
    assert!(ws.state("t").is_some());
}

#[test]
fn reading_in_a_region_that_is_not_known_yet_says_so() {
    let ws = Workspace::new();
    let data = "data \"cloudvpn_tencent_connections\" \"d\" {}\n".to_owned();
    let ephemeral = "ephemeral \"cloudvpn_tencent_ssl_client\" \"e\" {\n  id = \"vpnc-mock0001\"\n}\n".to_owned();
    let import = "import {\n  to = cloudvpn_tencent_connection.t\n  id = \"vpnx-mock0001\"\n}\n".to_owned();
    let later = "resource \"terraform_data\" \"later\" {\n  input = { region = \"ap-guangzhou\" }\n}\n".to_owned();
    // A block that is there or not, depending on what is not known, is taken to be there.
    let maybe = "dynamic \"tencent\" {\n    for_each = terraform_data.later.output.region[*]\n    content {\n      region = tencent.value\n    }\n  }";
    for block in ["tencent { region = terraform_data.later.output.region }", maybe] {
        let provider = format!("provider \"cloudvpn\" {{\n  {block}\n}}\n");
        for asking in [&data, &ephemeral, &(import.clone() + &tunnel("t").to_string())] {
            let diagnostics = ws.write(hcl([&later, &provider, asking])).plan_fails();
            let error = diagnostics.error();
            assert_eq!(error.summary, "Provider configuration not known yet", "{asking}{diagnostics}");
            assert!(error.detail.contains("(region)") && error.detail.contains("-target"), "{}", error.detail);
        }
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn two_configurations_of_the_provider_work_side_by_side() {
    let ws = Workspace::any_parent();
    let providers = "provider \"cloudvpn\" {}\nprovider \"cloudvpn\" {\n  alias = \"north\"\n  tencent {\n    region = \"ap-beijing\"\n    default_tags = { side = \"north\" }\n  }\n}\n";
    let north = tunnel("north").with("provider", "cloudvpn.north");
    ws.write(hcl([providers.to_owned(), tunnel("t").to_string(), north.to_string()])).apply();
    assert_eq!(ws.state("t").unwrap()["region"], "ap-guangzhou");
    let north = ws.state("north").unwrap();
    assert_eq!((&north["region"], &north["tags_all"]["side"]), (&"ap-beijing".into(), &"north".into()));
    ws.destroy();
}

#[test]
fn a_misspelt_argument_of_the_provider_is_refused() {
    let ws = Workspace::new();
    for (cloud, misspelt) in [("tencent", "profil"), ("tencent", "regoin"), ("alibaba", "access_key")] {
        let provider = format!("provider \"cloudvpn\" {{\n  {cloud} {{ {misspelt} = \"x\" }}\n}}\n");
        let diagnostics = ws.write(hcl([provider, tunnel("t").to_string()])).validate();
        let error = diagnostics.error();
        assert_eq!(error.summary, "Unsupported argument", "{diagnostics}");
        assert!(error.detail.contains(misspelt), "{diagnostics}");
    }
}
