# Where traffic to the office goes.
data "cloudvpn_tencent_gateway_route" "office" {
  gateway_id       = "vpngw-kfldykuz"
  destination_cidr = "192.168.10.0/24"
}

output "office_tunnel" {
  value = data.cloudvpn_tencent_gateway_route.office.next_hop_id
}
