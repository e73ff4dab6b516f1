//! What waits for a person today (今天要办): one count per kind of work, each over the very records that its
//! list shows.

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_store::concerns::{enterprise_filter, plan_item_filter};

use crate::app::App;
use crate::refusal::Refusal;

/// Work that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// How many.
    pub count: i64,
    /// What, in Chinese.
    pub label: &'static str,
    /// The list behind the number.
    pub href: &'static str,
}

/// A kind of work: whose it is, and how it is counted.
struct Kind {
    needs: Action,
    label: &'static str,
    href: &'static str,
    sql: fn(&Actor) -> String,
}

const KINDS: &[Kind] = &[
    Kind {
        needs: Action::EditCampaign,
        label: "待发布的年度行动",
        href: "/campaigns",
        sql: |_| "select count(*) from campaign where state = 'draft'".into(),
    },
    Kind {
        needs: Action::ImportLists,
        label: "待确认的名单",
        href: "/lists",
        sql: |_| "select count(*) from batch where state in ('received', 'checked', 'failed')".into(),
    },
    Kind {
        needs: Action::ReviewVerdict,
        label: "待人工认定的处罚",
        href: "/enterprises?verdict=needs_review",
        sql: |actor| {
            let seen = enterprise_filter(actor, Action::ViewEnterprise, "p.enterprise_id");
            format!(
                "select count(*) from penalty p where p.state = 'public' and p.verdict = 'needs_review' and {seen}"
            )
        },
    },
    Kind {
        needs: Action::AssignAuthority,
        label: "待对应单位的处罚机关",
        href: "/authorities",
        sql: |_| crate::authorities::OPEN_NAMES.into(),
    },
    Kind {
        needs: Action::AcknowledgePush,
        label: "待签收的名单",
        href: "/pushes",
        sql: |actor| format!("select count(*) from push where state = 'sent' and county_id = {}", own(actor)),
    },
    Kind {
        needs: Action::Rectify,
        label: "待督促整改的企业",
        href: "/rectifications",
        sql: |actor| {
            format!(
                "select count(*) from rectification where state <> 'passed' and authority_id = {}",
                own(actor)
            )
        },
    },
    Kind {
        needs: Action::PublishSession,
        label: "待发布的培训场次",
        href: "/sessions?state=planned",
        sql: |actor| sessions(actor, Action::PublishSession, "planned"),
    },
    Kind {
        needs: Action::RunSession,
        label: "已发布待开课的场次",
        href: "/sessions?state=published",
        sql: |actor| sessions(actor, Action::RunSession, "published"),
    },
    Kind {
        needs: Action::PrepareApplication,
        label: "准备中或被退回的申请",
        href: "/applications",
        sql: |actor| {
            format!(
                "select count(*) from application where state in ('draft', 'returned') and agency_id = {}",
                own(actor)
            )
        },
    },
    Kind {
        needs: Action::FirstReview,
        label: "待初审的申请",
        href: "/applications?state=submitted",
        sql: |_| "select count(*) from application where state = 'submitted'".into(),
    },
    Kind {
        needs: Action::DecideRepair,
        label: "待作出的修复决定",
        href: "/decisions",
        sql: |actor| {
            format!(
                "select count(*) from application_item i join penalty p on p.id = i.penalty_id \
                 join application a on a.id = i.application_id \
                 where i.state = 'pending' and a.state = 'accepted' and p.authority_id = {}",
                own(actor)
            )
        },
    },
    Kind {
        needs: Action::RecordRemoval,
        label: "待登记撤下的记录",
        href: "/removals",
        sql: |_| "select count(*) from application_item where state = 'agreed'".into(),
    },
    Kind {
        needs: Action::ReceiveArchives,
        label: "待接收的档案移交",
        href: "/handovers",
        sql: |actor| handovers(actor),
    },
    Kind {
        needs: Action::ReceivePapers,
        label: "待接收的培训资料",
        href: "/handovers",
        sql: |actor| handovers(actor),
    },
];

fn own(actor: &Actor) -> i64 {
    actor.org.map_or(-1, |org| org.0)
}

fn sessions(actor: &Actor, action: Action, state: &str) -> String {
    let seen = plan_item_filter(actor, action, "s.plan_item_id");
    format!("select count(*) from session s where s.state = '{state}' and {seen}")
}

fn handovers(actor: &Actor) -> String {
    format!("select count(*) from handover where state = 'handed_over' and receiver_id = {}", own(actor))
}

/// What waits for the actor, in the order of the chain.
///
/// # Errors
/// What the database says.
pub fn tasks(app: &App, actor: &Actor) -> Result<Vec<Task>, Refusal> {
    app.view(actor, |view| {
        let mine = KINDS.iter().filter(|kind| actor.has(kind.needs));
        mine.map(|kind| {
            let count = view.tx.number(&(kind.sql)(actor), &[])?;
            Ok(Task { count, label: kind.label, href: kind.href })
        })
        .collect()
    })
}
