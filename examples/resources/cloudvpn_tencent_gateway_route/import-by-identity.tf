import {
  to = cloudvpn_tencent_gateway_route.office
  identity = {
    region     = "ap-guangzhou"
    gateway_id = "vpngw-kfldykuz"
    id         = "vpnr-m4qxhqvt"
  }
}
