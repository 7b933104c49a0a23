//! Which providers a module has: `required_providers`, provider blocks, and what modules are given.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Attribute, Block, Body};

use crate::edits::Edits;
use crate::references::span;
use crate::report::Remarks;
use crate::source::File;
use crate::table::Cloud;

/// What is known about the whole configuration.
#[derive(Default)]
pub(crate) struct Uses {
    /// Of which clouds something was rewritten, by directory.
    pub(crate) rewritten: BTreeMap<PathBuf, BTreeSet<Cloud>>,
    /// Clouds of whose official provider something stays, by directory.
    pub(crate) stays: BTreeMap<PathBuf, BTreeSet<Cloud>>,
    /// Directories with modules from elsewhere, which may use an official provider.
    pub(crate) unseen: BTreeSet<PathBuf>,
    /// Directories of modules that a directory uses.
    pub(crate) modules: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl Uses {
    /// A directory, and all that it uses.
    fn reached(&self, from: &Path) -> BTreeSet<PathBuf> {
        let mut reached = BTreeSet::new();
        let mut next = vec![from.to_owned()];
        while let Some(directory) = next.pop() {
            if reached.insert(directory.clone()) {
                next.extend(self.modules.get(&directory).into_iter().flatten().cloned());
            }
        }
        reached
    }

    fn is_rewritten(&self, from: &Path, cloud: Cloud) -> bool {
        let any = |directory: &PathBuf| self.rewritten.get(directory).is_some_and(|clouds| clouds.contains(&cloud));
        self.reached(from).iter().any(any)
    }

    fn stays(&self, from: &Path, cloud: Cloud) -> bool {
        let any = |directory: &PathBuf| {
            self.unseen.contains(directory) || self.stays.get(directory).is_some_and(|clouds| clouds.contains(&cloud))
        };
        self.reached(from).iter().any(any)
    }
}

/// The directory of a module, from that of its caller; none for one from elsewhere.
pub(crate) fn module_directory(caller: &Path, source: &str) -> Option<PathBuf> {
    if !source.starts_with("./") && !source.starts_with("../") {
        return None;
    }
    let mut directory = caller.to_owned();
    for step in source.split('/').filter(|step| !step.is_empty() && *step != ".") {
        if step != ".." {
            directory.push(step);
        } else if !directory.pop() {
            return None;
        }
    }
    Some(directory)
}

/// A file that is being changed.
pub(crate) struct Changing<'a> {
    pub(crate) file: &'a File,
    pub(crate) edits: &'a mut Edits,
    pub(crate) remarks: &'a mut Remarks,
}

/// Sees to the providers of one directory.
pub(crate) fn directory(path: &Path, files: &mut [Changing<'_>], uses: &Uses) {
    let mut needed = uses.rewritten.contains_key(path);
    let blocks = provider_blocks(path, files, uses);
    needed |= !blocks.is_empty();
    write_provider_blocks(path, files, &blocks, uses);
    for changing in files.iter_mut() {
        needed |= modules(path, changing, uses);
    }
    if needed {
        required(path, files, uses);
    }
}

/// File and block of official providers that ours is made from, by alias.
type Blocks = BTreeMap<Option<String>, Vec<(usize, usize, Cloud)>>;

fn provider_blocks(path: &Path, files: &[Changing<'_>], uses: &Uses) -> Blocks {
    let mut found = Blocks::new();
    for (index, changing) in files.iter().enumerate() {
        for block in changing.file.blocks("provider") {
            let name = block.labels.first().map_or("", |label| label.as_str());
            let Some(cloud) =
                Cloud::BOTH.into_iter().find(|cloud| cloud.provider() == name && uses.is_rewritten(path, *cloud))
            else {
                continue;
            };
            found.entry(alias(block)).or_default().push((index, span(block).start, cloud));
        }
    }
    // Where ours is there already, somebody has seen to it.
    for changing in files {
        for block in changing.file.blocks("provider").filter(|block| is_ours(block)) {
            if let Some(blocks) = found.get_mut(&alias(block)) {
                blocks.retain(|(_, _, cloud)| !block.body.has_blocks(cloud.block()));
            }
        }
    }
    found.retain(|_, blocks| !blocks.is_empty());
    found
}

fn is_ours(block: &Block) -> bool {
    block.labels.first().is_some_and(|label| label.as_str() == "cloudvpn")
}

fn alias(block: &Block) -> Option<String> {
    let value = block.body.get_attribute("alias")?;
    value.value.as_str().map(str::to_owned)
}

fn write_provider_blocks(path: &Path, files: &mut [Changing<'_>], blocks: &Blocks, uses: &Uses) {
    for (alias, blocks) in blocks {
        let existing = files.iter().position(|changing| {
            changing.file.blocks("provider").any(|block| is_ours(block) && self::alias(block) == *alias)
        });
        let mut inner = Vec::new();
        for (index, start, cloud) in blocks {
            let changing = &mut files[*index];
            let block =
                changing.file.body.blocks().find(|block| span(*block).start == *start).expect("it was found there");
            inner.push(cloud_block(changing, block, *cloud));
        }
        let head = alias.as_ref().map(|alias| format!("  alias = {alias:?}\n\n")).unwrap_or_default();
        let text = format!("provider \"cloudvpn\" {{\n{head}{}\n}}", inner.join("\n\n"));
        if let Some(existing) = existing {
            let changing = &mut files[existing];
            let block = changing
                .file
                .blocks("provider")
                .find(|block| is_ours(block) && self::alias(block) == *alias)
                .expect("it was found there");
            add(changing.file, changing.edits, block, &format!("\n{}", inner.join("\n\n")));
        }
        // Ours stands where the last of theirs does, or behind it.
        let last = blocks.len() - 1;
        for (at, (index, start, cloud)) in blocks.iter().enumerate() {
            let changing = &mut files[*index];
            let block =
                changing.file.body.blocks().find(|block| span(*block).start == *start).expect("it was found there");
            let range = span(block);
            match (uses.stays(path, *cloud), at == last && existing.is_none()) {
                (true, true) => changing.edits.replace(range.end..range.end, format!("\n\n{text}")),
                (true, false) => {}
                (false, true) => changing.edits.replace(range, text.clone()),
                (false, false) => changing.edits.replace(with_blank_line(&changing.file.text, range), ""),
            }
        }
    }
}

/// A block with its line and the blank line after it.
fn with_blank_line(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let rest = &text[range.end..];
    let blanks = rest.len() - rest.trim_start_matches(['\n', '\r', ' ']).len();
    range.start..range.end + blanks
}

/// Arguments that mean the same: theirs and ours. Keys among them are carried where they are references.
const ARGUMENTS: &[(Cloud, &str, &str)] = &[
    (Cloud::Tencent, "region", "region"),
    (Cloud::Tencent, "secret_id", "secret_id"),
    (Cloud::Tencent, "secret_key", "secret_key"),
    (Cloud::Tencent, "security_token", "token"),
    (Cloud::Tencent, "profile", "profile"),
    (Cloud::Tencent, "allowed_account_ids", "allowed_account_ids"),
    (Cloud::Tencent, "forbidden_account_ids", "forbidden_account_ids"),
    (Cloud::Alibaba, "region", "region"),
    (Cloud::Alibaba, "access_key", "access_key_id"),
    (Cloud::Alibaba, "secret_key", "access_key_secret"),
    (Cloud::Alibaba, "security_token", "security_token"),
    (Cloud::Alibaba, "profile", "profile"),
    (Cloud::Alibaba, "credentials_uri", "credentials_uri"),
];

const SECRETS: &[&str] = &["secret_id", "secret_key", "security_token", "access_key"];

/// Arguments that say nothing here.
const MEANINGLESS: &[&str] = &[
    "alias",
    "version",
    "configuration_source",
    "skip_region_validation",
    "max_retry_timeout",
    "client_read_timeout",
    "client_connect_timeout",
];

/// Names there and here.
type Members = &'static [(&'static str, &'static str)];

/// Blocks, and what their members are here.
const ROLES: &[(Cloud, &str, &str, Members)] = &[
    (
        Cloud::Tencent,
        "assume_role",
        "assume_role",
        &[
            ("role_arn", "role_arn"),
            ("session_name", "session_name"),
            ("session_duration", "duration"),
            ("policy", "policy"),
            ("external_id", "external_id"),
            ("source_identity", "source_identity"),
        ],
    ),
    (
        Cloud::Tencent,
        "assume_role_with_web_identity",
        "assume_role_with_web_identity",
        &[
            ("provider_id", "provider_id"),
            ("role_arn", "role_arn"),
            ("session_name", "session_name"),
            ("session_duration", "duration"),
            ("web_identity_token", "token"),
            ("web_identity_token_file", "token_file"),
        ],
    ),
    (
        Cloud::Alibaba,
        "assume_role",
        "assume_role",
        &[
            ("role_arn", "role_arn"),
            ("session_name", "session_name"),
            ("session_expiration", "duration"),
            ("policy", "policy"),
            ("external_id", "external_id"),
        ],
    ),
    (
        Cloud::Alibaba,
        "assume_role_with_oidc",
        "assume_role_with_oidc",
        &[
            ("oidc_provider_arn", "oidc_provider_arn"),
            ("role_arn", "role_arn"),
            ("role_session_name", "session_name"),
            ("session_expiration", "duration"),
            ("oidc_token", "token"),
            ("oidc_token_file", "token_file"),
            ("policy", "policy"),
        ],
    ),
];

fn cloud_block(changing: &mut Changing<'_>, block: &Block, cloud: Cloud) -> String {
    let mut lines = Vec::new();
    for attribute in block.body.attributes() {
        let name = attribute.key.as_str();
        if MEANINGLESS.contains(&name) || is_unset(&attribute.value) {
            continue;
        }
        let text = changing.edits.render(&changing.file.text, span(&attribute.value));
        let role = match (cloud, name) {
            (Cloud::Tencent, "cam_role_name") | (Cloud::Alibaba, "ecs_role_name") => {
                Some(format!("    instance_role {{\n      name = {text}\n    }}"))
            }
            (Cloud::Alibaba, "shared_credentials_file") => Some(format!("    shared_config_files = [{text}]")),
            _ => None,
        };
        if let Some(role) = role {
            lines.push(role);
            continue;
        }
        match ARGUMENTS.iter().find(|(of, there, _)| *of == cloud && *there == name) {
            Some(_) if SECRETS.contains(&name) && is_literal(&attribute.value) => {
                let text = format!(
                    "{name} stands in the configuration: it is not carried; give the provider its key by the environment or a variable"
                );
                changing.remarks.add(changing.file, span(attribute).start, text);
            }
            Some((_, _, here)) => lines.push(format!("    {here} = {text}")),
            None => changing.remarks.add(
                changing.file,
                span(attribute).start,
                format!("{name} of the provider is not carried; see the provider's page"),
            ),
        }
    }
    for inner in block.body.blocks() {
        let ident = inner.ident.as_str();
        match ROLES.iter().find(|(of, there, _, _)| *of == cloud && *there == ident) {
            Some((_, _, here, members)) => lines.push(role(changing, &inner.body, here, members)),
            None => changing.remarks.add(
                changing.file,
                span(inner).start,
                format!("{ident} of the provider is not carried; see the provider's page"),
            ),
        }
    }
    if lines.is_empty() {
        format!("  {} {{}}", cloud.block())
    } else {
        format!("  {} {{\n{}\n  }}", cloud.block(), crate::align::align(&lines.join("\n")))
    }
}

fn role(changing: &mut Changing<'_>, body: &Body, here: &str, members: &[(&str, &str)]) -> String {
    let mut lines = Vec::new();
    for attribute in body.attributes() {
        let name = attribute.key.as_str();
        if is_unset(&attribute.value) {
            continue;
        }
        let text = changing.edits.render(&changing.file.text, span(&attribute.value));
        match members.iter().find(|(there, _)| *there == name) {
            // Seconds there, a duration here.
            Some((_, "duration")) => {
                let duration = if is_literal(&attribute.value) {
                    format!("\"{}s\"", text.trim_matches('"'))
                } else {
                    format!("\"${{{text}}}s\"")
                };
                lines.push(format!("      duration = {duration}"));
            }
            Some((_, "token")) if is_literal(&attribute.value) => {
                changing.remarks.add(
                    changing.file,
                    span(attribute).start,
                    format!("{name} stands in the configuration: it is not carried"),
                );
            }
            Some((_, member)) => lines.push(format!("      {member} = {text}")),
            None => changing.remarks.add(
                changing.file,
                span(attribute).start,
                format!("{name} of {here} is not carried; see the provider's page"),
            ),
        }
    }
    format!("    {here} {{\n{}\n    }}", crate::align::align(&lines.join("\n")))
}

fn is_unset(value: &Expression) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

fn is_literal(value: &Expression) -> bool {
    matches!(value, Expression::String(_) | Expression::Number(_) | Expression::Bool(_))
}

/// Gives modules ours beside theirs. Says whether any is given one.
fn modules(path: &Path, changing: &mut Changing<'_>, uses: &Uses) -> bool {
    let mut any = false;
    for block in changing.file.blocks("module") {
        let Some(attribute) = block.body.get_attribute("providers") else { continue };
        let Some(object) = attribute.value.as_object() else { continue };
        // What is not seen may need either.
        let source = block.body.get_attribute("source").and_then(|source| source.value.as_str()).unwrap_or_default();
        let Some(inner) = module_directory(path, source) else { continue };
        let mut ours: BTreeMap<String, String> = BTreeMap::new();
        let mut kept = Vec::new();
        let mut conflict = false;
        for (key, value) in object.iter() {
            let key = match key {
                ObjectKey::Ident(name) => name.to_string(),
                ObjectKey::Expression(key) => changing.file.text[span(key)].trim_matches(['(', ')', '"']).to_owned(),
            };
            let value = changing.file.text[span(value.expr())].trim_matches('"').to_owned();
            let cloud = Cloud::BOTH.into_iter().find(|cloud| value.split('.').next() == Some(cloud.provider()));
            if cloud.is_none_or(|cloud| !uses.is_rewritten(&inner, cloud) || uses.stays(&inner, cloud)) {
                kept.push(format!("{key} = {value}"));
            }
            let Some(cloud) = cloud.filter(|cloud| uses.is_rewritten(path, *cloud)) else { continue };
            let rename = |text: &str| {
                text.strip_prefix(cloud.provider())
                    .map(|rest| format!("cloudvpn{rest}"))
                    .unwrap_or_else(|| text.to_owned())
            };
            let (key, value) = (rename(&key), rename(&value));
            conflict |= ours.get(&key).is_some_and(|other| *other != value);
            ours.insert(key, value);
        }
        if object.iter().any(|(key, _)| key.as_ident().is_some_and(|ident| ident.as_str() == "cloudvpn"))
            || ours.is_empty()
        {
            continue;
        }
        if conflict {
            let text =
                "the module is given two official providers with different aliases: which of ours is it to have?";
            changing.remarks.add(changing.file, span(attribute).start, text);
        }
        any = true;
        let indent = " ".repeat(4);
        let lines: Vec<_> = kept
            .into_iter()
            .chain(ours.into_iter().map(|(key, value)| format!("{key} = {value}")))
            .map(|line| format!("{indent}{line}"))
            .collect();
        let text = format!("{{\n{}\n  }}", crate::align::align(&lines.join("\n")));
        changing.edits.replace(span(&attribute.value), text);
    }
    any
}

/// `required_providers` of a directory: without it, Terraform would look for hashicorp/cloudvpn.
fn required(path: &Path, files: &mut [Changing<'_>], uses: &Uses) {
    let mut found = false;
    for changing in files.iter_mut() {
        for terraform in changing.file.blocks("terraform") {
            if let Some(version) = terraform.body.get_attribute("required_version") {
                look_at_version(changing.file, version, changing.remarks);
            }
            for block in terraform.body.blocks().filter(|block| block.ident.as_str() == "required_providers") {
                found = true;
                require(path, changing.file, changing.edits, block, uses);
            }
        }
    }
    if found {
        return;
    }
    // Beside a terraform block, or a resource; a file of its own could get in the way of one that is made elsewhere.
    let block = "required_providers {\n    cloudvpn = {\n      source = \"cloudvpn/cloudvpn\"\n    }\n  }";
    for changing in files.iter_mut() {
        if let Some(terraform) = changing.file.blocks("terraform").next() {
            add(changing.file, changing.edits, terraform, &format!("\n  {block}"));
            return;
        }
    }
    let first = files.iter().position(|changing| {
        changing.file.body.blocks().any(|block| is_rewritten(block) || block.ident.as_str() == "provider")
    });
    let Some(changing) = first.map(|first| &mut files[first]) else { return };
    let text = &changing.file.text;
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let end = text.len();
    let already = changing.edits.tail(end);
    changing.edits.replace(end..end, format!("{already}{newline}\nterraform {{\n  {block}\n}}\n"));
}

fn is_rewritten(block: &Block) -> bool {
    crate::references::ours(block).is_some()
}

fn require(path: &Path, file: &File, edits: &mut Edits, block: &Block, uses: &Uses) {
    if block.body.has_attribute("cloudvpn") {
        return;
    }
    let mut aliases = Vec::new();
    for cloud in Cloud::BOTH {
        let Some(attribute) = block.body.get_attribute(cloud.provider()) else { continue };
        if let Some(object) = attribute.value.as_object() {
            let list = object
                .iter()
                .find(|(key, _)| key.as_ident().is_some_and(|ident| ident.as_str() == "configuration_aliases"));
            if let Some(list) = list.and_then(|(_, value)| value.expr().as_array()) {
                let names = list.iter().map(|name| file.text[span(name)].replacen(cloud.provider(), "cloudvpn", 1));
                aliases.extend(names);
            }
        }
    }
    aliases.sort();
    aliases.dedup();
    let aliases = if aliases.is_empty() {
        String::new()
    } else {
        format!("\n      configuration_aliases = [{}]", aliases.join(", "))
    };
    let entry =
        crate::align::align(&format!("    cloudvpn = {{\n      source = \"cloudvpn/cloudvpn\"{aliases}\n    }}"));
    let at = add(file, edits, block, &entry);
    for cloud in Cloud::BOTH {
        let Some(attribute) = block.body.get_attribute(cloud.provider()) else { continue };
        if !uses.is_rewritten(path, cloud) || uses.stays(path, cloud) {
            continue;
        }
        let range = span(attribute);
        let begin = file.text[..range.start].rfind('\n').map_or(range.start, |line| line + 1);
        let finish = file.text[range.end..].find('\n').map_or(range.end, |line| range.end + line + 1);
        if file.text[begin..range.start].trim().is_empty()
            && file.text[range.end..finish].trim().is_empty()
            && at.is_some_and(|at| finish <= at)
        {
            edits.replace(begin..finish, "");
        }
    }
}

/// Adds lines at the end of a block. Says where, if the block has lines of its own.
fn add(file: &File, edits: &mut Edits, block: &Block, lines: &str) -> Option<usize> {
    let range = span(block);
    let close = range.end - 1;
    let open = range.start + file.text[range.clone()].find('{').map_or(0, |brace| brace + 1);
    let line = |at: usize| file.text[..at].rfind('\n').map_or(0, |line| line + 1);
    let indent = &file.text[line(range.start)..range.start];
    let indent = if indent.trim().is_empty() { indent } else { "" };
    let inner = edits.render(&file.text, open..close);
    if inner.contains('\n') && file.text[line(close)..close].trim().is_empty() {
        let at = line(close);
        edits.replace(at..at, format!("{lines}\n"));
        return Some(at);
    }
    let inner = if inner.trim().is_empty() { String::new() } else { format!("{indent}  {}\n", inner.trim()) };
    edits.replace(open..close, format!("\n{inner}{lines}\n{indent}"));
    None
}

/// `moved` between types came with Terraform 1.8.
fn look_at_version(file: &File, attribute: &Attribute, remarks: &mut Remarks) {
    let Some(text) = attribute.value.as_str() else { return };
    let low = text.split(',').any(|part| {
        let part = part.trim();
        let lower = part.trim_start_matches(['>', '=', '~', ' ']);
        let mut numbers = lower.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
        let version = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        !part.starts_with(['<', '!']) && version < (1, 8)
    });
    if low {
        let text = format!("required_version {text:?}: moved blocks between types need Terraform 1.8 or OpenTofu 1.10");
        remarks.add(file, span(attribute).start, text);
    }
}
