//! Small pieces of configuration.

use std::fmt;

/// A resource block, one line an attribute so that a diagnostic's code is that attribute.
#[derive(Clone, Debug)]
pub struct Resource {
    kind: &'static str,
    name: String,
    attributes: Vec<(String, String)>,
}

impl Resource {
    pub fn new(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.to_owned(), attributes: Vec::new() }
    }

    /// Its type.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sets an attribute to an expression.
    pub fn with(mut self, attribute: &str, expression: &str) -> Self {
        match self.attributes.iter_mut().find(|(name, _)| name == attribute) {
            Some((_, old)) => *old = expression.to_owned(),
            None => self.attributes.push((attribute.to_owned(), expression.to_owned())),
        }
        self
    }

    pub fn without(mut self, attribute: &str) -> Self {
        self.attributes.retain(|(name, _)| name != attribute);
        self
    }

    /// Sets the attributes of `changes`, lines of `NAME = EXPRESSION`; `NAME =` alone removes one.
    pub fn changed(self, changes: &str) -> Self {
        changes.lines().filter(|line| !line.trim().is_empty()).fold(self, |resource, line| {
            let (name, expression) = line.split_once('=').unwrap_or_else(|| panic!("no attribute: {line}"));
            match (name.trim(), expression.trim()) {
                (name, "") => resource.without(name),
                (name, expression) => resource.with(name, expression),
            }
        })
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "resource \"{}\" \"{}\" {{", self.kind, self.name)?;
        for (name, expression) in &self.attributes {
            match name.as_str() {
                "lifecycle" | "provisioner" => writeln!(f, "  {name} {expression}")?,
                _ => writeln!(f, "  {name} = {expression}")?,
            }
        }
        writeln!(f, "}}")
    }
}

/// A tunnel between the gateways of the mock's small world, with what is required and nothing else.
pub fn tunnel(name: &str) -> Resource {
    Resource::new("cloudvpn_tencent_connection", name)
        .with("name", &format!("{name:?}"))
        .with("vpc_id", "\"vpc-mock0001\"")
        .with("gateway_id", "\"vpngw-mock0001\"")
        .with("customer_gateway_id", "\"cgw-mock0001\"")
        .with("pre_shared_key", "\"a pre-shared key\"")
}

/// The same over API 2.0.
pub fn legacy_tunnel(name: &str) -> Resource {
    Resource { kind: "cloudvpn_tencent_legacy_connection", ..tunnel(name) }.with("remote_cidrs", "[\"192.168.0.0/16\"]")
}

/// A whole configuration: the header and these blocks.
pub fn hcl<T: fmt::Display>(blocks: impl IntoIterator<Item = T>) -> String {
    blocks.into_iter().fold(HEADER.to_owned(), |text, block| format!("{text}\n{block}"))
}

const HEADER: &str = r#"terraform {
  required_providers {
    cloudvpn = { source = "cloudvpn/cloudvpn" }
  }
}
"#;
