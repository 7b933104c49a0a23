//! Not visible yet is not absent: an object that this process made, or saw a moment ago, is there, though one of the service's machines may
//! not know of it yet. What it is said not to exist for is asked for again for a while. What nobody here ever saw is believed to be missing
//! at once.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::caller::Call;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Error, Result};
use crate::cloud::retry::{Effect, Policy};
use crate::cloud::transport::Reply;

/// The objects of a cloud that its answers named, by what their ids and regions hash to: a large refresh sees tens of thousands.
#[derive(Debug)]
pub(crate) struct Sightings {
    hash: RandomState,
    patience: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    seen: HashMap<u64, Instant>,
    /// What this process deletes: that such a one is missing is no surprise any more.
    leaving: HashSet<u64>,
    swept: Instant,
}

impl Sightings {
    pub(crate) fn new(policy: &Policy) -> Self {
        let state = State { seen: HashMap::new(), leaving: HashSet::new(), swept: Instant::now() };
        Self { hash: RandomState::new(), patience: policy.longest * 3, state: Mutex::new(state) }
    }

    /// Makes a call that names the objects `ids`, again while it is told that one of them does not exist which was seen a moment ago.
    pub(crate) async fn call<F>(
        &self,
        ctx: &Ctx,
        call: &Call<'_>,
        ids: &[String],
        send: impl Fn() -> F,
    ) -> Result<Reply>
    where
        F: Future<Output = Result<Reply>>,
    {
        if call.effect == Effect::Delete {
            self.leave(call.action, call.region, ids);
        }
        let mut pauses = Pauses::new(self.patience);
        loop {
            let error = match send().await {
                Ok(reply) => {
                    self.saw(call.region, &reply.body);
                    return Ok(reply);
                }
                Err(error) => error,
            };
            if !self.doubts(call, ids, &error) {
                return Err(error);
            }
            let Some(pause) = pauses.next().filter(|pause| *pause < ctx.remaining()) else { return Err(error) };
            tracing::info!(
                action = call.action,
                region = call.region,
                "asking again for what was there a moment ago: {error}"
            );
            if ctx.sleep(pause).await.is_err() {
                return Err(error);
            }
        }
    }

    /// Looks for the object `id`, again while it is not there and was a moment ago.
    pub(crate) async fn look<T, F>(
        &self,
        ctx: &Ctx,
        region: &str,
        id: &str,
        look: impl Fn() -> F + Send,
    ) -> Result<Option<T>>
    where
        F: Future<Output = Result<Option<T>>> + Send,
    {
        let mut pauses = Pauses::new(self.patience);
        loop {
            let found = look().await?;
            if found.is_some() || !self.is_known(region, id) {
                return Ok(found);
            }
            let Some(pause) = pauses.next().filter(|pause| *pause < ctx.remaining()) else { return Ok(None) };
            if ctx.sleep(pause).await.is_err() {
                return Ok(None);
            }
        }
    }

    /// Says that the object `id` is on its way out, whoever deletes it, or not there yet: that it is missing is no surprise.
    pub(crate) fn going(&self, region: &str, id: &str) {
        let key = self.key(region, id);
        let mut state = self.lock();
        state.seen.remove(&key);
        state.leaving.insert(key);
    }

    /// Whether what `error` says to be missing is there.
    fn doubts(&self, call: &Call<'_>, ids: &[String], error: &Error) -> bool {
        if !error.is_not_found() || call.effect == Effect::Delete {
            return false;
        }
        // One call for several of a kind may be refused for any of them. Those that ask so ask for each afterwards.
        let prefixes: HashSet<_> = ids.iter().filter_map(|id| prefix(id)).collect();
        if call.effect == Effect::Read && prefixes.len() < ids.len() {
            return false;
        }
        let named: HashSet<_> = ids_in(error.message()).collect();
        let code = error.code().unwrap_or_default();
        let meant = CODES.iter().find(|(part, _)| code.contains(part)).map(|(_, prefixes)| *prefixes);
        let is_meant = |id: &&String| match meant {
            _ if ids.iter().any(|id| named.contains(id.as_str())) => named.contains(id.as_str()),
            Some(prefixes) => prefix(id).is_some_and(|prefix| prefixes.contains(&prefix)),
            // What is downloaded depends on more than objects, such as the device that it is for.
            None => !call.action.starts_with("Download"),
        };
        ids.iter().filter(is_meant).any(|id| self.is_known(call.region, id))
    }

    fn is_known(&self, region: &str, id: &str) -> bool {
        self.lock().seen.get(&self.key(region, id)).is_some_and(|seen| seen.elapsed() < MEMORY)
    }

    fn saw(&self, region: &str, body: &[u8]) {
        let now = Instant::now();
        let keys: Vec<_> = ids_in(&String::from_utf8_lossy(body)).map(|id| self.key(region, id)).collect();
        let mut state = self.lock();
        let State { seen, leaving, swept } = &mut *state;
        if now - *swept >= MEMORY {
            seen.retain(|_, seen| now - *seen < MEMORY);
            *swept = now;
        }
        seen.extend(keys.into_iter().filter(|key| !leaving.contains(key)).map(|key| (key, now)));
    }

    /// Of the ids in a delete those are leaving that the action is about; the others are where they are.
    fn leave(&self, action: &str, region: &str, ids: &[String]) {
        let Some((_, prefixes)) = DELETES.iter().find(|(part, _)| action.contains(part)) else { return };
        let victims = ids.iter().filter(|id| prefix(id).is_some_and(|prefix| prefixes.contains(&prefix)));
        victims.for_each(|id| self.going(region, id));
    }

    fn key(&self, region: &str, id: &str) -> u64 {
        self.hash.hash_one((region, id))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock leaves it half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ids of our kinds of objects in a text, be it a request, an answer or a message.
pub(crate) fn ids_in(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|word| prefix(word).is_some_and(|prefix| word.len() > prefix.len()))
}

fn prefix(id: &str) -> Option<&str> {
    let prefix = &id[..=id.find('-')?];
    PREFIXES.contains(&prefix).then_some(prefix)
}

/// Growing pauses, for a while.
struct Pauses {
    until: Instant,
    next: Duration,
    longest: Duration,
}

impl Pauses {
    fn new(patience: Duration) -> Self {
        Self { until: Instant::now() + patience, next: patience / 120, longest: patience / 10 }
    }

    fn next(&mut self) -> Option<Duration> {
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        (Instant::now() + pause <= self.until).then_some(pause)
    }
}

/// How long ago a moment may be.
const MEMORY: Duration = Duration::from_secs(60);

/// What ids begin with, on both clouds.
const PREFIXES: &[&str] = &["cgw-", "vco-", "vpn-", "vpnc-", "vpngw-", "vpnr-", "vpns-", "vpnx-", "vsc-", "vss-"];

/// Parts of codes that say which kind of object is missing, the longer one first.
const CODES: &[(&str, &[&str])] = &[
    ("CustomerGateway", &["cgw-"]),
    ("UserGw", &["cgw-"]),
    ("SslVpnClient", &["vpnc-", "vsc-"]),
    ("SslVpnServer", &["vss-"]),
    ("VpnConnection", &["vco-", "vpnx-"]),
    ("VpnGateway", &["vpn-", "vpngw-"]),
    ("InvalidVpc", &[]),
];

/// Parts of the names of actions, and which of the ids in them these delete. Route entries have none.
const DELETES: &[(&str, &[&str])] = &[
    ("RouteEntry", &[]),
    ("GatewayRoutes", &["vpnr-"]),
    ("SslClient", &["vpnc-"]),
    ("SslVpnClientCert", &["vsc-"]),
    ("SslServer", &["vpns-"]),
    ("SslVpnServer", &["vss-"]),
    ("VpnConn", &["vco-", "vpnx-"]),
    ("CustomerGateway", &["cgw-"]),
    ("VpnGateway", &["vpn-", "vpngw-"]),
];

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use reqwest::header::HeaderMap;
    use tokio::time;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::cloud::credentials::Chain;
    use crate::cloud::error::Class;

    const REGION: &str = "here";

    fn ctx() -> Ctx {
        Ctx::new(Duration::from_secs(600), CancellationToken::new())
    }

    fn reply(body: &str) -> Reply {
        Reply { status: 200, headers: HeaderMap::new(), body: body.to_owned().into() }
    }

    fn missing(code: &str, message: &str) -> Error {
        Error::new(Class::NotFound, message).code_is(Some(code.to_owned()))
    }

    /// Whether a call is made again which is refused the first time.
    async fn repeats(seen: &Sightings, action: &'static str, effect: Effect, names: &str, error: Error) -> bool {
        let call = Call { action, region: REGION, effect, rate: None, secrets: Vec::new(), keys: &Chain::unsigned() };
        let ids: Vec<_> = ids_in(names).map(str::to_owned).collect();
        let calls = AtomicUsize::new(0);
        let send = || {
            let first = calls.fetch_add(1, Ordering::Relaxed) == 0;
            let answer = if first { Err(error.clone()) } else { Ok(reply("{}")) };
            async { answer }
        };
        let made = seen.call(&ctx(), &call, &ids, send).await;
        assert_eq!(made.is_ok(), calls.load(Ordering::Relaxed) == 2);
        made.is_ok()
    }

    /// An answer named these.
    fn having_seen(ids: &str) -> Sightings {
        let seen = Sightings::new(&Policy::new(8));
        seen.saw(REGION, ids.as_bytes());
        seen
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_seen_a_moment_ago_is_asked_for_again() {
        let create = (Effect::Create, "CreateVpnConnection");
        let read = (Effect::Read, "DescribeVpnGateway");
        for ((effect, action), names, error, again) in [
            (create, "vpngw-1 cgw-1", missing("ResourceNotFound", "no such gateway"), true),
            (create, "vpngw-1 cgw-2", missing("ResourceNotFound", "vpngw-1 does not exist"), true),
            // It is said which one, and that one nobody saw.
            (create, "vpngw-1 cgw-2", missing("ResourceNotFound", "cgw-2 does not exist"), false),
            (create, "vpn-1 cgw-2", missing("InvalidCustomerGatewayInstanceId.NotFound", "no"), false),
            (create, "vpn-2 cgw-1", missing("InvalidCustomerGatewayInstanceId.NotFound", "no"), true),
            (create, "vpngw-1 vpc-1", missing("InvalidVpcId.NotFound", "no"), false),
            (create, "vpngw-2 cgw-2", missing("ResourceNotFound", "no such gateway"), false),
            ((Effect::Write, "TagResources"), "vpn-1", missing("InvalidResourceId.NotFound", "no"), true),
            (
                (Effect::Write, "ModifyResourceTags"),
                "qcs::vpc:x:uin/:vpngw/vpngw-1",
                missing("ResourceNotFound", ""),
                true,
            ),
            (read, "vpn-1", missing("InvalidVpnGatewayInstanceId.NotFound", "no"), true),
            (read, "vpn-2", missing("InvalidVpnGatewayInstanceId.NotFound", "no"), false),
            // One of many, and each is asked for on its own then.
            ((Effect::Read, "DescribeVpnGateways"), "vpngw-1 vpngw-2", missing("ResourceNotFound", "no"), false),
            ((Effect::Read, "DescribeVpnGatewayRoutes"), "vpngw-1 vpnx-1", missing("ResourceNotFound", "no"), true),
            ((Effect::Read, "DownloadX"), "vpngw-1 vpnx-1", missing("ResourceNotFound", "no such vendor"), false),
            ((Effect::Read, "DownloadX"), "vpngw-1 vpnx-1", missing("ResourceNotFound", "vpngw-1 is missing"), true),
            // That is what was wanted.
            ((Effect::Delete, "DeleteVpnGateway"), "vpngw-1", missing("ResourceNotFound", "no"), false),
            (create, "vpngw-1", Error::new(Class::Invalid, "vpngw-1 is PENDING"), false),
        ] {
            let seen = having_seen(r#"{"VpnGatewayId":"vpngw-1","Other":["vpn-1","cgw-1"]}"#);
            assert_eq!(repeats(&seen, action, effect, names, error.clone()).await, again, "{action} {names} {error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_sighting_is_of_a_region_and_does_not_last() {
        let error = || missing("ResourceNotFound", "no");
        let seen = having_seen("vpngw-1");
        assert!(!seen.is_known("elsewhere", "vpngw-1"));
        time::sleep(MEMORY).await;
        assert!(!repeats(&seen, "CreateVpnConnection", Effect::Create, "vpngw-1", error()).await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_stays_missing_is_believed_in_the_end() {
        let seen = having_seen("vpngw-1");
        let started = Instant::now();
        let found = seen.look(&ctx(), REGION, "vpngw-1", async || Ok(None::<()>)).await.unwrap();
        assert!(found.is_none());
        let waited = started.elapsed().as_secs();
        assert!((25..=30).contains(&waited), "{waited}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_this_process_deletes_is_gone_at_the_first_word() {
        for (action, names, gone, there) in [
            ("DeleteVpnConnection", "vpngw-1 vpnx-1", "vpnx-1", "vpngw-1"),
            ("DeleteVpnConn", "vpc-1 vpngw-1 vpnx-1", "vpnx-1", "vpngw-1"),
            ("DeleteVpnGatewayRoutes", "vpngw-1 vpnr-1 vpnr-2", "vpnr-2", "vpngw-1"),
            ("DeleteVpnGateway", "vpngw-1", "vpngw-1", ""),
            ("DeleteVpnRouteEntry", "vpn-1 vco-1", "", "vco-1"),
            ("DeleteSslVpnClientCert", "vsc-1", "vsc-1", ""),
            ("DeleteVpnGatewaySslServer", "vpns-1", "vpns-1", ""),
        ] {
            let seen = having_seen(names);
            let ids: Vec<_> = ids_in(names).map(str::to_owned).collect();
            seen.leave(action, REGION, &ids);
            // It is still listed on its way out.
            seen.saw(REGION, gone.as_bytes());
            assert!(!seen.is_known(REGION, gone), "{action}");
            assert!(there.is_empty() || seen.is_known(REGION, there), "{action}");
        }
    }
}
