import {
  to = cloudvpn_tencent_legacy_connection.office
  id = "gz/vpc-03vihbk9/vpngw-kfldykuz/vpnx-ol6bcqp0"
}
