# The configuration with the key, read when it is needed and stored neither in the plan nor in the state.
ephemeral "cloudvpn_tencent_peer_configuration" "office" {
  gateway_id       = "vpngw-kfldykuz"
  connection_id    = "vpnx-f49l6u0z"
  platform         = "ios"
  software_version = "V15.4"
  vendor_name      = "cisco"
  interface_name   = "GigabitEthernet1"
}

# Puts it where whoever runs the router can fetch it.
resource "vault_kv_secret_v2" "office" {
  mount = "vpn"
  name  = "office"

  data_json_wo_version = 1
  data_json_wo = jsonencode({
    configuration = ephemeral.cloudvpn_tencent_peer_configuration.office.configuration
  })
}
