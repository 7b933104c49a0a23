# Kept out of plan and state: from Terraform or OpenTofu 1.11 on, a variable can be ephemeral and an attribute write-only.
variable "pre_shared_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "cloudvpn_tencent_connection" "office" {
  name                = "office-guangzhou"
  vpc_id              = "vpc-03vihbk9"
  gateway_id          = "vpngw-kfldykuz"
  customer_gateway_id = "cgw-f4rtfjzn"

  pre_shared_key_wo         = var.pre_shared_key
  pre_shared_key_wo_version = 1 # another number sends the key again

  security_policies = [
    {
      local_cidr   = "10.0.0.0/16"
      remote_cidrs = ["192.168.10.0/24", "192.168.20.0/24"]
    },
  ]

  # Whatever is left out of ike and ipsec gets a strong value, which the plan shows.
  ike = {
    local_identity  = { fqdn = "cloud.example.com" }
    remote_identity = { address = "203.0.113.10" }
  }

  dpd = {
    enabled         = true
    timeout_seconds = 30
    action          = "restart"
  }

  tags = {
    site = "office"
  }

  timeouts = {
    create = "15m"
  }
}
