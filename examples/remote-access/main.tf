terraform {
  # Ephemeral resources, which hand out keys.
  required_version = ">= 1.11"

  required_providers {
    cloudvpn = {
      source = "cloudvpn/cloudvpn"
    }
  }
}

provider "cloudvpn" {
  tencent {
    region       = var.tencent_region
    default_tags = { network = var.name }
  }
  alibaba {
    region       = var.alibaba_region
    default_tags = { network = var.name }
  }
}
