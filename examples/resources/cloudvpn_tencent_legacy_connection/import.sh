# By the ids of the VPC, the VPN gateway and the tunnel, in the provider's region:
terraform import cloudvpn_tencent_legacy_connection.office vpc-03vihbk9/vpngw-kfldykuz/vpnx-ol6bcqp0

# In another region:
terraform import cloudvpn_tencent_legacy_connection.office sh/vpc-03vihbk9/vpngw-kfldykuz/vpnx-ol6bcqp0
