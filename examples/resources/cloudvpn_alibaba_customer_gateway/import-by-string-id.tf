import {
  to = cloudvpn_alibaba_customer_gateway.office
  id = "cn-hangzhou/cgw-bp1pvpl9r9adju6l5o2x1"
}
