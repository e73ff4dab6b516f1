//! What the columns of an unknown header may mean, by their words and by what stands below them. Suggestions
//! for a person to confirm; nothing is read by them.

use xinxiu_domain::Uscc;

use crate::aliases::{ALIASES, field_of, normal};
use crate::dates::{DateSystem, parse_date};
use crate::field::Field;
use crate::money::{MoneyUnit, parse_money};

/// Certainties, of 1000: the alias table, and the look of the values.
const KNOWN: u32 = 1000;
const BY_VALUES: u32 = 450;
/// Words that resemble an alias less than this mean nothing.
const RESEMBLES: u32 = 500;

/// The field that an unknown header most likely means, with how much it resembles one of its aliases, of 1000.
fn by_words(header: &str) -> Option<(Field, u32)> {
    let wanted = normal(header);
    let mut best: Option<(Field, u32)> = None;
    for (alias, field) in ALIASES.iter() {
        let score = resemblance(&wanted, alias);
        let wins = best.is_none_or(|(by, known)| score > known || (score == known && *field < by));
        if score >= RESEMBLES && wins {
            best = Some((*field, score));
        }
    }
    best
}

/// How much two headers resemble each other by their pairs of characters, of 1000.
fn resemblance(one: &str, other: &str) -> u32 {
    let (pairs, others) = (one.chars().count().saturating_sub(1), other.chars().count().saturating_sub(1));
    if pairs == 0 || others == 0 {
        return if one == other { KNOWN } else { 0 };
    }
    let dice = strsim::sorensen_dice(one, other);
    // The library counts pairs by characters and divides by bytes, of which a Chinese character has three.
    let bytes =
        if one == other { 1.0 } else { precise(one.len() + other.len() - 2) / precise(pairs + others) };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
    let score = (dice * bytes * 1000.0).round() as u32;
    score
}

fn precise(length: usize) -> f64 {
    u32::try_from(length).map_or(f64::MAX, f64::from)
}

/// The field that an unknown header most likely means: half of its pairs of characters at least are those of
/// an alias.
pub fn suggest(header: &str) -> Option<Field> {
    by_words(header).map(|(field, _)| field)
}

type Looks = fn(&str) -> bool;

/// What values look like, where most of them look so.
fn by_values(samples: &[String]) -> Option<Field> {
    let filled: Vec<&str> = samples.iter().map(|sample| sample.trim()).filter(|s| !s.is_empty()).collect();
    let most = |looks: Looks| {
        let matching = filled.iter().filter(|sample| looks(sample)).count();
        matching > 0 && matching * 2 > filled.len()
    };
    let looks: [(Looks, Field); 9] = [
        (is_code, Field::Uscc),
        (is_id_number, Field::LegalRepId),
        (is_mobile, Field::Phone),
        (is_decision, Field::DecisionNumber),
        (is_date, Field::DecisionDate),
        (is_amount, Field::Fine),
        (is_authority, Field::Authority),
        (is_enterprise, Field::Name),
        (is_kind, Field::Kinds),
    ];
    looks.into_iter().find(|(looks, _)| most(*looks)).map(|(_, field)| field)
}

fn is_code(text: &str) -> bool {
    text.len() == 18 && Uscc::parse(text).is_ok()
}

fn is_id_number(text: &str) -> bool {
    text.len() == 18
        && text.bytes().take(17).all(|b| b.is_ascii_digit())
        && text.get(6..8).is_some_and(|century| matches!(century, "19" | "20"))
}

fn is_mobile(text: &str) -> bool {
    text.len() == 11 && text.starts_with('1') && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_decision(text: &str) -> bool {
    let has_digit = text.chars().any(|c| c.is_ascii_digit());
    has_digit && text.ends_with('号') && text.contains(['罚', '字', '〔', '[', '［', '(', '（', '﹝'])
}

fn is_date(text: &str) -> bool {
    // A bare number may be anything.
    text.contains(['-', '/', '.', '年']) && parse_date(text, DateSystem::From1900).is_some()
}

fn is_amount(text: &str) -> bool {
    text.ends_with('元') && parse_money(text, MoneyUnit::Yuan).is_some()
}

fn is_authority(text: &str) -> bool {
    text.ends_with(['局', '委', '办', '队']) || text.ends_with("政府")
}

fn is_enterprise(text: &str) -> bool {
    ["公司", "厂", "合作社", "商行", "商店", "经营部", "中心", "饭店", "超市", "门市部"]
        .iter()
        .any(|end| text.ends_with(end))
}

fn is_kind(text: &str) -> bool {
    text.chars().count() <= 20
        && ["警告", "罚款", "没收", "吊销", "暂扣", "责令"].iter().any(|word| text.starts_with(word))
}

/// A field for each column, where one is likely; no field twice, the most certain column has it.
pub(crate) fn suggest_all(columns: &[(&str, &[String])]) -> Vec<Option<Field>> {
    let mut likely: Vec<(u32, usize, Field)> = Vec::new();
    for (column, (header, samples)) in columns.iter().enumerate() {
        if let Some(field) = field_of(header) {
            likely.push((KNOWN, column, field));
        } else {
            likely.extend(by_words(header).map(|(field, score)| (score.min(KNOWN - 1), column, field)));
            likely.extend(by_values(samples).map(|field| (BY_VALUES, column, field)));
        }
    }
    likely.sort_by_key(|(score, column, _)| (std::cmp::Reverse(*score), *column));
    let mut fields = vec![None; columns.len()];
    for (_, column, field) in likely {
        if fields[column].is_none() && !fields.contains(&Some(field)) {
            fields[column] = Some(field);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_header_gets_a_likely_field() {
        assert_eq!(suggest("被处罚主体名称全称"), Some(Field::Name));
        assert_eq!(suggest("行政处罚的决定日期"), Some(Field::DecisionDate));
        assert_eq!(suggest("甲列"), None);
    }

    #[test]
    fn headers_resemble_by_their_characters() {
        assert_eq!(resemblance("处罚日期", "处罚日期"), 1000);
        assert_eq!(resemblance("处罚日", "处罚期"), 500, "one pair of two");
        assert_eq!(resemblance("NIGHT", "NACHT"), 250);
        assert_eq!(resemblance("甲", "甲乙"), 0);
    }

    #[test]
    fn values_tell_what_words_do_not() {
        let samples = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
        let columns = [
            ("甲", samples(&["示例一（虚构）有限公司", "示例二（虚构）厂"])),
            ("乙", samples(&["91320613MA1T00013G", "91320612MA1T00021W"])),
            ("丙", samples(&["通环罚字〔2022〕12号", "通环罚[2022]13号"])),
            ("丁", samples(&["2022-01-05", "2022年3月1日"])),
            ("戊", samples(&["南通市生态环境局"])),
            ("己", samples(&["2000元", "1.5万元"])),
            ("庚", samples(&["1", "2"])),
            ("辛", samples(&["10000000001"])),
            ("壬", samples(&["2021-01-05"])),
        ];
        let columns: Vec<(&str, &[String])> = columns.iter().map(|(h, s)| (*h, s.as_slice())).collect();
        let fields = suggest_all(&columns);
        assert_eq!(
            fields,
            [
                Some(Field::Name),
                Some(Field::Uscc),
                Some(Field::DecisionNumber),
                Some(Field::DecisionDate),
                Some(Field::Authority),
                Some(Field::Fine),
                None,
                Some(Field::Phone),
                None
            ],
            "no field is suggested twice"
        );
    }
}
