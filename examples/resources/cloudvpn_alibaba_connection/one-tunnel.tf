# One tunnel, of a gateway with one address, with a health check
resource "cloudvpn_alibaba_connection" "workshop" {
  name                = "workshop"
  gateway_id          = "vpn-bp1a3kqjiiq9legfx****"
  customer_gateway_id = "cgw-bp1mvj4g9kogwwcxk****"
  local_cidrs         = ["10.0.0.0/16"]
  remote_cidrs        = ["192.168.30.0/24"]

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1

  health_check = {
    enabled          = true
    local_ip         = "10.0.0.10"
    remote_ip        = "192.168.30.10"
    interval_seconds = 3
    retries          = 3
  }
}
