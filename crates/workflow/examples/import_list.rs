//! Imports a list into a fresh database as an installation does: read on trial, confirmed, imported. For
//! `cargo xtask bench import`.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use xinxiu_domain::ListKind;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::campaign::CampaignAction;
use xinxiu_policy::Rules;
use xinxiu_store::{Db, Files, Store, Vault, migrate};
use xinxiu_workflow::lists::{self, Extent};
use xinxiu_workflow::plan_file::CampaignFile;
use xinxiu_workflow::{App, Clock, campaigns, jobs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(list)) = (arguments.next(), arguments.next()) else {
        return Err("import_list DATABASE LIST".into());
    };
    let folder = tempfile::tempdir()?;
    let db = Db::open(&address)?;
    migrate::migrate(&db)?;
    let vault = Vault::new([7; 32]);
    let files = Files::open(folder.path(), vault.clone())?;
    let store = Store { db, vault, files };
    let app = App {
        store,
        rules: Arc::new(Rules::embedded()?),
        clock: Clock::real(),
        post: xinxiu_workflow::messages::Post::default(),
    };
    let center =
        Actor { account: None, name: "示例".into(), role: Role::CreditCenter, org: None, enterprise: None };
    let city = Actor { role: Role::CityOffice, ..center.clone() };
    let plan = CampaignFile::parse(include_str!("../../../campaigns/nantong-2022.yaml"))?;
    let campaign = campaigns::open_from_file(&app, &city, &plan)?;
    campaigns::change_state(&app, &city, campaign, CampaignAction::Publish)?;
    let kept = app.store.files.keep(std::fs::File::open(Path::new(&list))?)?;
    let batch = lists::upload(&app, &center, campaign, ListKind::RepairablePenalty, "名单.csv", &kept)?;
    let begun = Instant::now();
    let counts = lists::dry_run(&app, &center, batch)?;
    eprintln!("dry run: {:.2?}, {} rows", begun.elapsed(), counts.accepted + counts.listings);
    lists::confirm(&app, &center, batch, Extent::Whole)?;
    let begun = Instant::now();
    while jobs::run_next(&app)? {}
    eprintln!("import: {:.2?}", begun.elapsed());
    Ok(())
}
