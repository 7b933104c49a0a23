# By the id of the customer gateway, in the provider's region:
terraform import cloudvpn_tencent_customer_gateway.office cgw-f4rtfjzn

# In another region:
terraform import cloudvpn_tencent_customer_gateway.office ap-shanghai/cgw-f4rtfjzn
