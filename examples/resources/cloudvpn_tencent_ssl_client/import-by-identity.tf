import {
  to = cloudvpn_tencent_ssl_client.laptop
  identity = {
    region = "ap-guangzhou"
    id     = "vpnc-5bs7jf5q"
  }
}
