# By the id of the SSL server, in the provider's region:
terraform import cloudvpn_tencent_ssl_server.office vpns-k8jg2a4b

# In another region:
terraform import cloudvpn_tencent_ssl_server.office ap-shanghai/vpns-k8jg2a4b
