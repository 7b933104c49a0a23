# By the id of the tunnel, in the provider's region:
terraform import cloudvpn_tencent_connection.office vpnx-f49l6u0z

# In another region:
terraform import cloudvpn_tencent_connection.office ap-shanghai/vpnx-f49l6u0z
