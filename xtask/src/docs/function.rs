//! Pages of functions.

use std::fmt::Write as _;
use std::path::Path;

use cloudvpn::framework::function::{Parameter, Signature};

use super::examples;
use super::page::{finish, front_matter};
use super::schema::type_name;

pub(super) fn page(name: &str, signature: &Signature, examples: &Path) -> anyhow::Result<String> {
    let example = examples::required(&examples.join("functions").join(name).join("function.tf"), "terraform")?;
    let mut page = front_matter(&format!("{name} function - cloudvpn"), Some(""), signature.summary);
    write!(page, "# function: {name}\n\n{}\n\n", signature.description.trim())?;
    if let Some(deprecated) = signature.deprecated {
        write!(page, "~> **Deprecated** {deprecated}\n\n")?;
    }
    write!(page, "## Example Usage\n\n{example}\n## Signature\n\n```text\n{}\n```\n\n", declaration(name, signature))?;
    if !signature.parameters.is_empty() || signature.variadic.is_some() {
        page.push_str("## Arguments\n\n");
    }
    for (number, parameter) in signature.parameters.iter().enumerate() {
        write!(page, "{}. {}", number + 1, argument(parameter, ""))?;
    }
    if let Some(parameter) = &signature.variadic {
        write!(page, "{}. {}", signature.parameters.len() + 1, argument(parameter, "Variadic, "))?;
    }
    Ok(finish(page))
}

/// `cidr_split(range string, sizes number...) list of string`
fn declaration(name: &str, signature: &Signature) -> String {
    let one = |p: &Parameter| format!("{} {}", p.name, type_name(&p.ty).to_lowercase());
    let mut parameters: Vec<_> = signature.parameters.iter().map(one).collect();
    parameters.extend(signature.variadic.iter().map(|p| one(p) + "..."));
    format!("{name}({}) {}", parameters.join(", "), type_name(&signature.returns).to_lowercase())
}

fn argument(parameter: &Parameter, note: &str) -> String {
    let null = if parameter.allow_null { ", Nullable" } else { "" };
    let Parameter { name, ty, description, .. } = parameter;
    format!("`{name}` ({note}{}{null}) {}\n", type_name(ty), description.trim())
}

#[cfg(test)]
mod tests {
    use cloudvpn::framework::types::Type;

    use super::*;

    #[test]
    fn a_declaration_names_parameters_and_types() {
        let parameter = |name, ty| Parameter { name, ty, allow_null: false, allow_unknown: false, description: "D." };
        let signature = Signature {
            parameters: vec![parameter("range", Type::String)],
            variadic: Some(parameter("sizes", Type::Number)),
            returns: Type::list(Type::String),
            summary: "S.",
            description: "L.",
            deprecated: None,
        };
        assert_eq!(declaration("split", &signature), "split(range string, sizes number...) list of string");

        let examples = tempfile::tempdir().unwrap();
        assert!(page("split", &signature, examples.path()).is_err());
        std::fs::create_dir_all(examples.path().join("functions/split")).unwrap();
        std::fs::write(examples.path().join("functions/split/function.tf"), "output \"x\" {}\n").unwrap();
        let text = page("split", &signature, examples.path()).unwrap();
        assert!(text.contains("1. `range` (String) D.\n2. `sizes` (Variadic, Number) D.\n"), "{text}");
    }
}
