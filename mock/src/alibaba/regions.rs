//! The regions of the service.

use super::{errors, missing};
use crate::api::Refusal;
use crate::world::World;

/// `RegionId` is part of every request; its region must be a published one, or one of the state document.
pub(super) fn check(world: &World, owner: &str, region: &str) -> Result<(), Refusal> {
    if region.is_empty() {
        return Err(missing("RegionId"));
    }
    if REGIONS.contains(&region) || world.store.has_region(owner, region) {
        return Ok(());
    }
    Err(errors::documented("InvalidRegionId.NotFound"))
}

/// Endpoints of the VPC API 2016-04-28, as of April 2026, and those that only the SDKs' endpoint tables know.
const REGIONS: &[&str] = &[
    "cn-hangzhou",
    "cn-shanghai",
    "cn-qingdao",
    "cn-beijing",
    "cn-zhangjiakou",
    "cn-huhehaote",
    "cn-wulanchabu",
    "cn-shenzhen",
    "cn-heyuan",
    "cn-heyuan-acdr-1",
    "cn-guangzhou",
    "cn-chengdu",
    "cn-nanjing",
    "cn-fuzhou",
    "cn-wuhan-lr",
    "cn-zhengzhou-jva",
    "cn-hongkong",
    "cn-shanghai-finance-1",
    "cn-shenzhen-finance-1",
    "cn-beijing-finance-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "us-east-1",
    "us-west-1",
    "na-south-1",
    "eu-west-1",
    "eu-central-1",
    "me-east-1",
    "me-central-1",
    "cn-hangzhou-finance",
    "cn-north-2-gov-1",
    "cn-beijing-gov-1",
    "cn-beijing-finance-pop",
    "cn-hongkong-finance-pop",
    "cn-wuhan",
    "cn-zhangbei",
    "cn-fujian",
    "cn-yushanfang",
    "rus-west-1-pop",
    "ap-northeast-2-pop",
];
