//! SSL clients: what it takes to make, enable, disable and delete some safely, in few calls.
//!
//! Actions take several clients of a server: what comes together for one is written in one call. The service does not say which of
//! several new clients is whose. Their names tell: those in a call differ, and there is one create at a time for each server.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::future;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::cloud::adopt::{self, Adoption, Candidate, Comparison, Creation, Likeness, Repeats, Wanted, lost};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::join::{self, Joined};
use crate::cloud::keyed::KeyedLock;
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::ssl_state::{CertStatus, SslState};
use crate::cloud::tencent::vpc::{
    CreateVpnGatewaySslClient, DeleteVpnGatewaySslClient, DescribeVpnGatewaySslClients, DisableVpnGatewaySslClientCert,
    EnableVpnGatewaySslClientCert, SslVpnClient, SslVpnClientIds, Tag, TaskAnswer, pairs,
};
use crate::cloud::wait::{self, LISTING_LAG, Poll};

/// What waits to be written.
#[derive(Default)]
pub(super) struct SslClientWrites {
    creating: Joined<NewSslClient, String>,
    deleting: Joined<String, Option<i64>>,
    enabling: Joined<String, Option<i64>>,
    disabling: Joined<String, Option<i64>>,
    /// One create of a single client at a time: the server refuses the next while it works on one.
    turns: KeyedLock,
}

/// An SSL client to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSslClient {
    pub name: String,
    pub tags: Option<Vec<Tag>>,
}

impl Client {
    /// Asks for an SSL client and gives its id; it is not ready yet.
    pub async fn create_ssl_client(&self, ctx: &Ctx, region: &str, server: &str, new: NewSslClient) -> Result<String> {
        let place = Place::new(self, region, server);
        let key = place.key();
        let send = move |ctx, all| {
            let place = place.clone();
            async move { place.create(&ctx, all).await }
        };
        self.inner.ssl_client_writes.creating.send(ctx, key, new, send).await
    }

    /// Enables or disables the certificate of a client of `server` and follows the task to its end.
    /// One that is so already is fine.
    pub async fn enable_ssl_client(
        &self,
        ctx: &Ctx,
        region: &str,
        server: &str,
        id: &str,
        enabled: bool,
    ) -> Result<()> {
        let (place, writes) = (Place::new(self, region, server), &self.inner.ssl_client_writes);
        let switched = if enabled {
            match place.send(ctx, &writes.enabling, id, EnableVpnGatewaySslClientCert).await {
                Ok(task) => return self.finish::<EnableVpnGatewaySslClientCert>(ctx, region, id, task, &[]).await,
                refused => refused,
            }
        } else {
            match place.send(ctx, &writes.disabling, id, DisableVpnGatewaySslClientCert).await {
                Ok(task) => return self.finish::<DisableVpnGatewaySslClientCert>(ctx, region, id, task, &[]).await,
                refused => refused,
            }
        };
        let Err(refused) = switched else { return Ok(()) };
        // One code says that there is nothing to do and that nothing can be done.
        if !refused.code().is_some_and(|code| ALREADY_OR_ABNORMAL.contains(&code)) {
            return Err(refused);
        }
        let client = self.inner.ssl_clients.now(self, ctx, region, id).await?;
        let status = client.and_then(|client| client.cert_status).map(CertStatus::from);
        match (status, enabled) {
            (Some(CertStatus::Normal), true) | (Some(CertStatus::Disabled), false) => Ok(()),
            (Some(status), _) => Err(refused.noting(&format!("the certificate is {status}"))),
            (None, _) => Err(refused),
        }
    }

    /// Deletes a client of `server` and waits until the service clearly says that it does not exist;
    /// one that is gone already is fine.
    pub async fn delete_ssl_client(&self, ctx: &Ctx, region: &str, server: &str, id: &str) -> Result<()> {
        let place = Place::new(self, region, server);
        let deleting = &self.inner.ssl_client_writes.deleting;
        let task = match place.send(ctx, deleting, id, DeleteVpnGatewaySslClient).await {
            Err(error) if error.is_not_found() => return Ok(()),
            task => task?,
        };
        self.gone::<_, DeleteVpnGatewaySslClient>(ctx, region, &self.inner.ssl_clients, id, task).await
    }
}

/// A server and its clients.
#[derive(Clone)]
struct Place {
    client: Client,
    region: String,
    server: String,
}

impl Place {
    fn new(client: &Client, region: &str, server: &str) -> Self {
        Self { client: client.clone(), region: region.to_owned(), server: server.to_owned() }
    }

    fn key(&self) -> String {
        format!("{} {}", self.region, self.server)
    }

    /// Sends what is asked of `id` together with what is asked of others, and gives the task.
    async fn send<A: Action<Answer = TaskAnswer> + Send + 'static>(
        &self,
        ctx: &Ctx,
        joined: &Joined<String, Option<i64>>,
        id: &str,
        action: fn(SslVpnClientIds) -> A,
    ) -> Result<Option<i64>> {
        let place = self.clone();
        let send = move |ctx, ids| {
            let place = place.clone();
            async move {
                let call = async |ids: Vec<String>| {
                    let answer = place.client.call(&ctx, &place.region, &action(ids.into())).await;
                    answer.map(|answer| answer.task_id)
                };
                join::all_or_each(ids, call).await
            }
        };
        joined.send(ctx, self.key(), id.to_owned(), send).await
    }

    /// As few calls as the tags permit. Of those that have a name together, each is for itself.
    async fn create(&self, ctx: &Ctx, all: Vec<NewSslClient>) -> Vec<Result<String>> {
        let mut made: Vec<Option<Result<String>>> = vec![None; all.len()];
        while let Some(first) = made.iter().position(Option::is_none) {
            let (mut group, mut names) = (Vec::new(), HashSet::new());
            for (index, new) in all.iter().enumerate().skip(first) {
                if made[index].is_none() && new.tags == all[first].tags && names.insert(&new.name) {
                    group.push(index);
                }
            }
            let wanted: Vec<_> = group.iter().map(|index| &all[*index]).collect();
            for (index, answer) in group.iter().zip(self.create_together(ctx, &wanted).await) {
                made[*index] = Some(answer);
            }
        }
        made.into_iter().flatten().collect()
    }

    /// All at once, with one set of tags and a name for each. Those of which the answer does not say what became of them are looked for,
    /// and if they were perhaps not made, made one by one.
    async fn create_together(&self, ctx: &Ctx, all: &[&NewSslClient]) -> Vec<Result<String>> {
        if let [new] = all {
            return vec![self.create_one(ctx, new).await];
        }
        let before: HashSet<_> = match self.client.clients_of_server(ctx, &self.region, &self.server, None).await {
            Ok(before) => before.into_iter().filter_map(|client| client.ssl_vpn_client_id).collect(),
            Err(error) => return vec![Err(error); all.len()],
        };
        let names: Vec<_> = all.iter().map(|new| new.name.clone()).collect();
        let request = CreateVpnGatewaySslClient {
            ssl_vpn_server_id: self.server.clone(),
            ssl_vpn_client_names: Some(names.clone()),
            tags: all.first().and_then(|new| new.tags.clone()),
            ..Default::default()
        };
        let sent = Instant::now();
        let answer = match self.client.call(ctx, &self.region, &request).await {
            Ok(answer) => answer,
            Err(error) if error.is_ambiguous() => {
                let made = all.iter().map(|new| async {
                    let creation = Creating { place: self, new };
                    Adoption::sent(&creation, self.client.terms(), before.clone(), sent)
                        .make_after(ctx, error.clone())
                        .await
                });
                return future::join_all(made).await;
            }
            Err(error) if join::is_about_one(&error) => {
                let mut answers = Vec::with_capacity(all.len());
                for new in all {
                    answers.push(self.create_one(ctx, new).await);
                }
                return answers;
            }
            Err(error) => return vec![Err(error); all.len()],
        };
        let is_new = |id: &String| id.starts_with(PREFIX) && !before.contains(id);
        let acknowledged: HashSet<_> = answer.ssl_vpn_client_ids.into_iter().filter(is_new).collect();
        if acknowledged.len() < all.len() {
            let made = all.iter().map(|new| async {
                let creation = Creating { place: self, new };
                Adoption::sent(&creation, self.client.terms(), before.clone(), sent).find_sent(ctx).await
            });
            return future::join_all(made).await;
        }
        let made = match self.newcomers(&names, |id| acknowledged.contains(id), LISTING_LAG).await {
            Ok(made) => made,
            Err(lookup) => return vec![Err(lost(KIND, lookup.ambiguous(true))); all.len()],
        };
        let answers = all.iter().map(|new| match made.get(&new.name) {
            Some(id) => {
                self.client.making(id, answer.task_id, &request);
                Ok(id.clone())
            }
            None => {
                let message = format!("the service made {:?} but does not list it", new.name);
                let error = Error::new(Class::Fatal, message).about(CreateVpnGatewaySslClient::NAME, &self.region);
                Err(lost(KIND, error.ambiguous(true)))
            }
        });
        answers.collect()
    }

    async fn create_one(&self, ctx: &Ctx, new: &NewSslClient) -> Result<String> {
        self.client.made(ctx, &Creating { place: self, new }).await
    }

    /// The new clients with these names, by name, as soon as all of them are listed, and otherwise those that
    /// are listed in the end. Also if the operation is called off: what was made is worth waiting for, since nobody knows of it yet.
    async fn newcomers(
        &self,
        names: &[String],
        is_new: impl Fn(&str) -> bool + Sync,
        patience: Duration,
    ) -> Result<HashMap<String, String>> {
        let ctx = Ctx::new(patience + LISTING_TIME, CancellationToken::new());
        let started = Instant::now();
        wait::until(&ctx, "the new SSL clients to be listed", || async {
            let listed = self.client.clients_of_server(&ctx, &self.region, &self.server, None).await?;
            let made = by_name(listed, names, &is_new)?;
            let over = made.len() == names.len() || started.elapsed() >= patience;
            Ok(if over { Poll::Ready(made) } else { Poll::Pending("not listed yet".to_owned()) })
        })
        .await
    }
}

/// Two of one name are nobody's: which is whose cannot be told.
fn by_name(
    listed: Vec<SslVpnClient>,
    names: &[String],
    is_new: impl Fn(&str) -> bool,
) -> Result<HashMap<String, String>> {
    let mut made = HashMap::new();
    for client in listed {
        let (Some(id), Some(name)) = (client.ssl_vpn_client_id, client.name) else { continue };
        if id.is_empty() || !is_new(&id) || !names.contains(&name) {
            continue;
        }
        if made.insert(name.clone(), id).is_some() {
            return Err(Error::new(Class::Fatal, format!("several SSL clients named {name:?} appeared at once")));
        }
    }
    Ok(made)
}

/// The create of a single one, as the adoption sees it.
struct Creating<'a> {
    place: &'a Place,
    new: &'a NewSslClient,
}

impl Creation for Creating<'_> {
    fn wanted(&self) -> Wanted<'_> {
        let Place { region, server, .. } = self.place;
        Wanted {
            action: CreateVpnGatewaySslClient::NAME,
            region,
            name: Some(&self.new.name),
            kind: KIND,
            place: format!("of {server}"),
            print: adopt::print(&(&self.new.name, &self.new.tags)),
            repeats: Repeats::Double,
            prefix: Some(PREFIX),
        }
    }

    async fn send(&self, ctx: &Ctx) -> Result<Option<String>> {
        let Place { client, server, .. } = self.place;
        let request = CreateVpnGatewaySslClient {
            ssl_vpn_server_id: server.clone(),
            ssl_vpn_client_name: Some(self.new.name.clone()),
            tags: self.new.tags.clone(),
            ..Default::default()
        };
        let turns = &client.inner.ssl_client_writes.turns;
        let _turn = turns.turn(ctx, self.place.key(), &format!("another create of {server}")).await?;
        let answer = client.call(ctx, &self.place.region, &request).await?;
        let id = answer.ssl_vpn_client_id.or_else(|| answer.ssl_vpn_client_ids.into_iter().next());
        let id = id.filter(|id| !id.is_empty());
        if let Some(id) = &id {
            client.making(id, answer.task_id, &request);
        }
        Ok(id)
    }

    async fn listed(&self, ctx: &Ctx) -> Result<Vec<Candidate>> {
        let there = self.place.client.with_their_tags::<DescribeVpnGatewaySslClients>(
            ctx,
            &self.place.region,
            self.there(ctx).await?,
        );
        let candidates = there.await?.into_iter().filter_map(|client| {
            let likeness = likeness(self.new, &client);
            // When its certificate begins is not when it was made.
            Some(Candidate { id: client.ssl_vpn_client_id?, name: client.name, likeness, created: None })
        });
        Ok(candidates.collect())
    }

    /// Whose tags they have costs further calls, and is not the question.
    async fn before(&self, ctx: &Ctx) -> Result<Option<HashSet<String>>> {
        Ok(Some(self.there(ctx).await?.into_iter().filter_map(|client| client.ssl_vpn_client_id).collect()))
    }
}

impl Creating<'_> {
    async fn there(&self, ctx: &Ctx) -> Result<Vec<SslVpnClient>> {
        let Place { client, region, server } = self.place;
        client.clients_of_server(ctx, region, server, Some(&self.new.name)).await
    }
}

/// Whether `client` is what was asked for.
fn likeness(new: &NewSslClient, client: &SslVpnClient) -> Likeness {
    let state = client.state.map(SslState::from);
    let mut comparison = Comparison::new(state == Some(SslState::Creating));
    comparison
        .is("it is being deleted", state != Some(SslState::Destroying), false)
        .is("name", client.name.as_ref() == Some(&new.name), false)
        .is("tags, which could not be read", client.tag_set.is_some(), false)
        .tags(pairs(new.tags.as_deref()), client.tag_set.as_deref().map(|tags| pairs(Some(tags))));
    comparison.likeness()
}

const KIND: &str = "SSL client";
/// What their ids begin with.
const PREFIX: &str = "vpnc-";

const ALREADY_OR_ABNORMAL: &[&str] = &[
    "UnsupportedOperation.SSLClientCertAlreadyEnableOrCertAbnormal",
    "UnsupportedOperation.SSLClientCertAlreadyDisableOrCertAbnormal",
];

/// How long a listing may take.
const LISTING_TIME: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests;
