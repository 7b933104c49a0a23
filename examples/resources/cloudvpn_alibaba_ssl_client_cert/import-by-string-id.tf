import {
  to = cloudvpn_alibaba_ssl_client_cert.laptop
  id = "cn-hangzhou/vsc-bp1n8wcf134yl0osrcg98"
}
