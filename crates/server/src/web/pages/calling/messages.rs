//! The words and numbers of a session for whoever sends the messages (N08).

use maud::{Markup, html};
use xinxiu_domain::calling::Purpose;
use xinxiu_domain::id::SessionId;
use xinxiu_workflow::calling::{self, Board};
use xinxiu_workflow::{FieldError, Refusal};

use super::{Refused, TITLE, asked, body};
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

pub(super) fn panel(
    req: &Req,
    action: &str,
    board: &Board,
    (values, errors): (Form, &[FieldError]),
) -> Markup {
    ui::panel(
        "导出短信内容和号码",
        &html! {
            p {
                "把本页列出的" (board.lines.len()) "家企业的短信导出成表格，交给短信平台或逐条转发；每家的链接不同，不要混用。"
                a href="/messages" { "查看短信模板" }
            }
            (ui::form(req, action, &html! {
                (ui::select(&values, "about", "短信事项", &ui::choices(Purpose::ALL), errors))
                (ui::field(&values, "why", "用途", "例如 短信平台群发培训通知。完整号码的导出会逐家记录在案", errors))
                (ui::button("导出短信表格"))
            }))
            p.hint { "发出后请回到上面登记结果；收到平台回执的登记「已送达」或「未送达」。" }
        },
    )
}

pub(super) fn take_along(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let purpose = fields.coded("about", "短信事项", Purpose::from_code).unwrap_or(Purpose::Invite);
    let done = fields.check().and_then(|()| {
        let (why, origin) = (req.form.text("why"), &req.origin);
        calling::hand_out(&req.app, actor, id, (purpose, asked(req)), (&why, origin))
    });
    let handout = match done {
        Ok(handout) => handout,
        Err(Refusal::Invalid(errors)) => {
            return Ok(req.again(TITLE, body(req, id, Refused { form: "messages", errors: &errors })?));
        }
        Err(other) => return Err(other.into()),
    };
    let sent = handout.messages.iter().map(|one| {
        vec![
            one.enterprise.clone(),
            one.contact_name.clone(),
            one.phone.clone(),
            one.text.clone(),
            String::new(),
        ]
    });
    let left_out = handout.left_out.iter().map(|(name, why)| {
        vec![name.clone(), String::new(), String::new(), String::new(), (*why).to_owned()]
    });
    let rows: Vec<Vec<String>> = sent.chain(left_out).collect();
    req.spreadsheet(
        (&format!("{purpose}短信-{}", handout.session), "短信"),
        &["企业", "联系人", "联系电话", "短信内容", "没有导出的原因"],
        &rows,
    )
}
