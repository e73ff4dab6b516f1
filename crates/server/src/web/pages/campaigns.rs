//! Campaigns and their plan tables (annex 1): open, copy, edit, publish (N03 N04 N25).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::campaign::{CampaignAction, CampaignState};
use xinxiu_domain::id::CampaignId;
use xinxiu_store::campaign::{Campaign, PlanItem};
use xinxiu_workflow::campaigns::{self, EditCampaign};
use xinxiu_workflow::commitments;
use xinxiu_workflow::plan_file::CampaignFile;
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, MIB, Routes};
use crate::web::ui;

const VIEW: Access = Access::Staff(Action::ViewCampaign);
const EDIT: Access = Access::Staff(Action::EditCampaign);

pub(super) fn routes(table: &mut Routes) {
    table.get("/campaigns", VIEW, list);
    table.upload("/campaigns", EDIT, MIB, open);
    table.get("/campaigns/{id}", VIEW, show);
    table.get("/campaigns/{id}/edit", EDIT, edit_form);
    table.post("/campaigns/{id}/edit", EDIT, edit);
    table.post("/campaigns/{id}/drawn", EDIT, allow_drawing);
    table.post("/campaigns/{id}/publish", EDIT, publish);
    table.post("/campaigns/{id}/close", EDIT, close);
    table.post("/campaigns/{id}/copy", EDIT, copy);
}

fn list(req: &Req) -> PageResult {
    Ok(req.page("年度行动", list_body(req, &[])?))
}

fn list_body(req: &Req, errors: &[FieldError]) -> Result<Markup, PageError> {
    let actor = req.actor()?;
    let state_asked = CampaignState::from_code(&req.query.text("state"));
    let mut all = campaigns::list(&req.app, actor)?;
    all.retain(|campaign| state_asked.is_none_or(|asked| campaign.state == asked));
    let rows: Vec<_> = all
        .iter()
        .map(|campaign| {
            vec![
                html! { a href={ "/campaigns/" (campaign.id) } { (campaign.title) } },
                html! { (campaign.year) },
                html! { (campaign.targets.enterprises) },
                html! { (campaign.targets.repair_rate_percent) "%" },
                state(campaign.state),
            ]
        })
        .collect();
    Ok(html! {
        h1 { "年度行动" }
        (ui::errors(errors))
        @if let Some(asked) = state_asked { (ui::narrowed(&format!("只列出{asked}的年度行动。"), "/campaigns")) }
        @if rows.is_empty() {
            (ui::empty("这里会列出每年的信用修复培训行动。", "市信用办从行动文件（yaml）编制第一个年度行动。"))
        } @else {
            (ui::table("年度行动", &["名称", "#年度", "#目标企业数", "#目标修复率", "状态"], &rows))
        }
        @if actor.has(Action::EditCampaign) {
            (ui::panel("从行动文件编制", &ui::upload_form(req, "/campaigns", &html! {
                (ui::upload_field("file", "行动文件", "yaml 格式，写明目标、单位和附件1计划表；样例见 campaigns/nantong-2022.yaml", ".yaml,.yml", errors))
                (ui::button("检查并编制"))
            })))
        }
    })
}

fn state(state: CampaignState) -> Markup {
    let tone = match state {
        CampaignState::Draft => "due",
        CampaignState::Published => "good",
        CampaignState::Closed => "plain",
    };
    ui::badge(tone, state.label())
}

fn open(req: &Req) -> PageResult {
    let read = || {
        let upload = req.upload("file").ok_or_else(|| Refusal::invalid("file", "请选择行动文件"))?;
        let text = std::fs::read_to_string(upload.content.path())
            .map_err(|_| Refusal::invalid("file", "文件不是 UTF-8 文本，请另存为 UTF-8 编码的 yaml"))?;
        CampaignFile::parse(&text).map_err(|error| Refusal::invalid("file", error.to_string()))
    };
    let actor = req.actor()?;
    match read().and_then(|file| campaigns::open_from_file(&req.app, actor, &file)) {
        Ok(id) => Ok(req.see(format!("/campaigns/{id}"), "已编制，请核对计划表后发布")),
        Err(Refusal::Invalid(errors)) => Ok(req.again("年度行动", list_body(req, &errors)?)),
        // A plan that does not add up: the file is to be corrected and chosen anew.
        Err(Refusal::Missing(gaps)) => {
            let errors: Vec<_> = gaps
                .into_iter()
                .map(|gap| FieldError { field: "file".into(), message: gap.message })
                .collect();
            Ok(req.again("年度行动", list_body(req, &errors)?))
        }
        Err(other) => Err(other.into()),
    }
}

fn show(req: &Req) -> PageResult {
    let (title, body) = show_body(req, None)?;
    Ok(req.page(&title, body))
}

/// The page of a campaign; `copying` holds what was wrong with a copy that was asked for.
fn show_body(req: &Req, copying: Option<&[FieldError]>) -> Result<(String, Markup), PageError> {
    let actor = req.actor()?;
    let (campaign, items) = campaigns::show(&req.app, actor, req.id("id")?)?;
    let may_edit = actor.has(Action::EditCampaign);
    let targets = &campaign.targets;
    let body = html! {
        h1 { (campaign.title) }
        (ui::errors(copying.unwrap_or_default()))
        p { (state(campaign.state)) }
        (ui::facts(&[
            ("城市", html! { (campaign.city) }),
            ("年度", html! { (campaign.year) }),
            ("文号", html! { (campaign.document_number) }),
            ("目标企业数", html! { "不少于" (targets.enterprises) "家（N04）" }),
            ("目标修复率", html! { (targets.repair_rate_percent) "%以上（N19）" }),
            ("每场学时", html! { "不少于" (targets.class_hours) "学时（N05）" }),
            ("规则版本", html! {
                @if campaign.edition_choice == "auto" { "按申请日自动选择" }
                @else { (campaign.edition_choice) "（人工指定：" (campaign.edition_reason) "）" }
            }),
        ]))
        p.actions {
            @if campaign.state == CampaignState::Published {
                a.button href={ "/campaigns/" (campaign.id) "/plan" } { "计划执行情况" }
                a.button href="/messages" { "通知企业的短信模板" }
            }
            a.button href={ "/campaigns/" (campaign.id) "/clocks" } { "办理期限" }
            a.button href={ "/campaigns/" (campaign.id) "/exam" } { "考试组卷方案" }
        }
        (ui::panel("培训班计划表（附件1）", &plan_table(&items, may_edit)))
        @if may_edit { (signing(req, &campaign)?) (steps(req, &campaign, &items, copying)) }
    };
    Ok((campaign.title, body))
}

fn plan_table(items: &[PlanItem], may_edit: bool) -> Markup {
    let mut rows: Vec<_> = items
        .iter()
        .map(|item| {
            vec![
                html! { (item.position) },
                html! { @if may_edit { a href={ "/classes/" (item.id) "/edit" } { (item.name) } } @else { (item.name) } },
                html! { (item.kind) },
                html! { (item.planned) },
                html! { (item.agency_name) },
                html! { (item.organiser_name) },
            ]
        })
        .collect();
    let sum: u32 = items.iter().map(|item| item.planned).sum();
    rows.push(vec![
        html! {},
        html! { strong { "合计" } },
        html! {},
        html! { strong { (sum) } },
        html! {},
        html! {},
    ]);
    ui::table("培训班计划表", &["#序号", "名称", "类型", "#计划企业数", "服务机构", "组织单位"], &rows)
}

fn steps(req: &Req, campaign: &Campaign, items: &[PlanItem], copying: Option<&[FieldError]>) -> Markup {
    let address = |step: &str| format!("/campaigns/{}/{step}", campaign.id);
    let gaps = campaigns::gaps(campaign, items);
    let next = Form::default()
        .with(
            "code",
            format!(
                "{}-{}",
                campaign.code.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-'),
                campaign.year + 1
            ),
        )
        .with("title", campaign.title.replace(&campaign.year.to_string(), &(campaign.year + 1).to_string()))
        .with("year", campaign.year + 1);
    let (next, errors) = copying.map_or((&next, [].as_slice()), |errors| (&req.form, errors));
    html! {
        section.panel {
            h2 { "下一步" }
            @if campaign.state == CampaignState::Draft {
                @if gaps.is_empty() {
                    (ui::post_button(req, &address("publish"), "发布年度行动"))
                } @else {
                    p { "发布前还差：" }
                    ul.missing { @for gap in &gaps { li { (gap.message) } } }
                }
            }
            p { a.button href=(address("edit")) { "修改目标和规则版本" } }
            @if campaign.state == CampaignState::Published {
                (ui::confirm(req, &address("close"), "结束年度行动", "结束后不能再恢复；未办结的企业在复制下一年行动时结转。", &html! {}))
            }
        }
        (ui::panel("复制为下一年行动", &ui::form(req, &address("copy"), &html! {
            (ui::field(next, "code", "代号", "", errors))
            (ui::field(next, "title", "名称", "", errors))
            (ui::number_field(next, "year", "年度", "", errors))
            (ui::button("复制并结转"))
        })))
    }
}

/// Whether commitments may be signed with the finger (N10).
fn signing(req: &Req, campaign: &Campaign) -> Result<Markup, PageError> {
    let allowed = commitments::drawing_allowed(&req.app, req.actor()?, campaign.id)?;
    let address = format!("/campaigns/{}/drawn", campaign.id);
    Ok(ui::panel(
        "承诺书手写签名",
        &html! {
            @if allowed {
                p { (ui::badge("good", "已开放")) " 企业可以在个人链接里用手指签名，也可以打印盖章。" }
                (ui::post_button(req, &address, "关闭手写签名"))
            } @else {
                p { (ui::badge("plain", "没有开放")) " 企业打印承诺书，盖章后拍照上传。开放后也可以用手指签名。" }
                (ui::post_button(req, &format!("{address}?allow=yes"), "开放手写签名"))
            }
        },
    ))
}

fn allow_drawing(req: &Req) -> PageResult {
    let id: CampaignId = req.id("id")?;
    let allowed = req.query.raw("allow") == "yes";
    commitments::allow_drawing(&req.app, req.actor()?, id, allowed)?;
    Ok(req.see(format!("/campaigns/{id}"), if allowed { "已开放手写签名" } else { "已关闭手写签名" }))
}

fn publish(req: &Req) -> PageResult {
    change(req, CampaignAction::Publish)
}

fn close(req: &Req) -> PageResult {
    change(req, CampaignAction::Close)
}

fn change(req: &Req, action: CampaignAction) -> PageResult {
    let id: CampaignId = req.id("id")?;
    campaigns::change_state(&req.app, req.actor()?, id, action)?;
    Ok(req.see(format!("/campaigns/{id}"), format!("已{action}")))
}

fn copy(req: &Req) -> PageResult {
    let id: CampaignId = req.id("id")?;
    let mut fields = req.fields();
    let (code, title) = (fields.required("code", "代号"), fields.required("title", "名称"));
    let year = fields.number("year", "年度");
    let actor = req.actor()?;
    match fields.check().and_then(|()| campaigns::copy(&req.app, actor, id, &code, &title, year)) {
        Ok(new) => Ok(req.see(format!("/campaigns/{new}"), "已复制，请核对计划表后发布")),
        Err(Refusal::Invalid(errors)) => {
            let (title, body) = show_body(req, Some(&errors))?;
            Ok(req.again(&title, body))
        }
        Err(other) => Err(other.into()),
    }
}

fn edit_form(req: &Req) -> PageResult {
    let (campaign, _) = campaigns::show(&req.app, req.actor()?, req.id("id")?)?;
    let values = Form::default()
        .with("title", &campaign.title)
        .with("document_number", &campaign.document_number)
        .with("enterprises", campaign.targets.enterprises)
        .with("repair_rate_percent", campaign.targets.repair_rate_percent)
        .with("class_hours", campaign.targets.class_hours)
        .with("edition_choice", &campaign.edition_choice)
        .with("edition_reason", &campaign.edition_reason)
        .with("version", campaign.version);
    Ok(req.page("修改年度行动", edit_body(req, campaign.id, &values, &[])))
}

fn edit_body(req: &Req, id: CampaignId, values: &Form, errors: &[FieldError]) -> Markup {
    let mut editions = vec![("auto".to_owned(), "按申请日自动选择".to_owned())];
    editions
        .extend(campaigns::filing_editions(&req.app).into_iter().map(|id| (id.to_owned(), id.to_owned())));
    html! {
        h1 { "修改年度行动" }
        (ui::errors(errors))
        (ui::form(req, &format!("/campaigns/{id}/edit"), &html! {
            (ui::hidden("version", values.raw("version")))
            (ui::field(values, "title", "名称", "", errors))
            (ui::field(values, "document_number", "文号", "", errors))
            (ui::number_field(values, "enterprises", "目标企业数", "", errors))
            (ui::number_field(values, "repair_rate_percent", "目标修复率（%）", "", errors))
            (ui::number_field(values, "class_hours", "每场学时（不少于3）", "", errors))
            (ui::select(values, "edition_choice", "规则版本", &editions, errors))
            (ui::field(values, "edition_reason", "人工指定规则版本的原因", "自动选择时不填", errors))
            (ui::button("保存修改"))
        }))
    }
}

fn edit(req: &Req) -> PageResult {
    let id: CampaignId = req.id("id")?;
    let mut fields = req.fields();
    let command = EditCampaign {
        title: fields.required("title", "名称"),
        document_number: fields.text("document_number"),
        enterprises: fields.number("enterprises", "目标企业数"),
        repair_rate_percent: fields.number("repair_rate_percent", "目标修复率"),
        class_hours: fields.number("class_hours", "每场学时"),
        edition_choice: fields.required("edition_choice", "规则版本"),
        edition_reason: fields.text("edition_reason"),
        version: fields.number("version", "版本").into(),
    };
    let actor = req.actor()?;
    match fields.check().and_then(|()| campaigns::edit(&req.app, actor, id, &command)) {
        Ok(()) => Ok(req.see(format!("/campaigns/{id}"), "已保存")),
        Err(Refusal::Invalid(errors)) => {
            Ok(req.again("修改年度行动", edit_body(req, id, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}
