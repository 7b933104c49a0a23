# Everything that the network team runs in the region.
data "cloudvpn_tencent_ssl_servers" "net" {
  tags = { team = "net" }
}

# Those without strong encryption, by name.
output "weak" {
  value = {
    for server in data.cloudvpn_tencent_ssl_servers.net.ssl_servers :
    server.name => server.encryption_algorithm if !startswith(server.encryption_algorithm, "AES-256")
  }
}
