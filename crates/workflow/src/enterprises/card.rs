//! Everything that is known of one enterprise or one penalty record, with where it came from.

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::correction::FieldCorrection;
use xinxiu_domain::id::{EnterpriseId, PenaltyId};
use xinxiu_domain::person::{mask_email, mask_id_number, mask_phone};
use xinxiu_store::audit::{self, Recorded};
use xinxiu_store::batch_row::{self, Origin};
use xinxiu_store::enterprise::{self, Enterprise, Member, sealed};
use xinxiu_store::enterprise_join::{self, Join};
use xinxiu_store::known_name::{self, KnownName};
use xinxiu_store::law_change::{self, LawChange};
use xinxiu_store::listing::{self, Listing};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::penalty_edition::{self, NamedEdition};
use xinxiu_store::penalty_version::{self, Version};
use xinxiu_store::{Moment, campaign, concerns, enterprise_change, item, penalty_correction};

use super::may;
use super::timeline::{self, Event};
use crate::app::{App, View};
use crate::certificates::{self, Serving};
use crate::refusal::Refusal;

/// A change of an enterprise's particulars as people see it.
#[derive(Debug, Clone)]
pub struct ShownChange {
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// Field, in Chinese.
    pub field: &'static str,
    /// Value before, masked where it is personal.
    pub old: String,
    /// Value after, masked where it is personal.
    pub new: String,
    /// Why.
    pub reason: String,
}

/// An enterprise with everything known of it.
#[derive(Debug, Clone)]
pub struct Card {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// Its place in the current campaign, with the name of the class.
    pub member: Option<(Member, String)>,
    /// Penalty records, newest decision first.
    pub penalties: Vec<Penalty>,
    /// The records whose repair was refused last, with the day of it.
    pub refusals: BTreeMap<PenaltyId, Date>,
    /// Listings without a decision.
    pub listings: Vec<Listing>,
    /// Other names, as lists give them or from before a correction.
    pub known_names: Vec<KnownName>,
    /// Joinings with other records of the same enterprise, undone ones too, oldest first.
    pub joins: Vec<Join>,
    /// What became of it in law, and of others that name it as successor, oldest first.
    pub law_changes: Vec<LawChange>,
    /// Rows of lists from which all this came.
    pub origins: Vec<Origin>,
    /// Changes of its particulars, oldest first.
    pub changes: Vec<ShownChange>,
    /// What was done, oldest first.
    pub history: Vec<Recorded>,
    /// Phone, masked.
    pub phone: String,
    /// Address for electronic mail, masked.
    pub email: String,
    /// ID number of the legal representative, masked.
    pub legal_representative_id: String,
    /// ID number of the department head, masked.
    pub department_head_id: String,
    /// Business day.
    pub today: Date,
    /// Whether the actor may correct it.
    pub may_correct: bool,
    /// Whether the actor may record what became of it in law.
    pub may_change: bool,
    /// Whether the actor may see the masked fields in full.
    pub may_reveal: bool,
}

impl Card {
    /// The joining by which this record became part of another; `None` where it stands for itself.
    pub fn joined_into(&self) -> Option<&Join> {
        self.joins.iter().find(|join| join.joined == self.enterprise.id && join.undone.is_none())
    }
}

/// The Chinese name of a field in the history of changes.
pub fn field_label(code: &str) -> &'static str {
    match code {
        "name" => "企业名称",
        "registration_number" => "工商注册号",
        "county" => "属地",
        "township" => "乡镇（街道）",
        "industry" => "所属行业",
        "address" => "地址",
        "survival" => "存续状态",
        "legal_representative" => "法定代表人",
        "legal_representative_id" => "法定代表人证件号",
        "department_head" => "部门负责人",
        "department_head_id" => "部门负责人证件号",
        "contact_name" => "联系人",
        "contact_phone" => "联系电话",
        "contact_email" => "电子邮箱",
        _ => "其他",
    }
}

fn masked(field: &str, value: &str) -> String {
    match field {
        "contact_phone" => mask_phone(value),
        "contact_email" => mask_email(value),
        "legal_representative_id" | "department_head_id" => mask_id_number(value),
        _ => value.to_owned(),
    }
}

/// An enterprise with everything known of it.
///
/// # Errors
/// [`Refusal::Forbidden`] where it does not belong to the actor.
pub fn card(app: &App, actor: &Actor, id: EnterpriseId) -> Result<Card, Refusal> {
    app.view(actor, |view| card_in(view, id))
}

/// [`card`] within a look at more.
pub(crate) fn card_in(view: &View<'_>, id: EnterpriseId) -> Result<Card, Refusal> {
    let (actor, whom) = (view.actor, concerns::of_enterprise(view.tx, id)?);
    view.must(Action::ViewEnterprise, &whom)?;
    let vault = &view.app.store.vault;
    let found = enterprise::load(view.tx, id)?;
    let opened = |purpose, sealed: &str| vault.open_text(purpose, sealed);
    let changes = enterprise_change::with_joined(view.tx, vault, id)?;
    let penalties = penalty::of_enterprise(view.tx, id)?;
    let ids: Vec<PenaltyId> = penalties.iter().map(|penalty| penalty.id).collect();
    Ok(Card {
        member: member(view, id)?,
        refusals: item::refusals(view.tx, &ids)?,
        penalties,
        listings: listing::of_enterprise(view.tx, id)?,
        joins: enterprise_join::of_enterprise(view.tx, id)?,
        law_changes: law_change::of_enterprise(view.tx, id)?,
        known_names: known_name::of_enterprise(view.tx, id)?,
        origins: batch_row::origins(view.tx, id)?,
        changes: changes.into_iter().map(shown).collect(),
        history: audit::with_joined(view.tx, id)?,
        phone: mask_phone(&opened(sealed::CONTACT_PHONE, &found.contact_phone_sealed)?),
        email: mask_email(&opened(sealed::CONTACT_EMAIL, &found.contact_email_sealed)?),
        legal_representative_id: mask_id_number(&opened(
            sealed::LEGAL_REPRESENTATIVE_ID,
            &found.legal_representative_id_sealed,
        )?),
        department_head_id: mask_id_number(&opened(
            sealed::DEPARTMENT_HEAD_ID,
            &found.department_head_id_sealed,
        )?),
        today: view.today,
        may_correct: may(actor, Action::CorrectEnterprise, &whom),
        may_change: may(actor, Action::RecordChange, &whom),
        may_reveal: may(actor, Action::RevealPersonal, &whom),
        enterprise: found,
    })
}

fn shown(change: enterprise_change::Change) -> ShownChange {
    ShownChange {
        at: change.at,
        actor: change.actor,
        field: field_label(&change.field),
        old: masked(&change.field, &change.old),
        new: masked(&change.field, &change.new),
        reason: change.reason,
    }
}

fn member(view: &View<'_>, id: EnterpriseId) -> Result<Option<(Member, String)>, Refusal> {
    let Some(current) = campaign::current(view.tx)? else { return Ok(None) };
    let Some(found) = enterprise::member(view.tx, current.id, id)? else { return Ok(None) };
    let class = match found.plan_item {
        Some(item) => campaign::load_item(view.tx, item)?.name,
        None => String::new(),
    };
    Ok(Some((found, class)))
}

/// A penalty record with its enterprise and history.
#[derive(Debug, Clone)]
pub struct PenaltyCard {
    /// The record.
    pub penalty: Penalty,
    /// The day on which its repair was refused, if that was the last word.
    pub refused_on: Option<Date>,
    /// Its enterprise.
    pub enterprise: Enterprise,
    /// Rows of lists from which it came.
    pub origins: Vec<Origin>,
    /// Everything that happened to it, oldest first.
    pub history: Vec<Event>,
    /// Business day.
    pub today: Date,
    /// The edition that a person named for it.
    pub named_edition: Option<NamedEdition>,
    /// Whether the actor may judge its class.
    pub may_review: bool,
    /// The fields that people put right against the lists.
    pub corrections: Vec<FieldCorrection>,
    /// Every version after the first, newest first.
    pub versions: Vec<Version>,
    /// Whether the actor may put it right.
    pub may_correct: bool,
    /// The good certificates of training that are material for its repair (N11).
    pub certificates: Vec<Serving>,
}

/// A penalty record with its enterprise and history.
///
/// # Errors
/// [`Refusal::Forbidden`] where its enterprise does not belong to the actor.
pub fn penalty_card(app: &App, actor: &Actor, id: PenaltyId) -> Result<PenaltyCard, Refusal> {
    app.view(actor, |view| {
        let found = penalty::load(view.tx, id)?;
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let mut origins = batch_row::origins(view.tx, found.enterprise)?;
        origins.retain(|origin| origin.penalty == Some(id));
        let whom = concerns::of_penalty(view.tx, id)?;
        Ok(PenaltyCard {
            refused_on: item::refusals(view.tx, &[id])?.get(&id).copied(),
            enterprise: enterprise::load(view.tx, found.enterprise)?,
            origins,
            history: timeline::of_penalty(view, &found)?,
            today: view.today,
            named_edition: penalty_edition::of_penalty(view.tx, id)?,
            may_review: may(actor, Action::ReviewVerdict, &whom),
            corrections: penalty_correction::of_penalty(view.tx, id)?,
            versions: penalty_version::of_penalty(view.tx, id)?,
            may_correct: may(actor, Action::CorrectPenalty, &whom),
            certificates: certificates::serving(view, id)?,
            penalty: found,
        })
    })
}
