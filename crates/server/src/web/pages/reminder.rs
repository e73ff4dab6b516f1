//! The own reminder (工作提醒): one message a day with how much is due and late, for staff who want it.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_workflow::messages::{self, Choice};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const OWN: Access = Access::Staff(Action::ViewDeadlines);
const TITLE: &str = "工作提醒";

pub(super) fn routes(table: &mut Routes) {
    table.get("/reminder", OWN, show);
    table.post("/reminder", OWN, set);
}

fn show(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, None, &[])?))
}

fn body(req: &Req, typed: Option<&Form>, errors: &[FieldError]) -> Result<Markup, PageError> {
    let setting = messages::reminder(&req.app, req.actor()?)?;
    let stored = if setting.is_wanted { Form::default().with("wanted", 1) } else { Form::default() };
    let values = typed.unwrap_or(&stored);
    let hint = |known: &str, empty: &str| {
        if known.is_empty() { empty.to_owned() } else { format!("已登记{known}；留空表示不改") }
    };
    Ok(html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        p { "需要的话，每个工作日早上给您发一条消息，例如：“您有3件今天到期、1件逾期。”消息里只有数量，没有企业名称；没有到期和逾期的事项就不发。" }
        (ui::form(req, "/reminder", &html! {
            (ui::tick(values, "wanted", "每个工作日提醒我", errors))
            (ui::phone_field(values, "phone", "手机号", &hint(&setting.phone, "收短信用，加密保存"), errors))
            (ui::field(values, "email", "邮箱", &hint(&setting.email, "没有短信网关时发到邮箱，加密保存"), errors))
            (ui::button("保存"))
        }))
        @if setting.is_wanted {
            @match setting.by {
                Ok(channel) => { p { "提醒通过" (channel) "发送。" } }
                Err(why) => { p.warning { (why) "。" } }
            }
            p.hint { "取消提醒后，登记的手机号和邮箱随即删除。" }
        }
        @if let Some(last) = setting.last {
            p { "最近一条：" (last.day) "，" (last.channel) "，" (last.state) @if !last.problem.is_empty() { "（" (last.problem) "）" } "。" }
        }
    })
}

fn set(req: &Req) -> PageResult {
    let choice = Choice {
        is_wanted: req.form.ticked("wanted"),
        phone: req.form.text("phone"),
        email: req.form.text("email"),
    };
    match messages::set_reminder(&req.app, req.actor()?, &choice) {
        Ok(()) => {
            let message = if choice.is_wanted { "已开通工作提醒" } else { "已取消工作提醒" };
            Ok(req.see("/reminder", message))
        }
        Err(Refusal::Invalid(errors)) => Ok(req.again(TITLE, body(req, Some(&req.form), &errors)?)),
        Err(other) => Err(other.into()),
    }
}
