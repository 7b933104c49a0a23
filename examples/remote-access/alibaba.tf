resource "cloudvpn_alibaba_gateway" "this" {
  name                         = var.name
  vpc_id                       = var.alibaba_vpc_id
  vswitch_id                   = var.alibaba_vswitch_id
  disaster_recovery_vswitch_id = var.alibaba_disaster_recovery_vswitch_id
  bandwidth_mbps               = 10
  ipsec_enabled                = false
  ssl_enabled                  = true
  ssl_max_connections          = var.max_connections
}

resource "cloudvpn_alibaba_ssl_server" "this" {
  name        = var.name
  gateway_id  = cloudvpn_alibaba_gateway.this.id
  local_cidrs = var.alibaba_cidrs
  client_cidr = var.alibaba_client_cidr
}

# A certificate for each person; its private key is not in the state. Alibaba Cloud has no way to disable one: who is away loses it, and
# gets a new one afterwards.
resource "cloudvpn_alibaba_ssl_client_cert" "people" {
  for_each = { for name, person in var.people : name => person if !person.away }

  name          = each.key
  ssl_server_id = cloudvpn_alibaba_ssl_server.this.id
}
