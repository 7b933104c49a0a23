# By a name that is unique on this gateway; or by its id alone.
data "cloudvpn_alibaba_connection" "office" {
  name       = "office"
  gateway_id = "vpn-bp1a3kqjiiq9legfx****"
}

output "office_ike" {
  value = data.cloudvpn_alibaba_connection.office.ike
}
