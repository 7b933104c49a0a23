data "cloudvpn_tencent_customer_gateway_vendors" "all" {}

output "cisco" {
  value = [for vendor in data.cloudvpn_tencent_customer_gateway_vendors.all.vendors : vendor if vendor.vendor_name == "cisco"]
}
