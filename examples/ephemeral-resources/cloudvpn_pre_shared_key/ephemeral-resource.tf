# Both ends take the key in one apply. Another version, and both get another key.
locals {
  key_version = 1
}

ephemeral "cloudvpn_pre_shared_key" "office" {}

resource "cloudvpn_tencent_connection" "office" {
  name                      = "office"
  vpc_id                    = "vpc-03vihbk9"
  gateway_id                = "vpngw-kfldykuz"
  customer_gateway_id       = "cgw-f4rtfjzn"
  pre_shared_key_wo         = ephemeral.cloudvpn_pre_shared_key.office.value
  pre_shared_key_wo_version = local.key_version
  security_policies         = [{ local_cidr = "10.0.0.0/16", remote_cidrs = ["192.168.10.0/24"] }]
}

# For the end that Terraform does not manage, a secret store gets it.
resource "vault_kv_secret_v2" "office" {
  mount = "vpn"
  name  = "office"

  data_json_wo_version = local.key_version
  data_json_wo         = jsonencode({ pre_shared_key = ephemeral.cloudvpn_pre_shared_key.office.value })
}
