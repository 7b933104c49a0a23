//! The HTTP/1 listener: reads requests whole, writes answers or cuts the connection.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::world::Shared;
use crate::{api, control, metadata};

/// What a port is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    /// The clouds' APIs and the control requests.
    Apis,
    Metadata,
}

/// Serves until the task is aborted; connections end with it.
pub(crate) async fn serve(listener: TcpListener, door: Door, shared: Arc<Shared>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        // A failed accept concerns that connection (it was reset) or passes (no descriptors left): go on either way.
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(connection(stream, door, Arc::clone(&shared)));
        } else {
            tokio::task::yield_now().await;
        }
        while connections.try_join_next().is_some() {}
    }
}

/// A request, read to its end.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// The query as sent, empty when there is none.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    /// The body, or nothing when it is longer than [`MAX_BODY`].
    pub(crate) body: Option<Bytes>,
}

impl Received {
    /// A header's value, empty when it is absent or no text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What to send back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// The header `x-acs-retry-after`.
    pub(crate) retry_after_ms: Option<u64>,
    /// Send only half of the body, then cut the connection.
    pub(crate) cut_short: bool,
}

impl Reply {
    pub(crate) fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(status, "application/json", value.to_string())
    }

    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { status, content_type, body: body.into(), retry_after_ms: None, cut_short: false }
    }
}

/// The connection ends without a (whole) answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection cut on purpose")
    }
}

impl std::error::Error for Cut {}

/// The largest body of a request: 10 MB (VPC API 2017-03-12, "Signature v3").
const MAX_BODY: usize = 10 << 20;

async fn connection(stream: TcpStream, door: Door, shared: Arc<Shared>) {
    // Without it small answers wait for an acknowledgement; a platform that cannot do it is just slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { answer(&shared, door, request).await }
    });
    // An error here is the client's going away, or a cut that was asked for.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(shared: &Shared, door: Door, request: Request<Incoming>) -> Result<Response<Payload>, Cut> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Some(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => None,
        Err(_) => return Err(Cut),
    };
    let received = Received {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
    };
    let reply = match received.path.strip_prefix("/_mock/") {
        _ if matches!(door, Door::Metadata) => metadata::answer(shared, &received).await?,
        Some(what) => control::answer(shared, &received.method, what, received.body.as_deref().unwrap_or_default()),
        None => api::answer(shared, &received).await?,
    };
    let cut = if reply.cut_short { Cutting::Due } else { Cutting::No };
    let mut response = Response::new(Payload { bytes: Some(reply.body), cut });
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    if let Some(ms) = reply.retry_after_ms {
        response.headers_mut().insert("x-acs-retry-after", HeaderValue::from(ms));
    }
    Ok(response)
}

/// A body in one piece, or half a piece and an error.
struct Payload {
    bytes: Option<Bytes>,
    cut: Cutting,
}

enum Cutting {
    No,
    /// After half of the body.
    Due,
    /// Half of the body is on its way: the connection gets a turn to flush it.
    Flushing,
    Now,
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match self.cut {
            Cutting::No => Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Cutting::Due => {
                self.cut = Cutting::Flushing;
                let bytes = self.bytes.take().unwrap_or_default();
                Poll::Ready(Some(Ok(Frame::data(bytes.slice(..bytes.len() / 2)))))
            }
            Cutting::Flushing => {
                self.cut = Cutting::Now;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Cutting::Now => Poll::Ready(Some(Err(Cut))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && matches!(self.cut, Cutting::No)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
