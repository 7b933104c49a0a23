terraform {
  # Ephemeral variables and write-only attributes.
  required_version = ">= 1.11"

  required_providers {
    cloudvpn = {
      source = "cloudvpn/cloudvpn"
    }
  }
}

provider "cloudvpn" {
  tencent {
    region = var.region
  }
}
