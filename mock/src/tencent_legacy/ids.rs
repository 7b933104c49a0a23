//! The two ids of every object: the old number and the one it has in API 3.0 (`unVpnConnId` and the like).

use super::request::short_region;
use crate::store::Object;
use crate::tencent::{Context, VPCS};

/// The object of a kind that `id` names, in either way.
pub(super) fn find<'c>(context: &'c Context<'_>, kind: &'static str, id: &str) -> Option<&'c Object> {
    context.get(kind, id).or_else(|| {
        let mut objects = context.world.store.list(context.place(kind));
        if kind == VPCS {
            objects.find(|object| compound(context.region, &object.id) == id)
        } else {
            let number: u32 = id.parse().ok()?;
            objects.find(|object| self::number(&object.id) == number)
        }
    })
}

/// The old number of an object: a hash of its id (FNV-1a, 31 bits), so that it stays the same without being kept.
pub(super) fn number(id: &str) -> u32 {
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash & 0x7fff_ffff
}

/// The old id of a VPC, such as `gz_vpc_76`.
pub(super) fn compound(region: &str, id: &str) -> String {
    format!("{}_vpc_{}", short_region(region), number(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_positive_stable_and_differ() {
        assert_eq!(number(""), 0x011c_9dc5);
        assert_eq!(number("a"), 0x640c_292c);
        assert_ne!(number("vpnx-aaaaaaaa"), number("vpnx-aaaaaaab"));
        assert_eq!(compound("ap-guangzhou", "a"), format!("gz_vpc_{}", 0x640c_292c));
    }
}
