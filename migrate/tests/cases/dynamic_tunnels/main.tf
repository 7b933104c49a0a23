variable "tunnel_options_specification" { default = [] }
variable "policies" { default = [] }
variable "ike" { default = [] }
resource "alicloud_vpn_connection" "c" {
  vpn_gateway_id = "vpn-1"
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
  vpn_gateway_id      = "vpn-1"
  customer_gateway_id = "cgw-1"
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
  vpn_gateway_id      = "g"
  customer_gateway_id = "c"
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
