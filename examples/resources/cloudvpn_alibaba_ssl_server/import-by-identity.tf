import {
  to = cloudvpn_alibaba_ssl_server.staff
  identity = {
    region = "cn-hangzhou"
    id     = "vss-bp15j3du13gq1dgey7vgv"
  }
}
