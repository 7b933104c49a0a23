import {
  to = cloudvpn_tencent_ssl_client.laptop
  id = "ap-guangzhou/vpnc-5bs7jf5q"
}
