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
    entry("/deadlines", "办理期限", Action::ViewDeadlines),
    entry("/progress", "进展", Action::ViewProgress),
    entry("/campaigns", "年度行动", Action::ViewCampaign),
    entry("/lists", "名单导入", Action::ImportLists),
    entry("/enterprises", "企业", Action::ViewEnterprise),
    entry("/identity", "企业身份核对", Action::DecideIdentity),
    entry("/analysis", "对象分析", Action::ViewProgress),
    entry("/authorities", "处罚机关对应", Action::AssignAuthority),
    entry("/pushes", "名单推送", Action::PushLists),
    entry("/pushes", "名单签收", Action::AcknowledgePush),
    entry("/rectifications", "整改督促", Action::Rectify),
    entry("/delistings", "退出名单", Action::DecideDelisting),
    entry("/proposals", "场次建议", Action::ViewProposal),
    entry("/sessions", "培训场次", Action::ViewSession),
    entry("/lecturers", "师资库", Action::ViewLecturers),
    entry("/questions", "题库", Action::ViewQuestions),
    entry("/commitments", "承诺书", Action::HandleCommitment),
    entry("/guidance", "一对一指导", Action::Guide),
    entry("/applications", "修复申请", Action::ViewApplication),
    entry("/clinics", "手把手服务", Action::ViewClinic),
    entry("/decisions", "修复决定", Action::DecideRepair),
    entry("/removals", "撤下公示", Action::RecordRemoval),
    entry("/breaches", "违背承诺", Action::RecordBreach),
    entry("/follow-ups", "后续跟踪", Action::FollowUp),
    entry("/appeals", "异议申诉", Action::ViewApplication),
    entry("/filings", "对外申报", Action::FileOutward),
    entry("/archives", "企业档案", Action::ViewEnterprise),
    entry("/handovers", "档案移交", Action::HandOver),
    entry("/handovers", "档案接收", Action::ReceiveArchives),
    entry("/handovers", "资料接收", Action::ReceivePapers),
    entry("/evaluations", "机构考评", Action::EvaluateAgency),
    entry("/evaluations", "考评结果", Action::Guide),
    entry("/free-of-charge", "免费确认", Action::EvaluateAgency),
    entry("/summaries", "培训总结", Action::WriteSummary),
    entry("/accounts", "单位和账号", Action::ManageAccounts),
    entry("/audit", "操作记录", Action::ViewAudit),
];

/// Pages that have no entry of their own: the address with which theirs begins, and the entry they belong to.
const BELONGS: &[(&str, &str)] = &[
    ("/contacts", "/sessions"),
    ("/messages", "/campaigns"),
    ("/penalties", "/enterprises"),
    ("/changes", "/enterprises"),
    ("/rows", "/enterprises"),
    ("/corrections", "/enterprises"),
    ("/classes", "/campaigns"),
    ("/attendances", "/sessions"),
    ("/items", "/decisions"),
    ("/scans", "/applications"),
];

/// What one record of an entry is called in the trail above its own pages.
const RECORDS: &[(&str, &str)] = &[
    ("/campaigns", "本年度行动"),
    ("/enterprises", "本企业"),
    ("/proposals", "本建议"),
    ("/sessions", "本场次"),
    ("/lecturers", "本讲师"),
    ("/questions", "本题"),
    ("/commitments", "本承诺书"),
    ("/applications", "本申请"),
    ("/appeals", "本件"),
    ("/filings", "本申报"),
    ("/clinics", "本服务日"),
    ("/archives", "本档案"),
    ("/lists", "本名单"),
    ("/pushes", "本次推送"),
    ("/rectifications", "本企业"),
    ("/delistings", "本申请"),
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

/// The entry to which a page belongs, among those that the actor sees.
pub fn here(actor: &Actor, path: &str) -> Option<&'static Entry> {
    let of_its_own = |href: &str| path == href || below(path, href).is_some();
    let belongs = BELONGS.iter().find(|(start, _)| of_its_own(start)).map(|(_, href)| *href);
    let entries = of(actor);
    let found = entries.iter().find(|entry| match belongs {
        Some(href) => entry.href == href,
        None => of_its_own(entry.href),
    });
    found.copied()
}

/// The rest of a path below an address.
fn below<'a>(path: &'a str, href: &str) -> Option<&'a str> {
    if href == "/" { None } else { path.strip_prefix(href)?.strip_prefix('/') }
}

/// The way from the menu down to a page, without the page itself; empty for the menu's own pages.
pub fn trail(actor: &Actor, path: &str) -> Vec<(String, &'static str)> {
    let Some(entry) = here(actor, path).filter(|entry| entry.href != path) else { return Vec::new() };
    let mut trail = vec![(entry.href.to_owned(), entry.label)];
    let record = RECORDS.iter().find(|(href, _)| *href == entry.href);
    if let (Some((href, noun)), Some((id, _))) =
        (record, below(path, entry.href).and_then(|rest| rest.split_once('/')))
        && id.bytes().all(|byte| byte.is_ascii_digit())
    {
        trail.push((format!("{href}/{id}"), noun));
    }
    trail
}

#[cfg(test)]
mod tests {
    use xinxiu_domain::actor::Role;

    use super::*;

    fn actor(role: Role) -> Actor {
        Actor { account: None, name: "示例甲".into(), role, org: None, enterprise: None }
    }

    fn hrefs(role: Role, path: &str) -> Vec<String> {
        trail(&actor(role), path).into_iter().map(|(href, _)| href).collect()
    }

    #[test]
    fn a_page_below_a_record_leads_back_to_the_record_and_its_list() {
        assert_eq!(hrefs(Role::Agency, "/sessions/4/invite"), ["/sessions", "/sessions/4"]);
        assert_eq!(hrefs(Role::Agency, "/sessions/4"), ["/sessions"]);
        assert_eq!(hrefs(Role::Agency, "/penalties/7"), ["/enterprises"]);
        assert_eq!(hrefs(Role::Agency, "/sessions/new"), ["/sessions"]);
    }

    #[test]
    fn pages_of_the_menu_and_pages_of_others_have_no_trail() {
        assert!(hrefs(Role::Agency, "/sessions").is_empty());
        assert!(hrefs(Role::Agency, "/").is_empty());
        assert!(hrefs(Role::Agency, "/accounts/3").is_empty());
        assert!(here(&actor(Role::Agency), "/sessionsx").is_none());
    }
}
