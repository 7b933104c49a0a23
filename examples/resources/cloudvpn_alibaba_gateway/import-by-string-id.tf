import {
  to = cloudvpn_alibaba_gateway.hangzhou
  id = "cn-hangzhou/vpn-bp1q8bgx4xnkm2ogj0r2i"
}
