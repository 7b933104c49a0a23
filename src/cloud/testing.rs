//! A tiny HTTP server for tests: each request is handed to a function, which decides the answer,
//! well-formed or not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use reqwest::Url;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::AbortHandle;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Serves on a free port of this machine until it is dropped.
pub(crate) struct Server {
    port: u16,
    seen: Arc<Mutex<Seen>>,
    task: AbortHandle,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// HTTP 200 with this JSON.
    Json(Value),
    /// This status, these further headers, this body.
    Raw(u16, &'static [(&'static str, &'static str)], String),
    /// Announces more body than it sends, then closes the connection.
    Cut(&'static str),
    /// Closes the connection without an answer.
    Drop,
    /// Neither answers nor closes.
    Hang,
}

#[derive(Default)]
struct Seen {
    requests: Vec<Received>,
    connections: usize,
}

impl Server {
    pub(crate) async fn start(handler: impl FnMut(&Received) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let handler = Arc::new(Mutex::new(handler));
        let task = tokio::spawn({
            let seen = Arc::clone(&seen);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    seen.lock().unwrap().connections += 1;
                    let (seen, handler) = (Arc::clone(&seen), Arc::clone(&handler));
                    tokio::spawn(serve(stream, move |request| {
                        seen.lock().unwrap().requests.push(request.clone());
                        (handler.lock().unwrap())(request)
                    }));
                }
            }
        });
        Self { port, seen, task: task.abort_handle() }
    }

    /// Gives `answers` in turn, and the last one again from then on.
    pub(crate) async fn scripted(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.reverse();
        Self::start(move |_| if answers.len() > 1 { answers.pop().unwrap() } else { answers[0].clone() }).await
    }

    /// The address of a port on which nobody listens, nor can as long as the socket lives.
    pub(crate) fn nowhere() -> (String, TcpSocket) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        (format!("http://{}", socket.local_addr().unwrap()), socket)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.host())
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<Received> {
        self.seen.lock().unwrap().requests.clone()
    }

    /// The actions that were called, in order.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.requests().iter().map(Received::action).collect()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The query, as it was sent.
    pub(crate) fn query(&self) -> &str {
        let target = self.head.split(' ').nth(1).unwrap_or_default();
        target.split_once('?').map_or("", |(_, query)| query)
    }

    /// A parameter of the query, decoded.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        let url = Url::parse(&format!("http://localhost/?{}", self.query())).unwrap();
        url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }

    /// The action, by header (Tencent Cloud's API 3.0, Alibaba Cloud) or by form (API 2.0).
    pub(crate) fn action(&self) -> String {
        let header = self.header("x-tc-action").or_else(|| self.header("x-acs-action"));
        header.map(str::to_owned).or_else(|| self.form().remove("Action")).unwrap_or_default()
    }

    /// The parameters of a body that is a form.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        let query = std::str::from_utf8(&self.body).unwrap_or_default();
        let url = Url::parse(&format!("http://localhost/?{query}")).unwrap();
        url.query_pairs().into_owned().collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Answer {
    /// A success of Tencent Cloud's API 3.0 with these members.
    pub(crate) fn tencent(mut members: Value) -> Self {
        members["RequestId"] = json!("request-1");
        Self::Json(json!({ "Response": members }))
    }

    /// A success of Tencent Cloud's API 2.0 with these members.
    pub(crate) fn legacy(mut members: Value) -> Self {
        members["code"] = json!(0);
        members["message"] = json!("");
        Self::Json(members)
    }

    /// A failure of Tencent Cloud's API 2.0.
    pub(crate) fn legacy_error(code: i64, name: &str) -> Self {
        Self::Json(json!({"code": code, "message": format!("(100004)about {name}"), "codeDesc": name}))
    }

    /// A failure of Tencent Cloud's API 3.0.
    pub(crate) fn tencent_error(code: &str) -> Self {
        Self::tencent(json!({"Error": {"Code": code, "Message": format!("about {code}")}}))
    }

    /// A success of Alibaba Cloud's VPC API with these members.
    pub(crate) fn alibaba(mut members: Value) -> Self {
        members["RequestId"] = json!("request-1");
        Self::Json(members)
    }

    /// A failure of Alibaba Cloud's VPC API.
    pub(crate) fn alibaba_error(status: u16, code: &str) -> Self {
        let message = format!("about {code}");
        let body = json!({"RequestId": "request-1", "HostId": "localhost", "Code": code, "Message": message});
        Self::Raw(status, &[], body.to_string())
    }
}

/// A handler for [`Server::start`] with which a test does not wait for a deadline: when `action` is called for the `nth` time, the test's
/// clock stops to be the real one, and leaps to what comes next. However long everything before that takes, there is time for it.
pub(crate) fn time_flies(
    action: &'static str,
    nth: usize,
    mut handler: impl FnMut(&Received) -> Answer + Send + 'static,
) -> impl FnMut(&Received) -> Answer + Send + 'static {
    let mut called = 0;
    move |request| {
        called += usize::from(request.action() == action);
        if request.action() == action && called == nth {
            tokio::time::pause();
        }
        handler(request)
    }
}

async fn serve(mut stream: TcpStream, mut handle: impl FnMut(&Received) -> Answer) {
    while let Some(request) = read_request(&mut stream).await {
        let (status, headers, body, missing) = match handle(&request) {
            Answer::Json(value) => (200, &[("content-type", "application/json")][..], value.to_string(), 0),
            Answer::Raw(status, headers, body) => (status, headers, body, 0),
            Answer::Cut(body) => (200, &[][..], body.to_owned(), 100),
            Answer::Drop => return,
            Answer::Hang => return std::future::pending().await,
        };
        let mut answer = format!("HTTP/1.1 {status} Test\r\ncontent-length: {}\r\n", body.len() + missing);
        for (name, value) in headers {
            answer.push_str(&format!("{name}: {value}\r\n"));
        }
        answer.push_str("\r\n");
        answer.push_str(&body);
        if stream.write_all(answer.as_bytes()).await.is_err() || missing > 0 {
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let body = bytes.split_off(end);
    let mut request = Received { head: String::from_utf8(bytes).unwrap(), body };
    let length: usize = request.header("content-length").unwrap_or("0").parse().unwrap();
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}

/// Everything that is logged on this thread, spans too, at every level.
#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<Vec<(Level, String)>>>);

impl Logs {
    pub(crate) fn capture() -> (Self, DefaultGuard) {
        // With a single subscriber in the process, tracing asks only the thread that reaches a call
        // site first whether anybody listens there, and remembers a no from another test's thread
        // for good. Two that live on make it ask all of them.
        static LISTENERS: OnceLock<[Dispatch; 2]> = OnceLock::new();
        let listener = || Dispatch::new(tracing_subscriber::registry());
        LISTENERS.get_or_init(|| [listener(), listener()]);

        let logs = Self::default();
        let subscriber = tracing_subscriber::registry().with(logs.clone());
        (logs, tracing::subscriber::set_default(subscriber))
    }

    /// The lines at `level` that come from our own code.
    pub(crate) fn at(&self, level: Level) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        let lines = lines.iter().filter(|(of, line)| *of == level && line.contains("cloud"));
        lines.map(|(_, line)| line.clone()).collect()
    }

    /// All lines of all code, as one text.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().iter().map(|(_, line)| format!("{line}\n")).collect()
    }

    fn add(&self, level: Level, line: String) {
        self.0.lock().unwrap().push((level, line));
    }
}

impl<S: Subscriber> Layer<S> for Logs {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let metadata = attributes.metadata();
        let mut line = Line(format!("{} {}", metadata.target(), metadata.name()));
        attributes.record(&mut line);
        self.add(*metadata.level(), line.0);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut line = Line("cloud record".to_owned());
        values.record(&mut line);
        self.add(Level::DEBUG, line.0);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        self.add(*event.metadata().level(), line.0);
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}
