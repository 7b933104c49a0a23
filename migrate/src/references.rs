//! References: wherever an expression names an official resource, or something that stands for one, the names become ours.
//!
//! A walk with the types of what is named: loop variables, locals, `each.value` and the iterators of dynamic blocks are followed. Only the
//! first step of a traversal that is exactly a known type is one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ForExpr, FuncCall, ObjectKey, TraversalOperator};
use hcl_edit::structure::{Attribute, Block, Body, Structure};
use hcl_edit::template::{Directive, Element, Template};

use self::walk::{Operation, Walk, or_none, tunnels};
use crate::dynamic;
use crate::edits::Edits;
use crate::report::Remarks;
use crate::source::File;
use crate::table::{self, Kind, Read, Write};

mod names;
mod walk;

pub(crate) use self::walk::Ty;

#[derive(Clone)]
enum Variable {
    /// A variable that hides what else has its name.
    Other,
    Typed(Ty),
    /// `NAME.value`, which becomes another name where there is one.
    Iterator {
        becomes: Option<Iterated>,
        ty: Option<Ty>,
    },
}

#[derive(Clone)]
pub(crate) struct Iterated {
    pub(crate) value: String,
    pub(crate) key: String,
}

#[derive(Clone, Default)]
pub(crate) struct Scope {
    variables: HashMap<String, Variable>,
}

impl Scope {
    fn with(&self, name: &str, variable: Variable) -> Self {
        let mut scope = self.clone();
        scope.variables.insert(name.to_owned(), variable);
        scope
    }

    fn element(&self, name: &str, ty: Option<Ty>) -> Self {
        self.with(name, ty.map_or(Variable::Other, Variable::Typed))
    }
}

/// What the whole configuration has.
#[derive(Default)]
pub(crate) struct Objects {
    /// Official objects, by directory, as `type.name` and `data.type.name`.
    pub(crate) declared: HashMap<PathBuf, HashSet<String>>,
    /// Those that stay what they are, since something about them cannot be said here.
    pub(crate) left: HashMap<PathBuf, HashSet<String>>,
    /// Whether certificates of SSL clients admit their holders, as another resource says there: the expression, by directory and client.
    pub(crate) switches: HashMap<PathBuf, HashMap<String, String>>,
    /// What `local.NAME`, `var.NAME` and `output.NAME` are, by directory.
    pub(crate) known: HashMap<PathBuf, HashMap<String, Ty>>,
    /// Directories of modules, by those of their callers and their names.
    pub(crate) modules: HashMap<PathBuf, HashMap<String, PathBuf>>,
    /// Variables whose types name the members of objects, by directory.
    pub(crate) constrained: HashMap<PathBuf, HashSet<String>>,
}

impl Objects {
    fn has(map: &HashMap<PathBuf, HashSet<String>>, directory: &Path, key: &str) -> bool {
        map.get(directory).is_some_and(|keys| keys.contains(key))
    }

    pub(crate) fn is_left(&self, directory: &Path, key: &str) -> bool {
        Self::has(&self.left, directory, key)
    }
}

pub(crate) struct Walker<'a> {
    pub(crate) file: &'a File,
    pub(crate) edits: Edits,
    pub(crate) objects: &'a Objects,
    pub(crate) remarks: Remarks,
    /// What turned out to be something, by directory.
    pub(crate) found: Vec<(PathBuf, String, Ty)>,
    /// Whether what is looked at leaves the module.
    output: bool,
}

impl<'a> Walker<'a> {
    pub(crate) fn new(file: &'a File, objects: &'a Objects) -> Self {
        Self { file, edits: Edits::default(), objects, remarks: Remarks::default(), found: Vec::new(), output: false }
    }

    /// Walks the whole file.
    pub(crate) fn walk(&mut self) {
        for structure in self.file.body.iter() {
            let Structure::Block(block) = structure else { continue };
            match block.ident.as_str() {
                // Where something was: that has the old names, and has to.
                "moved" | "removed" => {}
                "locals" => self.locals(block),
                "output" => {
                    self.output = true;
                    self.returned(block);
                    self.output = false;
                }
                "resource" | "data" => self.object(block),
                "module" => self.module(block),
                "import" => {
                    self.import(block);
                    self.body(&block.body, &Scope::default());
                }
                _ => self.body(&block.body, &self.each(&block.body, &Scope::default())),
            }
        }
    }

    /// Ids of routes are put together in other ways there.
    fn import(&mut self, block: &Block) {
        let (Some(to), Some(id)) = (block.body.get_attribute("to"), block.body.get_attribute("id")) else { return };
        let to = &self.file.text[span(&to.value)];
        let mark = match to.split('.').next() {
            Some("tencentcloud_vpn_gateway_route") => '#',
            Some("alicloud_vpn_route_entry") => ':',
            _ => return,
        };
        match id.value.as_str() {
            Some(text) => self.edits.replace(span(&id.value), format!("{:?}", text.replace(mark, "/"))),
            None => self.remarks.add(
                self.file,
                span(id).start,
                format!("the id has slashes here where it has {mark:?} there"),
            ),
        }
    }

    fn returned(&mut self, block: &Block) {
        let name = block.labels.first().map_or("", |label| label.as_str());
        for attribute in block.body.attributes() {
            if let Some(ty) = self.expression(&attribute.value, &Scope::default()) {
                self.found.push((self.file.directory().to_owned(), format!("output.{name}"), ty));
            }
        }
        block.body.blocks().for_each(|block| self.body(&block.body, &Scope::default()));
    }

    /// What a module is given.
    fn module(&mut self, block: &Block) {
        let scope = self.each(&block.body, &Scope::default());
        let name = block.labels.first().map_or("", |label| label.as_str());
        let inner = self.objects.modules.get(self.file.directory()).and_then(|modules| modules.get(name)).cloned();
        for attribute in block.body.attributes() {
            let Some(ty) = self.expression(&attribute.value, &scope) else { continue };
            let argument = attribute.key.as_str();
            if ["for_each", "count", "depends_on", "providers"].contains(&argument) {
                continue;
            }
            match &inner {
                Some(inner) if !Objects::has(&self.objects.constrained, inner, argument) => {
                    self.found.push((inner.clone(), format!("var.{argument}"), ty));
                }
                _ => {
                    let text = format!("{argument} is given whole objects, whose attributes have other names now");
                    self.remarks.add(self.file, span(attribute).start, text);
                }
            }
        }
        block.body.blocks().for_each(|block| self.body(&block.body, &scope));
    }

    fn locals(&mut self, block: &Block) {
        for attribute in block.body.attributes() {
            if let Some(ty) = self.expression(&attribute.value, &Scope::default()) {
                self.found.push((self.file.directory().to_owned(), format!("local.{}", attribute.key.as_str()), ty));
            }
        }
    }

    fn object(&mut self, block: &Block) {
        let mut scope = self.each(&block.body, &Scope::default());
        let kind = ours(block).filter(|_| !self.objects.is_left(self.file.directory(), &key(block)));
        if let Some(kind) = kind {
            scope = scope.with("self", Variable::Typed(Ty::object(kind)));
        }
        match kind {
            Some(kind) => self.official(&block.body, kind, "", &scope),
            None => self.body(&block.body, &scope),
        }
    }

    /// `each.value` in what is made for each of official objects.
    fn each(&self, body: &Body, scope: &Scope) -> Scope {
        let Some(attribute) = body.get_attribute("for_each") else { return scope.clone() };
        let mut trial = Walker::new(self.file, self.objects);
        match trial.expression(&attribute.value, scope).and_then(Ty::element) {
            Some(ty) => scope.with("each", Variable::Iterator { becomes: None, ty: Some(ty) }),
            None => scope.clone(),
        }
    }

    fn body(&mut self, body: &Body, scope: &Scope) {
        for structure in body.iter() {
            match structure {
                Structure::Attribute(attribute) => self.attribute(attribute, scope),
                Structure::Block(block) if block.ident.as_str() == "dynamic" => self.dynamic(block, None, scope),
                Structure::Block(block) => self.body(&block.body, scope),
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, scope: &Scope) {
        self.expression(&attribute.value, scope);
        // Before Terraform 0.12 what something depends on was a text.
        for element in
            attribute.value.as_array().filter(|_| attribute.key.as_str() == "depends_on").into_iter().flatten()
        {
            let Some((there, name)) = element.as_str().and_then(|text| text.split_once('.')) else { continue };
            let whole = format!("{there}.{name}");
            if let Some(kind) = table::resource(there).filter(|_| !self.objects.is_left(self.file.directory(), &whole))
            {
                self.edits.replace(span(element), format!("{}.{name}", kind.here));
            }
        }
    }

    /// The body of an official resource, or of a block of it.
    fn official(&mut self, body: &Body, kind: &'static Kind, path: &str, scope: &Scope) {
        for structure in body.iter() {
            match structure {
                Structure::Attribute(attribute) => {
                    self.expression(&attribute.value, scope);
                }
                Structure::Block(block) if block.ident.as_str() == "dynamic" => {
                    self.dynamic(block, Some((kind, path)), scope)
                }
                Structure::Block(block) if path.is_empty() && block.ident.as_str() == "lifecycle" => {
                    self.lifecycle(block, kind, scope);
                }
                Structure::Block(block) => {
                    let inner = join(path, block.ident.as_str());
                    if kind.member(&inner).is_some() {
                        self.official(&block.body, kind, &inner, scope);
                    } else {
                        self.body(&block.body, scope);
                    }
                }
            }
        }
    }

    fn lifecycle(&mut self, block: &Block, kind: &'static Kind, scope: &Scope) {
        for structure in block.body.iter() {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "ignore_changes" => {
                    if let Expression::Array(array) = &attribute.value {
                        self.ignored(array, kind);
                    }
                }
                Structure::Attribute(attribute) => {
                    self.expression(&attribute.value, scope);
                }
                Structure::Block(block) => self.body(&block.body, scope),
            }
        }
    }

    /// Paths of the resource itself.
    fn ignored(&mut self, array: &hcl_edit::expr::Array, kind: &'static Kind) {
        let mut seen = HashSet::new();
        let mut kept = Vec::new();
        let mut changed = false;
        for element in array.iter() {
            let range = span(element);
            let was = self.text(range.clone());
            let path = self.relative(element, kind);
            changed |= path.as_deref() != Some(&was);
            match path {
                Some(path) if seen.insert(path.clone()) => kept.push((range, path)),
                Some(_) => {}
                None => self.remarks.add(
                    self.file,
                    range.start,
                    format!("ignore_changes has {was}, which has no counterpart; dropped"),
                ),
            }
        }
        if !changed {
            return;
        }
        let range = span(array);
        if kept.len() == array.len() {
            for (range, path) in kept {
                self.edits.replace(range, path);
            }
        } else {
            let paths: Vec<_> = kept.into_iter().map(|(_, path)| path).collect();
            self.edits.replace(range, format!("[{}]", paths.join(", ")));
        }
    }

    fn relative(&mut self, element: &Expression, kind: &'static Kind) -> Option<String> {
        let ty = Ty::object(kind);
        let meta = ["tags", "timeouts"];
        match element {
            Expression::Variable(name) if meta.contains(&name.as_str()) => Some(name.to_string()),
            // Before Terraform 0.12 they were texts.
            Expression::String(name) => Some(kind.member(name)?.here.to_owned()).filter(|here| !here.is_empty()),
            Expression::Variable(name) => Some(kind.member(name)?.here.to_owned()).filter(|here| !here.is_empty()),
            Expression::Traversal(traversal) => {
                let Expression::Variable(name) = &traversal.expr else { return None };
                let first = Operation::Attribute(name.to_string());
                let rest = traversal.operators.iter().map(|operator| self.operation(operator));
                let operations: Vec<_> = std::iter::once(first).chain(rest).collect();
                let mut path = Walk::new(String::new(), Some(ty));
                for operation in operations {
                    path.step(operation, false).ok()?;
                }
                Some(path.finish().0.trim_start_matches('.').to_owned()).filter(|path| !path.is_empty())
            }
            _ => None,
        }
    }

    fn dynamic(&mut self, block: &Block, of: Option<(&'static Kind, &str)>, scope: &Scope) {
        let label = block.labels.first().map_or("", |label| label.as_str());
        let ty = block.body.get_attribute("for_each").and_then(|attribute| self.expression(&attribute.value, scope));
        let path = of.map(|(_, path)| join(path, label));
        let member = of.zip(path.as_deref()).and_then(|((kind, _), path)| kind.member(path));
        let iterator = block.body.get_attribute("iterator").map(|attribute| self.text(span(&attribute.value)));
        let name = iterator.as_deref().unwrap_or(label);
        for content in block.body.blocks().filter(|block| block.ident.as_str() == "content") {
            let becomes = member.map(|member| dynamic::names(member, &self.file.text[span(content)]));
            let inner = scope.with(name, Variable::Iterator { becomes, ty: ty.clone() });
            match (of, path.as_deref(), member) {
                (Some((kind, _)), Some(path), Some(_)) => self.official(&content.body, kind, path, &inner),
                _ => self.body(&content.body, &inner),
            }
        }
    }

    /// Looks at an expression, and says what it is.
    pub(crate) fn expression(&mut self, expression: &Expression, scope: &Scope) -> Option<Ty> {
        match expression {
            Expression::Traversal(traversal) => self.traversal(traversal, span(expression), scope),
            Expression::Variable(name) => match scope.variables.get(name.as_str()) {
                Some(Variable::Typed(ty)) => Some(ty.clone()),
                _ => None,
            },
            Expression::Array(array) => {
                array.iter().map(|element| self.expression(element, scope)).fold(None, Option::or)
            }
            Expression::Object(object) => {
                let mut fields = BTreeMap::new();
                for (key, value) in object.iter() {
                    let name = match key {
                        ObjectKey::Ident(name) => name.to_string(),
                        ObjectKey::Expression(Expression::String(name)) => name.to_string(),
                        ObjectKey::Expression(key) => {
                            self.expression(key, scope);
                            "*".to_owned()
                        }
                    };
                    if let Some(ty) = self.expression(value.expr(), scope) {
                        fields.insert(name, ty);
                    }
                }
                Ty::of_fields(fields)
            }
            Expression::StringTemplate(template) => {
                template.iter().for_each(|element| self.element(element, scope));
                None
            }
            Expression::HeredocTemplate(heredoc) => {
                self.template(&heredoc.template, scope);
                None
            }
            Expression::Parenthesis(parenthesis) => self.expression(parenthesis.inner(), scope),
            Expression::Conditional(conditional) => {
                self.expression(&conditional.cond_expr, scope);
                let one = self.expression(&conditional.true_expr, scope);
                let other = self.expression(&conditional.false_expr, scope);
                one.or(other)
            }
            Expression::FuncCall(call) => self.call(call, scope),
            Expression::UnaryOp(operation) => {
                self.expression(&operation.expr, scope);
                None
            }
            Expression::BinaryOp(operation) => {
                self.expression(&operation.lhs_expr, scope);
                self.expression(&operation.rhs_expr, scope);
                None
            }
            Expression::ForExpr(repeated) => self.repeated(repeated, scope),
            Expression::Null(_) | Expression::Bool(_) | Expression::Number(_) | Expression::String(_) => None,
        }
    }

    fn element(&mut self, element: &Element, scope: &Scope) {
        match element {
            Element::Literal(_) => {}
            Element::Interpolation(interpolation) => {
                self.expression(&interpolation.expr, scope);
            }
            Element::Directive(directive) => match &**directive {
                Directive::If(directive) => {
                    self.expression(&directive.if_expr.cond_expr, scope);
                    self.template(&directive.if_expr.template, scope);
                    if let Some(otherwise) = &directive.else_expr {
                        self.template(&otherwise.template, scope);
                    }
                }
                Directive::For(directive) => {
                    let directive = &directive.for_expr;
                    let ty = self.expression(&directive.collection_expr, scope);
                    let ty = ty.filter(|ty| self.iterable(&directive.collection_expr, ty)).and_then(Ty::element);
                    let mut inner = scope.clone();
                    if let Some(key) = &directive.key_var {
                        inner = inner.with(key.as_str(), Variable::Other);
                    }
                    self.template(&directive.template, &inner.element(directive.value_var.as_str(), ty));
                }
            },
        }
    }

    fn template(&mut self, template: &Template, scope: &Scope) {
        template.iter().for_each(|element| self.element(element, scope));
    }

    fn repeated(&mut self, repeated: &ForExpr, scope: &Scope) -> Option<Ty> {
        let intro = &repeated.intro;
        let output = std::mem::take(&mut self.output);
        let ty = self.expression(&intro.collection_expr, scope);
        self.output = output;
        let ty = ty.filter(|ty| self.iterable(&intro.collection_expr, ty)).and_then(Ty::element);
        let mut inner = scope.clone();
        if let Some(key) = &intro.key_var {
            inner = inner.with(key.as_str(), Variable::Other);
        }
        let inner = inner.element(intro.value_var.as_str(), ty);
        if let Some(key) = &repeated.key_expr {
            self.expression(key, &inner);
        }
        let value = self.expression(&repeated.value_expr, &inner);
        if let Some(condition) = &repeated.cond {
            self.expression(&condition.expr, &inner);
        }
        match repeated.key_expr {
            Some(_) => value.and_then(|value| Ty::of_fields([("*".to_owned(), value)].into())),
            None => value,
        }
    }

    /// Blocks are a list there, which may be empty. Here one is an object, and where there is none of them, null.
    fn iterable(&mut self, expression: &Expression, ty: &Ty) -> bool {
        let bare = matches!(expression, Expression::Traversal(traversal)
            if matches!(traversal.operators.last().map(|operator| operator.value()), Some(TraversalOperator::GetAttr(_))));
        let range = span(expression);
        let text = self.text(range.clone());
        match ty.kind.member(&ty.path).map(|member| member.write).filter(|_| bare) {
            Some(Write::Object) => self.edits.replace(range, format!("{text}[*]")),
            Some(Write::List) if !ty.is_rows() => self.edits.replace(range, or_none(&text)),
            Some(Write::Tunnels) => self.edits.replace(range, tunnels(&text)),
            _ => {}
        }
        true
    }

    fn call(&mut self, call: &FuncCall, scope: &Scope) -> Option<Ty> {
        let name = call.name.name.as_str();
        let output = self.output;
        self.output &= !matches!(name, "length" | "keys" | "lookup" | "contains");
        let types: Vec<_> = call.args.iter().map(|argument| self.expression(argument, scope)).collect();
        self.output = output;
        if name == "lookup" {
            if let (Some(Some(ty)), Some(Expression::String(attribute))) = (types.first(), call.args.get(1)) {
                if ty.is_put_together() {
                    return ty.field(attribute);
                }
                let member = ty.kind.member(&join(&ty.path, attribute));
                let parent = ty.kind.member(&ty.path).map_or("", |member| member.here);
                let here =
                    member.filter(|member| member.read == Read::Path).and_then(|member| below(member.here, parent));
                let range = span(call.args.get(1)?);
                match here.filter(|here| !here.contains('.')) {
                    Some(here) => self.edits.replace(range, format!("{here:?}")),
                    None => self.remarks.add(
                        self.file,
                        range.start,
                        format!("lookup of {:?} has no counterpart", attribute.as_str()),
                    ),
                }
            }
            return None;
        }
        if matches!(name, "length" | "one" | "element" | "concat" | "flatten" | "tolist" | "toset") {
            for (argument, ty) in call.args.iter().zip(&types) {
                if let Some(ty) = ty {
                    self.iterable(argument, ty);
                }
            }
        }
        let same = [
            "coalesce",
            "coalescelist",
            "compact",
            "concat",
            "distinct",
            "element",
            "flatten",
            "merge",
            "one",
            "reverse",
            "slice",
            "tolist",
            "tomap",
            "toset",
            "try",
            "values",
        ];
        let ty = same.contains(&name).then(|| types.into_iter().flatten().next()).flatten();
        if name == "values" { ty.and_then(Ty::element) } else { ty }
    }

    pub(crate) fn text(&self, range: std::ops::Range<usize>) -> String {
        self.edits.render(&self.file.text, range)
    }
}

/// The kind of an official resource or data source.
pub(crate) fn ours(block: &Block) -> Option<&'static Kind> {
    let there = block.labels.first()?.as_str();
    match block.ident.as_str() {
        "resource" => table::resource(there),
        "data" => table::data_source(there),
        _ => None,
    }
}

/// `type.name`, with `data.` for data sources.
pub(crate) fn key(block: &Block) -> String {
    let labels: Vec<_> = block.labels.iter().map(|label| label.as_str()).collect();
    let prefix = if block.ident.as_str() == "data" { "data." } else { "" };
    format!("{prefix}{}", labels.join("."))
}

pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A path from a parent's on.
pub(crate) fn below<'a>(path: &'a str, parent: &str) -> Option<&'a str> {
    if parent.is_empty() { Some(path) } else { path.strip_prefix(parent)?.strip_prefix('.') }
        .filter(|path| !path.is_empty())
}

/// Where something stands. What was parsed has a place.
pub(crate) fn span(of: &impl Span) -> std::ops::Range<usize> {
    of.span().expect("what was parsed has a place")
}
