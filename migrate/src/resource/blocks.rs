//! Blocks of a resource as nested attributes.

use hcl_edit::structure::{Attribute, Block, Body, Structure};

use super::gaps::{comments, split};
use super::obstacles::{occurrences, roles};
use super::{Conversion, Leaf, leaf};
use crate::dynamic;
use crate::object::{self, Entry, Node};
use crate::references::{below, join, span};
use crate::table::{Member, Write};
use crate::value::convert;

impl Conversion<'_> {
    /// The leaves of a block, or of all blocks that make one value together.
    pub(super) fn leaves(&mut self, parent: &Body, block: &Block, member: &'static Member, above: &str) -> Vec<Leaf> {
        let path = below(member.here, above).unwrap_or(member.here).to_owned();
        if block.ident.as_str() == "dynamic" {
            let mut leaves = self.dynamic(block, member, &path);
            if let Some(first) = leaves.first_mut() {
                first.lead.splice(0..0, self.loose_comments(block));
            }
            return leaves;
        }
        match member.write {
            Write::List => {
                let (plain, _) = occurrences(parent, member.name());
                let mut nodes = Vec::new();
                for (index, block) in plain.into_iter().enumerate() {
                    let mut entries = self.entries(block, member);
                    if let Some(first) = entries.first_mut().filter(|_| index > 0) {
                        first.lead.splice(0..0, self.comments_before(parent, block));
                    }
                    nodes.push(Node::Object(entries));
                }
                vec![leaf(path, Node::List(nodes))]
            }
            Write::Tunnels => {
                let (plain, repeated) = occurrences(parent, member.name());
                let roles = roles(&plain, &repeated).unwrap_or_default();
                let mut leaves = Vec::new();
                for (index, (block, role)) in plain.into_iter().zip(roles).enumerate() {
                    let mut tunnel = leaf(format!("{path}.{role}"), Node::Object(self.entries(block, member)));
                    if index > 0 {
                        tunnel.lead = self.comments_before(parent, block);
                    }
                    leaves.push(tunnel);
                }
                leaves
            }
            _ => self.inner(block, member),
        }
    }

    /// Comments between what precedes a block and it.
    fn comments_before(&self, parent: &Body, block: &Block) -> Vec<String> {
        let start = span(block).start;
        let ends = parent.iter().map(|item| span(item).end).filter(|end| *end <= start);
        let Some(end) = ends.max() else { return Vec::new() };
        let gap = &self.file.text[end..start];
        comments(&gap[split(gap).0..])
    }

    /// Comments in a block, but not in what is in it.
    fn loose_comments(&self, block: &Block) -> Vec<String> {
        let range = span(block);
        let mut end = range.start + self.file.text[range.clone()].find('{').map_or(0, |brace| brace + 1);
        let mut found = Vec::new();
        for item in block.body.iter() {
            let item = span(item);
            found.extend(comments(&self.file.text[end..item.start]));
            end = item.end;
        }
        found.extend(comments(&self.file.text[end..range.end - 1]));
        found
    }

    fn dynamic(&mut self, block: &Block, member: &'static Member, path: &str) -> Vec<Leaf> {
        let Some(content) = block.body.get_blocks("content").next() else { return Vec::new() };
        let Some(each) = block.body.get_attribute("for_each") else { return Vec::new() };
        let each = self.value_of(each);
        let names = dynamic::names(member, &self.file.text[span(content)]);
        let text = self.text(span(content));
        let key = |text: &str| if mentions(text, &names.key) { format!("{}, ", names.key) } else { String::new() };
        match member.write {
            Write::List => {
                let head = format!("for {}{} in {} :", key(&text), names.value, each.text);
                let before = format!("length({}) == 0 ? null : [{head} {{", each.text);
                vec![leaf(
                    path.to_owned(),
                    Node::Within { before, entries: self.entries(content, member), after: "}]".to_owned() },
                )]
            }
            Write::Tunnels => {
                let role = content
                    .body
                    .get_attribute("role")
                    .map(|attribute| self.value_of(attribute))
                    .filter(|role| !role.is_unset());
                let position = format!("{} == 0 ? \"master\" : \"slave\"", names.key);
                let role = role.map_or_else(|| position.clone(), |role| format!("coalesce({}, {position})", role.text));
                let before = format!(
                    "one([for s in [{}] : {{ for {}, {} in s : {role} => {{",
                    each.text, names.key, names.value
                );
                let after = "} } if length(s) > 0])".to_owned();
                vec![leaf(path.to_owned(), Node::Within { before, entries: self.entries(content, member), after })]
            }
            _ => {
                let head = format!("for {}{} in {} :", key(&text), names.value, each.text);
                let mut own = Vec::new();
                let mut others = Vec::new();
                for inner in self.inner(content, member) {
                    match below(&inner.path, path).map(str::to_owned) {
                        Some(path) => object::insert(&mut own, &path.split('.').collect::<Vec<_>>(), inner.entry()),
                        None => others.push(inner),
                    }
                }
                let mut leaves = vec![leaf(
                    path.to_owned(),
                    Node::Within { before: format!("one([{head} {{"), entries: own, after: "}])".to_owned() },
                )];
                leaves.extend(others.into_iter().map(|other| match other.node {
                    Node::Text(text, indent) => {
                        Leaf { node: Node::Text(format!("one([{head} {text}])"), indent), ..other }
                    }
                    _ => other,
                }));
                leaves
            }
        }
    }

    /// The members of an object, as entries of it.
    fn entries(&mut self, block: &Block, member: &'static Member) -> Vec<Entry> {
        let mut entries = Vec::new();
        for inner in self.inner_below(block, member, member.here) {
            let path = inner.path.clone();
            object::insert(&mut entries, &path.split('.').collect::<Vec<_>>(), inner.entry());
        }
        entries
    }

    /// The leaves of a block's body, from where the object around it is: a tunnel, or the resource.
    fn inner(&mut self, block: &Block, member: &'static Member) -> Vec<Leaf> {
        let above = if member.here.starts_with("tunnels.") { "tunnels" } else { "" };
        self.inner_below(block, member, above)
    }

    fn inner_below(&mut self, block: &Block, member: &'static Member, above: &str) -> Vec<Leaf> {
        let body = &block.body;
        let mut leaves: Vec<Leaf> = Vec::new();
        let items: Vec<_> = body.iter().collect();
        let close = span(block).end - 1;
        let head = span(block).start;
        let mut end = head + self.file.text[head..close].find('{').map_or(0, |brace| brace + 1);
        let mut lists: Vec<&str> = Vec::new();
        let mut orphans: Vec<String> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let range = span(*item);
            let mut lead = std::mem::take(&mut orphans);
            lead.extend(comments(&self.file.text[end..range.start]));
            let rest = items.get(index + 1).map_or(close, |item| span(*item).start);
            let tail = split(&self.file.text[range.end..rest]).0;
            let tail_text = self.file.text[range.end..range.end + tail].trim_end().to_owned();
            let tail_text = if tail_text.trim_start().starts_with(['#', '/']) { tail_text } else { String::new() };
            end = range.end + tail;
            let before = leaves.len();
            match item {
                Structure::Attribute(attribute) => leaves.extend(self.inner_attribute(attribute, member, above)),
                Structure::Block(block) => {
                    let name = if block.ident.as_str() == "dynamic" {
                        block.labels.first().map_or("", |label| label.as_str())
                    } else {
                        block.ident.as_str()
                    };
                    let Some(inner) = self.kind.member(&join(member.there, name)) else { continue };
                    if inner.write != Write::Object {
                        if lists.contains(&inner.there) {
                            continue;
                        }
                        lists.push(inner.there);
                    }
                    leaves.extend(self.leaves(body, block, inner, above));
                }
            }
            match leaves.get_mut(before) {
                Some(first) => {
                    lead.append(&mut first.lead);
                    first.lead = lead;
                    if let Some(last) = leaves.last_mut() {
                        last.tail.push_str(&tail_text);
                    }
                }
                // The comments of what vanished stay with what follows.
                None => {
                    orphans = lead;
                    orphans.extend(comments(&tail_text));
                }
            }
        }
        orphans.extend(comments(&self.file.text[end..close]));
        if let Some(last) = leaves.last_mut() {
            last.after.extend(orphans);
        }
        leaves.extend(self.defaults_of(member.there, above, body));
        leaves
    }

    fn inner_attribute(&mut self, attribute: &Attribute, parent: &'static Member, above: &str) -> Option<Leaf> {
        let member = self.kind.member(&join(parent.there, attribute.key.as_str()))?;
        let value = self.value_of(attribute);
        self.look(member, attribute, &value);
        match member.write {
            Write::Computed | Write::Dropped => {
                let nothing =
                    value.is_unset() || member.there.ends_with("probe_type") && value.plain().as_deref() == Some("NQA");
                if !nothing {
                    self.remarks.add(
                        self.file,
                        span(attribute).start,
                        format!("{} has no counterpart; dropped", member.there),
                    );
                }
                return None;
            }
            Write::Part(_) => return None,
            _ if member.is_block() => return None,
            _ => {}
        }
        let text = convert(member, &value)?;
        let path = below(member.here, above).unwrap_or(member.here).to_owned();
        Some(leaf(path, Node::Text(text, value.indent)))
    }

    /// The defaults of what a block leaves out, and of blocks that it leaves out itself.
    pub(super) fn defaults_of(&self, block: &str, above: &str, body: &Body) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        for member in self.kind.members_of(block) {
            let path = || below(member.here, above).unwrap_or(member.here).to_owned();
            match member.write {
                Write::Or(default) if !body.has_attribute(member.name()) => {
                    leaves.push(leaf(path(), Node::text(default)))
                }
                Write::Object => {
                    let (plain, repeated) = occurrences(body, member.name());
                    if plain.is_empty() && repeated.is_empty() {
                        leaves.extend(self.defaults_of(member.there, above, &Body::new()));
                    }
                }
                _ => {}
            }
        }
        leaves
    }
}

fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}
