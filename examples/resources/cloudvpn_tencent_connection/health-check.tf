# A health check, of a tunnel that routes lead to
resource "cloudvpn_tencent_connection" "watched" {
  name                = "watched"
  vpc_id              = "vpc-03vihbk9"
  gateway_id          = "vpngw-kfldykuz"
  customer_gateway_id = "cgw-e44g3ypl"
  route_type          = "StaticRoute"

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1

  # Addresses of the tunnel's own: the device at the other end has to answer at the remote one.
  health_check = {
    enabled   = true
    local_ip  = "169.254.130.1"
    remote_ip = "169.254.130.2"

    probe = {
      interval_ms = 5000
      threshold   = 3
      timeout_ms  = 150
    }
  }
}

resource "cloudvpn_tencent_gateway_route" "office" {
  gateway_id       = "vpngw-kfldykuz"
  destination_cidr = "192.168.10.0/24"
  next_hop_id      = cloudvpn_tencent_connection.watched.id
}
