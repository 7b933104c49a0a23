# Puts the pre-shared key into the state: the ephemeral resource of the same name does not.
data "cloudvpn_alibaba_peer_configuration" "office" {
  connection_id = cloudvpn_alibaba_connection.office.id
}

# What the device in the office has to be told, but the key.
output "office_device" {
  value = {
    peer         = data.cloudvpn_alibaba_peer_configuration.office.remote
    remote_cidrs = data.cloudvpn_alibaba_peer_configuration.office.remote_cidrs
    ike          = data.cloudvpn_alibaba_peer_configuration.office.ike
    ipsec        = data.cloudvpn_alibaba_peer_configuration.office.ipsec
  }
}
