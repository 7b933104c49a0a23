# What is left on API 2.0, to be moved to cloudvpn_tencent_connection.
data "cloudvpn_tencent_legacy_connections" "all" {}

output "left" {
  value = { for tunnel in data.cloudvpn_tencent_legacy_connections.all.connections : tunnel.name => tunnel.id }
}
