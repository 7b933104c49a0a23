# Tencent Cloud has retired API 2.0 from its public cloud: this is for installations that still serve it.
# The provider's tencent.legacy_endpoint says where.

# Kept out of plan and state: from Terraform or OpenTofu 1.11 on, a variable can be ephemeral and an attribute write-only.
variable "pre_shared_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "cloudvpn_tencent_legacy_connection" "office" {
  region              = "gz" # or ap-guangzhou
  name                = "office-guangzhou"
  vpc_id              = "vpc-03vihbk9"
  gateway_id          = "vpngw-kfldykuz"
  customer_gateway_id = "cgw-e098slul"

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1 # another number sends the key again

  # The whole VPC may talk to these; security_policies says it range by range.
  remote_cidrs = ["192.168.10.0/24", "192.168.20.0/24"]

  # Left out, ike and ipsec get the strongest values of this API.
  ike = {
    local_identity  = { fqdn = "guangzhou.example.com" }
    remote_identity = { fqdn = "office.example.com" }
  }
}
