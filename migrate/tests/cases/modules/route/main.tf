variable "gateway" {}

variable "peers" {}

output "all" {
  value = "${var.gateway.bandwidth} ${join(",", [for k, p in var.peers : p.public_ip_address])} ${var.peers["a"].create_time}"
}
