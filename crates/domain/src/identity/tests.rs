//! Pairs as lists bring them, with what must be thought of each.

use super::*;
use crate::Uscc;
use crate::id::OrgId;
use crate::penalty::SubjectKind;

const A: &str = "91320613MA1T00013G";
const B: &str = "91320612MA1T00021W";
/// The organisation of `A`, registered in another area.
const A_ELSEWHERE: &str = "91320600MA1T00013";
const NUMBER: &str = "110108000000016";
const OTHER_NUMBER: &str = "32060000012345";

/// A sheet in short: name, code, then `r:` registration number, `c:` county, `l:` legal representative, `a:` address,
/// `n:` another name, `p` for a natural person.
fn sheet(name: &str, code: &str, more: &str) -> Sheet {
    let part = |mark: &str| more.split(' ').find_map(|part| part.strip_prefix(mark)).unwrap_or_default();
    let uscc = match code {
        "" => None,
        body if body.len() == 17 => Some(Uscc::from_body(body).unwrap()),
        whole => Some(Uscc::parse(whole).unwrap()),
    };
    Sheet {
        name: name.into(),
        other_names: more.split(' ').filter_map(|one| one.strip_prefix("n:")).map(str::to_owned).collect(),
        uscc,
        registration_number: part("r:").into(),
        subject: if more.split(' ').any(|one| one == "p") {
            SubjectKind::NaturalPerson
        } else {
            SubjectKind::LegalPerson
        },
        county: part("c:").parse().ok().map(OrgId),
        address: part("a:").into(),
        legal_representative: part("l:").into(),
    }
}

type Side = (&'static str, &'static str, &'static str);
/// Two sides, what they share (`d` a decision, `i` the representative's ID number, `x` ID numbers that differ), and
/// the judgement: `S`ame, `L`ikely, `D`ifferent, `F`orbidden.
type Pair = (Side, Side, &'static str, char);

const PAIRS: &[Pair] = &[
    // Two codes and nothing but the name.
    (("示例食品有限公司", A, ""), ("示例食品有限公司", B, ""), "", 'F'),
    (("示例（南通）食品有限公司", A, ""), ("示例(南通) 食品有限责任公司", B, ""), "", 'F'),
    (("示例食品有限公司", A, "c:1 l:甲 a:路1号"), ("示例食品有限公司", B, "c:1 l:甲 a:路1号"), "", 'F'),
    (("示例食品有限公司", A, "n:示例粮油有限公司"), ("示例粮油有限公司", B, ""), "", 'F'),
    (("示例食品有限公司", A, ""), ("示例食品股份有限公司", B, ""), "", 'F'),
    (("示例食品有限公司", A, ""), ("示例建材有限公司", B, ""), "d", 'D'),
    (("示例食品有限公司", A, ""), ("示例建材有限公司", B, ""), "i", 'D'),
    (("示例鸿达建材公司", A, ""), ("示例宏达建材公司", B, "l:甲"), "d", 'D'),
    // Two codes and better evidence: a person looks, nothing is joined.
    (("示例食品有限公司", A, ""), ("示例食品有限公司", A_ELSEWHERE, ""), "", 'L'),
    (("示例食品有限公司", A, ""), ("示例粮油有限公司", A_ELSEWHERE, "c:1 l:乙"), "d", 'L'),
    (("示例食品有限公司", A, ""), ("示例食品有限公司", B, ""), "d", 'L'),
    (("示例食品有限公司", A, ""), ("示例食品有限公司", B, ""), "i", 'L'),
    (("示例食品有限公司", A, "r:110108000000016"), ("示例食品有限公司", B, "r:110108000000016"), "", 'L'),
    // A number that is wrong in its check digit is no evidence.
    (("示例食品有限公司", A, "r:110108000000017"), ("示例食品有限公司", B, "r:110108000000017"), "", 'F'),
    // Sure: an official number and the name, or the name and a decision or person, with nothing against it.
    (
        ("示例食品有限公司", A, "r:110108000000016"),
        ("示例食品有限责任公司", "", "r:110108000000016"),
        "",
        'S',
    ),
    (
        ("示例食品有限公司", A, "n:示例粮油有限公司 r:110108000000016"),
        ("示例粮油有限公司", "", "r:110108000000016"),
        "",
        'S',
    ),
    (("示例食品有限公司", A, ""), ("示例食品有限公司", "", ""), "d", 'S'),
    (("示例食品有限公司", A, ""), ("示例食品有限公司", "", ""), "i", 'S'),
    (("示例（南通）食品有限公司", "", "c:1"), ("示例(南通)食品有限公司", "", "c:1"), "d", 'S'),
    (("示例〔南通〕食品有限公司", "", ""), ("示例【南通】食品有限公司", "", ""), "d", 'S'),
    (("ＡＢＣ示例有限公司", A, ""), ("abc示例有限公司", "", ""), "d", 'S'),
    // Sure but for one thing that speaks against it.
    (("示例食品有限公司", A, "c:1"), ("示例食品有限公司", "", "c:2"), "d", 'L'),
    (("示例食品有限公司", A, "l:甲"), ("示例食品有限公司", "", "l:乙"), "d", 'L'),
    (("示例食品有限公司", A, ""), ("示例食品有限公司", "", ""), "dx", 'L'),
    (("示例食品有限公司", A, "r:110108000000016"), ("示例食品有限公司", "", "r:OTHER"), "d", 'L'),
    (("示例食品有限公司", A, "r:110108000000016"), ("示例建材有限公司", "", "r:110108000000016"), "", 'L'),
    // The name, and one of them without a code.
    (("示例食品有限公司", A, ""), ("示例食品有限公司", "", ""), "", 'L'),
    (("示例食品有限公司", A, "c:1"), ("示例食品有限公司", "", "c:1"), "", 'L'),
    (("示例食品有限公司", "", "c:1"), ("示例食品有限公司", "", "c:2 a:路1号"), "", 'D'),
    (("示例食品有限公司", "", "c:1 a:路1号"), ("示例食品有限公司", "", "c:2 a:路1号"), "", 'L'),
    (("示例食品有限公司", "", "c:1 l:甲"), ("示例食品有限公司", "", "c:2 l:乙"), "", 'D'),
    (("示例食品有限公司", "", "r:110108000000016"), ("示例食品有限公司", "", "r:OTHER"), "", 'D'),
    (("示例食品有限公司", A, "n:示例粮油有限公司"), ("示例粮油有限公司", "", ""), "", 'L'),
    (("南通市海门区示例建材有限公司", A, ""), ("南通海门示例建材有限公司", "", ""), "", 'L'),
    (("示例（集团）有限公司", A, ""), ("示例集团有限公司", "", ""), "", 'L'),
    (("示例·三和事务所（普通合伙）", A, ""), ("示例三和事务所", "", "c:1"), "", 'L'),
    (("示例食品有限公司", A, "c:1"), ("示例食品股份有限公司", "", "c:1"), "", 'L'),
    (("示例食品商行", "", "c:1"), ("示例食品商行有限公司", "", "c:2"), "", 'D'),
    // One letter.
    (("示例鸿达建材公司", A, ""), ("示例宏达建材公司", "", ""), "", 'D'),
    (("示例鸿达建材公司", A, "c:1 l:甲"), ("示例宏达建材公司", "", "c:1 l:甲"), "", 'L'),
    (("示例鸿达建材公司", A, ""), ("示例宏达建材公司", "", ""), "d", 'L'),
    (("示例鸿达建材公司", A, ""), ("示例宏大建材公司", "", ""), "d", 'D'),
    // A branch is never the head office, nor another branch.
    (("示例医药有限公司", A, "c:1 l:甲"), ("示例医药有限公司海门分公司", "", "c:1 l:甲"), "di", 'D'),
    (
        ("示例医药有限公司", A, "n:示例医药有限公司海门分公司"),
        ("示例医药有限公司海门分公司", "", ""),
        "d",
        'D',
    ),
    (("示例医药有限公司海门分公司", A, ""), ("示例医药有限公司启东分公司", "", ""), "", 'D'),
    (("示例医药有限公司海门分公司", A, ""), ("示例医药有限责任公司海门分公司", "", ""), "", 'L'),
    (("示例石油有限公司", A, ""), ("示例石油有限公司第三加油站", "", ""), "d", 'D'),
    // Persons share names; decisions name several.
    (("示例甲", "", "p"), ("示例甲", "", "p"), "d", 'D'),
    (("示例甲", "", "p"), ("示例甲", A, ""), "di", 'D'),
    (("示例食品有限公司", A, ""), ("示例建材有限公司", "", ""), "d", 'D'),
    (("示例食品有限公司", "", "a:路1号 l:甲"), ("示例建材有限公司", "", "a:路1号 l:甲"), "", 'D'),
    // The same code is the same enterprise.
    (("示例食品有限公司", A, "c:1"), ("示例食品有限公司", A, "c:1"), "", 'S'),
];

fn filled(side: &Side) -> Sheet {
    let other = crate::RegistrationNumber::from_body(OTHER_NUMBER).unwrap();
    sheet(side.0, side.1, &side.2.replace("OTHER", other.as_str()))
}

#[test]
fn each_pair_is_judged_as_a_careful_clerk_would_whichever_stands_first() {
    assert!(PAIRS.len() >= 40 && crate::RegistrationNumber::parse(NUMBER).is_ok());
    for (one, other, shared, wanted) in PAIRS {
        let both = Shared {
            decisions: usize::from(shared.contains('d')),
            same_representative_id: match (shared.contains('i'), shared.contains('x')) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            },
        };
        let (one, other) = (filled(one), filled(other));
        for (a, b) in [(&one, &other), (&other, &one)] {
            let opinion = compare(a, b, &both);
            let found = match opinion.judgement {
                Judgement::Same => 'S',
                Judgement::Likely(_) => 'L',
                Judgement::Different => 'D',
                Judgement::Forbidden => 'F',
            };
            assert_eq!(found, *wanted, "{} {:?} | {} {:?} | {opinion:?}", a.name, a.uscc, b.name, b.uscc);
        }
    }
}

/// Whatever else two sheets say: with two codes that differ nothing is ever sure, and without evidence beside the
/// name nothing is even likely.
#[test]
fn two_codes_that_differ_are_never_joined_by_anything_of_a_name() {
    let names = ["示例食品有限公司", "示例（食品）有限责任公司", "示例食品股份有限公司", "示例食口有限公司"];
    let more = ["", "c:1", "l:甲", "a:路1号", "c:1 l:甲 a:路1号", "n:示例食品有限公司", "r:110108000000017"];
    for (x, y) in names.iter().flat_map(|x| names.iter().map(move |y| (x, y))) {
        for (m, n) in more.iter().flat_map(|m| more.iter().map(move |n| (m, n))) {
            let opinion = compare(&sheet(x, A, m), &sheet(y, B, n), &Shared::default());
            assert!(
                matches!(opinion.judgement, Judgement::Different | Judgement::Forbidden),
                "{x} {m} | {y} {n}: {opinion:?}"
            );
        }
    }
}
