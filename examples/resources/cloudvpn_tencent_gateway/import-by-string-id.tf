import {
  to = cloudvpn_tencent_gateway.main
  id = "ap-guangzhou/vpngw-kfldykuz"
}
