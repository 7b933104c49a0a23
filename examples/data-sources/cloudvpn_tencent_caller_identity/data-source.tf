# In which account of Tencent Cloud everything is made.
data "cloudvpn_tencent_caller_identity" "me" {}

output "tencent_account" {
  value = data.cloudvpn_tencent_caller_identity.me.account_id
}
