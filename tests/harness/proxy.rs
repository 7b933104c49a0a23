//! Stands between the provider and a mock and changes what the mock answers. Signatures are of requests only, so that the provider
//! believes what it gets.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::Value;

/// Serves on a port of its own until it is dropped.
pub struct Proxy {
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    /// Host and port of the mock.
    mock: String,
    rewrite: Mutex<Rewrite>,
    over: AtomicBool,
}

/// Gets the action and its answer.
type Rewrite = Box<dyn FnMut(&str, &mut Value) + Send>;

impl Proxy {
    /// A proxy that changes nothing yet, before the mock at this address.
    pub fn before(mock: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a proxy needs a free port only");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let mock = mock.trim_start_matches("http://").to_owned();
        let shared = Arc::new(Shared { mock, rewrite: Mutex::new(Box::new(|_, _| {})), over: AtomicBool::new(false) });
        thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for client in listener.incoming().flatten() {
                    if shared.over.load(Ordering::Relaxed) {
                        return;
                    }
                    let shared = Arc::clone(&shared);
                    // Whatever breaks a connection is for the provider to see.
                    thread::spawn(move || shared.serve(client));
                }
            }
        });
        Self { url, shared }
    }

    /// Where it serves, such as `http://127.0.0.1:43215`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on every answer that is JSON goes through this first.
    pub fn answers(&self, rewrite: impl FnMut(&str, &mut Value) + Send + 'static) {
        *self.shared.rewrite.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(rewrite);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

impl Shared {
    fn serve(&self, client: TcpStream) -> io::Result<()> {
        let mock = TcpStream::connect(&self.mock)?;
        let (mut requests, mut answers) = (BufReader::new(client.try_clone()?), BufReader::new(mock.try_clone()?));
        let (mut client, mut mock) = (client, mock);
        while let Some(request) = Message::read(&mut requests)? {
            request.write(&mut mock)?;
            let Some(mut answer) = Message::read(&mut answers)? else { return Ok(()) };
            if let Ok(mut json) = serde_json::from_slice(&answer.body) {
                let mut rewrite = self.rewrite.lock().unwrap_or_else(PoisonError::into_inner);
                rewrite(&request.action(), &mut json);
                answer.body = json.to_string().into_bytes();
            }
            answer.write(&mut client)?;
        }
        Ok(())
    }
}

/// A request or an answer of HTTP/1.1, with a length.
struct Message {
    /// The first line and the headers but for the length.
    head: Vec<String>,
    body: Vec<u8>,
}

impl Message {
    /// None if the other side has closed the connection.
    fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let (mut head, mut length) = (Vec::new(), 0);
        loop {
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(io::Error::other)?;
                }
                _ => head.push(line.to_owned()),
            }
        }
        let mut body = vec![0; length];
        from.read_exact(&mut body)?;
        Ok(Some(Self { head, body }))
    }

    fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let head = format!("{}\r\ncontent-length: {}\r\n\r\n", self.head.join("\r\n"), self.body.len());
        to.write_all(&[head.as_bytes(), &self.body].concat())
    }

    /// The action that a request calls: a header says so, or for Tencent's API 2.0 a member of the form.
    fn action(&self) -> String {
        let headers = self.head.iter().filter_map(|line| line.split_once(':'));
        let of = |name: &str| name.eq_ignore_ascii_case("x-tc-action") || name.eq_ignore_ascii_case("x-acs-action");
        if let Some((_, action)) = headers.into_iter().find(|(name, _)| of(name)) {
            return action.trim().to_owned();
        }
        let form = String::from_utf8_lossy(&self.body).into_owned();
        let action = form.split('&').find_map(|pair| pair.strip_prefix("Action="));
        action.unwrap_or_default().to_owned()
    }
}
