# By the id of the connection, in the provider's region:
terraform import cloudvpn_alibaba_connection.office vco-bp1bbi27hojx80nck4uhz

# In another region:
terraform import cloudvpn_alibaba_connection.office cn-shanghai/vco-bp1bbi27hojx80nck4uhz
