# Routes by BGP; the service makes up the keys
resource "cloudvpn_alibaba_connection" "branch" {
  name                = "branch"
  gateway_id          = "vpn-bp1q8bgx4xnkm2ogj****"
  local_cidrs         = ["0.0.0.0/0"]
  remote_cidrs        = ["0.0.0.0/0"]
  effect_immediately  = true
  tunnels_bgp_enabled = true

  tunnels = {
    master = {
      customer_gateway_id     = "cgw-p0wy363lucf1uyae8****"
      generate_pre_shared_key = true
      bgp                     = { local_asn = 65530, tunnel_cidr = "169.254.10.0/30", local_ip = "169.254.10.1" }
    }
    slave = {
      customer_gateway_id     = "cgw-p0w2jemrcj5u61un8****"
      generate_pre_shared_key = true
      bgp                     = { local_asn = 65530, tunnel_cidr = "169.254.20.0/30", local_ip = "169.254.20.1" }
    }
  }
}
