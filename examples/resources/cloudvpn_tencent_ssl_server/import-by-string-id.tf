import {
  to = cloudvpn_tencent_ssl_server.office
  id = "ap-guangzhou/vpns-k8jg2a4b"
}
