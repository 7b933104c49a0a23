//! `--debug`: a provider that was not started by Terraform, and what Terraform has to be told to find it.

use serde_json::json;

use super::handshake::PROTOCOL_VERSION;
use super::listener::Address;

/// The text for the developer, with a line to paste into a shell.
pub(super) fn invitation(provider_address: &str, address: &Address) -> String {
    format!(
        "\
Provider started. To attach Terraform to it, set this environment variable:

\tTF_REATTACH_PROVIDERS='{}'

Interrupt (Ctrl-C) ends it.
",
        reattach_value(provider_address, address, std::process::id())
    )
}

/// The value of `TF_REATTACH_PROVIDERS` (hashicorp/terraform, internal/getproviders/reattach).
fn reattach_value(provider_address: &str, address: &Address, pid: u32) -> String {
    json!({
        provider_address: {
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL_VERSION,
            "Pid": pid,
            // Without it Terraform disregards the version, and takes 0 for it.
            "Test": true,
            "Addr": { "Network": address.network(), "String": address.to_string() },
        }
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_what_terraform_reads() {
        let address = Address::Unix("/tmp/plugin1".into());
        insta::assert_snapshot!(
            reattach_value("registry.terraform.io/example/widget", &address, 77),
            @r#"{"registry.terraform.io/example/widget":{"Addr":{"Network":"unix","String":"/tmp/plugin1"},"Pid":77,"Protocol":"grpc","ProtocolVersion":6,"Test":true}}"#
        );
    }

    #[test]
    fn the_invitation_has_the_value_on_a_line_for_the_shell() {
        let text = invitation("example/widget", &Address::Tcp(([127, 0, 0, 1], 1234).into()));
        let line = text.lines().find_map(|l| l.trim().strip_prefix("TF_REATTACH_PROVIDERS='")).unwrap();
        let value: serde_json::Value = serde_json::from_str(line.strip_suffix('\'').unwrap()).unwrap();
        assert_eq!(value["example/widget"]["Addr"]["String"], "127.0.0.1:1234");
        assert_eq!(value["example/widget"]["Pid"], std::process::id());
    }
}
