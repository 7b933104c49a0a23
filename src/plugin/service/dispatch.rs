//! Everything a client can call, by its path.
//!
//! The servers that tonic can generate are compiled once for each RPC, from the body of the request to that of the answer. Here that is
//! one piece of code, about bytes; an RPC adds what reads its request, its handler and what writes its answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, BufMut, Bytes};
use futures_util::future::{self, BoxFuture, FutureExt};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use prost::Message;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{Service, http};
use tonic::server::{Grpc, StreamingService};
use tonic::{Request, Response, Status, Streaming};
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::HealthService;

use super::super::connections::ConnectionInfo;
use super::super::lifecycle::Operation;
use super::Shared;
use crate::framework::server::Session;

/// The services of a plugin.
#[derive(Clone)]
pub(in crate::plugin) struct Services {
    pub(super) host: Arc<Shared>,
    /// The handler at each path.
    pub(super) handlers: fn(path: &str) -> Option<Handler>,
    pub(super) health: HealthServer<HealthService>,
}

/// What answers an RPC. A status stands for "this cannot happen" and for what is not there; everything a user can cause is a diagnostic in
/// an answer, since only an answer keeps the state.
pub(super) type Handler = fn(Call) -> BoxFuture<'static, Result<Answers, Status>>;

/// The messages of an answer: one, or for some RPCs any number.
pub(in crate::plugin) type Answers = BoxStream<'static, Result<Bytes, Status>>;

/// One call of one RPC.
pub(in crate::plugin) struct Call {
    pub(in crate::plugin) host: Arc<Shared>,
    session: Option<Session>,
    requests: Streaming<Bytes>,
}

/// Answers one message with one other.
pub(super) async fn unary<Q, A, F>(call: Call, handler: impl FnOnce(Session, Q) -> F) -> Result<Answers, Status>
where
    Q: Message + Default,
    A: Message,
    F: Future<Output = A>,
{
    let (session, request) = call.open().await?;
    Ok(one(handler(session, read(request)?).await.encode_to_vec().into()))
}

/// Answers one message with any number of others.
pub(super) async fn streaming<Q, A, S>(call: Call, handler: impl FnOnce(Session, Q) -> S) -> Result<Answers, Status>
where
    Q: Message + Default,
    A: Message,
    S: Stream<Item = A> + Send + 'static,
{
    let (session, request) = call.open().await?;
    Ok(handler(session, read(request)?).map(|answer| Ok(answer.encode_to_vec().into())).boxed())
}

/// An answer of this message.
pub(in crate::plugin) fn one(answer: Bytes) -> Answers {
    stream::once(future::ready(Ok(answer))).boxed()
}

impl Call {
    /// Takes a call apart into its client's session and its message.
    pub(super) async fn open(mut self) -> Result<(Session, Bytes), Status> {
        let session = self.session.take().ok_or_else(|| Status::internal("a request without a connection"))?;
        let request = self.requests.message().await?.ok_or_else(|| Status::internal("a request without a message"))?;
        Ok((session, request))
    }

    /// The messages of a client that may send any number.
    pub(in crate::plugin) fn into_requests(self) -> Streaming<Bytes> {
        self.requests
    }
}

fn read<M: Message + Default>(message: Bytes) -> Result<M, Status> {
    M::decode(message).map_err(|error| Status::internal(error.to_string()))
}

impl Service<http::Request<Body>> for Services {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let path = request.uri().path();
        if path.starts_with(HEALTH) {
            return self.health.call(request);
        }
        let Some(handler) = (self.handlers)(path) else {
            // For what a provider never offers, and so says nothing of in its schema.
            let status = Status::unimplemented(format!("this provider has no {path}"));
            return future::ready(Ok(status.into_http())).boxed();
        };
        let operation = path.starts_with(PROVIDER).then(|| self.host.lifecycle.operation());
        let handling = Handling { host: Arc::clone(&self.host), handler, operation };
        async move {
            let mut grpc =
                Grpc::new(Passing).max_decoding_message_size(MESSAGE_LIMIT).max_encoding_message_size(MESSAGE_LIMIT);
            Ok(grpc.streaming(handling, request).await)
        }
        .boxed()
    }
}

/// A handler as tonic calls it. To tonic, every RPC is one with any number of messages both ways: on the wire there is no difference.
struct Handling {
    host: Arc<Shared>,
    handler: Handler,
    /// What the client waits for; go-plugin's own streams stay open without being that.
    operation: Option<Operation>,
}

impl StreamingService<Bytes> for Handling {
    type Response = Bytes;
    type ResponseStream = Answers;
    type Future = BoxFuture<'static, Result<Response<Answers>, Status>>;

    fn call(&mut self, request: Request<Streaming<Bytes>>) -> Self::Future {
        let (_, mut extensions, requests) = request.into_parts();
        let session = extensions.remove().map(|info: ConnectionInfo| info.session);
        let handled = (self.handler)(Call { host: Arc::clone(&self.host), session, requests });
        let operation = self.operation.take();
        // It ends when its answer has been taken, or nobody is there to take it.
        let counted = |answers: Answers| Response::new(answers.inspect(move |_| _ = &operation).boxed());
        handled.map(|answers| answers.map(counted)).boxed()
    }
}

/// The codec that leaves messages as they are.
struct Passing;

impl Codec for Passing {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Passing {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(item);
        Ok(())
    }
}

impl Decoder for Passing {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

/// Both ways, as in the Go server (hashicorp/terraform-plugin-go, tfprotov6/tf6server); tonic's default is 4 MiB for what comes in.
const MESSAGE_LIMIT: usize = 256 << 20;

/// The service of Terraform's protocol.
const PROVIDER: &str = "/tfplugin6.Provider/";

/// gRPC health checking, grpc/grpc doc/health-checking.md.
const HEALTH: &str = "/grpc.health.v1.Health/";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::lifecycle::Lifecycle;
    use crate::plugin::service::services;

    async fn status(path: &str) -> String {
        let request = http::Request::post(path).body(Body::empty()).unwrap();
        let response = services(Lifecycle::new()).await.call(request).await.unwrap();
        response.headers()["grpc-status"].to_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn what_is_not_there_is_unimplemented() {
        for path in ["/tfplugin6.Provider/LockState", "/tfplugin6.Provider/", "/Provider/StopProvider", "/"] {
            assert_eq!(status(path).await, "12", "{path}");
        }
    }

    #[tokio::test]
    async fn a_call_without_a_connection_is_refused() {
        assert_eq!(status("/tfplugin6.Provider/StopProvider").await, "13");
    }
}
