variable "subnets" {
  default = "10.0.0.0/16, 10.1.0.0/16"
}

resource "tencentcloud_vpn_gateway" "ssl" {
  name           = "ssl"
  vpc_id         = "vpc-mock0001"
  type           = "SSL"
  max_connection = 10
}

resource "tencentcloud_vpn_ssl_server" "this" {
  ssl_vpn_server_name = "remote"
  vpn_gateway_id      = tencentcloud_vpn_gateway.ssl.id
  local_address       = ["10.0.0.0/16"]
  remote_address      = "172.16.100.0/24"
  ssl_vpn_protocol    = "UDP"
  ssl_vpn_port        = 1194
  compress            = false
  sso_enabled         = null

  dns_servers {
    primary_dns = "10.0.0.2"
  }
}

resource "tencentcloud_vpn_ssl_client" "alice" {
  ssl_vpn_client_name = "alice"
  ssl_vpn_server_id   = tencentcloud_vpn_ssl_server.this.id
}

resource "tencentcloud_vpn_gateway_ssl_client_cert" "alice" {
  ssl_vpn_client_id = tencentcloud_vpn_ssl_client.alice.id
  switch            = "off"
}

resource "alicloud_vpn_gateway" "ssl" {
  vpn_gateway_name = "ssl"
  vpc_id           = "vpc-mock0001"
  vswitch_id       = "vsw-mock0001"
  bandwidth        = 10
  enable_ssl       = true
  ssl_connections  = 5
  payment_type     = "PayAsYouGo"
}

resource "alicloud_ssl_vpn_server" "this" {
  name           = "remote"
  vpn_gateway_id = alicloud_vpn_gateway.ssl.id
  client_ip_pool = "172.16.101.0/24"
  local_subnet   = var.subnets
}

resource "alicloud_ssl_vpn_client_cert" "this" {
  name              = "alice"
  ssl_vpn_server_id = alicloud_ssl_vpn_server.this.id
}

output "subnets" {
  value = alicloud_ssl_vpn_server.this.local_subnet
}
