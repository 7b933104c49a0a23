//! Maps of what iterators give.

use std::collections::BTreeMap;

/// The pairs as a map; of those with one key the last one counts.
///
/// `collect` would sort them first, by code that is compiled anew for every iterator: five kilobytes each.
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}
