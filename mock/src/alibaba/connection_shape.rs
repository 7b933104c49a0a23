//! How connections are shown: each action has types and members of its own ("DescribeVpnConnection",
//! "DescribeVpnConnections", "ModifyVpnConnectionAttribute", "DownloadVpnConnectionConfig", VPC API 2016-04-28).

use serde_json::{Value, json};

use super::connections::tunnels;
use super::request;
use crate::store::{Members, text};
use crate::world::Switches;

/// The single read. Booleans and numbers of tunnels are texts on its page, and real ones where they were seen.
pub(super) fn single(connection: &Members, switches: Switches) -> Members {
    let mut shown = modified(connection);
    for name in ["State", "Status"] {
        shown.extend(connection.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    if !switches.tunnel_texts {
        return shown;
    }
    for tunnel in tunnels_mut(&mut shown) {
        to_texts(tunnel, &["EnableDpd", "EnableNatTraversal"]);
        for (options, names) in [
            ("TunnelIkeConfig", &["IkeLifetime"][..]),
            ("TunnelIpsecConfig", &["IpsecLifetime"]),
            ("TunnelBgpConfig", &["LocalAsn", "PeerAsn"]),
        ] {
            if let Some(Value::Object(options)) = tunnel.get_mut(options) {
                to_texts(options, names);
            }
        }
    }
    shown
}

/// A row: less than the single read, and the tags are in another place. What two tunnels have each, the connection has not.
pub(super) fn row(connection: &Members, switches: Switches) -> Members {
    let mut row = single(connection, switches);
    row.remove("ZoneNo");
    if tunnels(connection).next().is_some() && !switches.row_speaks_for_tunnels {
        let nothing = json!({"EnableDpd": false, "EnableNatTraversal": false, "Status": ""});
        row.extend(super::members(nothing));
    }
    if let Some(Value::Object(bgp)) = row.get_mut("VpnBgpConfig") {
        bgp.remove("EnableBgp");
    }
    if let Some(tags) = row.remove("Tags") {
        row.insert("Tag".to_owned(), tags);
    }
    row
}

/// The answer to a change: no state at the top, and tunnels with booleans and numbers.
pub(super) fn modified(connection: &Members) -> Members {
    let mut shown = connection.clone();
    shown.remove("State");
    shown.remove("Status");
    for (options, name) in [("VcoHealthCheck", "Enable"), ("VpnBgpConfig", "EnableBgp")] {
        if let Some(Value::Object(options)) = shown.get_mut(options) {
            to_texts(options, &[name]);
        }
    }
    for tunnel in tunnels_mut(&mut shown) {
        for name in ["State", "Status"] {
            request::or_insert(tunnel, name, text(connection, name));
        }
    }
    shown
}

/// What the device at the other end is to be configured with: local is there, remote is the gateway.
pub(super) fn of_the_peer(connection: &Members) -> Value {
    let mut config = json!({
        "LocalSubnet": text(connection, "RemoteSubnet"),
        "RemoteSubnet": text(connection, "LocalSubnet"),
    });
    let mut bgp = Vec::new();
    let mut configs = Vec::new();
    if let Some(ike) = connection.get("IkeConfig") {
        config["Local"] = ike["RemoteId"].clone();
        config["Remote"] = ike["LocalId"].clone();
        config["IkeConfig"] = swapped(ike, &[("LocalId", "RemoteId")]);
        config["IpsecConfig"] = connection.get("IpsecConfig").cloned().unwrap_or_default();
        let on = connection.get("VpnBgpConfig").filter(|bgp| bgp["EnableBgp"] == true || bgp["EnableBgp"] == "true");
        bgp.extend(on.map(|config| bgp_of_the_peer(config, "")));
    }
    for tunnel in tunnels(connection) {
        let ike = &tunnel["TunnelIkeConfig"];
        configs.push(json!({
            "TunnelId": tunnel["TunnelId"],
            "Local": ike["RemoteId"],
            "Remote": ike["LocalId"],
            "IkeConfig": swapped(ike, &[("LocalId", "RemoteId")]),
            "IpsecConfig": tunnel["TunnelIpsecConfig"],
        }));
        if connection.get("EnableTunnelsBgp") == Some(&json!(true)) {
            bgp.push(bgp_of_the_peer(&tunnel["TunnelBgpConfig"], tunnel["TunnelId"].as_str().unwrap_or_default()));
        }
    }
    config["BgpConfigs"] = json!({"BgpConfig": bgp});
    config["TunnelsConfig"] = json!({"TunnelConfig": configs});
    config
}

fn bgp_of_the_peer(bgp: &Value, tunnel_id: &str) -> Value {
    let swapped = swapped(bgp, &[("LocalAsn", "PeerAsn"), ("LocalBgpIp", "PeerBgpIp")]);
    let mut shown = swapped.as_object().cloned().unwrap_or_default();
    shown.retain(|name, _| ["LocalAsn", "LocalBgpIp", "PeerAsn", "PeerBgpIp", "TunnelCidr"].contains(&name.as_str()));
    to_texts(&mut shown, &["LocalAsn", "PeerAsn"]);
    shown.insert("TunnelId".to_owned(), json!(tunnel_id));
    Value::Object(shown)
}

fn swapped(options: &Value, pairs: &[(&str, &str)]) -> Value {
    let mut swapped = options.clone();
    for (one, other) in pairs {
        swapped[*one] = options[*other].clone();
        swapped[*other] = options[*one].clone();
    }
    swapped
}

fn to_texts(members: &mut Members, names: &[&str]) {
    for name in names {
        if let Some(value) = members.get_mut(*name)
            && !value.is_string()
        {
            *value = json!(value.to_string());
        }
    }
}

fn tunnels_mut(connection: &mut Members) -> impl Iterator<Item = &mut Members> {
    let tunnels = connection.get_mut("TunnelOptionsSpecification").and_then(|tunnels| tunnels.get_mut("TunnelOptions"));
    tunnels.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}
