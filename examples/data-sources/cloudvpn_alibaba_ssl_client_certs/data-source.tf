data "cloudvpn_alibaba_ssl_client_certs" "staff" {
  ssl_server_id = "vss-bp18q7hzj6largv4v****"
}

# Certificates that do not last, whoever made them.
output "ending" {
  value = {
    for cert in data.cloudvpn_alibaba_ssl_client_certs.staff.ssl_client_certs :
    cert.name => cert.expires_at if cert.status != "normal"
  }
}
