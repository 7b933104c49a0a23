# All gateways of a VPC that end IPsec tunnels.
data "cloudvpn_tencent_gateways" "ipsec" {
  vpc_id = "vpc-03vihbk9"
  type   = "IPSEC"
}

output "addresses" {
  value = { for gateway in data.cloudvpn_tencent_gateways.ipsec.gateways : gateway.name => gateway.public_ip_address }
}
