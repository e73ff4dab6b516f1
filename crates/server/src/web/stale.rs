//! A form that came too late: the record was changed since the page was opened, or the page is of another
//! sign-in. The answer keeps what was typed and leads to the form afresh; loading it again would only send the
//! old form once more.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use xinxiu_domain::actor::Action;
use xinxiu_store::StoreError;
use xinxiu_store::audit::{self, Recorded};
use xinxiu_workflow::Refusal;

use super::reply::{PageError, PageResult, Reply};
use super::request::{Form, Req};
use super::routes::Route;
use super::{layout, ui};

/// So many forms that were taken are remembered.
const REMEMBERED: usize = 2_000;

/// The forms that were taken last, by what they held, with where each led to.
#[derive(Debug, Default)]
pub struct Taken(Mutex<VecDeque<([u8; 32], String)>>);

impl Taken {
    /// Where a form led to that is the same in every field and was taken before.
    fn before(&self, digest: &[u8; 32]) -> Option<String> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.iter().rev().find(|(known, _)| known == digest).map(|(_, address)| address.clone())
    }

    fn note(&self, digest: [u8; 32], address: &str) {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() == REMEMBERED {
            taken.pop_front();
        }
        taken.push_back((digest, address.to_owned()));
    }
}

/// What a form held, with who sent it and where to; `None` for what can be sent twice: pages, files, and forms
/// that carry no version of their record.
fn digest(req: &Req) -> Option<[u8; 32]> {
    if req.form.raw("version").is_empty() || !req.uploads.is_empty() {
        return None;
    }
    let signed_in = req.signed_in.as_ref()?;
    let mut hash = Sha256::new();
    for part in [signed_in.token.as_str(), &req.path].into_iter().chain(pairs(&req.form)) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Some(hash.finalize().into())
}

fn pairs(form: &Form) -> impl Iterator<Item = &str> {
    form.0.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()])
}

/// Answers a request by its handler. A form that was taken before, and is refused now because its version is
/// gone, was sent twice: its sender is told so and led to where it led the first time.
pub fn handled(req: &Req, route: &Route, taken: &Taken) -> PageResult {
    let reply = (route.handler)(req);
    let Some(digest) = digest(req) else { return reply };
    match &reply {
        Ok(Reply::See(address, _)) => taken.note(digest, address),
        Ok(Reply::Page(422, _)) | Err(PageError::Refused(_)) => {
            if let Some(address) = taken.before(&digest) {
                return Ok(req.see(address, "已保存过：这份表单刚才已经提交成功，没有重复保存"));
            }
        }
        _ => {}
    }
    reply
}

/// Whether a refusal is of a form that came too late.
pub const fn is_late(error: &PageError) -> bool {
    matches!(error, PageError::Stale | PageError::Refused(Refusal::Store(StoreError::Conflict(_))))
}

/// The page about a form that came too late.
pub fn page(req: &Req, route: &Route, error: &PageError) -> Response {
    let status = if matches!(error, PageError::Stale) { StatusCode::FORBIDDEN } else { StatusCode::CONFLICT };
    let fresh = Fresh::of(req, route);
    let changed = matches!(error, PageError::Refused(_)).then(|| last_change(req)).flatten();
    let title = if status == StatusCode::CONFLICT {
        "没有保存：记录已有改动"
    } else {
        "没有保存：页面已过期"
    };
    let body = html! {
        h1 { (title) }
        p { (error) }
        @if let Some(change) = &changed {
            p { "最近一次改动：" (ui::when(change.at)) " " (change.actor) "，" (change.summary) "。" }
        }
        p { "请不要刷新本页。请打开最新的页面，看过现在的内容，再把需要的填写进去。" }
        p.actions { a.button.primary href=(fresh.address) { "打开最新的页面" } }
        (typed(&req.form, &fresh))
    };
    let page = if req.path.starts_with("/l/") {
        layout::phone(title, "", &body)
    } else {
        layout::staff(req, title, &body)
    };
    (status, page).into_response()
}

/// What the sender typed, to be copied.
fn typed(form: &Form, fresh: &Fresh) -> Markup {
    let secret = ["csrf", "version", "password", "old_password", "again"];
    let shown: Vec<_> = form
        .0
        .iter()
        .filter(|(name, value)| !value.trim().is_empty() && !secret.contains(&name.as_str()))
        .filter(|(name, _)| !fresh.is_hidden(name))
        .collect();
    html! {
        @if !shown.is_empty() {
            h2 { "您刚才填写的内容（可以复制）" }
            dl.facts {
                @for (name, value) in shown {
                    div.long { dt { (fresh.label(name)) } dd { @for line in fresh.text(name, value).lines() { (line) br; } } }
                }
            }
        }
    }
}

/// The page on which the form stands, as it is now.
struct Fresh {
    address: String,
    html: String,
}

impl Fresh {
    fn of(req: &Req, route: &Route) -> Self {
        let table = super::routes();
        let may = |other: &Route| {
            let has = |action: &Action| req.signed_in.as_ref().is_some_and(|who| who.actor.has(*action));
            other.access.actions().is_empty() || other.access.actions().iter().any(has)
        };
        let is_page = |path: &str| {
            let found = table.all().iter().find(|other| other.method == Method::GET && other.path == path);
            // What can be downloaded is not a page with a form.
            found.filter(|other| !other.path.ends_with("{material}") && may(other))
        };
        let templates: Vec<&str> = route.path.split('/').collect();
        let parts: Vec<&str> = req.path.split('/').collect();
        for length in (2..=templates.len().min(parts.len())).rev() {
            let Some(page) = is_page(&templates[..length].join("/")) else { continue };
            let address = parts[..length].join("/");
            let whole = length == templates.len();
            let req = asked(req, &address, whole);
            let html = match (page.handler)(&req) {
                Ok(Reply::Page(200, markup)) => markup.0,
                _ => continue,
            };
            return Self { address: with_query(&req), html };
        }
        let first = parts.get(1).copied().unwrap_or_default();
        let address = match first {
            "items" | "application-materials" => "/applications",
            "attendances" => "/sessions",
            "tickets" => "/clinics",
            "organisations" => "/accounts",
            _ => "/",
        };
        Self { address: address.to_owned(), html: String::new() }
    }

    fn is_hidden(&self, name: &str) -> bool {
        self.html.contains(&format!("type=\"hidden\" name=\"{name}\""))
    }

    /// The label of a field; where the page no longer has it, its name says at least which it was.
    fn label<'a>(&'a self, name: &'a str) -> &'a str {
        let label = self.after(&format!("<label for=\"f-{name}\">"));
        let legend = || self.after(&format!("id=\"f-{name}\"><legend>"));
        label.or_else(legend).filter(|text| !text.is_empty()).unwrap_or("其他内容")
    }

    /// The word that was chosen where the value is a code.
    fn text<'a>(&'a self, name: &str, value: &'a str) -> &'a str {
        let select = self.html.split_once(&format!("<select id=\"f-{name}\""));
        let options = select.and_then(|(_, rest)| rest.split("</select>").next());
        let option = options.and_then(|options| {
            options.split("<option ").find_map(|option| {
                let rest = option.strip_prefix(&format!("value=\"{value}\""))?;
                rest.split_once('>')?.1.split('<').next()
            })
        });
        option.unwrap_or(value)
    }

    fn after(&self, mark: &str) -> Option<&str> {
        self.html.split_once(mark)?.1.split('<').next()
    }
}

fn asked(req: &Req, address: &str, whole: bool) -> Req {
    Req {
        app: req.app.clone(),
        signed_in: req.signed_in.clone(),
        path: address.to_owned(),
        params: req.params.clone(),
        query: if whole { req.query.clone() } else { Form::default() },
        form: Form::default(),
        uploads: Vec::new(),
        flash: String::new(),
        demo: req.demo,
        own_link: String::new(),
        gateways: req.gateways.clone(),
        origin: req.origin.clone(),
    }
}

fn with_query(req: &Req) -> String {
    if req.query.0.is_empty() {
        return req.path.clone();
    }
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(&req.query.0);
    format!("{}?{}", req.path, pairs.finish())
}

/// The last step on the record of the address. The step that was refused has been admitted to it already.
fn last_change(req: &Req) -> Option<Recorded> {
    const NOUNS: [(&str, &str); 19] = [
        ("accounts", "account"),
        ("applications", "application"),
        ("attendances", "attendance"),
        ("campaigns", "campaign"),
        ("classes", "plan_item"),
        ("clinics", "clinic"),
        ("commitments", "commitment"),
        ("delistings", "delisting"),
        ("enterprises", "enterprise"),
        ("handovers", "handover"),
        ("items", "item"),
        ("lecturers", "lecturer"),
        ("lists", "batch"),
        ("penalties", "penalty"),
        ("pushes", "push"),
        ("rectifications", "rectification"),
        ("sessions", "session"),
        ("summaries", "summary"),
        ("tickets", "ticket"),
    ];
    req.signed_in.as_ref()?;
    let nouns: HashMap<_, _> = NOUNS.into_iter().collect();
    let noun = nouns.get(req.path.split('/').nth(1)?)?;
    let id = req.params.get("id")?.parse().ok()?;
    req.app.store.db.read(|tx| audit::of_subject(tx, noun, id)).ok()?.pop()
}
