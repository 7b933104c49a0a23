resource "cloudvpn_tencent_gateway" "this" {
  name           = var.name
  vpc_id         = var.tencent_vpc_id
  bandwidth_mbps = var.tencent_bandwidth_mbps
}

locals {
  # The other cloud's gateway has two addresses. The second is for when the first is not there.
  alibaba = {
    master = { ip_address = cloudvpn_alibaba_gateway.this.public_ip_address, priority = 0 }
    slave  = { ip_address = cloudvpn_alibaba_gateway.this.disaster_recovery_public_ip_address, priority = 100 }
  }
}

# The other cloud's gateway, as this one sees it.
resource "cloudvpn_tencent_customer_gateway" "alibaba" {
  for_each = local.alibaba

  name       = "${var.name}-alibaba-${each.key}"
  ip_address = each.value.ip_address
}

resource "cloudvpn_tencent_connection" "this" {
  for_each = cloudvpn_tencent_customer_gateway.alibaba

  name                = "${var.name}-alibaba-${each.key}"
  vpc_id              = var.tencent_vpc_id
  gateway_id          = cloudvpn_tencent_gateway.this.id
  customer_gateway_id = each.value.id

  # Two tunnels of one gateway cannot have the same ranges: the routes below decide instead of security policies.
  route_type = "StaticRoute"

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = var.pre_shared_key_version

  ike = {
    version              = "IKEV2"
    encryption_algorithm = "AES-CBC-256"
    integrity_algorithm  = "SHA-256"
    dh_group             = "GROUP14"
    lifetime_seconds     = var.lifetime_seconds.ike
  }

  ipsec = {
    encryption_algorithm = "AES-CBC-256"
    integrity_algorithm  = "SHA-256"
    pfs_dh_group         = "DH-GROUP14"
    lifetime_seconds     = var.lifetime_seconds.ipsec
  }

  # A peer that has restarted has forgotten the tunnel: notice it, and negotiate anew.
  dpd = {
    enabled         = true
    timeout_seconds = 30
    action          = "restart"
  }
}

# To each range on the other side through both tunnels.
resource "cloudvpn_tencent_gateway_route" "to_alibaba" {
  for_each = {
    for pair in setproduct(var.alibaba_cidrs, keys(local.alibaba)) : "${pair[0]} ${pair[1]}" => { cidr = pair[0], role = pair[1] }
  }

  gateway_id       = cloudvpn_tencent_gateway.this.id
  destination_cidr = each.value.cidr
  next_hop_id      = cloudvpn_tencent_connection.this[each.value.role].id
  priority         = local.alibaba[each.value.role].priority
}
