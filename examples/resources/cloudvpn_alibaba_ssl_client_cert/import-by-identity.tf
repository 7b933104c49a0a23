import {
  to = cloudvpn_alibaba_ssl_client_cert.laptop
  identity = {
    region = "cn-hangzhou"
    id     = "vsc-bp1n8wcf134yl0osrcg98"
  }
}
