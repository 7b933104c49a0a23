# The defaults of ids and regions are those of the small world in cloudvpn-mock.

variable "name" {
  description = "Name of the site; a Latin letter, then letters, digits, _, - and full stops."
  type        = string
  default     = "two-clouds"
}

variable "pre_shared_key" {
  description = "Key that both ends know: printable characters without a space. Set it as TF_VAR_pre_shared_key."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "pre_shared_key_version" {
  description = "Another number sends the key again, to both ends."
  type        = number
  default     = 1
}

variable "lifetime_seconds" {
  description = "After how many seconds the keys of phase 1 and of phase 2 are changed, at both ends."
  type        = object({ ike = number, ipsec = number })
  default     = { ike = 86400, ipsec = 3600 }
}

variable "tencent_region" {
  description = "Region on Tencent Cloud."
  type        = string
  default     = "ap-guangzhou"
}

variable "tencent_vpc_id" {
  description = "VPC on Tencent Cloud."
  type        = string
  default     = "vpc-mock0001"
}

variable "tencent_cidrs" {
  description = "Ranges in the VPC on Tencent Cloud that the other side reaches."
  type        = set(string)
  default     = ["10.0.0.0/17"]
}

variable "tencent_bandwidth_mbps" {
  description = "Bandwidth of the gateway on Tencent Cloud: 5, 10, 20, 50, 100, or 200, 500, 1000."
  type        = number
  default     = 10
}

variable "alibaba_region" {
  description = "Region on Alibaba Cloud."
  type        = string
  default     = "cn-hangzhou"
}

variable "alibaba_vpc_id" {
  description = "VPC on Alibaba Cloud."
  type        = string
  default     = "vpc-mock0001"
}

variable "alibaba_vswitch_id" {
  description = "vSwitch on Alibaba Cloud in which the gateway is."
  type        = string
  default     = "vsw-mock0001"
}

variable "alibaba_disaster_recovery_vswitch_id" {
  description = "vSwitch of the same VPC in another zone, for the second address and the second tunnel."
  type        = string
  default     = "vsw-mock0002"
}

variable "alibaba_cidrs" {
  description = "Ranges in the VPC on Alibaba Cloud that the other side reaches."
  type        = set(string)
  default     = ["172.16.0.0/16"]
}

variable "alibaba_bandwidth_mbps" {
  description = "Bandwidth of the gateway on Alibaba Cloud: 5, 10, 20, 50, 100, 200, 500 or 1000. It cannot be changed."
  type        = number
  default     = 10
}
