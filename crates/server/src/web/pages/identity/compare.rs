//! Two enterprises side by side; what differs says so in words.

use std::collections::BTreeMap;

use maud::{Markup, html};
use xinxiu_domain::id::{EnterpriseId, MatchId};
use xinxiu_domain::identity::{Clue, MatchState};
use xinxiu_domain::text::squeeze;
use xinxiu_store::likely_match::LikelyMatch;
use xinxiu_workflow::enterprises::Card;
use xinxiu_workflow::identity::{self, PairCard, Verdict};
use xinxiu_workflow::{FieldError, Refusal};

use super::queue::{clues, state};
use super::undo::verdict;
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

pub(super) const TITLE: &str = "对照两家企业";

pub(super) fn show(req: &Req) -> PageResult {
    let card = identity::pair(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.page(TITLE, body(req, &card, &Form::default(), &[])))
}

pub(super) fn body(req: &Req, card: &PairCard, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        h1 { (TITLE) }
        p { (state(card.found.state)) " " @if card.found.state == MatchState::Open { "相合程度" (card.found.score) "（最高99）" } }
        (by_whom(&card.found))
        (ui::errors(errors))
        (ui::panel("相合和不合之处", &html! { p { (clues(&card.opinion.clues)) } }))
        (ui::table("两家企业的信息", &["项目", "一方", "另一方", "比较"], &particulars(card)))
        (ui::panel("认定", &verdict(req, card, values, errors)))
        (ui::panel("两家的决定", &decisions(card)))
        (ui::panel("来源", &origins(card)))
        @if let Some(next) = card.next {
            p.actions { a.button href={ "/identity/" (next) } data-key="n" { "查看下一对" } span.hint { "快捷键 N" } }
        }
    }
}

/// Who put the pair forward and why, where a person did.
pub(super) fn by_whom(found: &LikelyMatch) -> Markup {
    html! {
        @if found.is_by_hand() { p { (found.proposed_by) "提出：" (found.proposed_why) } }
    }
}

/// Whether two values are the same, in words.
fn word(one: &str, other: &str) -> Markup {
    match (squeeze(one), squeeze(other)) {
        (a, b) if a.is_empty() || b.is_empty() => ui::badge("plain", "只有一方有"),
        (a, b) if a == b => ui::badge("good", "相同"),
        _ => ui::badge("bad", "不同"),
    }
}

/// A line of the comparison; none where neither side says anything.
fn line(name: &str, one: &str, other: &str) -> Option<Vec<Markup>> {
    let says = !one.is_empty() || !other.is_empty();
    says.then(|| vec![html! { (name) }, html! { (one) }, html! { (other) }, word(one, other)])
}

fn particulars(card: &PairCard) -> Vec<Vec<Markup>> {
    let (a, b) = (&card.one.enterprise, &card.other.enterprise);
    let code = |card: &Card| card.enterprise.uscc.as_ref().map_or_else(String::new, ToString::to_string);
    let others =
        |card: &Card| card.known_names.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join("、");
    let name =
        |card: &Card| html! { a href={ "/enterprises/" (card.enterprise.id) } { (card.enterprise.name) } };
    // Masked numbers may look alike and differ.
    let held = [&card.one, &card.other].map(|side| !side.legal_representative_id.is_empty());
    let papers = match held {
        [false, false] => None,
        [true, true] if card.opinion.clues.contains(&Clue::SameRepresentativeId) => {
            Some(ui::badge("good", "相同"))
        }
        [true, true] => Some(ui::badge("bad", "不同")),
        _ => Some(ui::badge("plain", "只有一方有")),
    };
    let lines = [
        Some(vec![html! { "企业名称" }, name(&card.one), name(&card.other), word(&a.name, &b.name)]),
        line("其他名称", &others(&card.one), &others(&card.other)),
        line("统一社会信用代码", &code(&card.one), &code(&card.other)),
        line("工商注册号", &a.registration_number, &b.registration_number),
        line("属地", &a.county_name, &b.county_name),
        line("乡镇（街道）", &a.township, &b.township),
        line("地址", &a.address, &b.address),
        line("法定代表人", &a.legal_representative, &b.legal_representative),
        papers.map(|same| {
            vec![
                html! { "法定代表人证件号" },
                html! { (card.one.legal_representative_id) },
                html! { (card.other.legal_representative_id) },
                same,
            ]
        }),
        line("联系人", &a.contact_name, &b.contact_name),
        line("行业", &a.industry, &b.industry),
        line("主体类别", a.subject.label(), b.subject.label()),
        line("存续状态", a.survival.label(), b.survival.label()),
    ];
    lines.into_iter().flatten().collect()
}

pub(super) fn open(req: &Req, card: &PairCard, values: &Form, errors: &[FieldError]) -> Markup {
    let keeps: Vec<_> = card.ways.iter().map(|way| (way.kept.to_string(), way.kept_name.clone())).collect();
    let button = |verdict: Verdict, key: &str| {
        html! {
            button type="submit" name="verdict" value=(verdict.code()) data-key=(key) .primary[verdict == Verdict::Same] {
                "认定" (verdict) " " kbd { (key) }
            }
        }
    };
    html! {
        @for way in card.ways.iter().filter(|way| !way.obstacles.is_empty()) {
            p.warning { "保留「" (way.kept_name) "」时还不能合并：" }
            ul.missing { @for one in &way.obstacles { li { (one.message) " " (ui::basis(one.basis)) } } }
        }
        @if card.ways.is_empty() {
            p.warning { "这两家不能认定为同一企业：代码不同而只有名称相合，或一方是分支机构、自然人。" }
        }
        (ui::form(req, &format!("/identity/{}/decide", card.found.id), &html! {
            @if keeps.len() > 1 {
                (ui::one_of(values, "keep", "相同时保留哪一家", &keeps))
            } @else if let Some((_, name)) = keeps.first() {
                p { "相同时保留「" (name) "」，另一家的记录并入它；历史各自保留，可以撤销。" }
            }
            (ui::field(values, "reason", "理由", "例如：营业执照和法定代表人一致；电话核实是两家", errors))
            p.actions {
                @if !card.ways.is_empty() { (button(Verdict::Same, "1")) " " }
                (button(Verdict::Different, "2"))
                @if card.found.state == MatchState::Open { " " (button(Verdict::Unsure, "3")) }
            }
            p.hint { "填写理由后，可按 Alt 加按钮上的数字提交；不在输入框里时直接按数字。" }
        }))
    }
}

fn decisions(card: &PairCard) -> Markup {
    let mut all: BTreeMap<(String, String), [Option<String>; 2]> = BTreeMap::new();
    for (side, of) in [&card.one, &card.other].into_iter().enumerate() {
        for penalty in &of.penalties {
            let key = (penalty.decision.to_string(), penalty.facts.authority.clone());
            all.entry(key).or_default()[side] = Some(penalty.id.to_string());
        }
    }
    let has = |id: &Option<String>| {
        html! { @if let Some(id) = id { a href={ "/penalties/" (id) } { "有" } } @else { "没有" } }
    };
    let rows: Vec<_> = all
        .into_iter()
        .map(|((decision, authority), [one, other])| {
            let both = one.is_some() && other.is_some();
            vec![
                html! { (decision) br; (authority) },
                has(&one),
                has(&other),
                html! { @if both { (ui::badge("good", "两家都有")) } @else { (ui::badge("plain", "一家有")) } },
            ]
        })
        .collect();
    if rows.is_empty() {
        return ui::empty("两家都没有处罚记录。", "名单里带决定书文号的行导入后列在这里。");
    }
    ui::table("两家的决定", &["文号和机关", "一方", "另一方", "比较"], &rows)
}

fn origins(card: &PairCard) -> Markup {
    let rows: Vec<_> = [("一方", &card.one), ("另一方", &card.other)]
        .into_iter()
        .flat_map(|(side, of)| of.origins.iter().map(move |origin| (side, origin)))
        .map(|(side, origin)| {
            vec![
                html! { (side) },
                html! { (origin.list) },
                html! { (origin.file_name) @if !origin.sheet.is_empty() { " · " (origin.sheet) } },
                html! { a href={ "/rows/" (origin.id) } aria-label={ "第" (origin.row) "行原始内容" } { (origin.row) } },
                html! { (ui::when(origin.uploaded_at)) },
                html! { (origin.notes) },
            ]
        })
        .collect();
    if rows.is_empty() {
        return ui::empty("没有来源记录。", "由名单导入的企业在这里列出文件和行号。");
    }
    ui::table("来源", &["哪一家", "名单", "文件", "#行", "上传时间", "提示"], &rows)
}

pub(super) fn decide(req: &Req) -> PageResult {
    let id: MatchId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let verdict = fields.coded("verdict", "认定", Verdict::from_code);
    let keep: Option<EnterpriseId> = fields.ids("keep").first().copied();
    let reason = fields.text("reason");
    let done = fields.check().and_then(|()| {
        let verdict = verdict.ok_or_else(|| Refusal::invalid("verdict", "请选择认定"))?;
        identity::decide(&req.app, actor, id, verdict, (&reason, keep))?;
        Ok(verdict)
    });
    match done {
        Ok(verdict) => Ok(req.see(format!("/identity/{id}"), format!("已认定为{verdict}"))),
        Err(Refusal::Invalid(errors)) => {
            let card = identity::pair(&req.app, actor, id)?;
            Ok(req.again(TITLE, body(req, &card, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}
