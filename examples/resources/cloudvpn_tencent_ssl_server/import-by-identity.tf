import {
  to = cloudvpn_tencent_ssl_server.office
  identity = {
    region = "ap-guangzhou"
    id     = "vpns-k8jg2a4b"
  }
}
