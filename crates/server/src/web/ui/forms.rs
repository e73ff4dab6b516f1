//! Fields, buttons and forms.

use maud::{Markup, PreEscaped, html};
use xinxiu_domain::Coded;
use xinxiu_workflow::FieldError;

use crate::web::request::{Form, Req};

/// A form that a signed-in person sends; it carries the token of the sign-in.
pub fn form(req: &Req, action: &str, body: &Markup) -> Markup {
    html! {
        form.form method="post" action=(action) novalidate { (token(req)) (body) }
    }
}

/// A [`form`] that carries files.
pub fn upload_form(req: &Req, action: &str, body: &Markup) -> Markup {
    html! {
        form.form method="post" action=(action) enctype="multipart/form-data" novalidate { (token(req)) (body) }
    }
}

fn token(req: &Req) -> Markup {
    html! { @if let Some(signed_in) = &req.signed_in { (hidden("csrf", &signed_in.csrf)) } }
}

/// A value that travels along.
pub fn hidden(name: &str, value: impl std::fmt::Display) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// What is wrong with a form, summed up on top with links to the fields.
pub fn errors(errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.errors role="alert" tabindex="-1" {
                h2 { "请改正以下" (errors.len()) "处" }
                ul { @for error in errors { li { a href={ "#f-" (error.field) } { (error.message) } } } }
            }
        }
    }
}

fn message(name: &str, errors: &[FieldError]) -> Markup {
    html! {
        @for error in errors.iter().filter(|error| error.field == name) {
            span.error id={ "e-" (name) } { (error.message) }
        }
    }
}

fn wrong(name: &str, errors: &[FieldError]) -> bool {
    errors.iter().any(|error| error.field == name)
}

fn labelled(name: &str, label: &str, hint: &str, errors: &[FieldError], control: &Markup) -> Markup {
    html! {
        div.field.wrong[wrong(name, errors)] {
            label for={ "f-" (name) } { (label) }
            @if !hint.is_empty() { span.hint id={ "h-" (name) } { (hint) } }
            (message(name, errors))
            (control)
        }
    }
}

/// Ids of what explains a field: its hint and its message.
fn described(name: &str, hint: &str, errors: &[FieldError]) -> Option<String> {
    let hint = (!hint.is_empty()).then(|| format!("h-{name}"));
    let message = wrong(name, errors).then(|| format!("e-{name}"));
    let ids: Vec<String> = [hint, message].into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Kind and keyboard of an input.
type Kind = (&'static str, Option<&'static str>);

fn input((kind, mode): Kind, name: &str, value: &str, hint: &str, errors: &[FieldError]) -> Markup {
    html! {
        input id={ "f-" (name) } type=(kind) name=(name) value=(value) inputmode=[mode]
            aria-invalid=[wrong(name, errors).then_some("true")]
            aria-describedby=[described(name, hint, errors)];
    }
}

/// A line of text. `hint` may be empty.
pub fn field(values: &Form, name: &str, label: &str, hint: &str, errors: &[FieldError]) -> Markup {
    labelled(name, label, hint, errors, &input(("text", None), name, values.raw(name), hint, errors))
}

/// A whole number; a phone shows its digits.
pub fn number_field(values: &Form, name: &str, label: &str, hint: &str, errors: &[FieldError]) -> Markup {
    let control = input(("text", Some("numeric")), name, values.raw(name), hint, errors);
    labelled(name, label, hint, errors, &control)
}

/// A telephone number; a phone shows its keys.
pub fn phone_field(values: &Form, name: &str, label: &str, hint: &str, errors: &[FieldError]) -> Markup {
    labelled(name, label, hint, errors, &input(("text", Some("tel")), name, values.raw(name), hint, errors))
}

/// An address for electronic mail; a phone shows its keys. Of type text, so that the browser's own refusal does not come
/// before ours.
pub fn email_field(values: &Form, name: &str, label: &str, hint: &str, errors: &[FieldError]) -> Markup {
    labelled(name, label, hint, errors, &input(("text", Some("email")), name, values.raw(name), hint, errors))
}

/// A date; typed in any usual form, or picked where the browser offers it.
pub fn date_field(values: &Form, name: &str, label: &str, errors: &[FieldError]) -> Markup {
    labelled(name, label, "", errors, &input(("date", None), name, values.raw(name), "", errors))
}

/// A password.
pub fn password_field(name: &str, label: &str, hint: &str, errors: &[FieldError]) -> Markup {
    labelled(name, label, hint, errors, &input(("password", None), name, "", hint, errors))
}

/// Several lines of text.
pub fn area(values: &Form, name: &str, label: &str, hint: &str, errors: &[FieldError]) -> Markup {
    let control = html! {
        textarea id={ "f-" (name) } name=(name) rows="4" aria-invalid=[wrong(name, errors).then_some("true")]
            aria-describedby=[described(name, hint, errors)] {
            (values.raw(name))
        }
    };
    labelled(name, label, hint, errors, &control)
}

/// A list with codes and labels as choices of a field.
pub fn choices<'a, T: Coded + 'a>(all: impl IntoIterator<Item = &'a T>) -> Vec<(String, String)> {
    all.into_iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect()
}

/// One of a list: value and label of each choice. An empty first choice asks to choose.
pub fn select(
    values: &Form,
    name: &str,
    label: &str,
    choices: &[(String, String)],
    errors: &[FieldError],
) -> Markup {
    labelled(name, label, "", errors, &options(values, name, Some("请选择"), choices, errors))
}

/// One of a list, or none of it; `none` says what that means.
pub fn optional(
    values: &Form,
    name: &str,
    label: &str,
    none: &str,
    choices: &[(String, String)],
    errors: &[FieldError],
) -> Markup {
    labelled(name, label, "", errors, &options(values, name, Some(none), choices, errors))
}

/// One of a list in a search bar: without a choice, all are shown.
pub fn filter(values: &Form, name: &str, label: &str, choices: &[(String, String)]) -> Markup {
    labelled(name, label, "", &[], &options(values, name, Some("全部"), choices, &[]))
}

/// One of a list in a search bar that always has a choice; the first unless another is asked for.
pub fn one_of(values: &Form, name: &str, label: &str, choices: &[(String, String)]) -> Markup {
    labelled(name, label, "", &[], &options(values, name, None, choices, &[]))
}

fn options(
    values: &Form,
    name: &str,
    none: Option<&str>,
    choices: &[(String, String)],
    errors: &[FieldError],
) -> Markup {
    let chosen = values.raw(name);
    html! {
        select id={ "f-" (name) } name=(name) aria-invalid=[wrong(name, errors).then_some("true")]
            aria-describedby=[described(name, "", errors)] {
            @if let Some(none) = none { option value="" { (none) } }
            @for (value, text) in choices {
                option value=(value) selected[value == chosen] { (text) }
            }
        }
    }
}

/// More boxes than this stand in columns.
const MANY: usize = 5;

/// Any of a list.
pub fn checkboxes(
    values: &Form,
    name: &str,
    label: &str,
    choices: &[(String, String)],
    errors: &[FieldError],
) -> Markup {
    let chosen = values.all(name);
    html! {
        fieldset.field.wrong[wrong(name, errors)].choices[choices.len() > MANY] id={ "f-" (name) } {
            legend { (label) }
            (message(name, errors))
            @for (value, text) in choices {
                label.choice {
                    input type="checkbox" name=(name) value=(value) checked[chosen.contains(value)];
                    " " (text)
                }
            }
        }
    }
}

/// A choice that needs two lines.
pub struct Card {
    /// What is sent.
    pub value: String,
    /// The first line.
    pub title: String,
    /// The second line.
    pub detail: String,
}

/// One of a few, each on two lines: for words that a list to drop down would cut off on a phone.
pub fn cards(values: &Form, name: &str, label: &str, cards: &[Card], errors: &[FieldError]) -> Markup {
    html! {
        fieldset.field.wrong[wrong(name, errors)] id={ "f-" (name) } {
            legend { (label) }
            (message(name, errors))
            @for card in cards {
                label.choice {
                    input type="radio" name=(name) value=(card.value) checked[values.raw(name) == card.value];
                    span { strong { (card.title) } br; (card.detail) }
                }
            }
        }
    }
}

/// One box that says yes.
pub fn tick(values: &Form, name: &str, label: &str, errors: &[FieldError]) -> Markup {
    html! {
        div.field.wrong[wrong(name, errors)] {
            (message(name, errors))
            label.choice {
                input id={ "f-" (name) } type="checkbox" name=(name) value="1" checked[values.ticked(name)]
                    aria-describedby=[described(name, "", errors)];
                " " (label)
            }
        }
    }
}

/// A file to choose; on a phone the camera is offered for pictures.
pub fn upload_field(name: &str, label: &str, hint: &str, accept: &str, errors: &[FieldError]) -> Markup {
    files_field((name, false), label, hint, accept, errors)
}

/// Several files, for example the pages of a paper.
pub fn uploads_field(name: &str, label: &str, hint: &str, accept: &str, errors: &[FieldError]) -> Markup {
    files_field((name, true), label, hint, accept, errors)
}

fn files_field(
    (name, several): (&str, bool),
    label: &str,
    hint: &str,
    accept: &str,
    errors: &[FieldError],
) -> Markup {
    let control = html! {
        input id={ "f-" (name) } type="file" name=(name) accept=(accept) multiple[several]
            aria-invalid=[wrong(name, errors).then_some("true")]
            aria-describedby=[described(name, hint, errors)];
    };
    labelled(name, label, hint, errors, &control)
}

/// The button that sends a form: a verb with its object.
pub fn button(label: &str) -> Markup {
    html! { p.actions { button.primary type="submit" { (label) } } }
}

/// A second button of a form, for a step that is not the main one.
pub fn plain_button(name: &str, value: &str, label: &str) -> Markup {
    html! { button type="submit" name=(name) value=(value) { (label) } }
}

/// A whole form that is one button.
pub fn post_button(req: &Req, action: &str, label: &str) -> Markup {
    html! {
        form.inline method="post" action=(action) { (token(req)) button type="submit" { (label) } }
    }
}

/// The same folded form may stand in every row of a table: its fields get ids of their own, made from its
/// address. What it asks must be answered, so the browser asks for it before anything is sent. The ids and
/// fields are those of [`labelled`]. A refused one stands open and keeps its ids: the messages on top lead to
/// them.
fn asked(action: &str, refused: bool, body: &Markup) -> Markup {
    let mut text = own_ids(action, refused, body).0;
    for field in [" type=\"text\"", " type=\"date\"", "<textarea"] {
        text = text.replace(field, &format!("{field} required"));
    }
    PreEscaped(text)
}

/// The fields of a form that may stand several times on a page, with ids of their own, made from its address. One that was
/// refused keeps its ids: the messages on top lead to them.
pub fn own_ids(action: &str, refused: bool, body: &Markup) -> Markup {
    let own: String = action.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut text = body.0.clone();
    let owned = [("id", "f"), ("for", "f"), ("id", "h"), ("aria-describedby", "h")];
    for (attribute, kind) in owned.into_iter().filter(|_| !refused) {
        text = text.replace(&format!(" {attribute}=\"{kind}-"), &format!(" {attribute}=\"{kind}-{own}-"));
    }
    PreEscaped(text)
}

/// A step that cannot be undone: folded away, says so, asks for what `body` holds, then one red button.
pub fn confirm(req: &Req, action: &str, label: &str, warning: &str, body: &Markup) -> Markup {
    confirm_again(req, action, label, warning, false, body)
}

/// A [`confirm`] that stands open where its form was refused, so that the messages in it are seen.
pub fn confirm_again(
    req: &Req,
    action: &str,
    label: &str,
    warning: &str,
    open: bool,
    body: &Markup,
) -> Markup {
    html! {
        details.confirm open[open] {
            summary { (label) }
            form method="post" action=(action) {
                (token(req))
                p.warning { (warning) }
                (asked(action, open, body))
                p.actions { button.danger type="submit" { "确认" (label) } }
            }
        }
    }
}
