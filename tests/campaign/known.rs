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
    known("", "", "expired", "not borne", "an expired signature is not signed anew yet"),
    known("", "", "outage", "not borne", "attempts are counted where the operation's time should decide"),
    known("", "", "drop after, outage", "", "nobody looks for an object once the outage is longer than the attempts"),
    known("alibaba", "", "drop after, processing", "", "a token that is being processed ends the operation"),
    known("alibaba", "create", "drop after, refused", "", "a refused repeat forgets the attempt before it"),
    known("alibaba", "create", "WithoutIds", "", "an answer without an id ends the operation"),
    known("", "create", "stop", "", "nobody looks for what was asked for before the interruption"),
    known(
        "tencent",
        "create",
        "twin",
        "",
        "an object is adopted on too little proof, and ambiguity names no candidates",
    ),
    known("tencent_gateway", "delete", "", "is DELETING", "a delete does not know its object again that is going"),
    known("", "", "WithoutCount", "", "an empty list without a count counts as a complete one"),
    known("", "", "WithoutRows", "", "a count without rows counts as a complete list"),
    known("", "", "NullRows", "", "rows without members are left out silently"),
    known("", "", "WithoutIds", "", "rows without ids are left out silently"),
    known("tencent_ssl_client", "change", "", "certificate_status", "the state keeps the status of before the change"),
    known("", "", "quoted", "a secret is in an error", "a key is redacted in one encoding only"),
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
