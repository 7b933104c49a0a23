terraform {
  required_providers {
    cloudvpn = {
      source = "cloudvpn/cloudvpn"
    }
  }
}

# Credentials come from TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY: they have no place in a file.
provider "cloudvpn" {
  tencent {
    region = "ap-guangzhou"
    default_tags = {
      managed-by = "terraform"
    }
  }
}
