# Two vSwitches in two zones: the gateway has an address in each, and connections have two tunnels.
resource "cloudvpn_alibaba_gateway" "this" {
  name                         = var.name
  vpc_id                       = var.alibaba_vpc_id
  vswitch_id                   = var.alibaba_vswitch_id
  disaster_recovery_vswitch_id = var.alibaba_disaster_recovery_vswitch_id
  bandwidth_mbps               = var.alibaba_bandwidth_mbps
}

# The other cloud's gateway, as this one sees it.
resource "cloudvpn_alibaba_customer_gateway" "tencent" {
  name       = "${var.name}-tencent"
  ip_address = cloudvpn_tencent_gateway.this.public_ip_address
}

resource "cloudvpn_alibaba_connection" "this" {
  name               = "${var.name}-tencent"
  gateway_id         = cloudvpn_alibaba_gateway.this.id
  effect_immediately = true # do not wait for the first packet

  # Both tunnels carry everything; the routes decide, at both ends. With several ranges here instead, the other end has to begin
  # (effect_immediately = false), or only the first pair of ranges may pass.
  local_cidrs  = ["0.0.0.0/0"]
  remote_cidrs = ["0.0.0.0/0"]

  # They stand below, where a plan shows them.
  auto_configure_routes = false

  # Both lead to the one address of the other side.
  tunnels = {
    for role in ["master", "slave"] : role => {
      customer_gateway_id = cloudvpn_alibaba_customer_gateway.tencent.id

      pre_shared_key_wo         = var.pre_shared_key
      pre_shared_key_wo_version = var.pre_shared_key_version

      ike = {
        version              = "ikev2"
        encryption_algorithm = "aes256"
        integrity_algorithm  = "sha256"
        dh_group             = "group14"
        lifetime_seconds     = var.lifetime_seconds.ike
      }

      ipsec = {
        encryption_algorithm = "aes256"
        integrity_algorithm  = "sha256"
        pfs_dh_group         = "group14"
        lifetime_seconds     = var.lifetime_seconds.ipsec
      }

      dpd = {
        enabled = true
      }
    }
  }
}

# To the ranges on the other side through whichever tunnel stands, told to the VPC's system route table.
resource "cloudvpn_alibaba_route_entry" "to_tencent" {
  for_each = var.tencent_cidrs

  gateway_id       = cloudvpn_alibaba_gateway.this.id
  next_hop_id      = cloudvpn_alibaba_connection.this.id
  destination_cidr = each.value
  published        = true
}
