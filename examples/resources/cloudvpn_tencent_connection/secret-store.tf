# The key from a secret store: it passes through Terraform and stays nowhere
ephemeral "vault_kv_secret_v2" "branch" {
  mount = "vpn"
  name  = "branch"
}

resource "cloudvpn_tencent_connection" "branch" {
  name                = "branch"
  vpc_id              = "vpc-03vihbk9"
  gateway_id          = "vpngw-kfldykuz"
  customer_gateway_id = "cgw-e44g3ypl"
  route_type          = "StaticRoute"

  pre_shared_key_wo         = ephemeral.vault_kv_secret_v2.branch.data["psk"]
  pre_shared_key_wo_version = 1 # another number when the store has another key
}
