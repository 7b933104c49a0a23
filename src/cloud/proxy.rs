//! The proxy variables of the environment: reqwest obeys them, and ignores in silence what it cannot read.

use std::env;

use reqwest::Url;

/// Whether calls to `url` would go another way than the environment says.
///
/// Gives an error that names the variable and never shows its value, which may hold a password: for one that is no address, and for one
/// that would be used for `url` but is of a kind that is not supported.
pub(crate) fn check(url: &Url) -> Result<(), String> {
    check_in(url, &|name| env::var(name).ok())
}

fn check_in(url: &Url, environment: &dyn Fn(&str) -> Option<String>) -> Result<(), String> {
    let set = |names: [&'static str; 2]| {
        names
            .into_iter()
            .find_map(|name| environment(name).filter(|value| !value.is_empty()).map(|value| (name, value)))
    };
    let own = match url.scheme() {
        "https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let used = set(own).or_else(|| set(ALL)).map(|(name, _)| name);
    let exempt = set(["NO_PROXY", "no_proxy"]).is_some_and(|(_, hosts)| exempts(&hosts, url)) || is_loopback(url);
    for names in [["HTTPS_PROXY", "https_proxy"], ["HTTP_PROXY", "http_proxy"], ALL] {
        let Some((name, value)) = set(names) else { continue };
        match scheme(&value) {
            None => return Err(format!("the environment variable {name} is no address of a proxy, {SUCH_AS}")),
            Some(scheme) if !SUPPORTED.contains(&&*scheme) && used == Some(name) && !exempt => {
                return Err(format!(
                    "the environment variable {name} names a proxy of a kind that is not supported here: it has to be one for HTTP, {SUCH_AS}"
                ));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Whether `text` is the address of a proxy of a kind that is supported.
pub fn is_proxy(text: &str) -> bool {
    scheme(text).is_some_and(|scheme| SUPPORTED.contains(&&*scheme))
}

/// A mock on this machine is not behind the proxy.
pub(crate) fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http" && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// The scheme of the address of a proxy: HTTP where it names none.
fn scheme(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
    // What browsers put up with, reqwest does not.
    if rest.starts_with('/') || !value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return None;
    }
    let url = Url::parse(&format!("{scheme}://{rest}")).ok()?;
    url.host_str().filter(|host| !host.is_empty()).map(|_| url.scheme().to_owned())
}

/// Whether `NO_PROXY` names the host of `url`, or a domain that it is in.
fn exempts(hosts: &str, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let named = |entry: &str| {
        let domain = entry.trim_start_matches('.');
        entry == "*" || host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
    };
    hosts.split(',').map(str::trim).filter(|entry| !entry.is_empty()).any(named)
}

const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
const SUPPORTED: [&str; 2] = ["http", "https"];
const SUCH_AS: &str = "such as http://proxy.example.com:3128";

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(url: &str, environment: &[(&str, &str)]) -> Result<(), String> {
        let find = |name: &str| environment.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
        check_in(&Url::parse(url).unwrap(), &find)
    }

    #[test]
    fn a_malformed_variable_is_named_and_its_value_is_not_shown() {
        for variable in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            for value in [
                "http://u:hidden@",
                "http://u:hidden@proxy:port",
                "://hidden",
                "http://hidden proxy:1",
                "http://hidden:1 ",
                "http:///hidden",
                "http://[::1:80",
            ] {
                for url in ["https://vpc.aliyuncs.com", "http://127.0.0.1:8080"] {
                    let error = checked(url, &[(variable, value)]).unwrap_err();
                    assert!(error.contains(variable) && !error.contains("hidden"), "{value}: {error}");
                }
            }
        }
    }

    #[test]
    fn a_kind_that_is_not_supported_is_an_error_where_it_would_be_used() {
        let socks = ("ALL_PROXY", "socks5://127.0.0.1:1080");
        let url = "https://vpc.aliyuncs.com";
        assert!(checked(url, &[socks]).unwrap_err().contains("ALL_PROXY"));
        for others in [("HTTPS_PROXY", "http://proxy:3128"), ("NO_PROXY", "*"), ("no_proxy", "x, .aliyuncs.com")] {
            assert_eq!(checked(url, &[socks, others]), Ok(()), "{others:?}");
        }
        assert!(checked(url, &[socks, ("NO_PROXY", "example.com,uncs.com")]).is_err());
        assert_eq!(checked("http://localhost:1", &[socks]), Ok(()));
    }

    #[test]
    fn what_reqwest_understands_is_fine() {
        for value in [
            "http://proxy:3128",
            "HTTPS://u:p%40ss@proxy.example:443/",
            "proxy:3128",
            "10.0.0.1:8080",
            "u:p@proxy:1",
            "",
        ] {
            assert_eq!(checked("https://vpc.aliyuncs.com", &[("HTTPS_PROXY", value)]), Ok(()), "{value}");
        }
    }
}
