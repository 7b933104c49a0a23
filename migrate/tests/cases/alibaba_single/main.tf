variable "psk" {
  sensitive = true
  default   = "made-up-key"
}

variable "bgp" {
  default = []
}

variable "health" {
  default = [{ sip = "10.0.0.1", dip = "192.168.10.1" }]
}

resource "alicloud_vpn_customer_gateway" "peer" {
  name       = "peer"
  ip_address = "203.0.113.10"
  asn        = "65010"
}

resource "alicloud_vpn_connection" "peer" {
  name                = "peer"
  vpn_gateway_id      = "vpn-mock0002"
  customer_gateway_id = alicloud_vpn_customer_gateway.peer.id
  local_subnet        = ["10.0.0.0/16"]
  remote_subnet       = ["192.168.10.0/24"]
  effect_immediately  = true
  auto_config_route   = true
  enable_dpd          = true

  ike_config {
    ike_auth_alg  = "sha256"
    ike_enc_alg   = "aes256"
    ike_version   = "ikev2"
    ike_mode      = "main"
    ike_lifetime  = "86400"
    psk           = var.psk # from the vault
    ike_pfs       = "group14"
    ike_remote_id = "203.0.113.10"
  }

  ipsec_config {
    ipsec_pfs     = "group14"
    ipsec_enc_alg = "aes256"
  }

  dynamic "bgp_config" {
    for_each = var.bgp
    content {
      enable       = true
      local_asn    = bgp_config.value.asn
      tunnel_cidr  = bgp_config.value.cidr
      local_bgp_ip = bgp_config.value.ip
    }
  }

  dynamic "health_check_config" {
    for_each = var.health
    content {
      enable   = true
      sip      = health_check_config.value.sip
      dip      = health_check_config.value.dip
      retry    = health_check_config.key + 3
      interval = "3"
    }
  }

  timeouts {
    create = "10m"
  }

  lifecycle {
    ignore_changes = [ike_config[0].psk, bgp_config, network_type, tags["owner"]]
  }
}

# All of IKE and IPsec is left out.
resource "alicloud_vpn_connection" "plain" {
  vpn_gateway_id      = "vpn-mock0002"
  customer_gateway_id = alicloud_vpn_customer_gateway.peer.id
  local_subnet        = ["10.1.0.0/16"]
  remote_subnet       = ["192.168.11.0/24"]

  ike_config {
    psk = var.psk
  }
}

output "algorithms" {
  value = [alicloud_vpn_connection.peer.ike_config[0].ike_enc_alg, one(alicloud_vpn_connection.peer.ike_config).ike_version, [for c in alicloud_vpn_connection.peer.ipsec_config : c.ipsec_pfs]]
}

output "bgp" {
  value = alicloud_vpn_connection.peer.bgp_config[*].status
}

output "key" {
  value     = alicloud_vpn_connection.peer.ike_config.0.psk
  sensitive = true
}
