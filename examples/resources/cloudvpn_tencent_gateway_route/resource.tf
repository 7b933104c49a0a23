# Into a tunnel.
resource "cloudvpn_tencent_gateway_route" "office" {
  gateway_id       = cloudvpn_tencent_gateway.main.id
  destination_cidr = "192.168.10.0/24"
  next_hop_id      = cloudvpn_tencent_connection.office.id
  description      = "office"
}

# Into another tunnel, used when the first is not.
resource "cloudvpn_tencent_gateway_route" "backup" {
  gateway_id       = cloudvpn_tencent_gateway.main.id
  destination_cidr = "192.168.10.0/24"
  next_hop_id      = cloudvpn_tencent_connection.backup.id
  priority         = 100
}

# Into a Cloud Connect Network, prepared but not used yet.
resource "cloudvpn_tencent_gateway_route" "branches" {
  gateway_id       = "vpngw-kfldykuz"
  destination_cidr = "192.168.20.0/24"
  next_hop_type    = "CCN"
  next_hop_id      = "ccn-qree05am"
  enabled          = false
}
