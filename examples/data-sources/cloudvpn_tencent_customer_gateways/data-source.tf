# All customer gateways of the network team.
data "cloudvpn_tencent_customer_gateways" "net" {
  tags = { team = "net" }
}

output "addresses" {
  value = { for gateway in data.cloudvpn_tencent_customer_gateways.net.customer_gateways : gateway.name => gateway.ip_address }
}
