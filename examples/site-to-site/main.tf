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
    region       = var.tencent_region
    default_tags = { site = var.name }
  }
  alibaba {
    region       = var.alibaba_region
    default_tags = { site = var.name }
  }
}

# Both ends have to propose the same. What stands in tencent.tf and alibaba.tf are the strongest values that both clouds know; each spells them
# in its own way.
