terraform {
  required_providers {
    tencentcloud = {
      source                = "tencentcloudstack/tencentcloud"
      configuration_aliases = [tencentcloud.two]
    }
  }
}

resource "tencentcloud_vpn_customer_gateway" "one" {
  name              = "one"
  public_ip_address = "203.0.113.11"
}

resource "tencentcloud_vpn_customer_gateway" "two" {
  provider          = tencentcloud.two
  name              = "two"
  public_ip_address = "203.0.113.12"
}
