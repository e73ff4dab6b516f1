//! A campaign is opened from its file.

use std::sync::Arc;

use jiff::Timestamp;
use xinxiu_domain::actor::{OrganisationKind, Role};
use xinxiu_policy::Rules;
use xinxiu_store::testing::TestStore;
use xinxiu_store::{both_engines, campaign, organisation};
use xinxiu_workflow::campaigns::EditClass;
use xinxiu_workflow::messages::Post;
use xinxiu_workflow::plan_file::CampaignFile;
use xinxiu_workflow::{App, Clock, Refusal, accounts, campaigns, plan_standing};

use crate::support::{TODAY, actor};

fn opened(test: &TestStore) -> App {
    App {
        store: test.store.clone(),
        rules: Arc::new(Rules::embedded().unwrap()),
        clock: Clock::starting(TODAY, Timestamp::now()),
        post: Post::default(),
    }
}

both_engines! {
    organisations_on_record_are_filled_where_blank_and_nowhere_else => |test| {
        let app = opened(test);
        let city = actor("示例甲", Role::CityOffice, None);
        for (name, short, area) in [("海安市信用办", "", ""), ("如皋市信用办", "如皋", "")] {
            accounts::create_organisation(&app, &city, OrganisationKind::CountyOffice, name, short, area).unwrap();
        }
        let file = CampaignFile::parse(include_str!("../../../../campaigns/nantong-2022.yaml")).unwrap();
        campaigns::open_from_file(&app, &city, &file).unwrap();
        let load = |name: &str| app.store.db.read(|tx| organisation::by_name(tx, name)).unwrap().unwrap();
        let (haian, rugao) = (load("海安市信用办"), load("如皋市信用办"));
        assert_eq!((haian.short_name.as_str(), haian.area_code.as_str()), ("海安市", "320685"));
        assert_eq!((rugao.short_name.as_str(), rugao.area_code.as_str()), ("如皋", "320682"));
    };
}

/// The plan of the notice, with 170 shared between 通州区 and 通州湾示范区.
fn shared(own: &str) -> CampaignFile {
    let text = include_str!("../../../../campaigns/nantong-2022.yaml");
    let counties = "counties: [通州区信用办, 通州湾示范区经发局]";
    assert!(text.contains(counties));
    CampaignFile::parse(&text.replace(counties, &format!("{counties}, quotas: {{ {own} }}"))).unwrap()
}

#[test]
fn a_file_shares_a_class_out_whole_and_only_among_its_counties() {
    let said = |own: &str| -> Vec<String> { shared(own).gaps().into_iter().map(|gap| gap.message).collect() };
    assert!(
        said("通州区信用办: 100").is_empty() && said("通州区信用办: 100, 通州湾示范区经发局: 70").is_empty()
    );
    assert!(said("通州区信用办: 100, 通州湾示范区经发局: 60")[0].contains("少于计划企业数170家"));
    assert!(said("通州区信用办: 171")[0].contains("多于计划企业数170家"));
    assert!(said("海安市信用办: 10")[0].contains("不在 counties 里"));
}

both_engines! {
    a_county_has_its_own_part_of_a_class => |test| {
        let app = opened(test);
        let city = actor("示例甲", Role::CityOffice, None);
        let id = campaigns::open_from_file(&app, &city, &shared("通州区信用办: 100")).unwrap();
        let planned = || -> Vec<(String, u32)> {
            let all = plan_standing::by_county(&app, &city, id).unwrap();
            let wanted = all.into_iter().filter(|one| one.name.contains("通州") || one.name.is_empty());
            wanted.map(|one| (one.name, one.planned)).collect()
        };
        // 崇川区和交通运输领域 and the sectors belong to no county alone: 200 + 130 + 50 + 100, and the 70 that are left.
        assert_eq!(planned(), [("通州区信用办".to_owned(), 100), (String::new(), 550)]);
        let item = app.store.db.read(|tx| campaign::items(tx, id)).unwrap().remove(5);
        let edit = |quotas: &[(usize, u32)]| {
            let command = EditClass {
                name: item.name.clone(),
                planned: item.planned,
                agency: item.agency,
                organiser: item.organiser,
                counties: item.counties.clone(),
                quotas: quotas.iter().map(|(place, planned)| (item.counties[*place], *planned)).collect(),
                authorities: Vec::new(),
                version: item.version,
            };
            campaigns::edit_class(&app, &city, item.id, &command)
        };
        assert!(matches!(edit(&[(0, 171)]), Err(Refusal::Invalid(errors)) if errors[0].field == "planned"));
        edit(&[(0, 100), (1, 70)]).unwrap();
        let mut found = planned();
        found.sort();
        let expected = [(String::new(), 480), ("通州区信用办".to_owned(), 100), ("通州湾示范区经发局".to_owned(), 70)];
        assert_eq!(found, expected);
    };
}
