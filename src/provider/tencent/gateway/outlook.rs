//! What becomes of a plan, as far as the state tells: what it costs, and what the service is bound to refuse.

use jiff::Timestamp;

use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::path::Path;
use crate::framework::resource::Plan;
use crate::provider::foresight::{another_gateway, costs, months};
use crate::provider::managed::Obstacle;

use super::super::parts::time;
use super::super::values::said;
use super::Gateway;
use super::billing::{PREPAID, renewed};

/// VPC API 2017-03-12, DeleteVpnGateway: only pay-as-you-go gateways are deleted, and none that is in a network.
pub(super) fn obstacle(gateway: &Gateway, now: Timestamp) -> Option<Obstacle> {
    if let Some(end) = paid_until(gateway, now) {
        return Some(Obstacle {
            why: format!("it is prepaid until {end}, and the API deletes pay-as-you-go gateways only"),
            way_out: "To be rid of it earlier, return it in the console.".to_owned(),
        });
    }
    let network = gateway.ccn_id.as_deref()?;
    Some(Obstacle {
        why: format!("it is attached to the Cloud Connect Network {network}"),
        way_out: "Detach it there first; if a resource of this configuration attaches it, remove that in an apply of its own, for example \
                  with terraform destroy -target."
            .to_owned(),
    })
}

pub(super) fn foresee(plan: &Plan<Gateway>, replaced: &[Path]) -> Diagnostics {
    let Plan { prior, planned, .. } = plan;
    let mut found = Diagnostics::new();
    match (prior, replaced.first()) {
        (Some(prior), Some(path)) => {
            found.push(another_gateway(prior.id.as_deref().unwrap_or("the old one"), path, bought(planned)));
        }
        (Some(prior), None) => of_change(prior, planned, &mut found),
        (None, _) => {
            if let Some(bought) = bought(planned) {
                found.push(costs("charge_type", format!("{bought}.")));
            }
        }
    }
    found
}

/// What a new gateway takes in advance.
fn bought(planned: &Gateway) -> Option<String> {
    if !is_prepaid(planned) {
        return None;
    }
    let prepaid = planned.prepaid.known().cloned().unwrap_or_default();
    let months = said(&prepaid.period_months).map_or_else(|| "Its time".to_owned(), months);
    let then = match prepaid.renew_flag.as_deref() {
        Some(AUTO_RENEW) => "; when that is over, the service renews it at the account's expense",
        _ => "",
    };
    Some(format!("{months} of it are bought at once, and it cannot be deleted before they are over{then}"))
}

/// What changes in place, of a gateway that is paid for in advance.
fn of_change(prior: &Gateway, planned: &Gateway, found: &mut Diagnostics) {
    if !is_prepaid(prior) {
        return;
    }
    let end = prior.expires_at.as_deref().unwrap_or("an unknown time");
    let of = |gateway: &Gateway| gateway.prepaid.known().cloned().unwrap_or_default();
    let (before, after) = (of(prior), of(planned));
    let member = |name: &'static str| Path::from("prepaid").attribute(name);
    if renewed(prior, planned)
        && let (Some(had), Some(number)) = (said(&before.period_months), said(&after.period_months))
    {
        let detail = format!(
            "Another number renews the gateway: this buys {} beside what is paid for until {end}, and no number buys less. Put back {had} \
             to buy nothing.",
            months(number)
        );
        found.push(costs(member("period_months"), detail));
    }
    if planned.prepaid.is_known()
        && before.renew_flag != after.renew_flag
        && after.renew_flag.as_deref() == Some(AUTO_RENEW)
    {
        let detail = format!("From {end} on, the service renews the gateway by itself, at the account's expense.");
        found.push(costs(member("renew_flag"), detail));
    }
    if !is_prepaid(planned) && planned.charge_type.is_known() {
        let detail =
            format!("It stays prepaid until {end}, without any refund, and is billed by the hour from then on.");
        found.push(Diagnostic::warning("Takes effect later", detail).at("charge_type"));
        return;
    }
    let more = [
        ("bandwidth_mbps", &prior.bandwidth_mbps, &planned.bandwidth_mbps),
        ("max_connections", &prior.max_connections, &planned.max_connections),
    ];
    for (name, before, after) in more {
        if let (Some(before), Some(after)) = (said(before), said(after))
            && before < after
        {
            let detail =
                format!("For {after} instead of {before}, the difference is paid at once for the time until {end}.");
            found.push(costs(name, detail));
        }
    }
}

/// Until when it is paid for; a prepaid gateway that is to become pay-as-you-go stays prepaid until then.
fn paid_until(gateway: &Gateway, now: Timestamp) -> Option<&str> {
    let end = gateway.expires_at.as_deref()?;
    let on_its_way = gateway.new_purchase_plan.as_deref() == Some("PREPAID_TO_POSTPAID");
    ((is_prepaid(gateway) || on_its_way) && time(end)? > now).then_some(end)
}

fn is_prepaid(gateway: &Gateway) -> bool {
    gateway.charge_type.as_deref() == Some(PREPAID)
}

const AUTO_RENEW: &str = "NOTIFY_AND_AUTO_RENEW";
