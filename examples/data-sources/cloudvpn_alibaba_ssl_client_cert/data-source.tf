# By a name that is unique on this SSL server; or by its id alone.
data "cloudvpn_alibaba_ssl_client_cert" "laptop" {
  name          = "laptop of the on-call engineer"
  ssl_server_id = "vss-bp18q7hzj6largv4v****"
}

output "laptop_certificate_ends" {
  value = data.cloudvpn_alibaba_ssl_client_cert.laptop.expires_at
}
