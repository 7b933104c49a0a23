# By the id of the gateway, in the provider's region:
terraform import cloudvpn_tencent_gateway.main vpngw-kfldykuz

# In another region:
terraform import cloudvpn_tencent_gateway.main ap-shanghai/vpngw-kfldykuz
