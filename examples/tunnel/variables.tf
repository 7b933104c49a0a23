# The defaults are the ids of the small world in cloudvpn-mock.

variable "region" {
  description = "Region of the VPN gateway."
  type        = string
  default     = "ap-guangzhou"
}

variable "name" {
  description = "Name of the tunnel."
  type        = string
  default     = "office"
}

variable "vpc_id" {
  description = "VPC of the VPN gateway."
  type        = string
  default     = "vpc-mock0001"
}

variable "gateway_id" {
  description = "VPN gateway that ends the tunnel."
  type        = string
  default     = "vpngw-mock0001"
}

variable "customer_gateway_id" {
  description = "Customer gateway at the office."
  type        = string
  default     = "cgw-mock0001"
}

variable "pre_shared_key" {
  description = "Key that both ends know. Set it as TF_VAR_pre_shared_key."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "local_cidr" {
  description = "Range in the VPC that the office reaches."
  type        = string
  default     = "10.0.0.0/16"
}

variable "remote_cidrs" {
  description = "Ranges in the office that the VPC reaches."
  type        = set(string)
  default     = ["192.168.10.0/24"]
}
