//! Keys that Terraform cannot compare, on every kind that has one: what is sent, and what a plan shows.

use std::fs;

use cloudvpn_mock::Call;

use crate::alibaba::{connection, with_ends};
use crate::harness::{Resource, Workspace, hcl, legacy_tunnel, tunnel};

/// A kind, or a place of one, with a key.
struct Keyed {
    resource: Resource,
    /// The attribute of the key, at the top or in both of `tunnels`.
    attribute: &'static str,
    dual: bool,
    /// What stands before the id in an import id.
    import: &'static str,
}

fn kinds() -> Vec<Keyed> {
    let bare = |resource: Resource| resource.without("pre_shared_key");
    let keyed = |resource: Resource| Keyed { resource, attribute: "pre_shared_key", dual: false, import: "" };
    let address = Resource::new("cloudvpn_alibaba_customer_gateway", "k").with("ip_address", "\"198.51.100.77\"");
    let dual = bare(connection("k")).without("customer_gateway_id").with("gateway_id", "\"vpn-dual001\"");
    vec![
        keyed(bare(tunnel("k"))),
        Keyed { import: "vpc-mock0001/vpngw-mock0001/", ..keyed(bare(legacy_tunnel("k"))) },
        keyed(bare(connection("k"))),
        Keyed { dual: true, ..keyed(dual) },
        Keyed { attribute: "bgp_auth_key", ..keyed(address) },
    ]
}

impl Keyed {
    /// The resource with these values of the key's three attributes, where there are two tunnels in the second.
    fn with(&self, key: Option<&str>, write_only: Option<&str>, version: Option<u32>) -> String {
        let Self { attribute, .. } = self;
        let text = |key: &str| format!("{key:?}");
        let values = [
            (attribute.to_string(), key.map(text)),
            (format!("{attribute}_wo"), write_only.map(text)),
            (format!("{attribute}_wo_version"), version.map(|version| version.to_string())),
        ];
        let lines = values.into_iter().filter_map(|(name, value)| Some(format!("{name} = {}", value?)));
        let lines = lines.collect::<Vec<_>>().join("\n");
        let resource = self.resource.clone();
        let resource = match self.dual {
            true => {
                let master = "{ customer_gateway_id = \"cgw-mock0001\", pre_shared_key = \"key-of-master\" }";
                let slave = format!("{{\ncustomer_gateway_id = \"cgw-mock0002\"\n{lines}\n}}");
                resource.with("tunnels", &format!("{{\nmaster = {master}\nslave = {slave}\n}}"))
            }
            false => resource.changed(&lines),
        };
        hcl([resource])
    }

    /// The calls that write since the last time.
    fn writes(ws: &Workspace) -> Vec<Call> {
        let calls = ws.mock.calls();
        ws.mock.clear_calls();
        let reads = ["Describe", "List", "Get"];
        calls.into_iter().filter(|call| !reads.iter().any(|read| call.action.starts_with(read))).collect()
    }

    fn import(&self, ws: &Workspace, id: &str) {
        fs::remove_file(ws.dir().join("terraform.tfstate")).unwrap();
        // The master's key is nowhere then: what is looked at is the slave's.
        ws.import(&format!("{}.k", self.resource.kind()), &format!("{}{id}", self.import));
    }
}

/// Whether a call has a key, which the mock does not show.
fn has_key(call: &Call) -> bool {
    call.params.to_string().contains("***")
}

/// What the plan does, and what it warns of keys, by summary, which begins with the member of a nested attribute.
fn warned(ws: &Workspace, args: &[&str]) -> (Vec<String>, Vec<String>) {
    let plan = ws.plan_with(args);
    let summaries = plan.diagnostics.warnings().into_iter().map(|warning| warning.summary.as_str());
    let summaries = summaries.map(|summary| summary.rsplit(": ").next().unwrap_or(summary).to_owned());
    let warnings = summaries.filter(|summary| summary.to_lowercase().contains("key")).collect();
    (plan.actions("k").into_iter().map(str::to_owned).collect(), warnings)
}

#[test]
fn a_key_that_the_object_has_is_not_sent_and_another_one_is_seen() {
    for kind in kinds() {
        let ws = with_ends();
        let name = format!("{}, {}, {}", kind.resource.kind(), kind.attribute, kind.dual);
        ws.write(kind.with(Some("the-key"), None, None)).apply();
        Keyed::writes(&ws);

        // Out of the state, which calls for nothing, with a version or without.
        for version in [Some(1), None] {
            ws.write(kind.with(None, Some("the-key"), version)).apply();
            let writes = Keyed::writes(&ws);
            assert!(writes.is_empty(), "{name} {version:?}: {writes:?}");
        }
        // And back.
        ws.write(kind.with(Some("the-key"), None, None)).apply();
        assert!(Keyed::writes(&ws).is_empty(), "{name}");

        // Without a version another key is a change that is seen, once.
        ws.write(kind.with(None, Some("the-key"), None)).apply();
        assert!(ws.plan_is_empty(), "{name}");
        ws.write(kind.with(None, Some("2nd-key"), None));
        assert_eq!(warned(&ws, &[]), (vec!["update".to_owned()], vec!["Another key".to_owned()]), "{name}");
        ws.apply();
        assert_eq!(Keyed::writes(&ws).len(), 1, "{name}");
        assert!(ws.plan_is_empty(), "{name}");

        // With one it is the version that says so.
        ws.write(kind.with(None, Some("2nd-key"), Some(1))).apply();
        ws.write(kind.with(None, Some("3rd-key"), Some(1)));
        assert!(ws.plan_is_empty(), "{name}");
        ws.write(kind.with(None, Some("3rd-key"), Some(2)));
        assert_eq!(warned(&ws, &[]), (vec!["update".to_owned()], vec![]), "{name}");
        ws.apply();
        assert_eq!(Keyed::writes(&ws).len(), 1, "{name}");
    }
}

#[test]
fn an_imported_object_keeps_its_key_and_a_wrong_one_is_seen() {
    for kind in kinds() {
        let ws = with_ends();
        let name = format!("{}, {}, {}", kind.resource.kind(), kind.attribute, kind.dual);
        ws.write(kind.with(Some("the-key"), None, None)).apply();
        let id = ws.id("k");
        for (key, write_only, version) in
            [(Some("the-key"), None, None), (None, Some("the-key"), Some(1)), (None, Some("the-key"), None)]
        {
            kind.import(&ws, &id);
            ws.write(kind.with(key, write_only, version));
            Keyed::writes(&ws);
            assert_eq!(warned(&ws, &[]).1, Vec::<String>::new(), "{name} {version:?}");
            ws.apply();
            let writes = Keyed::writes(&ws);
            assert!(!writes.iter().any(has_key), "{name} {version:?}: {writes:?}");
        }
        for (key, write_only, version) in
            [(Some("another"), None, None), (None, Some("different"), Some(1)), (None, Some("other-one"), None)]
        {
            kind.import(&ws, &id);
            ws.write(kind.with(key, write_only, version));
            assert_eq!(
                warned(&ws, &[]),
                (vec!["update".to_owned()], vec!["Another key".to_owned()]),
                "{name} {version:?}"
            );
            ws.apply();
            let sent = Keyed::writes(&ws);
            assert!(sent.iter().any(has_key), "{name} {version:?}: {sent:?}");
        }
    }
}

#[test]
fn a_key_that_cannot_be_read_is_said_not_to_be_compared() {
    let ws = with_ends();
    let kind = kinds().swap_remove(2);
    ws.write(kind.with(None, Some("the-key"), None)).apply();
    let denied = crate::alibaba::error("Forbidden.RAM");
    ws.mock.fault("DescribeVpnConnection", u64::MAX, denied);
    ws.write(kind.with(None, Some("2nd-key"), None));
    // What refreshes may read a connection by itself, too.
    let (actions, warnings) = warned(&ws, &["-refresh=false"]);
    assert_eq!((actions, warnings), (vec!["no-op".to_owned()], vec!["Key not compared".to_owned()]));
    ws.mock.clear_faults();
}
