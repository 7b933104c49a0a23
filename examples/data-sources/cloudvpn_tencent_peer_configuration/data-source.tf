# The pre-shared key is part of it, and so in the state: where that matters, use the ephemeral resource.
data "cloudvpn_tencent_peer_configuration" "office" {
  gateway_id       = "vpngw-kfldykuz"
  connection_id    = "vpnx-f49l6u0z"
  platform         = "ios"
  software_version = "V15.4"
  vendor_name      = "cisco"
  interface_name   = "GigabitEthernet1"
}

output "office" {
  value     = data.cloudvpn_tencent_peer_configuration.office.configuration
  sensitive = true
}
