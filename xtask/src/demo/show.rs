//! What of Terraform's output and of the mock's calls is worth showing.

use std::time::Duration;

use serde_json::Value;

use crate::mock::Call;
use crate::paint::{Paint, plain};

/// The plan in the output of `apply`, `plan` or `destroy`: from the first resource to the summary. `None` if there is none.
pub(super) fn plan(output: &str) -> Option<Vec<&str>> {
    let from = output.lines().position(|line| plain(line).contains("will perform the following actions:"))?;
    let rest: Vec<_> = output.lines().skip(from + 1).skip_while(|line| plain(line).trim().is_empty()).collect();
    let summary = rest.iter().position(|line| plain(line).trim_start().starts_with("Plan:"))?;
    Some(rest.into_iter().take(summary + 1).collect())
}

/// Whether a plan moves objects and does nothing else.
pub(super) fn only_moves(plan: &[&str]) -> bool {
    let has = |part: &str| plan.iter().any(|line| plain(line).contains(part));
    has(" has moved to ") && has("Plan: 0 to add, 0 to change, 0 to destroy.")
}

/// Terraform's word that there is nothing to do.
pub(super) fn no_changes(output: &str) -> Option<Vec<&str>> {
    output.lines().find(|line| plain(line).trim_start().starts_with("No changes.")).map(|line| vec![line])
}

/// Of a plan, what happens to which resource, and the summary: enough where every line says the same.
pub(super) fn outline<'a>(plan: &[&'a str]) -> Vec<&'a str> {
    let matters = |line: &str| {
        let line = plain(line);
        line.trim_start().starts_with("# ") && !line.contains("hidden)") || line.trim_start().starts_with("Plan:")
    };
    plan.iter().copied().filter(|line| matters(line)).collect()
}

/// The calls, one heading each, with what they carried. Reads that were made between the same two writes, as when waiting for several objects
/// at once, are only counted when they repeat.
pub(super) fn calls(calls: &[Call], paint: Paint) -> Vec<String> {
    let same = |a: &Call, b: &Call| (&a.action, &a.params, &a.outcome) == (&b.action, &b.params, &b.outcome);
    let mut groups: Vec<(&Call, usize)> = Vec::new();
    for call in calls {
        let since_write = groups.iter().rposition(|(earlier, _)| !earlier.is_read()).map_or(0, |write| write + 1);
        match groups[since_write..].iter_mut().find(|(earlier, _)| same(earlier, call)) {
            Some((_, count)) => *count += 1,
            None => groups.push((call, 1)),
        }
    }

    let mut lines = Vec::new();
    for (call, count) in groups {
        let outcome = match call.outcome.as_str() {
            "ok" => paint.green("ok"),
            error => paint.red(error),
        };
        let times = if count > 1 { format!("  {count} times") } else { String::new() };
        let (action, region) = (paint.bold(&call.action), paint.dim(&call.region));
        lines.push(format!("→ {action}  {region}  {outcome}{times}"));
        lines.extend(parameters(&call.params).into_iter().map(|line| format!("    {line}")));
    }
    lines
}

pub(super) fn count(calls: usize) -> String {
    match calls {
        1 => "1 API call".to_owned(),
        n => format!("{n} API calls"),
    }
}

pub(super) fn seconds(elapsed: Duration) -> String {
    format!("{:.2} s", elapsed.as_secs_f64())
}

/// JSON on one line if it is short, on a line for each member otherwise.
fn parameters(parameters: &Value) -> Vec<String> {
    let line = parameters.to_string();
    match parameters {
        Value::Object(members) if line.chars().count() > MAX_LINE => {
            members.iter().map(|(name, value)| format!("{name}: {value}")).collect()
        }
        _ => vec![line],
    }
}

const MAX_LINE: usize = 100;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_plan_is_cut_out_of_what_apply_prints() {
        let output = "a warning\n\nTerraform will perform the following actions:\n\n  # x will be \x1b[1mcreated\x1b[0m\n  + x\n\n\
                      \x1b[1mPlan:\x1b[0m 1 to add, 0 to change, 0 to destroy.\nx: Creating...\n";
        let lines = plan(output).unwrap();
        assert_eq!(lines.len(), 4);
        assert_eq!(plain(lines[0]), "  # x will be created");
        assert_eq!(plain(lines[3]), "Plan: 1 to add, 0 to change, 0 to destroy.");
        assert_eq!(plan("No changes. Your infrastructure matches the configuration."), None);
    }

    #[test]
    fn a_plan_that_only_moves_is_told_from_others() {
        let moved = "  # a.x \x1b[1mhas moved to\x1b[0m b.x";
        assert!(!only_moves(&[moved, "Plan: 0 to add, 1 to change, 0 to destroy."]));
        assert!(!only_moves(&["Plan: 0 to add, 0 to change, 0 to destroy."]));
        assert!(only_moves(&["  # a.x has moved to b.x", "\x1b[1mPlan:\x1b[0m 0 to add, 0 to change, 0 to destroy."]));
    }

    #[test]
    fn nothing_to_do_is_told_from_a_plan() {
        assert!(no_changes("\x1b[0m\x1b[1mNo changes.\x1b[0m Your infrastructure matches").is_some());
        assert!(no_changes("Plan: 1 to add").is_none());
    }

    #[test]
    fn a_call_shows_its_action_and_what_it_carried() {
        let call = |outcome: &str| Call {
            seq: 1,
            action: "ModifyVpnConnectionAttribute".to_owned(),
            region: "ap-guangzhou".to_owned(),
            params: json!({"VpnConnectionId": "vpnx-1"}),
            outcome: outcome.to_owned(),
        };
        let lines = calls(&[call("ok"), call("RequestLimitExceeded")], Paint { colour: false });
        assert_eq!(lines[0], "→ ModifyVpnConnectionAttribute  ap-guangzhou  ok");
        assert_eq!(lines[1], r#"    {"VpnConnectionId":"vpnx-1"}"#);
        assert!(lines[2].ends_with("RequestLimitExceeded"));
    }

    #[test]
    fn repeated_reads_are_counted_up_to_the_next_write() {
        let call = |action: &str, id: &str| Call {
            seq: 1,
            action: action.to_owned(),
            region: "ap-guangzhou".to_owned(),
            params: json!({"VpnConnectionIds": [id]}),
            outcome: "ok".to_owned(),
        };
        let (read, write) = ("DescribeVpnConnections", "DeleteVpnConnection");
        let waiting =
            [call(read, "a"), call(read, "b"), call(read, "a"), call(write, "a"), call(write, "a"), call(read, "a")];
        let lines = calls(&waiting, Paint { colour: false });
        assert_eq!(lines.len(), 10);
        assert_eq!(lines[0], "→ DescribeVpnConnections  ap-guangzhou  ok  2 times");
        assert_eq!(lines[2], "→ DescribeVpnConnections  ap-guangzhou  ok");
        assert_eq!(lines[4], "→ DeleteVpnConnection  ap-guangzhou  ok");
        assert_eq!(lines[6], "→ DeleteVpnConnection  ap-guangzhou  ok");
    }

    #[test]
    fn an_outline_leaves_the_attributes_out() {
        let plan =
            ["  # x will be destroyed", "  - x {", "      # (2 unchanged attributes hidden)", "Plan: 1 to destroy."];
        assert_eq!(outline(&plan), ["  # x will be destroyed", "Plan: 1 to destroy."]);
    }

    #[test]
    fn long_parameters_take_a_line_for_each_member() {
        let long = json!({"a": "x".repeat(60), "b": "y".repeat(60)});
        assert_eq!(parameters(&long).len(), 2);
    }
}
