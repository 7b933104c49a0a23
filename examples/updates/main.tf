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
    region = "ap-guangzhou"
  }
  alibaba {
    region = "cn-hangzhou"
  }
}

# Tencent Cloud, API 3.0: a change is one ModifyVpnConnectionAttribute.
resource "cloudvpn_tencent_connection" "office" {
  name                = "office"
  vpc_id              = "vpc-mock0001"
  gateway_id          = "vpngw-mock0001"
  customer_gateway_id = "cgw-mock0001"

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1

  security_policies = [
    {
      local_cidr   = "10.0.0.0/16"
      remote_cidrs = var.office_cidrs
    },
  ]

  tags = {
    site = "office"
  }
}

# Alibaba Cloud: a change is one ModifySslVpnClientCert.
resource "cloudvpn_alibaba_ssl_client_cert" "laptop" {
  name          = var.certificate_name
  ssl_server_id = "vss-mock0001"
}

# Tencent Cloud, the retired API 2.0: a change is one ModifyVpnConnEx and the task it starts.
resource "cloudvpn_tencent_legacy_connection" "branch" {
  name                = var.branch_name
  vpc_id              = "vpc-mock0001"
  gateway_id          = "vpngw-mock0001"
  customer_gateway_id = "cgw-mock0002"

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1

  security_policies = [
    {
      local_cidr   = "10.0.0.0/16"
      remote_cidrs = ["192.168.30.0/24"]
    },
  ]
}
