# By the id of the SSL client, in the provider's region:
terraform import cloudvpn_tencent_ssl_client.laptop vpnc-5bs7jf5q

# In another region:
terraform import cloudvpn_tencent_ssl_client.laptop ap-shanghai/vpnc-5bs7jf5q
