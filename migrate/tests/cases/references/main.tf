data "alicloud_vpn_gateways" "all" {
  ids = [var.id]
  status = "Active"
  output_file = "x.json"
}
data "tencentcloud_vpn_connections" "one" {
  id = var.id
}
variable "id" {}
variable "offices" { type = map(any) }
resource "tencentcloud_vpn_customer_gateway" "office" {
  for_each          = var.offices
  name              = each.key
  public_ip_address = each.value.ip
}
resource "tencentcloud_vpn_gateway_route" "r" {
  for_each = tencentcloud_vpn_customer_gateway.office
  vpn_gateway_id = "vpngw-1"
  destination_cidr_block = "10.0.0.0/8"
  instance_id = each.value.public_ip_address
  instance_type = "VPNCONN"
  priority = 0
  status = var.id
  depends_on = [tencentcloud_vpn_customer_gateway.office]
}
locals {
  peers = tencentcloud_vpn_customer_gateway.office
  ips   = [for c in local.peers : c.public_ip_address if try(c.bgp_asn, null) != null]
  deep  = { for k, c in tencentcloud_vpn_customer_gateway.office : k => { a = try(c.public_ip_address, ""), b = lookup(c, "public_ip_address", "") } }
  all   = data.alicloud_vpn_gateways.all.gateways[*].internet_ip
  first = data.alicloud_vpn_gateways.all.ids[0]
  names = data.alicloud_vpn_gateways.all.names
  cfg   = [for c in data.tencentcloud_vpn_connections.one.connection_list : c.ike_version]
  other = aws_vpn_connection.alicloud_vpn_connection.x
  old   = "${element(concat([for c in values(tencentcloud_vpn_customer_gateway.office) : c.public_ip_address], [""]), 0)}"
  far   = tencentcloud_vpn_gateway.elsewhere.public_ip_address
  tmpl  = "%{ for c in local.peers }${c.public_ip_address}%{ endfor }"
}
resource "tencentcloud_vpn_connection_reset" "once" {
  vpn_gateway_id = "a"
  vpn_connection_id = "b"
}
# tencentcloud_vpn_gateway.main was here
