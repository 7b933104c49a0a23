# Everything that the network team runs on one gateway.
data "cloudvpn_alibaba_connections" "office" {
  gateway_id = "vpn-bp1a3kqjiiq9legfx****"
  tags       = { team = "net" }
}

# Connections that are not up, by name.
output "down" {
  value = {
    for connection in data.cloudvpn_alibaba_connections.office.connections :
    connection.name => connection.id if connection.status != "ipsec_sa_established"
  }
}
