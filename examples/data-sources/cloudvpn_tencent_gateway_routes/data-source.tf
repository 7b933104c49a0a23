# All routes into one tunnel.
data "cloudvpn_tencent_gateway_routes" "office" {
  gateway_id  = "vpngw-kfldykuz"
  next_hop_id = "vpnx-f49l6u0z"
}

output "office_ranges" {
  value = [for route in data.cloudvpn_tencent_gateway_routes.office.routes : route.destination_cidr if route.enabled]
}
