# By a name that is unique in the region; or by its id alone.
data "cloudvpn_alibaba_customer_gateway" "office" {
  name = "office"
}

output "office_address" {
  value = data.cloudvpn_alibaba_customer_gateway.office.ip_address
}
