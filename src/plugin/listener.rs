//! The socket that Terraform connects to: a unix socket, or a loopback TCP port on Windows.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

#[cfg(unix)]
mod unix;

/// How the client wants the socket to be made.
#[derive(Debug, Default)]
pub(super) struct SocketOptions {
    /// `PLUGIN_UNIX_SOCKET_DIR`: the directory of the socket, instead of the temporary one.
    #[cfg_attr(not(unix), allow(dead_code))]
    dir: Option<PathBuf>,
    /// `PLUGIN_UNIX_SOCKET_GROUP`: a group, by name or number, that may connect as well.
    #[cfg_attr(not(unix), allow(dead_code))]
    group: Option<String>,
    /// `PLUGIN_MIN_PORT` and `PLUGIN_MAX_PORT`, for TCP.
    ports: Option<RangeInclusive<u16>>,
}

impl SocketOptions {
    pub(super) fn from_env(var: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| var(name).filter(|v| !v.is_empty());
        let port = |name: &str| set(name).and_then(|v| v.to_str()?.parse::<u16>().ok());
        Self {
            dir: set("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            group: set("PLUGIN_UNIX_SOCKET_GROUP").and_then(|v| v.into_string().ok()),
            // As in the Go server, a minimum of 0 means any port.
            ports: port("PLUGIN_MIN_PORT").zip(port("PLUGIN_MAX_PORT")).filter(|(min, _)| *min > 0).map(|(a, b)| a..=b),
        }
    }
}

/// Where the socket is, as the handshake line and the reattach value tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    #[cfg_attr(not(unix), allow(dead_code))]
    Unix(String),
    Tcp(SocketAddr),
}

impl Address {
    /// The network's name in Go.
    pub(super) fn network(&self) -> &'static str {
        match self {
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => f.write_str(path),
            Self::Tcp(address) => address.fmt(f),
        }
    }
}

/// A bound and listening socket. A unix socket is removed when this is dropped.
#[derive(Debug)]
pub(super) enum Listener {
    #[cfg(unix)]
    Unix(unix::Socket),
    Tcp(TcpListener),
}

impl Listener {
    /// Binds a socket of the platform's kind. Clients can connect from here on; nobody answers yet.
    pub(super) fn bind(options: &SocketOptions) -> io::Result<(Self, Address)> {
        #[cfg(unix)]
        if cfg!(not(windows)) {
            let (socket, path) = unix::Socket::bind(options)?;
            return Ok((Self::Unix(socket), Address::Unix(path)));
        }
        let listener = bind_tcp(options.ports.clone())?;
        let address = Address::Tcp(listener.local_addr()?);
        Ok((Self::Tcp(listener), address))
    }

    /// The same socket on the runtime, inside which this has to be called.
    pub(super) fn incoming(&self) -> io::Result<Incoming> {
        Ok(match self {
            #[cfg(unix)]
            Self::Unix(socket) => Incoming::Unix(socket.to_tokio()?),
            Self::Tcp(listener) => {
                let listener = listener.try_clone()?;
                listener.set_nonblocking(true)?;
                Incoming::Tcp(tokio::net::TcpListener::from_std(listener)?)
            }
        })
    }
}

/// A [`Listener`] on the runtime. It does not own the file of a unix socket: tasks of the runtime may outlive `main`.
#[derive(Debug)]
pub(super) enum Incoming {
    #[cfg(unix)]
    Unix(tokio::net::UnixListener),
    Tcp(tokio::net::TcpListener),
}

impl Incoming {
    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            #[cfg(unix)]
            Self::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Self::Tcp(listener) => Ok(Box::new(accept_tcp(listener).await?)),
        }
    }
}

/// Any byte stream a client can be behind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The first free loopback port of the range, or any.
fn bind_tcp(ports: Option<RangeInclusive<u16>>) -> io::Result<TcpListener> {
    let Some(ports) = ports else { return TcpListener::bind((Ipv4Addr::LOCALHOST, 0)) };
    let none = || io::Error::new(io::ErrorKind::AddrInUse, format!("no free port in {ports:?}"));
    ports.clone().find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()).ok_or_else(none)
}

async fn accept_tcp(listener: &tokio::net::TcpListener) -> io::Result<TcpStream> {
    let (stream, _) = listener.accept().await?;
    // Small messages go back and forth: waiting to fill a segment would cost 40 ms each.
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(vars: &'static [(&str, &str)]) -> SocketOptions {
        SocketOptions::from_env(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v)))
    }

    #[test]
    fn the_port_range_needs_both_ends_and_a_minimum() {
        assert_eq!(options(&[("PLUGIN_MIN_PORT", "10000"), ("PLUGIN_MAX_PORT", "25000")]).ports, Some(10000..=25000));
        assert_eq!(options(&[("PLUGIN_MIN_PORT", "10000")]).ports, None);
        assert_eq!(options(&[("PLUGIN_MIN_PORT", "0"), ("PLUGIN_MAX_PORT", "25000")]).ports, None);
        assert_eq!(options(&[("PLUGIN_MIN_PORT", "x"), ("PLUGIN_MAX_PORT", "25000")]).ports, None);
    }

    #[test]
    fn tcp_takes_the_next_port_when_one_is_in_use() {
        let taken = bind_tcp(None).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_eq!(bind_tcp(Some(port..=port)).unwrap_err().kind(), io::ErrorKind::AddrInUse);

        let next = bind_tcp(Some(port..=u16::MAX)).unwrap().local_addr().unwrap();
        assert!(next.port() > port);
        assert!(next.ip().is_loopback());
    }

    #[tokio::test]
    async fn tcp_connections_do_not_wait_to_fill_a_segment() {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (accepted, _client) = tokio::join!(accept_tcp(&listener), TcpStream::connect(address));
        assert!(accepted.unwrap().nodelay().unwrap());
    }
}
