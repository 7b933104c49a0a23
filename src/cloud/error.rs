//! What went wrong with a call or an operation: its class, by which it is repeated or not, and what is said of it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::cloud::text;

/// What a call, a wait or a whole operation on a cloud gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation on a cloud failed: what was asked, what the cloud said, and what that means for
/// the caller.
///
/// Neither `Display` nor `Debug` shows a secret or the body of a request or response. What comes from a service is cut, and has no characters
/// that a terminal would obey: whatever becomes part of an error is made so here.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(Box<Details>);

/// What an [`Error`] means for the caller, whichever cloud and action it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Too many calls. The call was not executed, so that repeating it is always safe.
    Throttled,
    /// A failure between here and the service, or inside it, which may be over in a moment.
    Transient,
    /// The object, or something it depends on, is busy or in a state that does not permit the call
    /// yet.
    Conflict,
    /// The service says that the object does not exist.
    NotFound,
    /// The credentials were refused, or may not do this.
    Auth,
    /// The service refuses what was asked; asking again will not help.
    Invalid,
    /// Everything else that repeating does not cure: quotas, retired actions, unknown codes.
    Fatal,
    /// The operation was called off.
    Cancelled,
    /// The operation's time is over.
    Timeout,
}

impl Error {
    pub(crate) fn new(class: Class, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            class,
            action: None,
            region: None,
            code: None,
            message: fit(message.into(), LONGEST),
            request_id: None,
            http_status: None,
            attempts: 0,
            ambiguous: false,
            given_up: false,
            candidates: Vec::new(),
            hint: None,
            headline: None,
            of_key: false,
        }))
    }

    /// What the error means for the caller.
    pub fn class(&self) -> Class {
        self.0.class
    }

    /// The API action that failed; none for waits.
    pub fn action(&self) -> Option<&str> {
        self.0.action.as_deref()
    }

    /// The region that was asked.
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The cloud's own error code, for example `UnsupportedOperation.VpnConnInvalidState`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What the cloud said, or what was observed where it said nothing usable.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The id under which the cloud's support finds the call.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The HTTP status of the answer, if there was an answer and its status was not 200.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// How often the call was sent. 0 when it never was.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the call may have been executed although it failed here.
    pub fn is_ambiguous(&self) -> bool {
        self.0.ambiguous
    }

    /// Whether the service says that it gave up what was asked for: what it left is of no use.
    pub fn is_given_up(&self) -> bool {
        self.0.given_up
    }

    /// What a failed create may be about, as `terraform import` takes it: what it may have made nevertheless, or what it collides with.
    pub fn candidates(&self) -> &[String] {
        &self.0.candidates
    }

    /// Whether a create was refused because there is one already.
    pub fn is_duplicate(&self) -> bool {
        // "ResourceInUse" of a create: what it collides with stays.
        let says = |code: &str| code == "ResourceInUse" || DUPLICATE.iter().any(|part| code.contains(part));
        self.0.class != Class::Conflict && self.code().is_some_and(says)
    }

    /// Whether the service clearly said that the object does not exist.
    pub fn is_not_found(&self) -> bool {
        self.0.class == Class::NotFound
    }

    /// Whether the service gave one of these codes.
    pub(crate) fn is_any_of(&self, codes: &[&str]) -> bool {
        self.code().is_some_and(|code| codes.contains(&code))
    }

    /// What the user can do next.
    pub fn hint(&self) -> Option<&str> {
        // What is about the credentials as a whole is not about one action.
        let general = || if self.is_of_credentials() { None } else { self.0.class.hint() };
        self.0.hint.as_deref().or_else(general)
    }

    /// What it is called on the whole, where it is not about what was being done: there are no credentials, for example.
    pub fn headline(&self) -> Option<&str> {
        self.0.headline.as_deref()
    }

    /// Whether there was no key to make the call with.
    pub(crate) fn is_of_credentials(&self) -> bool {
        self.0.headline.is_some()
    }

    /// Whether the service refused the key as one that is over, or unknown by now.
    pub(crate) fn is_of_key(&self) -> bool {
        self.0.of_key
    }

    pub(crate) fn headed(mut self, headline: impl Into<String>) -> Self {
        self.0.headline = Some(headline.into());
        self
    }

    pub(crate) fn of_key(mut self, of_key: bool) -> Self {
        self.0.of_key = of_key;
        self
    }

    /// The same error without the action and the region, for one that is part of another.
    pub(crate) fn nowhere(mut self) -> Self {
        self.0.action = None;
        self.0.region = None;
        self
    }

    pub(crate) fn about(mut self, action: &str, region: &str) -> Self {
        self.0.action = Some(action.to_owned());
        self.0.region = Some(region.to_owned());
        self
    }

    pub(crate) fn code_is(mut self, code: Option<String>) -> Self {
        self.0.code = code.map(|code| fit(code, text::WORD));
        self
    }

    pub(crate) fn request_id_is(mut self, id: Option<String>) -> Self {
        self.0.request_id = id.map(|id| fit(id, text::WORD));
        self
    }

    pub(crate) fn status_is(mut self, status: Option<u16>) -> Self {
        self.0.http_status = status.filter(|status| *status != 200);
        self
    }

    pub(crate) fn after_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn ambiguous(mut self, ambiguous: bool) -> Self {
        self.0.ambiguous = ambiguous;
        self
    }

    pub(crate) fn given_up(mut self) -> Self {
        self.0.given_up = true;
        self
    }

    pub(crate) fn naming(mut self, candidates: Vec<String>) -> Self {
        self.0.candidates = candidates;
        self
    }

    pub(crate) fn hinting(mut self, hint: impl Into<Option<Cow<'static, str>>>) -> Self {
        if let Some(hint) = hint.into() {
            self.0.hint = Some(hint);
        }
        self
    }

    /// Adds what happened around the failure, for example that no time was left for another
    /// attempt.
    pub(crate) fn noting(mut self, note: &str) -> Self {
        self.0.message = format!("{} ({})", self.0.message, text::shown(note, LONGEST));
        self
    }

    /// The same error, with another meaning for the caller.
    pub(crate) fn becoming(mut self, class: Class) -> Self {
        self.0.class = class;
        self
    }
}

fn fit(text: String, longest: usize) -> String {
    match text::shown(&text, longest) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shown) => shown,
    }
}

/// What a service says is one part of a message, beside our own words.
const LONGEST: usize = 2 * text::MESSAGE;

#[derive(Clone, Debug)]
struct Details {
    class: Class,
    action: Option<String>,
    region: Option<String>,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    http_status: Option<u16>,
    attempts: u32,
    ambiguous: bool,
    given_up: bool,
    candidates: Vec<String>,
    hint: Option<Cow<'static, str>>,
    headline: Option<String>,
    of_key: bool,
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(action) = &self.action {
            f.write_str(action)?;
            if let Some(region) = self.region.as_deref().filter(|region| !region.is_empty()) {
                write!(f, " in {region}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)?;

        let mut notes = Vec::new();
        if let Some(status) = self.http_status {
            notes.push(format!("HTTP {status}"));
        }
        if let Some(id) = &self.request_id {
            notes.push(format!("request id {id}"));
        }
        if self.attempts > 1 {
            notes.push(format!("{} attempts", self.attempts));
        }
        if self.ambiguous {
            notes.push("the request may have been executed".to_owned());
        }
        if notes.is_empty() {
            return Ok(());
        }
        write!(f, " [{}]", notes.join(", "))
    }
}

impl Class {
    /// The class's name in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Transient => "transient",
            Self::Conflict => "conflict",
            Self::NotFound => "not_found",
            Self::Auth => "auth",
            Self::Invalid => "invalid",
            Self::Fatal => "fatal",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timeout",
        }
    }

    fn hint(self) -> Option<&'static str> {
        match self {
            Self::Throttled => Some(
                "The calls were slowed down to what the service took, until the operation's time was over. The account's rate limit is \
                 shared with other tools: allow a longer timeout, or lower requests_per_second or the parallelism.",
            ),
            Self::Transient => Some("This is usually over soon: try again."),
            Self::Conflict => Some("Wait until the object is idle and try again, or allow a longer timeout."),
            Self::NotFound => Some("Check the id and the region: an object is visible in its own region only."),
            Self::Auth => Some("Check the credentials and that they may call this action in this region."),
            Self::Timeout => Some("Allow a longer timeout, or look at the object's state in the cloud's console."),
            Self::Invalid | Self::Fatal | Self::Cancelled => None,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// In the codes of both clouds.
const DUPLICATE: &[&str] = &["Duplicate", "AlreadyExist", "RecordExists"];

/// Durations for people, rounded: `850ms`, `12s`, `3m05s`.
pub(crate) fn human(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    match (milliseconds + 500) / 1000 {
        _ if milliseconds < 950 => format!("{milliseconds}ms"),
        seconds @ 1..60 => format!("{seconds}s"),
        seconds => format!("{}m{:02}s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_action_code_message_and_request() {
        let error = Error::new(Class::Fatal, "quota reached")
            .about("CreateVpnConnection", "ap-guangzhou")
            .code_is(Some("LimitExceeded".to_owned()))
            .request_id_is(Some("6f1a".to_owned()))
            .status_is(Some(200))
            .after_attempts(3);

        assert_eq!(
            error.to_string(),
            "CreateVpnConnection in ap-guangzhou: LimitExceeded: quota reached [request id 6f1a, 3 attempts]"
        );
        assert_eq!(error.http_status(), None);
    }

    #[test]
    fn an_unknown_outcome_is_said() {
        let error = Error::new(Class::Transient, "no answer").status_is(Some(502)).ambiguous(true);

        assert_eq!(error.to_string(), "no answer [HTTP 502, the request may have been executed]");
    }

    #[test]
    fn whatever_a_service_says_is_cut_and_harmless() {
        let evil = "\u{1b}[2J\u{0}\u{202e}".repeat(1_000_000);
        let error = Error::new(Class::Fatal, evil.clone())
            .code_is(Some(evil.clone()))
            .request_id_is(Some(evil.clone()))
            .noting(&evil);

        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(shown.chars().count() < 6000, "{}", shown.len());
            assert!(!shown.contains(['\u{1b}', '\u{0}', '\u{202e}']) && shown.contains("(cut: "), "{shown}");
        }
    }

    #[test]
    fn errors_are_small() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(human(Duration::from_millis(850)), "850ms");
        assert_eq!(human(Duration::from_millis(997)), "1s");
        assert_eq!(human(Duration::from_millis(2997)), "3s");
        assert_eq!(human(Duration::from_millis(59_700)), "1m00s");
        assert_eq!(human(Duration::from_secs(12)), "12s");
        assert_eq!(human(Duration::from_secs(185)), "3m05s");
    }
}
