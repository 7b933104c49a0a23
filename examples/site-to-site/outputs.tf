output "addresses" {
  description = "Public addresses of the two gateways, for the firewalls between them: UDP 500 and 4500."
  value = {
    tencent = cloudvpn_tencent_gateway.this.public_ip_address
    alibaba = cloudvpn_alibaba_gateway.this.public_ip_address
  }
}

output "tunnels" {
  description = "The two ends of the tunnel, to find them in the consoles."
  value = {
    tencent = cloudvpn_tencent_connection.this.id
    alibaba = cloudvpn_alibaba_connection.this.id
  }
}

output "status" {
  description = "What each end said of the tunnel at the last refresh; terraform apply -refresh-only asks again."
  value = {
    tencent = cloudvpn_tencent_connection.this.net_status
    alibaba = cloudvpn_alibaba_connection.this.status
  }
}

output "tencent_vpc_routes" {
  description = "What the route table of the VPC on Tencent Cloud still needs: these ranges, to a next hop of the type VPN gateway."
  value       = { for cidr in var.alibaba_cidrs : cidr => cloudvpn_tencent_gateway.this.id }
}
