resource "cloudvpn_tencent_gateway" "main" {
  name           = "guangzhou"
  vpc_id         = "vpc-03vihbk9"
  bandwidth_mbps = 20
  bgp_asn        = 64600 # only for tunnels with BGP

  tags = {
    site = "guangzhou"
  }
}

# Paid for a year in advance. Another number of months renews it.
resource "cloudvpn_tencent_gateway" "prepaid" {
  name        = "guangzhou-prepaid"
  vpc_id      = "vpc-03vihbk9"
  charge_type = "PREPAID"

  prepaid = {
    period_months = 12
    renew_flag    = "NOTIFY_AND_MANUAL_RENEW"
  }
}

# For a Cloud Connect Network: in no VPC.
resource "cloudvpn_tencent_gateway" "network" {
  name           = "ccn"
  type           = "CCN"
  bandwidth_mbps = 200
}
