# The key of a certificate, read when it is needed and stored neither in the plan nor in the state.
ephemeral "cloudvpn_tencent_ssl_client" "laptop" {
  id = cloudvpn_tencent_ssl_client.laptop.id
}

# Puts the OpenVPN profile where the client can fetch it.
resource "vault_kv_secret_v2" "laptop" {
  mount = "vpn"
  name  = "laptop"

  data_json_wo_version = 1
  data_json_wo = jsonencode({
    profile = ephemeral.cloudvpn_tencent_ssl_client.laptop.client_config
    ca      = ephemeral.cloudvpn_tencent_ssl_client.laptop.ca_certificate
    cert    = ephemeral.cloudvpn_tencent_ssl_client.laptop.certificate
    key     = ephemeral.cloudvpn_tencent_ssl_client.laptop.private_key
  })
}
