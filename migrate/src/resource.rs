//! An official resource or data source as ours.

use std::ops::Range;

use hcl_edit::structure::{Attribute, Block, Body, Structure};

use self::gaps::{comments, split, with_comments};
use self::obstacles::occurrences;
use crate::edits::Edits;
use crate::object::{self, Entry, Node};
use crate::references::span;
use crate::report::Remarks;
use crate::source::File;
use crate::special::{self, Given};
use crate::table::{Kind, Member, Write};
use crate::value::{Value, convert};

mod blocks;
mod gaps;
mod obstacles;

pub(crate) use self::obstacles::obstacles;

const META: &[&str] = &["count", "depends_on", "for_each", "provider"];
const META_BLOCKS: &[&str] = &["connection", "lifecycle", "provisioner", "timeouts"];

/// Rewrites the block: its head in place, its body as a whole.
pub(crate) fn rewrite(
    file: &File,
    block: &Block,
    kind: &'static Kind,
    enabled: Option<&str>,
    edits: &mut Edits,
    remarks: &mut Remarks,
) {
    let label = span(&block.labels[0]);
    let quote = if file.text[label.clone()].starts_with('"') { "\"" } else { "" };
    edits.replace(label, format!("{quote}{}{quote}", kind.here));

    let whole = span(block);
    let head = block.labels.last().map_or_else(|| span(&block.ident).end, |label| span(label).end);
    let open = head + file.text[head..].find('{').expect("a block has a brace") + 1;
    let close = whole.end - 1;
    let mut conversion = Conversion {
        file,
        kind,
        edits,
        remarks: Remarks::default(),
        body: &block.body,
        indent: indent_of(&file.text, whole.start),
        roots: Vec::new(),
        placed: 0,
        orphans: String::new(),
    };
    conversion.body(open..close);
    if let Some(enabled) = enabled {
        conversion.leaf(leaf("enabled".to_owned(), Node::text(enabled)), "");
    }
    let text = conversion.finish(open..close);
    remarks.0.append(&mut conversion.remarks.0);
    if text != edits.render(&file.text, open..close) {
        edits.replace(open..close, text);
    }
}

fn indent_of(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |line| line + 1);
    text[line..].len() - text[line..].trim_start_matches(' ').len()
}

/// A line or an object of the new body.
struct Root {
    key: String,
    /// What stands before it: blank lines, comments, and the blanks of its own line.
    lead: Option<String>,
    is: Is,
    tail: String,
}

enum Is {
    Line(String),
    Node(Node),
}

/// A leaf on its way: its path here, from the resource on.
struct Leaf {
    path: String,
    node: Node,
    lead: Vec<String>,
    tail: String,
    after: Vec<String>,
}

struct Conversion<'a> {
    file: &'a File,
    kind: &'static Kind,
    edits: &'a Edits,
    remarks: Remarks,
    body: &'a Body,
    indent: usize,
    roots: Vec<Root>,
    /// How many things were put anywhere.
    placed: usize,
    /// Comments that nothing follows any more.
    orphans: String,
}

impl Given for Conversion<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        self.body.get_attribute(name).map(|attribute| self.value_of(attribute))
    }
}

impl Conversion<'_> {
    fn body(&mut self, inner: Range<usize>) {
        let body = self.body;
        let mut at = inner.start;
        let mut pending = String::new();
        let mut done: Vec<&str> = Vec::new();
        let items: Vec<_> = body.iter().collect();
        // What follows the brace in its line is kept by `finish`.
        at += split(&self.file.text[at..items.first().map_or(inner.end, |item| span(*item).start)]).0;
        for (index, item) in items.iter().enumerate() {
            let range = span(*item);
            let next = items.get(index + 1).map_or(inner.end, |item| span(*item).start);
            let tail = split(&self.file.text[range.end..next]).0;
            let own = &self.file.text[at..range.start];
            let blank = |text: &str| text.starts_with("\n\n") || text.starts_with("\r\n\r\n");
            let lead = match std::mem::take(&mut pending) {
                kept if kept == "\n" && blank(own) => own.to_owned(),
                kept => kept + own,
            };
            let comment = self.file.text[range.end..range.end + tail].trim_end().to_owned();
            at = range.end + tail;
            let before = (self.roots.len(), self.placed);
            match item {
                Structure::Attribute(attribute) => self.attribute(attribute, &lead, &comment, &mut done),
                Structure::Block(block) => self.block(block, &lead, &comment, &mut done),
            }
            if self.roots.len() == before.0 && blank(&lead) {
                // Nothing is left where it stood: a blank line before it is now before what follows.
                pending.push('\n');
            }
            if self.placed == before.1 {
                // The comments of what vanished stay with what follows.
                for comment in comments(&lead).into_iter().chain(comments(&comment)) {
                    pending.push_str(&format!("\n{}{comment}", " ".repeat(self.indent + 2)));
                }
            }
        }
        self.orphans = pending.trim_start_matches('\n').to_owned();
        self.defaults();
    }

    fn attribute(&mut self, attribute: &Attribute, lead: &str, tail: &str, done: &mut Vec<&'static str>) {
        let name = attribute.key.as_str();
        let range = span(attribute);
        if META.contains(&name) {
            let text = if name == "provider" { self.provider(attribute) } else { self.text(range) };
            self.line(name, text, lead, tail);
            return;
        }
        let Some(member) = self.kind.member(name) else { return };
        if let Write::Part(part) = member.write {
            self.part(part, member, lead, tail, done);
            return;
        }
        let value = self.value_of(attribute);
        self.look(member, attribute, &value);
        match (member.write, convert(member, &value)) {
            (Write::Computed | Write::Dropped, _) if value.is_unset() => {}
            (Write::Computed | Write::Dropped, _) => {
                self.remarks.add(self.file, range.start, format!("{name} has no counterpart; dropped"));
            }
            (_, None) => {}
            (_, Some(_)) if member.is_block() => {}
            (_, Some(text)) if !member.here.contains('.') => {
                let between = &self.file.text[span(&attribute.key).end..span(&attribute.value).start];
                self.line(member.here, format!("{}{between}{text}", member.here), lead, tail);
            }
            (_, Some(text)) => {
                self.leaf(
                    Leaf { tail: tail.to_owned(), ..leaf(member.here.to_owned(), Node::Text(text, value.indent)) },
                    lead,
                );
            }
        }
        for part in self.parts_decided_by(name) {
            self.part_alone(part, done);
        }
    }

    /// Parts that this argument decides about, where no member of theirs is given.
    fn parts_decided_by(&self, name: &str) -> Vec<&'static str> {
        let parts = self.kind.members.iter().filter_map(|member| match member.write {
            Write::Part(part) if special::deciders(self.kind, part).contains(&name) => Some((part, member)),
            _ => None,
        });
        let mut found: Vec<_> = parts.map(|(part, _)| part).collect();
        found.dedup();
        found
    }

    fn is_given(&self, part: &str) -> bool {
        let mut members =
            self.kind.members.iter().filter(|member| member.write == Write::Part(static_part(part, self.kind)));
        members.any(|member| self.body.has_attribute(member.there))
    }

    fn part_alone(&mut self, part: &'static str, done: &mut Vec<&'static str>) {
        if self.is_given(part) || done.contains(&part) {
            return;
        }
        done.push(part);
        if let Some(text) = special::part(part, self) {
            self.leaf(leaf(part.to_owned(), Node::text(text)), "");
        }
    }

    fn part(&mut self, part: &'static str, member: &Member, lead: &str, tail: &str, done: &mut Vec<&'static str>) {
        if !done.contains(&part) {
            done.push(part);
            if part == "ike.local_identity" || part == "ike.remote_identity" {
                self.compare_identities(done);
            }
            if let Some(text) = special::part(part, self) {
                let leaf = Leaf { tail: tail.to_owned(), ..leaf(part.to_owned(), Node::text(text)) };
                if part.contains('.') {
                    self.leaf(leaf, lead);
                } else {
                    let Node::Text(text, _) = leaf.node else { return };
                    self.line(part, format!("{part} = {text}"), lead, tail);
                }
            }
        }
        for part in self.parts_decided_by(member.there) {
            self.part_alone(part, done);
        }
    }

    /// The official provider looks at the local kind for both sides.
    fn compare_identities(&mut self, done: &[&str]) {
        let kind = |side: &str| {
            self.value(&format!("ike_{side}_identity"))
                .map_or_else(|| "ADDRESS".to_owned(), |value| value.text.trim_matches('"').to_owned())
        };
        let (local, remote) = (kind("local"), kind("remote"));
        let both = done.iter().filter(|part| part.ends_with("_identity")).count() == 2;
        if both && local != remote {
            let at = self
                .body
                .get_attribute("ike_remote_identity")
                .or_else(|| self.body.get_attribute("ike_local_identity"));
            if let Some(at) = at {
                let text = "both sides identify themselves in different ways, of which the official provider sends the local one's for both; see the plan";
                self.remarks.add(self.file, span(at).start, text);
            }
        }
    }

    fn block(&mut self, block: &Block, lead: &str, tail: &str, done: &mut Vec<&'static str>) {
        let ident = block.ident.as_str();
        if META_BLOCKS.contains(&ident) {
            let range = span(block);
            let text = if ident == "timeouts" {
                let open = range.start + self.file.text[range.clone()].find('{').expect("a block has a brace");
                format!("timeouts = {}", self.text(open..range.end))
            } else {
                self.look_at_lifecycle(block);
                self.text(range)
            };
            self.line(ident, text, lead, tail);
            return;
        }
        let name = if ident == "dynamic" { block.labels.first().map_or("", |label| label.as_str()) } else { ident };
        let Some(member) = self.kind.member(name) else { return };
        if member.write != Write::Object {
            if done.contains(&member.there) {
                // The first of them has taken it along.
                self.placed += 1;
                if let Some(root) = self.roots.last_mut() {
                    root.tail.push_str(tail);
                }
                return;
            }
            done.push(member.there);
        }
        let mut leaves = self.leaves(self.body, block, member, "");
        if let Some(last) = leaves.last_mut() {
            last.tail.push_str(tail);
        }
        for (index, leaf) in leaves.into_iter().enumerate() {
            self.leaf(leaf, if index == 0 { lead } else { "" });
        }
    }

    fn look_at_lifecycle(&mut self, block: &Block) {
        if self.kind.there == "alicloud_vpn_customer_gateway"
            && let Some(attribute) = block.body.get_attribute("create_before_destroy")
        {
            let text = "create_before_destroy of a customer gateway: one address has one there, so that a new one cannot be made before \
                            the other is gone";
            self.remarks.add(self.file, span(attribute).start, text);
        }
    }

    fn look(&mut self, member: &Member, attribute: &Attribute, value: &Value) {
        let key = matches!(member.here, "pre_shared_key" | "tunnels.pre_shared_key" | "saml_metadata");
        if key && !value.is_unset() && value.literal.is_some() {
            let text =
                format!("{} stands in the configuration: better a variable that is sensitive", attribute.key.as_str());
            self.remarks.add(self.file, span(attribute).start, text);
        }
    }

    /// Those of the resource itself. A connection with two tunnels has its proposals in them.
    fn defaults(&mut self) {
        if self.kind.data {
            return;
        }
        let tunnels = self.kind.members.iter().any(|member| {
            let (plain, repeated) = occurrences(self.body, member.name());
            member.write == Write::Tunnels && plain.len() + repeated.len() > 0
        });
        for leaf in self.defaults_of("", "", self.body) {
            if !(tunnels && leaf.path.contains('.')) {
                self.leaf(leaf, "");
            }
        }
    }

    fn line(&mut self, key: &str, text: String, lead: &str, tail: &str) {
        self.placed += 1;
        self.roots.push(Root {
            key: key.to_owned(),
            lead: Some(lead.to_owned()),
            is: Is::Line(text),
            tail: tail.to_owned(),
        });
    }

    /// Puts a leaf into the object at the top that it belongs to, or makes it a line.
    fn leaf(&mut self, mut leaf: Leaf, lead: &str) {
        self.placed += 1;
        let path = leaf.path.clone();
        let steps: Vec<_> = path.split('.').collect();
        let first = steps[0].to_owned();
        let mut here = (!lead.is_empty()).then(|| lead.to_owned());
        if let [_] = steps.as_slice() {
            if here.is_some() {
                let whole = std::mem::take(&mut leaf.lead)
                    .into_iter()
                    .map(|line| format!("\n{}{line}", " ".repeat(self.indent + 2)));
                here = Some(with_comments(lead, &whole.collect::<String>()));
            }
            let at = self.place(&first, here.is_none());
            self.roots.insert(at, Root { key: first, lead: here, is: Is::Node(leaf.node), tail: leaf.tail });
            return;
        }
        let found =
            self.roots.iter().position(|root| root.key == first && matches!(root.is, Is::Node(Node::Object(_))));
        if found.is_some() {
            leaf.lead.splice(0..0, comments(lead));
        }
        let index = found.unwrap_or_else(|| {
            let at = self.place(&first, here.is_none());
            self.roots.insert(
                at,
                Root { key: first.clone(), lead: here, is: Is::Node(Node::Object(Vec::new())), tail: String::new() },
            );
            at
        });
        if let Is::Node(Node::Object(entries)) = &mut self.roots[index].is {
            object::insert(entries, &steps[1..], leaf.entry());
        }
    }

    /// Where something goes that stood nowhere: before `lifecycle` and the like. A key stands before what it was in.
    fn place(&self, key: &str, nowhere: bool) -> usize {
        if !nowhere {
            return self.roots.len();
        }
        let last = self
            .roots
            .iter()
            .rposition(|root| !["lifecycle", "provisioner", "connection", "timeouts"].contains(&root.key.as_str()));
        let _ = key;
        last.map_or(0, |last| last + 1)
    }

    fn finish(&self, inner: Range<usize>) -> String {
        let source = &self.file.text[inner.clone()];
        let items: Vec<_> = self.body.iter().collect();
        let first = items.first().map_or(inner.end, |item| span(*item).start);
        let head = split(&self.file.text[inner.start..first]).0;
        let mut text = source[..head].trim_end().to_owned();
        let blank = " ".repeat(self.indent + 2);
        for root in &self.roots {
            let lead = match &root.lead {
                Some(lead) if lead.contains('\n') => lead.clone(),
                Some(lead) => format!("\n{blank}{}", lead.trim_start()),
                None if matches!(root.is, Is::Node(Node::Object(_))) => format!("\n\n{blank}"),
                None => format!("\n{blank}"),
            };
            text.push_str(&lead);
            match &root.is {
                Is::Line(line) => text.push_str(line),
                Is::Node(node) => {
                    let entry = Entry::new(&root.key, node.clone());
                    text.push_str(entry.render(self.indent + 2).trim_start());
                }
            }
            text.push_str(&root.tail);
        }
        if !self.orphans.is_empty() {
            text.push_str(&format!("\n{}", self.orphans));
        }
        let rest = match items.last() {
            Some(item) => {
                let end = span(*item).end;
                &self.file.text[end + split(&self.file.text[end..inner.end]).0..inner.end]
            }
            None => &source[head..],
        };
        if self.roots.is_empty() || rest.contains('\n') {
            text.push_str(rest);
        } else {
            text.push_str(&format!("\n{}", " ".repeat(self.indent)));
        }
        text
    }

    fn provider(&mut self, attribute: &Attribute) -> String {
        let text = self.text(span(attribute));
        let theirs = self.kind.cloud.provider();
        let value = span(&attribute.value);
        let said = self.file.text[value.clone()].trim_matches('"').to_owned();
        let name = said.split('.').next().unwrap_or_default();
        if name == theirs {
            let before = &self.file.text[span(attribute).start..value.start];
            return format!("{before}cloudvpn{}", &said[theirs.len()..]);
        }
        self.remarks.add(self.file, value.start, format!("provider = {said}: what is its counterpart?"));
        text
    }

    fn value_of(&self, attribute: &Attribute) -> Value {
        let text = self.text(span(&attribute.value));
        Value::new(&attribute.value, text, indent_of(&self.file.text, span(attribute).start))
    }

    fn text(&self, range: Range<usize>) -> String {
        self.edits.render(&self.file.text, range)
    }
}

impl Leaf {
    fn entry(self) -> Entry {
        Entry { key: String::new(), node: self.node, lead: self.lead, tail: self.tail, after: self.after }
    }
}

fn leaf(path: String, node: Node) -> Leaf {
    Leaf { path, node, lead: Vec::new(), tail: String::new(), after: Vec::new() }
}

fn static_part(part: &str, kind: &Kind) -> &'static str {
    let parts = kind.members.iter().filter_map(|member| match member.write {
        Write::Part(name) => Some(name),
        _ => None,
    });
    parts.into_iter().find(|name| *name == part).unwrap_or("")
}
