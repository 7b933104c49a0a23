output "tunnel_id" {
  description = "Id of the tunnel."
  value       = cloudvpn_tencent_connection.office.id
}

output "state" {
  description = "State of the tunnel."
  value       = cloudvpn_tencent_connection.office.state
}
