resource "cloudvpn_alibaba_gateway" "this" {
  name           = var.name
  vpc_id         = var.alibaba_vpc_id
  vswitch_id     = var.alibaba_vswitch_id
  bandwidth_mbps = var.alibaba_bandwidth_mbps
}

# The other cloud's gateway, as this one sees it.
resource "cloudvpn_alibaba_customer_gateway" "tencent" {
  name       = "${var.name}-tencent"
  ip_address = cloudvpn_tencent_gateway.this.public_ip_address
}

resource "cloudvpn_alibaba_connection" "this" {
  name                = "${var.name}-tencent"
  gateway_id          = cloudvpn_alibaba_gateway.this.id
  customer_gateway_id = cloudvpn_alibaba_customer_gateway.tencent.id
  effect_immediately  = true # do not wait for the first packet

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = var.pre_shared_key_version

  # What Tencent Cloud's end has as local is remote here, and the other way round.
  local_cidrs  = var.alibaba_cidrs
  remote_cidrs = var.tencent_cidrs

  # The routes stand below, where a plan shows them.
  auto_configure_routes = false

  ike = {
    version              = "ikev2"
    encryption_algorithm = "aes256"
    integrity_algorithm  = "sha256"
    dh_group             = "group14"
    lifetime_seconds     = local.lifetime_seconds.ike
  }

  ipsec = {
    encryption_algorithm = "aes256"
    integrity_algorithm  = "sha256"
    pfs_dh_group         = "group14"
    lifetime_seconds     = local.lifetime_seconds.ipsec
  }

  dpd = {
    enabled = true
  }
}

# To the ranges on the other side through the tunnel, told to the VPC's system route table.
resource "cloudvpn_alibaba_route_entry" "to_tencent" {
  for_each = var.tencent_cidrs

  gateway_id       = cloudvpn_alibaba_gateway.this.id
  next_hop_id      = cloudvpn_alibaba_connection.this.id
  destination_cidr = each.value
  published        = true
}
