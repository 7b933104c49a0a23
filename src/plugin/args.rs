//! The command line, which Terraform itself never uses.

use std::ffi::OsString;

/// What the process was asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// No arguments: started by Terraform.
    Serve,
    /// `--debug`: serve a Terraform that is told where we are.
    Debug,
    Version,
    Help,
}

impl Mode {
    /// Reads the arguments after the program's name. The error names the argument that makes no sense.
    pub(super) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut mode = Self::Serve;
        for arg in args {
            let asked = match arg.to_str() {
                // Go providers know one dash.
                Some("--debug" | "-debug") => Self::Debug,
                Some("--version" | "-version" | "-V") => Self::Version,
                Some("--help" | "-help" | "-h") => Self::Help,
                _ => return Err(format!("unknown argument '{}'", arg.to_string_lossy())),
            };
            // Help wins over version wins over debug.
            if matches!((&mode, &asked), (Self::Serve, _) | (_, Self::Help) | (Self::Debug, Self::Version)) {
                mode = asked;
            }
        }
        Ok(mode)
    }
}

/// The text for `--help`.
pub(super) fn usage(program: &str) -> String {
    format!(
        "\
Usage: {program} [--debug | --version | --help]

A Terraform and OpenTofu provider. Terraform starts it without arguments; run by
hand, only these do something:

  --debug    serve until interrupted, and print the TF_REATTACH_PROVIDERS value
             with which Terraform finds this process
  --version  print the version
  --help     print this text
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Mode, String> {
        Mode::parse(args.iter().map(OsString::from))
    }

    #[test]
    fn known_flags_choose_the_mode() {
        assert_eq!(parse(&[]), Ok(Mode::Serve));
        assert_eq!(parse(&["--debug"]), Ok(Mode::Debug));
        assert_eq!(parse(&["-debug"]), Ok(Mode::Debug));
        assert_eq!(parse(&["--version"]), Ok(Mode::Version));
        assert_eq!(parse(&["-h"]), Ok(Mode::Help));
    }

    #[test]
    fn help_wins_over_everything_else() {
        assert_eq!(parse(&["--debug", "--version", "--help"]), Ok(Mode::Help));
        assert_eq!(parse(&["--help", "--debug"]), Ok(Mode::Help));
    }

    #[test]
    fn unknown_arguments_are_named() {
        assert_eq!(parse(&["--debug", "serve"]), Err("unknown argument 'serve'".to_owned()));
        assert_eq!(parse(&["--debug=true"]), Err("unknown argument '--debug=true'".to_owned()));
        assert_eq!(parse(&[""]), Err("unknown argument ''".to_owned()));
    }
}
