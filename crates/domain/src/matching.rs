//! Slots of on-site matching (现场对接, N06, N14): each enterprise meets every authority that penalised it, one after
//! the other, and no table has two at once.
//!
//! Every meeting lasts one slot, so this is the colouring of the edges of a bipartite graph, enterprises on one side and
//! tables on the other, with slots as colours. It succeeds whenever nobody has more meetings than there are slots.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{AttendanceId, OrgId};

/// A meeting that is wanted: an enterprise, by its seat in the session, and an authority.
pub type Wish = (AttendanceId, OrgId);

/// A meeting with its time and table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meeting {
    /// The enterprise.
    pub seat: AttendanceId,
    /// The authority.
    pub authority: OrgId,
    /// Table of the authority, from 1.
    pub table: u32,
    /// Slot, from 0.
    pub slot: usize,
}

coded! {
    /// Why a meeting has no slot.
    pub enum NoSlot {
        OwnTime = "own_time", "企业要对接的部门比时段多，请延长现场对接或缩短每段时间";
        Tables = "tables", "该部门的桌位和时段已满，请增加桌位、延长现场对接或缩短每段时间";
        NoneInCommon = "none_in_common", "企业和该部门的桌位没有同时空闲的时段，请调整已排的时段或重新编排";
    }
}

/// What came of planning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Meetings that were placed, by slot.
    pub meetings: Vec<Meeting>,
    /// Meetings that were not, and why.
    pub open: Vec<(Wish, NoSlot)>,
}

/// The tables of one authority.
type Table = (OrgId, u32);

/// Who is busy when: for each enterprise and each table, the other side by slot.
#[derive(Default)]
struct Book {
    seats: BTreeMap<(AttendanceId, usize), Table>,
    tables: BTreeMap<(Table, usize), AttendanceId>,
}

impl Book {
    fn put(&mut self, seat: AttendanceId, table: Table, slot: usize) {
        self.seats.insert((seat, slot), table);
        self.tables.insert((table, slot), seat);
    }

    fn seat_is_free(&self, seat: AttendanceId, slot: usize) -> bool {
        !self.seats.contains_key(&(seat, slot))
    }

    fn table_is_free(&self, table: Table, slot: usize) -> bool {
        !self.tables.contains_key(&(table, slot))
    }

    /// The meetings on the path that leaves a table in slot `first`, then goes on from the enterprise in `second`, and
    /// so on: exchanging both slots along it leaves everybody with one meeting at a time.
    fn path(&self, from: Table, first: usize, second: usize) -> Vec<(AttendanceId, Table, usize)> {
        let (mut path, mut table) = (Vec::new(), from);
        while let Some(seat) = self.tables.get(&(table, first)) {
            path.push((*seat, table, first));
            let Some(next) = self.seats.get(&(*seat, second)) else { break };
            path.push((*seat, *next, second));
            table = *next;
        }
        path
    }

    /// Frees a slot of a table that the enterprise has free, by exchanging two slots along a path.
    fn exchange(&mut self, table: Table, first: usize, second: usize) {
        let path = self.path(table, first, second);
        for (seat, table, slot) in &path {
            self.seats.remove(&(*seat, *slot));
            self.tables.remove(&(*table, *slot));
        }
        for (seat, table, slot) in path {
            self.put(seat, table, if slot == first { second } else { first });
        }
    }
}

/// Places meetings into `slots` slots, with at most `tables` tables for one authority. `fixed` meetings stay where they
/// are; without any, everything is placed that the numbers allow.
pub fn plan(fixed: &[Meeting], wishes: &[Wish], slots: usize, tables: u32) -> Plan {
    let mut book = Book::default();
    for one in fixed {
        book.put(one.seat, (one.authority, one.table), one.slot);
    }
    let known: BTreeSet<Wish> = fixed.iter().map(|one| (one.seat, one.authority)).collect();
    let wishes: BTreeSet<Wish> = wishes.iter().filter(|wish| !known.contains(wish)).copied().collect();
    let (mut by_seat, mut by_authority) = (BTreeMap::new(), BTreeMap::new());
    for (seat, authority) in &known {
        *by_seat.entry(*seat).or_insert(0_usize) += 1;
        *by_authority.entry(*authority).or_insert(0_usize) += 1;
    }
    let room = slots.saturating_mul(tables as usize);
    let (mut open, mut taken) = (Vec::new(), Vec::new());
    for wish in wishes {
        let of_seat = by_seat.entry(wish.0).or_default();
        let of_authority = by_authority.entry(wish.1).or_default();
        if *of_seat >= slots {
            open.push((wish, NoSlot::OwnTime));
        } else if *of_authority >= room {
            open.push((wish, NoSlot::Tables));
        } else {
            (*of_seat, *of_authority) = (*of_seat + 1, *of_authority + 1);
            taken.push(wish);
        }
    }
    let mut placed: BTreeMap<OrgId, usize> = BTreeMap::new();
    for (seat, authority) in taken {
        let of_authority = by_authority[&authority];
        let needed =
            u32::try_from(of_authority.div_ceil(slots.max(1))).unwrap_or(tables).clamp(1, tables.max(1));
        let done = placed.entry(authority).or_default();
        // Table after table, so that the first ones are full before another is opened.
        let own = u32::try_from(*done % needed as usize).unwrap_or(0) + 1;
        *done += 1;
        let is_placed = if fixed.is_empty() {
            place(&mut book, seat, (authority, own), slots)
        } else {
            (1..=tables).any(|table| place_beside(&mut book, seat, (authority, table), slots))
        };
        if !is_placed {
            open.push(((seat, authority), NoSlot::NoneInCommon));
        }
    }
    let meeting = |((seat, slot), (authority, table)): ((AttendanceId, usize), Table)| Meeting {
        seat,
        authority,
        table,
        slot,
    };
    let mut meetings: Vec<Meeting> = book.seats.into_iter().map(meeting).collect();
    meetings.sort_unstable_by_key(|one| (one.slot, one.authority, one.table));
    Plan { meetings, open }
}

/// Places a meeting in the first slot that both sides have free.
fn place_beside(book: &mut Book, seat: AttendanceId, table: Table, slots: usize) -> bool {
    let both = (0..slots).find(|slot| book.seat_is_free(seat, *slot) && book.table_is_free(table, *slot));
    if let Some(slot) = both {
        book.put(seat, table, slot);
    }
    both.is_some()
}

/// Places a meeting; where no slot is free on both sides, others make way.
fn place(book: &mut Book, seat: AttendanceId, table: Table, slots: usize) -> bool {
    if place_beside(book, seat, table, slots) {
        return true;
    }
    let of_seat = (0..slots).find(|slot| book.seat_is_free(seat, *slot));
    let of_table = (0..slots).find(|slot| book.table_is_free(table, *slot));
    let Some((first, second)) = of_seat.zip(of_table) else { return false };
    book.exchange(table, first, second);
    book.put(seat, table, first);
    true
}

/// Beginnings of slots of `length` minutes inside windows of time, in minutes after midnight.
pub fn slots(windows: &[(u32, u32)], length: u32) -> Vec<u32> {
    let inside = |(from, to): &(u32, u32)| {
        let count = to.saturating_sub(*from).checked_div(length).unwrap_or(0);
        let from = *from;
        (0..count).map(move |number| from + number * length)
    };
    windows.iter().flat_map(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern, the same in every run.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % end
        }
    }

    fn wishes(dice: &mut Dice, seats: u64, authorities: u64) -> Vec<Wish> {
        let count = dice.below(seats * 2) + 1;
        let number = |value: u64| i64::try_from(value).unwrap();
        (0..count)
            .map(|_| (AttendanceId(number(dice.below(seats))), OrgId(number(dice.below(authorities)))))
            .collect()
    }

    fn no_overlap(plan: &Plan, slots: usize, tables: u32) {
        let seats: BTreeSet<_> = plan.meetings.iter().map(|one| (one.seat, one.slot)).collect();
        let at: BTreeSet<_> = plan.meetings.iter().map(|one| (one.authority, one.table, one.slot)).collect();
        assert_eq!((seats.len(), at.len()), (plan.meetings.len(), plan.meetings.len()));
        assert!(plan.meetings.iter().all(|one| one.slot < slots && (1..=tables).contains(&one.table)));
    }

    #[test]
    fn everything_is_placed_without_overlap_or_it_is_said_why_not() {
        let mut dice = Dice(15);
        for _ in 0..2000 {
            let (seats, authorities) = (dice.below(40) + 1, dice.below(8) + 1);
            let (slots, tables) =
                (usize::try_from(dice.below(8)).unwrap() + 1, u32::try_from(dice.below(4)).unwrap() + 1);
            let wanted = wishes(&mut dice, seats, authorities);
            let plan = plan(&[], &wanted, slots, tables);
            no_overlap(&plan, slots, tables);
            let distinct: BTreeSet<_> = wanted.iter().copied().collect();
            let said: BTreeSet<Wish> = plan
                .meetings
                .iter()
                .map(|one| (one.seat, one.authority))
                .chain(plan.open.iter().map(|(wish, _)| *wish))
                .collect();
            assert_eq!(said, distinct, "nothing is lost");
            assert_eq!(plan.meetings.len() + plan.open.len(), distinct.len(), "nothing is doubled");
            for ((seat, authority), why) in &plan.open {
                let of_seat = plan.meetings.iter().filter(|one| one.seat == *seat).count();
                let of_authority = plan.meetings.iter().filter(|one| one.authority == *authority).count();
                match why {
                    NoSlot::OwnTime => assert_eq!(of_seat, slots),
                    NoSlot::Tables => assert_eq!(of_authority, slots * tables as usize),
                    NoSlot::NoneInCommon => panic!("without fixed meetings others make way"),
                }
            }
        }
    }

    #[test]
    fn what_is_fixed_stays_and_more_is_placed_beside_it() {
        let mut dice = Dice(7);
        for _ in 0..500 {
            let first = wishes(&mut dice, 20, 4);
            let fixed = plan(&[], &first, 6, 2);
            let more = wishes(&mut dice, 20, 4);
            let both = plan(&fixed.meetings, &more, 6, 2);
            no_overlap(&both, 6, 2);
            assert!(fixed.meetings.iter().all(|one| both.meetings.contains(one)));
        }
    }

    #[test]
    fn a_busy_authority_gets_no_more_tables_than_it_needs() {
        let wanted: Vec<Wish> = (0..9).map(|seat| (AttendanceId(seat), OrgId(1))).collect();
        let planned = plan(&[], &wanted, 4, 5);
        assert_eq!(planned.meetings.iter().map(|one| one.table).max(), Some(3));
        assert_eq!((planned.meetings.len(), planned.open.len()), (9, 0));
        assert_eq!(plan(&[], &wanted, 4, 2).open.len(), 1);
        assert_eq!(plan(&[], &wanted, 0, 2).open.len(), 9);
    }

    #[test]
    fn slots_stay_inside_their_windows() {
        assert_eq!(slots(&[(900, 935), (960, 970)], 10), [900, 910, 920, 960]);
        assert_eq!(slots(&[(900, 935)], 0), []);
    }
}
