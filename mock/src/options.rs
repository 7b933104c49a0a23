//! What a mock is started with, and what it hands to the programs under test.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::Value;

use crate::world::Switches;

/// The Tencent key id every mock accepts.
pub const TENCENT_SECRET_ID: &str = "AKIDmock00000000000000000000000000";
/// The Tencent secret key that belongs to [`TENCENT_SECRET_ID`].
pub const TENCENT_SECRET_KEY: &str = "mock-secret-key";
/// The session token accepted by default; a request without a token is accepted, too.
pub const TENCENT_TOKEN: &str = "mock-token";
/// The Tencent region that holds the objects of a fresh mock.
pub const TENCENT_REGION: &str = "ap-guangzhou";
/// The Alibaba key id every mock accepts.
pub const ALIBABA_ACCESS_KEY_ID: &str = "LTAImock0000000000000000";
/// The Alibaba secret that belongs to [`ALIBABA_ACCESS_KEY_ID`].
pub const ALIBABA_ACCESS_KEY_SECRET: &str = "mock-access-key-secret";
/// A temporary Alibaba key id, accepted with a session token (`mock-token`); its secret is [`ALIBABA_ACCESS_KEY_SECRET`].
pub const ALIBABA_STS_ACCESS_KEY_ID: &str = "STS.mock0000000000000000";
/// The Alibaba region that holds the objects of a fresh mock.
pub const ALIBABA_REGION: &str = "cn-hangzhou";

/// How a mock behaves; the fields mirror the options of the command.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen. Port 0 (the default, on 127.0.0.1) takes a free one.
    pub listen: SocketAddr,
    /// Where the metadata services of instances listen; nowhere by default.
    pub metadata: Option<SocketAddr>,
    /// Added to every API call; none by default.
    pub latency: Duration,
    /// How long an asynchronous change stays pending; 200 ms by default.
    pub settle: Duration,
    /// Initial objects in the format of `GET /_mock/state`, instead of the small world.
    pub seed: Option<Value>,
    /// Parents that a request names need not exist; the rules between tunnels of one gateway, of one customer gateway per address
    /// and of one SSL server per gateway are off, and Tencent's quotas of gateways.
    pub any_parent: bool,
    /// What is switched on from the start; a seed that has switches changes these.
    pub switches: Switches,
    /// One line per call on standard error, without secrets.
    pub log: bool,
}

impl Options {
    /// The environment for programs under test, given the URL of a mock and that of its metadata services.
    pub(crate) fn env(url: &str, metadata: Option<&str>) -> Vec<(String, String)> {
        let mut env = vec![
            ("CLOUDVPN_TENCENT_ENDPOINT", url.to_owned()),
            ("CLOUDVPN_TENCENT_LEGACY_ENDPOINT", format!("{url}/v2/index.php")),
            ("CLOUDVPN_ALIBABA_ENDPOINT", url.to_owned()),
            ("TENCENTCLOUD_SECRET_ID", TENCENT_SECRET_ID.to_owned()),
            ("TENCENTCLOUD_SECRET_KEY", TENCENT_SECRET_KEY.to_owned()),
            ("TENCENTCLOUD_REGION", TENCENT_REGION.to_owned()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", ALIBABA_ACCESS_KEY_ID.to_owned()),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ALIBABA_ACCESS_KEY_SECRET.to_owned()),
            ("ALIBABA_CLOUD_REGION", ALIBABA_REGION.to_owned()),
        ];
        env.extend(metadata.map(|metadata| ("CLOUDVPN_METADATA_ENDPOINT", metadata.to_owned())));
        env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            metadata: None,
            latency: Duration::ZERO,
            settle: Duration::from_millis(200),
            seed: None,
            any_parent: false,
            switches: Switches::default(),
            log: false,
        }
    }
}
