# By a name that is unique on this SSL server; or by its id alone.
data "cloudvpn_tencent_ssl_client" "laptop" {
  name          = "laptop"
  ssl_server_id = "vpns-k8jg2a4b"
}

output "laptop_expires_at" {
  value = data.cloudvpn_tencent_ssl_client.laptop.expires_at
}
