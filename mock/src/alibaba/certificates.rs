//! SSL client certificates: CreateSslVpnClientCert, DescribeSslVpnClientCert, DescribeSslVpnClientCerts,
//! ModifySslVpnClientCert, DeleteSslVpnClientCert (VPC API 2016-04-28).

use serde_json::{Value, json};

use super::listing::{self, Listing, PAGE_NUMBER, PAGE_SIZE, TEXT};
use super::{
    AUTHORITIES, Action, CERTIFICATES, Context, GATEWAYS, SERVERS, errors, profile, request, rules, ssl_servers, tasks,
};
use crate::api::Refusal;
use crate::check::{optional, required};
use crate::material::Authority;
use crate::store::{Members, Object, Then, text};

pub(super) static ACTIONS: &[Action] = &[
    Action {
        name: "CreateSslVpnClientCert",
        fields: &[required("SslVpnServerId", TEXT), optional("Name", TEXT)],
        writes: true,
        run: create,
    },
    Action {
        name: "DescribeSslVpnClientCert",
        fields: &[required("SslVpnClientCertId", TEXT)],
        writes: false,
        run: describe,
    },
    Action {
        name: "DescribeSslVpnClientCerts",
        fields: &[
            optional("SslVpnClientCertId", TEXT),
            optional("SslVpnServerId", TEXT),
            optional("Name", TEXT),
            optional("ResourceGroupId", TEXT),
            PAGE_NUMBER,
            PAGE_SIZE,
        ],
        writes: false,
        run: list,
    },
    Action {
        name: "ModifySslVpnClientCert",
        fields: &[required("SslVpnClientCertId", TEXT), optional("Name", TEXT)],
        writes: true,
        run: modify,
    },
    Action {
        name: "DeleteSslVpnClientCert",
        fields: &[required("SslVpnClientCertId", TEXT)],
        writes: true,
        run: delete,
    },
];

/// Done when it answers. Key material is not in the answer; without a name the certificate has an empty one.
fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let server_id = text(params, "SslVpnServerId");
    if params.contains_key("Name") {
        name(context, params)?;
    }
    if context.get(SERVERS, server_id).is_none() && !context.options.any_parent {
        return Err(errors::documented("InvalidSslVpnServerId.NotFound"));
    }
    let gateway_id = ssl_servers::gateway_of(context, server_id);
    tasks::not_locked(context, &gateway_id)?;
    tasks::not_busy(context, &gateway_id)?;

    let id = super::new_id("vsc-");
    let created = jiff::Timestamp::now().as_millisecond();
    let mut certificate = Members::from_iter([
        ("SslVpnClientCertId".to_owned(), json!(id)),
        ("SslVpnServerId".to_owned(), json!(server_id)),
        ("Name".to_owned(), json!(text(params, "Name"))),
        ("RegionId".to_owned(), json!(context.region)),
        ("CreateTime".to_owned(), json!(created)),
        ("EndTime".to_owned(), json!(created + VALID_MS)),
    ]);
    // The group of the server, which has the gateway's.
    let of = |kind, id: &str| context.get(kind, id).and_then(|parent| parent.members.get("ResourceGroupId")).cloned();
    if let Some(group) = of(SERVERS, server_id).or_else(|| of(GATEWAYS, &gateway_id)) {
        certificate.insert("ResourceGroupId".to_owned(), group);
    }
    let answer = named(&certificate);
    context.world.store.insert(context.place(CERTIFICATES), &id, certificate);
    Ok(answer)
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "SslVpnClientCertId");
    // Another code than Modify and Delete have for the same, and status 400.
    let certificate = context.get(CERTIFICATES, id).ok_or_else(|| errors::documented("InvalidInstanceId.NotFound"))?;
    let mut row = view(certificate);
    let server_id = certificate.text("SslVpnServerId").to_owned();
    let place = context.place(AUTHORITIES);
    let authority = Authority::of(&mut context.world.store, place, &server_id).map_err(unusable)?;
    for (name, pem) in SECRETS.into_iter().zip(material_of(context, id, &authority)?) {
        row.insert(name.to_owned(), json!(pem));
    }
    row.insert("CaCert".to_owned(), json!(authority.certificate));
    let nothing = Members::new();
    let server = context.get(SERVERS, &server_id).map_or(&nothing, |server| &server.members);
    row.insert("ClientConfig".to_owned(), json!(profile::config(server, id)));
    Ok(row)
}

/// Rows have no key material.
fn list(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let listing = Listing {
        kind: CERTIFICATES,
        filters: &["SslVpnClientCertId", "SslVpnServerId", "Name", "ResourceGroupId"],
        set: ("SslVpnClientCertKeys", "SslVpnClientCertKey"),
    };
    Ok(listing::list(context, &listing, params, |_| true, view))
}

/// The name is all that can change. "This parameter cannot be left empty": one that is absent is refused as an empty one.
fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    name(context, params)?;
    let id = text(params, "SslVpnClientCertId");
    tasks::not_busy(context, &gateway_of(context, id)?)?;
    let place = context.place(CERTIFICATES);
    let certificate = context.world.store.get_mut(place, id).ok_or_else(not_found)?;
    certificate.members.insert("Name".to_owned(), json!(text(params, "Name")));
    Ok(named(&certificate.members))
}

/// Asynchronous: the gateway is `updating` and the certificate still there until the change settles.
fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "SslVpnClientCertId");
    let gateway_id = gateway_of(context, id)?;
    tasks::not_busy(context, &gateway_id)?;
    context.when_settled(CERTIFICATES, id, Then::Gone);
    tasks::start(context, &gateway_id);
    Ok(Members::new())
}

/// The gateway of a certificate that must be there.
fn gateway_of(context: &Context<'_>, id: &str) -> Result<String, Refusal> {
    let certificate = context.get(CERTIFICATES, id).ok_or_else(not_found)?;
    Ok(ssl_servers::gateway_of(context, certificate.text("SslVpnServerId")))
}

fn not_found() -> Refusal {
    errors::documented("InvalidSslVpnClientCertId.NotFound")
}

/// The rule of names ("ModifySslVpnClientCert", updated 2024-07-11). The edition before had 2 to 128 letters, Chinese
/// characters, digits, `.`, `_` and `-`, the first one a letter or Chinese.
fn name(context: &Context<'_>, params: &Members) -> Result<(), Refusal> {
    let name = text(params, "Name");
    let valid = if context.world.switches.old_name_rule {
        let known = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
        (2..=128).contains(&name.chars().count()) && name.starts_with(char::is_alphabetic) && name.chars().all(known)
    } else {
        rules::is_name(name)
    };
    if valid { Ok(()) } else { Err(errors::documented("InvalidName")) }
}

fn named(certificate: &Members) -> Members {
    let member = |name: &str| (name.to_owned(), json!(text(certificate, name)));
    Members::from_iter([member("SslVpnClientCertId"), member("Name")])
}

/// A row: what is kept without key material, and the status that the end of validity gives.
fn view(certificate: &Object) -> Members {
    let mut row = certificate.members.clone();
    row.retain(|name, _| !SECRETS.contains(&name.as_str()));
    let left = end(&row).map(|end| end.saturating_sub(jiff::Timestamp::now().as_millisecond()));
    let status = match left {
        Some(..=0) => "expired",
        Some(..=EXPIRING_MS) => "expiring-soon",
        _ => "normal",
    };
    row.insert("Status".to_owned(), json!(status));
    request::or_insert(&mut row, "SslVpnClientCertId", certificate.id.as_str());
    row
}

fn end(certificate: &Members) -> Option<i64> {
    certificate.get("EndTime").and_then(Value::as_i64)
}

/// Certificate and key of the client.
fn material_of(context: &mut Context<'_>, id: &str, authority: &Authority) -> Result<[String; 2], Refusal> {
    let place = context.place(CERTIFICATES);
    let certificate = context.world.store.get_mut(place, id).ok_or_else(not_found)?;
    let created = certificate.members.get("CreateTime").and_then(Value::as_i64).unwrap_or_default();
    let end = end(&certificate.members).unwrap_or_else(|| jiff::Timestamp::now().as_millisecond() + VALID_MS);
    authority.pair(&mut certificate.members, SECRETS, id, created, end).map_err(unusable)
}

/// Only a state document with an unusable authority gets here.
fn unusable(error: rcgen::Error) -> Refusal {
    errors::refusal("InternalError", format!("the authority of the SSL server cannot be used: {error}"))
}

/// 1095 days, as between the documented CreateTime and EndTime.
const VALID_MS: i64 = 1095 * DAY_MS;
/// "expiring-soon": a week or less is left.
const EXPIRING_MS: i64 = 7 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Members of a certificate that are not in lists.
const SECRETS: [&str; 2] = ["ClientCert", "ClientKey"];
