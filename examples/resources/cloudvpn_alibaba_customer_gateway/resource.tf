resource "cloudvpn_alibaba_customer_gateway" "office" {
  name        = "office"
  description = "the office's router"
  ip_address  = "203.0.113.10"

  tags = {
    site = "office"
  }
}

variable "bgp_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

# With BGP, whose key is in no plan and no state.
resource "cloudvpn_alibaba_customer_gateway" "branch" {
  name       = "branch"
  ip_address = "203.0.113.11"
  bgp_asn    = 65010

  bgp_auth_key_wo         = var.bgp_key
  bgp_auth_key_wo_version = 1
}
