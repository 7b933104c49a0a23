import {
  to = cloudvpn_alibaba_connection.office
  identity = {
    region = "cn-hangzhou"
    id     = "vco-bp1bbi27hojx80nck4uhz"
  }
}
