//! `cargo xtask bench`: the provider beside Terraform's own resources, and beside any other provider, in one run on one machine.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use zip::write::{SimpleFileOptions, ZipWriter};

use self::load::Contestant;
use self::report::Report;
use crate::terraform::Terraform;
use crate::workspace;

mod load;
mod memory;
mod parents;
mod report;
mod start;

#[derive(Args)]
pub(crate) struct Options {
    /// A few starts, and sizes up to 100.
    #[arg(long)]
    quick: bool,
    /// Numbers of resources.
    #[arg(long, value_name = "N", value_delimiter = ',')]
    sizes: Vec<usize>,
    /// Only what many objects of one parent cost.
    #[arg(long, conflicts_with_all = ["quick", "sizes", "provider_dir"])]
    parents: bool,
    /// Keep the figures: docs/guides/performance.md gets the tables, and the plot lies beside it.
    #[arg(long)]
    write: bool,
    /// The directory of another provider's binary, to be measured as well.
    #[arg(long, value_name = "DIR", requires = "config")]
    provider_dir: Option<PathBuf>,
    /// The other provider's configuration: a module with the variables `resources` (how many), `label` (part of a name, changed by the
    /// update) and `endpoint` (the mock's URL).
    #[arg(long, value_name = "DIR", requires = "provider_dir")]
    config: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        return quickly();
    }
    let terraform = Terraform::find()?;
    workspace::build_each()?;
    let binaries = workspace::target_directory()?.join("release");
    let directory = tempfile::tempdir().context("cannot make a temporary directory")?;

    let many = parents::markdown(&parents::measure(&terraform, &binaries)?);
    println!("{many}");
    let guides = workspace::root().join("docs/guides");
    if options.write {
        put(&guides, MANY, &many)?;
    }
    if options.parents {
        return Ok(());
    }

    let floor = Contestant::floor(directory.path())?;
    let ours = Contestant::ours(directory.path(), &binaries)?;
    let mut providers = vec![ours, Contestant::ours_alone(directory.path(), &binaries)?];
    if let (Some(binaries), Some(config)) = (&options.provider_dir, &options.config) {
        providers.push(Contestant::peer(&fs::canonicalize(binaries)?, &fs::canonicalize(config)?)?);
    }
    let sizes = match &options.sizes[..] {
        [] if options.quick => vec![1, 100],
        [] => vec![1, 100, 500, 2000],
        sizes => sizes.to_vec(),
    };
    let (starts, plans) = if options.quick { (30, 1) } else { (200, 3) };

    let mut report = Report {
        terraform: terraform.version.clone(),
        starts: Vec::new(),
        sizes: sizes.clone(),
        series: vec![(floor.name.clone(), Vec::new())],
        binary: size(providers[0].binary())?,
    };
    for provider in &providers {
        report.series.push((provider.name.clone(), Vec::new()));
        if report.starts.iter().any(|(_, binary, _)| binary == provider.binary()) {
            continue;
        }
        eprintln!("starting {} {starts} times", provider.name);
        let start = start::measure(provider.binary(), starts)?;
        report.starts.push((provider.name.clone(), provider.binary().to_owned(), start));
    }
    for count in sizes {
        // Side by side, so that a busy moment of the machine meets all.
        for (contestant, (_, steps)) in [&floor].into_iter().chain(&providers).zip(&mut report.series) {
            eprintln!("{count} resources of {}", contestant.name);
            steps.push(contestant.run(&terraform, &binaries, count, plans)?);
        }
    }

    let table = report.markdown();
    println!("{table}");
    if options.write {
        put(&guides, FIGURES, &table)?;
        fs::write(guides.join("performance.svg"), report.svg())?;
    }
    Ok(())
}

/// Runs this command once more, compiled to be quick: what measures shares the machine with what is measured.
fn quickly() -> anyhow::Result<()> {
    let status = workspace::cargo()
        .args(["run", "--quiet", "--profile", "measure", "--package", "xtask", "--"])
        .args(std::env::args_os().skip(1))
        .status()
        .context("cannot start cargo")?;
    ensure!(status.success(), "the measurement failed");
    Ok(())
}

/// The size of the binary, and of the same as a release packs it.
fn size(binary: &Path) -> anyhow::Result<(u64, u64)> {
    let plain = fs::metadata(binary)?.len();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("provider", SimpleFileOptions::default().compression_level(Some(9)))?;
    std::io::copy(&mut File::open(binary)?, &mut zip)?;
    Ok((plain, zip.finish()?.into_inner().len() as u64))
}

/// Puts a table between its marks in the guide.
fn put(guides: &Path, [begin, end]: [&str; 2], table: &str) -> anyhow::Result<()> {
    let guide = guides.join("performance.md");
    let text = fs::read_to_string(&guide).with_context(|| format!("cannot read {}", guide.display()))?;
    let (before, rest) = text.split_once(begin).with_context(|| format!("there is no {begin} in the guide"))?;
    let (_, after) = rest.split_once(end).with_context(|| format!("there is no {end} in the guide"))?;
    fs::write(&guide, format!("{before}{begin}\n\n{table}\n{end}{after}"))?;
    Ok(())
}

const FIGURES: [&str; 2] = ["<!-- figures -->", "<!-- end of figures -->"];
const MANY: [&str; 2] = ["<!-- many -->", "<!-- end of many -->"];
