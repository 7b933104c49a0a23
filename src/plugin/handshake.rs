//! The handshake of go-plugin: what Terraform says in the environment, and the one line that answers it.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::listener::{Address, SocketOptions};

/// What Terraform asks for.
#[derive(Debug)]
pub(super) struct Handshake {
    /// PEM of the certificate that the client will show; `None` means no TLS at all.
    pub(super) client_cert: Option<String>,
    /// Whether the client can speak [`PROTOCOL_VERSION`].
    pub(super) compatible: bool,
    /// Whether the client asked for multiplexing on the broker, and so expects a seventh field.
    pub(super) multiplex: bool,
    pub(super) socket: SocketOptions,
}

impl Handshake {
    /// Reads the environment. `None`: this process was not started by Terraform.
    pub(super) fn from_env(var: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        if var("TF_PLUGIN_MAGIC_COOKIE")? != MAGIC_COOKIE {
            return None;
        }
        let text = |name: &str| var(name).and_then(|v| v.into_string().ok()).filter(|v| !v.is_empty());
        Some(Self {
            client_cert: text("PLUGIN_CLIENT_CERT"),
            compatible: speaks_our_version(text("PLUGIN_PROTOCOL_VERSIONS").as_deref()),
            multiplex: text("PLUGIN_MULTIPLEX_GRPC").is_some(),
            socket: SocketOptions::from_env(var),
        })
    }
}

/// The line that tells Terraform how to reach this process.
pub(super) struct Line<'a> {
    pub(super) address: &'a Address,
    /// DER of the server's certificate, when there is TLS.
    pub(super) certificate: Option<&'a [u8]>,
    pub(super) multiplex: bool,
}

impl Line<'_> {
    /// Writes the line to standard output in one piece, and takes standard output away from the process.
    ///
    /// Terraform reads only this line and then drains the pipe. Whatever a library might print later has to go elsewhere: a
    /// line over 64 KiB would stop the reader for good (hashicorp/go-plugin, client.go).
    pub(super) fn send(&self) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(format!("{self}\n").as_bytes())?;
        stdout.flush()?;
        stdout_to_stderr()
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Go decodes with base64.RawStdEncoding: padding is an error there.
        let certificate = self.certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
        let (network, address) = (self.address.network(), self.address);
        write!(f, "{CORE_VERSION}|{PROTOCOL_VERSION}|{network}|{address}|grpc|{certificate}")?;
        // Unasked for, a seventh field would become part of the certificate in old clients.
        if self.multiplex {
            f.write_str("|true")?;
        }
        Ok(())
    }
}

/// For whoever starts the binary by hand.
pub(super) fn explanation(program: &str, provider_address: &str) -> String {
    format!(
        "\
{program} is a plugin: a provider that Terraform or OpenTofu starts by itself. It
does nothing when run directly.

To use it, name it in a configuration

  terraform {{
    required_providers {{
      {name} = {{ source = \"{source}\" }}
    }}
  }}

and run `terraform init`. To use this very file, put its directory into the CLI
configuration (~/.terraformrc, or ~/.tofurc):

  provider_installation {{
    dev_overrides {{ \"{source}\" = \"/directory/of/this/file\" }}
    direct {{}}
  }}

See `{program} --help` for what can be run by hand.
",
        name = provider_address.rsplit('/').next().unwrap_or(provider_address),
        source = provider_address.strip_prefix("registry.terraform.io/").unwrap_or(provider_address),
    )
}

/// The only major version that we serve. Like the Go server, we name it even to a client that does not speak it: the
/// client then tells the user which versions do not fit.
fn speaks_our_version(offered: Option<&str>) -> bool {
    offered.is_some_and(|list| list.split(',').any(|v| v.trim().parse() == Ok(PROTOCOL_VERSION)))
}

#[cfg(unix)]
fn stdout_to_stderr() -> io::Result<()> {
    // SAFETY: dup2 takes two numbers and touches no memory of ours.
    let done = unsafe { libc::dup2(libc::STDERR_FILENO, libc::STDOUT_FILENO) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// On Windows nothing that is linked in writes to the standard output.
#[cfg(not(unix))]
fn stdout_to_stderr() -> io::Result<()> {
    Ok(())
}

/// Version of the line's own format (hashicorp/go-plugin, `CoreProtocolVersion`).
const CORE_VERSION: u32 = 1;

/// Major version of Terraform's plugin protocol.
pub(super) const PROTOCOL_VERSION: u32 = 6;

/// hashicorp/terraform, internal/plugin/serve.go. No secret: it tells a plugin from a program run by mistake.
const MAGIC_COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

#[cfg(test)]
mod tests {
    use super::*;

    fn env(vars: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        move |name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v))
    }

    #[test]
    fn without_the_cookie_it_is_no_handshake() {
        assert!(Handshake::from_env(env(&[])).is_none());
        assert!(Handshake::from_env(env(&[("TF_PLUGIN_MAGIC_COOKIE", "")])).is_none());
        assert!(Handshake::from_env(env(&[("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f")])).is_none());
    }

    #[test]
    fn empty_variables_count_as_absent() {
        let vars = &[
            ("TF_PLUGIN_MAGIC_COOKIE", MAGIC_COOKIE),
            ("PLUGIN_CLIENT_CERT", ""),
            ("PLUGIN_MULTIPLEX_GRPC", ""),
            ("PLUGIN_PROTOCOL_VERSIONS", ""),
        ];
        let handshake = Handshake::from_env(env(vars)).unwrap();
        assert_eq!(handshake.client_cert, None);
        assert!(!handshake.multiplex);
        assert!(!handshake.compatible);
    }

    #[test]
    fn version_six_is_found_in_any_order() {
        for (offered, expected) in [
            (Some("5,6"), true),
            (Some("6,5"), true),
            (Some("6"), true),
            (Some(" 5 , 6 "), true),
            (Some("5"), false),
            (Some("16,60"), false),
            (Some("six"), false),
            (None, false),
        ] {
            assert_eq!(speaks_our_version(offered), expected, "{offered:?}");
        }
    }

    #[test]
    fn the_line_has_six_fields_even_without_a_certificate() {
        let unix = Address::Unix("/tmp/plugin1".into());
        let line = Line { address: &unix, certificate: None, multiplex: false };
        assert_eq!(line.to_string(), "1|6|unix|/tmp/plugin1|grpc|");

        let tcp = Address::Tcp(([127, 0, 0, 1], 34567).into());
        let line = Line { address: &tcp, certificate: Some(b"abc"), multiplex: false };
        assert_eq!(line.to_string(), "1|6|tcp|127.0.0.1:34567|grpc|YWJj");
    }

    #[test]
    fn the_seventh_field_comes_only_when_asked_for() {
        let address = Address::Unix("/tmp/plugin1".into());
        let line = Line { address: &address, certificate: Some(b"abc"), multiplex: true };
        assert_eq!(line.to_string(), "1|6|unix|/tmp/plugin1|grpc|YWJj|true");
    }

    #[test]
    fn certificates_of_any_length_are_unpadded_standard_base64() {
        let address = Address::Unix("/tmp/plugin1".into());
        for (der, expected) in [
            (&[0xff_u8, 0xef, 0xbe][..], "/+++"),
            (&[0xff, 0xef, 0xbe, 0xff], "/+++/w"),
            (&[0xff, 0xef, 0xbe, 0xff, 0xff], "/+++//8"),
        ] {
            let line = Line { address: &address, certificate: Some(der), multiplex: false }.to_string();
            assert_eq!(line.rsplit('|').next(), Some(expected));
        }
    }

    #[test]
    fn the_explanation_says_how_to_use_it() {
        let text = explanation("terraform-provider-widget", "registry.terraform.io/example/widget");
        assert!(text.contains(r#"widget = { source = "example/widget" }"#), "{text}");
        assert!(text.contains("dev_overrides"), "{text}");
    }
}
