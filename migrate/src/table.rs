//! What is called what: each official type, each of its members, and the counterpart here.
//!
//! Everything else follows from these tables: what becomes of an argument, of a block, and of a reference. They were written against
//! `tencentcloudstack/tencentcloud` 1.83 and `aliyun/alicloud` 1.289.

mod alibaba;
mod tencent;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cloud {
    Tencent,
    Alibaba,
}

impl Cloud {
    pub const BOTH: [Self; 2] = [Self::Tencent, Self::Alibaba];

    /// The local name that the official provider has by default, which is the first word of its types.
    pub fn provider(self) -> &'static str {
        match self {
            Self::Tencent => "tencentcloud",
            Self::Alibaba => "alicloud",
        }
    }

    /// The block of our provider.
    pub fn block(self) -> &'static str {
        match self {
            Self::Tencent => "tencent",
            Self::Alibaba => "alibaba",
        }
    }

    /// The cloud whose official provider has this type.
    pub fn of(name: &str) -> Option<Self> {
        Self::BOTH
            .into_iter()
            .find(|cloud| name.strip_prefix(cloud.provider()).is_some_and(|rest| rest.starts_with('_')))
    }
}

/// A resource or a data source.
#[derive(Debug)]
pub struct Kind {
    pub cloud: Cloud,
    pub data: bool,
    pub there: &'static str,
    pub here: &'static str,
    pub members: &'static [Member],
}

/// A member of it. Members of blocks have their whole path.
#[derive(Debug)]
pub struct Member {
    pub there: &'static str,
    /// Where it is here, from the resource on; empty if nowhere.
    pub here: &'static str,
    pub write: Write,
    pub read: Read,
    pub remark: &'static str,
}

/// What becomes of it in a configuration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Write {
    /// The value goes over as it is.
    Keep,
    /// The same, and where nothing is said the default of the official provider, or of the service, is: a new object here gets a stronger one.
    Or(&'static str),
    /// It cannot be configured.
    Computed,
    /// 1 is true.
    OneIsTrue,
    /// `ENABLE` is true.
    EnableIsTrue,
    /// `enable` is true, of a filter.
    LowerEnableIsTrue,
    /// Ranges in one text, with commas between them.
    Commas,
    /// One id, which is one of several here.
    OneOf,
    /// The first letter is a capital there.
    Lower,
    /// A block that stands there once at most becomes an object.
    Object,
    /// Blocks become a list of objects.
    List,
    /// Two blocks become an object with a member for each.
    Tunnels,
    /// A pattern, where an exact text is asked for here. What would find something else is left.
    Pattern,
    /// Part of what several members say together; `special.rs` has each by this name.
    Part(&'static str),
    /// Nothing here says it.
    Dropped,
}

/// What becomes of a reference to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Read {
    /// Another path.
    Path,
    /// An expression, in which `@` is the object.
    Expression(&'static str),
    /// The same, where there may be nothing: what follows stands in the second one's place.
    Remark,
}

impl Member {
    const fn new(there: &'static str, here: &'static str) -> Self {
        Self { there, here, write: Write::Keep, read: Read::Path, remark: "" }
    }

    const fn write(self, write: Write) -> Self {
        Self { write, ..self }
    }

    const fn or(self, default: &'static str) -> Self {
        self.write(Write::Or(default))
    }

    const fn computed(self) -> Self {
        self.write(Write::Computed)
    }

    const fn part(self, of: &'static str) -> Self {
        self.write(Write::Part(of))
    }

    const fn object(self) -> Self {
        self.write(Write::Object)
    }

    const fn list(self) -> Self {
        self.write(Write::List)
    }

    const fn dropped(self) -> Self {
        self.write(Write::Dropped)
    }

    const fn reads(self, expression: &'static str) -> Self {
        Self { read: Read::Expression(expression), ..self }
    }

    /// A reference to it needs a person.
    const fn remark(self, remark: &'static str) -> Self {
        Self { read: Read::Remark, remark, ..self }
    }

    /// Whether it is a block there.
    pub fn is_block(&self) -> bool {
        matches!(self.write, Write::Object | Write::List | Write::Tunnels)
    }

    /// Its own name, without the blocks around it.
    pub fn name(&self) -> &'static str {
        self.there.rsplit_once('.').map_or(self.there, |(_, name)| name)
    }
}

impl Kind {
    pub fn member(&self, there: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.there == there)
    }

    /// The members of a block, or, for the empty path, of the resource.
    pub fn members_of(&self, block: &str) -> impl Iterator<Item = &'static Member> {
        let members = self.members;
        let block = block.to_owned();
        members.iter().filter(move |member| member.there.rsplit_once('.').map_or("", |(parent, _)| parent) == block)
    }
}

const fn m(there: &'static str, here: &'static str) -> Member {
    Member::new(there, here)
}

pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    tencent::KINDS.iter().chain(alibaba::KINDS)
}

pub fn resource(there: &str) -> Option<&'static Kind> {
    kinds().find(|kind| !kind.data && kind.there == there)
}

pub fn data_source(there: &str) -> Option<&'static Kind> {
    kinds().find(|kind| kind.data && kind.there == there)
}

/// Resources that do something once: they are forgotten, which does nothing to what they did.
pub const ONE_SHOTS: &[(&str, &str)] = &[
    (
        "tencentcloud_vpn_gateway_ssl_client_cert",
        "whether the certificate admits its holder is `enabled` of cloudvpn_tencent_ssl_client, and true where it is left out",
    ),
    (
        "tencentcloud_vpn_customer_gateway_configuration_download",
        "the data source and the ephemeral resource cloudvpn_tencent_peer_configuration have the device's configuration",
    ),
    ("tencentcloud_vpn_connection_reset", "nothing here resets a tunnel"),
];

/// VPN resources and data sources of theirs that have no counterpart: they stay what they are.
pub const WITHOUT: &[&str] = &[
    "alicloud_cen_transit_router_vpn_attachment",
    "alicloud_vpn_gateway_enhanced_vpn_gateway",
    "alicloud_vpn_gateway_vco_route",
    "alicloud_vpn_gateway_vpn_attachment",
    "alicloud_vpn_ipsec_server",
    "alicloud_vpn_pbr_route_entry",
    "tencentcloud_vpn_gateway_ccn_routes",
    "alicloud_cen_transit_router_vpn_attachments",
    "alicloud_vpn_gateway_enhanced_vpn_gateways",
    "alicloud_vpn_gateway_vco_routes",
    "alicloud_vpn_gateway_vpn_attachments",
    "alicloud_vpn_gateway_zones",
    "alicloud_vpn_ipsec_servers",
    "alicloud_vpn_pbr_route_entries",
    "tencentcloud_vpn_default_health_check_ip",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_member_has_its_block_and_stands_there_once() {
        for kind in kinds() {
            let mut seen = HashSet::new();
            for member in kind.members {
                assert!(seen.insert(member.there), "{}: {} stands there twice", kind.there, member.there);
                if let Some((block, _)) = member.there.rsplit_once('.') {
                    assert!(kind.member(block).is_some_and(Member::is_block), "{}: {block} is no block", kind.there);
                }
                assert!(!(member.read == Read::Remark && member.remark.is_empty()), "{}: {}", kind.there, member.there);
            }
        }
    }

    #[test]
    fn types_say_whose_they_are() {
        for kind in kinds() {
            assert_eq!(Cloud::of(kind.there), Some(kind.cloud), "{}", kind.there);
            assert!(kind.here.starts_with(&format!("cloudvpn_{}_", kind.cloud.block())), "{}", kind.here);
        }
        for name in WITHOUT.iter().copied().chain(ONE_SHOTS.iter().map(|(name, _)| *name)) {
            assert!(Cloud::of(name).is_some() && resource(name).is_none() && data_source(name).is_none(), "{name}");
        }
    }
}
