variable "tunnel_options_specification" {
  default = [
    { role = "master", customer_gateway_id = "cgw-none1", ike = [{ psk = "made-up-1", version = "ikev2" }] },
    { role = "slave", customer_gateway_id = "cgw-none2", dpd = false, ike = [{ psk = "made-up-2", version = null }] },
  ]
}
variable "policies" { default = [{ local = "10.0.0.0/16", remote = ["192.168.0.0/24"] }] }
variable "ike" { default = [{ psk = "made-up-3" }] }
variable "kind" { default = null }
variable "address" { default = "203.0.113.1" }
variable "name" { default = "" }
resource "alicloud_vpn_customer_gateway" "peer" {
  ip_address = "203.0.113.20"
}
resource "tencentcloud_vpn_customer_gateway" "peer" {
  name              = "peer"
  public_ip_address = "203.0.113.20"
}
resource "alicloud_vpn_connection" "c" {
  vpn_gateway_id = "vpn-mock0001"
  local_subnet   = ["10.0.0.0/16"]
  remote_subnet  = ["192.168.10.0/24"]

  dynamic "tunnel_options_specification" {
    for_each = var.tunnel_options_specification
    content {
      customer_gateway_id = tunnel_options_specification.value.customer_gateway_id
      role                = tunnel_options_specification.value.role
      enable_dpd          = lookup(tunnel_options_specification.value, "dpd", null)

      dynamic "tunnel_ike_config" {
        for_each = tunnel_options_specification.value.ike
        content {
          psk         = tunnel_ike_config.value.psk
          ike_version = tunnel_ike_config.value.version
        }
      }
      tunnel_ipsec_config {
        ipsec_enc_alg = "aes256"
      }
    }
  }
}
resource "alicloud_vpn_connection" "d" {
  vpn_gateway_id      = "vpn-mock0002"
  customer_gateway_id = alicloud_vpn_customer_gateway.peer.id
  local_subnet        = ["10.0.0.0/16"]
  remote_subnet       = ["192.168.10.0/24"]

  dynamic "ike_config" {
    for_each = var.ike
    content {
      psk         = ike_config.value["psk"]
      ike_version = "ikev2"
    }
  }
}
resource "tencentcloud_vpn_connection" "p" {
  name                = "p"
  vpc_id              = "vpc-mock0001"
  vpn_gateway_id      = "vpngw-mock0001"
  customer_gateway_id = tencentcloud_vpn_customer_gateway.peer.id
  pre_share_key       = "literal"
  ike_local_identity  = var.kind
  ike_local_address   = var.address
  ike_local_fqdn_name = var.name

  dynamic "security_group_policy" {
    for_each = var.policies
    content {
      local_cidr_block  = security_group_policy.value.local
      remote_cidr_block = security_group_policy.value["remote"]
    }
  }
}
