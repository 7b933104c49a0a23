//! Names of regions: one check for all that name one, which are the provider's block, attributes, data sources, import ids and variables of
//! the environment. New regions come, so that it is the form which is checked and not a list.

use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

/// How a cloud names its regions.
pub(super) struct Regions {
    pub(super) example: &'static str,
    /// The region of a zone; none for what is no zone.
    of_zone: fn(&str) -> Option<&str>,
}

pub(super) static TENCENT: Regions = Regions { example: "ap-guangzhou", of_zone: tencent_zone };
pub(super) static ALIBABA: Regions = Regions { example: "cn-hangzhou", of_zone: alibaba_zone };

/// For attributes of Tencent Cloud, also for the short codes of API 2.0.
pub(super) fn tencent(region: &Raw) -> Result<(), Finding> {
    TENCENT.check(region)
}

/// For attributes of Alibaba Cloud.
pub(super) fn alibaba(region: &Raw) -> Result<(), Finding> {
    ALIBABA.check(region)
}

impl Regions {
    fn check(&self, region: &Raw) -> Result<(), Finding> {
        let wrong = region.as_str().and_then(|region| self.wrong(region));
        wrong.map_or(Ok(()), |detail| Err(Finding::error(INVALID, detail)))
    }

    /// What is wrong with the name of a region; none if it may be one.
    pub(super) fn wrong(&self, region: &str) -> Option<String> {
        let region = region.to_owned();
        let why = if let Some(prefix) = IDS.iter().find(|prefix| region.starts_with(**prefix)) {
            return Some(format!("{region:?} is the id of an object, as {prefix} shows, and no region."));
        } else if region.contains("://") || region.contains('.') {
            "is an address"
        } else if (self.of_zone)(&region).is_some() {
            "is a zone"
        } else if region.contains(char::is_whitespace) {
            "has a space or a line break in it"
        } else if region.contains(char::is_uppercase) {
            "has capitals"
        } else if !is_name(&region) {
            "has other characters than small letters, digits and hyphens, or not a letter first"
        } else {
            return None;
        };
        let hint = match self.meant(&region) {
            Some(meant) => format!("Did you mean {meant:?}?"),
            None => format!("Write its name, such as {}.", self.example),
        };
        Some(format!("{region:?} {why}, and no region. {hint}"))
    }

    /// The region that was probably meant.
    fn meant(&self, region: &str) -> Option<String> {
        let region = region.trim().to_lowercase();
        let region = (self.of_zone)(&region).unwrap_or(&region);
        is_name(region).then(|| region.to_owned())
    }
}

fn is_name(region: &str) -> bool {
    let letters = region.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'));
    letters
        && region.starts_with(|first: char| first.is_ascii_lowercase())
        && !region.ends_with('-')
        && region.len() <= 64
}

/// `ap-guangzhou-3`: a region ends in a word.
fn tencent_zone(name: &str) -> Option<&str> {
    let (region, number) = name.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && region.contains('-')).then_some(region)
}

/// `cn-hangzhou-h`, and `eu-central-1a` where the region ends in a number.
fn alibaba_zone(name: &str) -> Option<&str> {
    let letter = name.chars().next_back().filter(char::is_ascii_lowercase)?;
    let before = name.strip_suffix(letter)?;
    let region = match before.strip_suffix('-') {
        Some(region) => region,
        None if before.ends_with(|c: char| c.is_ascii_digit()) => before,
        None => return None,
    };
    region.contains('-').then_some(region)
}

pub(super) const INVALID: &str = "Invalid region";

/// What ids begin with.
const IDS: &[&str] = &[
    "vpngw-", "vpnx-", "vpnr-", "vpns-", "vpnc-", "cgw-", "ccn-", "vpc-", "vpn-", "vco-", "vss-", "vsc-", "vsw-",
    "tun-", "rg-",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_taken_whatever_they_are_called() {
        for region in
            ["ap-guangzhou", "ap-shanghai-fsi", "ap-guangzhou-open", "na-siliconvalley", "gz", "usw", "new-word"]
        {
            assert_eq!(TENCENT.wrong(region), None, "{region}");
        }
        for region in [
            "cn-hangzhou",
            "eu-central-1",
            "cn-north-2-gov-1",
            "cn-shanghai-finance-1",
            "rus-west-1-pop",
            "a-new-region-9",
        ] {
            assert_eq!(ALIBABA.wrong(region), None, "{region}");
        }
    }

    #[test]
    fn what_is_no_region_is_said_with_what_was_meant() {
        for (regions, region, says) in [
            (&TENCENT, "AP-Guangzhou", "Did you mean \"ap-guangzhou\"?"),
            (&TENCENT, "ap-guangzhou-3", "Did you mean \"ap-guangzhou\"?"),
            (&TENCENT, "ap-guangzhou ", "Did you mean \"ap-guangzhou\"?"),
            (&TENCENT, "ap-guangzhou\n", "Did you mean \"ap-guangzhou\"?"),
            (&TENCENT, "ap guangzhou", "such as ap-guangzhou"),
            (&TENCENT, "https://vpc.ap-guangzhou.tencentcloudapi.com", "is an address"),
            (&TENCENT, "ap_guangzhou", "hyphens"),
            (&TENCENT, "-guangzhou", "letter"),
            (&TENCENT, "100001", "letter"),
            (&TENCENT, "vpngw-kfldykuz", "vpngw-"),
            (&ALIBABA, "CN-Hangzhou-H", "Did you mean \"cn-hangzhou\"?"),
            (&ALIBABA, "cn-hangzhou-h", "Did you mean \"cn-hangzhou\"?"),
            (&ALIBABA, "eu-central-1a", "Did you mean \"eu-central-1\"?"),
            (&ALIBABA, " cn-hangzhou", "Did you mean \"cn-hangzhou\"?"),
            (&ALIBABA, "cn-hangzhou.aliyuncs.com", "is an address"),
            (&ALIBABA, "vco-bp1bbi27hojx80nck4uhz", "vco-"),
        ] {
            let wrong = regions.wrong(region).unwrap_or_else(|| panic!("{region} passed"));
            assert!(wrong.contains(says), "{region}: {wrong}");
        }
    }
}
