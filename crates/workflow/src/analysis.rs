//! A campaign's enterprises counted by cause, rectification, conditions, place, sector and outlook (对象分析,
//! N02, N07), as far as the reader may see them.

use std::collections::BTreeMap;

use xinxiu_domain::actor::{Action, Actor, OrganisationKind};
use xinxiu_domain::analysis::{Condition, Dimension, Likelihood};
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_domain::rectification::{Cause, Conditions, RectificationStatus};
use xinxiu_store::analysis::{self, Filter, Line, Numbers, Scope};
use xinxiu_store::campaign::{self, Campaign};
use xinxiu_store::concerns::enterprise_filter;
use xinxiu_store::{Tx, organisation};

use crate::app::{App, View};
use crate::progress::under_way;
use crate::refusal::Refusal;

/// What values are called: ids by name, codes by label.
#[derive(Debug, Clone, Default)]
pub struct Names {
    counties: BTreeMap<String, String>,
    classes: BTreeMap<String, String>,
}

impl Names {
    fn load(tx: &Tx<'_>, campaign: &Campaign) -> Result<Self, Refusal> {
        let mut counties = BTreeMap::new();
        for kind in [OrganisationKind::CountyOffice, OrganisationKind::ParkCommittee] {
            for org in organisation::of_kind(tx, kind)? {
                let name = if org.short_name.is_empty() { org.name } else { org.short_name };
                counties.insert(org.id.to_string(), name);
            }
        }
        let items = campaign::items(tx, campaign.id)?;
        let classes = items.into_iter().map(|item| (item.id.to_string(), item.name)).collect();
        Ok(Self { counties, classes })
    }

    /// The word for a value of a dimension.
    pub fn of(&self, dimension: Dimension, value: &str) -> String {
        let coded = |label: Option<&'static str>| label.map_or_else(|| value.to_owned(), str::to_owned);
        let said = |word: String| if word.is_empty() { "尚未登记".to_owned() } else { word };
        match dimension {
            Dimension::County => self.counties.get(value).cloned().unwrap_or_else(|| "属地不明".to_owned()),
            Dimension::Class => self.classes.get(value).cloned().unwrap_or_else(|| "尚未编班".to_owned()),
            Dimension::Met => format!("{value}项"),
            Dimension::CauseOwn | Dimension::CauseAuthority | Dimension::CauseHelper => {
                said(coded(Cause::from_code(value).map(Cause::label)))
            }
            Dimension::Rectification => {
                said(coded(RectificationStatus::from_code(value).map(RectificationStatus::label)))
            }
            Dimension::Conditions => said(coded(Conditions::from_code(value).map(Conditions::label))),
            Dimension::Likelihood => coded(Likelihood::from_code(value).map(Likelihood::label)),
            Dimension::Willingness => coded(Willingness::from_code(value).map(Willingness::label)),
            Dimension::Verdict if value.is_empty() => "没有公示处罚".to_owned(),
            Dimension::Verdict => coded(VerdictKind::from_code(value).map(VerdictKind::label)),
            Dimension::Township | Dimension::Industry | Dimension::Authority | Dimension::Violation => {
                if value.is_empty() {
                    "未填写".to_owned()
                } else {
                    value.to_owned()
                }
            }
        }
    }

    /// The values of a dimension that are known beforehand, for choosing a filter; none where free text is.
    pub fn choices(&self, dimension: Dimension) -> Vec<(String, String)> {
        let of = |codes: Vec<&str>| -> Vec<(String, String)> {
            codes.into_iter().map(|code| (code.to_owned(), self.of(dimension, code))).collect()
        };
        let listed = |names: &BTreeMap<String, String>| names.clone().into_iter().collect();
        match dimension {
            Dimension::County => listed(&self.counties),
            Dimension::Class => listed(&self.classes),
            Dimension::Met => of(vec!["0", "1", "2", "3", "4"]),
            Dimension::CauseOwn | Dimension::CauseAuthority | Dimension::CauseHelper => {
                of(Cause::ALL.iter().map(|one| one.code()).collect())
            }
            Dimension::Rectification => of(RectificationStatus::ALL.iter().map(|one| one.code()).collect()),
            Dimension::Conditions => of(Conditions::ALL.iter().map(|one| one.code()).collect()),
            Dimension::Likelihood => of(Likelihood::ALL.iter().map(|one| one.code()).collect()),
            Dimension::Willingness => of(Willingness::ALL.iter().map(|one| one.code()).collect()),
            Dimension::Verdict => of(VerdictKind::ALL.iter().map(|one| one.code()).collect()),
            Dimension::Township | Dimension::Industry | Dimension::Authority | Dimension::Violation => {
                Vec::new()
            }
        }
    }
}

/// The numbers of a campaign's enterprises by each dimension.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The campaign.
    pub campaign: Campaign,
    /// What values are called.
    pub names: Names,
    /// In all, by each dimension asked for, by two at once.
    pub numbers: Numbers,
}

impl Overview {
    /// How many meet a condition.
    pub fn met(&self, condition: Condition) -> i64 {
        let place = Condition::ALL.iter().position(|one| *one == condition);
        place.and_then(|place| self.numbers.totals.met.get(place)).copied().unwrap_or_default()
    }
}

fn look<T>(
    app: &App,
    actor: &Actor,
    work: impl FnOnce(&View<'_>, &Campaign, &Scope<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    if !actor.has(Action::ViewProgress) {
        return Err(Refusal::Forbidden(Action::ViewProgress));
    }
    app.view(actor, |view| {
        let campaign = under_way(view.tx)?;
        let visible = enterprise_filter(actor, Action::ViewProgress, "m.enterprise_id");
        let scope = Scope { campaign: campaign.id, today: view.today, visible: &visible };
        work(view, &campaign, &scope)
    })
}

/// The numbers by several dimensions, and by two of them at once, of the enterprises that the filter leaves and the
/// actor may see.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn overview(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    dimensions: &[Dimension],
    pair: Option<(Dimension, Dimension)>,
) -> Result<Overview, Refusal> {
    look(app, actor, |view, campaign, scope| {
        Ok(Overview {
            names: Names::load(view.tx, campaign)?,
            numbers: analysis::numbers(view.tx, scope, filter, dimensions, pair)?,
            campaign: campaign.clone(),
        })
    })
}

/// The enterprises behind a number, a page (offset and length) at a time, with how many there are.
///
/// # Errors
/// As [`overview`].
pub fn lines(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    page: (u32, u32),
) -> Result<(Names, Vec<Line>, i64), Refusal> {
    look(app, actor, |view, campaign, scope| {
        let count = analysis::numbers(view.tx, scope, filter, &[], None)?.totals.members;
        Ok((Names::load(view.tx, campaign)?, analysis::lines(view.tx, scope, filter, page)?, count))
    })
}
