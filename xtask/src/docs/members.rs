//! What each member of the official providers' types is called here: the tables in the guide for those who come from them, from the data that
//! `cloudvpn-migrate` works with.

use std::fmt::Write as _;

use anyhow::Context;
use cloudvpn_migrate::table::{self, Cloud, Kind, Member, Read, Write};

/// The guide, whose tables stand between two marks.
pub(super) const GUIDE: &str = "from-official-providers.md";

const BEGIN: &str = "<!-- members: begin -->\n";
const END: &str = "<!-- members: end -->";

/// The guide with the tables as they are to be.
pub(super) fn guide(text: &str) -> anyhow::Result<String> {
    let (before, rest) = text.split_once(BEGIN).with_context(|| format!("the guide {GUIDE} has no {BEGIN}"))?;
    let (_, behind) = rest.split_once(END).with_context(|| format!("the guide {GUIDE} has no {END}"))?;
    Ok(format!("{before}{BEGIN}{}\n{END}{behind}", tables()))
}

fn tables() -> String {
    let mut text = String::new();
    for cloud in Cloud::BOTH {
        let title = match cloud {
            Cloud::Tencent => "Tencent Cloud",
            Cloud::Alibaba => "Alibaba Cloud",
        };
        let _ = write!(text, "\n## {title}\n");
        for (data, word) in [(false, ""), (true, "The data source ")] {
            for kind in table::kinds().filter(|kind| kind.cloud == cloud && kind.data == data) {
                let _ = write!(text, "\n### {word}`{}` becomes `{}`\n\n{}", kind.there, kind.here, rows(kind));
            }
        }
    }
    text
}

fn rows(kind: &Kind) -> String {
    let mut text = "| there | here | |\n| --- | --- | --- |\n".to_owned();
    for member in kind.members {
        let here = if member.here.is_empty() { String::new() } else { format!("`{}`", member.here) };
        // Of two tunnels, each has all of it.
        let here = here.replace("`tunnels.", "`tunnels.master.");
        let _ = writeln!(text, "| `{}` | {here} | {} |", member.there, note(kind, member));
    }
    text
}

fn note(kind: &Kind, member: &Member) -> String {
    let what = match member.write {
        Write::Or(default) => format!("left out there, `{}`, which the command writes", default.trim_matches('"')),
        Write::OneIsTrue => "`true` for 1".to_owned(),
        Write::EnableIsTrue => "`true` for `ENABLE`".to_owned(),
        Write::LowerEnableIsTrue => "`true` for `enable`".to_owned(),
        Write::Commas => "a set, no text with commas".to_owned(),
        Write::OneOf => "one of several".to_owned(),
        Write::Pattern => "one exact name; the command leaves what finds more".to_owned(),
        Write::Lower => "in lower case".to_owned(),
        Write::Object => "an object, no block".to_owned(),
        Write::List if kind.data => String::new(),
        Write::List => "a set of objects, no blocks".to_owned(),
        Write::Tunnels => "an object with `master` and `slave`, by `role`; what follows is said of both".to_owned(),
        Write::Part("ike.local_identity" | "ike.remote_identity") => {
            "`{ address = \"...\" }` or `{ fqdn = \"...\" }`".to_owned()
        }
        Write::Part("prepaid") => "both, with `PREPAID` and only then".to_owned(),
        Write::Part("max_connections") => "only with the types `SSL` and `SSL_CCN`".to_owned(),
        Write::Part("charge_type") => "`PREPAY` for a subscription, `POSTPAY` for what is paid by use".to_owned(),
        Write::Part("period_months" | "auto_pay") => "only with `PREPAY`".to_owned(),
        Write::Part("ssl_max_connections") => "only with `ssl_enabled`".to_owned(),
        Write::Part(_) | Write::Keep | Write::Computed => String::new(),
        Write::Dropped if member.remark.is_empty() && member.read == Read::Path => "not there".to_owned(),
        Write::Dropped => String::new(),
    };
    let always = match member.read {
        Read::Expression(text) if text.starts_with('"') => format!("always `{}`", text.trim_matches('"')),
        Read::Expression(text) if member.here.is_empty() => format!("`{}`", text.trim_start_matches("@.")),
        _ => String::new(),
    };
    let key = if matches!(member.here, "pre_shared_key" | "tunnels.pre_shared_key") {
        "or, in no state, `pre_shared_key_wo`"
    } else {
        ""
    };
    // That rows have another order is said in the guide once.
    let remark = member.remark.replace('@', "r");
    let remark = if kind.data && member.is_block() { String::new() } else { remark };
    [what.as_str(), &always, key, &remark].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_the_tables_stays() {
        let guide = guide(&format!("a\n{BEGIN}obsolete\n{END}\nb\n")).unwrap();
        assert!(
            guide.starts_with(&format!("a\n{BEGIN}\n## Tencent Cloud\n")) && guide.ends_with(&format!("\n{END}\nb\n")),
            "{guide}"
        );
        assert!(!guide.contains("obsolete"));
        assert_eq!(super::guide(&guide).unwrap(), guide);
        assert!(super::guide("none").unwrap_err().to_string().contains("members: begin"));
    }

    #[test]
    fn every_member_has_a_row_or_a_reason() {
        for kind in table::kinds() {
            for member in kind.members.iter().filter(|member| member.here.is_empty()) {
                assert!(!note(kind, member).is_empty(), "{}.{}", kind.there, member.there);
            }
        }
    }
}
