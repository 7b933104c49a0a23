//! Requests and states, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use super::*;

fn actual(state: &str) -> VpnRouteEntry {
    VpnRouteEntry {
        id: "vpn-1/vco-1/10.0.0.0/16".into(),
        route_dest: Some("10.0.0.0/16".into()),
        next_hop: Some("vco-1".into()),
        weight: Some(100),
        state: Some(state.into()),
        ..Default::default()
    }
}

#[test]
fn the_state_says_whether_it_is_published() {
    for (state, published) in [("published", true), ("normal", false)] {
        let seen = RouteEntry::observed(&actual(state), &RouteEntry::default());
        assert_eq!(seen.published, Value::Known(published));
        assert_eq!((&seen.gateway_id, &seen.next_hop_id), (&"vpn-1".into(), &"vco-1".into()));
    }
}

#[test]
fn a_change_says_the_weight_that_it_has() {
    let before = RouteEntry::observed(&actual("published"), &RouteEntry::default());
    assert_eq!(before.change(&before, &before), None);
    let planned = RouteEntry { weight: 0.into(), ..before.clone() };
    let change = before.change(&planned, &planned).unwrap();
    assert_eq!((change.weight, change.publish_vpc), (Some((100, 0)), None));
    let planned = RouteEntry { published: false.into(), ..before.clone() };
    let change = before.change(&planned, &planned).unwrap();
    assert_eq!((change.weight, change.publish_vpc), (None, Some(false)));
}

#[test]
fn an_import_id_ends_with_the_destination() {
    for (id, expected) in [
        ("vpn-1/vco-1/10.0.0.0/16", Some("vpn-1/vco-1")),
        ("cn-beijing/vpn-1/vco-1/10.0.0.0/16", Some("cn-beijing/vpn-1/vco-1")),
        ("vpn-1/vco-1/10.0.0.0", None),
        ("vpn-1/vco-1", None),
        ("10.0.0.0/16", None),
        ("", None),
    ] {
        assert_eq!(destination_of(id).map(|(ids, _)| ids), expected, "{id}");
    }
}

#[test]
fn weights_are_0_and_100() {
    for (value, allowed) in [(0, true), (100, true), (50, false), (-1, false)] {
        assert_eq!(weight(&Raw::from(value)).is_ok(), allowed, "{value}");
    }
}
