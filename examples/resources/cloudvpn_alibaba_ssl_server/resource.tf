# Lets clients into the VPC's range. Their own addresses come from a range that is nowhere else.
resource "cloudvpn_alibaba_ssl_server" "staff" {
  name        = "staff"
  gateway_id  = "vpn-bp1a3kqjiiq9legfx****"
  client_cidr = "192.168.100.0/24"
  local_cidrs = ["10.0.0.0/16"]
  protocol    = "TCP"
}

# A certificate for one of them.
resource "cloudvpn_alibaba_ssl_client_cert" "laptop" {
  name          = "laptop of the on-call engineer"
  ssl_server_id = cloudvpn_alibaba_ssl_server.staff.id
}
