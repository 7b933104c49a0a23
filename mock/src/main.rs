//! The `cloudvpn-mock` command.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use cloudvpn_mock::{Mock, Options};
use serde_json::json;
use tokio::process::{Child, Command as Process};

fn main() -> anyhow::Result<ExitCode> {
    let command = Cli::parse().command;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve { options } => serve(options.read()?).await,
            Command::Run { options, command } => run(options.read()?, &command).await,
        }
    })
}

/// Serves until a signal ends it; that is success.
async fn serve(options: Options) -> anyhow::Result<ExitCode> {
    // Before the line is printed: whoever reads it may send a signal at once.
    let end = end_of_serving()?;
    let mock = Mock::start(options)?;
    let mut stdout = io::stdout().lock();
    let mut line = json!({ "url": mock.url() });
    if let Some(metadata) = mock.metadata_url() {
        line["metadata"] = metadata.into();
    }
    writeln!(stdout, "{line}")?;
    stdout.flush()?;
    drop(stdout);
    end.await;
    Ok(ExitCode::SUCCESS)
}

/// Runs a command beside a mock and ends as the command does.
async fn run(options: Options, command: &[String]) -> anyhow::Result<ExitCode> {
    let mock = Mock::start(options)?;
    let (program, arguments) = command.split_first().context("no command")?;
    let mut process = Process::new(program);
    process.args(arguments).envs(mock.env()).kill_on_drop(true);
    // Before the command runs: it may be ended at once.
    let terminated = terminated()?;
    let mut child = match process.spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("cloudvpn-mock: cannot run {program}: {error}");
            return Ok(ExitCode::from(NO_COMMAND));
        }
    };
    // An interrupt from the terminal reaches the command as well: it decides when to end.
    let _interrupt = tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    tokio::select! {
        status = child.wait() => return Ok(exit_code(status?)),
        () = terminated => {}
    }
    // The command may have something to put in order, as Terraform has its state. A second signal is the last.
    let again = self::terminated()?;
    if !terminate(&child) {
        return Ok(ExitCode::from(TERMINATED));
    }
    tokio::select! {
        status = child.wait() => Ok(exit_code(status?)),
        () = again => Ok(ExitCode::from(TERMINATED)),
    }
}

/// Asks a command to end; false where it can only be killed.
#[cfg(unix)]
fn terminate(child: &Child) -> bool {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    id.is_some_and(|id| rustix::process::kill_process(id, rustix::process::Signal::TERM).is_ok())
}

#[cfg(windows)]
fn terminate(_: &Child) -> bool {
    false
}

/// A mock of the VPN APIs of Tencent Cloud and Alibaba Cloud.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGINT or SIGTERM; one line of JSON on standard output tells the URL.
    Serve {
        #[command(flatten)]
        options: Common,
    },
    /// Run a command with its environment set to use the mock; exit with the command's status.
    Run {
        #[command(flatten)]
        options: Common,
        /// The command and its arguments, after `--`.
        #[arg(last = true, required = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
}

#[derive(Args)]
struct Common {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where the metadata services of instances and the credentials URI listen; nowhere without it.
    #[arg(long, value_name = "ADDRESS")]
    metadata: Option<SocketAddr>,
    /// Added to every API call, such as `50ms`.
    #[arg(long, value_name = "DURATION", default_value = "0ms", value_parser = humantime::parse_duration)]
    latency: Duration,
    /// How long an asynchronous change stays pending.
    #[arg(long, value_name = "DURATION", default_value = "200ms", value_parser = humantime::parse_duration)]
    settle: Duration,
    /// Initial objects, in the format of `GET /_mock/state`.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Parents that a request names need not exist; the rules between tunnels of one gateway are off.
    #[arg(long)]
    any_parent: bool,
    /// A switch of `POST /_mock/switches` that is on from the start, such as `bandwidth_only_rises`; may be repeated.
    #[arg(long, value_name = "NAME")]
    switch: Vec<String>,
    /// One line per call on standard error.
    #[arg(long)]
    log: bool,
}

impl Common {
    fn read(self) -> anyhow::Result<Options> {
        let seed = self.seed.map(|path| {
            let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", path.display()))
        });
        let switches: serde_json::Map<_, _> = self.switch.into_iter().map(|name| (name, json!(true))).collect();
        let switches = serde_json::from_value(switches.into()).context("there is no such switch")?;
        let Self { listen, metadata, latency, settle, any_parent, log, .. } = self;
        Ok(Options { listen, metadata, latency, settle, seed: seed.transpose()?, any_parent, switches, log })
    }
}

fn end_of_serving() -> anyhow::Result<impl Future<Output = ()>> {
    let terminated = terminated()?;
    #[cfg(unix)]
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    #[cfg(windows)]
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            () = terminated => {}
        }
    })
}

#[cfg(unix)]
fn terminated() -> anyhow::Result<impl Future<Output = ()>> {
    let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        signal.recv().await;
    })
}

#[cfg(windows)]
fn terminated() -> anyhow::Result<impl Future<Output = ()>> {
    let mut signal = tokio::signal::windows::ctrl_close()?;
    Ok(async move {
        signal.recv().await;
    })
}

/// The command's own status; 128 and the signal's number when a signal ended it, as shells do.
fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return ExitCode::from(128_u8.saturating_add(u8::try_from(signal).unwrap_or(u8::MAX)));
    }
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// What shells answer for a command that cannot be run, and for an end by SIGTERM.
const NO_COMMAND: u8 = 127;
const TERMINATED: u8 = 143;
