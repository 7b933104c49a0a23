# The key of a certificate, read when it is needed and stored neither in the plan nor in the state.
ephemeral "cloudvpn_alibaba_ssl_client_cert" "laptop" {
  id = cloudvpn_alibaba_ssl_client_cert.laptop.id
}

# Puts an OpenVPN profile with everything in it where the client can fetch it.
resource "vault_kv_secret_v2" "laptop" {
  mount = "vpn"
  name  = "laptop"

  data_json_wo_version = 1
  data_json_wo = jsonencode({
    profile = join("\n", concat(
      # The configuration names the certificates and the key as files; here they are part of it.
      [for line in split("\n", ephemeral.cloudvpn_alibaba_ssl_client_cert.laptop.client_config) :
      line if !can(regex("^(ca|cert|key) ", line))],
      ["<ca>", ephemeral.cloudvpn_alibaba_ssl_client_cert.laptop.ca_certificate, "</ca>"],
      ["<cert>", ephemeral.cloudvpn_alibaba_ssl_client_cert.laptop.certificate, "</cert>"],
      ["<key>", ephemeral.cloudvpn_alibaba_ssl_client_cert.laptop.private_key, "</key>"],
    ))
  })
}
