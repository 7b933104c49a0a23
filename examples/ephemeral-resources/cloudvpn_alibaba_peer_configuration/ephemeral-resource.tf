# What the device in the office has to be told, read when it is needed and stored neither in the plan nor in the state.
ephemeral "cloudvpn_alibaba_peer_configuration" "office" {
  connection_id = cloudvpn_alibaba_connection.office.id
}

# Puts it where whoever configures the device can fetch it.
resource "vault_kv_secret_v2" "office" {
  mount = "vpn"
  name  = "office"

  data_json_wo_version = 1
  data_json_wo = jsonencode({
    peer           = ephemeral.cloudvpn_alibaba_peer_configuration.office.remote
    pre_shared_key = ephemeral.cloudvpn_alibaba_peer_configuration.office.pre_shared_key
    ike            = ephemeral.cloudvpn_alibaba_peer_configuration.office.ike
    ipsec          = ephemeral.cloudvpn_alibaba_peer_configuration.office.ipsec
  })
}
