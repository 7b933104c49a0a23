//! People come and go; their keys are in nobody's files.

use std::collections::BTreeSet;
use std::fs;

use cloudvpn_mock::Cloud;

use super::{Step, changes, examples, objects_of, output};
use crate::harness::Workspace;

pub(super) fn look(ws: &Workspace, step: Step) {
    let tencent = objects_of(ws, "tencent", "ssl_vpn_clients");
    let certificates = objects_of(ws, "alibaba", "ssl_vpn_client_certs");
    let names = |objects: &super::Objects| -> BTreeSet<String> {
        objects.values().map(|object| object["Name"].as_str().unwrap().to_owned()).collect()
    };
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let calls = changes(ws);
    let count = |cloud, action: &str| calls.iter().filter(|call| call.cloud == cloud && call.action == action).count();
    match step {
        Step::Created => {
            assert_eq!(names(&tencent), set(&["mei", "tomasz", "wei"]));
            assert_eq!(names(&certificates), set(&["mei", "tomasz", "wei"]));
            let servers = output(ws, "servers");
            let gateways = objects_of(ws, "tencent", "vpn_gateways");
            let address = servers["tencent"].as_str().unwrap().split(':').next().unwrap();
            let gateway = gateways.values().find(|gateway| gateway["PublicIpAddress"] == address).unwrap();
            assert_eq!(gateway["Type"], "SSL");
            assert!(servers["alibaba"].as_str().unwrap().ends_with(":1194"));
        }
        Step::Changed => {
            // Wei leaves, Ana comes, Tomasz is away.
            assert_eq!(names(&tencent), set(&["ana", "mei", "tomasz"]));
            assert_eq!(names(&certificates), set(&["ana", "mei"]));
            for (client, status) in [("ana", 1), ("mei", 1), ("tomasz", 2)] {
                let client = tencent.values().find(|object| object["Name"] == client).unwrap();
                assert_eq!(client["CertStatus"], status, "{client}");
            }
            assert_eq!(count(Cloud::Tencent, "DisableVpnGatewaySslClientCert"), 1);
            assert_eq!(count(Cloud::Tencent, "CreateVpnGatewaySslClient"), 1);
            assert_eq!(count(Cloud::Tencent, "DeleteVpnGatewaySslClient"), 1);
            assert_eq!(count(Cloud::Alibaba, "CreateSslVpnClientCert"), 1);
            assert_eq!(count(Cloud::Alibaba, "DeleteSslVpnClientCert"), 2);
            assert_eq!(calls.len(), 6, "{calls:#?}");
        }
        Step::Replaced => unreachable!("there is no after/"),
    }
}

/// What the README says of keys, done: a profile for each person, and nothing of it in Terraform's files.
#[test]
fn a_person_gets_her_profile() {
    let source = examples().join("remote-access");
    let ws = Workspace::new();
    super::copy(&source, &ws.dir());
    let readme = fs::read_to_string(source.join("README.md")).unwrap();
    let block = readme.split("```terraform\n").nth(1).unwrap().split("```").next().unwrap();
    fs::write(ws.dir().join("profiles.tf"), block).unwrap();
    ws.apply();

    let certificates = objects_of(&ws, "alibaba", "ssl_vpn_client_certs");
    for person in ["mei", "tomasz", "wei"] {
        let path = ws.dir().join(format!("{person}.ovpn"));
        let profile = fs::read_to_string(&path).unwrap();
        let certificate = certificates.values().find(|certificate| certificate["Name"] == person).unwrap();
        assert!(profile.contains(certificate["ClientKey"].as_str().unwrap().trim()), "{profile}");
        assert!(profile.lines().any(|line| line.starts_with("remote ")), "{profile}");
        assert!(!profile.lines().any(|line| line.starts_with("key ")), "{profile}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
        }
        fs::remove_file(&path).unwrap();
    }
    ws.assert_nowhere("PRIVATE KEY");
}
