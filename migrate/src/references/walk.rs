//! One traversal, step by step: what it names, and what that is called here.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::join;
use crate::table::{Kind, Read, Write};

/// What an expression is, as far as it matters: an official object, several of them, or a block of one.
#[derive(Clone, Debug)]
pub(crate) struct Ty {
    pub(super) kind: &'static Kind,
    /// The block, as a path there; empty for the object itself.
    pub(super) path: String,
    /// Of an object that somebody put together: what its members are, and under `*` what those of unknown names are.
    fields: Option<Rc<BTreeMap<String, Self>>>,
}

impl Ty {
    /// An official object.
    pub(super) fn object(kind: &'static Kind) -> Self {
        Self { kind, path: String::new(), fields: None }
    }

    /// A block of one.
    fn block(kind: &'static Kind, path: String) -> Self {
        Self { kind, path, fields: None }
    }

    /// An object with such members, if there are any.
    pub(super) fn of_fields(fields: BTreeMap<String, Self>) -> Option<Self> {
        let kind = fields.values().next()?.kind;
        Some(Self { kind, path: "?".to_owned(), fields: Some(Rc::new(fields)) })
    }

    /// What an element of it is.
    pub(super) fn element(self) -> Option<Self> {
        let Some(fields) = &self.fields else { return Some(self) };
        let first = fields.values().next()?;
        let alike = fields.values().all(|field| field.there() == first.there() && field.path == first.path);
        alike.then(|| first.clone())
    }

    /// A member of an object that somebody put together; none of an official one.
    pub(super) fn field(&self, name: &str) -> Option<Self> {
        let fields = self.fields.as_ref()?;
        fields.get(name).or_else(|| fields.get("*")).cloned()
    }

    pub(super) fn is_put_together(&self) -> bool {
        self.fields.is_some()
    }

    fn there(&self) -> &'static str {
        self.kind.there
    }

    /// Whether it is what a data source found, which is never null.
    pub(super) fn is_rows(&self) -> bool {
        self.kind.data && !self.path.contains('.')
    }
}

/// A list that may be null, as one that is empty then.
pub(super) fn or_none(list: &str) -> String {
    format!("try({list}[*], [])")
}

/// Both tunnels as a list, which is empty where there are none.
pub(super) fn tunnels(object: &str) -> String {
    format!("try(values({object}), [])")
}

pub(super) enum Operation {
    Attribute(String),
    Splat(String),
    Index(String, Option<u64>),
    /// An index by a text: a key, or an attribute.
    Quoted(String, String),
}

/// A traversal as it becomes.
pub(super) struct Walk {
    base: String,
    /// What follows: the steps of paths, and operators between them.
    steps: Vec<(bool, String)>,
    ty: Option<Ty>,
    /// Whether it may be several objects still, of which a text in brackets is a key.
    several: bool,
}

/// What is to be said of a step, and whether it is always.
pub(super) type Said = Option<(String, bool)>;

impl Walk {
    pub(super) fn new(base: String, ty: Option<Ty>) -> Self {
        Self { base, steps: Vec::new(), ty, several: false }
    }

    /// The same of a resource's name, which stands for all of its objects.
    pub(super) fn of_resource(base: String, ty: Option<Ty>) -> Self {
        Self { several: true, ..Self::new(base, ty) }
    }

    pub(super) fn step(&mut self, operation: Operation, more: bool) -> Result<Said, String> {
        let Some(ty) = self.ty.clone() else {
            self.steps.push((false, operation.text()));
            return Ok(None);
        };
        if ty.is_put_together() {
            self.ty = match &operation {
                Operation::Attribute(name) | Operation::Quoted(_, name) => ty.field(name),
                Operation::Index(..) => ty.element(),
                Operation::Splat(_) => Some(ty),
            };
            self.steps.push((false, operation.text()));
            return Ok(None);
        }
        let write = ty.kind.member(&ty.path).map(|member| member.write);
        match operation {
            Operation::Attribute(name) => self.attribute(&ty, &name, more),
            // An object of `count` or `for_each`, or an attribute in brackets.
            Operation::Quoted(text, name) => match ty.kind.member(&join(&ty.path, &name)) {
                Some(_) if !self.several => self.attribute(&ty, &name, more),
                _ => {
                    self.several = false;
                    self.steps.push((false, text));
                    Ok(None)
                }
            },
            Operation::Index(text, number) => {
                self.several = false;
                self.index(&ty, write, text, number)
            }
            Operation::Splat(text) => {
                self.several = false;
                self.splat(&ty, write, text)
            }
        }
    }

    fn index(&mut self, ty: &Ty, write: Option<Write>, text: String, number: Option<u64>) -> Result<Said, String> {
        match (write, number) {
            (Some(Write::Object), _) => Ok(None),
            (Some(Write::Tunnels), Some(number @ (0 | 1))) => {
                let tunnel = ["master", "slave"][usize::from(number == 1)];
                self.steps.push((false, format!(".{tunnel}")));
                Ok(Some((format!("taken for the {tunnel} tunnel; the order there is the service's"), true)))
            }
            (Some(Write::Tunnels), _) => Err("tunnels have no positions here, but are master and slave".to_owned()),
            (Some(Write::List), _) => {
                self.steps.push((false, text));
                let remark = ty.kind.member(&ty.path).map_or("", |member| member.remark);
                Ok((!remark.is_empty()).then(|| (remark.to_owned(), true)))
            }
            _ => {
                self.steps.push((false, text));
                Ok(None)
            }
        }
    }

    fn splat(&mut self, ty: &Ty, write: Option<Write>, text: String) -> Result<Said, String> {
        if write == Some(Write::Tunnels) {
            if self.is_several() {
                return Err("tunnels of several connections: here they are objects with master and slave".to_owned());
            }
            self.base = tunnels(&self.so_far());
            self.steps.clear();
        }
        if write == Some(Write::List) && !ty.is_rows() && !self.is_several() {
            self.base = or_none(&self.so_far());
            self.steps.clear();
        }
        self.steps.push((false, text));
        Ok(None)
    }

    fn attribute(&mut self, ty: &Ty, name: &str, more: bool) -> Result<Said, String> {
        self.several = false;
        let whole = join(&ty.path, name);
        let Some(member) = ty.kind.member(&whole) else {
            self.ty = None;
            self.steps.push((false, format!(".{name}")));
            if ty.path.is_empty() && name == "timeouts" {
                return Ok(None);
            }
            return Err(format!("{} has no {name} that is known; left as it is", ty.kind.there));
        };
        let remark = (!member.remark.is_empty() && member.read != Read::Remark && !member.is_block())
            .then(|| (member.remark.to_owned(), false));
        self.ty = member.is_block().then(|| Ty::block(ty.kind, whole));
        match member.read {
            Read::Expression(expression) if self.is_several() => {
                self.path(ty, member.here)?;
                Err(format!(
                    "of one object it would be {}; of several that is to be written by hand",
                    expression.replace('@', "OBJECT")
                ))
            }
            Read::Expression(expression) => {
                let text = expression.replace('@', &self.so_far());
                let bare = more && !text.starts_with('(') && !text.starts_with("join(");
                self.base = if bare { format!("({text})") } else { text };
                self.steps.clear();
                if more && ty.kind.data {
                    return Ok(Some(("the order of rows is another one here: by id".to_owned(), true)));
                }
                Ok(remark)
            }
            Read::Remark if member.here.is_empty() => {
                self.steps.push((false, format!(".{name}")));
                Err(format!("left as it is: {}", member.remark))
            }
            Read::Remark => {
                let so_far = self.so_far();
                self.path(ty, member.here)?;
                Ok(Some((member.remark.replace('@', &so_far), true)))
            }
            Read::Path if member.here.is_empty() => {
                self.steps.push((false, format!(".{name}")));
                Err("nothing here is that; left as it is".to_owned())
            }
            Read::Path => {
                self.path(ty, member.here)?;
                Ok(remark)
            }
        }
    }

    /// Goes from the path of a block to another one, which is mostly below it.
    fn path(&mut self, from: &Ty, to: &str) -> Result<(), String> {
        let block = from.kind.member(&from.path).map_or("", |member| member.here);
        let steps: Vec<&str> = to.split('.').filter(|step| !step.is_empty()).collect();
        let had: Vec<&str> = block.split('.').filter(|step| !step.is_empty()).collect();
        let common = steps.iter().zip(&had).take_while(|(one, other)| one == other).count();
        let mut between = Vec::new();
        let mut up = had.len() - common;
        while up > 0 {
            match self.steps.pop() {
                Some((true, _)) => up -= 1,
                Some(operator) => between.push(operator),
                None => return Err(format!("{to} is outside of what this names")),
            }
        }
        self.steps.extend(steps[common..].iter().map(|step| (true, format!(".{step}"))));
        self.steps.extend(between.into_iter().rev());
        Ok(())
    }

    fn is_several(&self) -> bool {
        self.steps.iter().any(|(_, step)| step.contains('*'))
    }

    fn so_far(&self) -> String {
        let steps: String = self.steps.iter().map(|(_, step)| step.as_str()).collect();
        format!("{}{steps}", self.base)
    }

    pub(super) fn finish(self) -> (String, Option<Ty>) {
        (self.so_far(), self.ty)
    }
}

impl Operation {
    fn text(self) -> String {
        match self {
            Self::Attribute(name) => format!(".{name}"),
            Self::Splat(text) | Self::Index(text, _) | Self::Quoted(text, _) => text,
        }
    }
}
