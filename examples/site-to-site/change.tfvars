# The change of the demonstration: another range on Tencent Cloud's side, which is one more route on Alibaba Cloud's, and another lifetime of the
# keys of phase 2, which changes every tunnel at both ends, in place.
tencent_cidrs    = ["10.0.0.0/17", "10.0.128.0/17"]
lifetime_seconds = { ike = 86400, ipsec = 7200 }
