//! Campaigns and their plan tables: opened from a file or last year's, edited, published (N03 N04 N25).

use std::collections::{BTreeMap, HashMap};

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::campaign::{CampaignAction, CampaignState, PlannedClass, plan_gaps, quota_fault};
use xinxiu_domain::id::{CampaignId, OrgId, PlanItemId};
use xinxiu_domain::text::tidy;
use xinxiu_policy::EditionRole;
use xinxiu_store::campaign::{self, Campaign, PlanItem};
use xinxiu_store::{organisation, params};

use crate::accounts::taken;
use crate::app::{App, Done, Step, View};
use crate::plan_file::{CampaignFile, FileClass};
use crate::refusal::{Refusal, require};

/// Opens a campaign from a file. Organisations that are not on record yet are put there; of those that are,
/// a blank short name or area code is filled, without which lists do not find their county.
///
/// # Errors
/// [`Refusal::Missing`] with every fault of the plan; [`Refusal::Invalid`] where the code is taken.
pub fn open_from_file(app: &App, actor: &Actor, file: &CampaignFile) -> Result<CampaignId, Refusal> {
    require(file.gaps())?;
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let orgs = organisations(step, file)?;
        let id = insert_campaign(step, &header(file))?;
        for (index, class) in file.plan.iter().enumerate() {
            let item = plan_item(id, index, class, &orgs)?;
            campaign::insert_item(step.tx, &item)?;
        }
        let summary = format!("从文件编制「{}」，{}个培训班", file.title, file.plan.len());
        record(step, "campaign.open", id, summary, serde_json::json!({ "code": file.code }))?;
        Ok(id)
    })
}

fn organisations(step: &Step<'_>, file: &CampaignFile) -> Result<HashMap<String, OrgId>, Refusal> {
    let mut known = HashMap::new();
    for org in &file.organisations {
        let id = match organisation::by_name(step.tx, &org.name)? {
            Some(found) => {
                organisation::fill_blanks(step.tx, found.id, &tidy(&org.short), &tidy(&org.area))?;
                found.id
            }
            None => organisation::insert(step.tx, org.kind, &org.name, &org.short, &org.area)?,
        };
        known.insert(org.name.clone(), id);
    }
    Ok(known)
}

fn header(file: &CampaignFile) -> Campaign {
    Campaign {
        id: CampaignId(0),
        code: file.code.clone(),
        title: file.title.clone(),
        city: file.city.clone(),
        year: file.year,
        document_number: file.document_number.clone(),
        state: CampaignState::INITIAL,
        targets: file.targets.clone(),
        edition_choice: "auto".into(),
        edition_reason: String::new(),
        copied_from: None,
        version: 1,
    }
}

fn insert_campaign(step: &Step<'_>, new: &Campaign) -> Result<CampaignId, Refusal> {
    campaign::insert(step.tx, new).map_err(|error| taken(error, "code", "已有相同代号的年度行动"))
}

fn plan_item(
    campaign: CampaignId,
    index: usize,
    class: &FileClass,
    orgs: &HashMap<String, OrgId>,
) -> Result<PlanItem, Refusal> {
    let org = |name: &String| {
        orgs.get(name).copied().ok_or_else(|| Refusal::invalid("plan", format!("没有找到单位「{name}」")))
    };
    Ok(PlanItem {
        id: PlanItemId(0),
        campaign,
        position: u32::try_from(index + 1).unwrap_or(u32::MAX),
        name: class.name.clone(),
        kind: class.kind,
        planned: class.planned,
        agency: Some(org(&class.agency)?),
        agency_name: String::new(),
        organiser: org(&class.organiser)?,
        organiser_name: String::new(),
        counties: class.counties.iter().map(org).collect::<Result<_, _>>()?,
        quotas: class
            .quotas
            .iter()
            .map(|(name, planned)| Ok((org(name)?, *planned)))
            .collect::<Result<_, Refusal>>()?,
        authorities: class.authorities.iter().map(org).collect::<Result<_, _>>()?,
        version: 1,
    })
}

/// Opens next year's campaign as a copy. Enterprises with a record that is still public, on a list, or in an
/// application that is not decided carry over into the class of the same place, with their cases (N08).
///
/// # Errors
/// [`Refusal::Invalid`] where the code is taken.
pub fn copy(
    app: &App,
    actor: &Actor,
    from: CampaignId,
    code: &str,
    title: &str,
    year: u32,
) -> Result<CampaignId, Refusal> {
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let old = campaign::load(step.tx, from)?;
        let new = Campaign {
            code: tidy(code),
            title: tidy(title),
            year,
            document_number: String::new(),
            state: CampaignState::INITIAL,
            copied_from: Some(from),
            ..old
        };
        let id = insert_campaign(step, &new)?;
        for item in campaign::items(step.tx, from)? {
            let copied = campaign::insert_item(step.tx, &PlanItem { campaign: id, ..item.clone() })?;
            carry_over(step, (from, Some(item.id)), (id, Some(copied)))?;
        }
        carry_over(step, (from, None), (id, None))?;
        let carried = step.tx.number("select count(*) from member where campaign_id = $1", params![id])?;
        let summary = format!("由{}年行动复制{year}年行动，未办结企业结转{carried}家", old.year);
        record(step, "campaign.copy", id, summary, serde_json::json!({ "from": from }))?;
        Ok(id)
    })
}

/// From a class of the old campaign into the same class of the new one; `None` for those without a class.
fn carry_over(
    step: &Step<'_>,
    (old, class): (CampaignId, Option<PlanItemId>),
    (new, copied): (CampaignId, Option<PlanItemId>),
) -> Result<(), Refusal> {
    step.tx.execute(
        "insert into member (campaign_id, enterprise_id, plan_item_id, willingness, joined_at) \
         select $1, m.enterprise_id, $2, m.willingness, $3 from member m \
         where m.campaign_id = $4 and coalesce(m.plan_item_id, 0) = $5 and ( \
         exists (select 1 from penalty p where p.enterprise_id = m.enterprise_id and p.state = 'public') \
         or exists (select 1 from listing l where l.enterprise_id = m.enterprise_id and l.gone_since is null) \
         or exists (select 1 from application a where a.enterprise_id = m.enterprise_id \
         and a.state in ('draft', 'submitted', 'returned')))",
        params![new, copied, step.now, old, class.map_or(0, |class| class.0)],
    )?;
    Ok(())
}

/// What can be edited in a campaign.
#[derive(Debug, Clone)]
pub struct EditCampaign {
    /// Title.
    pub title: String,
    /// Number of the notice.
    pub document_number: String,
    /// Enterprises to be trained.
    pub enterprises: u32,
    /// Repair rate in percent.
    pub repair_rate_percent: u32,
    /// Class hours of a session.
    pub class_hours: u32,
    /// Rule edition: `auto` or an id.
    pub edition_choice: String,
    /// Why the edition is fixed by hand.
    pub edition_reason: String,
    /// Version that the form was filled from.
    pub version: i64,
}

/// Edits a campaign.
///
/// # Errors
/// [`Refusal::Invalid`] for impossible values; a conflict where somebody else edited it meanwhile.
pub fn edit(app: &App, actor: &Actor, id: CampaignId, command: &EditCampaign) -> Result<(), Refusal> {
    check_edit(app, command)?;
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let mut found = campaign::load(step.tx, id)?;
        found.title = tidy(&command.title);
        found.document_number = tidy(&command.document_number);
        found.targets.enterprises = command.enterprises;
        found.targets.repair_rate_percent = command.repair_rate_percent;
        found.targets.class_hours = command.class_hours;
        found.edition_choice.clone_from(&command.edition_choice);
        found.edition_reason = tidy(&command.edition_reason);
        found.version = command.version;
        campaign::save(step.tx, &found)?;
        let detail = serde_json::json!({ "targets": found.targets, "edition": found.edition_choice });
        record(step, "campaign.edit", id, format!("修改「{}」的目标和规则版本", found.title), detail)
    })
}

fn check_edit(app: &App, command: &EditCampaign) -> Result<(), Refusal> {
    if tidy(&command.title).is_empty() {
        return Err(Refusal::invalid("title", "请填写名称"));
    }
    if command.repair_rate_percent > 100 {
        return Err(Refusal::invalid("repair_rate_percent", "修复率目标在0到100之间"));
    }
    if command.class_hours < 3 {
        return Err(Refusal::invalid("class_hours", "每场不少于3学时（N05）"));
    }
    if command.edition_choice != "auto" {
        if !filing_editions(app).contains(&command.edition_choice.as_str()) {
            return Err(Refusal::invalid("edition_choice", "没有这个规则版本"));
        }
        if tidy(&command.edition_reason).is_empty() {
            return Err(Refusal::invalid("edition_reason", "人工指定规则版本须写明原因"));
        }
    }
    Ok(())
}

/// Ids of the editions under which an application can be filed.
pub fn filing_editions(app: &App) -> Vec<&str> {
    let filing = app.rules.editions().iter().filter(|edition| edition.role == EditionRole::Filing);
    filing.map(|edition| edition.id.as_str()).collect()
}

/// Publishes or closes a campaign.
///
/// # Errors
/// [`Refusal::Missing`] with every fault of the plan.
pub fn change_state(app: &App, actor: &Actor, id: CampaignId, action: CampaignAction) -> Result<(), Refusal> {
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let mut found = campaign::load(step.tx, id)?;
        found.state = found.state.after(action)?;
        if action == CampaignAction::Publish {
            require(gaps(&found, &campaign::items(step.tx, id)?))?;
        }
        campaign::save(step.tx, &found)?;
        let code = format!("campaign.{}", action.code());
        record(step, &code, id, format!("{action}「{}」", found.title), serde_json::json!({}))
    })
}

/// What keeps a campaign from being published.
pub fn gaps(campaign: &Campaign, items: &[PlanItem]) -> Vec<xinxiu_domain::Missing> {
    let classes: Vec<_> = items
        .iter()
        .map(|item| PlannedClass {
            name: &item.name,
            planned: item.planned,
            agency: &item.agency_name,
            covers: item.counties.len() + item.authorities.len(),
        })
        .collect();
    plan_gaps(&campaign.targets, &classes)
}

/// What can be edited in a class of the plan table.
#[derive(Debug, Clone)]
pub struct EditClass {
    /// Name.
    pub name: String,
    /// Planned number of enterprises.
    pub planned: u32,
    /// Agency.
    pub agency: Option<OrgId>,
    /// Organiser.
    pub organiser: OrgId,
    /// Counties covered.
    pub counties: Vec<OrgId>,
    /// How many of the planned number each county has, where the class says so.
    pub quotas: BTreeMap<OrgId, u32>,
    /// Authorities covered.
    pub authorities: Vec<OrgId>,
    /// Version that the form was filled from.
    pub version: i64,
}

/// Edits a class of the plan table.
///
/// # Errors
/// [`Refusal::Invalid`] for an empty name; a conflict where somebody else edited it meanwhile.
pub fn edit_class(app: &App, actor: &Actor, id: PlanItemId, command: &EditClass) -> Result<(), Refusal> {
    if tidy(&command.name).is_empty() {
        return Err(Refusal::invalid("name", "请填写培训班名称"));
    }
    let mut quotas = command.quotas.clone();
    quotas.retain(|county, _| command.counties.contains(county));
    let shared: Vec<u32> = quotas.values().copied().collect();
    if let Some(message) = quota_fault(command.planned, command.counties.len(), &shared) {
        return Err(Refusal::invalid("planned", message));
    }
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let old = campaign::load_item(step.tx, id)?;
        let is_running = campaign::load(step.tx, old.campaign)?.state == CampaignState::Published;
        if is_running && old.agency.is_some() && old.agency != command.agency {
            let how = "行动进行中更换服务机构，请在“更换服务机构”中办理：写明原因，未办结事项一并移交";
            return Err(Refusal::invalid("agency", how));
        }
        let new = PlanItem {
            name: tidy(&command.name),
            planned: command.planned,
            agency: command.agency,
            organiser: command.organiser,
            counties: command.counties.clone(),
            quotas,
            authorities: command.authorities.clone(),
            version: command.version,
            ..old.clone()
        };
        campaign::save_item(step.tx, &new)?;
        let summary = format!("修改培训班「{}」：计划{}家改为{}家", new.name, old.planned, new.planned);
        let detail = serde_json::json!({ "class": id, "quotas": new.quotas });
        record(step, "campaign.class", old.campaign, summary, detail)
    })
}

/// Every campaign, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Campaign>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewCampaign, &Concerns::default())?;
        Ok(campaign::all(view.tx)?)
    })
}

/// Campaigns that are not closed, the one under way first: next year's draft does not push it aside.
pub fn not_closed(mut all: Vec<Campaign>) -> Vec<Campaign> {
    all.retain(|campaign| campaign.state != CampaignState::Closed);
    all.sort_by_key(|campaign| campaign.state != CampaignState::Published);
    all
}

/// A campaign with its plan table.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn show(app: &App, actor: &Actor, id: CampaignId) -> Result<(Campaign, Vec<PlanItem>), Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewCampaign, &Concerns::default())?;
        Ok((campaign::load(view.tx, id)?, campaign::items(view.tx, id)?))
    })
}

/// The campaign under way.
///
/// # Errors
/// [`Refusal::Missing`] where none is published.
pub fn current(view: &View<'_>) -> Result<Campaign, Refusal> {
    campaign::current(view.tx)?.ok_or_else(|| {
        Refusal::Missing(vec![xinxiu_domain::Missing::new(
            "no_campaign",
            "还没有已发布的年度行动，请市信用办先发布",
            "N04",
        )])
    })
}

fn record(
    step: &Step<'_>,
    action: &str,
    id: CampaignId,
    summary: String,
    detail: serde_json::Value,
) -> Result<(), Refusal> {
    step.record(Done { action, subject: ("campaign", id.0), enterprise: None, summary }, detail)
}
