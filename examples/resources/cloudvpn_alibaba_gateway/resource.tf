# By use, in a region with two tunnels a connection.
resource "cloudvpn_alibaba_gateway" "hangzhou" {
  name                         = "hangzhou"
  description                  = "to the offices"
  vpc_id                       = "vpc-bp1ub1yt9cvakoelj7rf2"
  vswitch_id                   = "vsw-bp1j5miw2bae9s2vt0zjz"
  disaster_recovery_vswitch_id = "vsw-bp1vzxbn7vbb3ve8n4ydg"
  bandwidth_mbps               = 10
  ssl_enabled                  = true
  ssl_max_connections          = 20

  tags = {
    team = "net"
  }
}

# A subscription. It cannot be deleted before its end.
resource "cloudvpn_alibaba_gateway" "subscribed" {
  name                         = "subscribed"
  vpc_id                       = "vpc-bp1ub1yt9cvakoelj7rf2"
  vswitch_id                   = "vsw-bp1j5miw2bae9s2vt0zjz"
  disaster_recovery_vswitch_id = "vsw-bp1vzxbn7vbb3ve8n4ydg"
  bandwidth_mbps               = 100
  charge_type                  = "PREPAY"
  period_months                = 12

  lifecycle {
    prevent_destroy = true
  }
}
