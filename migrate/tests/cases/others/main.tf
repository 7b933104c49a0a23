# References from elsewhere, and what stays.
resource "aws_customer_gateway" "this" {
  bgp_asn    = 65000
  ip_address = alicloud_vpn_gateway.this.internet_ip
  type       = "ipsec.1"
}

resource "alicloud_vpn_gateway" "this" {
  vpc_id           = alicloud_vpc.this.id
  bandwidth        = 10
  vpn_gateway_name = "gw"
  depends_on       = [alicloud_vpc.this]
}

resource "alicloud_vpc" "this" {
  vpc_name = "alicloud_vpn_gateway"
}

resource "alicloud_route_entry" "this" {
  route_table_id = alicloud_vpc.this.route_table_id
  nexthop_type   = "VpnGateway"
  nexthop_id     = alicloud_vpn_gateway.this.id
}

resource "alicloud_vpn_pbr_route_entry" "this" {
  vpn_gateway_id = alicloud_vpn_gateway.this.id
  next_hop       = alicloud_vpn_connection.far.id
  route_source   = "10.0.0.0/16"
  route_dest     = "192.168.0.0/24"
  weight         = 0
  publish_vpc    = true
}

locals {
  asn = try(aws_vpn_connection.alicloud_vpn_connection.asn, aws_vpn_connection.alicloud_vpn_connection.x)
}

module "vpn" {
  source = "terraform-alicloud-modules/vpn/alicloud"
}

provider "alicloud" {
  region     = "cn-hangzhou"
  access_key = "literal"
  profile    = var.profile
  version    = "1.200.0"

  assume_role {
    role_arn           = "acs:ram::1:role/r"
    session_expiration = 900
  }

  endpoints {
    vpc = "x"
  }
}

terraform {
  required_version = ">= 0.13"
  required_providers {
    alicloud = "~> 1.200"
    aws = {
      source = "hashicorp/aws"
    }
  }
}

output "all" {
  value = alicloud_vpn_gateway.this
}

moved {
  from = alicloud_vpn_gateway.old
  to   = alicloud_vpn_gateway.this
}
