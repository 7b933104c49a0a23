variable "name" {}

resource "tencentcloud_vpn_gateway" "this" {
  name      = var.name
  vpc_id    = "vpc-mock0001"
  bandwidth = 5
}

resource "tencentcloud_vpn_customer_gateway" "this" {
  for_each          = { a = "203.0.113.10" }
  name              = each.key
  public_ip_address = each.value
}

output "this" {
  value = tencentcloud_vpn_gateway.this
}

output "peers" {
  value = { for k, g in tencentcloud_vpn_customer_gateway.this : k => g }
}
