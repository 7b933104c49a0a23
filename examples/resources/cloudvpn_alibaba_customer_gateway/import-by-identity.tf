import {
  to = cloudvpn_alibaba_customer_gateway.office
  identity = {
    region = "cn-hangzhou"
    id     = "cgw-bp1pvpl9r9adju6l5o2x1"
  }
}
