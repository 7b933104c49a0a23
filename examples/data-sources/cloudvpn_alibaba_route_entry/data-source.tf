# By gateway and destination, and by next hop where several lead there; or by its id alone.
data "cloudvpn_alibaba_route_entry" "office" {
  gateway_id       = "vpn-bp1q8bgx4xnkm2ogj0r2i"
  destination_cidr = "192.168.0.0/16"
  next_hop_id      = "vco-bp15oes1py4i66rmd8ahf"
}

output "office_weight" {
  value = data.cloudvpn_alibaba_route_entry.office.weight
}
