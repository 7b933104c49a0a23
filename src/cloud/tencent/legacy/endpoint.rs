//! The address of API 2.0.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

use crate::cloud::endpoint::{InvalidEndpoint, parse};

/// An address to use instead of `https://vpc.api.qcloud.com/v2/index.php`. Without a path, it gets
/// that of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl Default for Endpoint {
    fn default() -> Self {
        Self(Url::parse("https://vpc.api.qcloud.com/v2/index.php").expect("the literal is an address"))
    }
}

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    /// Reads `https://vpc.api.qcloud.com/v2/index.php`, `http://127.0.0.1:8080`, or a bare host, for
    /// which HTTPS is used.
    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        let mut url = parse(text)?;
        if url.path() == "/" {
            url.set_path(PATH);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

const PATH: &str = "/v2/index.php";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_api_is_added_where_there_is_none() {
        for (text, expected) in [
            ("vpc.api.qcloud.com", "https://vpc.api.qcloud.com/v2/index.php"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v2/index.php"),
            ("http://127.0.0.1:8080/v2/index.php", "http://127.0.0.1:8080/v2/index.php"),
        ] {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_cannot_be_signed_is_refused() {
        for text in ["", "ftp://h", "https://h/v2/index.php?a=b", "https://user:password@h", "http://"] {
            assert!(text.parse::<Endpoint>().is_err(), "{text}");
        }
    }
}
