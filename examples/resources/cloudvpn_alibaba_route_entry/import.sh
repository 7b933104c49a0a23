# By gateway, next hop and destination, in the provider's region:
terraform import cloudvpn_alibaba_route_entry.office vpn-bp1q8bgx4xnkm2ogj0r2i/vco-bp15oes1py4i66rmd8ahf/192.168.0.0/16

# In another region:
terraform import cloudvpn_alibaba_route_entry.office cn-beijing/vpn-bp1q8bgx4xnkm2ogj0r2i/vco-bp15oes1py4i66rmd8ahf/192.168.0.0/16
