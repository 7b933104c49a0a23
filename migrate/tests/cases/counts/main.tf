variable "create" {
  default = true
}

variable "peers" {
  default = ["203.0.113.10", "203.0.113.11"]
}

resource "tencentcloud_vpn_gateway" "this" {
  count = var.create ? 1 : 0

  name      = "gw"
  vpc_id    = "vpc-mock0001"
  bandwidth = "10"
}

resource "tencentcloud_vpn_customer_gateway" "this" {
  count = length(var.peers)

  name              = "peer-${count.index}"
  public_ip_address = element(var.peers, count.index)
}

resource "tencentcloud_vpn_connection" "this" {
  count = var.create ? length(var.peers) : 0

  name                = "tunnel-${tencentcloud_vpn_customer_gateway.this[count.index].public_ip_address}"
  vpc_id              = tencentcloud_vpn_gateway.this[0].vpc_id
  vpn_gateway_id      = element(concat(tencentcloud_vpn_gateway.this.*.id, [""]), floor(count.index / 2))
  customer_gateway_id = tencentcloud_vpn_customer_gateway.this[count.index].id
  pre_share_key       = "key-${count.index}"
  route_type          = "StaticRoute"

  depends_on = [tencentcloud_vpn_gateway.this]
}

output "gateway_ip" {
  value = concat(tencentcloud_vpn_gateway.this[*].public_ip_address, [""])[0]
}

output "old_gateway_ip" {
  value = join("", tencentcloud_vpn_gateway.this.*.public_ip_address)
}

output "peer_ips" {
  value = tencentcloud_vpn_customer_gateway.this.*.public_ip_address
}

output "legacy_index" {
  value = tencentcloud_vpn_customer_gateway.this.0.public_ip_address
}

output "maybe" {
  value = try(tencentcloud_vpn_connection.this[0].ike_version, "") == "" ? null : tencentcloud_vpn_connection.this[0].ike_dh_group_name
}

output "versions" {
  value = { for i, c in tencentcloud_vpn_connection.this : c.name => { created = c.create_time, group = try(c.ike_dh_group_name, "none"), nested = [for p in c.security_group_policy : p.local_cidr_block] } }
}
