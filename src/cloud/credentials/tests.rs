//! Tests of `credentials.rs`.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{self, BoxFuture};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::cloud::caller::Caller;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::retry::Policy;
use crate::cloud::transport::{Reply, Transport};

/// An authority of which a test decides what it gives.
struct Fake {
    /// What each fetch gives in turn, and the last one from then on: a lifetime in seconds, or a failure.
    gives: Vec<Result<u64, Class>>,
    /// Whether each fetch gives another key.
    changing: bool,
    takes: Duration,
    fetched: AtomicUsize,
    identified: AtomicUsize,
    label: Mutex<&'static str>,
}

impl Fake {
    fn new(gives: impl Into<Vec<Result<u64, Class>>>) -> &'static Self {
        Self::with(gives, |_| {})
    }

    fn with(gives: impl Into<Vec<Result<u64, Class>>>, change: impl FnOnce(&mut Self)) -> &'static Self {
        let mut fake = Self {
            gives: gives.into(),
            changing: true,
            takes: Duration::from_secs(1),
            fetched: AtomicUsize::new(0),
            identified: AtomicUsize::new(0),
            label: Mutex::new("a role"),
        };
        change(&mut fake);
        Box::leak(Box::new(fake))
    }

    fn chain(&'static self) -> Chain {
        self.chain_of(Sources::default())
    }

    fn chain_of(&'static self, sources: Sources) -> Chain {
        Chain::new(self, sources, Caller::new(Policy::new(0), None, Transport::default()))
    }

    fn fetches(&self) -> usize {
        self.fetched.load(Ordering::Relaxed)
    }
}

impl Authority for Fake {
    fn name(&self) -> &'static str {
        "a cloud"
    }

    fn find(&self, _sources: &Sources) -> Result<Found> {
        let role = InstanceRole::default();
        Ok(Found::Origin(Origin::new(*self.label.lock().unwrap(), Source::InstanceRole(role))))
    }

    fn roles(&self, _sources: &Sources) -> Result<Vec<Role>> {
        Ok(Vec::new())
    }

    fn assume<'a>(&'a self, _: Fetching<'a>, _: &'a Credentials, _: &'a Role) -> BoxFuture<'a, Result<Fetched>> {
        unreachable!("no roles")
    }

    fn assume_with_token<'a>(
        &'a self,
        _: Fetching<'a>,
        _: &'a WebIdentity,
        _: &'a SecretString,
    ) -> BoxFuture<'a, Result<Fetched>> {
        unreachable!("no tokens")
    }

    fn with_token(&self) -> &'static str {
        "AssumeRoleWithToken"
    }

    fn instance<'a>(&'a self, _: Fetching<'a>, _: &'a InstanceRole) -> BoxFuture<'a, Result<Fetched>> {
        Box::pin(async {
            let nth = self.fetched.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(self.takes).await;
            let lifetime = match self.gives[nth.min(self.gives.len() - 1)] {
                Ok(seconds) => Some(Duration::from_secs(seconds)),
                Err(class) => return Err(Error::new(class, "hidden away").code_is(Some("EntityNotExist".to_owned()))),
            };
            let id = if self.changing { format!("key-{nth}") } else { "key".to_owned() };
            Ok(Fetched { key: Credentials::new(id, "hidden"), lifetime })
        })
    }

    fn key_of(&self, _: &Reply) -> Option<Fetched> {
        None
    }

    fn identity<'a>(&'a self, _: Fetching<'a>, _: &'a Credentials) -> BoxFuture<'a, Result<Identity>> {
        self.identified.fetch_add(1, Ordering::Relaxed);
        let arn = "arn:of:somebody".to_owned();
        Box::pin(future::ok(Identity { account_id: "1001".to_owned(), arn, ..Identity::default() }))
    }

    fn hint(&self, code: &str) -> Option<&'static str> {
        (code == "EntityNotExist").then_some("Look for it.")
    }
}

fn ctx() -> Ctx {
    Ctx::new(Duration::from_secs(600), CancellationToken::new())
}

async fn id(chain: &Chain) -> String {
    chain.current(&ctx()).await.unwrap().id().to_owned()
}

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[test]
fn debug_masks_secret_and_token() {
    let credentials = Credentials::new("AKIDEXAMPLE0001", "hidden-key").with_token("hidden-token");
    let sources = Sources {
        base: Some(Base::WebIdentity(WebIdentity {
            role_arn: "role".to_owned(),
            provider: "p".to_owned(),
            token: Token::Text("hidden-jwt".into()),
            session_name: None,
            duration: None,
            policy: None,
        })),
        environment: Environment::new(|_| Some("hidden-variable".to_owned())),
        ..Sources::default()
    };
    let shown = format!("{credentials:?} {credentials:#?} {:?} {sources:?}", Chain::from(credentials.clone()));
    let shown = format!("{shown} {:?}", Fake::new([Ok(1)]).chain_of(sources));

    assert!(shown.contains("AKIDEX..."), "{shown}");
    assert!(!shown.contains("hidden") && !shown.contains("0001"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn those_that_need_a_key_at_once_share_one_flight() {
    let fake = Fake::new([Ok(3600)]);
    let chain = fake.chain();
    let ids = future::join_all((0..50).map(|_| id(&chain))).await;
    assert!(ids.iter().all(|id| id == "key-0"), "{ids:?}");
    assert_eq!(fake.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_fetched_before_a_call_needs_it() {
    let fake = Fake::new([Ok(3600)]);
    let chain = fake.chain();
    assert!(chain.look().unwrap().is_none());
    assert_eq!(fake.fetches(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_by_those_that_waited_for_it_and_tried_again_by_the_next() {
    let fake = Fake::new([Err(Class::Fatal), Ok(3600)]);
    let chain = fake.chain();
    let ctx = ctx();
    let failed = future::join_all((0..50).map(|_| chain.current(&ctx))).await;
    for error in failed.into_iter().map(Result::unwrap_err) {
        assert_eq!(error.to_string(), "a role: EntityNotExist: hidden away");
        // It is not the call's own: that nobody finds a role does not mean that the object of the call is gone.
        assert_eq!((error.class(), error.code(), error.hint()), (Class::Auth, None, Some("Look for it.")));
        assert_eq!(error.headline(), Some("No key for a cloud"));
    }
    assert_eq!(fake.fetches(), 1);
    assert_eq!(id(&chain).await, "key-1");
}

#[tokio::test(start_paused = true)]
async fn who_calls_off_takes_nobody_along() {
    let fake = Fake::new([Ok(3600)]);
    let chain = fake.chain();
    let cancel = CancellationToken::new();
    let called_off = Ctx::new(Duration::from_secs(600), cancel.clone());
    let (first, second, ()) = tokio::join!(called_off.run(chain.current(&called_off)), id(&chain), async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        cancel.cancel();
    });
    assert!(first.is_err());
    assert_eq!((second.as_str(), fake.fetches()), ("key-1", 2));
}

#[tokio::test(start_paused = true)]
async fn a_key_is_renewed_early_and_not_at_every_call() {
    // How long a key lives, and how long it is used before there is another one.
    for (lifetime, good_for) in [(3600, 3300), (900, 675), (43_200, 42_900), (60, 45)] {
        let fake = Fake::new([Ok(lifetime)]);
        let chain = fake.chain();
        assert_eq!(id(&chain).await, "key-0");
        pass(good_for - 1).await;
        assert_eq!((id(&chain).await.as_str(), fake.fetches()), ("key-0", 1), "{lifetime}");
        pass(1).await;
        assert_eq!((id(&chain).await.as_str(), fake.fetches()), ("key-1", 2), "{lifetime}");
        for _ in 0..10 {
            id(&chain).await;
        }
        assert_eq!(fake.fetches(), 2, "{lifetime}");
    }
}

#[tokio::test(start_paused = true)]
async fn while_one_renews_the_others_go_on_with_the_old_key() {
    let fake = Fake::new([Ok(3600)]);
    let chain = fake.chain();
    id(&chain).await;
    pass(3400).await;
    let ids = future::join_all((0..50).map(|_| id(&chain))).await;
    assert_eq!(ids.iter().filter(|id| *id == "key-0").count(), 49);
    assert_eq!((ids[0].as_str(), fake.fetches()), ("key-1", 2));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_is_paused_and_the_old_key_used_to_its_end() {
    let fake = Fake::with([Ok(3600), Err(Class::Transient)], |fake| fake.takes = Duration::ZERO);
    let chain = fake.chain();
    id(&chain).await;
    pass(3300).await;
    // 1 s, then twice as much each time, up to a minute.
    for (attempts, pause) in [(2, 1), (3, 2), (4, 4), (5, 8), (6, 16), (7, 32), (8, 60), (9, 60)] {
        assert_eq!((id(&chain).await.as_str(), fake.fetches()), ("key-0", attempts));
        pass(pause - 1).await;
        assert_eq!((id(&chain).await.as_str(), fake.fetches()), ("key-0", attempts));
        pass(1).await;
    }
    pass(200).await;
    let error = chain.current(&ctx()).await.unwrap_err();
    assert!(error.to_string().contains("a role: EntityNotExist"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_is_replaced_once_for_all_who_used_it() {
    let fake = Fake::new([Ok(3600)]);
    let (chain, ctx) = (fake.chain(), ctx());
    let refused = chain.current(&ctx).await.unwrap();
    let replaced = future::join_all((0..20).map(|_| chain.replace(&ctx, &refused))).await;
    assert!(replaced.into_iter().all(|replaced| replaced.unwrap()));
    assert_eq!((id(&chain).await.as_str(), fake.fetches()), ("key-1", 2));
}

#[tokio::test(start_paused = true)]
async fn where_the_same_key_comes_back_there_is_no_other_one() {
    let fake = Fake::with([Ok(3600)], |fake| fake.changing = false);
    let (chain, ctx) = (fake.chain(), ctx());
    let refused = chain.current(&ctx).await.unwrap();
    assert!(!chain.replace(&ctx, &refused).await.unwrap());
    let fixed = Chain::from(Credentials::new("id", "hidden"));
    assert!(!fixed.replace(&ctx, &fixed.current(&ctx).await.unwrap()).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn keys_do_not_come_from_another_source_in_the_middle() {
    let fake = Fake::new([Ok(3600)]);
    let (chain, ctx) = (fake.chain(), ctx());
    let refused = chain.current(&ctx).await.unwrap();
    *fake.label.lock().unwrap() = "a file";
    let error = chain.replace(&ctx, &refused).await.unwrap_err();
    assert!(error.to_string().contains("came from a role until now, and would now come from a file"), "{error}");
    assert_eq!(fake.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_account_is_looked_at_once_and_a_wrong_one_is_the_end() {
    let accounts = |accounts: &[&str]| accounts.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (allowed, forbidden, says) in [
        (&["1001"][..], &[][..], None),
        (&["7", "1001"], &[], None),
        (&[], &["7"], None),
        (&["7"], &[], Some("is none of allowed_account_ids")),
        (&[], &["1001"], Some("is one of forbidden_account_ids")),
    ] {
        let fake = Fake::new([Ok(3600)]);
        let chain = fake.chain_of(Sources {
            allowed_accounts: accounts(allowed),
            forbidden_accounts: accounts(forbidden),
            ..Sources::default()
        });
        for _ in 0..3 {
            match (chain.current(&ctx()).await, says) {
                (Ok(_), None) => {}
                (Err(error), Some(says)) => {
                    assert!(error.to_string().contains(says) && error.to_string().contains("1001"), "{error}");
                    assert_eq!(error.headline(), Some("Wrong account"));
                }
                (Ok(_), Some(says)) => panic!("{allowed:?} {forbidden:?}: it {says}"),
                (Err(error), None) => panic!("{allowed:?} {forbidden:?}: {error}"),
            }
        }
        assert_eq!((fake.fetches(), fake.identified.load(Ordering::Relaxed)), (1, 1), "{allowed:?} {forbidden:?}");
    }
}

#[test]
fn whitespace_between_the_parts_of_json_is_left_out_and_within_texts_kept() {
    for (json, compacted) in [
        (r#"{"Version": "1"}"#, r#"{"Version":"1"}"#),
        ("{\n  \"a b\": [ 1,\t2 ],\r\n \"c\": \"x  y\" }", r#"{"a b":[1,2],"c":"x  y"}"#),
        (r#"{"a": "\" \\", "b": " \\\" " }"#, r#"{"a":"\" \\","b":" \\\" "}"#),
    ] {
        assert_eq!(compact(json), compacted);
    }
}

#[test]
fn a_key_is_taken_over_https_or_from_this_machine() {
    for (uri, takes) in [
        ("https://keys.example.com/key?a=b", true),
        ("http://127.0.0.1:6666/key", true),
        ("http://127.8.9.10/", true),
        ("http://localhost:1/", true),
        ("http://[::1]:1/", true),
        ("http://keys.example.com/key", false),
        ("http://100.100.100.200/key", false),
        ("http://localhost.example.com/", false),
        ("http://127.0.0.1@example.com/", false),
        ("https://u:hidden@keys.example.com/", false),
        ("ftp://localhost/", false),
        ("file:///etc/passwd", false),
        ("key", false),
    ] {
        assert_eq!(is_key_uri(uri).is_ok(), takes, "{uri}");
    }
}

#[test]
fn what_comes_instead_of_a_roles_name_leads_nowhere() {
    for (body, name) in [
        ("TestRole", Some("TestRole")),
        ("TestRole\n", Some("TestRole")),
        (" a-b_c.d \r\n", Some("a-b_c.d")),
        ("", None),
        ("..", None),
        ("a/b", None),
        ("a\nb", None),
        ("<html>", None),
        ("proxy says no", None),
        ("a?b", None),
        ("a%2Fb", None),
    ] {
        assert_eq!(metadata::role_name(body.as_bytes(), ".-_", 64).ok().as_deref(), name, "{body:?}");
    }
    assert!(metadata::role_name("a".repeat(65).as_bytes(), "", 64).is_err());
}

#[test]
fn files_are_told_apart_by_what_is_in_them() {
    let directory = tempfile::tempdir().unwrap();
    let content = |text: &str| {
        let path = directory.path().join("file");
        std::fs::write(&path, text).unwrap();
        files::read(&path)
    };
    assert!(matches!(content(" {\"a\": 1}"), Ok(Some(files::Content::Json(_)))));
    let Ok(Some(files::Content::Ini(sections))) =
        content("# comment\n[default]\nid = AK;ID # x\nSecret=a=b:c\n; other\n\n[Prod]\nid: no\ntoken =\n")
    else {
        panic!("an ini file");
    };
    assert_eq!(sections["default"].get("id"), Some("AK;ID # x"));
    assert_eq!(sections["default"].get("Secret"), Some("a=b:c"));
    assert_eq!(sections["Prod"].get("token"), None);
    for broken in ["{\"hidden\": ", "hidden", "id = hidden\n"] {
        let error = content(broken).err().expect("it is broken").to_string();
        assert!(error.contains("neither JSON nor an ini file") && !error.contains("hidden"), "{error}");
    }
    assert!(files::read(&directory.path().join("none")).unwrap().is_none());
}

#[test]
fn members_say_nothing_that_are_empty_or_not_answered() {
    let members =
        files::Members::of(&serde_json::json!({"a": "None", "b": "", "c": null, "d": 7, "e": ["x"], "f": "y"}));
    let set: Vec<_> = ["a", "b", "c", "d", "e", "f"].iter().filter_map(|name| members.get(name)).collect();
    assert_eq!(set, ["7", "y"]);
    assert_eq!(members.number("d"), Some(7));
}

#[test]
fn home_stands_for_the_home_directory() {
    let env = Environment::new(|name| (name == "HOME").then(|| "/home/me".to_owned()));
    for (text, path) in [("~/.tccli", "/home/me/.tccli"), ("~", "/home/me"), ("~me/x", "~me/x"), ("/a/~/b", "/a/~/b")] {
        assert_eq!(env.path(text), std::path::Path::new(path));
    }
}
