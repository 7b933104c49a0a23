# The office and its tunnel.

terraform {
  required_version = ">= 1.8"
  required_providers {
    tencentcloud = {
      source  = "tencentcloudstack/tencentcloud"
      version = "~> 1.81"
    }
  }
}

provider "tencentcloud" {
  region     = "ap-guangzhou"
  secret_id  = var.secret_id
  secret_key = ""
}

variable "secret_id" { default = null }

variable "pre_shared_key" {
  type      = string
  sensitive = true
  default   = "made-up-key"
}

variable "ike_version" {
  type    = string
  default = null
}

resource "tencentcloud_vpn_gateway" "main" {
  name           = "gw" # the one
  vpc_id         = "vpc-mock0001"
  bandwidth      = 10
  zone           = ""
  charge_type    = "POSTPAID_BY_HOUR"
  prepaid_period = 1
  max_connection = 5

  tags = {
    team = "net"
  }
}

resource "tencentcloud_vpn_customer_gateway" "office" {
  name              = "office"
  public_ip_address = "203.0.113.10"
}

resource "tencentcloud_vpn_connection" "office" {
  name                = "office"
  vpc_id              = "vpc-mock0001"
  vpn_gateway_id      = tencentcloud_vpn_gateway.main.id
  customer_gateway_id = tencentcloud_vpn_customer_gateway.office.id
  pre_share_key       = var.pre_shared_key

  # Phase 1
  ike_proto_encry_algorithm = "AES-CBC-128" # as the device has it
  ike_version               = var.ike_version
  ike_local_identity        = "ADDRESS"
  ike_local_address         = tencentcloud_vpn_gateway.main.public_ip_address
  ike_remote_identity       = "ADDRESS"
  ike_remote_address        = tencentcloud_vpn_customer_gateway.office.public_ip_address
  ike_dh_group_name         = "GROUP2"

  # Phase 2
  ipsec_encrypt_algorithm   = "AES-CBC-128"
  ipsec_sa_lifetime_seconds = 7200

  dpd_enable  = 1
  dpd_timeout = "30"
  dpd_action  = "clear"

  // What goes through.
  security_group_policy {
    local_cidr_block  = "10.0.0.0/16"
    remote_cidr_block = ["192.168.10.0/24"]
  }

  security_group_policy {
    local_cidr_block  = "10.1.0.0/16"
    remote_cidr_block = ["192.168.20.0/24"]
  }

  lifecycle {
    ignore_changes = [bgp_config[0].tunnel_cidr, ike_version, pre_share_key]
  }
}

output "state" {
  value = tencentcloud_vpn_connection.office.ike_version
}

output "text" {
  value = <<-EOT
    proto ${tencentcloud_vpn_connection.office.encrypt_proto}
      dpd ${tencentcloud_vpn_connection.office.dpd_enable}
  EOT
}
