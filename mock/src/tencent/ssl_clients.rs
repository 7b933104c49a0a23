//! SSL clients and their certificates: CreateVpnGatewaySslClient, DescribeVpnGatewaySslClients, DeleteVpnGatewaySslClient,
//! EnableVpnGatewaySslClientCert, DisableVpnGatewaySslClientCert, ModifyVpnGatewaySslClientCert,
//! DownloadVpnGatewaySslClientCert (VPC API 2017-03-12). All changes are asynchronous.

use serde_json::{Value, json};

use super::connection_shape::{NAME_BYTES, TAG};
use super::listing::{self, Listing, SERVERS_GATEWAY_ID};
use super::ssl_states::{self as states, Change};
use super::{
    AUTHORITIES, Action, Context, GATEWAYS, SSL_CLIENTS, SSL_SERVERS, VPC, members, not_found, ssl_servers, tags, times,
};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::material::{Authority, Profile};
use crate::store::{Members, Object, text};

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "CreateVpnGatewaySslClient", service: &VPC, per_second: 20, fields: CREATE, run: create },
    Action {
        name: "DescribeVpnGatewaySslClients",
        service: &VPC,
        per_second: 20,
        fields: LISTING.fields,
        run: describe,
    },
    Action { name: "DeleteVpnGatewaySslClient", service: &VPC, per_second: 20, fields: ONE_OR_MORE, run: delete },
    Action { name: "EnableVpnGatewaySslClientCert", service: &VPC, per_second: 20, fields: ONE_OR_MORE, run: enable },
    Action { name: "DisableVpnGatewaySslClientCert", service: &VPC, per_second: 20, fields: ONE_OR_MORE, run: disable },
    Action { name: "ModifyVpnGatewaySslClientCert", service: &VPC, per_second: 20, fields: RENEW, run: renew },
    Action { name: "DownloadVpnGatewaySslClientCert", service: &VPC, per_second: 20, fields: DOWNLOAD, run: download },
];

/// One by its name, or several by theirs.
fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let names = one_or_more(params, "SslVpnClientName", "SslVpnClientNames")?;
    let server_id = text(params, "SslVpnServerId");
    let server = context.get(SSL_SERVERS, server_id);
    if !context.options.any_parent {
        states::takes(server.ok_or_else(|| not_found("SSL server", server_id))?, Change::Update)?;
    }
    let there: Vec<_> = ssl_servers::clients(context, server_id).map(|client| client.text("Name")).collect();
    for (at, name) in names.iter().enumerate() {
        if there.contains(name) || names[..at].contains(name) {
            let message = format!("the SSL server {server_id} has a client {name} already");
            return Err(Refusal::new("UnsupportedOperation.RecordExists", message));
        }
    }
    let enough = server.map_or(usize::MAX, |server| ssl_servers::capacity(&server.members));
    if there.len() + names.len() > enough {
        let message = format!("the addresses of the SSL server {server_id} are enough for {enough} clients");
        return Err(Refusal::new("LimitExceeded.SslVpnClientLimitExceeded", message));
    }
    let vpc_id = server.map_or("", |server| server.text("VpcId")).to_owned();
    let tags = tags::at_creation(params)?;

    let ids: Vec<_> = names.iter().map(|_| super::new_id("vpnc-")).collect();
    for (id, name) in ids.iter().zip(names) {
        let client = members(json!({
            "VpcId": vpc_id,
            "SslVpnServerId": server_id,
            "SslVpnClientId": id,
            "Name": name,
            "CertStatus": CREATING,
            "CertBeginTime": times::NEVER,
            "CertEndTime": times::NEVER,
            "TagSet": tags,
        }));
        context.world.store.insert(context.place(SSL_CLIENTS), id, client);
    }
    let refs: Vec<_> = ids.iter().map(String::as_str).collect();
    let mut done = new_certificate();
    done.insert("CertStatus".to_owned(), json!(NORMAL));
    let task = states::begin(context, SSL_CLIENTS, &refs, Change::Create, &done);
    Ok(members(match params.contains_key("SslVpnClientName") {
        true => json!({"TaskId": task, "SslVpnClientId": ids[0]}),
        false => json!({"TaskId": task, "SslVpnClientIds": ids}),
    }))
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    listing::list(context, &LISTING, params, view)
}

fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let ids = one_or_more(params, ID, IDS)?;
    for id in &ids {
        states::takes(existing(context, id)?, Change::Destroy)?;
    }
    let task = states::begin(context, SSL_CLIENTS, &ids, Change::Destroy, &Members::new());
    Ok(members(json!({"TaskId": task})))
}

fn enable(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let code = "UnsupportedOperation.SSLClientCertAlreadyEnableOrCertAbnormal";
    switch(context, params, DISABLED, NORMAL, code)
}

fn disable(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let code = "UnsupportedOperation.SSLClientCertAlreadyDisableOrCertAbnormal";
    switch(context, params, NORMAL, DISABLED, code)
}

fn switch(
    context: &mut Context<'_>,
    params: &Members,
    from: u64,
    to: u64,
    code: &'static str,
) -> Result<Members, Refusal> {
    let ids = one_or_more(params, ID, IDS)?;
    for id in &ids {
        let client = existing(context, id)?;
        states::takes(client, Change::Update)?;
        let status = cert_status(client);
        if status != from {
            return Err(Refusal::new(code, format!("the certificate of {id} has status {status}")));
        }
    }
    let done = members(json!({"CertStatus": to}));
    let task = states::begin(context, SSL_CLIENTS, &ids, Change::Update, &done);
    Ok(members(json!({"TaskId": task})))
}

/// Certificates that begin now, with new keys. One that was disabled stays so.
fn renew(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let ids = listed(params, IDS)?;
    for id in &ids {
        states::takes(existing(context, id)?, Change::Update)?;
    }
    let task = states::begin(context, SSL_CLIENTS, &ids, Change::Update, &new_certificate());
    Ok(members(json!({"TaskId": task})))
}

fn download(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let ids = one_or_more(params, ID, IDS)?;
    for id in &ids {
        let client = existing(context, id)?;
        match cert_status(client) {
            NORMAL | EXPIRED => {}
            DISABLED => {
                let code = "UnsupportedOperation.SSLClientCertDisableUnsupportedDownloadSSLClientCert";
                return Err(Refusal::new(code, format!("the certificate of {id} is disabled")));
            }
            status => {
                let message = format!("the certificate of {id} has status {status}");
                return Err(Refusal::new("UnsupportedOperation", message));
            }
        }
    }
    let configs = ids.into_iter().map(|id| config(context, id)).collect::<Result<Vec<_>, _>>()?;
    Ok(members(json!({
        "SslClientConfigsSet": json!(configs).to_string(),
        "SslClientConfig": configs,
        "Authenticated": u8::from(params.contains_key("SamlToken")),
    })))
}

/// A client's configuration, certificates and key. They are made when they are first asked for.
fn config(context: &mut Context<'_>, id: &str) -> Result<Value, Refusal> {
    // Only a state document with an unusable authority gets there.
    let unusable = |error| Refusal::new("InternalError", format!("the authority of {id} cannot be used: {error}"));
    let server_id = existing(context, id)?.text("SslVpnServerId").to_owned();
    let place = context.place(AUTHORITIES);
    let authority = Authority::of(&mut context.world.store, place, &server_id).map_err(unusable)?;
    let place = context.place(SSL_CLIENTS);
    let client = context.world.store.get_mut(place, id).ok_or_else(|| unknown(id))?;
    let time = |name: &str| times::unix_ms(client.text(name)).unwrap_or_default();
    let (from, to) = (time("CertBeginTime"), time("CertEndTime"));
    let [certificate, key] = authority.pair(&mut client.members, MATERIAL, id, from, to).map_err(unusable)?;

    let server = context.get(SSL_SERVERS, &server_id);
    let or = |name: &str, default| match server.map_or("", |server| server.text(name)) {
        "" => default,
        value => value,
    };
    let gateway = server.and_then(|server| context.get(GATEWAYS, server.text("VpnGatewayId")));
    let port = server.and_then(|server| server.members.get("SslVpnPort")).and_then(Value::as_u64);
    let profile = Profile {
        protocol: or("SslVpnProtocol", "UDP"),
        address: gateway.map_or("203.0.113.254", |gateway| gateway.text("PublicIpAddress")),
        port: port.unwrap_or(9798),
        cipher: or("EncryptAlgorithm", "AES-128-CBC"),
        auth: Some(or("IntegrityAlgorithm", "SHA1")),
        compress: false,
        id,
    };
    Ok(json!({
        "SslVpnClientConfiguration": profile.to_text(),
        "SslVpnRootCert": authority.certificate,
        "SslVpnKey": key,
        "SslVpnCert": certificate,
        "SslVpnClientId": id,
    }))
}

fn existing<'a>(context: &'a Context<'_>, id: &str) -> Result<&'a Object, Refusal> {
    context.get(SSL_CLIENTS, id).ok_or_else(|| unknown(id))
}

/// ResourceNotFound is on the lists, too; this one says more.
fn unknown(id: &str) -> Refusal {
    Refusal::new("UnsupportedOperation.SslVpnClientIdNotFound", format!("the SSL client {id} does not exist"))
}

fn view(client: &Object) -> Value {
    let mut members = client.members.clone();
    members.retain(|name, _| !HIDDEN.contains(&name.as_str()) && !MATERIAL.contains(&name.as_str()));
    members.insert("CertStatus".to_owned(), json!(cert_status(client)));
    Value::Object(members)
}

/// What is kept, unless the client could not be created or the certificate's time is over.
fn cert_status(client: &Object) -> u64 {
    let kept = client.members.get("CertStatus").and_then(Value::as_u64).unwrap_or(NORMAL);
    if states::of(client) == states::CREATE_FAILED {
        ERROR
    } else if times::is_past(client.text("CertEndTime")) {
        EXPIRED
    } else {
        kept
    }
}

/// What a client has when its certificate has been made.
fn new_certificate() -> Members {
    members(json!({
        "CertBeginTime": times::now(),
        "CertEndTime": times::days_from_now(VALID_DAYS),
        MATERIAL[0]: "",
        MATERIAL[1]: "",
    }))
}

/// The one text or the list of texts of a request, which must have exactly one of them.
fn one_or_more<'a>(params: &'a Members, one: &str, more: &str) -> Result<Vec<&'a str>, Refusal> {
    match (params.get(one).and_then(Value::as_str), params.contains_key(more)) {
        (Some(_), true) => {
            Err(Refusal::new("InvalidParameter.Coexist", format!("`{one}` and `{more}` exclude each other")))
        }
        (Some(one), false) => Ok(vec![one]),
        (None, true) => listed(params, more),
        (None, false) => Err(Refusal::new("MissingParameter", format!("`{one}` or `{more}` is required"))),
    }
}

fn listed<'a>(params: &'a Members, name: &str) -> Result<Vec<&'a str>, Refusal> {
    let list = params.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if list.is_empty() {
        return Err(Refusal::new("MissingParameter", format!("`{name}` must not be empty")));
    }
    Ok(list.iter().filter_map(Value::as_str).collect())
}

const ID: &str = "SslVpnClientId";
const IDS: &str = "SslVpnClientIds";

/// Members of a client that no answer of these actions shows.
const HIDDEN: [&str; 2] = ["TagSet", "InnerIp"];

/// Members of a client that only its configuration shows.
const MATERIAL: [&str; 2] = ["SslVpnCert", "SslVpnKey"];

// CertStatus.
const CREATING: u64 = 0;
const NORMAL: u64 = 1;
const DISABLED: u64 = 2;
const EXPIRED: u64 = 3;
const ERROR: u64 = 4;

/// How long certificates are valid is not documented.
const VALID_DAYS: i64 = 1095;

static CREATE: &[Field] = &[
    required("SslVpnServerId", ssl_servers::ID),
    optional("SslVpnClientName", NAME_BYTES),
    optional("SslVpnClientNames", Shape::List(&NAME_BYTES, 100)),
    optional("Tags", Shape::List(&Shape::Object(TAG), usize::MAX)),
];

static ONE_OR_MORE: &[Field] = &[optional(ID, CLIENT_ID), optional(IDS, CLIENT_IDS)];

static RENEW: &[Field] = &[required(IDS, CLIENT_IDS)];

static DOWNLOAD: &[Field] = &[
    optional(ID, CLIENT_ID),
    optional(IDS, CLIENT_IDS),
    optional("SamlToken", Shape::Text(&[])),
    optional("IsVpnPortal", Shape::Bool),
];

const CLIENT_ID: Shape = Shape::Text(&[Rule::Id("vpnc-")]);
const CLIENT_IDS: Shape = Shape::List(&CLIENT_ID, 100);

static LISTING: Listing = Listing {
    kind: SSL_CLIENTS,
    what: "SSL client",
    ids: IDS,
    owner: None,
    fields: listing::fields!("SslVpnClientIds", "vpnc-", optional("IsVpnPortal", Shape::Bool)),
    filters: &[
        ("vpc-id", "VpcId"),
        ("vpn-gateway-id", SERVERS_GATEWAY_ID),
        ("ssl-vpn-server-id", "SslVpnServerId"),
        ("ssl-vpn-client-id", "SslVpnClientId"),
        ("ssl-vpn-client-name", "Name"),
        // No client is ever connected, unless the state document says so.
        ("ssl-vpn-client-inner-ip", "InnerIp"),
    ],
    set: "SslVpnClientSet",
};
