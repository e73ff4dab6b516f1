//! What shows a state: badges, facts, figures, steps, timelines, empty states.

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};
use xinxiu_documents::qr_svg;
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_store::Moment;
use xinxiu_store::audit::Recorded;
use xinxiu_workflow::clock::shanghai_minute;
use xinxiu_workflow::{Clock, Refusal};

/// A text as a QR code inside a page, where the picture's XML heading has no place. What stands around it names it.
///
/// # Errors
/// [`Refusal::Document`] where the text is too long for a code.
pub fn qr(text: &str) -> Result<Markup, Refusal> {
    let svg = qr_svg(text).map_err(|error| Refusal::Document(error.to_string()))?;
    let picture = svg.find("<svg").and_then(|start| svg.get(start..)).unwrap_or_default();
    Ok(PreEscaped(picture.to_owned()))
}

/// A word with a sign and a tone: `good`, `due`, `bad`, `plain`. Colour never stands alone.
pub fn badge(tone: &str, text: &str) -> Markup {
    let sign = match tone {
        "good" => "√",
        "due" => "!",
        "bad" => "×",
        _ => "·",
    };
    html! { span class={ "badge " (tone) } { span aria-hidden="true" { (sign) } "\u{a0}" (text) } }
}

/// The tone of a verdict.
pub const fn tone_of_verdict(verdict: VerdictKind) -> &'static str {
    match verdict {
        VerdictKind::RepairableNow => "good",
        VerdictKind::RepairableLater | VerdictKind::NeedsReview => "due",
        VerdictKind::NotRepairable => "bad",
        VerdictKind::NotPublicised | VerdictKind::Ended => "plain",
    }
}

/// Ids of requirements, each the way to its sentence.
pub fn basis(ids: &str) -> Markup {
    html! {
        small.basis {
            "依据"
            @for id in ids.split_whitespace() {
                " "
                a href={ "/basis#" (id) } { (id) }
            }
        }
    }
}

/// An edition of the rules, the way to its name.
pub fn edition(id: &str) -> Markup {
    html! { a href={ "/basis#" (id) } { (id) } }
}

/// What will appear here, and how to begin.
pub fn empty(what: &str, how: &str) -> Markup {
    html! { div.empty { p { (what) } p.hint { (how) } } }
}

/// A part of a page under its own heading.
pub fn panel(title: &str, body: &Markup) -> Markup {
    html! { section.panel { h2 { (title) } (body) } }
}

/// A value of more bytes than this gets a line of its own.
const LONG: usize = 240;

/// Names and values of a record. Empty values are shown as a dash.
pub fn facts(pairs: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in pairs {
                div .long[value.0.len() > LONG] { dt { (name) } dd { @if value.0.is_empty() { "—" } @else { (value) } } }
            }
        }
    }
}

/// A unified social credit code in its parts (registering body, region, organisation, check); a click copies
/// it.
pub fn code(text: &str) -> Markup {
    let parts = [(0, 2), (2, 8), (8, 17), (17, 18)];
    html! {
        @if text.len() == 18 && text.is_ascii() {
            code data-copy=(text) title="点一下复制" {
                @for (index, (from, to)) in parts.into_iter().enumerate() {
                    span .part[index > 0] { (text[from..to]) }
                }
            }
        } @else { code { (text) } }
    }
}

/// A number that is the way to its list.
pub fn figure(number: impl std::fmt::Display, label: &str, href: &str) -> Markup {
    html! { a.figure href=(href) { strong { (number) } span { (label) } } }
}

/// Where a record stands on its way; `now` is the index of the present step.
pub fn steps(names: &[&str], now: usize) -> Markup {
    html! {
        ol.steps {
            @for (index, name) in names.iter().enumerate() {
                li .done[index < now] aria-current=[(index == now).then_some("step")] { (name) }
            }
        }
    }
}

/// When something was done: its business day, with the hour where that day is the real one. A business day
/// that was set apart stands alone; its real time is in the title.
pub fn when(moment: Moment) -> Markup {
    html! {
        @if moment.is_real() {
            time datetime=(moment.on) { (moment.on) " " (moment.hour()) }
        } @else {
            time datetime=(moment.on) title={ "录入时间 " (shanghai_minute(moment.at)) } { (moment.on) }
        }
    }
}

/// A moment of real time, such as the end of an exam; where the business day is another, both are said.
pub fn real_time(clock: &Clock, at: Timestamp) -> Markup {
    html! {
        (shanghai_minute(at))
        @if clock.is_set() { "（实际时间，业务日期" (clock.day_of(at)) "）" }
    }
}

/// The real time of an entry, in small letters, where it differs from the business day.
pub fn entered(moment: Moment) -> Markup {
    html! { @if !moment.is_real() { " · 录入时间 " (shanghai_minute(moment.at)) } }
}

/// A record's history, newest first.
pub fn timeline(entries: &[Recorded]) -> Markup {
    html! {
        ol.timeline {
            @for entry in entries.iter().rev() {
                li {
                    (when(entry.at))
                    span.what { (entry.summary) }
                    span.by { (entry.actor) (entered(entry.at)) }
                }
            }
        }
    }
}
