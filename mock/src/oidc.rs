//! Tokens of OpenID Connect: an issuer that signs them, and the checks that the clouds make of them.
//!
//! A token is a JWT (RFC 7519) signed with RS256. The issuer's key is made when it is first needed and serves all mocks of the process.

use std::sync::OnceLock;

use anyhow::Context;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::material;
use crate::store::{Members, text};

/// What to sign: the body of `POST /_mock/tokens`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    /// A text, or a list of texts.
    audience: Value,
    subject: String,
    /// How long the token is good from now on; a negative number makes one that is over.
    #[serde(default = "ten_minutes")]
    seconds: i64,
    #[serde(default = "own_issuer")]
    issuer: String,
    /// Further claims, or others in place of these.
    #[serde(default)]
    claims: Members,
}

impl Order {
    pub(crate) fn new(audience: &str, subject: &str, seconds: i64) -> Self {
        let [audience, subject] = [audience, subject].map(str::to_owned);
        Self { audience: audience.into(), subject, seconds, issuer: own_issuer(), claims: Members::new() }
    }

    /// The token.
    pub(crate) fn sign(self) -> anyhow::Result<String> {
        let now = jiff::Timestamp::now().as_second();
        let ends = now.saturating_add(self.seconds);
        let mut claims = json!({
            "iss": self.issuer,
            "aud": self.audience,
            "sub": self.subject,
            "iat": now.min(ends.saturating_sub(1)),
            "exp": ends,
            "jti": uuid::Uuid::new_v4().to_string(),
        });
        claims.as_object_mut().expect("a literal object").extend(self.claims);
        let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::RS256) };
        encode(&header, &claims, signing_key()?).context("cannot sign")
    }
}

fn ten_minutes() -> i64 {
    600
}

fn own_issuer() -> String {
    ISSUER.to_owned()
}

/// The public keys of the issuer (RFC 7517).
pub(crate) fn key_set() -> anyhow::Result<JwkSet> {
    let mut key = Jwk::from_encoding_key(signing_key()?, Algorithm::RS256)?;
    key.common.key_id = Some(KEY_ID.to_owned());
    Ok(JwkSet { keys: vec![key] })
}

/// An issuer that an account trusts.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    #[serde(default = "own_issuer")]
    issuer: String,
    /// The audiences (client ids) of which a token has to have one.
    audiences: Vec<String>,
    /// The issuer's public keys; those of the mock's own issuer when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keys: Option<JwkSet>,
}

impl Provider {
    /// Checks a token: its signature, its issuer, its audience and its end.
    pub(crate) fn check(&self, token: &str) -> Result<Claims, TokenTrouble> {
        let header = decode_header(token).map_err(|_| TokenTrouble::Malformed)?;
        let own = if self.keys.is_none() { key_set().ok() } else { None };
        let keys = self.keys.as_ref().or(own.as_ref()).ok_or(TokenTrouble::Signature)?;
        let key = keys.keys.iter().find(|key| header.kid.is_none() || key.common.key_id == header.kid);
        let key = DecodingKey::from_jwk(key.ok_or(TokenTrouble::Signature)?).map_err(|_| TokenTrouble::Signature)?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.set_audience(&self.audiences);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        match decode::<Members>(token, &key, &validation) {
            Ok(token) => Ok(Claims(token.claims)),
            Err(error) => Err(match error.kind() {
                ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => TokenTrouble::Signature,
                ErrorKind::ExpiredSignature => TokenTrouble::Expired,
                ErrorKind::InvalidAudience => TokenTrouble::Audience,
                ErrorKind::InvalidIssuer => TokenTrouble::Issuer,
                _ => TokenTrouble::Malformed,
            }),
        }
    }
}

/// The claims of a token that was found good.
#[derive(Debug)]
pub(crate) struct Claims(Members);

impl Claims {
    pub(crate) fn issuer(&self) -> &str {
        text(&self.0, "iss")
    }

    pub(crate) fn subject(&self) -> &str {
        text(&self.0, "sub")
    }

    pub(crate) fn audiences(&self) -> Vec<&str> {
        match self.0.get("aud") {
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            Some(one) => one.as_str().into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// What the trust of a role may set conditions about.
    pub(crate) fn facts(&self) -> Vec<(&str, &str)> {
        let mut facts = vec![("oidc:iss", self.issuer()), ("oidc:sub", self.subject())];
        facts.extend(self.audiences().into_iter().map(|audience| ("oidc:aud", audience)));
        facts
    }
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TokenTrouble {
    Malformed,
    Signature,
    Expired,
    Audience,
    Issuer,
}

fn signing_key() -> anyhow::Result<&'static EncodingKey> {
    static KEY: OnceLock<Option<EncodingKey>> = OnceLock::new();
    let made = || material::rsa_key().ok().map(|der| EncodingKey::from_rsa_der(&der));
    KEY.get_or_init(made).as_ref().context("cannot make the issuer's key")
}

/// The issuer of the tokens made here. Its name is reserved (RFC 2606): nobody has it.
pub(crate) const ISSUER: &str = "https://oidc.mock.example";
const KEY_ID: &str = "mock";

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn provider() -> Provider {
        Provider { issuer: own_issuer(), audiences: vec!["vpn".to_owned(), "other".to_owned()], keys: None }
    }

    fn trouble(token: &str) -> Option<TokenTrouble> {
        provider().check(token).err()
    }

    #[test]
    fn a_token_is_good_for_its_audience_until_it_ends() {
        let token = Order::new("vpn", "repo:me/vpn", 60).sign().unwrap();
        let claims = provider().check(&token).unwrap();
        let expected = vec![("oidc:iss", ISSUER), ("oidc:sub", "repo:me/vpn"), ("oidc:aud", "vpn")];
        assert_eq!(claims.facts(), expected);
        assert_eq!(trouble(&Order::new("elsewhere", "s", 60).sign().unwrap()), Some(TokenTrouble::Audience));
        assert_eq!(trouble(&Order::new("vpn", "s", -1).sign().unwrap()), Some(TokenTrouble::Expired));
        let stranger = Order { issuer: "https://else.example".to_owned(), ..Order::new("vpn", "s", 60) };
        assert_eq!(trouble(&stranger.sign().unwrap()), Some(TokenTrouble::Issuer));
        let several = Order { audience: json!(["x", "other"]), ..Order::new("", "s", 60) };
        assert_eq!(provider().check(&several.sign().unwrap()).unwrap().audiences(), ["x", "other"]);
        let early = Order {
            claims: Members::from_iter([("nbf".to_owned(), json!(99_999_999_999_i64))]),
            ..Order::new("vpn", "s", 60)
        };
        assert_eq!(trouble(&early.sign().unwrap()), Some(TokenTrouble::Malformed));
    }

    #[test]
    fn a_token_that_was_changed_or_signed_otherwise_is_refused() {
        let token = Order::new("vpn", "s", 60).sign().unwrap();
        let [header, claims, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        let other = Order::new("vpn", "t", 60).sign().unwrap();
        let swapped = format!("{header}.{}.{signature}", other.split('.').nth(1).unwrap());
        assert_eq!(trouble(&swapped), Some(TokenTrouble::Signature));
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let hmac = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","kid":"mock"}"#);
        let another_key = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"another"}"#);
        for (changed, expected) in [
            (format!("{none}.{claims}."), TokenTrouble::Malformed),
            (format!("{hmac}.{claims}.{signature}"), TokenTrouble::Signature),
            (format!("{another_key}.{claims}.{signature}"), TokenTrouble::Signature),
            (format!("{token}\n"), TokenTrouble::Malformed),
            ("rubbish".to_owned(), TokenTrouble::Malformed),
        ] {
            assert_eq!(trouble(&changed), Some(expected), "{changed}");
        }
    }

    #[test]
    fn the_key_set_is_that_of_the_issuer() {
        let keys = json!(key_set().unwrap());
        assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["kid"]), (&json!("RSA"), &json!("mock")));
        assert!(keys["keys"][0].get("d").is_none(), "{keys}");
        let given = Provider { keys: Some(key_set().unwrap()), ..provider() };
        assert!(given.check(&Order::new("vpn", "s", 60).sign().unwrap()).is_ok());
        let none = Provider { keys: Some(JwkSet { keys: Vec::new() }), ..provider() };
        assert_eq!(none.check(&Order::new("vpn", "s", 60).sign().unwrap()).err(), Some(TokenTrouble::Signature));
    }
}
