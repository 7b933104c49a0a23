//! From the command line to a running server.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsAcceptor;

use super::args::{self, Mode};
use super::handshake::{self, Handshake, Line};
use super::lifecycle::{Kind, Lifecycle};
use super::listener::{Listener, SocketOptions};
use super::signals::System;
use super::tls::Tls;
use super::{connections, dumps, log, panic, reattach, service};
use crate::framework::server::{Server, Session};

/// The whole program: reads the arguments and the environment, serves the provider until it is no longer needed, and gives the exit
/// status. 1: not started by Terraform, or unable to serve. 2: unknown arguments.
///
/// `server` is called once, after Terraform was told where to connect. `provider_address` is the source address
/// (`registry.terraform.io/namespace/name`).
pub fn main(server: impl FnOnce() -> Server, provider_address: &str, version: &str) -> ExitCode {
    let program = program();
    let mode = match Mode::parse(env::args_os().skip(1)) {
        Ok(mode) => mode,
        Err(error) => {
            complain(&format!("{program}: {error}\n\n{}", args::usage(&program)));
            return ExitCode::from(2);
        }
    };
    let served = match mode {
        Mode::Version => return say(&format!("{program} {version}\n")),
        Mode::Help => return say(&args::usage(&program)),
        Mode::Serve => match Handshake::from_env(|name| env::var_os(name)) {
            Some(handshake) => serve(server, &handshake, provider_address, version),
            None => {
                complain(&handshake::explanation(&program, provider_address));
                return ExitCode::FAILURE;
            }
        },
        Mode::Debug => debug(server, provider_address, version),
    };
    served.unwrap_or_else(|error| {
        // Terraform's log takes the level from the brackets.
        complain(&format!("[ERROR] {program}: {error:#}\n"));
        ExitCode::FAILURE
    })
}

/// Serves the Terraform that started this process. Every walk of Terraform waits for the line, so what can wait comes after it.
fn serve(
    server: impl FnOnce() -> Server,
    handshake: &Handshake,
    provider_address: &str,
    version: &str,
) -> Result<ExitCode> {
    run(
        Kind::Serve,
        Box::new(|| {
            let tls = handshake.client_cert.as_deref().map(Tls::new).transpose()?;
            let (acceptor, certificate) = tls.map(|tls| (tls.acceptor, tls.certificate)).unzip();
            let (listener, address) = Listener::bind(&handshake.socket)?;
            let line = Line { address: &address, certificate: certificate.as_deref(), multiplex: handshake.multiplex };
            line.send().context("cannot send the handshake line")?;

            start_log(provider_address, version);
            if !handshake.compatible {
                tracing::error!(
                    protocol = handshake::PROTOCOL_VERSION,
                    "the client does not speak this protocol version"
                );
            }
            let server = server();
            // One client, so one session: it stays configured even if the client has to connect anew.
            let session = server.session();
            Ok(Ready { listener, tls: acceptor, server, session: Box::new(move || session.clone()) })
        }),
    )
}

/// Serves any Terraform that is told the address, without TLS.
fn debug(server: impl FnOnce() -> Server, provider_address: &str, version: &str) -> Result<ExitCode> {
    run(
        Kind::Debug,
        Box::new(|| {
            let (listener, address) = Listener::bind(&SocketOptions::from_env(|name| env::var_os(name)))?;
            say(&reattach::invitation(provider_address, &address));
            start_log(provider_address, version);
            let server = server();
            // Every walk of Terraform connects anew, several at a time, each with a configuration of its own.
            let sessions = server.clone();
            Ok(Ready { listener, tls: None, server, session: Box::new(move || sessions.session()) })
        }),
    )
}

/// A server that its client knows of.
struct Ready {
    listener: Listener,
    tls: Option<TlsAcceptor>,
    server: Server,
    /// The session of the next connection.
    session: Box<dyn Fn() -> Session + Send>,
}

/// Serves until there is a reason to end. Signals are taken care of before `start` is called, so that a socket it makes is removed.
fn run(kind: Kind, start: Box<dyn FnOnce() -> Result<Ready> + '_>) -> Result<ExitCode> {
    dumps::switch_off(kind);
    panic::install();
    let runtime = runtime().context("cannot start the runtime")?;
    let code = runtime.block_on(async {
        let mut signals = System::listen().context("cannot listen for signals")?;
        // The listener, and with it the socket's file, goes at the end of this block and not with some task.
        let Ready { listener, tls, server, session } = start()?;
        let lifecycle = Lifecycle::new();
        let incoming = connections::accept(listener.incoming()?, tls, lifecycle.clone(), session);
        let services = service::services(lifecycle.clone()).await;
        let serving = tonic::transport::Server::builder().serve_with_incoming(services, incoming);
        tokio::select! {
            served = serving => served.map(|()| ExitCode::FAILURE).context("the server stopped"),
            code = lifecycle.ended(kind, &mut signals, || server.stop()) => Ok(code),
        }
    });
    // Without waiting for what still runs: its streams may stay open for ever.
    runtime.shutdown_background();
    code
}

/// One thread, the one that is there: Terraform's calls are few, and most of their time is spent waiting for a cloud. Threads of their own
/// would be started with every process, each with its pools of memory. Nothing here blocks; what has to (resolving names) is given to
/// threads that the runtime makes for that.
fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

fn start_log(provider_address: &str, version: &str) {
    log::init(|name| env::var_os(name), provider_address.rsplit('/').next().unwrap_or(provider_address));
    tracing::info!(tf_provider_addr = provider_address, version, pid = std::process::id(), "provider started");
}

/// The name this binary goes by.
fn program() -> String {
    let path = env::args_os().next();
    let name = path.as_deref().map(Path::new).and_then(Path::file_stem).unwrap_or_else(|| OsStr::new("provider"));
    name.to_string_lossy().into_owned()
}

fn say(text: &str) -> ExitCode {
    let mut stdout = io::stdout().lock();
    let said = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    if said.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn complain(text: &str) {
    // There is nowhere left to complain about a closed standard error.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
