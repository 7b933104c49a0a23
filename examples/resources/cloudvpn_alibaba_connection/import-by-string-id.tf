import {
  to = cloudvpn_alibaba_connection.office
  id = "cn-hangzhou/vco-bp1bbi27hojx80nck4uhz"
}
