//! Between the model and the API: what is asked for, and what is seen.

use crate::cloud::tencent::legacy::{AddVpnConnEx, ModifyVpnConnEx, VpnConn};
use crate::framework::model::{Model, Value};

use super::super::key;
use super::super::values::{changed, said, text, told};
use super::{Ike, Ipsec, LegacyConnection, ranges};

impl LegacyConnection {
    /// `self` is the plan: what is unknown in it is left to the service.
    pub(super) fn create_request(&self, config: &Self) -> AddVpnConnEx {
        AddVpnConnEx {
            vpc_id: said(&self.vpc_id).unwrap_or_default(),
            vpn_gw_id: said(&self.gateway_id).unwrap_or_default(),
            user_gw_id: said(&self.customer_gateway_id).unwrap_or_default(),
            vpn_conn_name: said(&self.name),
            pre_shared_key: key::of_new(&self.key(), &config.pre_shared_key_wo),
            user_gw_cidr_block: ranges::remote(&self.remote_cidrs),
            spd_acl: ranges::acl(&self.security_policies),
            ike_set: self.ike.known().map(|ike| ike.set(&self.ipsec)),
            ipsec_set: self.ipsec.known().map(Ipsec::set),
        }
    }

    /// What leads from this state to the plan; `None` if the API has nothing to do. Beside what changed it holds what the page
    /// ModifyVpnConnEx demands of every call: the three ids and the ranges in one of their two forms.
    pub(super) fn modify_request(&self, planned: &Self, config: &Self) -> Option<ModifyVpnConnEx> {
        let encryption = |tunnel: &Self| tunnel.ipsec.known().and_then(|ipsec| said(&ipsec.encryption_algorithm));
        // What the plan leaves to the service is no change by itself.
        let settled = planned.settled(self).unwrap_or_else(|_| planned.clone());
        let ike = changed(&self.ike, &settled.ike);
        let ipsec = changed(&self.ipsec, &settled.ipsec).and_then(|_| planned.ipsec.known());
        // The encryption of phase 2 travels with phase 1.
        let phase_1 = ike.is_some() || (ipsec.is_some() && encryption(self) != encryption(&settled));
        let request = ModifyVpnConnEx {
            vpc_id: said(&self.vpc_id).unwrap_or_default(),
            vpn_gw_id: said(&self.gateway_id).unwrap_or_default(),
            vpn_conn_id: said(&self.id).unwrap_or_default(),
            vpn_conn_name: changed(&self.name, &planned.name),
            pre_shared_key: key::changed(&self.key(), &planned.key(), &config.pre_shared_key_wo),
            user_gw_cidr_block: ranges::remote(&planned.remote_cidrs),
            spd_acl: ranges::acl(&planned.security_policies),
            ike_set: planned.ike.known().filter(|_| phase_1).map(|ike| ike.set(&planned.ipsec)),
            ipsec_set: ipsec.map(Ipsec::set),
        };
        let nothing = request.vpn_conn_name.is_none()
            && request.pre_shared_key.is_none()
            && request.ike_set.is_none()
            && request.ipsec_set.is_none()
            && self.remote_cidrs == planned.remote_cidrs
            && self.security_policies == planned.security_policies;
        (!nothing).then_some(request)
    }

    fn key(&self) -> key::Stored<'_> {
        key::Stored { key: &self.pre_shared_key, version: &self.pre_shared_key_wo_version }
    }
}

/// The tunnel as the service describes it. `before` is what was known: it decides between spellings that mean the same, and stands where
/// the service says nothing.
pub(super) fn observed(actual: &VpnConn, before: &LegacyConnection) -> LegacyConnection {
    let (remote_cidrs, security_policies) = ranges::observed(actual, &before.remote_cidrs, &before.security_policies);
    LegacyConnection {
        id: told(text(&actual.un_vpn_conn_id), &before.id),
        region: before.region.clone(),
        name: told(text(&actual.vpn_conn_name), &before.name),
        vpc_id: told(text(&actual.un_vpc_id), &before.vpc_id),
        gateway_id: told(text(&actual.un_vpn_gw_id), &before.gateway_id),
        customer_gateway_id: told(text(&actual.un_user_gw_id), &before.customer_gateway_id),
        pre_shared_key: key::observed(&actual.pre_shared_key, &before.pre_shared_key),
        pre_shared_key_wo: Value::Null,
        pre_shared_key_wo_version: before.pre_shared_key_wo_version,
        remote_cidrs,
        security_policies,
        ike: told(actual.ike.as_ref().map(|ike| Ike::observed(ike, &before.ike)).into(), &before.ike),
        ipsec: told(actual.ipsec.as_ref().map(|ipsec| Ipsec::observed(ipsec, &before.ipsec)).into(), &before.ipsec),
        status: actual.status().map(|status| status.to_string()).into(),
        net_status: text(&actual.net_status),
        created_at: text(&actual.create_time),
        allow_weak_algorithms: before.allow_weak_algorithms,
        timeouts: before.timeouts.clone(),
    }
}
