# Before: tunnels over API 2.0. after/offices.tf takes the place of this file.

resource "cloudvpn_tencent_legacy_connection" "offices" {
  for_each = var.offices

  name                = each.key
  vpc_id              = var.vpc_id
  gateway_id          = var.gateway_id
  customer_gateway_id = each.value.customer_gateway_id

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1

  security_policies = [
    {
      local_cidr   = each.value.local_cidr
      remote_cidrs = each.value.remote_cidrs
    },
  ]
}

output "tunnels" {
  description = "Ids of the tunnels by office. The move keeps them."
  value       = { for name, tunnel in cloudvpn_tencent_legacy_connection.offices : name => tunnel.id }
}
