import {
  to = cloudvpn_tencent_customer_gateway.office
  id = "ap-guangzhou/cgw-f4rtfjzn"
}
