data "cloudvpn_tencent_legacy_connection" "office" {
  name       = "office"
  gateway_id = "vpngw-kfldykuz"
}

output "office_status" {
  value = data.cloudvpn_tencent_legacy_connection.office.status
}
