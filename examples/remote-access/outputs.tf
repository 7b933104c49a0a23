output "servers" {
  description = "Where people connect to."
  value = {
    tencent = "${cloudvpn_tencent_ssl_server.this.public_ip_address}:${cloudvpn_tencent_ssl_server.this.port}"
    alibaba = "${cloudvpn_alibaba_ssl_server.this.public_ip_address}:${cloudvpn_alibaba_ssl_server.this.port}"
  }
}

output "certificates" {
  description = "Certificates by person: the ids, by which the ephemeral resources hand out the keys, and when they expire."
  value = {
    tencent = { for name, client in cloudvpn_tencent_ssl_client.people : name => { id = client.id, expires_at = client.expires_at } }
    alibaba = { for name, cert in cloudvpn_alibaba_ssl_client_cert.people : name => { id = cert.id, expires_at = cert.expires_at } }
  }
}
