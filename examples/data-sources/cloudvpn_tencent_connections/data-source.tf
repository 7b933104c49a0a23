# Everything that the network team runs on one gateway.
data "cloudvpn_tencent_connections" "office" {
  gateway_id = "vpngw-kfldykuz"
  tags       = { team = "net" }
}

# Tunnels that are not connected, by name.
output "down" {
  value = {
    for tunnel in data.cloudvpn_tencent_connections.office.connections :
    tunnel.name => tunnel.id if tunnel.net_status != "AVAILABLE"
  }
}
