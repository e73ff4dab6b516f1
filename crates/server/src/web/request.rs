//! A request as the handlers see it: who asks, which record, what was typed, which files came.

use std::collections::HashMap;
use std::io::Seek;
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use maud::Markup;
use tempfile::NamedTempFile;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::text::{squeeze, tidy};
use xinxiu_domain::trouble::trouble;
use xinxiu_intake::{DateSystem, parse_date};
use xinxiu_store::files::Kept;
use xinxiu_workflow::{App, FieldError, Refusal};

use super::layout;
use super::reply::{PageError, PageResult, Reply};
use crate::gateway::Gateways;
use crate::table;

/// Names and values of a query or a form, in the order of the page.
#[derive(Debug, Clone, Default)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The first value of a field, as typed; empty where there is none.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The first value of a field with odd spaces and full-width letters folded.
    pub fn text(&self, name: &str) -> String {
        tidy(self.raw(name))
    }

    /// Every non-empty value of a field.
    pub fn all(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| tidy(value));
        values.filter(|value| !value.is_empty()).collect()
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.raw(name).is_empty()
    }

    /// Sets a field, for filling a form from a record.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }
}

/// A file that came with a form, spooled to disk.
#[derive(Debug)]
pub struct Upload {
    /// Name of the field.
    pub field: String,
    /// Name of the file as sent; shown, never used as a path.
    pub file_name: String,
    /// The content.
    pub content: NamedTempFile,
    /// Size in bytes.
    pub size: u64,
}

/// A request.
#[derive(Debug)]
pub struct Req {
    /// The installation.
    pub app: Arc<App>,
    /// Who asks; `None` on public pages without a sign-in, and behind a personal link.
    pub signed_in: Option<SignedIn>,
    /// Address without the query.
    pub path: String,
    /// Parameters of the path.
    pub params: HashMap<String, String>,
    /// The query.
    pub query: Form,
    /// The form; empty for a page.
    pub form: Form,
    /// Files of the form.
    pub uploads: Vec<Upload>,
    /// Message of the step before.
    pub flash: String,
    /// Whether the demo is running.
    pub demo: bool,
    /// Token of the personal link that this browser opened last; sent to the pages behind the hall's QR code only.
    pub own_link: String,
    /// The gateways for messages.
    pub gateways: Option<Arc<Gateways>>,
    /// Scheme and host as the browser asked, for links that leave the page (letters, QR codes).
    pub origin: String,
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// On whose behalf steps are taken.
    pub actor: Actor,
    /// Name of the person.
    pub name: String,
    /// Name of the organisation.
    pub org_name: String,
    /// Token that every form carries.
    pub csrf: String,
    /// Secret of the cookie, for signing out.
    pub token: String,
    /// Whether a new password must be chosen first.
    pub must_change: bool,
}

impl Req {
    /// The signed-in actor.
    ///
    /// # Errors
    /// [`PageError::SignInFirst`] on a page that nobody is signed in to.
    pub fn actor(&self) -> Result<&Actor, PageError> {
        self.signed_in.as_ref().map(|signed_in| &signed_in.actor).ok_or(PageError::SignInFirst)
    }

    /// A parameter of the path, read as an id.
    ///
    /// # Errors
    /// [`PageError::NotFound`] where it is none.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, PageError> {
        self.params.get(name).and_then(|text| text.parse().ok()).ok_or(PageError::NotFound)
    }

    /// Whether browsers come over HTTPS.
    pub fn is_secure(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// A parameter of the path as text.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// A page in the frame of its role.
    pub fn page(&self, title: &str, body: Markup) -> Reply {
        Reply::Page(200, layout::staff(self, title, &body))
    }

    /// The same form again with messages, after a refusal of its values.
    pub fn again(&self, title: &str, body: Markup) -> Reply {
        Reply::Page(422, layout::staff(self, title, &body))
    }

    /// After a step: on to a page, with a message.
    pub fn see(&self, address: impl Into<String>, message: impl Into<String>) -> Reply {
        Reply::See(address.into(), message.into())
    }

    /// A file to save or to look at.
    pub fn file(&self, bytes: Vec<u8>, name: impl Into<String>, media_type: &'static str) -> Reply {
        Reply::File { bytes, name: name.into(), media_type: media_type.to_owned() }
    }

    /// A table to take along, in the format that the query asks for: a spreadsheet, or else CSV.
    ///
    /// # Errors
    /// More rows than a sheet has.
    pub fn table(&self, name: &str, heads: &[&str], rows: &[Vec<String>]) -> PageResult {
        let file = format!("{name}-{}", self.app.clock.today());
        if self.query.raw("format") == "xlsx" {
            return self.spreadsheet((name, name), heads, rows);
        }
        Ok(self.file(table::csv(heads, rows), format!("{file}.csv"), "text/csv; charset=utf-8"))
    }

    /// A table to take along as a spreadsheet, with the day in the file's name.
    ///
    /// # Errors
    /// More rows than a sheet has.
    pub fn spreadsheet(
        &self,
        (name, sheet): (&str, &str),
        heads: &[&str],
        rows: &[Vec<String>],
    ) -> PageResult {
        let bytes = table::xlsx(sheet, heads, rows).map_err(|error| Refusal::Document(error.to_string()))?;
        Ok(self.file(bytes, format!("{name}-{}.xlsx", self.app.clock.today()), table::XLSX))
    }

    /// Reads the form field by field and collects what is wrong.
    pub fn fields(&self) -> Fields<'_> {
        Fields { form: &self.form, errors: Vec::new() }
    }

    /// The file of a field, where one was chosen.
    pub fn upload(&self, field: &str) -> Option<&Upload> {
        self.uploads_of(field).next()
    }

    /// Every file of a field, in the order in which they were chosen.
    pub fn uploads_of<'a>(&'a self, field: &str) -> impl Iterator<Item = &'a Upload> {
        self.uploads.iter().filter(move |upload| upload.field == field && upload.size > 0)
    }

    /// Puts the file of a field on disk for good.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] where none was chosen.
    pub fn keep(&self, field: &str, label: &str) -> Result<(Kept, String), Refusal> {
        let upload =
            self.upload(field).ok_or_else(|| Refusal::invalid(field, format!("请选择{label}文件")))?;
        self.keep_one(upload)
    }

    /// Puts every file of a field on disk for good, in the order in which they were chosen.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep_all(&self, field: &str) -> Result<Vec<(Kept, String)>, Refusal> {
        self.uploads_of(field).map(|upload| self.keep_one(upload)).collect()
    }

    /// Puts one file on disk for good.
    ///
    /// # Errors
    /// [`Refusal::Upload`] where it cannot be read.
    pub fn keep_one(&self, upload: &Upload) -> Result<(Kept, String), Refusal> {
        let mut file = upload
            .content
            .reopen()
            .map_err(|error| Refusal::Upload(format!("上传文件读取失败：{}", trouble(&error))))?;
        file.rewind().map_err(|error| Refusal::Upload(format!("上传文件读取失败：{}", trouble(&error))))?;
        Ok((self.app.store.files.keep(file)?, upload.file_name.clone()))
    }
}

/// Reads a form and keeps every fault for one message at the top and one beside each field.
pub struct Fields<'a> {
    form: &'a Form,
    errors: Vec<FieldError>,
}

impl Fields<'_> {
    /// A text that must not be empty.
    pub fn required(&mut self, name: &str, label: &str) -> String {
        let text = self.form.text(name);
        if text.is_empty() {
            self.fault(name, format!("请填写{label}"));
        }
        text
    }

    /// A text that may be empty.
    pub fn text(&self, name: &str) -> String {
        self.form.text(name)
    }

    /// A whole number from 0.
    pub fn number(&mut self, name: &str, label: &str) -> u32 {
        let text = squeeze(self.form.raw(name));
        text.parse().unwrap_or_else(|_| {
            self.wrong(name, label, &text, "不是整数，请只写数字");
            0
        })
    }

    /// A date: 2022-09-15, 2022/9/15, 2022.9.15, 2022年9月15日 or 20220915.
    pub fn date(&mut self, name: &str, label: &str) -> Date {
        let text = self.form.raw(name);
        parse_date(text, DateSystem::default()).unwrap_or_else(|| {
            self.wrong(name, label, text, "不是日期，请写成 2022-09-15 的样子");
            Date::ZERO
        })
    }

    /// A time of day: 9:30.
    pub fn time(&mut self, name: &str, label: &str) -> Time {
        let text = squeeze(self.form.raw(name)).replace('：', ":");
        let padded = if text.len() == 4 { format!("0{text}") } else { text.clone() };
        padded.parse().unwrap_or_else(|_| {
            self.wrong(name, label, &text, "不是时间，请写成 09:30 的样子");
            Time::midnight()
        })
    }

    /// One of the domain's value lists.
    pub fn coded<T>(&mut self, name: &str, label: &str, from_code: fn(&str) -> Option<T>) -> Option<T> {
        let found = from_code(&self.form.text(name));
        if found.is_none() {
            self.fault(name, format!("请选择{label}"));
        }
        found
    }

    /// An id chosen from a list.
    pub fn id<T: FromStr>(&mut self, name: &str, label: &str) -> Option<T> {
        let found = self.form.text(name).parse().ok();
        if found.is_none() {
            self.fault(name, format!("请选择{label}"));
        }
        found
    }

    /// Ids ticked in a list; what is no id is passed over.
    pub fn ids<T: FromStr>(&self, name: &str) -> Vec<T> {
        self.form.all(name).iter().filter_map(|text| text.parse().ok()).collect()
    }

    /// A value that is not of its kind; one that is not there at all is asked for.
    fn wrong(&mut self, name: &str, label: &str, text: &str, how: &str) {
        let message = if text.trim().is_empty() {
            format!("请填写{label}")
        } else {
            format!("{label}「{text}」{how}")
        };
        self.fault(name, message);
    }

    /// Adds a fault that the page itself found.
    pub fn fault(&mut self, field: &str, message: String) {
        self.errors.push(FieldError { field: field.to_owned(), message });
    }

    /// Refuses where anything was wrong.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every fault.
    pub fn check(self) -> Result<(), Refusal> {
        if self.errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.errors)) }
    }
}
