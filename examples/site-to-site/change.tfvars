# The in-place change of the demonstration: another range on Tencent Cloud's side. One end gets a policy, the other a remote range and a route.
tencent_cidrs = ["10.0.0.0/17", "10.0.128.0/17"]
