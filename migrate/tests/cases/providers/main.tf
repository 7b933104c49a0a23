terraform {
  required_providers {
    tencentcloud = {
      source = "tencentcloudstack/tencentcloud"
    }
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "tencentcloud" {
  region = "ap-guangzhou"
}

provider "alicloud" {
  region        = "cn-hangzhou"
  ecs_role_name = "role"
}

provider "tencentcloud" {
  alias  = "shanghai"
  region = "ap-shanghai"

  assume_role {
    role_arn         = "qcs::cam::uin/1:roleName/r"
    session_name     = "terraform"
    session_duration = 3600
  }
}

resource "tencentcloud_vpn_customer_gateway" "here" {
  name              = "here"
  public_ip_address = "203.0.113.10"
}

resource "tencentcloud_vpn_customer_gateway" "there" {
  provider          = tencentcloud.shanghai
  name              = "there"
  public_ip_address = "203.0.113.10"
}

module "child" {
  source = "./child"

  providers = {
    tencentcloud     = tencentcloud.shanghai
    tencentcloud.two = tencentcloud
  }
}
