# By a name that is unique in this VPC; or by its id alone.
data "cloudvpn_alibaba_gateway" "hangzhou" {
  name   = "hangzhou"
  vpc_id = "vpc-bp1ub1yt9cvakoelj7rf2"
}

output "paid_until" {
  value = data.cloudvpn_alibaba_gateway.hangzhou.expires_at
}
