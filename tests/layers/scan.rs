//! Reads Rust source far enough to see which layer of the crate it names. It works on tokens, so it also sees into macros.

use std::collections::BTreeSet;

/// The modules at the root of the crate that the source of `module` names, by `crate::`, `cloudvpn::` or `super::`.
pub(crate) fn reached(source: &str, module: &[String]) -> BTreeSet<String> {
    let tokens = tokens(source);
    let mut found = BTreeSet::new();
    // The module a token stands in, with the depth of braces at which it ends.
    let mut inline: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => depth += 1,
            "}" => {
                depth = usize::saturating_sub(depth, 1);
                inline.pop_if(|(_, start)| *start == depth);
            }
            "mod" if tokens.get(at + 2).is_some_and(|t| t == "{") => inline.push((tokens[at + 1].clone(), depth)),
            // What follows a path is no start of one.
            "crate" | "cloudvpn" | "super" if at == 0 || tokens[at - 1] != "::" || is_root(&tokens, at) => {
                let here: Vec<_> = module.iter().cloned().chain(inline.iter().map(|(name, _)| name.clone())).collect();
                let base = if tokens[at] == "super" { here } else { Vec::new() };
                at = follow(&tokens, at, base, &mut found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Every identifier that a path begins with.
pub(crate) fn first_segments(source: &str) -> BTreeSet<String> {
    let tokens = tokens(source);
    let starts = (0..tokens.len()).filter(|at| {
        is_word(&tokens[*at])
            && tokens.get(at + 1).is_some_and(|next| next == "::")
            && (*at == 0 || tokens[at - 1] != "::" || is_root(&tokens, *at))
    });
    starts.map(|at| tokens[at].clone()).collect()
}

/// Follows a path from its first word, and each branch of a group; returns where it ends. `base` is where `super` starts.
fn follow(tokens: &[String], mut at: usize, mut base: Vec<String>, found: &mut BTreeSet<String>) -> usize {
    loop {
        match tokens.get(at).map(String::as_str) {
            Some("super") => {
                base.pop();
            }
            Some("crate" | "cloudvpn") => base.clear(),
            Some("self") => {}
            Some("{") => return follow_group(tokens, at + 1, &base, found),
            Some(word) if is_word(word) => {
                base.push(word.to_owned());
                found.insert(base[0].clone());
                // The layer is settled; only `super` could leave it, and it cannot follow a name.
                return at + 1;
            }
            _ => return at,
        }
        if tokens.get(at + 1).is_none_or(|next| next != "::") {
            return at + 1;
        }
        at += 2;
    }
}

/// The branches of `{a::b, c}`, from behind the opening brace to behind the closing one.
fn follow_group(tokens: &[String], mut at: usize, base: &[String], found: &mut BTreeSet<String>) -> usize {
    while tokens.get(at).is_some_and(|token| token != "}") {
        at = follow(tokens, at, base.to_vec(), found).max(at + 1);
        let mut depth = 0;
        while let Some(token) = tokens.get(at) {
            match token.as_str() {
                "," if depth == 0 => break,
                "}" if depth == 0 => return at + 1,
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        at += 1;
    }
    at + 1
}

/// Whether the `::` before this token begins a path, as in `::cloudvpn::plugin`.
fn is_root(tokens: &[String], at: usize) -> bool {
    at < 2 || (!is_word(&tokens[at - 2]) && tokens[at - 2] != ">") || KEYWORDS.contains(&tokens[at - 2].as_str())
}

/// Keywords that stand before a path that begins with `::`.
const KEYWORDS: &[&str] = &["use", "as", "in", "impl", "for", "dyn", "return", "match", "if", "mut"];

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::` and single signs, without comments and literals.
fn tokens(source: &str) -> Vec<String> {
    let chars: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let c = chars[at];
        at += match c {
            '/' if rest.starts_with(&['/', '/']) => rest.iter().take_while(|c| **c != '\n').count(),
            '/' if rest.starts_with(&['/', '*']) => block_comment(rest),
            '"' => string(rest),
            '\'' => character(rest),
            c if c.is_alphanumeric() || c == '_' => {
                let word: String = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
                let length = word.chars().count();
                match (word.as_str(), raw_string(&rest[length..])) {
                    ("r" | "br" | "cr", Some(raw)) => length + raw,
                    _ => {
                        tokens.push(word);
                        length
                    }
                }
            }
            ':' if rest.starts_with(&[':', ':']) => {
                tokens.push("::".to_owned());
                2
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                1
            }
        };
    }
    tokens
}

/// Length of a block comment; they nest.
fn block_comment(rest: &[char]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (at, depth) = (at + 2, depth + 1),
            ['*', '/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// Length of what follows `r` in a raw string; `None` if it is none.
fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest.iter().take_while(|c| **c == '#').count();
    if rest.get(hashes) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let length = rest[hashes + 1..].windows(end.len()).position(|window| window == end);
    Some(length.map_or(rest.len(), |length| hashes + 1 + length + end.len()))
}

/// Length of a character literal; of a lifetime, only its apostrophe.
fn character(rest: &[char]) -> usize {
    match rest {
        ['\'', '\\', ..] => 3 + rest.iter().skip(3).take_while(|c| **c != '\'').count(),
        ['\'', _, '\'', ..] => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(module: &str, source: &str) -> Vec<String> {
        let module: Vec<_> = module.split("::").map(str::to_owned).collect();
        reached(source, &module).into_iter().collect()
    }

    #[test]
    fn a_use_and_a_path_in_the_middle_of_code_are_seen() {
        assert_eq!(from("cloud::retry", "use crate::framework::path::Path;"), ["framework"]);
        assert_eq!(
            from("cloud::retry", "fn f() -> crate::provider::X { cloudvpn::plugin::y() }"),
            ["plugin", "provider"]
        );
        assert_eq!(from("cloud", "use ::cloudvpn::plugin;"), ["plugin"]);
        assert_eq!(from("cloud", "pub(in crate::plugin) fn f() {}"), ["plugin"]);
    }

    #[test]
    fn every_branch_of_a_group_is_seen() {
        assert_eq!(
            from("cloud", "use crate::{cloud::{a, b::{self, c}}, framework as f, provider::*}; use std::fmt;"),
            ["cloud", "framework", "provider"]
        );
        assert_eq!(from("cloud", "use {std::fmt, crate::plugin::x};"), ["plugin"]);
    }

    #[test]
    fn climbing_out_of_a_layer_is_seen_and_climbing_inside_is_not() {
        assert_eq!(from("framework::path", "use super::super::cloud::X;"), ["cloud"]);
        assert_eq!(from("framework::server::plan", "use super::super::raw::Raw;"), ["framework"]);
        assert_eq!(from("framework::path", "use super::{raw, super::plugin};"), ["framework", "plugin"]);
        assert_eq!(from("framework", "use super::cloud;"), ["cloud"]);
    }

    #[test]
    fn super_in_an_inline_module_starts_there() {
        assert_eq!(from("framework::path", "mod tests { use super::super::raw; } use super::raw;"), ["framework"]);
        assert_eq!(from("framework::path", "mod tests { fn f() {} } use super::super::cloud;"), ["cloud"]);
        assert_eq!(from("framework", "mod a { mod b { use super::super::super::cloud; } }"), ["cloud"]);
    }

    #[test]
    fn macros_are_seen_and_texts_and_comments_are_not() {
        assert_eq!(from("cloud", "vec![crate::plugin::X]"), ["plugin"]);
        assert_eq!(
            from("cloud", "// crate::plugin::X\n/* crate::a /* crate::b */ crate::c */ /// [`crate::d`]"),
            [""; 0]
        );
        assert_eq!(from("cloud", r###"f("crate::a \" crate::b", r#"crate::c " crate::d"#, '"', b'\'') "###), [""; 0]);
        assert_eq!(from("cloud", "fn f<'a>(x: &'a crate::framework::X) { let c = '\\u{1F}'; }"), ["framework"]);
    }

    #[test]
    fn a_word_after_a_path_is_no_start() {
        assert_eq!(from("cloud", "a::cloudvpn::plugin()"), [""; 0]);
        assert_eq!(from("cloud", "struct S { cloudvpn: u8 }"), [""; 0]);
    }

    #[test]
    fn paths_begin_with_their_crate() {
        let first = first_segments("use tonic::Status; fn f() { a::reqwest::get(); ::prost::x(); } // rmp::y");
        assert_eq!(first.into_iter().collect::<Vec<_>>(), ["a", "prost", "tonic"]);
    }
}
