terraform import cloudvpn_alibaba_ssl_client_cert.laptop vsc-bp1n8wcf134yl0osrcg98

# From another region than the provider's:
terraform import cloudvpn_alibaba_ssl_client_cert.laptop cn-hangzhou/vsc-bp1n8wcf134yl0osrcg98
