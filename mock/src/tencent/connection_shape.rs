//! The parameters of the tunnel actions, as declared (VPC API 2017-03-12: CreateVpnConnection,
//! ModifyVpnConnectionAttribute and the structures they use).

use crate::check::{Field, Rule, Shape, optional, required};

pub(super) static CREATE: &[Field] = &[
    required("VpnGatewayId", GATEWAY_ID),
    required("CustomerGatewayId", CUSTOMER_GATEWAY_ID),
    required("VpnConnectionName", NAME),
    required("PreShareKey", Shape::Text(&[Rule::NotEmpty])),
    optional("VpcId", Shape::Text(&[])),
    optional("SecurityPolicyDatabases", POLICIES),
    optional("IKEOptionsSpecification", Shape::Object(IKE)),
    optional("IPSECOptionsSpecification", Shape::Object(IPSEC)),
    optional("Tags", Shape::List(&Shape::Object(TAG), usize::MAX)),
    optional("EnableHealthCheck", Shape::Bool),
    optional("HealthCheckLocalIp", IP),
    optional("HealthCheckRemoteIp", IP),
    optional("RouteType", Shape::Text(&[Rule::OneOf(&["STATIC", "StaticRoute", "Policy", "Bgp"])])),
    optional("NegotiationType", NEGOTIATION),
    optional("DpdEnable", Shape::Int(0, 1)),
    optional("DpdTimeout", DPD_TIMEOUT),
    optional("DpdAction", DPD_ACTION),
    optional("BgpConfig", Shape::Object(BGP)),
    optional("HealthCheckConfig", Shape::Object(HEALTH_CHECK)),
];

pub(super) static MODIFY: &[Field] = &[
    required("VpnConnectionId", CONNECTION_ID),
    optional("VpnConnectionName", NAME),
    optional("PreShareKey", Shape::Text(&[Rule::NotEmpty])),
    optional("SecurityPolicyDatabases", POLICIES),
    optional("IKEOptionsSpecification", Shape::Object(IKE)),
    optional("IPSECOptionsSpecification", Shape::Object(IPSEC)),
    optional("EnableHealthCheck", Shape::Bool),
    optional("HealthCheckLocalIp", IP),
    optional("HealthCheckRemoteIp", IP),
    optional("NegotiationType", NEGOTIATION),
    optional("DpdEnable", Shape::Int(0, 1)),
    optional("DpdTimeout", DPD_TIMEOUT),
    optional("DpdAction", DPD_ACTION),
    optional("CustomerGatewayId", CUSTOMER_GATEWAY_ID),
    optional("HealthCheckConfig", Shape::Object(HEALTH_CHECK)),
    optional("BgpConfig", Shape::Object(BGP)),
];

/// DeleteVpnConnection and ResetVpnConnection.
pub(super) static OF_GATEWAY: &[Field] =
    &[required("VpnGatewayId", GATEWAY_ID), required("VpnConnectionId", CONNECTION_ID)];

pub(super) static GENERATE_IPS: &[Field] = &[required("VpnGatewayId", GATEWAY_ID)];

/// A tag at the creation of an object.
pub(super) static TAG: &[Field] = &[required("Key", Shape::Text(&[])), optional("Value", Shape::Text(&[]))];

const GATEWAY_ID: Shape = Shape::Text(&[Rule::Id("vpngw-")]);
const CUSTOMER_GATEWAY_ID: Shape = Shape::Text(&[Rule::Id("cgw-")]);
const CONNECTION_ID: Shape = Shape::Text(&[Rule::Id("vpnx-")]);
const NAME: Shape = Shape::Text(&[Rule::NotEmpty, Rule::MaxChars(60)]);
/// 1 to 60 bytes: of gateways and SSL servers.
pub(super) const NAME_BYTES: Shape = Shape::Text(&[Rule::NotEmpty, Rule::MaxBytes(60)]);
const IP: Shape = Shape::Text(&[Rule::Ip]);
const NEGOTIATION: Shape = Shape::Text(&[Rule::OneOf(&["active", "passive", "flowTrigger"])]);
/// Seconds, as text. The API's page gives no bounds; the console and the official provider keep to 30 to 60.
const DPD_TIMEOUT: Shape = Shape::Text(&[Rule::Number(30, 60)]);
const DPD_ACTION: Shape = Shape::Text(&[Rule::OneOf(&["clear", "restart"])]);

// How many entries and ranges are allowed is a quota, with other codes at creation and change: see the rules.
const POLICIES: Shape = Shape::List(
    &Shape::Object(&[
        required("LocalCidrBlock", Shape::Text(&[Rule::Cidr])),
        required("RemoteCidrBlock", Shape::List(&Shape::Text(&[Rule::Cidr]), usize::MAX)),
    ]),
    usize::MAX,
);

static IKE: &[Field] = &[
    optional("PropoEncryAlgorithm", Shape::Text(&[Rule::OneOf(&IKE_ENCRYPTION)])),
    optional("PropoAuthenAlgorithm", Shape::Text(&[Rule::OneOf(&["MD5", "SHA", "SHA-256", "SHA-512"])])),
    optional("ExchangeMode", Shape::Text(&[Rule::OneOf(&["AGGRESSIVE", "MAIN"])])),
    optional("LocalIdentity", IDENTITY),
    optional("RemoteIdentity", IDENTITY),
    optional("LocalAddress", Shape::Text(&[])),
    optional("RemoteAddress", Shape::Text(&[])),
    optional("LocalFqdnName", Shape::Text(&[])),
    optional("RemoteFqdnName", Shape::Text(&[])),
    optional("DhGroupName", Shape::Text(&[Rule::OneOf(DH_GROUPS)])),
    optional("IKESaLifetimeSeconds", Shape::Int(60, 604_800)),
    optional("IKEVersion", Shape::Text(&[Rule::OneOf(&["IKEV1", "IKEV2"])])),
];

static IPSEC: &[Field] = &[
    optional("EncryptAlgorithm", Shape::Text(&[Rule::OneOf(&IPSEC_ENCRYPTION)])),
    // The misspelt member is the one in use; the correct one came later.
    optional("IntegrityAlgorith", INTEGRITY),
    optional("IntegrityAlgorithm", INTEGRITY),
    optional("IPSECSaLifetimeSeconds", Shape::Int(180, 604_800)),
    optional("PfsDhGroup", Shape::Text(&[Rule::OneOf(PFS_GROUPS)])),
    optional("IPSECSaLifetimeTraffic", Shape::Int(2560, 4_294_967_295)),
];

static BGP: &[Field] = &[
    required("TunnelCidr", Shape::Text(&[Rule::Cidr])),
    required("LocalBgpIp", Shape::Text(&[Rule::Ip])),
    required("RemoteBgpIp", Shape::Text(&[Rule::Ip])),
];

static HEALTH_CHECK: &[Field] = &[
    optional("ProbeType", Shape::Text(&[Rule::OneOf(&["NQA"])])),
    optional("ProbeInterval", Shape::Int(1000, 5000)),
    optional("ProbeThreshold", Shape::Int(3, 8)),
    optional("ProbeTimeout", Shape::Int(10, 5000)),
];

const IDENTITY: Shape = Shape::Text(&[Rule::OneOf(&["ADDRESS", "FQDN"])]);
const INTEGRITY: Shape = Shape::Text(&[Rule::OneOf(&["MD5", "SHA1", "SHA-256", "SHA-512", "SHA-384", "SM3"])]);

const IKE_ENCRYPTION: [&str; 9] = [
    "3DES-CBC",
    "AES-CBC-128",
    "AES-CBC-192",
    "AES-CBC-256",
    "DES-CBC",
    "SM4",
    "AES128GCM128",
    "AES192GCM128",
    "AES256GCM128",
];

const IPSEC_ENCRYPTION: [&str; 10] = [
    "3DES-CBC",
    "AES-CBC-128",
    "AES-CBC-192",
    "AES-CBC-256",
    "DES-CBC",
    "SM4",
    "AES128GCM128",
    "AES192GCM128",
    "AES256GCM128",
    "NULL",
];

const DH_GROUPS: &[&str] =
    &["GROUP1", "GROUP2", "GROUP5", "GROUP14", "GROUP15", "GROUP16", "GROUP19", "GROUP20", "GROUP21", "GROUP24"];

const PFS_GROUPS: &[&str] = &[
    "NULL",
    "DH-GROUP1",
    "DH-GROUP2",
    "DH-GROUP5",
    "DH-GROUP14",
    "DH-GROUP15",
    "DH-GROUP16",
    "DH-GROUP19",
    "DH-GROUP20",
    "DH-GROUP21",
    "DH-GROUP24",
];
