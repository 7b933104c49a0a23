//! Policies of RAM and CAM: what an identity may do, and who may assume a role.
//!
//! Both clouds have the same grammar: Alibaba Cloud writes `Version`, `Statement`, `Effect`, `StringEquals`; Tencent Cloud `version`,
//! `statement`, `effect`, `string_equal`, and sets `name/` before actions (RAM "Policy structure and syntax", CAM "Syntax structure"). The
//! resources of a statement are read and not compared: it counts for all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::Members;

/// A policy, as it was written and as it is applied.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "Value", into = "Value")]
pub(crate) struct Policy {
    document: Value,
    statements: Vec<Statement>,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// A sentence that says what is wrong with its grammar.
    pub(crate) fn parse(document: Value) -> Result<Self, String> {
        let members = object(&document, "a policy")?;
        let version = member(members, "Version").and_then(Value::as_str).unwrap_or_default();
        if !["1", "2.0"].contains(&version) {
            return Err("the version of a policy is 1 (RAM) or 2.0 (CAM)".to_owned());
        }
        let statements = match member(members, "Statement") {
            Some(Value::Array(statements)) if !statements.is_empty() => {
                statements.iter().map(Statement::parse).collect()
            }
            Some(statement @ Value::Object(_)) => Statement::parse(statement).map(|statement| vec![statement]),
            _ => Err("a policy has statements".to_owned()),
        };
        Ok(Self { statements: statements?, document })
    }

    /// Whether a statement names principals, as only those of a role's trust do.
    pub(crate) fn has_principals(&self) -> bool {
        self.statements.iter().any(|statement| !statement.principals.is_empty())
    }

    /// Whether an action, such as `vpc:CreateVpnConnection`, is allowed: by one statement, and denied by none.
    pub(crate) fn allows(&self, action: &str) -> bool {
        self.decide(|statement| statement.is_about(action) && statement.holds(&[]))
    }

    /// Whether one of `principals`, each a kind (`RAM`, `Federated`) and a name, may assume the role by `action`, given these facts about the
    /// request, such as `oidc:aud`.
    pub(crate) fn trusts(&self, action: &str, principals: &[(&str, String)], facts: &[(&str, &str)]) -> bool {
        self.decide(|statement| {
            let named = |(kind, name): &(&str, String)| {
                let names = statement.principals.get(&kind.to_lowercase());
                names.is_some_and(|names| names.iter().any(|pattern| matches(pattern, name)))
            };
            statement.is_about(action) && principals.iter().any(named) && statement.holds(facts)
        })
    }

    fn decide(&self, applies: impl Fn(&Statement) -> bool) -> bool {
        let mut allowed = false;
        for statement in self.statements.iter().filter(|statement| applies(statement)) {
            if !statement.allow {
                return false;
            }
            allowed = true;
        }
        allowed
    }
}

impl TryFrom<Value> for Policy {
    type Error = String;

    fn try_from(document: Value) -> Result<Self, String> {
        Self::parse(document)
    }
}

impl From<Policy> for Value {
    fn from(policy: Policy) -> Self {
        policy.document
    }
}

#[derive(Clone, Debug)]
struct Statement {
    allow: bool,
    actions: Vec<String>,
    /// By kind in small letters.
    principals: BTreeMap<String, Vec<String>>,
    conditions: Vec<Condition>,
}

impl Statement {
    fn parse(statement: &Value) -> Result<Self, String> {
        let members = object(statement, "a statement")?;
        let effect = member(members, "Effect").and_then(Value::as_str).unwrap_or_default();
        let allow = match effect.to_ascii_lowercase().as_str() {
            "allow" => true,
            "deny" => false,
            _ => return Err("the effect of a statement is Allow or Deny".to_owned()),
        };
        let actions = member(members, "Action").map(texts).transpose()?.unwrap_or_default();
        if actions.is_empty() {
            return Err("a statement has actions".to_owned());
        }
        let mut principals = BTreeMap::new();
        if let Some(named) = member(members, "Principal") {
            for (kind, names) in object(named, "the principal of a statement")? {
                principals.insert(kind.to_lowercase(), texts(names)?);
            }
        }
        if principals.is_empty() && member(members, "Resource").map(texts).transpose()?.is_none_or(|all| all.is_empty())
        {
            return Err("a statement has resources".to_owned());
        }
        let mut conditions = Vec::new();
        if let Some(named) = member(members, "Condition") {
            for (operator, keys) in object(named, "the condition of a statement")? {
                for (key, values) in object(keys, operator)? {
                    let operator = operator.to_lowercase().replace('_', "");
                    conditions.push(Condition { operator, key: key.clone(), values: texts(values)? });
                }
            }
        }
        Ok(Self { allow, actions, principals, conditions })
    }

    fn is_about(&self, action: &str) -> bool {
        self.actions.iter().any(|pattern| {
            let pattern = pattern.strip_prefix("name/").unwrap_or(pattern);
            matches(&pattern.to_lowercase(), &action.to_lowercase())
        })
    }

    fn holds(&self, facts: &[(&str, &str)]) -> bool {
        self.conditions.iter().all(|condition| condition.holds(facts))
    }
}

/// A condition that the request has to meet, by one of its facts when several have the same name. One about something that is not known here, or with another operator, is not met.
#[derive(Clone, Debug)]
struct Condition {
    operator: String,
    key: String,
    values: Vec<String>,
}

impl Condition {
    fn holds(&self, facts: &[(&str, &str)]) -> bool {
        let mut facts =
            facts.iter().filter(|(key, _)| key.eq_ignore_ascii_case(&self.key)).map(|(_, fact)| fact).peekable();
        if facts.peek().is_none() {
            return false;
        }
        match self.operator.as_str() {
            "stringequals" | "stringequal" => facts.any(|fact| self.values.iter().any(|value| value == fact)),
            "stringnotequals" | "stringnotequal" => facts.all(|fact| self.values.iter().all(|value| value != fact)),
            "stringlike" => facts.any(|fact| self.values.iter().any(|value| matches(value, fact))),
            _ => false,
        }
    }
}

/// Whether a text fits a pattern, in which `*` stands for any letters and `?` for one.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<_>, Vec<_>) = (pattern.chars().collect(), text.chars().collect());
    // Row by row: whether the pattern so far fits the first letters of the text.
    let mut fits = vec![false; text.len() + 1];
    fits[0] = true;
    for letter in pattern {
        let mut next = vec![false; text.len() + 1];
        next[0] = letter == '*' && fits[0];
        for at in 1..=text.len() {
            next[at] = match letter {
                '*' => fits[at] || next[at - 1],
                '?' => fits[at - 1],
                letter => fits[at - 1] && text[at - 1] == letter,
            };
        }
        fits = next;
    }
    fits[text.len()]
}

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Members, String> {
    value.as_object().ok_or_else(|| format!("{what} is an object"))
}

/// A member, its name in any case of letters.
fn member<'a>(members: &'a Members, name: &str) -> Option<&'a Value> {
    members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Result<Vec<String>, String> {
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| format!("{value} is no text"));
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        item => text(item).map(|item| vec![item]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(statements: Value) -> Policy {
        Policy::parse(json!({"Version": "1", "Statement": statements})).unwrap()
    }

    #[test]
    fn what_is_allowed_and_not_denied_is_allowed() {
        let one = policy(json!([
            {"Effect": "Allow", "Action": ["vpc:Describe*", "vpc:CreateVpn?onnection"], "Resource": "*"},
            {"Effect": "Deny", "Action": "vpc:DescribeVpnGateways", "Resource": ["*"]},
        ]));
        for (action, allowed) in [
            ("vpc:DescribeVpnConnections", true),
            ("VPC:describevpnconnections", true),
            ("vpc:CreateVpnConnection", true),
            ("vpc:CreateVpnConnections", false),
            ("vpc:DescribeVpnGateways", false),
            ("ecs:DescribeInstances", false),
        ] {
            assert_eq!(one.allows(action), allowed, "{action}");
        }
        let tencent =
            json!({"version": "2.0", "statement": {"effect": "allow", "action": "name/vpc:*", "resource": "*"}});
        assert!(Policy::parse(tencent).unwrap().allows("vpc:DescribeVpnGateways"));
        let conditional = json!({"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}});
        assert!(!policy(conditional).allows("vpc:DescribeVpnGateways"));
    }

    #[test]
    fn a_role_is_trusted_to_whom_a_statement_names_under_its_conditions() {
        let trust = policy(json!([
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::1:root"]},
             "Condition": {"StringEquals": {"sts:ExternalId": ["a", "b"]}}},
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Federated": "acs:ram::1:oidc-provider/ci"},
             "Condition": {"StringLike": {"oidc:sub": "repo:me/*"}, "StringEquals": {"oidc:aud": "vpn"}}},
        ]));
        let trusts = |kind, name: &str, facts: &[(&str, &str)]| {
            trust.trusts("sts:AssumeRole", &[(kind, name.to_owned())], facts)
        };
        assert!(trusts("RAM", "acs:ram::1:root", &[("sts:ExternalId", "b")]));
        assert!(!trusts("RAM", "acs:ram::1:root", &[("sts:ExternalId", "c")]));
        assert!(!trusts("RAM", "acs:ram::1:root", &[]));
        assert!(!trusts("RAM", "acs:ram::2:root", &[("sts:ExternalId", "b")]));
        let ci = "acs:ram::1:oidc-provider/ci";
        assert!(trusts("Federated", ci, &[("oidc:sub", "repo:me/vpn"), ("oidc:aud", "vpn")]));
        assert!(!trusts("Federated", ci, &[("oidc:sub", "repo:you/vpn"), ("oidc:aud", "vpn")]));
        assert!(!trusts("RAM", ci, &[("oidc:sub", "repo:me/vpn"), ("oidc:aud", "vpn")]));
    }

    #[test]
    fn a_policy_keeps_to_the_grammar() {
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        for bad in [
            json!([]),
            json!({"Statement": [statement]}),
            json!({"Version": "1"}),
            json!({"Version": "1", "Statement": []}),
            json!({"Version": "1", "Statement": [{"Effect": "Perhaps", "Action": "*", "Resource": "*"}]}),
            json!({"Version": "1", "Statement": [{"Effect": "Allow", "Resource": "*"}]}),
            json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*"}]}),
            json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": 1, "Resource": "*"}]}),
        ] {
            assert!(Policy::parse(bad.clone()).is_err(), "{bad}");
        }
        assert!(Policy::parse(json!({"Version": "1", "Statement": statement})).is_ok());
    }
}
