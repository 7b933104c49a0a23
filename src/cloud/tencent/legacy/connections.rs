//! Tunnels of API 2.0: what it takes to make, read, change and delete one safely. Every change ends
//! in a task; what a task says is checked by the tunnel's own status.

use std::sync::OnceLock;

use secrecy::SecretString;

use crate::cloud::adopt::{self, Adoption, Candidate, Comparison, Creation, Likeness, Made, Repeats, Wanted, beijing};
use crate::cloud::batch::Listing;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::{self, Page};
use crate::cloud::scrub::scrub;
use crate::cloud::tencent::legacy::client::{Action, Client};
use crate::cloud::tencent::legacy::region;
use crate::cloud::tencent::legacy::vpc::{
    AddVpnConnEx, ChangeAnswer, DeleteVpnConn, DescribeVpcTaskResult, DescribeVpnConn, IkeSet, ModifyVpnConnEx,
    TaskOutput, VpnConn, VpnConnStatus,
};
use crate::cloud::wait::{self, Poll};

impl Client {
    /// Asks for a tunnel, follows the task to its end, and gives the tunnel's id. Wait with
    /// [`Client::wait_running`] afterwards.
    ///
    /// `AddVpnConnEx` does not answer the tunnel's id, so that it is looked for: among the tunnels
    /// between the two gateways that were not there before, the one that is what was asked for. `made` gets the id as soon as it is known, which may be long before the task ends, and
    /// also when the task fails. A create of unknown outcome is looked for in the same way.
    ///
    /// An error with [`Error::is_ambiguous`] means that there may be a tunnel that could not be
    /// found.
    pub async fn create_connection(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &AddVpnConnEx,
        made: impl Fn(&str) + Send + Sync,
    ) -> Result<String> {
        let creation = Creating { client: self, region, request, answer: OnceLock::new() };
        let adoption = Adoption::begin(ctx, &creation, self.terms()).await?;
        // Nobody was told the task of one that was found: the tunnel's status has to do.
        if let Made::Found(id) = adoption.send(ctx).await? {
            made(&id);
            return Ok(id);
        }
        let answer = creation.answer.get().cloned().unwrap_or_default();

        let mut id = adoption.newcomer(ctx).await.ok().flatten();
        id.iter().for_each(|id| made(id));
        let done = self.finish(ctx, region, request, &answer).await;
        if id.is_none() && done.is_err() {
            // What a failed task leaves behind is to be cleaned up.
            id = adoption.newcomer(ctx).await.ok().flatten();
            id.iter().for_each(|id| made(id));
        }
        if let Err(error) = done {
            if id.is_none() && matches!(error.class(), Class::Cancelled | Class::Timeout) {
                made(&adoption.last_look(ctx, error.clone()).await?);
            }
            return Err(error);
        }
        if let Some(id) = id {
            return Ok(id);
        }
        let id = adoption.find_acknowledged(ctx).await?;
        made(&id);
        Ok(id)
    }

    /// The tunnel `id`, or none when the service clearly says that there is no such tunnel.
    ///
    /// A process that reads many tunnels lists them instead of asking for each; what is seen may be a
    /// few seconds old, though never older than this client's last write in the region.
    pub async fn connection(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnConn>> {
        self.inner.tunnels.read(&Tunnels(self.clone()), ctx, region::short(region), id).await
    }

    /// The tunnel `id` as it is now.
    ///
    /// `InvalidVpnGw.NotFound` stands for a missing gateway and for a missing tunnel, and the numeric
    /// code 5000 for any missing thing. So it is believed only if the list of all tunnels, which
    /// names no gateway, does not have the tunnel either.
    async fn current(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnConn>> {
        let request = DescribeVpnConn { vpn_conn_id: Some(id.to_owned()), ..Default::default() };
        let is_it = |tunnel: &VpnConn| tunnel.un_vpn_conn_id.as_deref() == Some(id);
        match self.call(ctx, region, &request).await {
            Ok(answer) => Page { items: answer.data, total: answer.total_count }
                .the_one(id, is_it)
                .map_err(|error| error.about(DescribeVpnConn::NAME, region)),
            Err(error) if error.code() == Some("InvalidVpnConn.NotFound") => Ok(None),
            Err(error) if error.is_not_found() => {
                let all = self.connections(ctx, region, &DescribeVpnConn::default()).await?;
                Ok(all.into_iter().find(is_it))
            }
            Err(error) => Err(error),
        }
    }

    /// All tunnels that match, on all pages.
    pub async fn connections(&self, ctx: &Ctx, region: &str, like: &DescribeVpnConn) -> Result<Vec<VpnConn>> {
        let id = |tunnel: &VpnConn| tunnel.un_vpn_conn_id.clone();
        let tunnels = listing::all(PAGE, id, |offset| async move {
            let request = DescribeVpnConn {
                offset: Some(offset as u64),
                limit: Some(PAGE as u64),
                // The newest come last, so that a tunnel that is made meanwhile shifts no page.
                order_direction: Some("asc"),
                ..like.clone()
            };
            let answer = self.call(ctx, region, &request).await?;
            Ok(Page { items: answer.data, total: answer.total_count })
        });
        tunnels.await.map_err(|error| error.about(DescribeVpnConn::NAME, region))
    }

    /// The tunnels with these ids, as far as they exist: seen as by [`Client::connection`].
    pub async fn connections_of(&self, ctx: &Ctx, region: &str, ids: &[String]) -> Result<Vec<VpnConn>> {
        listing::read_each(ids, |id| self.connection(ctx, region, id)).await
    }

    /// Changes a tunnel and follows the task to its end. Wait with [`Client::wait_running`]
    /// afterwards.
    pub async fn modify_connection(&self, ctx: &Ctx, region: &str, request: &ModifyVpnConnEx) -> Result<()> {
        match self.call(ctx, region, request).await {
            Ok(answer) => self.finish(ctx, region, request, &answer).await,
            Err(error) if error.is_not_found() => Err(match self.current(ctx, region, &request.vpn_conn_id).await {
                Ok(None) => error.noting("the tunnel no longer exists").hinting(Some(GONE.into())),
                Ok(Some(_)) => error.noting("the tunnel exists, so this is about its gateway or VPC"),
                Err(lookup) => error.noting(&format!("then looking for the tunnel failed: {lookup}")),
            }),
            Err(error) => Err(error),
        }
    }

    /// Deletes a tunnel and waits until the service clearly says that it does not exist; one that is
    /// gone already is fine.
    pub async fn delete_connection(&self, ctx: &Ctx, region: &str, request: &DeleteVpnConn) -> Result<()> {
        let id = &request.vpn_conn_id;
        match self.call(ctx, region, request).await {
            Ok(answer) => self.finish(ctx, region, request, &answer).await?,
            Err(error) if error.is_not_found() => {
                return match self.current(ctx, region, id).await? {
                    None => Ok(()),
                    Some(_) => Err(error.noting("the tunnel exists, so this is about its gateway or VPC")),
                };
            }
            Err(error) => return Err(error),
        }
        wait::until(ctx, &format!("{id} to be deleted"), || async {
            let Some(tunnel) = self.current(ctx, region, id).await? else { return Ok(Poll::Ready(())) };
            match tunnel.status() {
                Some(VpnConnStatus::DeletionError) => Err(given_up(id, VpnConnStatus::DeletionError, region)),
                status => Ok(Poll::Pending(shown(status))),
            }
        })
        .await
    }

    /// Waits until the tunnel `id` is running and gives what it then is. That the service gave up a
    /// change is an error.
    pub async fn wait_running(&self, ctx: &Ctx, region: &str, id: &str) -> Result<VpnConn> {
        wait::until_it_is(ctx, id, "running", || async {
            let Some(tunnel) = self.current(ctx, region, id).await? else { return Ok(None) };
            match tunnel.status() {
                Some(VpnConnStatus::Running) => Ok(Some(Poll::Ready(tunnel))),
                Some(status) if status.failure().is_some() => Err(given_up(id, status, region)),
                status => Ok(Some(Poll::Pending(shown(status)))),
            }
        })
        .await
        .map_err(|error| if error.is_not_found() { error.about(DescribeVpnConn::NAME, region) } else { error })
    }

    /// Follows the task of a change to its end. A task that nobody knows any more, or that was never
    /// told, says nothing: the tunnel's own status has to be looked at, as it has after a success.
    async fn finish<A: Action>(&self, ctx: &Ctx, region: &str, request: &A, answer: &ChangeAnswer) -> Result<()> {
        let Some(task_id) = answer.data.and_then(|task| task.task_id) else { return Ok(()) };
        let output = wait::until(ctx, &format!("task {task_id} of {}", A::NAME), || async {
            let answer = match self.call(ctx, region, &DescribeVpcTaskResult { task_id }).await {
                Ok(answer) => answer,
                Err(error) if error.is_not_found() => Default::default(),
                Err(error) => return Err(error),
            };
            let task = answer.data.unwrap_or_default();
            Ok(match task.status {
                Some(0) => Poll::Ready(None),
                Some(1) => Poll::Ready(Some(task.output.unwrap_or_default())),
                Some(2) => Poll::Pending("in progress".to_owned()),
                Some(other) => Poll::Pending(format!("status {other}")),
                None => {
                    tracing::warn!(region, task_id, "the task vanished; going by the tunnel's own status");
                    Poll::Ready(None)
                }
            })
        })
        .await?;
        output.map_or(Ok(()), |output| Err(failed(task_id, output, &request.secrets()).about(A::NAME, region)))
    }
}

/// How tunnels are described: one by one, since this API has no lists of ids, or all of them.
#[derive(Clone)]
pub(super) struct Tunnels(Client);

impl Listing for Tunnels {
    type Item = VpnConn;

    const IDS: usize = 1;
    const PAGE: usize = PAGE;
    const ACTION: Option<&'static str> = Some(DescribeVpnConn::NAME);

    fn id(tunnel: &VpnConn) -> Option<&str> {
        tunnel.un_vpn_conn_id.as_deref()
    }

    async fn one(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnConn>> {
        self.0.current(ctx, region, id).await
    }

    async fn page(&self, ctx: &Ctx, region: &str, offset: usize) -> Result<Page<VpnConn>> {
        let request = DescribeVpnConn {
            offset: Some(offset as u64),
            limit: Some(PAGE as u64),
            order_direction: Some("asc"),
            ..Default::default()
        };
        let answer = self.0.call(ctx, region, &request).await?;
        Ok(Page { items: answer.data, total: answer.total_count })
    }
}

/// A create, as the adoption sees it.
struct Creating<'a> {
    client: &'a Client,
    region: &'a str,
    request: &'a AddVpnConnEx,
    /// What an accepted create answered.
    answer: OnceLock<ChangeAnswer>,
}

impl Creation for Creating<'_> {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            action: AddVpnConnEx::NAME,
            region: self.region,
            name: self.request.vpn_conn_name.as_deref(),
            kind: "tunnel",
            place: format!("between {} and {}", self.request.vpn_gw_id, self.request.user_gw_id),
            print: adopt::print(self.request),
            repeats: Repeats::Refused,
            prefix: Some("vpnx-"),
        }
    }

    async fn send(&self, ctx: &Ctx) -> Result<Option<String>> {
        let answer = self.client.call(ctx, self.region, self.request).await?;
        // It names a task, not the tunnel.
        let _ = self.answer.set(answer);
        Ok(None)
    }

    async fn listed(&self, ctx: &Ctx) -> Result<Vec<Candidate>> {
        let like = DescribeVpnConn { vpn_gw_id: Some(self.request.vpn_gw_id.clone()), ..Default::default() };
        let listed = match self.client.connections(ctx, self.region, &like).await {
            Err(error) if error.is_not_found() => Vec::new(),
            listed => listed?,
        };
        let here = |tunnel: &VpnConn| tunnel.un_user_gw_id.as_ref() == Some(&self.request.user_gw_id);
        let candidates = listed.into_iter().filter(here).filter_map(|tunnel| {
            let likeness = likeness(self.request, &tunnel);
            let created = tunnel.create_time.as_deref().and_then(beijing);
            Some(Candidate { id: tunnel.un_vpn_conn_id?, name: tunnel.vpn_conn_name, likeness, created })
        });
        Ok(candidates.collect())
    }

    fn import_id(&self, id: &str) -> String {
        format!("{}/{}/{id}", self.request.vpc_id, self.request.vpn_gw_id)
    }
}

/// Whether `tunnel` is what was asked for. This API knows no tags.
fn likeness(request: &AddVpnConnEx, tunnel: &VpnConn) -> Likeness {
    let status = tunnel.status();
    let policies = request.spd_acl.as_ref();
    let sources = policies.map(|policies| policies.keys().collect::<Vec<_>>());
    let destinations = match policies {
        Some(policies) => Some(policies.values().flatten().collect::<Vec<_>>()),
        None => request.user_gw_cidr_block.as_ref().map(|ranges| ranges.iter().collect()),
    };
    let ike = request.ike_set.clone().map(|ike| IkeSet { encrypt_algorithm: None, ..ike });
    let shown_ike = tunnel.ike.clone().map(|ike| IkeSet {
        propo_authen_algorithm: ike.propo_authen_algorithm.as_deref().map(hash).map(str::to_owned),
        ..ike
    });
    let ipsec = request.ipsec_set.clone().unwrap_or_default();
    let shown = tunnel.ipsec.clone().unwrap_or_default();
    let encryption = request.ike_set.as_ref().and_then(|ike| ike.encrypt_algorithm.as_deref());
    let name = request.vpn_conn_name.as_ref();
    let mut comparison = Comparison::new(status == Some(VpnConnStatus::Creating));
    comparison
        .is("it is being deleted", status != Some(VpnConnStatus::Deleting), false)
        .is("name", name.is_none_or(|name| tunnel.vpn_conn_name.as_ref() == Some(name)), false)
        .key(request.pre_shared_key.as_ref(), tunnel.pre_shared_key.as_ref())
        .options("IKE", ike.as_ref(), shown_ike.as_ref())
        .word("IPsec", encryption, shown.encrypt_algorithm.as_deref())
        .word("IPsec", ipsec.integrity_algorith.as_deref().map(hash), shown.integrity_algorith.as_deref().map(hash))
        .value("IPsec", ipsec.ipsec_sa_lifetime_seconds, shown.ipsec_sa_lifetime_seconds)
        .value("IPsec", ipsec.ipsec_sa_lifetime_traffic, shown.ipsec_sa_lifetime_traffic)
        .word("IPsec", ipsec.pfs_dh_group.as_deref(), shown.pfs_dh_group.as_deref());
    // An empty list may be one that the answer does not have.
    if !tunnel.source_cidr.is_empty() {
        comparison.all("ranges of the VPC", sources, Some(&tunnel.source_cidr));
    }
    if !tunnel.destination_cidr.is_empty() {
        comparison.all("ranges of the customer", destinations, Some(&tunnel.destination_cidr));
    }
    comparison.likeness()
}

/// Answers say `sha1` where requests say `sha`.
fn hash(algorithm: &str) -> &str {
    if algorithm.eq_ignore_ascii_case("sha1") { "sha" } else { algorithm }
}

fn failed(task_id: i64, output: TaskOutput, secrets: &[&SecretString]) -> Error {
    let said = output.error_msg.filter(|message| !message.is_empty());
    let said = scrub(said.as_deref().unwrap_or("no message"), secrets);
    let code = output.error_code.filter(|code| !code.is_empty() && code != "0");
    Error::new(Class::Fatal, format!("task {task_id} failed: {said}")).code_is(code).given_up()
}

fn given_up(id: &str, status: VpnConnStatus, region: &str) -> Error {
    let what = status.failure().unwrap_or("changing");
    let message = format!("the service gave up {what} {id}: its status is {status}");
    Error::new(Class::Fatal, message).about(DescribeVpnConn::NAME, region).given_up()
}

fn shown(status: Option<VpnConnStatus>) -> String {
    status.map_or_else(|| "unknown".to_owned(), |status| status.to_string())
}

const GONE: &str = "It was deleted outside of this provider: the next plan makes it anew.";

/// The largest page that DescribeVpnConn gives.
const PAGE: usize = 50;

#[cfg(test)]
mod tests;
