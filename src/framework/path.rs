//! Attribute paths: where in a value something stands.

use std::borrow::Cow;
use std::fmt;

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An attribute or a nested block type of an object.
    Attribute(Cow<'static, str>),
    /// A key of a map.
    Key(String),
    /// An index of a list or a tuple.
    Index(i64),
}

/// A path from the root object downwards; empty for the root itself. Elements of sets have no address: a path into a set
/// ends at the set (protocol 6, `AttributePath.Step`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

impl Path {
    /// The whole value.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The path of nested attributes, `["ike", "version"]`.
    pub fn of<const N: usize>(names: [&'static str; N]) -> Self {
        Self(names.into_iter().map(|n| Step::Attribute(Cow::Borrowed(n))).collect())
    }

    #[must_use]
    pub fn attribute(&self, name: impl Into<Cow<'static, str>>) -> Self {
        self.with(Step::Attribute(name.into()))
    }

    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.with(Step::Key(key.into()))
    }

    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)))
    }

    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl From<&'static str> for Path {
    fn from(attribute: &'static str) -> Self {
        Self::root().attribute(attribute)
    }
}

impl<const N: usize> From<[&'static str; N]> for Path {
    fn from(names: [&'static str; N]) -> Self {
        Self::of(names)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if i == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_like_hcl() {
        let path = Path::from("disks").index(1).attribute("labels").key("a b");
        assert_eq!(path.to_string(), r#"disks[1].labels["a b"]"#);
        assert_eq!(Path::root().to_string(), "");
    }
}
