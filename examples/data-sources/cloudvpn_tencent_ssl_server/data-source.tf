# By a name that is unique in the region; or by its id, or together with gateway_id.
data "cloudvpn_tencent_ssl_server" "office" {
  name = "office"
}

output "connect_to" {
  value = "${data.cloudvpn_tencent_ssl_server.office.public_ip_address}:${data.cloudvpn_tencent_ssl_server.office.port}"
}
