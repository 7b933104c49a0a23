# All that the network team runs in one VPC.
data "cloudvpn_alibaba_gateways" "net" {
  vpc_id = "vpc-bp1ub1yt9cvakoelj7rf2"
  tags   = { team = "net" }
}

output "addresses" {
  value = { for gateway in data.cloudvpn_alibaba_gateways.net.gateways : gateway.name => gateway.public_ip_address }
}
