import {
  to = cloudvpn_tencent_gateway_route.office
  id = "ap-guangzhou/vpngw-kfldykuz/vpnr-m4qxhqvt"
}
