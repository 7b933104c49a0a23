module "gateway" {
  source = "./gateway"
  count  = 1

  name = "gw"
}

module "route" {
  source = "./route"

  gateway = module.gateway[0].this
  peers   = module.gateway[0].peers
}

output "ip" {
  value = module.gateway[0].this.create_time
}

output "ips" {
  value = module.gateway[*].this.public_ip_address
}
