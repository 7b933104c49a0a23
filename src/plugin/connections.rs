//! Accepting clients.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream as AsyncStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected as TonicConnected;

use super::lifecycle::{Connected, Lifecycle};
use super::listener::{Incoming, Stream};
use crate::framework::server::Session;

/// The connections of clients that got through TLS, for tonic to serve.
///
/// Each is accepted in a task of its own: one that fails or dawdles holds nobody up.
pub(super) fn accept(
    incoming: Incoming,
    tls: Option<TlsAcceptor>,
    lifecycle: Lifecycle,
    session: impl Fn() -> Session + Send + 'static,
) -> impl AsyncStream<Item = io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        loop {
            let stream = match incoming.accept().await {
                Ok(stream) => stream,
                Err(error) => {
                    // Out of file descriptors, most likely: wait until some are given back.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_RETRY).await;
                    continue;
                }
            };
            let (tls, sender, lifecycle, session) = (tls.clone(), sender.clone(), lifecycle.clone(), session());
            tokio::spawn(async move {
                let stream: Box<dyn Stream> = match tls {
                    None => stream,
                    Some(tls) => match tls.accept(stream).await {
                        Ok(stream) => Box::new(stream),
                        Err(error) => {
                            tracing::warn!(%error, "refused a connection");
                            return;
                        }
                    },
                };
                let connection = Connection { stream, session, _open: lifecycle.connected() };
                // The receiver only goes when the process ends.
                let _ = sender.send(Ok(connection)).await;
            });
        }
    });
    ReceiverStream::new(receiver)
}

/// One client's connection, with the session that its requests belong to.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    session: Session,
    _open: Connected,
}

/// What a request knows of its connection.
#[derive(Clone)]
pub(super) struct ConnectionInfo {
    pub(super) session: Session,
}

impl TonicConnected for Connection {
    type ConnectInfo = ConnectionInfo;

    fn connect_info(&self) -> ConnectionInfo {
        ConnectionInfo { session: self.session.clone() }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

const ACCEPT_RETRY: Duration = Duration::from_millis(100);
