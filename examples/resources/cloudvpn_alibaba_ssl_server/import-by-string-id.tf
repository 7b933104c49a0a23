import {
  to = cloudvpn_alibaba_ssl_server.staff
  id = "cn-hangzhou/vss-bp15j3du13gq1dgey7vgv"
}
