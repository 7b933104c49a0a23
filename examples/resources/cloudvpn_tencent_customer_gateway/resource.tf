resource "cloudvpn_tencent_customer_gateway" "office" {
  name       = "office"
  ip_address = "203.0.113.10"
  bgp_asn    = 65010 # only for tunnels with BGP

  tags = {
    site = "office"
  }

  # Another address needs another customer gateway. The tunnel has to move to it before the old one can go.
  lifecycle {
    create_before_destroy = true
  }
}

variable "pre_shared_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

# A tunnel that leads to it.
resource "cloudvpn_tencent_connection" "office" {
  name                = "office-guangzhou"
  vpc_id              = "vpc-03vihbk9"
  gateway_id          = "vpngw-kfldykuz"
  customer_gateway_id = cloudvpn_tencent_customer_gateway.office.id

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1
}
