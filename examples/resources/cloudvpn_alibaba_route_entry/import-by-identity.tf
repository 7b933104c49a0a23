import {
  to = cloudvpn_alibaba_route_entry.office
  identity = {
    region = "cn-hangzhou"
    id     = "vpn-bp1q8bgx4xnkm2ogj0r2i/vco-bp15oes1py4i66rmd8ahf/192.168.0.0/16"
  }
}
