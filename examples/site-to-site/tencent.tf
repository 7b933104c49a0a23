resource "cloudvpn_tencent_gateway" "this" {
  name           = var.name
  vpc_id         = var.tencent_vpc_id
  bandwidth_mbps = var.tencent_bandwidth_mbps
}

# The other cloud's gateway, as this one sees it.
resource "cloudvpn_tencent_customer_gateway" "alibaba" {
  name       = "${var.name}-alibaba"
  ip_address = cloudvpn_alibaba_gateway.this.public_ip_address
}

resource "cloudvpn_tencent_connection" "this" {
  name                = "${var.name}-alibaba"
  vpc_id              = var.tencent_vpc_id
  gateway_id          = cloudvpn_tencent_gateway.this.id
  customer_gateway_id = cloudvpn_tencent_customer_gateway.alibaba.id

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = var.pre_shared_key_version

  # What Alibaba Cloud's end has as local is remote here, and the other way round.
  security_policies = [
    for cidr in var.tencent_cidrs : {
      local_cidr   = cidr
      remote_cidrs = var.alibaba_cidrs
    }
  ]

  ike = {
    version              = "IKEV2"
    encryption_algorithm = "AES-CBC-256"
    integrity_algorithm  = "SHA-256"
    dh_group             = "GROUP14"
    lifetime_seconds     = local.lifetime_seconds.ike
  }

  ipsec = {
    encryption_algorithm = "AES-CBC-256"
    integrity_algorithm  = "SHA-256"
    pfs_dh_group         = "DH-GROUP14"
    lifetime_seconds     = local.lifetime_seconds.ipsec
  }

  # A peer that has restarted has forgotten the tunnel: notice it, and negotiate anew.
  dpd = {
    enabled         = true
    timeout_seconds = 30
    action          = "restart"
  }
}
