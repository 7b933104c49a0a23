import {
  to = cloudvpn_tencent_connection.office
  id = "ap-guangzhou/vpnx-f49l6u0z"
}
