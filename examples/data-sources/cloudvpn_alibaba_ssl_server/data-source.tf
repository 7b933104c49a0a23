# By a name that is unique on this gateway; or by its id alone.
data "cloudvpn_alibaba_ssl_server" "staff" {
  name       = "staff"
  gateway_id = "vpn-bp1a3kqjiiq9legfx****"
}

output "staff_address" {
  value = "${data.cloudvpn_alibaba_ssl_server.staff.public_ip_address}:${data.cloudvpn_alibaba_ssl_server.staff.port}"
}
