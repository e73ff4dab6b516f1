//! 界面组件: every component once, in the demo; for whoever builds pages, and for the browser tests' pictures.

use maud::{Markup, html};
use xinxiu_workflow::FieldError;

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const LONG_NAME: &str = "示例（虚构）南通滨江高新技术产业开发区智能装备制造与新材料应用研究院有限责任公司第一分公司海安办事处仓储物流中心";

pub(super) fn routes(table: &mut Routes) {
    table.get("/style", Access::Public, show);
}

fn show(req: &Req) -> PageResult {
    if !req.demo {
        return Err(PageError::NotFound);
    }
    Ok(req.page(
        "界面组件",
        html! {
            h1 { "界面组件" }
            p { "每个组件一次，供制作页面的人对照；名称和数字都是虚构的。" }
            (ui::panel("颜色", &colours()))
            (ui::panel("文字", &words()))
            (ui::panel("按钮", &buttons(req)))
            (ui::panel("状态", &states()))
            (ui::panel("数字和步骤", &figures()))
            (ui::panel("表单", &fields(req)))
            (ui::panel("列表", &list()))
            (ui::panel("宽表", &matrix()))
            (ui::panel("空白", &ui::empty("这里会列出邀请的企业。", "场次发布后，从“邀请企业”开始。")))
            (ui::panel("经过", &timeline()))
        },
    ))
}

fn colours() -> Markup {
    let all = [
        ("ink", "正文"),
        ("quiet", "次要文字"),
        ("line", "线"),
        ("soft", "衬底"),
        ("primary", "主色：链接、主按钮"),
        ("good", "办妥"),
        ("due", "待办、临期"),
        ("bad", "逾期、退回、不能"),
    ];
    html! {
        ul.swatches {
            @for (token, use_for) in all { li { i class=(token) {} (use_for) br; code { "--" (token) } } }
        }
    }
}

fn words() -> Markup {
    html! {
        p { "正文十六像素，行高一点六。" a href="#main" { "链接" } "、" strong { "重要" } "、" span.quiet { "次要" } "。决定书文号写作 通环罚字〔2022〕43号。" }
        p { "代码分段显示，点一下复制：" (ui::code("91320681MA1T064826")) }
        p.flash role="status" { "已保存培训场次" }
        p.warning { "名单没有写明、需要认定的事项。" }
        p { "发布前还差：" }
        ul.missing { li { "「结业考试」还没有课件或资料，请服务机构上传 " (ui::basis("N17")) } }
    }
}

fn buttons(req: &Req) -> Markup {
    html! {
        p.actions {
            button.primary type="button" { "提交申请" }
            button type="button" { "保存填写内容" }
            a.button href="#main" { "打印档案" }
        }
        (ui::confirm(req, "/style", "取消场次", "取消后不能恢复；已邀请的企业会看到取消的原因。", &html! {
            (ui::field(&Form::default(), "reason", "取消的原因", "", &[]))
        }))
    }
}

fn states() -> Markup {
    html! {
        p.state {
            (ui::badge("good", "现在可修复")) (ui::badge("due", "待初审")) (ui::badge("bad", "退回补正")) (ui::badge("plain", "已撤回"))
        }
        nav.tabs aria-label="按状态（样例）" { a href="#main" aria-current="page" { "待初审（12）" } a href="#main" { "初审通过（30）" } }
    }
}

fn figures() -> Markup {
    html! {
        div.figures { (ui::figure(170, "已邀请", "#main")) (ui::figure("82.4%", "修复率", "#main")) (ui::figure(0, "整改逾期", "#main")) }
        (ui::steps(&["准备材料", "窗口初审", "处罚机关决定", "撤下公示"], 1))
        (ui::facts(&[
            ("企业名称", html! { (LONG_NAME) }),
            ("联系电话", html! { "100****0648" }),
            ("通知文号", html! {}),
        ]))
    }
}

fn fields(req: &Req) -> Markup {
    let faults = [FieldError {
        field: "held_on".into(),
        message: "培训日期「明天」不是日期，请写成 2022-09-15 的样子".into(),
    }];
    let choices = [("on_site".to_owned(), "线下".to_owned()), ("online".to_owned(), "线上".to_owned())];
    let values = Form::default().with("mode", "on_site").with("modules", "on_site").with("title", LONG_NAME);
    html! {
        (ui::errors(&faults))
        // Shown, never sent: the button is of no form.
        div.form {
            (ui::field(&values, "title", "场次名称", "不填则用培训班名称", &faults))
            (ui::date_field(&values, "held_on", "培训日期", &faults))
            (ui::number_field(&values, "capacity", "名额", "最多邀请的企业数", &faults))
            (ui::phone_field(&values, "phone", "联系电话", "", &faults))
            (ui::select(&values, "mode", "培训形式", &choices, &faults))
            (ui::checkboxes(&values, "modules", "培训方式", &choices, &faults))
            (ui::tick(&values, "internet", "已确认场地提供互联网接入环境", &faults))
            (ui::area(&values, "note", "说明", "将印在回执上", &faults))
            (ui::upload_field("file", "扫描件", "PDF 或照片，不超过20MB", ".pdf,.jpg,.png", &faults))
            (ui::uploads_field("pages", "几页的扫描件", "有几页选几张，按顺序", ".pdf,.jpg,.png", &faults))
            p.actions { button.primary type="button" { "保存培训场次" } }
        }
        (ui::search_bar("/style", &html! {
            (ui::field(&req.query, "q", "企业名称", "按 / 键到这里", &[]))
            (ui::filter(&req.query, "list", "名单", &choices))
            (ui::one_of(&req.query, "order", "排序", &choices))
        }))
    }
}

fn list() -> Markup {
    let row = |name: &str, state: Markup| {
        vec![
            html! { a href="#main" { (name) } br; (ui::code("91320681MA1T064826")) },
            html! { "海安市 示例城东镇" },
            html! { "2022-09-15" },
            state,
            html! { (3) },
        ]
    };
    let rows = [
        row("示例海安市云杉化工0648号（虚构）有限公司", ui::badge("good", "已签完")),
        row(LONG_NAME, ui::badge("due", "还缺2份")),
    ];
    html! {
        (ui::table("企业样例", &["企业", "属地", "日期", "承诺书", "#处罚"], &rows))
        (ui::download_bar(&[("#main".to_owned(), "导出 XLSX")]))
    }
}

fn matrix() -> Markup {
    let heads = [
        "培训班",
        "#计划",
        "#名单内",
        "#已邀请",
        "#已参训",
        "#考试合格",
        "#已申请修复",
        "#已撤下公示",
        "#修复率",
    ];
    let row = |name: &str| {
        let mut cells = vec![html! { (name) }];
        cells.extend([170, 188, 165, 150, 149, 120, 96].map(|n| html! { a href="#main" { (n) } }));
        cells.push(html! { "80.0%" });
        cells
    };
    ui::table("进展样例", &heads, &[row("海安市"), row("城管、税务等相关重点领域"), row("合计")])
}

fn timeline() -> Markup {
    html! {
        ol.timeline {
            li { time { "2022-09-15" } span.what { "结业考试答对9题，考试合格" } span.by { "示例甲" } }
            li { time { "2022-09-14" } span.what { "上传签好的信用修复承诺书" } span.by { "示例甲" } }
        }
    }
}
