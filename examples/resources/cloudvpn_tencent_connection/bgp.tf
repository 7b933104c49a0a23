# Routes by BGP: gateway and customer gateway need AS numbers of their own
resource "cloudvpn_tencent_gateway" "dynamic" {
  name           = "dynamic"
  vpc_id         = "vpc-03vihbk9"
  bandwidth_mbps = 10
  bgp_asn        = 64551
}

resource "cloudvpn_tencent_customer_gateway" "datacentre" {
  name       = "datacentre"
  ip_address = "203.0.113.20"
  bgp_asn    = 65010
}

resource "cloudvpn_tencent_connection" "datacentre" {
  name                = "datacentre"
  vpc_id              = "vpc-03vihbk9"
  gateway_id          = cloudvpn_tencent_gateway.dynamic.id
  customer_gateway_id = cloudvpn_tencent_customer_gateway.datacentre.id
  route_type          = "Bgp"

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1

  # Both addresses are in the tunnel: this end's and the other end's.
  bgp = {
    tunnel_cidr = "169.254.128.0/30"
    local_ip    = "169.254.128.1"
    remote_ip   = "169.254.128.2"
  }
}
