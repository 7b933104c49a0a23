# What the VPC's route table does not have.
data "cloudvpn_alibaba_route_entries" "standby" {
  gateway_id = "vpn-bp1q8bgx4xnkm2ogj0r2i"
  state      = "normal"
}

output "standby" {
  value = data.cloudvpn_alibaba_route_entries.standby.route_entries[*].destination_cidr
}
