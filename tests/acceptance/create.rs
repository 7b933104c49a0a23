//! New tunnels.

use serde_json::json;

use crate::harness::{Workspace, hcl, tunnel};

#[test]
fn strong_defaults_are_visible_before_the_tunnel_is_created() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")]));
    let plan = ws.plan();
    assert_eq!(plan.actions("t"), ["create"]);
    let after = plan.after("t");
    let ike = json!({
        "version": "IKEV2", "encryption_algorithm": "AES-CBC-256", "integrity_algorithm": "SHA-256", "exchange_mode": "MAIN",
        "dh_group": "GROUP14", "lifetime_seconds": 86400,
    });
    assert_eq!(after["ike"], ike);
    let ipsec = json!({
        "encryption_algorithm": "AES-CBC-256", "integrity_algorithm": "SHA-256", "pfs_dh_group": "DH-GROUP14", "lifetime_seconds": 3600,
    });
    assert_eq!(after["ipsec"], ipsec);
    assert_eq!(after["region"], "ap-guangzhou");
    assert_eq!(plan.after_unknown("t")["id"], true);
    assert!(plan.diagnostics.0.is_empty(), "{}", plan.diagnostics);

    assert!(ws.apply().0.is_empty());
    let made = ws.tunnel("t");
    assert_eq!(made["IKEOptionsSpecification"]["PropoEncryAlgorithm"], "AES-CBC-256");
    assert_eq!(made["IPSECOptionsSpecification"]["PfsDhGroup"], "DH-GROUP14");
    assert_eq!(ws.state("t").unwrap()["state"], "AVAILABLE");
    ws.destroy();
    assert!(ws.tunnels().is_empty());
}
