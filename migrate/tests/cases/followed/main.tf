resource "tencentcloud_vpn_gateway" "g" {
  for_each = { a = "vpc-mock0001" }
  name     = each.key
  vpc_id   = each.value
}

resource "alicloud_vpn_customer_gateway" "c" {
  ip_address = "203.0.113.10"
  asn        = "65010"
}

resource "alicloud_vpn_connection" "c" {
  vpn_gateway_id      = "vpn-mock0002"
  customer_gateway_id = alicloud_vpn_customer_gateway.c.id
  local_subnet        = ["10.0.0.0/16"]
  remote_subnet       = ["192.168.10.0/24"]
  ike_config {
    psk = format("%s-key", alicloud_vpn_customer_gateway.c.asn)
  }
}

locals {
  gateways = { for k, g in tencentcloud_vpn_gateway.g : k => g }
  times    = [for k, g in local.gateways : g.create_time]
  merged   = merge({ for g in tencentcloud_vpn_gateway.g : g.name => g.expired_time }, {})
  put      = { gateway = tencentcloud_vpn_gateway.g["a"], peer = alicloud_vpn_customer_gateway.c, other = "text" }
  of_put   = [local.put.gateway.bandwidth, local.put["peer"].asn, lookup(local.put, "gateway", null).create_time]
  keys     = { for k in keys(tencentcloud_vpn_gateway.g) : k => tencentcloud_vpn_gateway.g[k].create_time }
  single   = one([for g in tencentcloud_vpn_gateway.g : g if g.name == "a"]).create_time
  nested   = { for k, v in { for g in tencentcloud_vpn_gateway.g : g.name => g } : k => v.create_time }
  tunnels  = length(alicloud_vpn_connection.c.tunnel_options_specification)
  ids      = [for t in alicloud_vpn_connection.c.tunnel_options_specification : t.tunnel_id if try(t.tunnel_ike_config[0].ike_version, null) != null]
  bgp      = length(alicloud_vpn_connection.c.bgp_config) > 0 ? alicloud_vpn_connection.c.bgp_config[0].status : ""
  shadowed = [for tencentcloud_vpn_gateway in [{ g = { bandwidth = 1 } }] : tencentcloud_vpn_gateway.g.bandwidth]
  text     = <<-EOT
    %{for g in local.gateways~}
    ${g.name} ${g.is_address_blocked}
    %{endfor~}
  EOT
}

check "blocked" {
  assert {
    condition     = tencentcloud_vpn_gateway.g["a"].is_address_blocked == false
    error_message = "${tencentcloud_vpn_gateway.g["a"].create_time} is blocked"
  }
}

resource "tencentcloud_vpn_ssl_client" "guest" {
  count               = 0
  ssl_vpn_client_name = "guest"
  ssl_vpn_server_id   = "vpns-none"

  lifecycle {
    precondition {
      condition     = tencentcloud_vpn_gateway.g["a"].bandwidth > 4
      error_message = "x"
    }
    postcondition {
      condition     = self.ssl_vpn_client_name != ""
      error_message = "x"
    }
    replace_triggered_by = [tencentcloud_vpn_gateway.g["a"].bandwidth]
  }

  provisioner "local-exec" {
    command = "echo ${self.ssl_vpn_server_id}"
  }
}
