terraform {
  # Ephemeral variables and write-only attributes.
  required_version = ">= 1.11"

  required_providers {
    cloudvpn = {
      source = "cloudvpn/cloudvpn"
    }
  }
}

provider "cloudvpn" {
  tencent {
    region = var.region
  }
}

resource "cloudvpn_tencent_connection" "office" {
  name                = var.name
  vpc_id              = var.vpc_id
  gateway_id          = var.gateway_id
  customer_gateway_id = var.customer_gateway_id

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1

  security_policies = [
    {
      local_cidr   = var.local_cidr
      remote_cidrs = var.remote_cidrs
    },
  ]

  tags = {
    site = "office"
  }
}
