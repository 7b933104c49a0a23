# What nothing here is: left, and said.
resource "alicloud_ssl_vpn_client_cert" "this" {
  ssl_vpn_server_id = "vss-1"
}

output "key" {
  value     = alicloud_ssl_vpn_client_cert.this.client_key
  sensitive = true
}

data "alicloud_vpn_connections" "all" {
  name_regex = "^office"
  depends_on = [tencentcloud_vpn_connection.elsewhere]
}

output "keys" {
  value = data.alicloud_vpn_connections.all.connections[*].ike_config[0].psk
}

output "route" {
  value = tencentcloud_vpn_gateway_route.this.id
}

output "policy" {
  value = tencentcloud_vpn_connection.elsewhere.security_group_policy[0].local_cidr_block
}

resource "tencentcloud_vpn_gateway_route" "this" {
  vpn_gateway_id         = "vpngw-1"
  instance_id            = "vpnx-1"
  instance_type          = "VPNCONN"
  destination_cidr_block = "10.0.0.0/8"
  priority               = 0
  status                 = "ENABLE"
}

resource "tencentcloud_vpn_gateway_ccn_routes" "this" {
  vpn_gateway_id         = "vpngw-1"
  route_id               = "r"
  destination_cidr_block = "10.0.0.0/8"
}
