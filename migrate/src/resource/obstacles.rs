//! What keeps a resource from becoming one of ours.

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::{META, META_BLOCKS};
use crate::references::{join, span};
use crate::table::{Kind, Write};
use crate::value::exact;

/// Why it has to stay what it is: what cannot be said here, and where it stands.
pub(crate) fn obstacles(block: &Block, kind: &'static Kind) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    obstacles_of(&block.body, kind, "", &mut found);
    found
}

fn obstacles_of(body: &Body, kind: &'static Kind, path: &str, found: &mut Vec<(usize, String)>) {
    for attribute in body.attributes() {
        let name = attribute.key.as_str();
        if path.is_empty() && META.contains(&name) {
            continue;
        }
        match kind.member(&join(path, name)) {
            None => {
                found.push((span(attribute).start, format!("{} has no {} that is known", kind.there, join(path, name))))
            }
            Some(member) if member.is_block() && !is_empty_list(&attribute.value) => {
                found.push((span(attribute).start, format!("{name} is given as a list, not as a block")));
            }
            Some(member) if member.write == Write::Pattern => {
                let unset = attribute.value.is_null() || attribute.value.as_str().is_some_and(str::is_empty);
                if !unset && attribute.value.as_str().and_then(exact).is_none() {
                    found.push((
                        span(attribute).start,
                        format!("{name} finds more than one exact name, which is all that can be asked for here"),
                    ));
                }
            }
            Some(_) => {}
        }
    }
    for block in body.blocks() {
        let ident = block.ident.as_str();
        if path.is_empty() && META_BLOCKS.contains(&ident) {
            continue;
        }
        let (name, inner) = match ident {
            "dynamic" => {
                let content = block.body.get_blocks("content").next();
                for attribute in ["iterator", "labels"] {
                    if let Some(attribute) = block.body.get_attribute(attribute) {
                        found.push((span(attribute).start, format!("a dynamic block with {}", attribute.key.as_str())));
                    }
                }
                (block.labels.first().map_or("", |label| label.as_str()), content.map(|content| &content.body))
            }
            name => (name, Some(&block.body)),
        };
        let whole = join(path, name);
        match (kind.member(&whole), inner) {
            (Some(member), Some(inner)) if member.is_block() => obstacles_of(inner, kind, &whole, found),
            _ => found.push((span(block).start, format!("{} has no block {whole} that is known", kind.there))),
        }
    }
    for member in kind.members_of(path).filter(|member| member.is_block()) {
        let (plain, repeated) = occurrences(body, member.name());
        let (Some(first), count) = (plain.iter().chain(&repeated).next(), plain.len() + repeated.len()) else {
            continue;
        };
        let at = span(*first).start;
        match member.write {
            Write::Object if count > 1 => found.push((at, format!("{} stands there {count} times", member.there))),
            Write::List if !repeated.is_empty() && count > 1 => {
                found.push((at, format!("{} as dynamic block and beside it", member.there)));
            }
            Write::Tunnels => found.extend(roles(&plain, &repeated).err().map(|reason| (at, reason))),
            _ => {}
        }
    }
}

fn is_empty_list(expression: &Expression) -> bool {
    expression.as_array().is_some_and(hcl_edit::expr::Array::is_empty)
}

/// The blocks of a name, and the dynamic ones.
pub(super) fn occurrences<'a>(body: &'a Body, name: &str) -> (Vec<&'a Block>, Vec<&'a Block>) {
    let plain = body.blocks().filter(|block| block.ident.as_str() == name).collect();
    let repeated = body
        .blocks()
        .filter(|block| {
            block.ident.as_str() == "dynamic" && block.labels.first().is_some_and(|label| label.as_str() == name)
        })
        .collect();
    (plain, repeated)
}

/// Which tunnel each block is.
pub(super) fn roles(plain: &[&Block], repeated: &[&Block]) -> Result<Vec<&'static str>, String> {
    match (plain, repeated) {
        ([], [_]) => Ok(Vec::new()),
        ([first, second], []) => {
            let role = |block: &Block| match block.body.get_attribute("role").map(|attribute| &attribute.value) {
                None => Ok(None),
                Some(Expression::String(role)) if role.as_str() == "master" => Ok(Some("master")),
                Some(Expression::String(role)) if role.as_str() == "slave" => Ok(Some("slave")),
                Some(_) => Err("the role of a tunnel is no literal".to_owned()),
            };
            match (role(first)?, role(second)?) {
                (Some("slave"), Some("master") | None) | (None, Some("master")) => Ok(vec!["slave", "master"]),
                (Some("master") | None, Some("slave") | None) => Ok(vec!["master", "slave"]),
                _ => Err("two tunnels of the same role".to_owned()),
            }
        }
        _ => Err("tunnel_options_specification is neither two blocks nor one that is dynamic".to_owned()),
    }
}
