variable "tunnels" {
  type    = list(object({ role = optional(string), gw = string, ike = optional(list(object({ psk = optional(string), version = optional(string) })), []) }))
  default = []
}
variable "ike" { default = [{ psk = "abc" }] }
resource "alicloud_vpn_customer_gateway" "a" {
  ip_address  = "203.0.113.9"
  description = <<-EOT
    a text
      of two lines
  EOT
  tags = {
    name = "x" # c
    "k"  = <<EOT
zz
EOT
  }
}
resource "alicloud_vpn_connection" "c" {
  vpn_gateway_id      = "vpn-mock0002"
  customer_gateway_id = length(var.tunnels) > 0 ? "" : alicloud_vpn_customer_gateway.a.id
  local_subnet        = ["10.0.0.0/16"]
  remote_subnet       = ["192.168.10.0/24"]
  dynamic "ike_config" {
    for_each = length(var.tunnels) > 0 ? [] : var.ike
    content {
      psk = ike_config.value.psk
      ike_local_id = format("%s",
        "1.2.3.4"
      )
    }
  }
  dynamic "tunnel_options_specification" {
    for_each = var.tunnels
    content {
      role                = tunnel_options_specification.value.role
      customer_gateway_id = tunnel_options_specification.value.gw
      dynamic "tunnel_ike_config" {
        for_each = tunnel_options_specification.value.ike
        content {
          psk         = tunnel_ike_config.value.psk
          ike_version = tunnel_ike_config.value.version
        }
      }
    }
  }
}
output "n" { value = length(alicloud_vpn_connection.c.tunnel_options_specification) }
output "b" { value = length(alicloud_vpn_connection.c.bgp_config) > 0 ? alicloud_vpn_connection.c.bgp_config[0].status : "" }
output "h" { value = try(alicloud_vpn_connection.c.health_check_config.0.sip, "") }
