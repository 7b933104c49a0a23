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

pub(crate) const KNOWN: &[Known] = &[];
