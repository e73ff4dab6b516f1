//! Organisations by what lists call them.

use std::collections::HashMap;

use xinxiu_domain::Uscc;
use xinxiu_domain::actor::OrganisationKind;
use xinxiu_domain::id::OrgId;
use xinxiu_domain::text::squeeze;
use xinxiu_store::organisation::Organisation;

/// Counties, parks and authorities by name, short name and area code.
pub(crate) struct Names {
    counties: Vec<Organisation>,
    authorities: HashMap<String, OrgId>,
}

impl Names {
    /// `given` are names that people have assigned; an organisation's own name goes before them.
    pub(crate) fn new(all: Vec<Organisation>, given: Vec<(String, OrgId)>) -> Self {
        let mut authorities: HashMap<String, OrgId> = given.into_iter().collect();
        let mut counties = Vec::new();
        for org in all {
            match org.kind {
                OrganisationKind::CountyOffice | OrganisationKind::ParkCommittee => counties.push(org),
                OrganisationKind::Authority => {
                    authorities.insert(squeeze(&org.short_name), org.id);
                    authorities.insert(squeeze(&org.name), org.id);
                }
                _ => {}
            }
        }
        Self { counties, authorities }
    }

    /// The authority of this name, short or full.
    pub(crate) fn authority(&self, name: &str) -> Option<OrgId> {
        self.authorities.get(&squeeze(name)).copied()
    }

    /// The county that a list's region column means: 海门, 海门区, 南通市海门区, 320614.
    pub(crate) fn region(&self, region: &str) -> Option<OrgId> {
        let region = squeeze(region);
        if region.is_empty() {
            return None;
        }
        let found = self.counties.iter().find(|org| {
            let short = squeeze(&org.short_name);
            let bare = short.strip_suffix(['市', '县', '区']).filter(|bare| bare.chars().count() >= 2);
            region == squeeze(&org.name)
                || region == short
                || region == org.area_code
                || Some(region.as_str()) == bare
                // 海门经济技术开发区 is not 开发区: only a province or city may stand before the name.
                || region.strip_suffix(&short).is_some_and(|before| before.ends_with(['市', '省']))
        });
        found.map(|org| org.id)
    }

    /// The county in which a code was first registered; a guess, for firms move.
    pub(crate) fn registered(&self, uscc: Option<&Uscc>) -> Option<OrgId> {
        let area = uscc?.registration_area();
        self.counties.iter().find(|org| org.area_code == area).map(|org| org.id)
    }

    /// What people call a county.
    pub(crate) fn county_name(&self, id: OrgId) -> &str {
        self.counties.iter().find(|org| org.id == id).map_or("", |org| org.short_name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let county = |id, short: &str, area: &str| Organisation {
            id: OrgId(id),
            kind: OrganisationKind::CountyOffice,
            name: format!("{short}信用办"),
            short_name: short.into(),
            area_code: area.into(),
        };
        let all =
            vec![county(1, "海门区", "320614"), county(2, "开发区", "320671"), county(3, "海安市", "320685")];
        Names::new(all, Vec::new())
    }

    #[test]
    fn a_region_is_known_by_each_of_its_names_and_by_no_other() {
        let names = names();
        for (text, id) in [
            ("海门区", Some(1)),
            ("海门", Some(1)),
            ("南通市海门区", Some(1)),
            ("320614", Some(1)),
            ("海门经济技术开发区", None),
            ("南通市开发区", Some(2)),
            ("海 安", Some(3)),
            ("", None),
        ] {
            assert_eq!(names.region(text), id.map(OrgId), "{text}");
        }
    }
}
