terraform {
  required_providers {
    tencentcloud = {
      source = "tencentcloudstack/tencentcloud"
    }
  }
}

resource "tencentcloud_vpn_customer_gateway" "office" {
  name              = "office"
  public_ip_address = "203.0.113.77"
}

# The office's device can no better.
resource "tencentcloud_vpn_connection" "office" {
  name                = "office"
  vpc_id              = "vpc-mock0001"
  vpn_gateway_id      = "vpngw-mock0001"
  customer_gateway_id = tencentcloud_vpn_customer_gateway.office.id
  pre_share_key       = var.pre_shared_key

  ike_version               = "IKEV2"
  ike_proto_encry_algorithm = "AES-CBC-128"
  ipsec_encrypt_algorithm   = "AES-CBC-128"

  security_group_policy {
    local_cidr_block  = "10.0.0.0/16"
    remote_cidr_block = ["192.168.10.0/24"]
  }
}

variable "pre_shared_key" {
  type      = string
  sensitive = true
}

output "tunnel" {
  value = tencentcloud_vpn_connection.office.id
}
