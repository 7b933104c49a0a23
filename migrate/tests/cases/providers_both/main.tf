provider "tencentcloud" { region = "ap-guangzhou" }
provider "alicloud" {
  region = var.r
  access_key = var.k
  secret_key = ""
}
provider "cloudvpn" {
  alias = "x"
  tencent { region = "ap-shanghai" }
}
provider "alicloud" {
  alias = "x"
  region = "cn-beijing"
  assume_role_with_oidc {
    role_arn = "acs:ram::1:role/r"
    oidc_provider_arn = "acs:ram::1:oidc-provider/p"
    oidc_token_file = "/f"
    role_session_name = "terraform"
  }
}
variable "r" { default = "cn-hangzhou" }
variable "k" { default = "" }
resource "tencentcloud_vpn_customer_gateway" "a" {
	name = "a"
	public_ip_address = "203.0.113.1"
}
resource "alicloud_vpn_customer_gateway" "b" {
  provider = alicloud.x
  ip_address = "203.0.113.2"
}
