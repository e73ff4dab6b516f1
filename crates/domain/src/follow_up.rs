//! What happens to a repaired record elsewhere (后续跟踪, N17 N19): platforms that copied it should follow.

use jiff::civil::Date;

coded! {
    /// A platform that shows penalty records.
    pub enum Platform {
        CreditChina = "credit_china", "信用中国";
        Province = "province", "省信用网站";
        Registry = "registry", "国家企业信用信息公示系统";
        Qichacha = "qichacha", "企查查";
        Tianyancha = "tianyancha", "天眼查";
        Qixinbao = "qixinbao", "启信宝";
    }
}

coded! {
    /// What a look at a platform showed.
    pub enum Found {
        Updated = "updated", "已更新";
        Behind = "behind", "还没有更新";
        Absent = "absent", "没有收录";
    }
}

/// A platform that has not followed is looked at again after so many working days.
pub const AGAIN_AFTER: u32 = 5;

/// The last look at one platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Where.
    pub platform: Platform,
    /// What it showed.
    pub found: Found,
    /// When.
    pub on: Date,
}

/// The platforms that have not followed yet, as far as is known: never looked at, or behind when last looked at. `looks`
/// are oldest first.
pub fn behind(looks: &[Look]) -> Vec<Platform> {
    let last = |platform: Platform| looks.iter().rev().find(|look| look.platform == platform);
    let is_open = |platform: &&Platform| last(**platform).is_none_or(|look| look.found == Found::Behind);
    Platform::ALL.iter().filter(is_open).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_platform_is_looked_at_until_it_has_followed() {
        let day = |d| date(2022, 7, d);
        let look = |platform, found, on| Look { platform, found, on };
        assert_eq!(behind(&[]).len(), Platform::ALL.len());
        let mut looks: Vec<Look> =
            Platform::ALL.iter().map(|platform| look(*platform, Found::Updated, day(4))).collect();
        assert!(behind(&looks).is_empty());
        looks.push(look(Platform::Qichacha, Found::Behind, day(5)));
        assert_eq!(behind(&looks), [Platform::Qichacha]);
        looks.push(look(Platform::Qichacha, Found::Absent, day(12)));
        assert!(behind(&looks).is_empty());
    }
}
