//! The configuration of OpenVPN for the client of an SSL server.

use serde_json::Value;

use crate::material::Profile;
use crate::store::{Members, text};

/// Made from the server as it is now; one that is not there (`--any-parent`) has the defaults of "CreateSslVpnServer".
pub(super) fn config(server: &Members, id: &str) -> String {
    let or = |name: &str, default| Some(text(server, name)).filter(|value| !value.is_empty()).unwrap_or(default);
    let profile = Profile {
        protocol: or("Proto", "TCP"),
        address: or("InternetIp", "203.0.113.11"),
        port: server.get("Port").and_then(Value::as_u64).unwrap_or(1194),
        cipher: or("Cipher", "AES-128-CBC"),
        auth: None,
        compress: server.get("Compress").and_then(Value::as_bool).unwrap_or_default(),
        id,
    };
    profile.to_text()
}
