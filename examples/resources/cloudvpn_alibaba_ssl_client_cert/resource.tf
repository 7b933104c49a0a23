# A certificate for one client of an SSL server. Its private key is not in the state.
resource "cloudvpn_alibaba_ssl_client_cert" "laptop" {
  name          = "laptop of the on-call engineer"
  ssl_server_id = "vss-bp18q7hzj6largv4v****"
}

# Fails in time for a new certificate: it cannot be renewed, only replaced.
check "laptop_certificate" {
  assert {
    condition     = cloudvpn_alibaba_ssl_client_cert.laptop.status == "normal"
    error_message = "The certificate ends at ${cloudvpn_alibaba_ssl_client_cert.laptop.expires_at}."
  }
}
