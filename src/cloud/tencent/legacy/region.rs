//! Regions in the two spellings of API 2.0. Its pages introduce the short codes; later ones take the
//! long names of API 3.0 too. The pairing follows from the places they name.

/// The short code of a region, where there is one; what is not listed is given back as it is. The
/// short codes are documented from the start, so that they are what is sent.
pub fn short(region: &str) -> &str {
    REGIONS.iter().find(|(long, _)| *long == region).map_or(region, |(_, short)| short)
}

/// The long name of a region, as API 3.0 takes it; what is not listed is given back as it is.
pub fn long(region: &str) -> &str {
    REGIONS.iter().find(|(_, short)| *short == region).map_or(region, |(long, _)| long)
}

const REGIONS: &[(&str, &str)] = &[
    ("ap-guangzhou", "gz"),
    ("ap-shanghai", "sh"),
    ("ap-beijing", "bj"),
    ("ap-chengdu", "cd"),
    ("ap-chongqing", "cq"),
    ("ap-hongkong", "hk"),
    ("ap-singapore", "sg"),
    ("ap-bangkok", "th"),
    ("ap-seoul", "kr"),
    ("ap-tokyo", "jp"),
    ("eu-frankfurt", "de"),
    ("ap-mumbai", "in"),
    ("na-toronto", "ca"),
    ("na-siliconvalley", "usw"),
    ("na-ashburn", "use"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_lead_to_both() {
        for (region, code) in REGIONS {
            assert_eq!((short(region), short(code)), (*code, *code));
            assert_eq!((long(region), long(code)), (*region, *region));
        }
    }

    #[test]
    fn regions_without_a_code_stay_as_they_are() {
        assert_eq!((short("ap-nanjing"), long("ap-nanjing")), ("ap-nanjing", "ap-nanjing"));
    }
}
