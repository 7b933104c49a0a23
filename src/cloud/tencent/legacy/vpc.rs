//! Requests and answers of API 2.0, with the names of its pages, wrong spellings included. In
//! requests, `None` leaves a member out. In answers every member may be absent.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;
use serde::{Serialize, Serializer};

use crate::cloud::answer::Answer;
use crate::cloud::retry::Effect;
use crate::cloud::secret;
use crate::cloud::tencent::legacy::client::Action;

/// Asks for a tunnel. The answer tells a task, not the tunnel's id.
///
/// [`Client::create_connection`](crate::cloud::tencent::legacy::Client::create_connection) is the
/// safe way to send it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddVpnConnEx {
    pub vpc_id: String,
    pub vpn_gw_id: String,
    pub user_gw_id: String,
    /// At most 60 characters. Required by newer editions of the page.
    pub vpn_conn_name: Option<String>,
    #[serde(serialize_with = "secret::expose")]
    pub pre_shared_key: Option<SecretString>,
    /// The ranges on the customer's side; this or `spd_acl`.
    pub user_gw_cidr_block: Option<Vec<String>>,
    #[serde(serialize_with = "as_json")]
    pub spd_acl: Option<SpdAcl>,
    #[serde(rename = "IKESet")]
    pub ike_set: Option<IkeSet>,
    #[serde(rename = "IPsecSet")]
    pub ipsec_set: Option<IpsecSet>,
}

/// Which ranges of the VPC may talk to which ranges of the customer.
pub type SpdAcl = BTreeMap<String, Vec<String>>;

impl Action for AddVpnConnEx {
    type Answer = ChangeAnswer;
    const NAME: &'static str = "AddVpnConnEx";
    const EFFECT: Effect = Effect::Create;

    fn secrets(&self) -> Vec<&SecretString> {
        self.pre_shared_key.iter().collect()
    }
}

/// Changes a tunnel in place, as a task. What is left out stays as it is, but one of
/// `user_gw_cidr_block` and `spd_acl` must be there.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModifyVpnConnEx {
    pub vpc_id: String,
    pub vpn_gw_id: String,
    pub vpn_conn_id: String,
    /// At most 60 characters.
    pub vpn_conn_name: Option<String>,
    #[serde(serialize_with = "secret::expose")]
    pub pre_shared_key: Option<SecretString>,
    pub user_gw_cidr_block: Option<Vec<String>>,
    #[serde(serialize_with = "as_json")]
    pub spd_acl: Option<SpdAcl>,
    #[serde(rename = "IKESet")]
    pub ike_set: Option<IkeSet>,
    #[serde(rename = "IPsecSet")]
    pub ipsec_set: Option<IpsecSet>,
}

impl Action for ModifyVpnConnEx {
    type Answer = ChangeAnswer;
    const NAME: &'static str = "ModifyVpnConnEx";
    const EFFECT: Effect = Effect::Write;

    fn secrets(&self) -> Vec<&SecretString> {
        self.pre_shared_key.iter().collect()
    }
}

/// Deletes a tunnel, as a task.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteVpnConn {
    pub vpc_id: String,
    pub vpn_gw_id: String,
    pub vpn_conn_id: String,
}

impl Action for DeleteVpnConn {
    type Answer = ChangeAnswer;
    const NAME: &'static str = "DeleteVpnConn";
    const EFFECT: Effect = Effect::Delete;
}

/// What all changes answer. Other members differ from page to page, and the tunnel's id is no id
/// yet (0) after a create.
#[derive(Clone, Debug, Default, Answer)]
#[answer(camelCase)]
pub struct ChangeAnswer {
    #[member(one)]
    pub data: Option<Task>,
}

/// The task of a change.
#[derive(Clone, Copy, Debug, Default, Answer)]
#[answer(camelCase)]
pub struct Task {
    pub task_id: Option<i64>,
}

/// Asks how a task is getting on.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribeVpcTaskResult {
    pub task_id: i64,
}

impl Action for DescribeVpcTaskResult {
    type Answer = DescribeVpcTaskResultAnswer;
    const NAME: &'static str = "DescribeVpcTaskResult";
    const EFFECT: Effect = Effect::Read;
}

#[derive(Clone, Debug, Default, Answer)]
#[answer(camelCase)]
pub(super) struct DescribeVpcTaskResultAnswer {
    /// A list of one according to the page's table, an object in its sample.
    #[member(one)]
    pub data: Option<TaskResult>,
}

/// How a task is getting on.
#[derive(Clone, Debug, Default, Answer)]
#[answer(camelCase)]
pub(super) struct TaskResult {
    /// 0 succeeded, 1 failed, 2 in progress.
    pub status: Option<i64>,
    pub output: Option<TaskOutput>,
}

/// Why a task failed.
#[derive(Clone, Debug, Default, Answer)]
#[answer(camelCase)]
pub(super) struct TaskOutput {
    pub error_code: Option<String>,
    pub error_msg: Option<String>,
}

/// Lists tunnels.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeVpnConn {
    pub vpc_id: Option<String>,
    pub vpn_gw_id: Option<String>,
    pub vpn_conn_id: Option<String>,
    pub offset: Option<u64>,
    /// 20 by default, at most 50.
    pub limit: Option<u64>,
    /// `desc` by default, or `asc`, by time of creation.
    pub order_direction: Option<&'static str>,
}

impl Action for DescribeVpnConn {
    type Answer = DescribeVpnConnAnswer;
    const NAME: &'static str = "DescribeVpnConn";
    const EFFECT: Effect = Effect::Read;
}

/// One page of tunnels.
#[derive(Clone, Debug, Default, Answer)]
#[answer(camelCase)]
pub struct DescribeVpnConnAnswer {
    pub total_count: Option<i64>,
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    pub data: Option<Vec<VpnConn>>,
}

/// A tunnel, as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
#[answer(camelCase)]
pub struct VpnConn {
    pub un_vpc_id: Option<String>,
    pub vpc_cidr_block: Option<String>,
    pub un_vpn_gw_id: Option<String>,
    pub un_vpn_conn_id: Option<String>,
    pub un_user_gw_id: Option<String>,
    pub vpn_conn_name: Option<String>,
    /// `vpc`, not `vpn`, on all pages.
    pub vpc_conn_status: Option<i64>,
    /// `available` when the tunnel is connected. Says nothing about provisioning.
    pub net_status: Option<String>,
    /// The service gives the key in clear text.
    pub pre_shared_key: Option<SecretString>,
    /// Ranges of the VPC. Which of them goes with which range of the customer is not told.
    pub source_cidr: Vec<String>,
    /// Ranges of the customer.
    pub destination_cidr: Vec<String>,
    /// `2015-11-06 11:20:39`, without a zone.
    pub create_time: Option<String>,
    /// `Arr` and a list in the table, an object in the sample.
    #[member("IKEArr", one)]
    pub ike: Option<IkeSet>,
    #[member("IPSECArr", one)]
    pub ipsec: Option<IpsecArr>,
}

/// What [`VpnConn`] says in `vpcConnStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VpnConnStatus {
    Creating,
    CreationError,
    Modifying,
    ModificationError,
    Deleting,
    DeletionError,
    Running,
    /// A number that is not documented.
    Other(i64),
}

impl VpnConn {
    pub(crate) fn status(&self) -> Option<VpnConnStatus> {
        self.vpc_conn_status.map(VpnConnStatus::from)
    }
}

impl VpnConnStatus {
    /// Whether the service gave up a change, and which one.
    pub(crate) fn failure(self) -> Option<&'static str> {
        match self {
            Self::CreationError => Some("creating"),
            Self::ModificationError => Some("changing"),
            Self::DeletionError => Some("deleting"),
            _ => None,
        }
    }
}

impl From<i64> for VpnConnStatus {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::Creating,
            1 => Self::CreationError,
            2 => Self::Modifying,
            3 => Self::ModificationError,
            4 => Self::Deleting,
            5 => Self::DeletionError,
            6 => Self::Running,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for VpnConnStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Creating => "creating",
            Self::CreationError => "creation_error",
            Self::Modifying => "modifying",
            Self::ModificationError => "modification_error",
            Self::Deleting => "deleting",
            Self::DeletionError => "deletion_error",
            Self::Running => "running",
            Self::Other(number) => return number.fmt(f),
        })
    }
}

/// Phase 1: `IKESet` in requests, `IKEArr` in answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "camelCase")]
pub struct IkeSet {
    /// `3des-cbc`, `aes-cbc-128`, `aes-cbc-192`, `aes-cbc-256` or `des-cbc`.
    pub propo_encry_algorithm: Option<String>,
    /// `md5` or `sha`.
    pub propo_authen_algorithm: Option<String>,
    /// `main` or `aggressive`.
    pub exchange_mode: Option<String>,
    /// `address` or `fqdn`.
    pub local_identity: Option<String>,
    /// `address` or `fqdn`.
    pub remote_identity: Option<String>,
    pub local_address: Option<String>,
    pub remote_address: Option<String>,
    pub local_fqdn_name: Option<String>,
    pub remote_fqdn_name: Option<String>,
    /// `group1`, `group2`, `group5`, `group14` or `group24`.
    pub dh_group_name: Option<String>,
    /// 60 to 604800 s. A string in answers.
    pub ike_sa_lifetime_seconds: Option<i64>,
    /// The algorithm of phase 2, which requests carry among the options of phase 1: the page
    /// ModifyVpnConnEx has it in that table, other pages spell it `IKESet.encryptAlgorithm`.
    pub encrypt_algorithm: Option<String>,
}

/// Phase 2 in requests, but for its encryption algorithm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IpsecSet {
    /// `md5` or `sha`. This is the real spelling of the name, here and in API 3.0.
    pub integrity_algorith: Option<String>,
    /// 180 to 604800 s.
    pub ipsec_sa_lifetime_seconds: Option<i64>,
    /// At least 2560 KB.
    pub ipsec_sa_lifetime_traffic: Option<i64>,
    /// `null`, `dh-group1`, `dh-group2`, `dh-group5`, `dh-group14` or `dh-group24`.
    pub pfs_dh_group: Option<String>,
}

/// Phase 2 in answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Answer)]
#[answer(camelCase)]
pub struct IpsecArr {
    pub encrypt_algorithm: Option<String>,
    /// `sha1` where requests say `sha`.
    pub integrity_algorith: Option<String>,
    /// A string.
    pub ipsec_sa_lifetime_seconds: Option<i64>,
    /// A string.
    pub ipsec_sa_lifetime_traffic: Option<i64>,
    pub pfs_dh_group: Option<String>,
}

/// A list of pairs goes into one parameter, as compact JSON ("AddVpnConnEx", `spdAcl`).
fn as_json<S: Serializer>(pairs: &Option<SpdAcl>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = pairs.as_ref().map(serde_json::to_string).transpose().map_err(serde::ser::Error::custom)?;
    text.serialize(serializer)
}

#[cfg(test)]
mod tests;
