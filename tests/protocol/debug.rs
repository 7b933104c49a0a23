//! Debug mode: one process, any number of clients.

use std::path::PathBuf;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::timeout;

use crate::client::{PATIENCE, command, configure, connect_plain, is_configured, provider};

#[tokio::test]
async fn debug_mode_serves_any_number_of_clients_until_interrupted() {
    let temp = tempfile::tempdir().unwrap();
    let mut child = command(&temp).arg("--debug").spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let value = loop {
        let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().expect("a reattach value");
        if let Some(value) = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='") {
            break value.strip_suffix('\'').unwrap().to_owned();
        }
    };
    let value: serde_json::Value = serde_json::from_str(&value).unwrap();
    let (_, provider_value) = value.as_object().unwrap().iter().next().unwrap();
    assert_eq!(provider_value["Pid"], child.id().unwrap());
    assert_eq!((&provider_value["Test"], &provider_value["ProtocolVersion"]), (&true.into(), &6.into()));
    let socket = PathBuf::from(provider_value["Addr"]["String"].as_str().unwrap());

    // Clients come together and one after the other, each with its own configuration, and their leaving ends nothing.
    for _ in 0..2 {
        let (one, two) = (connect_plain(&socket).await, connect_plain(&socket).await);
        let (mut one, mut two) = (provider(one), provider(two));
        configure(&mut one).await;
        assert!(is_configured(&mut one).await);
        assert!(!is_configured(&mut two).await);
    }
    let ended = timeout(std::time::Duration::from_millis(1500), child.wait()).await;
    assert!(ended.is_err(), "{ended:?}");

    // SAFETY: a number for a number, to a child that is not waited for yet.
    unsafe { libc::kill(child.id().unwrap().try_into().unwrap(), libc::SIGINT) };
    let status = timeout(PATIENCE, child.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(!socket.exists());
}
