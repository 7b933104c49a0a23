//! The parameters of API 2.0's actions: their many spellings, and what they must be.

use serde_json::{Value, json};

use super::{broken, illegal};
use crate::api::Refusal;
use crate::check::{self, Field, Rule, Shape, optional, required};
use crate::store::Members;

/// Reads and checks business parameters.
///
/// Option sets are accepted as `IKESet.x`, `IKESet.0.x` and `ikeSet.x`; `encryptAlgorithm` bare and in either set; `spdAcl` as
/// one JSON object or as a list of them: the pages disagree. Afterwards each has one name, and `spdAcl` is a list of policies
/// as in API 3.0.
pub(super) fn members(fields: &'static [Field], pairs: &[(String, String)]) -> Result<Members, Refusal> {
    let mut named: Vec<(String, &str)> = Vec::new();
    let mut policies = Vec::new();
    for (name, value) in pairs.iter().filter(|(name, _)| !super::request::COMMON.contains(&name.as_str())) {
        if is_policies(name) && fields.iter().any(|field| field.name == POLICIES) {
            policies.push((name, value));
            continue;
        }
        let one = one_name(name);
        if named.iter().any(|(other, _)| collide(other, &one)) {
            return Err(illegal(format!("`{one}` is there twice, in two spellings")));
        }
        named.push((one, value));
    }
    let mut members = check::unflatten(named.iter().map(|(name, value)| (name.as_str(), *value)));
    if !policies.is_empty() {
        members.insert(POLICIES.to_owned(), read_policies(policies)?);
    }
    check::from_texts(fields, &mut members);
    check::check(fields, &members).map_err(broken)?;
    Ok(members)
}

/// The name that all spellings of a parameter have here.
fn one_name(name: &str) -> String {
    if name == ENCRYPTION {
        return format!("IPsecSet.{ENCRYPTION}");
    }
    let Some((set, member)) = name.split_once('.') else {
        return name.to_owned();
    };
    let set = match set {
        "IKESet" | "ikeSet" => "IKESet",
        "IPsecSet" | "ipsecSet" => "IPsecSet",
        _ => return name.to_owned(),
    };
    let member = member.strip_prefix("0.").unwrap_or(member);
    // A page has it in the table of IKE options, but describes it as one of IPsec (ModifyVpnConnEx).
    let set = if member == ENCRYPTION { "IPsecSet" } else { set };
    format!("{set}.{member}")
}

/// Whether two names are the same, or one is an element of the other.
fn collide(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn is_policies(name: &str) -> bool {
    let index = name.strip_prefix(POLICIES).map(|rest| rest.strip_prefix('.'));
    match index {
        Some(Some(index)) => !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()),
        Some(None) => name == POLICIES,
        None => false,
    }
}

/// `{"10.0.0.0/24":["172.123.0.0/16"]}`: a range of the VPC and the ranges of the customer it may talk to.
fn read_policies(mut parts: Vec<(&String, &String)>) -> Result<Value, Refusal> {
    parts.sort_by_key(|(name, _)| name.rsplit('.').next().and_then(|index| index.parse::<u32>().ok()));
    let mut policies: Vec<(String, Vec<Value>)> = Vec::new();
    for (name, text) in parts {
        let Ok(Value::Object(part)) = serde_json::from_str(text) else {
            return Err(illegal(format!("`{name}` must be a JSON object of ranges and lists of ranges")));
        };
        for (local, remotes) in part {
            let Value::Array(remotes) = remotes else {
                return Err(illegal(format!("`{name}` must have a list of ranges for {local}")));
            };
            match policies.iter_mut().find(|(known, _)| *known == local) {
                Some((_, known)) => known.extend(remotes),
                None => policies.push((local, remotes)),
            }
        }
    }
    if policies.is_empty() {
        return Err(illegal(format!("`{POLICIES}` must not be empty")));
    }
    let policy = |(local, remotes)| json!({"LocalCidrBlock": local, "RemoteCidrBlock": Value::Array(remotes)});
    Ok(policies.into_iter().map(policy).collect())
}

pub(super) static ADD: &[Field] = &[
    required("vpcId", ID),
    required("vpnGwId", ID),
    required("userGwId", ID),
    // Required on the newer page only; the example of the older one has none.
    optional("vpnConnName", NAME),
    required("preSharedKey", KEY),
    optional("userGwCidrBlock", RANGES),
    optional(POLICIES, POLICY_LIST),
    optional("IKESet", Shape::Object(IKE)),
    optional("IPsecSet", Shape::Object(IPSEC)),
];

pub(super) static MODIFY: &[Field] = &[
    required("vpcId", ID),
    required("vpnGwId", ID),
    required("vpnConnId", ID),
    optional("vpnConnName", NAME),
    optional("preSharedKey", KEY),
    optional("userGwCidrBlock", RANGES),
    optional(POLICIES, POLICY_LIST),
    optional("IKESet", Shape::Object(IKE)),
    optional("IPsecSet", Shape::Object(IPSEC)),
];

/// DeleteVpnConn and ResetVpnConnSA.
pub(super) static ONE: &[Field] = &[required("vpcId", ID), required("vpnGwId", ID), required("vpnConnId", ID)];

static IKE: &[Field] = &[
    optional("propoEncryAlgorithm", Shape::Text(&[Rule::OneOf(&IKE_ENCRYPTION)])),
    optional("propoAuthenAlgorithm", INTEGRITY),
    optional("exchangeMode", Shape::Text(&[Rule::OneOf(&["main", "aggressive"])])),
    optional("localIdentity", IDENTITY),
    optional("remoteIdentity", IDENTITY),
    optional("localAddress", Shape::Text(&[Rule::Ip])),
    optional("remoteAddress", Shape::Text(&[Rule::Ip])),
    optional("localFqdnName", Shape::Text(&[Rule::NotEmpty])),
    optional("remoteFqdnName", Shape::Text(&[Rule::NotEmpty])),
    optional("dhGroupName", Shape::Text(&[Rule::OneOf(&["group1", "group2", "group5", "group14", "group24"])])),
    optional("ikeSaLifetimeSeconds", Shape::Int(60, 604_800)),
];

static IPSEC: &[Field] = &[
    optional(ENCRYPTION, Shape::Text(&[Rule::OneOf(&IPSEC_ENCRYPTION)])),
    optional("integrityAlgorith", INTEGRITY),
    optional("ipsecSaLifetimeSeconds", Shape::Int(180, 604_800)),
    // The page ends the range at 604800, which its own samples exceed with 1843200: the bound of API 3.0.
    optional("ipsecSaLifetimeTraffic", Shape::Int(2560, 4_294_967_295)),
    optional("pfsDhGroup", Shape::Text(&[Rule::OneOf(PFS_GROUPS)])),
];

const ID: Shape = Shape::Text(&[Rule::NotEmpty]);
const NAME: Shape = Shape::Text(&[Rule::NotEmpty, Rule::MaxChars(60)]);
const KEY: Shape = Shape::Text(&[Rule::NotEmpty]);
const RANGES: Shape = Shape::List(&Shape::Text(&[Rule::Cidr]), usize::MAX);
const POLICY_LIST: Shape = Shape::List(
    &Shape::Object(&[required("LocalCidrBlock", Shape::Text(&[Rule::Cidr])), required("RemoteCidrBlock", RANGES)]),
    usize::MAX,
);
const INTEGRITY: Shape = Shape::Text(&[Rule::OneOf(&["md5", "sha"])]);
const IDENTITY: Shape = Shape::Text(&[Rule::OneOf(&["address", "fqdn"])]);
const IKE_ENCRYPTION: [&str; 5] = ["3des-cbc", "aes-cbc-128", "aes-cbc-192", "aes-cbc-256", "des-cbc"];
const IPSEC_ENCRYPTION: [&str; 6] = ["3des-cbc", "aes-cbc-128", "aes-cbc-192", "aes-cbc-256", "des-cbc", "null"];
const PFS_GROUPS: &[&str] = &["null", "dh-group1", "dh-group2", "dh-group5", "dh-group14", "dh-group24"];

const ENCRYPTION: &str = "encryptAlgorithm";
pub(super) const POLICIES: &str = "spdAcl";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Value, String> {
        let ids = [("vpcId", "a"), ("vpnGwId", "b"), ("vpnConnId", "c"), ("Action", "is common")];
        let pairs: Vec<_> =
            ids.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut members = members(MODIFY, &pairs).map_err(|refusal| refusal.code.into_owned())?;
        for (id, _) in ids {
            members.remove(id);
        }
        Ok(Value::Object(members))
    }

    #[test]
    fn all_spellings_of_an_option_mean_the_same() {
        for name in ["IKESet.dhGroupName", "IKESet.0.dhGroupName", "ikeSet.dhGroupName", "ikeSet.0.dhGroupName"] {
            assert_eq!(read(&[(name, "group2")]), Ok(json!({"IKESet": {"dhGroupName": "group2"}})), "{name}");
        }
        for name in ["IPsecSet.pfsDhGroup", "IPsecSet.0.pfsDhGroup", "ipsecSet.pfsDhGroup"] {
            assert_eq!(read(&[(name, "null")]), Ok(json!({"IPsecSet": {"pfsDhGroup": "null"}})), "{name}");
        }
        for name in
            ["encryptAlgorithm", "IKESet.encryptAlgorithm", "IKESet.0.encryptAlgorithm", "IPsecSet.encryptAlgorithm"]
        {
            let expected = json!({"IPsecSet": {"encryptAlgorithm": "aes-cbc-128"}});
            assert_eq!(read(&[(name, "aes-cbc-128")]), Ok(expected), "{name}");
        }
        let twice = [("IKESet.dhGroupName", "group2"), ("ikeSet.dhGroupName", "group1")];
        assert_eq!(read(&twice), Err("4000".to_owned()));
        let nested = [("userGwCidrBlock", "10.0.0.0/8"), ("userGwCidrBlock.0", "10.0.0.0/8")];
        assert_eq!(read(&nested), Err("4000".to_owned()));
        assert!(read(&[("userGwCidrBlock.1", "10.0.0.0/8"), ("userGwCidrBlock.10", "11.0.0.0/8")]).is_ok());
    }

    #[test]
    fn policies_are_one_object_or_a_list() {
        let both = json!({"spdAcl": [
            {"LocalCidrBlock": "10.0.0.0/24", "RemoteCidrBlock": ["172.16.0.0/16", "172.17.0.0/16"]},
            {"LocalCidrBlock": "10.0.1.0/24", "RemoteCidrBlock": ["172.18.0.0/16"]},
        ]});
        let one = r#"{"10.0.0.0/24":["172.16.0.0/16","172.17.0.0/16"],"10.0.1.0/24":["172.18.0.0/16"]}"#;
        assert_eq!(read(&[("spdAcl", one)]).as_ref(), Ok(&both));
        let list = [
            ("spdAcl.1", r#"{"10.0.0.0/24":["172.17.0.0/16"],"10.0.1.0/24":["172.18.0.0/16"]}"#),
            ("spdAcl.0", r#"{"10.0.0.0/24":["172.16.0.0/16"]}"#),
        ];
        assert_eq!(read(&list).as_ref(), Ok(&both));
        for bad in
            ["", "x", "[]", "{}", "\"a\"", r#"{"10.0.0.0/24":"172.16.0.0/16"}"#, r#"{"10.0.0.0":["172.16.0.0/16"]}"#]
        {
            assert_eq!(read(&[("spdAcl", bad)]), Err("4000".to_owned()), "{bad}");
        }
    }

    #[test]
    fn what_the_pages_do_not_have_is_refused() {
        for (name, value, code) in [
            ("vpnConnNam", "x", "4000"),
            ("userGwName", "x", "4000"),
            ("spdAcl.x", "{}", "4000"),
            ("IKESet.1.dhGroupName", "group2", "4000"),
            ("IKESet.dhGroup", "group2", "4000"),
            ("IKESet.ikeVersion", "ikev1", "4000"),
            ("IKESet.dhGroupName", "GROUP2", "4000"),
            ("IKESet.exchangeMode", "aggressive\u{3000}", "4000"),
            ("IKESet.ikeSaLifetimeSeconds", "59", "4000"),
            ("IKESet.ikeSaLifetimeSeconds", "x", "4000"),
            ("IPsecSet.integrityAlgorithm", "md5", "4000"),
            ("IPsecSet.integrityAlgorith", "sha1", "4000"),
            ("IPsecSet.ipsecSaLifetimeSeconds", "179", "4000"),
            ("IPsecSet.ipsecSaLifetimeTraffic", "2559", "4000"),
            ("userGwCidrBlock", "10.0.0.0/8", "4000"),
            ("userGwCidrBlock.0", "10.0.0.0", "4000"),
            ("preSharedKey", "", "4000"),
            ("vpnConnName", "", "InvalidVpnConnName"),
            ("vpnConnName", &"x".repeat(61), "InvalidVpnConnName"),
        ] {
            assert_eq!(read(&[(name, value)]), Err(code.to_owned()), "{name}={value}");
        }
        // Above the bound of the page, in its samples.
        assert!(read(&[("IPsecSet.ipsecSaLifetimeTraffic", "1843200")]).is_ok());
    }
}
