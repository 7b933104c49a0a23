# In which account of Alibaba Cloud everything is made.
data "cloudvpn_alibaba_caller_identity" "me" {}

output "alibaba_account" {
  value = data.cloudvpn_alibaba_caller_identity.me.account_id
}
