//! `cargo xtask mirror`: the provider in a directory from which `terraform init` installs it on this machine.

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use crate::dist::{HOST, VERSION, add_to_mirror, pack, platform};
use crate::workspace::{self, PROVIDER, SOURCE};

#[derive(Args)]
pub(crate) struct Options {
    /// The directory; by default `terraform-mirror` in the home directory.
    directory: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let directory = match &options.directory {
        Some(directory) => std::path::absolute(directory).context("the directory has no path")?,
        None => env::home_dir().context("there is no home directory: name a directory")?.join("terraform-mirror"),
    };
    // As the demonstration does: after it, nothing is left to build. What is to be given to others comes from `cargo xtask dist`.
    workspace::build_both()?;
    let binary = workspace::target_directory()?.join("release").join(workspace::executable(PROVIDER));
    let temporary = tempfile::tempdir().context("cannot make a temporary directory")?;
    let archive = temporary.path().join(format!("{PROVIDER}_{VERSION}_{}.zip", platform(HOST)?));
    let file = File::create(&archive).with_context(|| format!("cannot write {}", archive.display()))?;
    pack(file, &binary, &workspace::executable(&format!("{PROVIDER}_v{VERSION}")))?;
    for path in add_to_mirror(&archive, &directory)? {
        eprintln!("{}", path.display());
    }
    eprintln!(
        "\nTerraform installs it from there with this in its CLI configuration (~/.terraformrc, for OpenTofu ~/.tofurc):\n"
    );
    print!("{}", configuration(&directory));
    Ok(())
}

/// The part of a CLI configuration that names the mirror.
fn configuration(directory: &Path) -> String {
    // HCL takes a backslash for the beginning of an escape.
    let path = directory.display().to_string().replace('\\', "/");
    format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path    = \"{path}\"\n    include = [\"{SOURCE}\"]\n  }}\n  direct {{\n    \
         exclude = [\"{SOURCE}\"]\n  }}\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_names_the_mirror_and_leaves_the_rest_to_the_registry() {
        let expected = "\
provider_installation {
  filesystem_mirror {
    path    = \"/home/me/terraform-mirror\"
    include = [\"cloudvpn/cloudvpn\"]
  }
  direct {
    exclude = [\"cloudvpn/cloudvpn\"]
  }
}
";
        assert_eq!(configuration(Path::new("/home/me/terraform-mirror")), expected);
    }
}
