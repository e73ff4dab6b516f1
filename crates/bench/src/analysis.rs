//! The analysis of a campaign as large as a province's: every number of its page, and the lists behind them.

use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::civil::{Date, date};
use xinxiu_domain::actor::{Action, Role};
use xinxiu_domain::analysis::Dimension;
use xinxiu_domain::id::CampaignId;
use xinxiu_store::analysis::{self, Filter, Scope};
use xinxiu_store::concerns::enterprise_filter;
use xinxiu_store::{Db, StoreError, Tx, params};

use crate::enterprises::{COUNTIES, actor};

const TODAY: Date = date(2022, 9, 15);
const RUNS: usize = 5;

/// Puts the first enterprises on file into a campaign: some with records that become repairable later, some that
/// wait for a judgement, half with what the authority has found, some with their duty performed.
pub fn gather(database: &str, members: i64) -> Result<()> {
    let db = Db::open(database)?;
    db.write(|tx| -> Result<(), StoreError> {
        tx.execute(
            "insert into campaign (id, code, title, city, year, state, target_enterprises, target_rate_percent, class_hours) \
             values (1, '2022', '示例', '示例市', 2022, 'running', 1500, 80, 3)",
            &[],
        )?;
        tx.execute(
            "insert into plan_item (campaign_id, position, name, kind, planned, organiser_id) \
             select 1, id, name, 'county', 1500, id from organisation where kind = 'county_office'",
            &[],
        )?;
        tx.execute(
            "insert into member (campaign_id, enterprise_id, plan_item_id, willingness, joined_at) \
             select 1, e.id, i.id, case e.id % 3 when 0 then 'willing' when 1 then 'undecided' else 'unwilling' end, '' \
             from enterprise e join plan_item i on i.organiser_id = e.county_id where e.id <= $1",
            params![members],
        )?;
        tx.execute(
            "update enterprise set township = '示例' || (id % 200) || '镇', industry = '示例行业' || (id % 40) where id <= $1",
            params![members],
        )?;
        tx.execute(
            "update penalty set verdict = case id % 7 when 0 then 'needs_review' when 1 then 'not_repairable' \
             when 2 then 'repairable_later' else 'repairable_now' end, authority = '示例' || (id % 60) || '局', \
             repairable_from = '2022-0' || (1 + id % 9) || '-15', facts = '{\"violation\":\"示例行为' || (id % 90) || '\"}' \
             where enterprise_id <= $1",
            params![members],
        )?;
        tx.execute(
            "insert into finding (enterprise_id, party, cause, rectification, conditions, note, actor, at) \
             select id, case id % 3 when 0 then 'authority' when 1 then 'enterprise' else 'agency' end, \
             case id % 4 when 0 then 'unaware' else 'management' end, \
             case id % 3 when 0 then 'done' when 1 then 'under_way' else 'not_started' end, 'partly', '', '', '' \
             from enterprise where id <= $1 and id % 2 = 0",
            params![members],
        )?;
        Ok(())
    })?;
    db.write(|tx| tx.execute_script("analyze"))?;
    Ok(())
}

/// Asks for each part of the page, for the whole city and for one county, and prints `part who best` in
/// microseconds.
pub fn ask(database: &str) -> Result<()> {
    let db = Db::open(database)?;
    let county = i64::try_from(COUNTIES).unwrap_or(1) / 2;
    for (who, actor) in
        [("city", actor(Role::CityOffice, Some(-1))), ("county", actor(Role::CountyOffice, Some(county)))]
    {
        let visible = enterprise_filter(&actor, Action::ViewProgress, "m.enterprise_id");
        let scope = Scope { campaign: CampaignId(1), today: TODAY, visible: &visible };
        for part in PARTS {
            let mut best = Duration::MAX;
            for _ in 0..RUNS {
                let begun = Instant::now();
                db.read(|tx| (part.ask)(tx, &scope))?;
                best = best.min(begun.elapsed());
            }
            println!("{}\t{who}\t{}", part.name, best.as_micros());
        }
    }
    Ok(())
}

/// One statement of the page.
struct Part {
    name: &'static str,
    ask: fn(&Tx<'_>, &Scope<'_>) -> Result<(), StoreError>,
}

const PARTS: [Part; 4] = [
    Part { name: "every number", ask: |tx, scope| numbers(tx, scope, &Filter::default()) },
    Part { name: "numbers, filtered", ask: |tx, scope| numbers(tx, scope, &filtered()) },
    Part {
        name: "list, first page",
        ask: |tx, scope| analysis::lines(tx, scope, &Filter::default(), (0, 50)).map(drop),
    },
    Part {
        name: "list, last page",
        ask: |tx, scope| analysis::lines(tx, scope, &filtered(), (2_000, 50)).map(drop),
    },
];

/// What the page asks for.
fn numbers(tx: &Tx<'_>, scope: &Scope<'_>, filter: &Filter) -> Result<(), StoreError> {
    let pair = Some((Dimension::County, Dimension::Likelihood));
    analysis::numbers(tx, scope, filter, Dimension::ALL, pair).map(drop)
}

fn filtered() -> Filter {
    Filter { values: vec![(Dimension::Violation, "示例行为7".to_owned())], condition: None }
}
