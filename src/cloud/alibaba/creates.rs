//! Creates and deletes: every one carries a client token, so that repetitions give the first one's answer.
//!
//! That answer is the best proof of what a create made. Where it cannot be had, the object is looked for as on the other cloud.

use std::collections::HashSet;

use crate::cloud::adopt::{self, Adoption, Candidate, Creation, Repeats, Terms, Wanted};
use crate::cloud::alibaba::client::{Action, Client, Inner};
use crate::cloud::alibaba::tags::{Tag, is_reserved};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;

/// A request that makes an object.
pub(super) trait Makes: Action {
    /// What kind of object.
    const KIND: &'static str;
    /// See [`Wanted::prefix`].
    const PREFIX: Option<&'static str>;

    fn name(&self) -> Option<&str>;

    /// Where the object is to be, among those that could be taken for it.
    fn place(&self) -> String;

    fn id(&self, answer: Self::Answer) -> Option<String>;

    /// The objects that are there, and how like this one they are.
    fn there(&self, client: &Client, ctx: &Ctx, region: &str) -> impl Future<Output = Result<Vec<Candidate>>> + Send;
}

impl Client {
    /// Makes what `request` asks for, and gives its id.
    ///
    /// A call of unknown outcome is repeated with its token, as long as the operation may take. If it ends otherwise, the object is adopted on
    /// proof, see [`Adoption`]. An error with [`Error::is_ambiguous`](crate::cloud::Error::is_ambiguous) means that there may be an object
    /// nevertheless.
    pub(super) async fn made<A: Makes>(&self, ctx: &Ctx, region: &str, request: &A) -> Result<String> {
        let creation = Creating { client: self, region, request };
        Adoption::begin(ctx, &creation, self.terms()).await?.make(ctx).await
    }

    fn terms(&self) -> Terms<'_> {
        let Inner { creates, caller, adoption_window, .. } = &*self.inner;
        Terms { creates, clock: caller.clock(), window: *adoption_window, max_retries: caller.max_retries() }
    }

    /// Asks for an object to be deleted, and tells whether it was still there: one of the codes `gone` says that it was not.
    pub(super) async fn removed<A: Action>(&self, ctx: &Ctx, region: &str, request: &A, gone: &[&str]) -> Result<bool> {
        match self.call(ctx, region, request).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_any_of(gone) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// A create, as the adoption sees it.
struct Creating<'a, A> {
    client: &'a Client,
    region: &'a str,
    request: &'a A,
}

impl<A: Makes> Creation for Creating<'_, A> {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            action: A::NAME,
            region: self.region,
            name: self.request.name(),
            kind: A::KIND,
            place: self.request.place(),
            print: adopt::print(self.request),
            repeats: Repeats::Once,
            prefix: A::PREFIX,
        }
    }

    async fn send(&self, ctx: &Ctx) -> Result<Option<String>> {
        Ok(self.request.id(self.client.call(ctx, self.region, self.request).await?))
    }

    async fn listed(&self, ctx: &Ctx) -> Result<Vec<Candidate>> {
        self.request.there(self.client, ctx, self.region).await
    }

    /// A listing before every create would be one call more for each.
    async fn before(&self, _: &Ctx) -> Result<Option<HashSet<String>>> {
        Ok(None)
    }
}

/// Times of this API are Unix times in milliseconds.
pub(super) fn seconds(time: Option<i64>) -> Option<i64> {
    time.map(|time| time.div_euclid(1000))
}

/// Tags, to compare. Those of the service itself count on neither side.
pub(super) fn pairs<'t>(tags: impl IntoIterator<Item = &'t Tag>) -> impl Iterator<Item = (&'t str, &'t str)> {
    let own = tags.into_iter().filter(|tag| !is_reserved(&tag.key));
    own.map(|tag| (tag.key.as_str(), tag.value.as_str()))
}

/// What a request says, where empty is nothing.
pub(super) fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_the_service_itself_are_not_compared() {
        let tags = ["acs:rm:rgId", "aliyun-k", "team"].map(|key| Tag { key: key.to_owned(), value: "x".to_owned() });
        assert_eq!(Vec::from_iter(pairs(&tags)), [("team", "x")]);
    }
}
