//! What a VPN gateway costs, and what has been paid for.

use jiff::Timestamp;

use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::path::Path;
use crate::framework::resource::Plan;
use crate::provider::foresight::{another_gateway, costs, months};
use crate::provider::managed::Obstacle;
use crate::provider::values::said;

use super::Gateway;

/// DeleteVpnGateway, `ForbiddenRelease`.
pub(super) fn obstacle(gateway: &Gateway, now: Timestamp) -> Option<Obstacle> {
    let end = gateway.expires_at.as_deref()?;
    let is_paid_for = is_subscription(gateway) && end.parse::<Timestamp>().is_ok_and(|end| end > now);
    is_paid_for.then(|| Obstacle {
        why: format!("it is a subscription that is paid for until {end}, and the API deletes none before that"),
        way_out: "To be rid of it earlier, unsubscribe in the console.".to_owned(),
    })
}

pub(super) fn foresee(plan: &Plan<Gateway>, replaced: &[Path]) -> Diagnostics {
    let Plan { prior, planned, .. } = plan;
    let bought = is_subscription(planned).then(|| {
        let months = said(&planned.period_months).map_or_else(|| "Its period".to_owned(), months);
        format!("{months} of it are bought at once, and it cannot be deleted before they are over")
    });
    let mut found = Diagnostics::new();
    match (prior, replaced.first()) {
        (Some(prior), Some(path)) => {
            found.push(another_gateway(prior.id.as_deref().unwrap_or("the old one"), path, bought))
        }
        (Some(prior), None) if is_subscription(prior) && prior.period_months != planned.period_months => {
            let end = prior.expires_at.as_deref().unwrap_or("an unknown time");
            let detail = format!(
                "The API can neither extend a subscription nor shorten it: this one stays paid for until {end}, and can be renewed in the \
                 console. The new number counts for the next VPN gateway that this resource makes."
            );
            found.push(Diagnostic::warning("Nothing is bought", detail).at("period_months"));
        }
        (None, _) if let Some(bought) = bought => found.push(costs("charge_type", format!("{bought}."))),
        _ => {}
    }
    found
}

fn is_subscription(gateway: &Gateway) -> bool {
    gateway.charge_type.as_deref() == Some("PREPAY")
}
