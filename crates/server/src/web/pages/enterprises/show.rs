//! The page of one enterprise: who it is, what is on record, where that came from, what was done.

use jiff::civil::Date;
use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::batch::RecordState;
use xinxiu_store::penalty::Penalty;
use xinxiu_workflow::enterprises::{self, Card, live_verdict};
use xinxiu_workflow::passport;

use super::{law, links};
use crate::web::pages::passport::next;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::Req;
use crate::web::ui;

pub(super) fn show(req: &Req) -> PageResult {
    let card = enterprises::card(&req.app, req.actor()?, req.id("id")?)?;
    let enterprise = &card.enterprise;
    let body = html! {
        h1 { (enterprise.name) }
        p {
            @match &enterprise.uscc {
                Some(uscc) => { (ui::code(uscc.as_str())) },
                None => { (ui::badge("due", "无统一社会信用代码")) },
            }
            " " (enterprise.county_name) " " (enterprise.township) " " (ui::badge("plain", enterprise.survival.label()))
            @if let Some((member, class)) = &card.member {
                " " (ui::badge("plain", &format!("修复意向：{}", member.willingness)))
                @if !class.is_empty() { " 培训班：" (class) }
            }
        }
        (standing(req, &card)?)
        (other_names(&card))
        (particulars(&card, req.actor()?))
        (ui::panel("处罚记录", &penalties(req, &card)?))
        (links::panel(req, enterprise.id)?)
        (ui::panel("名单条目（无决定书）", &listings(&card)))
        (ui::panel("失信原因和信用查询报告", &ways(req, &card)?))
        (ui::panel("来源", &origins(&card)))
        (ui::panel("企业变更", &law::changes(req, &card)))
        @if !card.joins.is_empty() { (ui::panel("合并登记", &joins(&card))) }
        (ui::panel("信息更正", &changes(&card)))
        (ui::panel("办理历史", &history(&card)))
    };
    Ok(req.page(&enterprise.name, body))
}

/// What a reader must know before all else: that this record is part of another, or that the enterprise is no more.
fn standing(req: &Req, card: &Card) -> Result<Markup, PageError> {
    let e = &card.enterprise;
    let ended = card.law_changes.iter().rev().find(|change| {
        change.enterprise == e.id && change.undone.is_none() && change.kind.survival() == Some(e.survival)
    });
    let may_see = |id| match enterprises::card(&req.app, req.actor()?, id) {
        Ok(_) => Ok(true),
        Err(xinxiu_workflow::Refusal::Forbidden(_)) => Ok(false),
        Err(other) => Err(PageError::from(other)),
    };
    Ok(html! {
        @if let Some(join) = card.joined_into() {
            p.warning {
                "本企业已认定与「"
                @if may_see(join.kept)? { a href={ "/enterprises/" (join.kept) } { (join.kept_name) } } @else { (join.kept_name) }
                "」为同一企业（" (ui::when(join.at)) "，" (join.actor) "：" (join.reason) "），记录并入该企业，请在那里办理。这里保留历史。"
            }
        }
        @if e.survival.is_over() {
            p.warning {
                "企业已" (e.survival) "，不再邀请参训，历史和记录保留。"
                @if let Some(change) = ended {
                    (change.happened_on) "起，" (change.reason) "。"
                    @if let Some(id) = change.successor {
                        "承继企业：" @if may_see(id)? { a href={ "/enterprises/" (id) } { (change.successor_name) } } @else { (change.successor_name) }
                    }
                }
            }
        }
    })
}

/// Which other records of the same enterprise are part of this one, and which were for a time.
fn joins(card: &Card) -> Markup {
    let rows: Vec<_> = card
        .joins
        .iter()
        .rev()
        .map(|join| {
            let is_kept = join.kept == card.enterprise.id;
            let (id, name) = if is_kept { (join.joined, &join.joined_name) } else { (join.kept, &join.kept_name) };
            vec![
                html! { (ui::when(join.at)) },
                html! { @if is_kept { "并入本企业：" } @else { "本企业并入：" } a href={ "/enterprises/" (id) } { (name) } },
                html! { (join.reason) },
                html! { (join.actor) },
                html! {
                    @match &join.undone {
                        Some((by, why, at)) => { (ui::badge("plain", "已撤销")) " " (by) "：" (why) "（" (ui::when(*at)) "）" },
                        None => { "有效" },
                    }
                },
            ]
        })
        .collect();
    ui::table("合并登记", &["时间", "企业", "理由", "经办", "现状"], &rows)
}

/// Names that lists give it and that nobody has adopted, and names from before a correction.
fn other_names(card: &Card) -> Markup {
    let (listed, former): (Vec<_>, Vec<_>) =
        card.known_names.iter().partition(|known| !known.file_name.is_empty());
    let adopt = |name: &str, file: &str| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("name", name).append_pair("reason", &format!("名单「{file}」所载名称"));
        format!("/enterprises/{}/correct?{}", card.enterprise.id, pairs.finish())
    };
    html! {
        @for known in &listed {
            p.warning {
                "名单「" (known.file_name) "」所载名称为「" strong { (known.name) } "」，与在册名称不同，没有自动改名。"
                @if card.may_correct {
                    " " a href=(adopt(&known.name, &known.file_name)) { "采用这个名称" }
                }
            }
        }
        @if !former.is_empty() {
            p.hint { "其他名称：" (former.iter().map(|known| known.name.as_str()).collect::<Vec<_>>().join("、")) }
        }
    }
}

fn particulars(card: &Card, actor: &Actor) -> Markup {
    let e = &card.enterprise;
    // What was joined to another is worked on there.
    let open = card.joined_into().is_none();
    let may_apply = actor.has(Action::PrepareApplication);
    html! {
        (ui::facts(&[
            ("法定代表人", html! { (e.legal_representative) }),
            ("法定代表人证件号", html! { (card.legal_representative_id) }),
            ("部门负责人", html! { (e.department_head) }),
            ("部门负责人证件号", html! { (card.department_head_id) }),
            ("联系人", html! { (e.contact_name) }),
            ("联系电话", html! { (card.phone) }),
            ("电子邮箱", html! { (card.email) }),
            ("地址", html! { (e.address) }),
            ("行业", html! { (e.industry) }),
            ("工商注册号", html! { (e.registration_number) }),
            ("主体类别", html! { (e.subject) }),
        ]))
        p.actions {
            @if open && card.may_correct { a.button href={ "/enterprises/" (e.id) "/correct" } { "更正企业信息" } }
            @if open && card.may_change { a.button href={ "/enterprises/" (e.id) "/change" } { "登记企业变更" } }
            @if open && actor.has(Action::DecideIdentity) { a.button href={ "/enterprises/" (e.id) "/same" } { "提出疑似同一企业" } }
            @if card.may_reveal { a.button href={ "/enterprises/" (e.id) "/reveal" } { "查看完整号码" } }
            @if may_apply { a.button href={ "/enterprises/" (e.id) "/appeal" } { "提出异议申诉" } }
            @if open && may_apply { a.button href={ "/enterprises/" (e.id) "/apply" } { "准备修复申请" } }
            a.button href={ "/enterprises/" (e.id) "/commitments" } { "查看承诺书" }
            a.button href={ "/archives/" (e.id) } { "查看企业档案" }
        }
    }
}

/// What the record is worth today, with its end where it has one.
pub(super) fn verdict(penalty: &Penalty, today: Date) -> Markup {
    match penalty.state {
        RecordState::Public => {
            let verdict = live_verdict(penalty, today);
            ui::badge(ui::tone_of_verdict(verdict), verdict.label())
        }
        RecordState::TakenDown => ui::badge("good", penalty.state.label()),
        RecordState::Withdrawn => ui::badge("plain", penalty.state.label()),
    }
}

/// That the authority refused to repair the record, which no verdict of the rules says.
pub(super) fn refused(on: Option<Date>) -> Markup {
    html! { @if let Some(day) = on { " " (ui::badge("bad", &format!("不同意修复 {day}"))) } }
}

/// A date or a dash.
pub(super) fn day(day: Option<Date>) -> String {
    day.map_or_else(|| "—".to_owned(), |day| day.to_string())
}

fn penalties(req: &Req, card: &Card) -> Result<Markup, PageError> {
    if card.penalties.is_empty() && card.joined_into().is_some() {
        return Ok(ui::empty(
            "这里不再列处罚记录。",
            "本企业已并入同一企业，记录在那里查看；撤销合并后退回这里。",
        ));
    }
    if card.penalties.is_empty() {
        return Ok(ui::empty("没有处罚记录。", "名单里带决定书文号的行导入后列在这里。"));
    }
    let passports = passport::of_enterprise(&req.app, req.actor()?, card.enterprise.id)?;
    let rows: Vec<_> = card
        .penalties
        .iter()
        .map(|penalty| {
            let mut cells = penalty_row(penalty, card);
            let found = passports.iter().find(|page| page.penalty.id == penalty.id);
            cells.insert(4, html! { @if let Some(page) = found { (next(page)) } });
            cells
        })
        .collect();
    let heads = [
        "文号和机关",
        "决定日期",
        "类别",
        "判定",
        "修复到哪一步",
        "可修复起",
        "最短 / 最长公示期至",
        "申请材料",
    ];
    Ok(ui::table("处罚记录", &heads, &rows))
}

fn penalty_row(penalty: &Penalty, card: &Card) -> Vec<Markup> {
    let answer = &penalty.assessment;
    let materials: Vec<_> = answer.materials.iter().map(|material| material.label()).collect();
    vec![
        html! {
            a href={ "/penalties/" (penalty.id) } { (penalty.decision) } br; (penalty.facts.authority)
            @if let Some(since) = penalty.gone_since { br; (ui::badge("plain", "不再列名")) " 自" (since) }
        },
        html! { (penalty.facts.decision_date) },
        html! {
            (answer.class)
            @if penalty.review_class.is_some() { br; span.hint { "人工认定" } }
        },
        html! {
            (verdict(penalty, card.today))
            (refused(card.refusals.get(&penalty.id).copied().filter(|_| penalty.state == RecordState::Public)))
        },
        html! { (day(answer.repairable_from)) },
        html! { (day(answer.min_until)) br; (day(answer.max_until)) },
        html! { (materials.join("、")) },
    ]
}

fn listings(card: &Card) -> Markup {
    if card.listings.is_empty() && card.joined_into().is_some() {
        return ui::empty(
            "这里不再列名单条目。",
            "本企业已并入同一企业，条目在那里查看；撤销合并后退回这里。",
        );
    }
    if card.listings.is_empty() {
        return ui::empty("没有名单条目。", "专项治理名单和重点关注名单里没有决定书的行导入后列在这里。");
    }
    let rows: Vec<_> = card
        .listings
        .iter()
        .map(|listing| {
            vec![
                html! { (listing.list) },
                html! { (listing.reason) },
                html! { (listing.listing_body) },
                html! { (day(listing.listed_on)) },
                match listing.gone_since {
                    Some(since) => html! { (ui::badge("plain", "不再列名")) " 自" (since) },
                    None => ui::badge("due", "在列"),
                },
            ]
        })
        .collect();
    ui::table("名单条目", &["名单", "列入原因", "列入机关", "列入日期", "现状"], &rows)
}

fn origins(card: &Card) -> Markup {
    let decision = |id| {
        let found = card.penalties.iter().find(|penalty| Some(penalty.id) == id);
        found.map_or_else(String::new, |penalty| penalty.decision.to_string())
    };
    let rows: Vec<_> = card
        .origins
        .iter()
        .map(|origin| {
            vec![
                html! { (ui::when(origin.uploaded_at)) },
                html! { (origin.list) },
                html! { (origin.file_name) @if !origin.sheet.is_empty() { " · " (origin.sheet) } },
                html! { a href={ "/rows/" (origin.id) } aria-label={ "第" (origin.row) "行原始内容" } { (origin.row) } },
                html! { (decision(origin.penalty)) },
                html! { (origin.notes) },
            ]
        })
        .collect();
    if rows.is_empty() {
        return ui::empty("没有来源记录。", "由名单导入的企业在这里列出文件和行号。");
    }
    ui::table("来源", &["上传时间", "名单", "文件", "#行", "文号", "提示"], &rows)
}

fn changes(card: &Card) -> Markup {
    let rows: Vec<_> = card
        .changes
        .iter()
        .rev()
        .map(|change| {
            vec![
                html! { (ui::when(change.at)) },
                html! { (change.field) },
                html! { (change.old) },
                html! { (change.new) },
                html! { (change.reason) },
                html! { (change.actor) },
            ]
        })
        .collect();
    if rows.is_empty() {
        return ui::empty("没有更正过。", "名称、电话、地址等更正后，这里留下每次改动和原因。");
    }
    ui::table("信息更正", &["时间", "字段", "原值", "新值", "原因", "经办"], &rows)
}

fn history(card: &Card) -> Markup {
    if card.history.is_empty() {
        return ui::empty("还没有办理记录。", "邀请、承诺、考试、申请等每一步都会记在这里。");
    }
    ui::timeline(&card.history)
}

/// What the parties say of it (N02), and the report that the center issues on it (N15).
fn ways(req: &Req, card: &Card) -> Result<Markup, PageError> {
    let id = card.enterprise.id;
    let prints = req.actor()?.has(xinxiu_domain::actor::Action::PrintCreditReport);
    Ok(html! {
        p.downloads {
            a.button href={ "/enterprises/" (id) "/findings" } { "查看和登记失信原因、整改情况" } " "
            @if prints { a.button href={ "/enterprises/" (id) "/credit-report.pdf" } { "出具信用查询报告（PDF）" } }
        }
    })
}
