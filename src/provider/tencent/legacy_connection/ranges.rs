//! Which traffic goes through a tunnel: `remote_cidrs` (userGwCidrBlock) or `security_policies` (spdAcl).

use std::collections::BTreeSet;

use crate::cloud::tencent::legacy::{SpdAcl, VpnConn};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::map::map;
use crate::framework::model::{Set, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::provider::addresses::range;

use super::super::parts::SecurityPolicy;
use super::super::values::said;

type Policies = Value<Set<SecurityPolicy>>;

/// `userGwCidrBlock`.
pub(super) fn remote(ranges: &Value<Set<String>>) -> Option<Vec<String>> {
    Some(ranges.known()?.known().cloned().collect())
}

/// `spdAcl`.
pub(super) fn acl(policies: &Policies) -> Option<SpdAcl> {
    let policies = policies.known()?.known();
    Some(map(policies.map(|policy| (said(&policy.local_cidr).unwrap_or_default(), remotes(policy)))))
}

/// What DescribeVpnConn shows of them. It tells the ranges of both sides, not which of them belong together, nor in which of the two forms
/// they were given: what was known before decides wherever it agrees with what is seen. Where it does not, every local range is shown
/// with all remote ones, which no configuration says by accident, so that the difference is seen.
pub(super) fn observed(
    actual: &VpnConn,
    remote_before: &Value<Set<String>>,
    policies_before: &Policies,
) -> (Value<Set<String>>, Policies) {
    let local: BTreeSet<_> = actual.source_cidr.iter().cloned().collect();
    let remote: BTreeSet<_> = actual.destination_cidr.iter().cloned().collect();
    if remote.is_empty() {
        // No tunnel is without ranges: the service has not settled them yet.
        return (remote_before.clone(), policies_before.clone());
    }
    if let Some(before) = policies_before.known() {
        let known_local: BTreeSet<_> = before.known().filter_map(|policy| said(&policy.local_cidr)).collect();
        let known_remote: BTreeSet<_> = before.known().flat_map(remotes).collect();
        let agrees = remote == known_remote && (local.is_empty() || local == known_local);
        let policies = if agrees { policies_before.clone() } else { widest(&local, &remote) };
        return (Value::Null, policies);
    }
    // Seen for the first time. A tunnel with remote ranges alone is for the whole VPC.
    let whole_vpc = local.iter().all(|range| Some(range) == actual.vpc_cidr_block.as_ref() || range == EVERYWHERE);
    if remote_before.is_known() || whole_vpc {
        return (Value::Known(remote.into_iter().collect()), Value::Null);
    }
    (Value::Null, widest(&local, &remote))
}

/// `spdAcl` is an object with the local ranges as its names: a range cannot be there twice.
pub(super) fn one_policy_per_local_range(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeSet::new();
    let policies = object.get("security_policies").elements().iter();
    for range in policies.filter_map(|policy| range(policy.get("local_cidr"))).map(|range| range.trunc()) {
        if !seen.insert(range) {
            let detail = format!("{range} has more than one policy. Write one, with all of its remote_cidrs.");
            diagnostics.error(path.attribute("security_policies"), "Local range repeated", detail);
        }
    }
}

fn widest(local: &BTreeSet<String>, remote: &BTreeSet<String>) -> Policies {
    let policies = local.iter().map(|range| SecurityPolicy {
        local_cidr: range.as_str().into(),
        remote_cidrs: Value::Known(remote.iter().cloned().collect()),
    });
    Value::Known(policies.collect())
}

fn remotes(policy: &SecurityPolicy) -> Vec<String> {
    policy.remote_cidrs.known().into_iter().flat_map(Set::known).cloned().collect()
}

const EVERYWHERE: &str = "0.0.0.0/0";
