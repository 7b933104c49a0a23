//! What credentials have to permit, as policies that can be used as they are: a section of each page, and a guide with those of a whole cloud.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cloudvpn::cloud::Permission;
use cloudvpn::provider::permissions::{Needed, Part, needed};
use serde_json::{Map, Value, json};

use super::page::finish;

/// The file of the guide, below docs/guides/.
pub(super) const GUIDE: &str = "permissions.md";

/// The section of a page; empty for what calls nothing.
pub(super) fn section(part: Part, type_name: &str) -> String {
    let all = needed();
    let Some(needed) = all.iter().find(|needed| needed.part == part && needed.type_name == type_name) else {
        return String::new();
    };
    let kind = Language::of(type_name);
    let sentence = match part {
        Part::Resource => {
            "is what this resource calls. The first statement is enough to refresh, to import and to plan; the second is for changes."
        }
        Part::DataSource => "is what this data source calls.",
        Part::EphemeralResource => "is what this ephemeral resource calls.",
    };
    let policy = kind.policy(&[sorted(needed.read.iter().chain(needed.plan)), sorted(needed.write)]);
    format!(
        "## Permissions\n\nAs a {} policy, this {sentence} The guide [Permissions](../guides/{GUIDE}) has policies for a whole cloud.\n\n{policy}\n",
        kind.name()
    )
}

/// The guide: policies for all kinds of a cloud together.
pub(super) fn guide() -> String {
    let mut page = HEAD.to_owned();
    for language in [Language::Cam, Language::Ram] {
        let of: Vec<_> = needed().into_iter().filter(|needed| Language::of(needed.type_name) == language).collect();
        let current: Vec<_> = of.iter().filter(|needed| !is_legacy(needed)).collect();
        let resources = || current.iter().filter(|needed| needed.part == Part::Resource);
        let read: BTreeSet<_> = resources().flat_map(|needed| needed.read.iter().chain(needed.plan)).collect();
        let all: BTreeSet<_> =
            resources().flat_map(|needed| needed.read.iter().chain(needed.plan).chain(needed.write)).collect();
        let names = |set: &BTreeSet<&Permission>| set.iter().map(ToString::to_string).collect::<Vec<_>>();
        let keys: BTreeSet<_> =
            current.iter().flat_map(|needed| needed.read).filter(|one| !read.contains(one)).collect();
        let cloud = language.cloud();
        let _ = write!(
            page,
            "## {cloud}\n\n### To plan\n\nRefreshing, importing, and all data sources but those below.\n\n{}\n\
             ### To apply\n\nThe same, and everything that is made, changed and deleted.\n\n{}\n\
             ### What is not in them\n\nAdd these where the configuration has what calls them; those that download hand out keys.\n\n{}\n\
             ### By resource\n\n{}\n",
            language.policy(&[names(&read)]),
            language.policy(&[names(&all)]),
            callers(&current, &keys),
            table(resources().copied()),
        );
        for legacy in of.iter().filter(|needed| is_legacy(needed) && needed.part == Part::Resource) {
            let policy = language.policy(&[legacy.read, legacy.write].map(sorted));
            let _ = write!(page, "### Tunnels over API 2.0\n\n{policy}\n");
        }
    }
    page.push_str(TAIL);
    finish(page)
}

/// Of each action who calls it.
fn callers(of: &[&Needed], actions: &BTreeSet<&Permission>) -> String {
    let mut table = "| action | called by |\n| --- | --- |\n".to_owned();
    for action in actions {
        let by = of.iter().filter(|needed| needed.read.contains(action)).map(|needed| {
            let kind = if needed.part == Part::EphemeralResource { "ephemeral" } else { "data source" };
            format!("`{}` ({kind})", needed.type_name)
        });
        let _ = writeln!(table, "| `{action}` | {} |", by.collect::<Vec<_>>().join(", "));
    }
    table
}

fn table<'a>(of: impl Iterator<Item = &'a Needed>) -> String {
    let names = |of: &[Permission]| of.iter().map(|one| format!("`{}`", one.action())).collect::<Vec<_>>().join(", ");
    let mut table =
        "| resource | to refresh | for a plan also | to apply also |\n| --- | --- | --- | --- |\n".to_owned();
    for needed in of {
        let short = needed.type_name.trim_start_matches("cloudvpn_");
        let link = format!("[{}](../resources/{short}.md)", needed.type_name);
        let _ =
            writeln!(table, "| {link} | {} | {} | {} |", names(needed.read), names(needed.plan), names(needed.write));
    }
    table
}

fn is_legacy(needed: &Needed) -> bool {
    needed.type_name.contains("_legacy_")
}

fn sorted<'a>(permissions: impl IntoIterator<Item = &'a Permission>) -> Vec<String> {
    permissions.into_iter().map(ToString::to_string).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Whose policies.
#[derive(Clone, Copy, PartialEq)]
enum Language {
    /// Tencent Cloud.
    Cam,
    /// Alibaba Cloud.
    Ram,
}

impl Language {
    fn of(type_name: &str) -> Self {
        if type_name.starts_with("cloudvpn_alibaba_") { Self::Ram } else { Self::Cam }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Cam => "CAM",
            Self::Ram => "RAM",
        }
    }

    fn cloud(self) -> &'static str {
        match self {
            Self::Cam => "Tencent Cloud (CAM)",
            Self::Ram => "Alibaba Cloud (RAM)",
        }
    }

    /// A policy with a statement for each list that has something, as a fenced block.
    fn policy(self, statements: &[Vec<String>]) -> String {
        let statements = statements.iter().filter(|actions| !actions.is_empty());
        let policy = match self {
            Self::Cam => {
                let statement = |actions: &Vec<String>| {
                    object([("effect", json!("allow")), ("action", json!(actions)), ("resource", json!("*"))])
                };
                object([("version", json!("2.0")), ("statement", statements.map(statement).collect())])
            }
            Self::Ram => {
                let statement = |actions: &Vec<String>| {
                    object([("Effect", json!("Allow")), ("Action", json!(actions)), ("Resource", json!("*"))])
                };
                object([("Version", json!("1")), ("Statement", statements.map(statement).collect())])
            }
        };
        format!("```json\n{}\n```\n", written(&policy, 0))
    }
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

/// JSON with two spaces a level, members as policies have them: the version and the effect first.
fn written(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth + 1);
    let end = "  ".repeat(depth);
    match value {
        Value::Object(members) => {
            const ORDER: [&str; 5] = ["version", "statement", "effect", "action", "resource"];
            let place = |name: &str| ORDER.iter().position(|other| other.eq_ignore_ascii_case(name));
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| place(name));
            let members =
                members.iter().map(|(name, value)| format!("{indent}\"{name}\": {}", written(value, depth + 1)));
            format!("{{\n{}\n{end}}}", members.collect::<Vec<_>>().join(",\n"))
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| format!("{indent}{}", written(item, depth + 1)));
            format!("[\n{}\n{end}]", items.collect::<Vec<_>>().join(",\n"))
        }
        other => other.to_string(),
    }
}

const HEAD: &str = r#"---
page_title: "Permissions"
description: |-
  The exact actions that the provider calls, as ready policies for CAM and RAM: to plan, to apply, and for each resource.
---

# Permissions

The provider calls the actions below and no others. The lists come from the declarations of the calls themselves; a test holds them against what
each resource calls from its creation to its end, so that neither an action is missing nor one is there that nothing calls.

A pipeline that only plans needs no right to change anything: give it the policy "to plan". Each page of a resource, data source or
ephemeral resource has the policy for it alone.

"#;

const TAIL: &str = r#"## Worth knowing

- **Who may read tunnels may read their keys.** No action of either cloud shows a tunnel without its pre-shared key, nor, on Alibaba Cloud, a
  customer gateway without its BGP key. The provider keeps them only where the configuration has them in the state. Private keys of SSL clients
  are another matter: no refresh and no data source asks for them, only the ephemeral resources do.
- `vpc:TagResources`, `vpc:UnTagResources` and `tag:ModifyResourceTags` are called to change tags only, `vpc:MoveVpnResourceGroup` when a resource
  group changes, `vpc:RenewVpnGateway` and `vpc:SetVpnGatewaysRenewFlag` for prepaid gateways. What the configuration never does can be left out.
- What stands under "for a plan also" is asked when something is replaced, so that the plan can tell what other objects would meet. Where it is not
  permitted, the plan says less, and does not fail.
- Without `vpc:DescribeSslVpnServers` client certificates are written nevertheless; the provider then does not know which of them belong to one
  gateway, and runs more often into one that is busy.
- `*` as the resource can be narrowed to regions and ids as far as the cloud permits it for an action:
  `qcs::vpc:REGION:uin/ACCOUNT:vpngw/*` (`cgw/`, `vpnx/` alike) on Tencent Cloud, `acs:vpc:REGION:ACCOUNT:vpngateway/*` (`vpnconnection/`,
  `sslvpnserver/`, `sslvpnclientcert/`) on Alibaba Cloud. Listings read whole regions.
- Prepaid gateways are orders: to pay them, a sub-account needs rights of the cloud's billing beside these.
- With the first VPN gateway of an account, Alibaba Cloud makes the service-linked role `AliyunServiceRoleForVpn`; whoever makes that gateway
  may need `ram:CreateServiceLinkedRole` once.
- A refusal is an error that names the action: `UnauthorizedOperation` on Tencent Cloud, `Forbidden.RAM` and `Forbidden` on Alibaba Cloud. It
  never makes the provider believe that an object is gone.
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn policies(page: &str) -> Vec<Value> {
        let blocks = page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        blocks.map(|block| serde_json::from_str(block).unwrap()).collect()
    }

    #[test]
    fn policies_are_in_the_language_of_their_cloud() {
        let cam = &policies(&section(Part::Resource, "cloudvpn_tencent_customer_gateway"))[0];
        assert_eq!(cam["version"], "2.0");
        assert_eq!(
            cam["statement"][0],
            json!({"effect": "allow", "action": ["vpc:DescribeCustomerGateways", "vpc:DescribeVpnConnections"], "resource": "*"})
        );
        assert!(cam["statement"][1]["action"].as_array().unwrap().contains(&json!("tag:ModifyResourceTags")));

        let ram = &policies(&section(Part::Resource, "cloudvpn_alibaba_ssl_client_cert"))[0];
        assert_eq!(ram["Version"], "1");
        assert_eq!(
            ram["Statement"][0],
            json!({"Effect": "Allow", "Action": ["vpc:DescribeSslVpnClientCerts"], "Resource": "*"})
        );
    }

    #[test]
    fn what_only_reads_has_one_statement_and_what_calls_nothing_no_section() {
        for (part, name) in [
            (Part::DataSource, "cloudvpn_tencent_gateways"),
            (Part::EphemeralResource, "cloudvpn_alibaba_ssl_client_cert"),
        ] {
            let policy = &policies(&section(part, name))[0];
            let statements = policy.get("statement").or_else(|| policy.get("Statement")).unwrap();
            assert_eq!(statements.as_array().unwrap().len(), 1, "{name}");
        }
        assert_eq!(section(Part::DataSource, "cloudvpn_nothing"), "");
    }

    #[test]
    fn the_guide_permits_each_cloud_all_that_its_resources_need() {
        let policies = policies(&guide());
        assert_eq!(policies.len(), 5, "to plan and to apply on each cloud, and API 2.0");
        for needed in needed().iter().filter(|needed| needed.part == Part::Resource && !is_legacy(needed)) {
            let (plan, apply) = if Language::of(needed.type_name) == Language::Cam { (0, 1) } else { (3, 4) };
            let permits = |policy: &Value, one: &Permission| policy.to_string().contains(&format!("\"{one}\""));
            for one in needed.read {
                assert!(permits(&policies[plan], one) && permits(&policies[apply], one), "{one}");
            }
            for one in needed.write {
                assert!(permits(&policies[apply], one), "{one}");
                assert!(one.reads() || !permits(&policies[plan], one), "{one} in a policy to plan");
            }
        }
    }
}
