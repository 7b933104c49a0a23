//! A running `cloudvpn-mock`, and the calls it saw.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;

/// A mock of our own, ended when it goes out of scope.
pub(crate) struct Mock {
    process: Child,
    url: String,
}

/// One API call, as `GET /_mock/calls` tells it.
#[derive(Debug, Deserialize)]
pub(crate) struct Call {
    pub(crate) seq: u64,
    pub(crate) action: String,
    pub(crate) region: String,
    /// Secrets are `***` already.
    pub(crate) params: Value,
    /// `ok`, or the error code.
    pub(crate) outcome: String,
}

impl Call {
    /// Whether the action changes nothing.
    pub(crate) fn is_read(&self) -> bool {
        self.action.starts_with("Describe")
    }
}

impl Mock {
    /// Starts `cloudvpn-mock serve` on a free port and waits until it is ready.
    pub(crate) fn start(binary: &Path) -> anyhow::Result<Self> {
        Self::start_with(binary, &[])
    }

    /// The same with these options of `cloudvpn-mock serve`.
    #[cfg_attr(not(all(unix, feature = "library")), allow(dead_code))]
    pub(crate) fn start_with(binary: &Path, options: &[&str]) -> anyhow::Result<Self> {
        let mut process = Command::new(binary)
            .arg("serve")
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let stdout = process.stdout.take().expect("its standard output is piped");
        let mut mock = Self { process, url: String::new() };

        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).context("cannot read from the mock")?;
        let ready: Ready = serde_json::from_str(&line).with_context(|| format!("the mock said {line:?}"))?;
        mock.url = ready.url;
        Ok(mock)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What a program needs to know to use the mock.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CLOUDVPN_TENCENT_ENDPOINT", self.url.clone()),
            ("CLOUDVPN_TENCENT_LEGACY_ENDPOINT", format!("{}/v2/index.php", self.url)),
            ("CLOUDVPN_ALIBABA_ENDPOINT", self.url.clone()),
            ("TENCENTCLOUD_SECRET_ID", "AKIDmock00000000000000000000000000".to_owned()),
            ("TENCENTCLOUD_SECRET_KEY", "mock-secret-key".to_owned()),
            ("TENCENTCLOUD_REGION", "ap-guangzhou".to_owned()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAImock0000000000000000".to_owned()),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "mock-access-key-secret".to_owned()),
            ("ALIBABA_CLOUD_REGION", "cn-hangzhou".to_owned()),
        ]
    }

    /// The calls after the one numbered `seen`, oldest first.
    pub(crate) fn calls_after(&self, seen: u64) -> anyhow::Result<Vec<Call>> {
        let calls: Vec<Call> = serde_json::from_str(&self.ask("calls")?).context("the mock's calls are no JSON")?;
        Ok(calls.into_iter().filter(|call| call.seq > seen).collect())
    }

    /// Whether a text stands anywhere in the mock's state, which shows secrets.
    pub(crate) fn holds(&self, text: &str) -> anyhow::Result<bool> {
        Ok(self.ask("state")?.contains(text))
    }

    fn ask(&self, what: &str) -> anyhow::Result<String> {
        let mut response = ureq::get(format!("{}/_mock/{what}", self.url)).call().context("cannot ask the mock")?;
        response.body_mut().read_to_string().context("cannot read the mock's answer")
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // It keeps nothing that would have to be saved.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[derive(Deserialize)]
struct Ready {
    url: String,
}
