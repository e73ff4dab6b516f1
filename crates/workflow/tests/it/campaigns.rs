//! A campaign is opened from its file.

use std::sync::Arc;

use jiff::Timestamp;
use xinxiu_domain::actor::{OrganisationKind, Role};
use xinxiu_policy::Rules;
use xinxiu_store::{both_engines, organisation};
use xinxiu_workflow::plan_file::CampaignFile;
use xinxiu_workflow::{App, Clock, accounts, campaigns};

use crate::support::{TODAY, actor};

both_engines! {
    organisations_on_record_are_filled_where_blank_and_nowhere_else => |test| {
        let rules = Arc::new(Rules::embedded().unwrap());
        let app = App { store: test.store.clone(), rules, clock: Clock::starting(TODAY, Timestamp::now()), post: xinxiu_workflow::messages::Post::default() };
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
