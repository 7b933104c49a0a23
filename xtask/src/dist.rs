//! `cargo xtask dist`: the archive of a release as the registry and filesystem mirrors want it, and its bill of materials.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;
use sha2::{Digest, Sha256};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::workspace::{self, PROVIDER, SOURCE};

pub(crate) mod paths;
mod sbom;

#[derive(Args)]
pub(crate) struct Options {
    /// Target triple to build for; this machine's own by default.
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// Where the archive, its bill of materials, the manifest and the checksums go; target/dist by default.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Fail if the binary or the archive is larger than it may be, or the binary names paths of this machine or obeys what only builds for tests may.
    #[arg(long)]
    check: bool,
    /// Also put the archive into this filesystem mirror.
    #[arg(long, value_name = "DIR")]
    mirror: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let triple = options.target.as_deref().unwrap_or(HOST);
    let platform = platform(triple)?;
    let target_directory = workspace::target_directory()?;

    let mut arguments = vec!["--locked"];
    arguments.extend(options.target.iter().flat_map(|triple| ["--target", triple]));
    workspace::build_for_others(&arguments)?;
    let built = options.target.iter().fold(target_directory.clone(), |dir, triple| dir.join(triple));
    let suffix = if platform.starts_with("windows_") { ".exe" } else { "" };
    let binary = built.join("release").join(format!("{PROVIDER}{suffix}"));

    let out = options.out.clone().unwrap_or_else(|| target_directory.join("dist"));
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let archive = out.join(format!("{PROVIDER}_{VERSION}_{platform}.zip"));
    let file = File::create(&archive).with_context(|| format!("cannot write {}", archive.display()))?;
    pack(file, &binary, &format!("{PROVIDER}_v{VERSION}{suffix}"))?;
    let manifest = format!("{PROVIDER}_{VERSION}_manifest.json");
    fs::write(out.join(&manifest), MANIFEST).with_context(|| format!("cannot write {manifest}"))?;
    let bill = format!("{PROVIDER}_{VERSION}_{platform}.cdx.json");
    let document = serde_json::to_string_pretty(&sbom::document(triple)?).context("cannot write JSON")?;
    fs::write(out.join(&bill), document + "\n").with_context(|| format!("cannot write {bill}"))?;
    let sums = checksums(&out)?;
    fs::write(out.join(format!("{PROVIDER}_{VERSION}_SHA256SUMS")), &sums).context("cannot write the checksums")?;

    println!("{}", archive.display());
    print!("{sums}");
    if options.check {
        // The C compiler of Windows has no option for the paths that it writes.
        if !platform.starts_with("windows_") {
            paths::are_absent(&binary, &target_directory)?;
        }
        knows_no(&binary, METADATA)?;
        small_enough(&binary, LARGEST_BINARY)?;
        small_enough(&archive, LARGEST_ARCHIVE)?;
    }
    if let Some(mirror) = &options.mirror {
        for path in add_to_mirror(&archive, mirror)? {
            println!("{}", path.display());
        }
    }
    Ok(())
}

/// Terraform's name of a platform, in Go's words, for a target triple.
pub(crate) fn platform(triple: &str) -> anyhow::Result<String> {
    let os = match triple {
        t if t.contains("-linux-") => "linux",
        t if t.contains("-apple-darwin") => "darwin",
        t if t.contains("-windows-") => "windows",
        t if t.contains("-freebsd") => "freebsd",
        _ => bail!("no release for the operating system of {triple}"),
    };
    let arch = match triple.split('-').next() {
        Some("x86_64") => "amd64",
        Some("aarch64") => "arm64",
        Some("i686" | "i586") => "386",
        Some("armv7" | "arm") => "arm",
        _ => bail!("no release for the processor of {triple}"),
    };
    Ok(format!("{os}_{arch}"))
}

/// Packs the binary under its release name, with the licence. The same input gives the same bytes.
pub(crate) fn pack(archive: impl Write + Seek, binary: &Path, name: &str) -> anyhow::Result<()> {
    let mut zip = ZipWriter::new(archive);
    // Terraform unpacks the archive and starts the file: without the executable bit, it may not.
    let executable = SimpleFileOptions::default().unix_permissions(0o755).compression_level(Some(9));
    zip.start_file(name, executable)?;
    let mut file = File::open(binary).with_context(|| format!("cannot read {}", binary.display()))?;
    io::copy(&mut file, &mut zip)?;

    zip.start_file("LICENSE", SimpleFileOptions::default().unix_permissions(0o644))?;
    zip.write_all(&fs::read(workspace::root().join("LICENSE")).context("cannot read LICENSE")?)?;
    zip.finish()?;
    Ok(())
}

/// The lines of `sha256sum` over every archive of this version and the manifest.
fn checksums(directory: &Path) -> anyhow::Result<String> {
    let prefix = format!("{PROVIDER}_{VERSION}_");
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with(&prefix) && (name.ends_with(".zip") || name.ends_with("_manifest.json")) {
            names.push(name);
        }
    }
    names.sort();
    let lines = names.iter().map(|name| Ok(format!("{}  {name}\n", sha256(&directory.join(name))?)));
    lines.collect()
}

fn sha256(path: &Path) -> anyhow::Result<String> {
    let mut file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}

/// Fails if a binary knows a variable of this name.
fn knows_no(binary: &Path, variable: &str) -> anyhow::Result<()> {
    let bytes = fs::read(binary).with_context(|| format!("cannot read {}", binary.display()))?;
    let found = bytes.windows(variable.len()).any(|window| window == variable.as_bytes());
    ensure!(!found, "{} obeys {variable}, which only builds for tests may", binary.display());
    Ok(())
}

fn small_enough(path: &Path, largest: u64) -> anyhow::Result<()> {
    let mib = |bytes: u64| format!("{:.2} MiB", bytes as f64 / f64::from(1 << 20));
    let size = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
    println!("{}: {} of at most {}", path.display(), mib(size), mib(largest));
    ensure!(size <= largest, "{} has grown too large; DESIGN.md says what makes a binary large", path.display());
    Ok(())
}

/// The packed layout, `HOST/NAMESPACE/TYPE/ARCHIVE`, for both registries that a bare source address can mean.
pub(crate) fn add_to_mirror(archive: &Path, mirror: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let name = archive.file_name().context("the archive has no name")?;
    let mut paths = Vec::new();
    for host in ["registry.terraform.io", "registry.opentofu.org"] {
        let directory = mirror.join(host).join(SOURCE);
        fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let path = directory.join(name);
        fs::copy(archive, &path).with_context(|| format!("cannot write {}", path.display()))?;
        paths.push(path);
    }
    Ok(paths)
}

/// The variable that leads builds for tests to a metadata service of their own: whoever sets it would choose the account.
const METADATA: &str = "CLOUDVPN_METADATA_ENDPOINT";

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The triple that xtask itself was built for.
pub(crate) const HOST: &str = env!("XTASK_TARGET");

/// Every run of Terraform loads the binary several times, and every new machine of a CI downloads the archive.
/// 8.5 MiB and 3.75 MiB: half a MiB more than before the provider had credentials of profiles, roles, tokens and instances.
const LARGEST_BINARY: u64 = (17 << 20) / 2;
const LARGEST_ARCHIVE: u64 = (15 << 20) / 4;

/// Without it, the registry takes a provider for one of protocol 5.
const MANIFEST: &str = "{\n  \"version\": 1,\n  \"metadata\": {\n    \"protocol_versions\": [\"6.0\"]\n  }\n}\n";

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn platforms_have_the_names_of_go() {
        assert_eq!(platform("x86_64-unknown-linux-gnu").unwrap(), "linux_amd64");
        assert_eq!(platform("aarch64-apple-darwin").unwrap(), "darwin_arm64");
        assert_eq!(platform("x86_64-pc-windows-msvc").unwrap(), "windows_amd64");
        assert_eq!(platform("armv7-unknown-linux-gnueabihf").unwrap(), "linux_arm");
        assert!(platform("wasm32-unknown-unknown").is_err());
        platform(HOST).unwrap();
    }

    #[test]
    fn a_release_that_obeys_the_variable_of_tests_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let binary = directory.path().join("binary");
        fs::write(&binary, b"\x00CLOUDVPN_TENCENT_ENDPOINT\x00").unwrap();
        knows_no(&binary, METADATA).unwrap();
        fs::write(&binary, format!("\0a{METADATA}b\0")).unwrap();
        let error = knows_no(&binary, METADATA).unwrap_err().to_string();
        assert!(error.contains(METADATA), "{error}");
    }

    #[test]
    fn the_packed_binary_is_executable_and_reproducible() {
        let directory = tempfile::tempdir().unwrap();
        let binary = directory.path().join("binary");
        fs::write(&binary, b"not really").unwrap();
        let packed = || {
            let mut bytes = Cursor::new(Vec::new());
            pack(&mut bytes, &binary, "terraform-provider-cloudvpn_v1.2.3").unwrap();
            bytes.into_inner()
        };
        let bytes = packed();
        assert_eq!(bytes, packed());

        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut file = archive.by_name("terraform-provider-cloudvpn_v1.2.3").unwrap();
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o755));
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "not really");
    }

    #[test]
    fn what_has_grown_too_large_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("binary");
        fs::write(&path, [0; 100]).unwrap();
        small_enough(&path, 100).unwrap();
        let error = small_enough(&path, 99).unwrap_err();
        assert!(error.to_string().contains("binary has grown too large"), "{error}");
    }

    #[test]
    fn checksums_cover_archives_and_manifest_of_this_version_only() {
        let directory = tempfile::tempdir().unwrap();
        let zip = format!("{PROVIDER}_{VERSION}_linux_amd64.zip");
        fs::write(directory.path().join(&zip), b"").unwrap();
        fs::write(directory.path().join(format!("{PROVIDER}_0.0.0_linux_amd64.zip")), b"").unwrap();
        // The hash of no bytes, FIPS 180-4.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(checksums(directory.path()).unwrap(), format!("{empty}  {zip}\n"));
    }

    #[test]
    fn the_mirror_has_the_packed_layout() {
        let directory = tempfile::tempdir().unwrap();
        let archive = directory.path().join("a.zip");
        fs::write(&archive, b"x").unwrap();
        let paths = add_to_mirror(&archive, &directory.path().join("mirror")).unwrap();
        assert_eq!(paths.len(), 2);
        assert!(paths[0].ends_with("mirror/registry.terraform.io/cloudvpn/cloudvpn/a.zip"));
        assert!(paths.iter().all(|path| path.is_file()));
    }
}
