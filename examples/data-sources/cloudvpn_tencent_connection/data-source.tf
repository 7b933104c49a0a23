# By a name that is unique on this gateway; or by its id alone.
data "cloudvpn_tencent_connection" "office" {
  name       = "office"
  gateway_id = "vpngw-kfldykuz"
}

output "office_ike" {
  value = data.cloudvpn_tencent_connection.office.ike
}
