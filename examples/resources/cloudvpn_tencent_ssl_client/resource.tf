resource "cloudvpn_tencent_ssl_client" "laptop" {
  name          = "laptop"
  ssl_server_id = "vpns-k8jg2a4b"

  tags = {
    owner = "alex"
  }
}

# Somebody who may not connect for the time being.
resource "cloudvpn_tencent_ssl_client" "guest" {
  name          = "guest"
  ssl_server_id = "vpns-k8jg2a4b"
  enabled       = false
}
