resource "cloudvpn_tencent_ssl_server" "office" {
  name        = "office"
  gateway_id  = "vpngw-kfldykuz" # of type SSL
  local_cidrs = ["10.0.0.0/16"]
  client_cidr = "10.8.0.0/16"

  dns_servers = {
    primary = "10.0.0.2"
  }

  tags = {
    team = "net"
  }
}

# Somebody who may connect to it.
resource "cloudvpn_tencent_ssl_client" "laptop" {
  name          = "laptop"
  ssl_server_id = cloudvpn_tencent_ssl_server.office.id
}
