//! `cargo xtask deps`: what is linked into the provider, and whether that is allowed. Licences, sources and bans over the
//! whole workspace are `cargo deny`'s part, see deny.toml.

use std::collections::BTreeSet;

use anyhow::ensure;
use clap::Args;

use crate::workspace::{self, PROVIDER};

#[derive(Args)]
pub(crate) struct Options {
    /// Only check; print nothing but what is wrong.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let linked = linked()?;
    let wrong = forbidden(&linked);
    ensure!(wrong.is_empty(), "linked into the provider on some platform:\n{}", wrong.join("\n"));
    if !options.check {
        for name in &linked {
            println!("{name}");
        }
        println!("{} crates are linked into the provider, counting every platform.", linked.len());
    }
    Ok(())
}

/// Names of the crates that are linked into the provider on any platform, itself included; procedural macros count, too.
fn linked() -> anyhow::Result<BTreeSet<String>> {
    let text = workspace::tree(&["--edges", "normal", "--target", "all", "--prefix", "none", "--format", "{p}"])?;
    let names: BTreeSet<_> =
        text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    ensure!(names.contains(PROVIDER), "cargo tree did not list {PROVIDER}");
    Ok(names)
}

/// What must not be linked, with the reason.
fn forbidden(linked: &BTreeSet<String>) -> Vec<String> {
    FORBIDDEN
        .iter()
        .flat_map(|(names, why)| names.iter().map(move |name| (*name, *why)))
        .filter(|(name, _)| linked.contains(*name))
        .map(|(name, why)| format!("  {name}: {why}"))
        .collect()
}

const FORBIDDEN: &[(&[&str], &str)] = &[
    (
        &["ring", "openssl", "openssl-sys", "native-tls", "boring", "mbedtls"],
        "rustls with aws-lc-rs is the only TLS stack",
    ),
    (&["clap", "clap_builder", "regex", "regex-automata"], "too large for what the provider needs of it"),
    (&["axum-extra", "actix-web", "warp", "hyper-tls"], "the provider needs no web framework but what tonic brings"),
    (&["cloudvpn-migrate", "cloudvpn-mock", "xtask"], "the provider stands alone"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_tls_stack_is_refused() {
        let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        assert_eq!(forbidden(&names(&["rustls", "aws-lc-rs"])), [""; 0]);
        assert_eq!(forbidden(&names(&["rustls", "ring", "clap"])).len(), 2);
    }

    #[test]
    fn the_provider_links_nothing_forbidden() {
        let linked = linked().unwrap();
        assert!(linked.contains("rustls"), "{linked:?}");
        assert_eq!(forbidden(&linked), [""; 0]);
    }
}
