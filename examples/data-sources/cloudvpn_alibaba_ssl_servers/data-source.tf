data "cloudvpn_alibaba_ssl_servers" "all" {
  gateway_id = "vpn-bp1a3kqjiiq9legfx****"
}

# SSL servers that are nearly full.
output "busy" {
  value = [
    for server in data.cloudvpn_alibaba_ssl_servers.all.ssl_servers :
    server.name if server.connections >= 0.9 * server.max_connections
  ]
}
