variable "charge_type" {
  default = "POSTPAID_BY_HOUR"
}

variable "type" {
  default = "IPSEC"
}

variable "payment_type" {
  default = "PayAsYouGo"
}

variable "ssl" {
  default = false
}

variable "period" {
  default = 1
}

variable "dpd" {
  default = 0
}

variable "ike_version" {
  default = null
}

variable "empty" {
  default = ""
}

resource "tencentcloud_vpn_gateway" "by_variables" {
  name               = "gw"
  vpc_id             = "vpc-mock0001"
  type               = var.type
  charge_type        = var.charge_type
  prepaid_period     = var.period
  prepaid_renew_flag = "NOTIFY_AND_MANUAL_RENEW"
  max_connection     = 100
  zone               = var.empty
  cdc_id             = ""
  bgp_asn            = 0
}

resource "alicloud_vpn_gateway" "by_variables" {
  name                 = "gw"
  vpc_id               = "vpc-mock0001"
  vswitch_id           = "vsw-mock0001"
  bandwidth            = 10
  instance_charge_type = var.payment_type
  period               = var.period
  auto_pay             = true
  enable_ssl           = var.ssl
  ssl_connections      = 5
  description          = var.empty
  network_type         = "Public"
}

resource "tencentcloud_vpn_customer_gateway" "peer" {
  name              = "peer"
  public_ip_address = "203.0.113.10"
}

resource "tencentcloud_vpn_connection" "by_variables" {
  name                      = "office"
  vpc_id                    = "vpc-mock0001"
  vpn_gateway_id            = "vpngw-mock0001"
  customer_gateway_id       = tencentcloud_vpn_customer_gateway.peer.id
  pre_share_key             = "${var.period}-key"
  route_type                = "StaticRoute"
  ike_version               = var.ike_version
  ike_exchange_mode         = var.ike_version == "IKEV2" ? null : "MAIN"
  ike_remote_identity       = "FQDN"
  ike_remote_fqdn_name      = "peer.example.com"
  ike_local_fqdn_name       = ""
  dpd_enable                = var.dpd
  ipsec_pfs_dh_group        = null
  ipsec_sa_lifetime_seconds = "3600"
  negotiation_type          = ""
  enable_health_check       = true
  health_check_local_ip     = "169.254.128.1"
  health_check_remote_ip    = "169.254.128.2"

  health_check_config {
    probe_type      = "NQA"
    probe_interval  = 5000
    probe_threshold = 3
    probe_timeout   = 150
  }
}
