resource "cloudvpn_tencent_gateway" "this" {
  name            = var.name
  vpc_id          = var.tencent_vpc_id
  type            = "SSL"
  bandwidth_mbps  = 10
  max_connections = var.max_connections
}

resource "cloudvpn_tencent_ssl_server" "this" {
  name        = var.name
  gateway_id  = cloudvpn_tencent_gateway.this.id
  local_cidrs = var.tencent_cidrs
  client_cidr = var.tencent_client_cidr
}

# A certificate for each person; its private key is not in the state.
resource "cloudvpn_tencent_ssl_client" "people" {
  for_each = var.people

  name          = each.key
  ssl_server_id = cloudvpn_tencent_ssl_server.this.id

  # Who is away is not let in, and keeps the certificate.
  enabled = !each.value.away
}
