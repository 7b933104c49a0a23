import {
  to = cloudvpn_tencent_gateway.main
  identity = {
    region = "ap-guangzhou"
    id     = "vpngw-kfldykuz"
  }
}
