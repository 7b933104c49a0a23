import {
  to = cloudvpn_tencent_connection.office
  identity = {
    region = "ap-guangzhou"
    id     = "vpnx-f49l6u0z"
  }
}
