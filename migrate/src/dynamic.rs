//! Names for what dynamic blocks iterate over.

use crate::references::Iterated;
use crate::table::{Member, Write};

/// The variables of the `for` expression that a dynamic block becomes. They have to be free in what the block says.
pub(crate) fn names(member: &Member, content: &str) -> Iterated {
    let name = match member.write {
        Write::List => "p",
        Write::Tunnels => "t",
        _ if member.there.contains('.') => "k",
        _ => "b",
    };
    Iterated { value: free(name, content), key: free("i", content) }
}

fn free(name: &str, content: &str) -> String {
    let words: Vec<_> = content.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').collect();
    let mut name = name.to_owned();
    while words.contains(&name.as_str()) {
        name.push('_');
    }
    name
}
