# The defaults of ids and regions are those of the small world in cloudvpn-mock.

variable "name" {
  description = "Name of gateways and servers; a Latin letter, then letters, digits, _, - and full stops."
  type        = string
  default     = "remote-access"
}

variable "people" {
  description = "Who may connect, by name. Who is away for a while is not let in."
  type = map(object({
    away = optional(bool, false)
  }))
  default = {
    mei    = {}
    tomasz = {}
    wei    = {}
  }
}

variable "max_connections" {
  description = "How many may be connected at once to each cloud: 5, 10, 20, 50, 100, 200, 500 or 1000."
  type        = number
  default     = 5
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
  description = "Ranges in the VPC on Tencent Cloud that people reach."
  type        = set(string)
  default     = ["10.0.0.0/16"]
}

variable "tencent_client_cidr" {
  description = "Range from which people get their addresses on Tencent Cloud; apart from everything they reach."
  type        = string
  default     = "192.168.200.0/24"
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
  description = "vSwitch in another zone, in which the gateway goes on if the first one's zone fails; null where the region has one zone for it."
  type        = string
  default     = "vsw-mock0002"
}

variable "alibaba_cidrs" {
  description = "Ranges in the VPC on Alibaba Cloud that people reach."
  type        = set(string)
  default     = ["10.0.0.0/16"]
}

variable "alibaba_client_cidr" {
  description = "Range from which people get their addresses on Alibaba Cloud: four for each connection, apart from everything they reach."
  type        = string
  default     = "192.168.201.0/24"
}
