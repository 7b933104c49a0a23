# By the id of the VPN gateway, in the provider's region:
terraform import cloudvpn_alibaba_gateway.hangzhou vpn-bp1q8bgx4xnkm2ogj0r2i

# In another region:
terraform import cloudvpn_alibaba_gateway.hangzhou cn-beijing/vpn-bp1q8bgx4xnkm2ogj0r2i
