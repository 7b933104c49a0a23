import {
  to = cloudvpn_alibaba_gateway.hangzhou
  identity = {
    region = "cn-hangzhou"
    id     = "vpn-bp1q8bgx4xnkm2ogj0r2i"
  }
}
