//! Traversals: what the first steps name.

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use super::walk::{Operation, Ty, Walk};
use super::{Objects, Scope, Variable, Walker, span};
use crate::table;

impl Walker<'_> {
    pub(super) fn traversal(
        &mut self,
        traversal: &Traversal,
        range: std::ops::Range<usize>,
        scope: &Scope,
    ) -> Option<Ty> {
        for operator in &traversal.operators {
            if let TraversalOperator::Index(index) = operator.value() {
                self.expression(index, scope);
            }
        }
        let (base, ty, done) = self.base(traversal, scope)?;
        let resource = matches!(&traversal.expr, Expression::Variable(name)
            if !scope.variables.contains_key(name.as_str()) && table::resource(name.as_str()).is_some());
        let mut walk = if resource { Walk::of_resource(base, ty) } else { Walk::new(base, ty) };
        let operators = &traversal.operators[done..];
        for (at, operator) in operators.iter().enumerate() {
            let operation = self.operation(operator);
            let more = at + 1 < operators.len();
            match walk.step(operation, more) {
                Ok(remark) => {
                    if let Some((remark, _)) = remark.filter(|(_, always)| *always || self.output) {
                        let whole = &self.file.text[range.clone()];
                        self.remarks.add(self.file, range.start, format!("{whole}: {remark}"));
                    }
                }
                Err(reason) => {
                    let whole = &self.file.text[range.clone()];
                    self.remarks.add(self.file, range.start, format!("{whole}: {reason}"));
                }
            }
        }
        let (text, ty) = walk.finish();
        if self.output && ty.as_ref().is_some_and(|ty| ty.path.is_empty()) {
            let whole = &self.file.text[range.clone()];
            let text = format!(
                "{whole}: whole objects leave the module, with other attributes than before, and with a key that is sensitive"
            );
            self.remarks.add(self.file, range.start, text);
        }
        if text != self.text(range.clone()) {
            self.edits.replace(range, text);
        }
        ty
    }

    /// What a traversal begins with: its text here, what it is, and how many of its operators that took. None if it is none of ours.
    fn base(&mut self, traversal: &Traversal, scope: &Scope) -> Option<(String, Option<Ty>, usize)> {
        let Expression::Variable(name) = &traversal.expr else {
            let ty = self.expression(&traversal.expr, scope);
            return Some((self.text(span(&traversal.expr)), ty, 0));
        };
        let attribute = |at: usize| match traversal.operators.get(at).map(|operator| operator.value()) {
            Some(TraversalOperator::GetAttr(name)) => Some(name.as_str()),
            _ => None,
        };
        let (base, ty, done) = match scope.variables.get(name.as_str()) {
            Some(Variable::Other) => return None,
            Some(Variable::Typed(ty)) => (name.to_string(), Some(ty.clone()), 0),
            Some(Variable::Iterator { becomes, ty }) => {
                let step = attribute(0).filter(|step| ["value", "key"].contains(step))?;
                let base = match becomes {
                    Some(names) if step == "value" => names.value.clone(),
                    Some(names) => names.key.clone(),
                    None => format!("{}.{step}", name.as_str()),
                };
                (base, ty.clone().filter(|_| step == "value"), 1)
            }
            None => return self.named(name.as_str(), attribute(0), attribute(1), traversal),
        };
        Some((base, ty, done))
    }

    fn named(
        &mut self,
        name: &str,
        first: Option<&str>,
        second: Option<&str>,
        traversal: &Traversal,
    ) -> Option<(String, Option<Ty>, usize)> {
        let directory = self.file.directory();
        let (kind, key, base, done) = match name {
            "local" | "var" => {
                let whole = format!("{name}.{}", first?);
                let ty = self.objects.known.get(directory)?.get(&whole)?.clone();
                return Some((whole, Some(ty), 1));
            }
            "module" => return self.result(first?, traversal),
            "data" => {
                let kind = table::data_source(first?)?;
                let object = second?;
                (kind, format!("data.{}.{object}", kind.there), format!("data.{}.{object}", kind.here), 2)
            }
            _ => {
                let kind = table::resource(name)?;
                let object = first?;
                (kind, format!("{name}.{object}"), format!("{}.{object}", kind.here), 1)
            }
        };
        if self.objects.is_left(directory, &key) {
            return None;
        }
        if !Objects::has(&self.objects.declared, directory, &key) {
            let at = span(&traversal.expr).start;
            self.remarks.add(self.file, at, format!("{key} is not declared in this directory; renamed all the same"));
        }
        Some((base, Some(Ty::object(kind)), done))
    }

    /// An output of a module, behind `module.NAME` and what says which of several.
    fn result(&self, module: &str, traversal: &Traversal) -> Option<(String, Option<Ty>, usize)> {
        let inner = self.objects.modules.get(self.file.directory())?.get(module)?;
        let mut base = format!("module.{module}");
        for (at, operator) in traversal.operators.iter().enumerate().skip(1) {
            if let TraversalOperator::GetAttr(output) = operator.value() {
                let ty = self.objects.known.get(inner)?.get(&format!("output.{}", output.as_str()))?.clone();
                return Some((format!("{base}.{}", output.as_str()), Some(ty), at + 1));
            }
            base.push_str(&self.text(span(operator)));
        }
        None
    }

    pub(super) fn operation(&self, operator: &hcl_edit::repr::Decorated<TraversalOperator>) -> Operation {
        let text = self.text(span(operator));
        match operator.value() {
            TraversalOperator::GetAttr(name) => Operation::Attribute(name.to_string()),
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Operation::Splat(text),
            TraversalOperator::LegacyIndex(index) => Operation::Index(text, Some(**index)),
            TraversalOperator::Index(Expression::String(name)) => Operation::Quoted(text, name.to_string()),
            TraversalOperator::Index(index) => {
                let number = index.as_number().and_then(hcl_edit::Number::as_u64);
                Operation::Index(text, number)
            }
        }
    }
}
