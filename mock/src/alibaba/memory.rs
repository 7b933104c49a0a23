//! What the service remembers of requests: nonces used, the answers to writes by ClientToken, and gateways that it has to assume.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::signature::MAX_SKEW_SECONDS;
use crate::store::Members;

#[derive(Default)]
pub(crate) struct Memory {
    nonces: HashSet<(String, String)>,
    /// The same, oldest first.
    by_age: VecDeque<(Instant, (String, String))>,
    /// By account, region and token. How long the cloud keeps them is not published; here it is for good.
    answers: HashMap<(String, String, String), Write>,
    /// Gateways that are not there and were written to, by account, region and id.
    assumed: BTreeSet<(String, String, String)>,
}

/// What is known about a ClientToken.
pub(super) enum Answered {
    Never,
    /// It came with the same action and parameters, and this was the answer.
    Same(Members),
    /// It came with another action or other parameters.
    Other,
}

impl Memory {
    /// Notes a nonce; false when the key has used it before.
    pub(super) fn is_new_nonce(&mut self, access_key_id: &str, nonce: &str) -> bool {
        let now = Instant::now();
        while let Some((seen, _)) = self.by_age.front()
            && now.duration_since(*seen) > NONCES_KEPT
        {
            if let Some((_, nonce)) = self.by_age.pop_front() {
                self.nonces.remove(&nonce);
            }
        }
        let nonce = (access_key_id.to_owned(), nonce.to_owned());
        let new = self.nonces.insert(nonce.clone());
        if new {
            self.by_age.push_back((now, nonce));
        }
        new
    }

    pub(super) fn answered(
        &self,
        (owner, region): (&str, &str),
        client_token: &str,
        action: &str,
        params: &Members,
    ) -> Answered {
        match self.answers.get(&(owner.to_owned(), region.to_owned(), client_token.to_owned())) {
            None => Answered::Never,
            Some(write) if write.action == action && write.params == *params => Answered::Same(write.answer.clone()),
            Some(_) => Answered::Other,
        }
    }

    /// Keeps the answer to a write that was done. One that was refused may come again with the same token.
    pub(super) fn remember(
        &mut self,
        (owner, region): (&str, &str),
        client_token: &str,
        action: &'static str,
        params: Members,
        answer: &Members,
    ) {
        let write = Write { action, params, answer: answer.clone() };
        self.answers.insert((owner.to_owned(), region.to_owned(), client_token.to_owned()), write);
    }

    /// Notes a write to a gateway that is not there.
    pub(super) fn assume(&mut self, (owner, region): (&str, &str), gateway_id: &str) {
        self.assumed.insert((owner.to_owned(), region.to_owned(), gateway_id.to_owned()));
    }

    pub(super) fn assumed(&self, (owner, region): (&str, &str)) -> impl Iterator<Item = &str> {
        let here = move |(of, at, _): &&(String, String, String)| of == owner && at == region;
        self.assumed.iter().filter(here).map(|(_, _, id)| id.as_str())
    }
}

struct Write {
    action: &'static str,
    params: Members,
    answer: Members,
}

/// A timestamp is good this long from one end of its window to the other.
const NONCES_KEPT: Duration = Duration::from_secs(2 * MAX_SKEW_SECONDS);
