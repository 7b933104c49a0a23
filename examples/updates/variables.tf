# The ids in main.tf are those of the small world in cloudvpn-mock.

variable "pre_shared_key" {
  description = "Key of the tunnels. Set it as TF_VAR_pre_shared_key."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "office_cidrs" {
  description = "Ranges in the office that the VPC reaches."
  type        = set(string)
  default     = ["192.168.10.0/24"]
}

variable "branch_name" {
  description = "Name of the branch's tunnel."
  type        = string
  default     = "branch"
}

variable "certificate_name" {
  description = "Name of the laptop's certificate."
  type        = string
  default     = "laptop"
}
