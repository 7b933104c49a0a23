resource alicloud_vpn_gateway "main" {
  vpn_gateway_name = "gw"
  vpc_id = "vpc-mock0001"
  vswitch_id = "vsw-mock0001"
  disaster_recovery_vswitch_id = "vsw-mock0002"
  bandwidth = "10"
  payment_type = "PayAsYouGo"
  ssl_connections = 5
  enable_ssl = var.ssl
  timeouts {
    create = "20m"
  }
}
resource "alicloud_vpn_customer_gateway" "office" {
  count = 2
  customer_gateway_name = "office-${count.index}"
  ip_address = "203.0.113.1${count.index}"
  asn = "65010"
  lifecycle {
    create_before_destroy = true
  }
}
resource "alicloud_vpn_connection" "office" {
  vpn_gateway_id = alicloud_vpn_gateway.main.id
  vpn_connection_name = "office"
  local_subnet = ["10.0.0.0/16"]
  remote_subnet = ["192.168.10.0/24"]
  network_type = "public"
  enable_tunnels_bgp = true

  # The second.
  tunnel_options_specification {
    role = "slave" # standby
    customer_gateway_id = alicloud_vpn_customer_gateway.office[1].id
    tunnel_ike_config {
      psk = var.key
      # as the peer has it
      ike_version = "ikev2"
      ike_lifetime = "86400" /* a day */
    }
    tunnel_bgp_config {
      local_asn = "65000"
      tunnel_cidr = "169.254.11.0/30"
      local_bgp_ip = "169.254.11.1"
    }
  }
  tunnel_options_specification {
    role = "master"
    customer_gateway_id = alicloud_vpn_customer_gateway.office[0].id
    enable_dpd = true
    tunnel_ike_config {
      psk = var.key
      remote_id = "203.0.113.10"
    }
    tunnel_bgp_config {
      local_asn = "65000"
      tunnel_cidr = "169.254.12.0/30"
      local_bgp_ip = "169.254.12.1"
    }
  }
}
resource "alicloud_vpn_route_entry" "r" {
  vpn_gateway_id = alicloud_vpn_gateway.main.id
  route_dest = "192.168.10.0/24"
  next_hop = alicloud_vpn_connection.office.id
  weight = 0
  publish_vpc = true
}
variable "ssl" { default = false }
variable "key" {
  default = "made-up-key"
  sensitive = true
}
output "ips" { value = [alicloud_vpn_gateway.main.internet_ip, alicloud_vpn_gateway.main.disaster_recovery_internet_ip, alicloud_vpn_route_entry.r.id, alicloud_vpn_customer_gateway.office.*.asn] }
output "t" { value = alicloud_vpn_connection.office.tunnel_options_specification[0].internet_ip }
output "ts" { value = alicloud_vpn_connection.office.tunnel_options_specification[*].internet_ip }
