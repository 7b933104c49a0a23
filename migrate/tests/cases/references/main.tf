data "alicloud_vpn_gateways" "all" {
  ids = ["vpn-mock0001"]
  status = "Active"
  output_file = "x.json"
}
data "tencentcloud_vpn_connections" "one" {
  id = var.id
}
variable "id" { default = "vpnx-none" }
variable "state" { default = "ENABLE" }
variable "offices" {
  default = { one = { ip = "203.0.113.10" }, two = { ip = "203.0.113.11" } }
}
resource "tencentcloud_vpn_customer_gateway" "office" {
  for_each          = var.offices
  name              = each.key
  public_ip_address = each.value.ip
}
resource "tencentcloud_vpn_gateway_route" "r" {
  for_each = tencentcloud_vpn_customer_gateway.office
  vpn_gateway_id = "vpngw-mock0001"
  destination_cidr_block = "10.${substr(each.value.public_ip_address, -1, 1)}.0.0/16"
  instance_id = tencentcloud_vpn_connection.office[each.key].id
  instance_type = "VPNCONN"
  priority = 0
  status = var.state
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
  old   = "${element(concat([for c in values(tencentcloud_vpn_customer_gateway.office) : c.public_ip_address], [""]), 0)}"
  tmpl  = "%{ for c in local.peers }${c.public_ip_address}%{ endfor }"
}
resource "tencentcloud_vpn_connection_reset" "once" {
  vpn_gateway_id = "a"
  vpn_connection_id = "b"
}
# tencentcloud_vpn_gateway.main was here
resource "tencentcloud_vpn_connection" "office" {
  for_each            = tencentcloud_vpn_customer_gateway.office
  name                = each.value.name
  vpc_id              = "vpc-mock0001"
  vpn_gateway_id      = "vpngw-mock0001"
  customer_gateway_id = each.value["id"]
  pre_share_key       = join("-", ["key", "of", each.key])
  route_type          = "StaticRoute"
}
