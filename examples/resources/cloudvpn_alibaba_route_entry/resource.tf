resource "cloudvpn_alibaba_route_entry" "office" {
  gateway_id       = "vpn-bp1q8bgx4xnkm2ogj0r2i"
  next_hop_id      = "vco-bp15oes1py4i66rmd8ahf"
  destination_cidr = "192.168.0.0/16"
}

# A standby: not in the VPC's route table, and without weight.
resource "cloudvpn_alibaba_route_entry" "standby" {
  gateway_id       = "vpn-bp1q8bgx4xnkm2ogj0r2i"
  next_hop_id      = "vco-bp10lz66r4ruk7x3mm0gt"
  destination_cidr = "192.168.0.0/16"
  weight           = 0
  published        = false
}
