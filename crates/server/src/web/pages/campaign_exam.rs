//! How the exam of a campaign is put together (组卷方案, N11): the city office changes it, others read it.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::blueprint::{Blueprint, Part};
use xinxiu_domain::exam::QuestionKind;
use xinxiu_domain::id::CampaignId;
use xinxiu_domain::session::Module;
use xinxiu_workflow::{FieldError, Refusal, exam_blueprint};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Fields, Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "考试组卷方案";

pub(super) fn routes(table: &mut Routes) {
    table.get("/campaigns/{id}/exam", Access::Staff(Action::ViewCampaign), show);
    table.post("/campaigns/{id}/exam", Access::Staff(Action::EditCampaign), save);
}

fn show(req: &Req) -> PageResult {
    let id = req.id("id")?;
    let (blueprint, version) = exam_blueprint::show(&req.app, req.actor()?, id)?;
    let values = values(&blueprint, version);
    Ok(req.page(TITLE, body(req, id, &values, &[])?))
}

fn modules() -> impl Iterator<Item = Option<Module>> {
    Module::ALL.iter().copied().map(Some).chain([None])
}

fn kinds() -> impl Iterator<Item = Option<QuestionKind>> {
    QuestionKind::ALL.iter().copied().map(Some).chain([None])
}

/// Name of the field of one sort of question.
fn name(module: Option<Module>, kind: Option<QuestionKind>) -> String {
    format!("n-{}-{}", module.map_or("any", Module::code), kind.map_or("any", QuestionKind::code))
}

fn values(blueprint: &Blueprint, version: i64) -> Form {
    let mut form = Form::default()
        .with("pass_mark", blueprint.pass_mark)
        .with("minutes", blueprint.minutes)
        .with("grace_seconds", blueprint.grace_seconds)
        .with("attempts", blueprint.attempts)
        .with("wait_minutes", blueprint.wait_minutes)
        .with("version", version);
    for (module, kind) in modules().flat_map(|module| kinds().map(move |kind| (module, kind))) {
        let same = blueprint.parts.iter().filter(|part| (part.module, part.kind) == (module, kind));
        let count: u32 = same.map(|part| part.count).sum();
        if count > 0 {
            form = form.with(&name(module, kind), count);
        }
    }
    form
}

fn body(req: &Req, id: CampaignId, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let may_edit = req.actor()?.has(Action::EditCampaign);
    let heads: Vec<_> = kinds().map(|kind| kind.map_or("任意题型", QuestionKind::label)).collect();
    let heads: Vec<_> = std::iter::once("模块").chain(heads).collect();
    let rows: Vec<_> = modules().map(|module| row(module, values, may_edit)).collect();
    let fields = html! {
        (ui::hidden("version", values.raw("version")))
        div id="f-parts" {}
        (ui::table("每种试题抽几道", &heads, &rows))
        p.hint { "空着就是0道。“任意”的题从其余试题里抽，先抽限定最严的。" }
        (ui::number_field(values, "pass_mark", "答对几题合格", "", errors))
        (ui::number_field(values, "minutes", "考试时间（分钟）", "0表示不限时", errors))
        (ui::number_field(values, "grace_seconds", "到点后宽限（秒）", "网络慢时，这段时间里到达的答案仍然算数", errors))
        (ui::number_field(values, "attempts", "每场最多考几次", "0表示不限次数", errors))
        (ui::number_field(values, "wait_minutes", "两次考试之间隔几分钟", "0表示不用等", errors))
        (ui::button("保存组卷方案"))
    };
    Ok(html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        p { "已经发出的试卷按原来的方案继续，不受修改影响。" }
        @if may_edit {
            (ui::form(req, &format!("/campaigns/{id}/exam"), &fields))
        } @else {
            (ui::table("每种试题抽几道", &heads, &rows))
            (ui::facts(&[
                ("合格", html! { "答对" (values.raw("pass_mark")) "题" }),
                ("时间", html! { (values.raw("minutes")) "分钟（0为不限时）" }),
                ("次数", html! { (values.raw("attempts")) "次（0为不限次数）" }),
                ("两次之间", html! { "隔" (values.raw("wait_minutes")) "分钟" }),
            ]))
        }
    })
}

fn row(module: Option<Module>, values: &Form, may_edit: bool) -> Vec<Markup> {
    let label = module.map_or("任意模块", Module::label);
    let cell = |kind: Option<QuestionKind>| {
        let (name, word) = (name(module, kind), kind.map_or("任意题型", QuestionKind::label));
        html! {
            @if may_edit {
                input name=(name) value=(values.raw(&name)) inputmode="numeric" autocomplete="off"
                    aria-label={ (label) "，" (word) "，题数" };
            } @else { (values.raw(&name)) }
        }
    };
    std::iter::once(html! { (label) }).chain(kinds().map(cell)).collect()
}

fn save(req: &Req) -> PageResult {
    let id: CampaignId = req.id("id")?;
    let mut fields = req.fields();
    let blueprint = Blueprint {
        parts: parts(req, &mut fields),
        pass_mark: fields.number("pass_mark", "合格题数"),
        minutes: fields.number("minutes", "考试时间"),
        grace_seconds: fields.number("grace_seconds", "宽限秒数"),
        attempts: fields.number("attempts", "考试次数"),
        wait_minutes: fields.number("wait_minutes", "间隔分钟数"),
    };
    let version = i64::from(fields.number("version", "版本"));
    let actor = req.actor()?;
    let done = fields.check().and_then(|()| exam_blueprint::save(&req.app, actor, id, &blueprint, version));
    match done {
        Ok(()) => Ok(req.see(format!("/campaigns/{id}/exam"), "已保存，从下一张试卷起按新方案组卷")),
        Err(Refusal::Invalid(errors)) => Ok(req.again(TITLE, body(req, id, &req.form, &errors)?)),
        Err(other) => Err(other.into()),
    }
}

fn parts(req: &Req, fields: &mut Fields<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (module, kind) in modules().flat_map(|module| kinds().map(move |kind| (module, kind))) {
        let name = name(module, kind);
        if req.form.text(&name).is_empty() {
            continue;
        }
        let count = fields.number(&name, "题数").min(1_000);
        if count > 0 {
            parts.push(Part { module, kind, count });
        }
    }
    parts
}
