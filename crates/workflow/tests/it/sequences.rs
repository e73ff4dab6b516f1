//! The repair chain under random sequences of commands: no illegal state is reached, a refused command leaves no trace, one that
//! succeeds leaves one audit entry, no case is lost, and for each that waits exactly one clock runs.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::application::{ApplicationState, Grade, ItemState, ReturnReason};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::clinic::{ClinicAction, ClinicState, Lane, TicketAction, TicketState};
use xinxiu_domain::deadline::Clock;
use xinxiu_domain::id::{
    ApplicationId, ClinicId, DelistingId, EnterpriseId, ItemId, ListingId, PenaltyId, TicketId,
};
use xinxiu_domain::penalty::{Material, PenaltyClass};
use xinxiu_domain::rectification::{DelistingAction, DelistingState, RectificationState};
use xinxiu_store::testing::TestStore;
use xinxiu_store::{StoreError, audit, both_engines, params, penalty};
use xinxiu_workflow::applications::{self, Decide, Edit, Verdict};
use xinxiu_workflow::clinics::{self, Noted, Plan, Verdict as Mark};
use xinxiu_workflow::deadlines;
use xinxiu_workflow::delistings;
use xinxiu_workflow::rectifications::{self, Deadline, Meeting};
use xinxiu_workflow::{App, Refusal};

use crate::support::{TODAY, World};

const AUTHORITIES: [&str; 2] = ["南通市生态环境局", "南通市应急管理局"];
/// Commands of one sequence.
const LENGTH: usize = 700;

/// `SplitMix64`: the same sequence from the same seed, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).unwrap()
    }

    fn pick<T: Clone>(&mut self, among: &[T]) -> Option<T> {
        if among.is_empty() { None } else { Some(among[self.below(among.len())].clone()) }
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Every row of the chain with its state, and how much is on record beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Snapshot {
    rows: BTreeMap<(&'static str, i64), String>,
    versions: BTreeMap<(&'static str, i64), i64>,
    entries: i64,
    archives: i64,
    beside: Vec<i64>,
}

impl Snapshot {
    fn ids(&self, noun: &str) -> Vec<i64> {
        self.rows.keys().filter(|(of, _)| *of == noun).map(|(_, id)| *id).collect()
    }
}

const NOUNS: [&str; 7] =
    ["application", "application_item", "ticket", "clinic", "rectification", "delisting", "penalty"];

fn snapshot(app: &App) -> Snapshot {
    let read = app.store.db.read(|tx| {
        let (mut rows, mut versions) = (BTreeMap::new(), BTreeMap::new());
        for noun in NOUNS {
            let found =
                tx.query(&format!("select id, state, version from {noun} order by id"), &[], |row| {
                    Ok((row.get::<i64>("id")?, row.get::<String>("state")?, row.get::<i64>("version")?))
                })?;
            for (id, state, version) in found {
                rows.insert((noun, id), state);
                versions.insert((noun, id), version);
            }
        }
        let count = |table: &str| tx.number(&format!("select count(*) from {table}"), &[]);
        let beside =
            ["application_material", "first_review", "rectification_event", "clinic_mark", "deadline_notice"];
        let beside = beside.into_iter().map(count).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, StoreError>(Snapshot {
            rows,
            versions,
            entries: count("audit_entry")?,
            archives: count("archive")?,
            beside,
        })
    });
    read.unwrap()
}

/// Whether a noun may go from one state to another in one step; a new one begins in its first, or one move behind it.
fn may_move(noun: &str, from: Option<&str>, to: &str) -> bool {
    macro_rules! machine {
        ($state:ty) => {{
            let to = <$state>::from_code(to).unwrap_or_else(|| panic!("{noun} {to}"));
            let from = from.map_or(<$state>::INITIAL, |from| <$state>::from_code(from).unwrap());
            from == to || <$state>::MOVES.iter().any(|(a, _, b)| *a == from && *b == to)
        }};
    }
    match noun {
        "application" => machine!(ApplicationState),
        "application_item" => machine!(ItemState),
        "ticket" => machine!(TicketState),
        "clinic" => machine!(ClinicState),
        "rectification" => machine!(RectificationState),
        "delisting" => machine!(DelistingState),
        _ => machine!(RecordState),
    }
}

struct Run {
    world: World,
    dice: Dice,
    enterprises: Vec<EnterpriseId>,
    penalties: Vec<(EnterpriseId, PenaltyId)>,
    listings: Vec<(EnterpriseId, ListingId)>,
    agency: Actor,
    county: Actor,
    authorities: [Actor; 2],
    stranger: Actor,
    /// Each kind of command with how often it succeeded, so that a sequence that does nothing shows.
    done: BTreeMap<&'static str, usize>,
    marks: Vec<Noted>,
}

impl Run {
    fn open(test: &TestStore, seed: u64) -> Self {
        let world = World::open(test);
        let (mut penalties, mut listings) = (Vec::new(), Vec::new());
        let enterprises: Vec<_> = ["甲", "乙", "丙", "丁", "戊", "己"]
            .iter()
            .map(|name| world.member(&format!("示例{name}公司"), "海安市信用办", 1))
            .collect();
        for (place, enterprise) in enterprises.iter().enumerate() {
            for authority in AUTHORITIES {
                let id = world.penalty(*enterprise, authority, date(2022, 1, 5), PenaltyClass::General);
                let needs: &[Material] = if place % 2 == 0 { &[] } else { &[Material::Licence] };
                world
                    .app
                    .store
                    .db
                    .write(|tx| {
                        let mut found = penalty::load(tx, id)?;
                        found.assessment.min_until = Some(date(2022, 6, 20));
                        found.assessment.repairable_from = Some(date(2022, 4, 5));
                        found.assessment.max_until = Some(date(2023, 6, 5));
                        found.assessment.materials = needs.to_vec();
                        penalty::save(tx, &found)
                    })
                    .unwrap();
                penalties.push((*enterprise, id));
            }
            world.listing(*enterprise, AUTHORITIES[0]);
        }
        let rows = world.app.store.db.read(|tx| {
            tx.query("select enterprise_id, id from listing order by id", &[], |row| {
                Ok::<_, StoreError>((row.get("enterprise_id")?, row.get("id")?))
            })
        });
        listings.extend(rows.unwrap());
        let (agency, county) = (world.agency("甲"), world.county("海安市信用办"));
        let authorities = AUTHORITIES.map(|name| world.authority(name));
        let stranger = world.county("如皋市信用办");
        Self {
            dice: Dice(seed),
            enterprises,
            penalties,
            listings,
            agency,
            county,
            authorities,
            stranger,
            done: BTreeMap::new(),
            marks: Vec::new(),
            world,
        }
    }

    /// A record of a noun: mostly one in a state that the command is for, now and then any.
    fn some(&mut self, noun: &'static str, at: &Snapshot, states: &[&str]) -> Option<i64> {
        let fits = |key: &(&'static str, i64)| states.contains(&at.rows[key].as_str());
        let fitting: Vec<i64> =
            at.rows.keys().filter(|key| key.0 == noun && fits(key)).map(|(_, id)| *id).collect();
        if fitting.is_empty() || self.dice.chance(20) {
            return self.dice.pick(&at.ids(noun));
        }
        // Mostly the oldest, so that cases come to an end.
        if self.dice.chance(60) { fitting.first().copied() } else { self.dice.pick(&fitting) }
    }

    /// The version of a record, or now and then one that is out of date.
    fn version(&mut self, at: &Snapshot, key: (&'static str, i64)) -> (i64, bool) {
        let stale = self.dice.chance(8);
        let version = at.versions.get(&key).copied().unwrap_or(1);
        (if stale { version - 1 } else { version }, stale)
    }

    /// Who acts: mostly the one whose work it is, now and then somebody to whom it is not given.
    fn by(&mut self, right: &Actor) -> (Actor, bool) {
        if self.dice.chance(8) { (self.stranger.clone(), true) } else { (right.clone(), false) }
    }

    /// One random command and what has to hold after it.
    fn step(&mut self) {
        let before = snapshot(&self.world.app);
        let (name, outcome, must_fail) = self.command(&before);
        let after = snapshot(&self.world.app);
        let mut wanted = after.archives - before.archives;
        match outcome {
            Err(refusal) => {
                assert_eq!(before, after, "{name}: {refusal}");
                return;
            }
            Ok(entries) => wanted += entries,
        }
        assert!(!must_fail, "{name} was let through");
        assert_eq!(after.entries - before.entries, wanted, "{name}");
        *self.done.entry(name).or_default() += 1;
        for (key, state) in &after.rows {
            let from = before.rows.get(key).map(String::as_str);
            assert!(may_move(key.0, from, state), "{name}: {key:?} {from:?} → {state}");
            let moved = from.is_some_and(|from| from != state);
            assert!(
                !moved || after.versions[key] > before.versions[key],
                "{name}: {key:?} moved without a version"
            );
        }
        // Nothing disappears but a record that is taken out of a draft.
        let lost: Vec<_> = before.rows.keys().filter(|key| !after.rows.contains_key(key)).collect();
        assert!(
            lost.iter().all(|(noun, _)| *noun == "application_item" && name == "remove_item"),
            "{name}: {lost:?}"
        );
        self.hold_true(&after);
    }

    /// Returns the command's name, how many audit entries it owes, and whether it must not be let through.
    fn command(&mut self, at: &Snapshot) -> (&'static str, Result<i64, Refusal>, bool) {
        match self.dice.below(13) {
            0..3 => self.prepare(at),
            3..6 => self.submit_and_review(at),
            6..8 => self.decide(at),
            8 => self.follow_up(),
            9 => self.delist(at),
            10 => self.day(at),
            _ => self.queue(at),
        }
    }

    fn prepare(&mut self, at: &Snapshot) -> (&'static str, Result<i64, Refusal>, bool) {
        let (by, strange) = self.by(&self.agency.clone());
        let (enterprise, penalty) = self.dice.pick(&self.penalties.clone()).unwrap();
        let application = self.some("application", at, &["draft", "returned"]).map(ApplicationId);
        let app = self.world.app.clone();
        match (self.dice.below(12), application) {
            (0, _) | (_, None) => {
                let result = applications::open(&app, &by, enterprise, &[penalty]);
                ("open", result.map(|_| 1), strange)
            }
            (1, Some(id)) => {
                ("add_item", applications::add_item(&app, &by, id, penalty).map(|()| 1), strange)
            }
            (2, Some(_)) => match self.dice.pick(&at.ids("application_item")) {
                Some(item) => {
                    ("remove_item", applications::remove_item(&app, &by, ItemId(item)).map(|_| 1), strange)
                }
                None => ("nothing", Err(Refusal::invalid("x", "x")), false),
            },
            (3..8, Some(id)) => {
                let (version, stale) = self.version(at, ("application", id.0));
                let items = app.store.db.read(|tx| xinxiu_store::item::of_applications(tx, &[id])).unwrap();
                let waiting = items.iter().filter(|item| item.state == ItemState::Pending);
                let edit = Edit {
                    contact_name: "示例丁".into(),
                    contact_phone: "0513-00001234".into(),
                    statements: waiting.map(|item| (item.id, "已履行".to_owned())).collect(),
                    version,
                };
                ("edit", applications::edit(&app, &by, id, &edit).map(|()| 1), strange || stale)
            }
            (_, Some(id)) => {
                let kept = app.store.files.keep(&b"example"[..]).unwrap();
                let put = applications::add_material(
                    &app,
                    &by,
                    id,
                    (Material::Licence, None),
                    (&kept, "示例.pdf", "application/pdf"),
                );
                ("add_material", put.map(|()| 1), strange)
            }
        }
    }

    fn submit_and_review(&mut self, at: &Snapshot) -> (&'static str, Result<i64, Refusal>, bool) {
        let kind = self.dice.below(12);
        let states: &[&str] = if kind < 6 { &["draft", "returned"] } else { &["submitted"] };
        let Some(id) = self.some("application", at, states).map(ApplicationId) else {
            return ("nothing", Err(Refusal::invalid("x", "x")), false);
        };
        let app = self.world.app.clone();
        let (version, stale) = self.version(at, ("application", id.0));
        match kind {
            0..5 => {
                let (by, strange) = self.by(&self.agency.clone());
                (
                    "submit",
                    applications::resubmit(
                        &app,
                        &by,
                        id,
                        version,
                        &[(ReturnReason::SealMissing, "已补盖公章".into())],
                    )
                    .map(|()| 1),
                    strange || stale,
                )
            }
            5 => {
                let (by, strange) = self.by(&self.agency.clone());
                let done = applications::withdraw(&app, &by, id, version, "示例");
                ("withdraw", done.map(|()| 1), strange || stale)
            }
            _ => {
                let (by, strange) = self.by(&self.world.window.clone());
                let (name, verdict) = if kind < 10 {
                    ("accept", Verdict::Accept)
                } else {
                    (
                        "return",
                        Verdict::Return { reasons: vec![ReturnReason::SealMissing], note: String::new() },
                    )
                };
                let done = applications::first_review(&app, &by, id, version, &verdict, None);
                (name, done.map(|_| 1), strange || stale)
            }
        }
    }

    fn decide(&mut self, at: &Snapshot) -> (&'static str, Result<i64, Refusal>, bool) {
        let removing = self.dice.chance(40);
        let states: &[&str] = if removing { &["agreed"] } else { &["pending"] };
        let Some(id) = self.some("application_item", at, states) else {
            return ("nothing", Err(Refusal::invalid("x", "x")), false);
        };
        let app = self.world.app.clone();
        let (version, stale) = self.version(at, ("application_item", id));
        let today = app.clock.today();
        if removing {
            let (by, strange) = self.by(&self.world.center.clone());
            let day = today.saturating_add((1 - i64::try_from(self.dice.below(3)).unwrap()).days());
            return (
                "remove",
                applications::record_removal(&app, &by, ItemId(id), day, version).map(|()| 1),
                strange || stale || day > today,
            );
        }
        // The other authority's decision must not be let through either.
        let of = "select p.authority_id from application_item i join penalty p on p.id = i.penalty_id where i.id = $1";
        let owner = app.store.db.read(|tx| tx.number(of, params![id])).unwrap();
        let foreign = self.dice.chance(15);
        let owns = |actor: &&Actor| (actor.org.map(|org| org.0) == Some(owner)) != foreign;
        let by = self.authorities.iter().find(owns).unwrap().clone();
        let agree = self.dice.chance(70);
        let command = Decide {
            severity: Grade::General,
            conduct: Grade::General,
            duty_performed: self.dice.chance(90),
            agree,
            opinion: if self.dice.chance(80) { "示例意见".into() } else { String::new() },
            decided_on: today,
            file: None,
            is_confirmed: true,
            version,
            handler: ("示例戊".into(), "0513-00005678".into()),
        };
        let must_fail =
            foreign || stale || (agree && !command.duty_performed) || (!agree && command.opinion.is_empty());
        (
            if agree { "agree" } else { "refuse" },
            applications::decide(&app, &by, ItemId(id), &command).map(|()| 1),
            must_fail,
        )
    }

    fn follow_up(&mut self) -> (&'static str, Result<i64, Refusal>, bool) {
        let own = self.dice.pick(&self.authorities.clone()).unwrap();
        let (by, strange) = self.by(&own);
        let of = self.dice.pick(&self.enterprises.clone()).unwrap();
        let app = self.world.app.clone();
        let talk =
            Meeting {
                record: "示例".into(), enterprise_side: "示例负责人".into(), ..Meeting::default()
            };
        match self.dice.below(7) {
            0 => {
                let told = rectifications::notify(&app, &by, &[of], "")
                    .map(|outcome| i64::try_from(outcome.done.len()).unwrap());
                ("notify", told, strange)
            }
            1 => ("meet", rectifications::meet(&app, &by, of, &talk, &[]).map(|()| 1), strange),
            2 => {
                let days = u32::try_from(self.dice.below(6)).unwrap();
                let set = rectifications::set_deadline(&app, &by, of, Deadline::WorkingDays(days), "示例");
                ("set_deadline", set.map(|_| 1), strange || days == 0)
            }
            3 => {
                let due =
                    app.clock.today().saturating_add(i64::try_from(self.dice.below(12)).unwrap().days());
                ("extend", rectifications::extend(&app, &by, of, due, "示例").map(|()| 1), strange)
            }
            4 | 5 => {
                let passed = self.dice.chance(50);
                ("check", rectifications::check(&app, &by, of, passed, "示例", &[]).map(|()| 1), strange)
            }
            _ => ("interview", rectifications::interview(&app, &by, of, &talk, &[]).map(|()| 1), strange),
        }
    }

    fn delist(&mut self, at: &Snapshot) -> (&'static str, Result<i64, Refusal>, bool) {
        let app = self.world.app.clone();
        let (by, strange) = self.by(&self.authorities[0].clone());
        let known = self.dice.pick(&at.ids("delisting")).map(DelistingId);
        if let Some(id) = known.filter(|_| self.dice.chance(60)) {
            let action = if self.dice.chance(50) { DelistingAction::Grant } else { DelistingAction::Refuse };
            return (
                "decide_delisting",
                delistings::decide(&app, &by, id, action, "示例").map(|()| 1),
                strange,
            );
        }
        let (of, listing) = self.dice.pick(&self.listings.clone()).unwrap();
        ("receive_delisting", delistings::receive(&app, &by, of, Some(listing), "示例").map(|_| 1), strange)
    }

    fn day(&mut self, at: &Snapshot) -> (&'static str, Result<i64, Refusal>, bool) {
        let app = self.world.app.clone();
        let (by, strange) = self.by(&self.county.clone());
        let known = self.some("clinic", at, &["planned"]).map(ClinicId);
        match (self.dice.below(6), known) {
            (0 | 1, _) | (_, None) => {
                let plan = Plan {
                    held_on: app.clock.today(),
                    place: "示例厅".into(),
                    townships: vec!["示例镇".into()],
                    internet: true,
                    sure: true,
                };
                // A stranger's county plans a day of its own.
                let by = self.county.clone();
                ("plan", clinics::plan(&app, &by, &plan).map(|_| 1), false)
            }
            (kind, Some(id)) => {
                let action = match kind {
                    2..4 => ClinicAction::OpenDoors,
                    4 => ClinicAction::Close,
                    _ => ClinicAction::Cancel,
                };
                (action.code(), clinics::change_state(&app, &by, id, action).map(|()| 1), strange)
            }
        }
    }

    fn queue(&mut self, at: &Snapshot) -> (&'static str, Result<i64, Refusal>, bool) {
        let app = self.world.app.clone();
        let Some(id) = self.some("clinic", at, &["open"]).map(ClinicId) else {
            return ("nothing", Err(Refusal::invalid("x", "x")), false);
        };
        let (by, strange) = self.by(&self.county.clone());
        match self.dice.below(5) {
            0 => {
                let of = self.dice.pick(&self.enterprises.clone()).unwrap();
                ("take", clinics::take_number(&app, &by, id, of).map(|_| 1), strange)
            }
            1 => {
                let lane = self.dice.pick(Lane::ALL).unwrap();
                ("call", clinics::call_next(&app, &by, id, lane, "1号").map(|_| 1), strange)
            }
            2 => match self.dice.pick(&at.ids("ticket")) {
                Some(ticket) => {
                    let action = self.dice.pick(TicketAction::ALL).unwrap();
                    let (version, stale) = self.version(at, ("ticket", ticket));
                    let served = clinics::serve(&app, &by, TicketId(ticket), version, (action, "1号"));
                    ("serve", served.map(|_| 1), strange || stale)
                }
                None => ("nothing", Err(Refusal::invalid("x", "x")), false),
            },
            _ => self.sync(&app, &by, (id, strange), at),
        }
    }

    /// What a device noted, now and then sent a second time.
    fn sync(
        &mut self,
        app: &App,
        by: &Actor,
        (id, strange): (ClinicId, bool),
        at: &Snapshot,
    ) -> (&'static str, Result<i64, Refusal>, bool) {
        let again = self.dice.pick(&self.marks.clone()).filter(|_| self.dice.chance(30));
        let repeated = again.is_some();
        let number = u32::try_from(1001 + self.marks.len()).unwrap();
        let noted = again.unwrap_or_else(|| {
            let kinds = ["take", "call", "finish", "miss", "pass_on", "receive", "submit"];
            let kind = self.dice.pick(&kinds).unwrap();
            let application =
                (kind == "submit").then(|| self.some("application", at, &["draft", "returned"]));
            let application = application.flatten();
            let version = application.map_or(0, |found| at.versions[&("application", found)]);
            let of = application.map(|found| {
                let sql = "select enterprise_id from application where id = $1";
                self.world.app.store.db.read(|tx| tx.number(sql, params![found])).unwrap()
            });
            Noted {
                key: format!("{}-{}", id.0, self.marks.len()),
                kind: kind.into(),
                enterprise: of.unwrap_or_else(|| self.dice.pick(&self.enterprises).unwrap().0),
                application: application.unwrap_or(0),
                version,
                lane: if kind == "receive" { "window".into() } else { String::new() },
                number: (kind == "take").then_some(number),
                counter: "1号".into(),
                ..Noted::default()
            }
        });
        let submits = noted.kind == "submit" && !strange;
        let by = if submits { &self.agency } else { by };
        let answers = match clinics::sync(app, by, id, "示例设备", vec![noted.clone()]) {
            Ok(answers) => answers,
            Err(refusal) => return ("sync", Err(refusal), strange),
        };
        match answers[0].verdict {
            Mark::Taken => {
                self.marks.push(noted.clone());
                // A key of another day was taken there and nowhere else.
                ("sync", Ok(1), strange || (repeated && noted.key.starts_with(&format!("{}-", id.0))))
            }
            Mark::Double | Mark::Conflict | Mark::Waits => {
                ("sync", Err(Refusal::invalid("mark", answers[0].message.clone())), false)
            }
        }
    }

    /// What holds in every state of the chain.
    fn hold_true(&self, at: &Snapshot) {
        let app = &self.world.app;
        let number = |sql: &str| app.store.db.read(|tx| tx.number(sql, &[])).unwrap();
        assert_eq!(number("select count(*) from penalty"), i64::try_from(self.penalties.len()).unwrap());
        // A record is in one application at most that is not over.
        let twice = "select count(*) from (select i.penalty_id from application_item i join application a on a.id = i.application_id \
                     where a.state <> 'withdrawn' and i.state <> 'refused' group by i.penalty_id having count(*) > 1) x";
        assert_eq!(number(twice), 0);
        // Taken down is taken down on both sides, and only after a decision of the record's own authority.
        let unlike = "select count(*) from application_item i join penalty p on p.id = i.penalty_id \
                      where (i.state = 'taken_down') <> (p.state = 'taken_down') and i.state <> 'refused' \
                      and exists (select 1 from application a where a.id = i.application_id and a.state <> 'withdrawn')";
        assert_eq!(number(unlike), 0);
        assert_eq!(
            number("select count(*) from application_item where state <> 'pending' and decided_on is null"),
            0
        );
        let early = "select count(*) from application_item i join application a on a.id = i.application_id \
                     where i.state <> 'pending' and a.state <> 'accepted'";
        assert_eq!(number(early), 0);
        // The sum over states is the number of cases, and each review of an application left its row.
        let sum: i64 = ["draft", "submitted", "returned", "accepted", "withdrawn"]
            .map(|state| number(&format!("select count(*) from application where state = '{state}'")))
            .iter()
            .sum();
        assert_eq!(sum, i64::try_from(at.ids("application").len()).unwrap());
        let reviews = self.done.get("accept").unwrap_or(&0) + self.done.get("return").unwrap_or(&0);
        assert_eq!(number("select count(*) from first_review"), i64::try_from(reviews).unwrap());
        self.every_case_has_its_clock(&number);
    }

    /// Whoever waits is seen: as many clocks run as there are records in the state that they watch.
    fn every_case_has_its_clock(&self, number: &dyn Fn(&str) -> i64) {
        let running = deadlines::list(&self.world.app, &self.world.city).unwrap();
        let of =
            |clock| i64::try_from(running.iter().filter(|one| one.running.clock == clock).count()).unwrap();
        let items = |state: &str| {
            number(&format!(
                "select count(*) from application_item i join application a on a.id = i.application_id \
                 where a.state = 'accepted' and i.state = '{state}'"
            ))
        };
        assert_eq!(
            of(Clock::FirstReview),
            number("select count(*) from application where state = 'submitted'")
        );
        assert_eq!(
            of(Clock::Resubmission),
            number("select count(*) from application where state = 'returned'")
        );
        assert_eq!((of(Clock::Decision), of(Clock::Removal)), (items("pending"), items("agreed")));
        assert_eq!(
            of(Clock::Rectification),
            number("select count(*) from rectification where state = 'deadline_set'")
        );
        assert_eq!(of(Clock::Delisting), number("select count(*) from delisting where state = 'received'"));
        assert!(
            running.iter().all(|one| one.days.is_some() && !deadlines::holder_of(&one.running).is_empty())
        );
    }

    /// The day goes on; what is due is said once.
    fn tomorrow(&mut self) {
        let next = self
            .world
            .app
            .clock
            .today()
            .saturating_add(i64::try_from(1 + self.dice.below(3)).unwrap().days());
        self.world.app.clock.set(next);
        let before = snapshot(&self.world.app);
        let round = deadlines::run_round(&self.world.app).unwrap();
        let after = snapshot(&self.world.app);
        assert_eq!(before.rows, after.rows);
        assert_eq!(after.entries - before.entries, i64::try_from(round.reminded + round.passed_on).unwrap());
        let again = deadlines::run_round(&self.world.app).unwrap();
        assert_eq!((again.reminded, again.passed_on), (0, 0));
    }
}

fn runs(test: &TestStore, seed: u64) {
    let mut run = Run::open(test, seed);
    assert_eq!(run.world.app.clock.today(), TODAY);
    for place in 0..LENGTH {
        if place % 10 == 9 {
            run.tomorrow();
        }
        run.step();
    }
    let entries = run.world.app.store.db.read(audit::verify).unwrap();
    assert_eq!(i64::try_from(entries).unwrap(), snapshot(&run.world.app).entries);
    // A sequence in which nothing works would prove nothing.
    for name in ["open", "submit", "accept", "agree", "set_deadline", "check", "take", "call", "sync"] {
        assert!(run.done.contains_key(name), "seed {seed}: {name} never succeeded: {:?}", run.done);
    }
}

both_engines! {
    no_sequence_leaves_the_procedure => |test| runs(test, 20_220_614);
    nor_does_another => |test| runs(test, 7);
    nor_a_third => |test| runs(test, 1_000_003);
}
