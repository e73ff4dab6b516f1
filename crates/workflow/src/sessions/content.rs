//! The content check of a session (N20): words that look like charging, advertising or something off the subject are
//! found in what enterprises will read; whoever publishes answers each, and vouches point by point.

use std::sync::LazyLock;

use serde::Deserialize;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::calling::Purpose;
use xinxiu_domain::content::{self, ContentPoint, Word};
use xinxiu_domain::id::SessionId;
use xinxiu_domain::missing::Missing;
use xinxiu_domain::session::SessionState;
use xinxiu_domain::text::tidy;
use xinxiu_store::content_check::{self as store, Answer, Confirmation};
use xinxiu_store::session::Session;
use xinxiu_store::{Tx, agenda, campaign, concerns, message_text, session, session_group, session_material};

use super::{loaded, not_now, record};
use crate::app::{App, Step};
use crate::refusal::Refusal;

const LIST: &str = include_str!("../../../../campaigns/content-words.yaml");

/// The list as it is written, by what a word would speak against.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    charging: Vec<ListedWord>,
    advertising: Vec<ListedWord>,
    off_subject: Vec<ListedWord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedWord {
    word: String,
    reason: String,
    #[serde(default)]
    except: Vec<String>,
}

/// The words that are looked for. A list that cannot be read is a defect of this build, which a test finds.
static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| parse(LIST).unwrap_or_default());

fn parse(text: &str) -> Result<Vec<Word>, String> {
    let listed: Listed = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let of = |about: ContentPoint, words: Vec<ListedWord>| {
        words.into_iter().map(move |one| Word {
            word: one.word,
            about,
            reason: one.reason,
            except: one.except,
        })
    };
    Ok(of(ContentPoint::Charging, listed.charging)
        .chain(of(ContentPoint::Advertising, listed.advertising))
        .chain(of(ContentPoint::OffSubject, listed.off_subject))
        .collect())
}

/// A text that enterprises will read, and where it stands.
struct Passage {
    source: String,
    place: String,
    text: String,
}

/// A word that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where the text stands, as it is kept.
    pub source: String,
    /// Where the text stands, as it is read.
    pub place: String,
    /// The text.
    pub text: String,
    /// The word.
    pub word: String,
    /// What it would speak against.
    pub about: ContentPoint,
    /// Why it is looked for.
    pub reason: String,
    /// What was said of it; `None` while nobody has.
    pub answer: Option<Answer>,
}

/// The content check of a session.
#[derive(Debug, Clone)]
pub struct ShownContent {
    /// The session.
    pub session: Session,
    /// What was found, those without an answer first.
    pub findings: Vec<Finding>,
    /// Who vouches for which point.
    pub confirmations: Vec<Confirmation>,
}

/// The content check of a session.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn content(app: &App, actor: &Actor, id: SessionId) -> Result<ShownContent, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        let session = session::load(view.tx, id)?;
        let mut findings = findings(view.tx, &session)?;
        findings.sort_by_key(|one| one.answer.is_some());
        Ok(ShownContent { findings, confirmations: store::confirmations(view.tx, id)?, session })
    })
}

/// What is found in everything of a session that enterprises will read.
fn findings(tx: &Tx<'_>, session: &Session) -> Result<Vec<Finding>, Refusal> {
    let answers = store::answers(tx, session.id)?;
    let mut all = Vec::new();
    for passage in passages(tx, session)? {
        for word in content::find(&passage.text, &WORDS) {
            // The same word in the same text is one question, asked once; another text asks anew.
            let said = answers.iter().rfind(|one| {
                one.source == passage.source && one.word == word.word && one.text == passage.text
            });
            all.push(Finding {
                source: passage.source.clone(),
                place: passage.place.clone(),
                text: passage.text.clone(),
                word: word.word.clone(),
                about: word.about,
                reason: word.reason.clone(),
                answer: said.cloned(),
            });
        }
    }
    Ok(all)
}

fn passages(tx: &Tx<'_>, session: &Session) -> Result<Vec<Passage>, Refusal> {
    let passage =
        |source: String, place: &str, text: String| Passage { source, place: place.to_owned(), text };
    let mut all = vec![
        passage("title".into(), "场次名称", session.title.clone()),
        passage("place".into(), "地点", session.place.clone()),
        passage("contact_group".into(), "联系群名称", session.contact_group.clone()),
    ];
    for line in agenda::of_session(tx, session.id)? {
        let item = &line.item;
        let text = [item.title.as_str(), &item.lecturer, &item.room].join(" ").trim().to_owned();
        all.push(passage(format!("agenda-{}", line.id), &format!("日程「{}」", item.name()), text));
    }
    for one in session_material::materials(tx, session.id)?.into_iter().filter(|one| !one.is_replaced) {
        let text = if one.file_name == one.title {
            one.title.clone()
        } else {
            format!("{} {}", one.title, one.file_name)
        };
        all.push(passage(format!("material-{}", one.id), &format!("「{}」的资料", one.module), text));
    }
    for one in session_group::announcements(tx, session.id)?.into_iter().filter(|one| !one.is_withdrawn) {
        all.push(passage(format!("announcement-{}", one.id), "公告", one.text));
    }
    let campaign = campaign::load_item(tx, session.plan_item)?.campaign;
    for purpose in Purpose::ALL {
        // The standard words are part of the program; what the campaign changed is looked at.
        if let Some((text, _)) = message_text::find(tx, campaign, *purpose)? {
            all.push(passage(format!("message-{}", purpose.code()), &format!("「{purpose}」短信"), text));
        }
    }
    Ok(all)
}

/// What the content check leaves open for publication.
pub(super) fn gaps(tx: &Tx<'_>, session: &Session) -> Result<Vec<Missing>, Refusal> {
    let open = findings(tx, session)?.into_iter().filter(|one| one.answer.is_none());
    let gap = |one: Finding| {
        let message = format!("{}中有「{}」：{}，请修改或逐项说明", one.place, one.word, one.reason);
        Missing::new("content", message, "N20")
    };
    Ok(open.map(gap).collect())
}

/// Says of one finding why the word may stand.
///
/// # Errors
/// [`Refusal::Invalid`] without words, and where there is no such finding any more; [`Refusal::Forbidden`] for others than
/// the organiser.
pub fn answer_finding(
    app: &App,
    actor: &Actor,
    id: SessionId,
    (source, word): (&str, &str),
    answer: &str,
) -> Result<(), Refusal> {
    let answer = tidy(answer);
    if answer.chars().count() < 2 {
        return Err(Refusal::invalid(
            "answer",
            "请说明这里为什么不是收费、宣传或无关内容；确有问题的请修改原文",
        ));
    }
    app.step(actor, |step| {
        let (found, _) = loaded(step, Action::PublishSession, id)?;
        open(found.state)?;
        let all = findings(step.tx, &found)?;
        let one = all.into_iter().find(|one| one.source == source && one.word == word);
        let gone = || Refusal::invalid("answer", "这处提示已经没有了，请刷新本页");
        let one = one.ok_or_else(gone)?;
        let new = Answer {
            source: one.source,
            word: one.word,
            text: one.text,
            answer: answer.clone(),
            by: actor.name.clone(),
            on: step.today,
        };
        store::answer(step.tx, id, &new)?;
        let summary = format!("说明培训场次「{}」{}中的「{word}」：{answer}", found.title, one.place);
        record(
            step,
            "session.content_answer",
            id,
            summary,
            serde_json::json!({ "source": source, "word": word }),
        )
    })
}

/// Has somebody vouch for one point, by name.
///
/// # Errors
/// [`Refusal::Invalid`] without a name; [`Refusal::Forbidden`] for others than the organiser.
pub fn confirm_point(
    app: &App,
    actor: &Actor,
    id: SessionId,
    point: ContentPoint,
    by: &str,
) -> Result<(), Refusal> {
    let by = tidy(by);
    if by.is_empty() {
        return Err(Refusal::invalid("point_confirmed_by", "请填写确认人姓名"));
    }
    app.step(actor, |step| {
        let (found, _) = loaded(step, Action::PublishSession, id)?;
        open(found.state)?;
        store::confirm(step.tx, id, &Confirmation { point, by: by.clone(), on: step.today }, &actor.name)?;
        let summary = format!("{by}确认培训场次「{}」{point}", found.title);
        record(step, "session.content_confirm", id, summary, serde_json::json!({ "point": point }))
    })
}

/// Keeps for the points for which nobody vouched by name who vouches for them.
pub(super) fn vouch_for_rest(
    step: &Step<'_>,
    id: SessionId,
    rest: &str,
    points: &[ContentPoint],
) -> Result<(), Refusal> {
    for point in points {
        let new = Confirmation { point: *point, by: rest.to_owned(), on: step.today };
        store::confirm(step.tx, id, &new, &step.actor.name)?;
    }
    Ok(())
}

/// Who vouches for a session that is published: by name for each point, and for what is open whoever signs the rest. Empty
/// while a point is open.
pub(super) fn vouched_by(
    tx: &Tx<'_>,
    id: SessionId,
    rest: &str,
) -> Result<(String, Vec<ContentPoint>), Refusal> {
    let known = store::confirmations(tx, id)?;
    let is_open = |point: &&ContentPoint| !known.iter().any(|one| one.point == **point);
    let open: Vec<ContentPoint> = ContentPoint::ALL.iter().filter(is_open).copied().collect();
    if rest.is_empty() && !open.is_empty() {
        return Ok((String::new(), open));
    }
    let mut names: Vec<&str> = known.iter().map(|one| one.by.as_str()).collect();
    if !open.is_empty() {
        names.push(rest);
    }
    names.dedup();
    Ok((names.join("、"), open))
}

fn open(state: SessionState) -> Result<(), Refusal> {
    match state {
        SessionState::Planned | SessionState::Published | SessionState::Open => Ok(()),
        SessionState::Closed | SessionState::Cancelled => Err(not_now(state, "确认内容")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_and_each_word_has_a_reason_and_stands_once() {
        let words = parse(LIST).unwrap();
        assert!(words.len() > 30 && words.iter().all(|one| one.reason.chars().count() >= 5));
        let mut names: Vec<&str> = words.iter().map(|one| one.word.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), words.len());
        for one in &words {
            // A phrase in which a word is harmless has the word in it.
            assert!(one.except.iter().all(|phrase| phrase.contains(&one.word)), "{}", one.word);
        }
    }

    #[test]
    fn the_programs_own_words_are_clean() {
        for module in xinxiu_domain::session::Module::ALL {
            let text = super::super::outline::outline(*module);
            assert_eq!(content::find(&text, &WORDS), Vec::<&Word>::new(), "{text}");
        }
        for purpose in Purpose::ALL {
            assert_eq!(content::find(purpose.standard_text(), &WORDS), Vec::<&Word>::new(), "{purpose}");
        }
    }
}
