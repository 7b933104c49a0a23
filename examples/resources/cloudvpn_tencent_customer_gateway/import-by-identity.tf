import {
  to = cloudvpn_tencent_customer_gateway.office
  identity = {
    region = "ap-guangzhou"
    id     = "cgw-f4rtfjzn"
  }
}
