//! What many objects cost that have a parent in common, or none: created and deleted again.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::load::{LATENCY, SETTLE};
use crate::mock::{Call, Mock};
use crate::terraform::{Terraform, Workdir};
use crate::workspace::{self, MOCK, SOURCE};

/// So many objects of a kind. The configuration takes the variable `resources`: without any, it makes their parents.
struct Many {
    what: &'static str,
    count: usize,
    configuration: &'static str,
}

/// What they cost.
pub(crate) struct Row {
    what: &'static str,
    count: usize,
    create: Cost,
    delete: Cost,
}

struct Cost {
    time: Duration,
    calls: usize,
    /// Answered with an error.
    refused: usize,
}

/// Measures all of them, each in a mock of its own.
pub(crate) fn measure(terraform: &Terraform, binaries: &Path) -> anyhow::Result<Vec<Row>> {
    MANY.iter()
        .map(|many| {
            eprintln!("{} {}", many.count, many.what);
            many.run(terraform, binaries)
        })
        .collect()
}

pub(crate) fn markdown(rows: &[Row]) -> String {
    let mut text = format!("{LATENCY} an API call, {SETTLE} for a change to settle.\n\n");
    text += "| N | | create | API calls | refused | destroy | API calls | refused |\n";
    text += "| --: | --- | --: | --: | --: | --: | --: | --: |\n";
    for Row { what, count, create, delete } in rows {
        let cost = |cost: &Cost| format!("{:.2} s | {} | {}", cost.time.as_secs_f64(), cost.calls, cost.refused);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {count} | {what} | {} | {} |", cost(create), cost(delete));
    }
    text
}

impl Many {
    fn run(&self, terraform: &Terraform, binaries: &Path) -> anyhow::Result<Row> {
        let options = ["--latency", LATENCY, "--settle", SETTLE, "--any-parent"];
        let mock = Mock::start_with(&binaries.join(workspace::executable(MOCK)), &options)?;
        let directory = tempfile::tempdir()?;
        fs::write(directory.path().join("main.tf"), format!("{HEAD}{}", self.configuration))?;
        let workdir = Workdir::with_source(terraform, directory.path(), SOURCE, binaries, mock.environment(), false)?;
        let mut seen = 0;
        let mut apply = |count: usize| -> anyhow::Result<Cost> {
            let started = Instant::now();
            let run = workdir.run(&["apply", "-auto-approve", &format!("-var=resources={count}")])?;
            let time = started.elapsed();
            ensure!(run.status == Some(0), "{} {} fail:\n{}{}", self.count, self.what, run.stdout, run.stderr);
            let calls = mock.calls_after(seen)?;
            seen = calls.last().map_or(seen, |call| call.seq);
            let refused = calls.iter().filter(|call| is_refusal(call)).count();
            Ok(Cost { time, calls: calls.len(), refused })
        };
        apply(0)?;
        let create = apply(self.count)?;
        let delete = apply(0)?;
        Ok(Row { what: self.what, count: self.count, create, delete })
    }
}

/// That something is not there is an answer to a question.
fn is_refusal(call: &Call) -> bool {
    call.outcome != "ok" && !call.is_read()
}

const HEAD: &str = r#"
terraform {
  required_providers {
    cloudvpn = { source = "cloudvpn/cloudvpn" }
  }
}

variable "resources" { type = number }
"#;

const MANY: &[Many] = &[
    Many {
        what: "connections of one gateway, Alibaba Cloud",
        count: 200,
        configuration: r#"
resource "cloudvpn_alibaba_gateway" "g" {
  vpc_id                       = "vpc-mock0001"
  vswitch_id                   = "vsw-mock0001"
  disaster_recovery_vswitch_id = "vsw-mock0002"
  bandwidth_mbps               = 10
}

resource "cloudvpn_alibaba_connection" "r" {
  count        = var.resources
  gateway_id   = cloudvpn_alibaba_gateway.g.id
  local_cidrs  = ["10.0.0.0/16"]
  remote_cidrs = ["192.168.${count.index}.0/24"]
  tunnels = {
    master = { customer_gateway_id = "cgw-mock0001", pre_shared_key = "a-pre-shared-key" }
    slave  = { customer_gateway_id = "cgw-mock0001", pre_shared_key = "a-pre-shared-key" }
  }
}
"#,
    },
    Many {
        what: "connections of twenty gateways, Alibaba Cloud",
        count: 200,
        configuration: r#"
resource "cloudvpn_alibaba_gateway" "g" {
  count                        = 20
  vpc_id                       = "vpc-mock0001"
  vswitch_id                   = "vsw-mock0001"
  disaster_recovery_vswitch_id = "vsw-mock0002"
  bandwidth_mbps               = 10
}

resource "cloudvpn_alibaba_connection" "r" {
  count        = var.resources
  gateway_id   = cloudvpn_alibaba_gateway.g[count.index % 20].id
  local_cidrs  = ["10.0.0.0/16"]
  remote_cidrs = ["192.168.${count.index}.0/24"]
  tunnels = {
    master = { customer_gateway_id = "cgw-mock0001", pre_shared_key = "a-pre-shared-key" }
    slave  = { customer_gateway_id = "cgw-mock0001", pre_shared_key = "a-pre-shared-key" }
  }
}
"#,
    },
    Many {
        what: "certificates of one SSL server, Alibaba Cloud",
        count: 100,
        configuration: r#"
resource "cloudvpn_alibaba_gateway" "g" {
  vpc_id                       = "vpc-mock0001"
  vswitch_id                   = "vsw-mock0001"
  disaster_recovery_vswitch_id = "vsw-mock0002"
  bandwidth_mbps               = 10
  ssl_enabled                  = true
}

resource "cloudvpn_alibaba_ssl_server" "s" {
  gateway_id  = cloudvpn_alibaba_gateway.g.id
  client_cidr = "192.168.250.0/24"
  local_cidrs = ["10.0.0.0/16"]
}

resource "cloudvpn_alibaba_ssl_client_cert" "r" {
  count         = var.resources
  name          = "r-${count.index}"
  ssl_server_id = cloudvpn_alibaba_ssl_server.s.id
}
"#,
    },
    Many {
        what: "customer gateways, Alibaba Cloud",
        count: 200,
        configuration: r#"
resource "cloudvpn_alibaba_customer_gateway" "r" {
  count      = var.resources
  name       = "r-${count.index}"
  ip_address = "203.0.113.${count.index + 1}"
}
"#,
    },
    Many {
        what: "customer gateways, Tencent Cloud",
        count: 200,
        configuration: r#"
resource "cloudvpn_tencent_customer_gateway" "r" {
  count      = var.resources
  name       = "r-${count.index}"
  ip_address = "203.0.113.${count.index + 1}"
}
"#,
    },
    Many {
        what: "routes of one gateway, Tencent Cloud",
        count: 200,
        configuration: r#"
resource "cloudvpn_tencent_gateway_route" "r" {
  count            = var.resources
  gateway_id       = "vpngw-mock0001"
  destination_cidr = "192.168.${count.index}.0/24"
  next_hop_id      = "vpnx-mock0001"
}
"#,
    },
    Many {
        what: "clients of one SSL server, Tencent Cloud",
        count: 100,
        configuration: r#"
resource "cloudvpn_tencent_ssl_server" "s" {
  name        = "s"
  gateway_id  = "vpngw-mockssl1"
  local_cidrs = ["10.0.1.0/24"]
  client_cidr = "10.8.0.0/16"
}

resource "cloudvpn_tencent_ssl_client" "r" {
  count         = var.resources
  name          = "r-${count.index}"
  ssl_server_id = cloudvpn_tencent_ssl_server.s.id
}
"#,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_what_both_ways_cost() {
        let cost = |calls| Cost { time: Duration::from_millis(2500), calls, refused: 0 };
        let rows = [Row { what: "routes", count: 200, create: cost(80), delete: cost(20) }];
        let text = markdown(&rows);
        assert!(text.contains("| 200 | routes | 2.50 s | 80 | 0 | 2.50 s | 20 | 0 |"), "{text}");
    }
}
