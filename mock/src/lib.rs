//! A mock of the VPN APIs of Tencent Cloud and Alibaba Cloud.
//!
//! It listens on one port, checks signatures with its own code on the bytes received, keeps objects with their states, and
//! refuses what the clouds refuse. Besides the clouds' APIs it answers control requests under `/_mock/`: recorded calls, the
//! state, faults, rates and switches. The README of this crate describes them.
//!
//! In a test with a tokio runtime:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> anyhow::Result<()> {
//! use cloudvpn_mock::{Mock, Options};
//!
//! let mock = Mock::start(Options::default())?;
//! assert!(mock.url().starts_with("http://127.0.0.1:"));
//! assert!(mock.calls().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! [`MockHandle::spawn`] is the same for tests without a runtime.
//!
//! # Map of the modules
//!
//! | module | what |
//! | --- | --- |
//! | `mock` | [`Mock`] and [`MockHandle`]: starting, stopping, looking inside |
//! | `options` | [`Options`], the credentials and the environment handed to programs under test |
//! | `server` | the HTTP/1 listener, reading requests, writing (or cutting) answers |
//! | `api` | one API call from arrival to answer: fault, action, record |
//! | `control` | the requests under `/_mock/` |
//! | `world` | everything that changes: objects, switches, tokens, faults, rates, calls |
//! | `accounts` | accounts with their keys, users, roles and temporary keys; policies |
//! | `store` | objects by cloud, region and kind; state changes resolved when looked at |
//! | `seed` | the small world and the accounts of a fresh mock |
//! | `secrets` | random texts for keys and tokens |
//! | `check` | declarative checks of request parameters |
//! | `oidc` | an issuer of OpenID Connect, and the checks of its tokens |
//! | `metadata` | the metadata services of instances, and a credentials URI |
//! | `material` | certificates and keys of SSL VPN, profiles for OpenVPN |
//! | `forms` | how answers write values |
//! | `calls`, `faults`, `lies`, `rates` | recorded calls, injected faults, answers that say what is not so, rate limits |
//! | `tencent` | API 3.0: TC3 signature, table of actions, one file per kind of object |
//! | `tencent_legacy` | API 2.0: another view of the objects of `tencent`, with its own signature, names, values and tasks |
//! | `alibaba` | Alibaba RPC: signatures v1 and v3, table of actions, ClientTokens, gateways' tasks, a file per kind |

pub use crate::accounts::{ALIBABA_ACCOUNT, TENCENT_ACCOUNT};
pub use crate::calls::{Call, Cloud};
pub use crate::faults::{Fault, FaultRule, TaskFault, When};
pub use crate::forms::Forms;
pub use crate::lies::Lie;
pub use crate::mock::{Mock, MockHandle};
pub use crate::options::{
    ALIBABA_ACCESS_KEY_ID, ALIBABA_ACCESS_KEY_SECRET, ALIBABA_REGION, ALIBABA_STS_ACCESS_KEY_ID, Options,
    TENCENT_REGION, TENCENT_SECRET_ID, TENCENT_SECRET_KEY, TENCENT_TOKEN,
};
pub use crate::world::Switches;

mod accounts;
mod alibaba;
mod api;
mod calls;
mod check;
mod control;
mod faults;
mod forms;
mod lies;
mod material;
mod metadata;
mod mock;
mod oidc;
mod options;
mod rates;
mod secrets;
mod seed;
mod server;
mod store;
mod tencent;
mod tencent_legacy;
mod world;
