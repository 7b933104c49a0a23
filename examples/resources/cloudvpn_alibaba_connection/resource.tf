variable "pre_shared_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

# Two tunnels, as gateways in two zones have them: one leads when the other is not there.
resource "cloudvpn_alibaba_connection" "office" {
  name         = "office"
  gateway_id   = "vpn-bp1q8bgx4xnkm2ogj****"
  local_cidrs  = ["10.0.0.0/16"]
  remote_cidrs = ["192.168.0.0/16"]

  tunnels = {
    master = {
      customer_gateway_id       = "cgw-p0wy363lucf1uyae8****"
      pre_shared_key_wo         = var.pre_shared_key
      pre_shared_key_wo_version = 1
    }
    slave = {
      customer_gateway_id       = "cgw-p0w2jemrcj5u61un8****"
      pre_shared_key_wo         = var.pre_shared_key
      pre_shared_key_wo_version = 1
    }
  }

  tags = {
    site = "office"
  }
}
