# By the ids of the gateway and the route, in the provider's region:
terraform import cloudvpn_tencent_gateway_route.office vpngw-kfldykuz/vpnr-m4qxhqvt

# In another region:
terraform import cloudvpn_tencent_gateway_route.office ap-shanghai/vpngw-kfldykuz/vpnr-m4qxhqvt
