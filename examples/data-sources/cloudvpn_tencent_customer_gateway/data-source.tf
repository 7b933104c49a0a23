# By its name, and where that is not unique by its address as well.
data "cloudvpn_tencent_customer_gateway" "office" {
  name = "office"
}

output "office_asn" {
  value = data.cloudvpn_tencent_customer_gateway.office.bgp_asn
}
