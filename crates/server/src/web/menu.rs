//! The menu: one table; each role sees the entries whose action it has.

use std::sync::LazyLock;

use xinxiu_domain::actor::{Action, Actor};

/// An entry.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Address.
    pub href: &'static str,
    /// Word.
    pub label: &'static str,
    /// What one must have to see it; `None` for everybody.
    pub needs: Option<Action>,
}

const fn entry(href: &'static str, label: &'static str, needs: Action) -> Entry {
    Entry { href, label, needs: Some(needs) }
}

const MENU: &[Entry] = &[
    Entry { href: "/", label: "今天要办", needs: None },
    entry("/progress", "进展", Action::ViewProgress),
    entry("/campaigns", "年度行动", Action::ViewCampaign),
    entry("/lists", "名单导入", Action::ImportLists),
    entry("/enterprises", "企业", Action::ViewEnterprise),
    entry("/analysis", "失信分析", Action::ViewProgress),
    entry("/authorities", "处罚机关对应", Action::AssignAuthority),
    entry("/pushes", "名单推送", Action::PushLists),
    entry("/pushes", "名单签收", Action::AcknowledgePush),
    entry("/rectifications", "整改督促", Action::Rectify),
    entry("/delistings", "退出名单", Action::DecideDelisting),
    entry("/sessions", "培训场次", Action::ViewSession),
    entry("/commitments", "承诺书", Action::HandleCommitment),
    entry("/guidance", "一对一指导", Action::Guide),
    entry("/applications", "修复申请", Action::ViewApplication),
    entry("/clinics", "手把手服务", Action::ViewClinic),
    entry("/decisions", "修复决定", Action::DecideRepair),
    entry("/removals", "撤下公示", Action::RecordRemoval),
    entry("/archives", "企业档案", Action::ViewEnterprise),
    entry("/handovers", "档案移交", Action::HandOver),
    entry("/handovers", "档案接收", Action::ReceiveArchives),
    entry("/handovers", "资料接收", Action::ReceivePapers),
    entry("/evaluations", "机构考评", Action::EvaluateAgency),
    entry("/evaluations", "考评结果", Action::Guide),
    entry("/summaries", "培训总结", Action::WriteSummary),
    entry("/accounts", "单位和账号", Action::ManageAccounts),
    entry("/audit", "操作记录", Action::ViewAudit),
];

/// Addresses that the table of routes answers.
static ANSWERED: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| super::routes().all().iter().map(|route| route.path).collect());

/// The entries that an actor sees, each address once.
pub fn of(actor: &Actor) -> Vec<&'static Entry> {
    let mut seen = Vec::new();
    for entry in MENU.iter().filter(|entry| entry.needs.is_none_or(|action| actor.has(action))) {
        let answered = ANSWERED.contains(&entry.href);
        if answered && !seen.iter().any(|known: &&Entry| known.href == entry.href) {
            seen.push(entry);
        }
    }
    seen
}
