//! Accounts of both clouds: their keys, users, roles and issuers of tokens, and the temporary keys that were handed out.
//!
//! What is alike in both clouds is here; their names, codes and requests are in `tencent::sts` and `alibaba::sts`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;

pub(crate) use self::policy::Policy;
use crate::oidc::Provider;

mod policy;

/// The accounts of both clouds: the member `accounts` of the state document.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Accounts {
    pub(crate) tencent: Directory,
    pub(crate) alibaba: Directory,
}

impl Accounts {
    /// The accounts of a cloud by the name that its objects are kept under.
    pub(crate) fn of(&self, cloud: &str) -> Option<&Directory> {
        match cloud {
            "tencent" => Some(&self.tencent),
            "alibaba" => Some(&self.alibaba),
            _ => None,
        }
    }

    /// The temporary keys that were handed out, without what makes them keys: by cloud, account and role, and whether they are over.
    pub(crate) fn sessions(&self) -> Value {
        let now = Instant::now();
        let mut all = Vec::new();
        for (cloud, directory) in [("tencent", &self.tencent), ("alibaba", &self.alibaba)] {
            for (number, account) in &directory.accounts {
                for (id, session) in &account.sessions {
                    let left = session.ends.map(|ends| ends.saturating_duration_since(now).as_secs());
                    all.push(json!({
                        "id": id,
                        "cloud": cloud,
                        "account": number,
                        "role": session.role,
                        "name": session.name,
                        "seconds_left": left,
                    }));
                }
            }
        }
        Value::Array(all)
    }

    /// Makes every temporary key older by that much.
    pub(crate) fn age(&mut self, by: Duration) {
        for session in self.sessions_mut() {
            session.ends = session.ends.map(|ends| ends.checked_sub(by).unwrap_or_else(Instant::now));
        }
    }

    /// Ends every temporary key.
    pub(crate) fn end_sessions(&mut self) {
        let now = Instant::now();
        for session in self.sessions_mut() {
            session.ends = Some(session.ends.map_or(now, |ends| ends.min(now)));
        }
    }

    fn sessions_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        let accounts = self.tencent.accounts.values_mut().chain(self.alibaba.accounts.values_mut());
        accounts.flat_map(|account| account.sessions.values_mut())
    }
}

/// The accounts of one cloud by their numbers.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Directory {
    accounts: BTreeMap<String, Account>,
}

impl Directory {
    pub(crate) fn has(&self, account: &str) -> bool {
        self.accounts.contains_key(account)
    }

    /// The secret of a key, permanent or temporary, whether or not it is still good.
    pub(crate) fn secret(&self, key_id: &str) -> Option<&str> {
        self.accounts.values().find_map(|account| {
            let permanent = account.keys.get(key_id).map(|key| key.secret.as_str());
            permanent.or_else(|| account.sessions.get(key_id).map(|session| session.secret.as_str()))
        })
    }

    /// Who calls with a key, given the session token of the request (empty without one). A permanent key may come with one of `tokens`.
    ///
    /// # Errors
    /// What is wrong with the key or the token.
    pub(crate) fn caller(&self, key_id: &str, token: &str, tokens: &BTreeSet<String>) -> Result<Caller, KeyTrouble> {
        for (number, account) in &self.accounts {
            if let Some(key) = account.keys.get(key_id) {
                if key.inactive {
                    return Err(KeyTrouble::Inactive);
                }
                if !token.is_empty() && !tokens.contains(token) {
                    return Err(self.trouble_of(token));
                }
                return account.caller_by_key(number, key);
            }
            if let Some(session) = account.sessions.get(key_id) {
                if token.is_empty() {
                    return Err(KeyTrouble::TokenMissing);
                }
                if token != session.token {
                    return Err(self.trouble_of(token));
                }
                if session.ends.is_some_and(|ends| ends <= Instant::now()) {
                    return Err(KeyTrouble::Ended);
                }
                return account.caller_by_session(number, session);
            }
        }
        Err(KeyTrouble::Unknown)
    }

    /// A role by the number of its account, and by its name or id.
    pub(crate) fn role(&self, account: &str, name: impl Fn(&str, &Role) -> bool) -> Option<(&str, &Role)> {
        let mut roles = self.accounts.get(account)?.roles.iter();
        roles.find(|(known, role)| name(known, role)).map(|(known, role)| (known.as_str(), role))
    }

    pub(crate) fn oidc_provider(&self, account: &str, name: &str) -> Option<&Provider> {
        self.accounts.get(account)?.oidc_providers.get(name)
    }

    /// A temporary key of an account.
    pub(crate) fn session(&self, account: &str, key_id: &str) -> Option<&Session> {
        self.accounts.get(account)?.sessions.get(key_id)
    }

    /// Keeps a temporary key; its account is there, because a role of it was found.
    pub(crate) fn open(&mut self, account: &str, key_id: String, session: Session) {
        self.accounts.entry(account.to_owned()).or_default().sessions.insert(key_id, session);
    }

    /// A token that does not belong to the key: that of another one, or of none.
    fn trouble_of(&self, token: &str) -> KeyTrouble {
        let mut sessions = self.accounts.values().flat_map(|account| account.sessions.values());
        if sessions.any(|session| session.token == token) {
            KeyTrouble::TokenOfAnother
        } else {
            KeyTrouble::TokenUnknown
        }
    }
}

/// An account.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Account {
    /// By id.
    keys: BTreeMap<String, Key>,
    /// By name.
    users: BTreeMap<String, User>,
    /// By name.
    roles: BTreeMap<String, Role>,
    /// By name.
    oidc_providers: BTreeMap<String, Provider>,
    /// Temporary keys, by id.
    sessions: BTreeMap<String, Session>,
}

impl Account {
    fn caller_by_key(&self, number: &str, key: &Key) -> Result<Caller, KeyTrouble> {
        let Some(name) = &key.user else {
            return Ok(Caller { account: number.to_owned(), who: Who::Root, policies: Vec::new() });
        };
        // A key whose user is gone has gone with it.
        let user = self.users.get(name).ok_or(KeyTrouble::Unknown)?;
        let who = Who::User { name: name.clone(), id: user.id.clone() };
        Ok(Caller { account: number.to_owned(), who, policies: user.policy.iter().cloned().collect() })
    }

    fn caller_by_session(&self, number: &str, session: &Session) -> Result<Caller, KeyTrouble> {
        let role = self.roles.get(&session.role).ok_or(KeyTrouble::TokenUnknown)?;
        let who = Who::Role {
            name: session.role.clone(),
            id: role.id.clone(),
            session: session.name.clone(),
            applicant: if session.applicant.is_empty() { number.to_owned() } else { session.applicant.clone() },
        };
        let policies = role.policy.iter().chain(&session.policy).cloned().collect();
        Ok(Caller { account: number.to_owned(), who, policies })
    }
}

/// A permanent key.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Key {
    secret: String,
    /// The user whose key it is; the account itself without one.
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    inactive: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct User {
    id: String,
    /// What the user may do: everything without one.
    #[serde(default)]
    policy: Option<Policy>,
}

/// A role.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) id: String,
    /// Who may assume it.
    pub(crate) trust: Policy,
    /// What it may do: everything without one.
    #[serde(default)]
    policy: Option<Policy>,
    /// The longest time that a key of it lasts.
    #[serde(default = "longest")]
    pub(crate) max_seconds: u64,
}

/// Twelve hours, in both clouds.
fn longest() -> u64 {
    43200
}

/// A temporary key.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) role: String,
    /// The name of the session.
    pub(crate) name: String,
    /// Who asked for the key: the number of a user or an account; the role's own account when empty.
    #[serde(default)]
    pub(crate) applicant: String,
    /// What the key may do, of what its role may.
    #[serde(default)]
    pub(crate) policy: Option<Policy>,
    /// When it ends; never without a time.
    #[serde(default, rename = "ends_in_ms", with = "in_ms")]
    pub(crate) ends: Option<Instant>,
}

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account: String,
    pub(crate) who: Who,
    /// All of these must allow what is done.
    policies: Vec<Policy>,
}

#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// A request that is not signed.
    Nobody,
    /// The account itself.
    Root,
    User {
        name: String,
        id: String,
    },
    Role {
        name: String,
        id: String,
        /// The name of the session.
        session: String,
        applicant: String,
    },
}

impl Caller {
    pub(crate) fn nobody() -> Self {
        Self { account: String::new(), who: Who::Nobody, policies: Vec::new() }
    }

    /// Whether the caller may do an action, such as `vpc:CreateVpnConnection`.
    pub(crate) fn may(&self, action: &str) -> bool {
        self.policies.iter().all(|policy| policy.allows(action))
    }

    /// The name that the objects of the caller's account are kept under.
    pub(crate) fn owner(&self, cloud: &str) -> String {
        owner(cloud, &self.account)
    }
}

/// The objects of the first account are kept under the name of its cloud, those of another under that and its number.
fn owner(cloud: &str, account: &str) -> String {
    if account.is_empty() || [TENCENT_ACCOUNT, ALIBABA_ACCOUNT].contains(&account) {
        cloud.to_owned()
    } else {
        format!("{cloud}/{account}")
    }
}

/// What is wrong with a key or its token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum KeyTrouble {
    Unknown,
    Inactive,
    TokenMissing,
    TokenUnknown,
    TokenOfAnother,
    /// The temporary key is over.
    Ended,
}

/// The Tencent account that the keys of every mock belong to.
pub const TENCENT_ACCOUNT: &str = "100000000001";
/// The Alibaba account that the keys of every mock belong to.
pub const ALIBABA_ACCOUNT: &str = "1000000000000001";

/// A time as milliseconds from now, as in the changes under way of the state document.
mod in_ms {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use tokio::time::Instant;

    pub(super) fn serialize<S: Serializer>(ends: &Option<Instant>, serializer: S) -> Result<S::Ok, S::Error> {
        let left = |ends: &Instant| ends.saturating_duration_since(Instant::now()).as_micros().div_ceil(1000) as u64;
        ends.as_ref().map(left).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
        let in_ms = Option::<u64>::deserialize(deserializer)?;
        // A time beyond what the clock can tell is none.
        Ok(in_ms.and_then(|in_ms| Instant::now().checked_add(Duration::from_millis(in_ms))))
    }
}
