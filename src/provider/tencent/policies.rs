//! Which security policies a tunnel can have, in both APIs (product documentation, "Creating VPN Tunnel").

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::provider::addresses::{is_everywhere, overlap, range, ranges};

/// Ranges of hosts (`InvalidParameterValue.VpnConnSpdCidrConflict`), apart from each other at the two ends, and in one policy only.
pub(super) fn are_possible(tunnel: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let path = path.attribute("security_policies");
    let mut pairs: Vec<(Ipv4Net, Ipv4Net)> = Vec::new();
    for policy in tunnel.get("security_policies").elements() {
        for range in both_ends(policy) {
            if IMPOSSIBLE.iter().any(|impossible| impossible.contains(&range)) {
                let detail =
                    format!("{range} is not a range of hosts: 0.x, 127.x and 224.x and above are in no policy.");
                diagnostics.error(path.clone(), "Impossible range", detail);
            }
        }
        let Some(local) = range(policy.get("local_cidr")) else { continue };
        for remote in ranges(policy.get("remote_cidrs")) {
            if !is_everywhere(&local) && !is_everywhere(&remote) && overlap(&local, &remote) {
                let detail = format!("{local} and {remote} overlap: no address can be at both ends of the tunnel.");
                diagnostics.error(path.clone(), "Overlapping ends", detail);
                continue;
            }
            let clash = pairs.iter().find(|other| overlap(&other.0, &local) && overlap(&other.1, &remote));
            if let Some((other_local, other_remote)) = clash {
                let detail = format!(
                    "{local} to {remote} overlaps {other_local} to {other_remote}: traffic could take either. Two policies may share the \
                     local range or the remote range, and not both."
                );
                diagnostics.error(path.clone(), "Overlapping policies", detail);
            }
            pairs.push((local, remote));
        }
    }
}

/// Whether a policy is known to keep something out.
pub(super) fn is_narrow(policy: &Raw) -> bool {
    both_ends(policy).any(|range| !is_everywhere(&range))
}

/// The ranges of both ends, as far as they are known.
fn both_ends(policy: &Raw) -> impl Iterator<Item = Ipv4Net> {
    ranges(policy.get("remote_cidrs")).chain(range(policy.get("local_cidr")))
}

const IMPOSSIBLE: [Ipv4Net; 3] = [
    Ipv4Net::new_assert(Ipv4Addr::new(0, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(224, 0, 0, 0), 3),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_do_not_contradict_each_other() {
        for (policies, says) in [
            (&[("10.0.1.0/24", &["192.168.0.0/24", "192.168.1.0/24"][..])][..], ""),
            (&[("10.0.1.0/24", &["192.168.0.0/24"]), ("10.0.1.0/24", &["192.168.1.0/24"])], ""),
            (&[("10.0.1.0/24", &["192.168.0.0/24"]), ("10.0.2.0/24", &["192.168.0.0/24"])], ""),
            (&[("0.0.0.0/0", &["0.0.0.0/0"])], ""),
            (&[("10.0.0.0/16", &["0.0.0.0/0"])], ""),
            (&[("10.0.1.0/24", &["192.168.0.0/16", "192.168.1.0/24"])], "Overlapping policies"),
            (&[("10.0.0.0/16", &["192.168.0.0/24"]), ("10.0.1.0/24", &["192.168.0.0/16"])], "Overlapping policies"),
            (&[("10.0.1.5/24", &["192.168.0.0/24"]), ("10.0.1.0/24", &["192.168.0.7/24"])], "Overlapping policies"),
            (&[("0.0.0.0/0", &["0.0.0.0/0"]), ("10.0.1.0/24", &["192.168.0.0/24"])], "Overlapping policies"),
            (&[("10.0.0.0/8", &["10.1.0.0/16"])], "Overlapping ends"),
            (&[("10.1.0.0/16", &["10.0.0.0/8"])], "Overlapping ends"),
            (&[("10.1.0.5/16", &["10.1.0.0/16"])], "Overlapping ends"),
            (&[("127.0.0.0/8", &["10.1.0.0/16"])], "Impossible range"),
            (&[("10.1.0.0/16", &["240.0.0.0/8"])], "Impossible range"),
        ] {
            let policies = policies.iter().map(|(local, remotes)| {
                let remotes = Raw::set(remotes.iter().map(|remote| Raw::from(*remote)));
                Raw::object([("local_cidr", Raw::from(*local)), ("remote_cidrs", remotes)])
            });
            let tunnel = Raw::object([("security_policies", Raw::set(policies))]);
            let mut found = Diagnostics::new();
            are_possible(&tunnel, &Path::root(), &mut found);
            let said: Vec<_> = found.iter().map(|found| found.summary.as_str()).collect();
            assert_eq!(said.join(", "), says, "{tunnel:?}");
        }
    }

    #[test]
    fn what_is_not_known_yet_is_no_mistake() {
        let unknown = [Raw::unknown(), Raw::Null, Raw::set([Raw::unknown()])];
        for remotes in unknown {
            for local in [Raw::unknown(), "10.0.0.0/24".into()] {
                let policy = Raw::object([("local_cidr", local), ("remote_cidrs", remotes.clone())]);
                let tunnel = Raw::object([("security_policies", Raw::set([policy]))]);
                let mut found = Diagnostics::new();
                are_possible(&tunnel, &Path::root(), &mut found);
                assert!(found.is_empty(), "{found}");
            }
        }
    }
}
