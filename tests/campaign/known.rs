//! Cells that fail and are known to. While somebody mends the cause, its line says what the cause is; what stays says why it cannot be
//! otherwise.

/// A family of cells: each part is found in the part of the cell's name, or is empty; `wrong` is found in what does not hold.
pub(crate) struct Known {
    pub(crate) kind: &'static str,
    pub(crate) verb: &'static str,
    pub(crate) trouble: &'static str,
    pub(crate) wrong: &'static str,
    pub(crate) why: &'static str,
}

pub(crate) const KNOWN: &[Known] = &[
    known("", "read", "WithoutCount", "dropped", "an empty list without a count counts as a complete one"),
    known("tencent_gateway", "delete", "WithoutCount", "still there", "an empty list without a count counts as gone"),
    known("route", "read", "WithoutRows", "dropped", "a table with a count and no rows counts as empty"),
    known("route", "read", "NullRows", "dropped", "rows of a table that say nothing are left out silently"),
    known("route", "read", "WithoutIds", "dropped", "rows of a table without ids are left out silently"),
    known("tencent_ssl", "read", "", "other values of tags", "tags of an object that the tag service does not tell of"),
    known("tencent_gateway", "delete", "", "is DELETING", "a delete does not know its object again that is going"),
    known("tencent_ssl_client", "change", "", "certificate_status", "the state keeps the status of before the change"),
];

const fn known(
    kind: &'static str,
    verb: &'static str,
    trouble: &'static str,
    wrong: &'static str,
    why: &'static str,
) -> Known {
    Known { kind, verb, trouble, wrong, why }
}
