# By the id of the SSL server, in the provider's region:
terraform import cloudvpn_alibaba_ssl_server.staff vss-bp15j3du13gq1dgey7vgv

# In another region:
terraform import cloudvpn_alibaba_ssl_server.staff cn-shanghai/vss-bp15j3du13gq1dgey7vgv
