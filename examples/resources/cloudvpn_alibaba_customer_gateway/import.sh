# By the id of the customer gateway, in the provider's region:
terraform import cloudvpn_alibaba_customer_gateway.office cgw-bp1pvpl9r9adju6l5o2x1

# In another region:
terraform import cloudvpn_alibaba_customer_gateway.office cn-beijing/cgw-bp1pvpl9r9adju6l5o2x1
