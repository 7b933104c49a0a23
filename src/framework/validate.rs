//! Validation of a configuration against its schema: every attribute at every depth, everything that is wrong at once. Terraform itself
//! has checked types and unknown names before, and that required attributes are written, though not that their values are not null.

use super::diagnostics::{Diagnostic, Diagnostics};
use super::model::{Model, ModelError};
use super::path::Path;
use super::raw::Raw;
use super::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Object};
use super::validators::{ACCEPTS_DISCOURAGED, Finding, Rule, Validator};

/// Checks `config`. Unknown values pass: they come again when they are known.
///
/// `write_only_allowed`: whether the client keeps write-only values out of the state (Terraform 1.11 and later do).
pub fn config(block: &Block, config: &Raw, write_only_allowed: bool) -> Diagnostics {
    let mut walk = Walk::new(write_only_allowed);
    walk.block(block, config, &Path::root());
    let Walk { mut diagnostics, discouraged, .. } = walk;
    let accepted = config.get(ACCEPTS_DISCOURAGED);
    if !discouraged.is_empty() && matches!(accepted, Raw::Null | Raw::Bool(false)) {
        let can_be_accepted = block.attribute(ACCEPTS_DISCOURAGED).is_some();
        diagnostics.push(one_warning(discouraged, can_be_accepted));
    }
    diagnostics
}

/// However many values of an object are discouraged, that is one warning, where all of them are.
fn one_warning(mut discouraged: Vec<Diagnostic>, can_be_accepted: bool) -> Diagnostic {
    let mut warning = match discouraged.len() {
        1 => discouraged.remove(0),
        _ => {
            let first = discouraged[0].path.steps();
            let shared = |depth: &usize| {
                discouraged
                    .iter()
                    .all(|found| found.path.steps().get(*depth).is_some_and(|step| *step == first[*depth]))
            };
            let path: Path = (0..first.len()).take_while(shared).map(|depth| first[depth].clone()).collect();
            let lines: Vec<_> = discouraged.iter().map(|found| format!("{}: {}", found.path, found.detail)).collect();
            Diagnostic::warning("Weak algorithms", lines.join("\n")).at(path)
        }
    };
    if can_be_accepted {
        warning
            .detail
            .push_str(&format!("\n\nIf that is meant, {ACCEPTS_DISCOURAGED} = true accepts it without this warning."));
    }
    warning
}

/// Contradictions between attributes, as far as their rules are about plans ([`Rule::Consistent`]), that are in `planned` and were not in
/// `prior`: what was so before is nobody's mistake now.
pub fn plan(block: &Block, planned: &Raw, prior: &Raw) -> Diagnostics {
    let contradictions = |value: &Raw| {
        let mut found = Diagnostics::new();
        consistent(&block.attributes, &block.rules, value, &Path::root(), &mut found);
        found
    };
    let before = contradictions(prior);
    let mut new = Diagnostics::new();
    for found in contradictions(planned) {
        if !before.iter().any(|known| *known == found) {
            new.push(found);
        }
    }
    new
}

fn consistent(attributes: &[Attribute], rules: &[Rule], value: &Raw, path: &Path, found: &mut Diagnostics) {
    if !matches!(value, Raw::Map(_)) {
        return;
    }
    for attribute in attributes {
        let AttributeKind::Nested(nesting, object) = &attribute.kind else { continue };
        let (value, path) = (value.get(&attribute.name), path.attribute(attribute.name.clone()));
        let mut visit = |value: &Raw, path: &Path| consistent(&object.attributes, &object.rules, value, path, found);
        match (nesting, value) {
            (Nesting::Single, value) => visit(value, &path),
            // Elements of a set have no path of their own.
            (_, Raw::Set(elements)) => elements.iter().for_each(|element| visit(element, &path)),
            (_, value) => each(value, &path, |element, path| visit(element, &path)),
        }
    }
    for rule in rules.iter().filter(|rule| matches!(rule, Rule::Consistent(_))) {
        rule.check(value, path, found);
    }
}

struct Walk {
    write_only_allowed: bool,
    diagnostics: Diagnostics,
    /// Values that are accepted with a warning.
    discouraged: Vec<Diagnostic>,
}

impl Walk {
    fn new(write_only_allowed: bool) -> Self {
        Self { write_only_allowed, diagnostics: Diagnostics::new(), discouraged: Vec::new() }
    }

    fn block(&mut self, block: &Block, value: &Raw, path: &Path) {
        if value.is_null() || value.is_unknown() {
            return;
        }
        self.members(&block.attributes, &block.rules, value, path);
        for nested in &block.blocks {
            let value = value.get(&nested.name);
            let path = path.attribute(nested.name.clone());
            if let (Some(why), false) = (&nested.block.deprecated, value.is_null() || value.elements().is_empty()) {
                self.diagnostics.warning(path.clone(), "Deprecated block", why.clone());
            }
            match nested.nesting {
                BlockNesting::Single | BlockNesting::Group => self.block(&nested.block, value, &path),
                BlockNesting::List | BlockNesting::Map => {
                    each(value, &path, |value, path| self.block(&nested.block, value, &path));
                }
                BlockNesting::Set => self.in_set(value, &path, |walk, e| walk.block(&nested.block, e, &path)),
            }
        }
    }

    fn object(&mut self, object: &Object, value: &Raw, path: &Path) {
        if value.is_null() || value.is_unknown() {
            return;
        }
        self.members(&object.attributes, &object.rules, value, path);
    }

    fn members(&mut self, attributes: &[Attribute], rules: &[Rule], value: &Raw, path: &Path) {
        for attribute in attributes {
            self.attribute(attribute, value.get(&attribute.name), &path.attribute(attribute.name.clone()));
        }
        for rule in rules {
            rule.check(value, path, &mut self.diagnostics);
        }
    }

    fn attribute(&mut self, attribute: &Attribute, value: &Raw, path: &Path) {
        if value.is_null() {
            if attribute.required {
                let detail = "This attribute is required, and its value is null. Set it, or make the whole depend on a condition, with \
                              count or for_each.";
                self.diagnostics.error(path.clone(), "Missing attribute", detail);
            }
            return;
        }
        let read_only = attribute.computed && !attribute.optional;
        if read_only && !value.is_unknown() {
            let detail = "The provider says what this attribute is; a configuration cannot. Remove it.";
            self.diagnostics.error(path.clone(), "Read-only attribute", detail);
            return;
        }
        if attribute.write_only && !self.write_only_allowed {
            let detail = "This attribute is write-only, which needs Terraform 1.11 or OpenTofu 1.11 or later: an older version would \
                          store its value in the state. Upgrade, or use the attribute that is not write-only.";
            self.diagnostics.error(path.clone(), "Write-only attribute not supported", detail);
        }
        if let Some(why) = &attribute.deprecated {
            self.diagnostics.warning(path.clone(), "Deprecated attribute", why.clone());
        }
        let sensitive = attribute.sensitive || attribute.write_only;
        match value {
            Raw::Number(_) => self.number(&attribute.validators, value, path, sensitive),
            _ => {
                let required = attribute.required;
                attribute.validators.iter().for_each(|check| self.check(check, value, path, sensitive, required));
            }
        }
        match &attribute.kind {
            AttributeKind::Plain(_) => self.elements(value, path),
            AttributeKind::Nested(nesting, object) => {
                self.not_null(value, path);
                match nesting {
                    Nesting::Single => self.object(object, value, path),
                    Nesting::List | Nesting::Map => each(value, path, |value, path| self.object(object, value, &path)),
                    Nesting::Set => self.in_set(value, path, |walk, e| walk.object(object, e, path)),
                }
            }
        }
    }

    /// Lists and sets at any depth of a value without a schema of its own. A value of any type may be anything.
    fn elements(&mut self, value: &Raw, path: &Path) {
        if matches!(value, Raw::Typed(..)) {
            return;
        }
        self.not_null(value, path);
        match value {
            Raw::Set(es) => es.iter().for_each(|e| self.elements(e, path)),
            other => each(other, path, |value, path| self.elements(value, &path)),
        }
    }

    /// A null among the elements of a list or a set says nothing: no service keeps it, so that it would be planned again and again. In a
    /// map it may say "not this one".
    fn not_null(&mut self, value: &Raw, path: &Path) {
        let nulls = |(_, element): &(usize, &Raw)| element.is_null();
        for (i, _) in value.elements().iter().enumerate().filter(nulls) {
            let path = if matches!(value, Raw::Set(_)) { path.clone() } else { path.index(i) };
            let detail = "An element is null, which says nothing. Leave it out: compact([...]) does that for texts, \
                          [for e in [...] : e if e != null] for everything.";
            self.diagnostics.error(path, "Null element", detail);
        }
    }

    /// Elements of sets have no address (protocol 6, `AttributePath.Step`): what is found in one is put on the set, with the
    /// name of the member in the text.
    fn in_set(&mut self, set: &Raw, path: &Path, mut visit: impl FnMut(&mut Self, &Raw)) {
        for element in set.elements() {
            let mut inner = Self::new(self.write_only_allowed);
            visit(&mut inner, element);
            let on_the_set = |found: Diagnostic| {
                let below: Path = found.path.steps()[path.steps().len()..].iter().cloned().collect();
                let detail = if below.is_root() { found.detail } else { format!("{below}: {}", found.detail) };
                Diagnostic { detail, path: path.clone(), ..found }
            };
            inner.diagnostics.into_iter().for_each(|found| self.diagnostics.push(on_the_set(found)));
            self.discouraged.extend(inner.discouraged.into_iter().map(on_the_set));
        }
    }

    /// One error is enough for a number: one that is out of bounds need not be whole as well.
    fn number(&mut self, validators: &[Validator], value: &Raw, path: &Path, sensitive: bool) {
        let is_whole = |validator: &&Validator| matches!(validator, Validator::Integer);
        let (whole, others): (Vec<_>, Vec<_>) = validators.iter().partition(is_whole);
        for validator in others.into_iter().chain(whole) {
            let Err(finding) = validator.check(value, sensitive) else { continue };
            let is_error = !finding.warning;
            self.diagnostics.push(finding.at(path.clone()));
            if is_error {
                return;
            }
        }
    }

    fn check(&mut self, validator: &Validator, value: &Raw, path: &Path, sensitive: bool, required: bool) {
        let Validator::Each(inner) = validator else {
            if let Err(mut finding) = validator.check(value, sensitive) {
                if !required && value.as_str().is_some_and(str::is_empty) {
                    finding.detail.push_str(" Leave it out where there is nothing to say.");
                }
                let found = Finding::at(finding, path.clone());
                match validator {
                    Validator::Discouraged { .. } => self.discouraged.push(found),
                    _ => self.diagnostics.push(found),
                }
            }
            return;
        };
        match value {
            // Elements of a set have no path of their own.
            Raw::Set(es) => es.iter().for_each(|e| self.check(inner, e, path, sensitive, false)),
            other => each(other, path, |value, path| self.check(inner, value, &path, sensitive, false)),
        }
    }
}

/// Every element of a list or a map, with its path.
fn each(value: &Raw, path: &Path, mut visit: impl FnMut(&Raw, Path)) {
    match value {
        Raw::List(es) => es.iter().enumerate().for_each(|(i, e)| visit(e, path.index(i))),
        Raw::Map(ms) => ms.iter().for_each(|(k, e)| visit(e, path.key(k.clone()))),
        Raw::Typed(_, inner) => each(inner, path, visit),
        _ => {}
    }
}

/// A value of the schema as a model; `what` says in the error what it is.
pub fn decoded<M: Model>(what: &str, raw: &Raw) -> Result<M, Diagnostics> {
    M::from_raw(raw).map_err(|error| misfit(what, &error))
}

fn misfit(what: &str, error: &ModelError) -> Diagnostics {
    undecodable(what, error).at(error.path.clone()).into()
}

/// The answer to a value that could not be decoded: the client and this provider disagree about the schema.
pub fn undecodable(what: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(
        "Value does not fit the schema",
        format!(
            "The {what} could not be decoded: {error}. Terraform and the provider seem to use different versions of the schema; \
             run `terraform init -upgrade`, and report this if it stays."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::schema::NestedBlock;
    use super::super::types::Type;
    use super::*;

    fn name() -> Attribute {
        let validators = vec![Validator::Chars { min: 1, max: 3 }];
        Attribute { optional: true, validators, ..Attribute::new("name", AttributeKind::Plain(Type::String)) }
    }

    fn found(attributes: Vec<Attribute>, value: Raw) -> Vec<String> {
        let block = Block { attributes, ..Block::default() };
        config(&block, &value, false).iter().map(|d| format!("{}: {}", d.path, d.summary)).collect()
    }

    #[test]
    fn everything_wrong_is_found_at_its_path() {
        let object = Object { attributes: vec![name()], rules: vec![Rule::AtLeastOneOf(&["name"])] };
        let nested = |nesting, name| Attribute {
            optional: true,
            ..Attribute::new(name, AttributeKind::Nested(nesting, object.clone()))
        };
        let long = || Raw::object([("name", Raw::from("long"))]);
        let empty = || Raw::object([("name", Raw::Null)]);
        let found = found(
            vec![
                nested(Nesting::Single, "single"),
                nested(Nesting::List, "list"),
                nested(Nesting::Set, "set"),
                nested(Nesting::Map, "map"),
            ],
            Raw::object([
                ("single", long()),
                ("list", Raw::List(vec![empty(), long(), Raw::unknown()])),
                ("set", Raw::set([long()])),
                ("map", Raw::object([("k", long())])),
            ]),
        );
        assert_eq!(
            found,
            [
                "single.name: Wrong length",
                "list[0]: Missing attribute",
                "list[1].name: Wrong length",
                "set: Wrong length",
                "map[\"k\"].name: Wrong length",
            ]
        );
    }

    #[test]
    fn what_is_required_is_not_null_at_any_depth() {
        let required = || Attribute { required: true, optional: false, ..name() };
        let nested = |nesting, name| {
            let object = Object { attributes: vec![required()], rules: Vec::new() };
            Attribute { optional: true, ..Attribute::new(name, AttributeKind::Nested(nesting, object)) }
        };
        let null = || Raw::object([("name", Raw::Null)]);
        let attributes = || {
            vec![
                required(),
                nested(Nesting::Single, "single"),
                nested(Nesting::List, "list"),
                nested(Nesting::Set, "set"),
                nested(Nesting::Map, "map"),
            ]
        };
        let value = Raw::object([
            ("name", Raw::Null),
            ("single", null()),
            ("list", Raw::List(vec![null()])),
            ("set", Raw::set([null()])),
            ("map", Raw::object([("k", null())])),
        ]);
        assert_eq!(
            found(attributes(), value),
            ["name", "single.name", "list[0].name", "set", "map[\"k\"].name"]
                .map(|path| format!("{path}: Missing attribute"))
        );
        // What is not there as a whole lacks nothing, and what is not known yet may be there.
        assert_eq!(found(attributes(), Raw::object([("name", Raw::unknown())])), [""; 0]);
    }

    #[test]
    fn a_plan_is_held_against_what_it_was_before() {
        fn apart(object: &Raw, path: &Path, found: &mut Diagnostics) {
            if object.get("name") == object.get("other") && !object.get("name").is_null() {
                found.error(path.attribute("other"), "Same", object.get("name").as_str().unwrap_or("?"));
            }
        }
        let rules = || vec![Rule::Consistent(apart), Rule::ExactlyOneOf(&["name", "other"])];
        let attributes = || vec![name(), Attribute { name: "other".into(), ..name() }];
        let nested = |nesting, name| {
            let object = Object { attributes: attributes(), rules: rules() };
            Attribute { optional: true, ..Attribute::new(name, AttributeKind::Nested(nesting, object)) }
        };
        let mut all = attributes();
        all.extend([nested(Nesting::Single, "single"), nested(Nesting::List, "list"), nested(Nesting::Set, "set")]);
        let block = Block { attributes: all, rules: rules(), ..Block::default() };
        let both = |value: &str| Raw::object([("name", Raw::from(value)), ("other", Raw::from(value))]);
        let everywhere = |value: &str| {
            let Raw::Map(mut members) = both(value) else { unreachable!("it is an object") };
            members.insert("single".into(), both(value));
            members.insert("list".into(), Raw::List(vec![both(value)]));
            members.insert("set".into(), Raw::set([both(value)]));
            Raw::Map(members)
        };
        let found = |planned: &Raw, prior: &Raw| {
            plan(&block, planned, prior).iter().map(|d| d.path.to_string()).collect::<Vec<_>>()
        };

        let all = ["single.other", "list[0].other", "set.other", "other"];
        assert_eq!(found(&everywhere("a"), &Raw::Null), all);
        assert_eq!(found(&everywhere("b"), &everywhere("a")), all);
        assert_eq!(found(&everywhere("a"), &everywhere("a")), [""; 0]);
    }

    #[test]
    fn elements_are_named() {
        let each = |kind| Attribute {
            optional: true,
            validators: vec![Validator::Each(Box::new(Validator::Ip))],
            ..Attribute::new("ips", AttributeKind::Plain(kind))
        };
        let bad = || Raw::List(vec!["192.0.2.1".into(), "x".into(), "y".into()]);
        assert_eq!(
            found(vec![each(Type::list(Type::String))], Raw::object([("ips", bad())])),
            ["ips[1]: Invalid IP address", "ips[2]: Invalid IP address"]
        );
        let set = Raw::set(["192.0.2.1".into(), "x".into()]);
        assert_eq!(
            found(vec![each(Type::set(Type::String))], Raw::object([("ips", set)])),
            ["ips: Invalid IP address"]
        );
    }

    #[test]
    fn weak_values_are_one_warning_and_can_be_accepted() {
        let weak = |name: &'static str| {
            let validators = vec![Validator::Discouraged { values: &["des", "true"], why: "it is weak." }];
            Attribute { optional: true, validators, ..Attribute::new(name, AttributeKind::Plain(Type::String)) }
        };
        let nested = |name: &'static str| {
            let object = Object { attributes: vec![weak("a"), weak("b")], rules: Vec::new() };
            Attribute { optional: true, ..Attribute::new(name, AttributeKind::Nested(Nesting::Single, object)) }
        };
        let accepts =
            Attribute { optional: true, ..Attribute::new(ACCEPTS_DISCOURAGED, AttributeKind::Plain(Type::Bool)) };
        let found = |value: &Raw, accepts: Option<&Attribute>| {
            let attributes = [nested("ike"), nested("ipsec")].into_iter().chain(accepts.cloned()).collect();
            let found = config(&Block { attributes, ..Block::default() }, value, false);
            found
                .iter()
                .map(|found| (found.path.to_string(), found.summary.clone(), found.detail.clone()))
                .collect::<Vec<_>>()
        };
        let both = || Raw::object([("a", Raw::from("des")), ("b", Raw::from("des"))]);
        let one = || Raw::object([("a", Raw::from("des")), ("b", Raw::from("aes"))]);
        for (value, at, summary, lines) in [
            (Raw::object([("ike", one())]), "ike.a", "Weak algorithm", 1),
            (Raw::object([("ike", both())]), "ike", "Weak algorithms", 2),
            (Raw::object([("ike", both()), ("ipsec", one())]), "", "Weak algorithms", 3),
        ] {
            let [(path, said, detail)] = &found(&value, None)[..] else { panic!("one warning was expected") };
            assert_eq!((path.as_str(), said.as_str(), detail.lines().count()), (at, summary, lines), "{detail}");
            assert!(found(&value, Some(&accepts))[0].2.contains("allow_weak_algorithms = true"));
            let Raw::Map(mut members) = value else { unreachable!("it is an object") };
            for (accepted, warnings) in [(Raw::Bool(true), 0), (Raw::Bool(false), 1), (Raw::unknown(), 0)] {
                members.insert(ACCEPTS_DISCOURAGED.to_owned(), accepted);
                assert_eq!(found(&Raw::Map(members.clone()), Some(&accepts)).len(), warnings);
            }
        }
    }

    #[test]
    fn what_is_empty_is_left_out_unless_it_is_required() {
        let details = |attribute: Attribute, value: Raw| {
            let block = Block { attributes: vec![attribute], ..Block::default() };
            let found = config(&block, &Raw::object([("name", value)]), false);
            found.iter().map(|found| found.detail.clone()).collect::<Vec<_>>().join("\n")
        };
        let leave = "Leave it out";
        assert!(details(name(), "".into()).contains(leave));
        let each = Validator::Each(Box::new(Validator::Chars { min: 1, max: 3 }));
        let kind = AttributeKind::Plain(Type::set(Type::String));
        let elements = Attribute { required: true, validators: vec![each], ..Attribute::new("name", kind) };
        assert!(details(elements, Raw::set(["".into(), "a".into()])).contains(leave));
        let required = details(Attribute { required: true, optional: false, ..name() }, "".into());
        assert!(required.contains("1 to 3 characters") && !required.contains(leave), "{required}");
    }

    #[test]
    fn a_number_that_does_not_fit_is_one_error() {
        let found = |min, max, text: &str| {
            let validators = vec![Validator::Integer, Validator::Range { min, max }];
            let number =
                Attribute { optional: true, validators, ..Attribute::new("n", AttributeKind::Plain(Type::Number)) };
            found(vec![number], Raw::object([("n", Raw::Number(text.parse().unwrap()))]))
        };
        for text in ["1e30", "0.5", "0", "1001"] {
            assert_eq!(found(1, 1000, text), ["n: Number out of range"], "{text}");
        }
        assert_eq!(found(1, 1000, "1.5"), ["n: Not a whole number"]);
        assert_eq!(found(1, 1000, "1000"), [""; 0]);
        assert_eq!(found(1, i64::MAX, "1e30"), ["n: Number out of range"]);
    }

    #[test]
    fn a_null_element_says_nothing() {
        let plain =
            |name: &'static str, kind| Attribute { optional: true, ..Attribute::new(name, AttributeKind::Plain(kind)) };
        let nested = |name, nesting, attributes| Attribute {
            optional: true,
            ..Attribute::new(name, AttributeKind::Nested(nesting, Object { attributes, rules: Vec::new() }))
        };
        let texts = || plain("texts", Type::set(Type::String));
        let attributes = vec![
            plain("list", Type::list(Type::String)),
            texts(),
            plain("deep", Type::map(Type::list(Type::Number))),
            plain("map", Type::map(Type::String)),
            nested("objects", Nesting::List, vec![name()]),
            nested("group", Nesting::Set, vec![texts()]),
            plain("any", Type::Dynamic),
        ];
        let set = || Raw::set(["x".into(), Raw::Null, Raw::unknown()]);
        let value = Raw::object([
            ("list", Raw::List(vec!["x".into(), Raw::Null, Raw::unknown(), Raw::Null])),
            ("texts", set()),
            ("deep", Raw::object([("k", Raw::List(vec![Raw::Null]))])),
            ("map", Raw::object([("k", Raw::Null)])),
            ("objects", Raw::List(vec![Raw::object([("name", Raw::Null)]), Raw::Null])),
            ("group", Raw::set([Raw::object([("texts", set())])])),
            // What may be anything may be this.
            ("any", Raw::Typed(Box::new(Type::list(Type::String)), Box::new(Raw::List(vec![Raw::Null])))),
        ]);
        assert_eq!(
            found(attributes, value),
            [
                "list[1]: Null element",
                "list[3]: Null element",
                "texts: Null element",
                "deep[\"k\"][0]: Null element",
                "objects[1]: Null element",
                "group: Null element",
            ]
        );
    }

    #[test]
    fn a_write_only_value_needs_a_client_that_keeps_it_out_of_the_state() {
        let attribute = || Attribute { write_only: true, ..name() };
        let value = || Raw::object([("name", Raw::from("x"))]);
        assert_eq!(found(vec![attribute()], value()), ["name: Write-only attribute not supported"]);
        let block = Block { attributes: vec![attribute()], ..Block::default() };
        assert!(config(&block, &value(), true).is_empty());
        assert!(config(&block, &Raw::object([("name", Raw::Null)]), false).is_empty());
    }

    #[test]
    fn what_only_the_provider_says_cannot_be_configured() {
        let attributes = |computed, optional| vec![Attribute { computed, optional, ..name() }];
        let value = || Raw::object([("name", Raw::from("x"))]);
        assert_eq!(found(attributes(true, false), value()), ["name: Read-only attribute"]);
        assert_eq!(found(attributes(true, true), value()), [""; 0]);
        // It may turn out to be null.
        for value in [Raw::Null, Raw::unknown()] {
            assert_eq!(found(attributes(true, false), Raw::object([("name", value)])), [""; 0]);
        }
    }

    #[test]
    fn blocks_are_walked_and_unknown_blocks_are_not() {
        let inner = Block { attributes: vec![name()], ..Block::default() };
        let nested = |name: &'static str, nesting| NestedBlock {
            name: name.into(),
            block: inner.clone(),
            nesting,
            min_items: 0,
            max_items: 0,
        };
        let block = Block {
            blocks: vec![nested("a", BlockNesting::List), nested("b", BlockNesting::List)],
            ..Block::default()
        };
        let value =
            Raw::object([("a", Raw::List(vec![Raw::object([("name", Raw::from("long"))])])), ("b", Raw::unknown())]);
        let found: Vec<_> = config(&block, &value, true).iter().map(|d| d.path.to_string()).collect();
        assert_eq!(found, ["a[0].name"]);
    }
}
