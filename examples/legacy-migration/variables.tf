# The defaults are the ids of the small world in cloudvpn-mock.

variable "region" {
  description = "Region of the VPN gateway."
  type        = string
  default     = "ap-guangzhou"
}

variable "vpc_id" {
  description = "VPC of the VPN gateway."
  type        = string
  default     = "vpc-mock0001"
}

variable "gateway_id" {
  description = "VPN gateway that ends the tunnels."
  type        = string
  default     = "vpngw-mock0001"
}

variable "pre_shared_key" {
  description = "Key of the tunnels. Set it as TF_VAR_pre_shared_key."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "offices" {
  description = "Offices by name: the customer gateway there, the range in the VPC that the office reaches, the ranges in the office that the VPC reaches."
  type = map(object({
    customer_gateway_id = string
    local_cidr          = string
    remote_cidrs        = set(string)
  }))
  default = {
    harbour = {
      customer_gateway_id = "cgw-mock0001"
      local_cidr          = "10.0.1.0/24"
      remote_cidrs        = ["192.168.10.0/24"]
    }
    airport = {
      customer_gateway_id = "cgw-mock0002"
      local_cidr          = "10.0.2.0/24"
      remote_cidrs        = ["192.168.20.0/24", "192.168.21.0/24"]
    }
  }
}
