data "cloudvpn_alibaba_customer_gateways" "offices" {
  tags = { site = "office" }
}

output "offices" {
  value = {
    for gateway in data.cloudvpn_alibaba_customer_gateways.offices.customer_gateways : gateway.ip_address => gateway.id
  }
}
