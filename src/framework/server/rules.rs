//! Terraform's own checks, run on our answers before Terraform does: in debug builds and tests a broken rule is an error that names
//! itself, where Terraform would blame the provider in general. Release builds leave them out.

use super::super::diagnostics::{Diagnostic, Diagnostics};
use super::super::legality::{self, Violation};
use super::super::path::Path;
use super::super::raw::Raw;
use super::super::schema::Schema;

const ENABLED: bool = cfg!(debug_assertions);

pub(super) fn plan(
    schema: &Schema,
    prior: &Raw,
    config: &Raw,
    planned: &Raw,
    replace: &[Path],
    diagnostics: &mut Diagnostics,
) {
    if ENABLED {
        report("PlanResourceChange", legality::check_plan(schema, prior, config, planned), diagnostics);
        report("PlanResourceChange", legality::check_requires_replace(schema, prior, planned, replace), diagnostics);
    }
}

/// Only for an apply without errors: after one, the state is what it is.
pub(super) fn apply(schema: &Schema, planned: &Raw, new: &Raw, diagnostics: &mut Diagnostics) {
    if ENABLED && !diagnostics.has_errors() {
        report("ApplyResourceChange", legality::check_apply(schema, planned, new), diagnostics);
    }
}

/// A state from any other RPC.
pub(super) fn state(rpc: &str, schema: &Schema, new: &Raw, diagnostics: &mut Diagnostics) {
    if ENABLED {
        report(rpc, legality::check_state(schema, new), diagnostics);
    }
}

fn report(rpc: &str, violations: Vec<Violation>, diagnostics: &mut Diagnostics) {
    for violation in violations {
        let detail = format!("{rpc} would break a rule of Terraform at {}: {}.", violation.path, violation.message);
        diagnostics.push(Diagnostic::error("Defect in the provider", detail));
    }
}
