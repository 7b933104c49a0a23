output "addresses" {
  description = "Public addresses of the two gateways, for the firewalls between them: UDP 500 and 4500."
  value = {
    tencent = cloudvpn_tencent_gateway.this.public_ip_address
    alibaba = { for role, end in local.alibaba : role => end.ip_address }
  }
}

output "tunnels" {
  description = "The two ends of the tunnels, to find them in the consoles."
  value = {
    tencent = { for role, tunnel in cloudvpn_tencent_connection.this : role => tunnel.id }
    alibaba = cloudvpn_alibaba_connection.this.id
  }
}

output "status" {
  description = "What each end said of the tunnels at the last refresh; terraform apply -refresh-only asks again."
  value = {
    tencent = { for role, tunnel in cloudvpn_tencent_connection.this : role => tunnel.net_status }
    alibaba = cloudvpn_alibaba_connection.this.status
  }
}

output "tencent_vpc_routes" {
  description = "What the route table of the VPC on Tencent Cloud still needs: these ranges, to a next hop of the type VPN gateway."
  value       = { for cidr in var.alibaba_cidrs : cidr => cloudvpn_tencent_gateway.this.id }
}
