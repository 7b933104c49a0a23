# By its name, and where that is not unique by its VPC as well.
data "cloudvpn_tencent_gateway" "main" {
  name   = "guangzhou"
  vpc_id = "vpc-03vihbk9"
}

output "address" {
  value = data.cloudvpn_tencent_gateway.main.public_ip_address
}
