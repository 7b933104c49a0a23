import {
  to = cloudvpn_tencent_legacy_connection.office
  identity = {
    region     = "gz"
    vpc_id     = "vpc-03vihbk9"
    gateway_id = "vpngw-kfldykuz"
    id         = "vpnx-ol6bcqp0"
  }
}
