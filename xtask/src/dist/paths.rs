//! Paths of the machine that builds: rustc writes those of sources into binaries, for panics to name.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use anyhow::{Context, ensure};

use crate::workspace;

/// What `CARGO_ENCODED_RUSTFLAGS` has to be so that other paths take the places of this machine's. What `RUSTFLAGS` says stays.
pub(crate) fn rustflags(target_directory: &Path) -> OsString {
    let given = env::var("CARGO_ENCODED_RUSTFLAGS").map(|flags| flags.split('\x1f').map(str::to_owned).collect());
    let given =
        given.or_else(|_| env::var("RUSTFLAGS").map(|flags| flags.split_whitespace().map(str::to_owned).collect()));
    let mut flags: Vec<OsString> = given.unwrap_or_else(|_| Vec::new()).into_iter().map(Into::into).collect();
    for (path, name) in [(target_directory, "/target"), (workspace::root(), "/cloudvpn")] {
        flags.push(remap(path, name));
    }
    // The registry's sources last: of several that fit, the last counts.
    flags.extend(cargo_homes().iter().map(|path| remap(path, "/cargo")));
    flags.join("\x1f".as_ref())
}

/// Fails if a binary names a path of this machine.
pub(super) fn are_absent(binary: &Path, target_directory: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(binary).with_context(|| format!("cannot read {}", binary.display()))?;
    let places = [workspace::root().to_owned(), target_directory.to_owned()].into_iter().chain(cargo_homes());
    let found: Vec<_> = places.chain(env::home_dir()).filter_map(|place| find(&bytes, &place)).collect();
    ensure!(found.is_empty(), "{} names paths of this machine:\n  {}", binary.display(), found.join("\n  "));
    println!("{}: no path of this machine", binary.display());
    Ok(())
}

/// The first text in a binary that begins with this directory.
fn find(bytes: &[u8], directory: &Path) -> Option<String> {
    let start = format!("{}{MAIN_SEPARATOR}", directory.to_str()?);
    // The root is no secret, and everything begins with it.
    if start.len() < 3 {
        return None;
    }
    let at = bytes.windows(start.len()).position(|window| window == start.as_bytes())?;
    let text = bytes[at..].iter().take(200).take_while(|byte| (0x20..0x7f).contains(*byte));
    Some(text.map(|byte| char::from(*byte)).collect())
}

fn remap(path: &Path, name: &str) -> OsString {
    let mut flag = OsString::from("--remap-path-prefix=");
    flag.push(path);
    flag.push("=");
    flag.push(name);
    flag
}

/// Cargo's directory, where the sources of the registry are, as it is named and as it really is.
fn cargo_homes() -> Vec<PathBuf> {
    let named = env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let Some(named) = named.or_else(|| Some(env::home_dir()?.join(".cargo"))) else { return Vec::new() };
    let real = fs::canonicalize(&named).ok().filter(|real| *real != named);
    [named].into_iter().chain(real).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_binary_is_found_with_what_follows_it() {
        let bytes = b"\x00\x01src/main.rs\x00/home/someone/.cargo/registry/src/a.rs\x00/home/";
        let text = "/home/someone/.cargo/registry/src/a.rs";
        assert_eq!(find(bytes, Path::new("/home/someone")).as_deref(), Some(text));
        assert_eq!(find(bytes, Path::new("/home/some")), None);
        assert_eq!(find(bytes, Path::new("/")), None);
    }

    #[test]
    fn what_is_built_for_a_release_names_neither_the_repository_nor_the_registry() {
        let flags = rustflags(Path::new("/somewhere/target")).into_string().unwrap();
        let flags: Vec<_> = flags.split('\x1f').collect();
        let root = format!("--remap-path-prefix={}=/cloudvpn", workspace::root().display());
        assert!(flags.contains(&root.as_str()), "{flags:?}");
        assert!(flags.contains(&"--remap-path-prefix=/somewhere/target=/target"), "{flags:?}");
        assert!(flags.last().unwrap().ends_with("=/cargo"), "{flags:?}");
    }
}
