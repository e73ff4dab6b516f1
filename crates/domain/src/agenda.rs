//! The agenda of a session (培训日程, N05, N06, N09): items with minutes, from which begin, end and class hours
//! follow.

use crate::id::LecturerId;
use crate::missing::Missing;
use crate::session::{CLASS_HOUR_MINUTES, Method, Module};

/// Shortest item, in minutes.
pub const SHORTEST: u32 = 5;
/// Longest item, in minutes: half a day.
pub const LONGEST: u32 = 240;
/// Longest name, in characters.
const WORDS: usize = 80;
/// A break in a drafted agenda, in minutes.
const BREAK: u32 = 10;
/// Drafted items last a multiple of this.
const GRAIN: u32 = 5;

/// One item. Without module and method it is a break (休息), which counts for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgendaItem {
    /// How long it lasts.
    pub minutes: u32,
    /// What is taught; none for a break, and for talks that belong to no module.
    pub module: Option<Module>,
    /// How it is taught; none for a break.
    pub method: Option<Method>,
    /// What else it is called; empty where module or method say enough.
    pub title: String,
    /// Who teaches it; empty where nobody is named.
    pub lecturer: String,
    /// The same person in the pool of lecturers; none for the deputy head who teaches by office, and from before there
    /// was a pool.
    pub lecturer_id: Option<LecturerId>,
    /// Room, or way of joining online, where it differs from the session's.
    pub room: String,
    /// Why module 1 is not taught by the deputy head of the local credit authority (N09); empty where it is.
    pub not_deputy_reason: String,
}

impl AgendaItem {
    /// Whether nothing is taught.
    pub const fn is_break(&self) -> bool {
        self.module.is_none() && self.method.is_none()
    }

    /// What it is called in the programme.
    pub fn name(&self) -> &str {
        if !self.title.is_empty() {
            return &self.title;
        }
        match (self.module, self.method) {
            (Some(module), _) => module.label(),
            (None, Some(method)) => method.label(),
            (None, None) => "休息",
        }
    }
}

/// A time of day in minutes after midnight, as 13:30.
pub fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// Minutes after midnight of a time such as 13:30.
pub fn minutes_of_day(time: &str) -> Option<u32> {
    let (hour, minute) = time.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// When each item begins and ends, in minutes after midnight, for a session that begins at `begin`.
pub fn times(begin: u32, items: &[AgendaItem]) -> Vec<(u32, u32)> {
    let mut next = begin;
    items
        .iter()
        .map(|item| {
            let from = next;
            next += item.minutes;
            (from, next)
        })
        .collect()
}

/// Minutes that count: everything but the breaks.
pub fn counted_minutes(items: &[AgendaItem]) -> u32 {
    items.iter().filter(|item| !item.is_break()).map(|item| item.minutes).sum()
}

/// Whole class hours (学时) of an agenda.
pub fn class_hours(items: &[AgendaItem]) -> u32 {
    counted_minutes(items) / CLASS_HOUR_MINUTES
}

/// The modules that an agenda teaches, in the order of the notice.
pub fn modules(items: &[AgendaItem]) -> Vec<Module> {
    let taught = |module: &&Module| items.iter().any(|item| item.module == Some(**module));
    Module::ALL.iter().filter(taught).copied().collect()
}

/// The methods that an agenda uses, in the order of the notice.
pub fn methods(items: &[AgendaItem]) -> Vec<Method> {
    let used = |method: &&Method| items.iter().any(|item| item.method == Some(**method));
    Method::ALL.iter().filter(used).copied().collect()
}

/// The first item that teaches module 1.
pub fn first_of_regulation(items: &[AgendaItem]) -> Option<&AgendaItem> {
    items.iter().find(|item| item.module == Some(Module::Regulation))
}

/// What is wrong with one item; the code names the field.
pub fn item_faults(item: &AgendaItem) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if !(SHORTEST..=LONGEST).contains(&item.minutes) {
        faults.push(("minutes", format!("时长应为{SHORTEST}至{LONGEST}分钟，现为{}分钟", item.minutes)));
    }
    if item.module.is_some() && item.method.is_none() {
        faults.push(("method", "讲授模块的日程请选择培训方式；休息的请把模块和方式都留空".into()));
    }
    if item.module.is_none()
        && matches!(item.method, Some(Method::Lecture | Method::Topic | Method::Evaluation))
    {
        faults.push(("module", "宣讲辅导、专题授课和测试评估请选择所讲的模块".into()));
    }
    let long =
        [("title", "名称", &item.title), ("lecturer", "讲师", &item.lecturer), ("room", "地点", &item.room)];
    for (field, label, text) in long {
        if text.chars().count() > WORDS {
            faults.push((field, format!("{label}不能超过{WORDS}个字")));
        }
    }
    if item.is_break() && !(item.lecturer.is_empty() && item.lecturer_id.is_none()) {
        faults.push(("lecturer", "休息不用填写讲师；不是休息的请选择模块和方式".into()));
    }
    faults
}

/// What an agenda lacks for publication. Missing modules and too few class hours are found by the session, whose
/// modules and hours are those of its agenda.
pub fn gaps(items: &[AgendaItem], minutes_of_session: i64) -> Vec<Missing> {
    if items.is_empty() {
        return vec![Missing::new("agenda", "还没有培训日程，学时无从核算，请先编排日程", "N05")];
    }
    let whole: u32 = items.iter().map(|item| item.minutes).sum();
    let over = i64::from(whole) - minutes_of_session;
    if over <= 0 {
        return Vec::new();
    }
    let message = format!("日程共{whole}分钟，超出结束时间{over}分钟，请缩短日程或改晚结束时间");
    vec![Missing::new("agenda", message, "N05")]
}

/// Items of a first draft: what each weighs beside the others, its module, and the way it is usually taught.
const DRAFT: [(u32, Option<Module>, Method); 8] = [
    (6, Some(Module::Regulation), Method::Lecture),
    (4, Some(Module::Incentives), Method::Lecture),
    (4, Some(Module::Impact), Method::Topic),
    (5, Some(Module::Procedure), Method::Topic),
    (5, None, Method::Matching),
    (2, None, Method::Consulting),
    (2, Some(Module::Commitment), Method::Lecture),
    (4, Some(Module::Exam), Method::Evaluation),
];

/// A first agenda for what was planned: exactly `hours` class hours over the chosen modules and methods, and a
/// break in the middle where `minutes_of_session` leaves room for one. Empty where no module is chosen.
pub fn draft(
    hours: u32,
    minutes_of_session: u32,
    modules: &[Module],
    methods: &[Method],
    lecturer: &str,
) -> Vec<AgendaItem> {
    let wanted = |(_, module, method): &(u32, Option<Module>, Method)| match module {
        Some(module) => modules.contains(module),
        None => methods.contains(method),
    };
    let chosen: Vec<_> = DRAFT.iter().filter(|line| wanted(line)).collect();
    let parts = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    let counted = hours * CLASS_HOUR_MINUTES;
    if modules.is_empty() || counted < parts.saturating_mul(SHORTEST) {
        return Vec::new();
    }
    let weight: u32 = chosen.iter().map(|(weight, ..)| weight).sum();
    let mut items: Vec<AgendaItem> = chosen
        .iter()
        .map(|(share, module, usual)| AgendaItem {
            minutes: (counted * share / weight / GRAIN * GRAIN).max(SHORTEST),
            module: *module,
            method: Some(*usual),
            lecturer: if *module == Some(Module::Regulation) { lecturer.to_owned() } else { String::new() },
            ..AgendaItem::default()
        })
        .collect();
    level(&mut items, counted);
    if minutes_of_session >= counted + BREAK && items.len() > 2 {
        let middle = items.len().div_ceil(2);
        items.insert(middle, AgendaItem { minutes: BREAK, ..AgendaItem::default() });
    }
    items
}

/// Gives what rounding left over to the longest item, or takes it there, so that the sum is exact.
fn level(items: &mut [AgendaItem], counted: u32) {
    loop {
        let sum = counted_minutes(items);
        let Some(longest) = items.iter_mut().max_by_key(|item| item.minutes) else { return };
        if sum <= counted {
            longest.minutes += counted - sum;
            return;
        }
        longest.minutes = longest.minutes.saturating_sub((sum - counted).min(GRAIN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(minutes: u32, module: Option<Module>, method: Option<Method>) -> AgendaItem {
        AgendaItem { minutes, module, method, ..AgendaItem::default() }
    }

    #[test]
    fn breaks_move_the_clock_and_count_for_nothing() {
        let items = [
            item(80, Some(Module::Regulation), Some(Method::Lecture)),
            item(10, None, None),
            item(54, None, Some(Method::Consulting)),
        ];
        assert_eq!(times(810, &items), [(810, 890), (890, 900), (900, 954)]);
        assert_eq!((counted_minutes(&items), class_hours(&items)), (134, 2));
        assert_eq!((clock(810), minutes_of_day("13:30")), ("13:30".to_owned(), Some(810)));
        assert_eq!((minutes_of_day("24:00"), minutes_of_day("x")), (None, None));
    }

    #[test]
    fn a_draft_has_exactly_the_hours_and_everything_that_was_chosen() {
        for hours in 3..=8 {
            for minutes in [hours * CLASS_HOUR_MINUTES, hours * CLASS_HOUR_MINUTES + 30] {
                let items = draft(hours, minutes, Module::ALL, Method::ALL, "示例");
                assert_eq!(
                    (class_hours(&items), counted_minutes(&items)),
                    (hours, hours * CLASS_HOUR_MINUTES)
                );
                assert_eq!((modules(&items), methods(&items)), (Module::ALL.to_vec(), Method::ALL.to_vec()));
                assert!(gaps(&items, i64::from(minutes)).is_empty(), "{hours} {minutes}");
                assert!(items.iter().all(|item| item_faults(item).is_empty()));
            }
        }
        assert_eq!(draft(3, 200, &[], Method::ALL, ""), []);
        let two = draft(3, 135, &[Module::Regulation, Module::Exam], &[], "示例");
        assert_eq!((two.len(), class_hours(&two)), (2, 3));
    }

    #[test]
    fn an_agenda_that_is_too_long_is_not_published_and_a_fault_names_its_field() {
        let items = [item(140, Some(Module::Regulation), Some(Method::Lecture))];
        assert!(gaps(&items, 135)[0].message.contains("超出结束时间5分钟"));
        assert_eq!(gaps(&items, 140), []);
        assert_eq!(gaps(&[], 135)[0].code, "agenda");
        let faults = item_faults(&item(3, Some(Module::Impact), None));
        assert_eq!(faults.iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["minutes", "method"]);
        assert_eq!(item_faults(&item(30, None, Some(Method::Lecture)))[0].0, "module");
    }
}
