# After: the same tunnels over API 3.0.

# One block moves every instance; the tunnels stay as they are. It may go once every state has been moved.
moved {
  from = cloudvpn_tencent_legacy_connection.offices
  to   = cloudvpn_tencent_connection.offices
}

resource "cloudvpn_tencent_connection" "offices" {
  for_each = var.offices

  name                = each.key
  vpc_id              = var.vpc_id
  gateway_id          = var.gateway_id
  customer_gateway_id = each.value.customer_gateway_id

  # The same version as before: the key is not sent again.
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
  description = "Ids of the tunnels by office. The move kept them."
  value       = { for name, tunnel in cloudvpn_tencent_connection.offices : name => tunnel.id }
}
