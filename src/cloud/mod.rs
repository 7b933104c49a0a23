//! Signed HTTP to the clouds: transport, retries, rate limits, waiting, errors, credentials.
//!
//! What every cloud needs is here; what only one cloud does (its signature, its envelope, its error
//! classes, its actions) is in the module of that cloud. Nothing in here knows Terraform.
//!
//! ```text
//! tencent::Client       typed actions, and what makes them safe (adopt after an unknown outcome)
//! alibaba::Client       the same for Alibaba Cloud, where client tokens make repeating safe
//!   caller::Caller      one call: rate limit, sign, send, judge, retry by error class
//!     limit, retry      when the next attempt may start
//!     outage            how long what does not answer has been doing so
//!     transport         one pooled HTTP client, built when the first call needs it
//!   credentials         the key of each attempt: found, fetched once for all, renewed
//!     scrub, text       what a service says, without secrets and fit for a terminal
//! adopt::Adoption       creates of unknown outcome: look, and adopt on proof
//! listing               what a listing certainly says, and all of its pages
//! batch::Reader         reads that arrive together become one call, many become a listing
//! table::Tables         reads of what can only be listed share the listing
//! join::Joined          writes that arrive together become one call
//! sightings             what was seen a moment ago is not believed to be missing at once
//! answer::Answer        what an answer is read into
//! pending::Pending      what this process is writing: who is refused waits for those that may make room
//! wait::until           polls a state with growing intervals
//! erased                what lets all of these be compiled once, whatever they read, write and await
//! Ctx                   deadline and cancellation, carried through all of them
//! Error                 what went wrong, its class, and what to do next
//! ```

mod adopt;
pub mod alibaba;
pub mod answer;
mod batch;
mod caller;
mod clock;
mod credentials;
mod ctx;
mod endpoint;
mod erased;
mod error;
mod join;
mod keyed;
#[cfg(test)]
mod kinds;
mod limit;
mod listing;
mod outage;
mod params;
mod pending;
mod permissions;
mod proxy;
mod retry;
mod scrub;
mod secret;
mod sightings;
mod table;
pub mod tencent;
#[cfg(test)]
mod testing;
mod text;
mod transport;
pub mod wait;

pub use credentials::{
    Base, Chain, Credentials, Environment, Identity, InstanceRole, Role, Sources, Token, WebIdentity,
};
pub use credentials::{is_json_object, is_key_uri};
pub use ctx::Ctx;
pub use endpoint::{Endpoint, InvalidEndpoint};
pub use error::{Class, Error, Result};
pub(crate) use listing::read_each;
#[cfg(test)]
pub(crate) use params::written;
pub(crate) use pending::{Intent, Occupied, Pending, Room, Writing};
pub use permissions::{Permission, Permissions};
pub use proxy::is_proxy;
pub use retry::Effect;
pub(crate) use sightings::Sightings;
pub use tokio_util::sync::CancellationToken;
pub use transport::{Network, Transport};
