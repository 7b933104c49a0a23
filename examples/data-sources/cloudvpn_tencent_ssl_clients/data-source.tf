# Everybody who may connect to an SSL server, and those who could until their certificates expired.
data "cloudvpn_tencent_ssl_clients" "office" {
  ssl_server_id = "vpns-k8jg2a4b"
}

output "expired" {
  value = [
    for client in data.cloudvpn_tencent_ssl_clients.office.ssl_clients :
    client.name if client.certificate_status == "expired"
  ]
}
