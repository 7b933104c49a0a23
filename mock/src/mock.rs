//! Starting and stopping a mock, and looking inside.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::AbortHandle;

use crate::calls::Call;
use crate::faults::{Fault, FaultRule};
use crate::oidc;
use crate::options::Options;
use crate::server::{self, Door};
use crate::world::{Shared, Switches};

/// A running mock; it stops when this is dropped.
pub struct Mock {
    shared: Arc<Shared>,
    address: SocketAddr,
    /// Of the metadata services.
    metadata: Option<SocketAddr>,
    servers: Vec<AbortHandle>,
}

impl Mock {
    /// Binds the address of `options` and serves on the current tokio runtime.
    ///
    /// # Errors
    /// The address cannot be bound, the seed is no state document, or there is no runtime.
    pub fn start(options: Options) -> anyhow::Result<Self> {
        let runtime = Handle::try_current().context("a mock needs a tokio runtime; MockHandle brings its own")?;
        let (listen, metadata) = (options.listen, options.metadata);
        let shared = Arc::new(Shared::new(options).map_err(|error| anyhow!("the seed is not a state: {error}"))?);
        let (listener, address) = bind(listen)?;
        let other = metadata.map(bind).transpose()?;
        let metadata = other.as_ref().map(|(_, address)| *address);
        let doors =
            std::iter::once((listener, Door::Apis)).chain(other.map(|(listener, _)| (listener, Door::Metadata)));
        let _entered = runtime.enter();
        let mut servers = Vec::new();
        for (listener, door) in doors {
            let listener = TcpListener::from_std(listener)?;
            servers.push(runtime.spawn(server::serve(listener, door, Arc::clone(&shared))).abort_handle());
        }
        Ok(Self { shared, address, metadata, servers })
    }

    /// The address requests go to, such as `http://127.0.0.1:43215`.
    pub fn url(&self) -> String {
        url(self.address)
    }

    /// The address of the metadata services, when the options asked for them: their paths begin with `/latest/`; `/credentials` gives a key.
    pub fn metadata_url(&self) -> Option<String> {
        self.metadata.map(url)
    }

    /// Changes how the metadata services behave, by a JSON merge patch: the body of `POST /_mock/metadata`.
    ///
    /// # Errors
    /// The result would not be understood; nothing has changed then.
    pub fn patch_metadata(&self, patch: &Value) -> anyhow::Result<()> {
        self.shared.world().patch_metadata(patch).map_err(|error| anyhow!(error))
    }

    /// The environment for programs under test: endpoints, keys, regions.
    pub fn env(&self) -> Vec<(String, String)> {
        Options::env(&self.url(), self.metadata_url().as_deref())
    }

    /// The calls so far, oldest first, with secrets replaced by `"***"`.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.world().calls.all().to_vec()
    }

    /// Calls `watcher` with each call that is done, before it is answered: what happens to the cloud meanwhile. Only the first one counts.
    pub fn watch(&self, watcher: impl Fn(&Call) + Send + Sync + 'static) {
        let _ = self.shared.watcher.set(Box::new(watcher));
    }

    /// Forgets the calls so far.
    pub fn clear_calls(&self) {
        self.shared.world().calls.clear();
    }

    /// Every object by cloud, region, kind and id, with accounts, switches and tokens: the document of `GET /_mock/state`.
    pub fn state(&self) -> Value {
        self.shared.world().to_json()
    }

    /// Replaces all objects; accounts, switches and tokens too, when the document has them.
    ///
    /// # Errors
    /// `document` is no state document; nothing has changed then.
    pub fn set_state(&self, document: &Value) -> anyhow::Result<()> {
        self.shared.world().replace(document).map_err(|error| anyhow!(error))
    }

    /// Changes the state by a JSON merge patch (RFC 7396): `null` removes.
    ///
    /// # Errors
    /// The result would be no state document; nothing has changed then.
    pub fn patch_state(&self, patch: &Value) -> anyhow::Result<()> {
        self.shared.world().patch(patch).map_err(|error| anyhow!(error))
    }

    /// Injects `fault` into the next `times` calls of `action` (`*`: of any).
    pub fn fault(&self, action: &str, times: u64, fault: Fault) {
        self.fault_rule(FaultRule { action: action.to_owned(), times: Some(times), skip: 0, fault });
    }

    /// Injects a fault by rule.
    pub fn fault_rule(&self, rule: FaultRule) {
        self.shared.world().faults.add(rule);
    }

    /// Injects no fault from now on.
    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// Sets rate limits in calls per second by action; `*` is for all without one of their own, 0 means no limit.
    pub fn rates<'a>(&self, limits: impl IntoIterator<Item = (&'a str, u32)>) {
        let limits: BTreeMap<_, _> = limits.into_iter().map(|(action, limit)| (action.to_owned(), limit)).collect();
        self.shared.world().rates.change(limits);
    }

    /// Makes every temporary key older by that much, as if the time had passed since it was handed out.
    pub fn age_keys(&self, by: Duration) {
        self.shared.world().accounts.age(by);
    }

    /// Ends every temporary key that was handed out so far.
    pub fn end_keys(&self) {
        self.shared.world().accounts.end_sessions();
    }

    /// A token of the mock's issuer, as `POST /_mock/tokens` gives it; one that is over, when `seconds` is negative.
    ///
    /// # Errors
    /// There is no key to sign it with.
    pub fn oidc_token(&self, audience: &str, subject: &str, seconds: i64) -> anyhow::Result<String> {
        oidc::Order::new(audience, subject, seconds).sign()
    }

    /// Sets all switches.
    pub fn switches(&self, switches: Switches) {
        self.shared.world().switches = switches;
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.servers.iter().for_each(AbortHandle::abort);
    }
}

fn bind(address: SocketAddr) -> anyhow::Result<(std::net::TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    format!("http://{address}")
}

/// A mock with a runtime of its own, for tests and programs that have none.
pub struct MockHandle {
    mock: Mock,
    runtime: Option<Runtime>,
}

impl MockHandle {
    /// Starts a mock on a thread of its own.
    ///
    /// # Errors
    /// As for [`Mock::start`], or no thread could be started.
    pub fn spawn(options: Options) -> anyhow::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("cloudvpn-mock").enable_all().build()?;
        let mock = {
            let _entered = runtime.enter();
            Mock::start(options)?
        };
        Ok(Self { mock, runtime: Some(runtime) })
    }
}

impl Deref for MockHandle {
    type Target = Mock;

    fn deref(&self) -> &Mock {
        &self.mock
    }
}

impl Drop for MockHandle {
    fn drop(&mut self) {
        // In the background, because a runtime must not block where it is dropped inside another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
