//! A proposed session (场次建议, N07): who would sit together, in which order, in which hall.

use std::collections::BTreeMap;

use crate::analysis::Likelihood;
use crate::attendance::Willingness;
use crate::id::EnterpriseId;

state_machine! {
    /// Where a proposal stands.
    states ProposalState of "场次建议" {
        Proposed = "proposed", "待处理";
        Accepted = "accepted", "已采纳";
        Rejected = "rejected", "已退回";
        Withdrawn = "withdrawn", "已撤回";
    }
    /// What its organiser, or whoever drew it up, does with it.
    actions ProposalAction {
        Edit = "edit", "修改": Proposed => Proposed;
        Accept = "accept", "采纳": Proposed => Accepted;
        Reject = "reject", "退回": Proposed => Rejected;
        Withdraw = "withdraw", "撤回": Proposed => Withdrawn;
    }
}

coded! {
    /// What keeps enterprises together in one session (N07).
    pub enum Grouping {
        Township = "township", "按乡镇（街道）";
        Industry = "industry", "按行业";
    }
}

/// An enterprise that might be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Township or industry.
    pub cluster: String,
    /// How likely it repairs.
    pub likelihood: Likelihood,
    /// Whether it wants to.
    pub willingness: Willingness,
}

impl Candidate {
    /// The lower, the sooner: likely and willing first, the unwilling last.
    pub const fn rank(&self) -> (u8, u8) {
        let likely = match self.likelihood {
            Likelihood::High => 0,
            Likelihood::Fair => 1,
            Likelihood::Low => 2,
            Likelihood::Barred => 4,
        };
        let willing = match self.willingness {
            Willingness::Willing => 0,
            Willingness::Undecided => 1,
            Willingness::Unwilling => 3,
        };
        (likely + willing, likely)
    }
}

/// Enterprises that sit together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gathering {
    /// Townships or industries, the largest first.
    pub clusters: Vec<String>,
    /// Members, likely and willing first.
    pub members: Vec<Candidate>,
}

/// Puts together at most `quota` enterprises in halls of `capacity` seats. Whoever has nothing to repair is left
/// out; a township or industry stays together as far as the hall allows, small ones share a hall; the session
/// with the most likely repairs comes first.
pub fn gather(mut candidates: Vec<Candidate>, quota: usize, capacity: usize) -> Vec<Gathering> {
    if capacity == 0 {
        return Vec::new();
    }
    candidates.retain(|one| one.likelihood != Likelihood::Barred);
    candidates.sort_by_key(|one| (one.rank(), one.enterprise));
    candidates.truncate(quota);
    let mut clusters: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    for one in candidates {
        clusters.entry(one.cluster.clone()).or_default().push(one);
    }
    let mut sorted: Vec<(String, Vec<Candidate>)> = clusters.into_iter().collect();
    sorted.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    let mut gatherings: Vec<Gathering> = Vec::new();
    for (name, members) in sorted {
        for part in members.chunks(capacity) {
            let room = |one: &&mut Gathering| one.members.len() + part.len() <= capacity;
            if let Some(shared) = gatherings.iter_mut().find(room) {
                shared.add(&name, part);
            } else {
                let mut new = Gathering::default();
                new.add(&name, part);
                gatherings.push(new);
            }
        }
    }
    for one in &mut gatherings {
        one.members.sort_by_key(|member| (member.rank(), member.enterprise));
    }
    gatherings.sort_by_key(|one| std::cmp::Reverse(one.likely()));
    gatherings
}

impl Gathering {
    fn add(&mut self, cluster: &str, members: &[Candidate]) {
        if !self.clusters.iter().any(|known| known == cluster) {
            self.clusters.push(cluster.to_owned());
        }
        self.members.extend_from_slice(members);
    }

    /// How many members very likely repair.
    pub fn likely(&self) -> usize {
        self.members.iter().filter(|one| one.likelihood == Likelihood::High).count()
    }

    /// How many members want to.
    pub fn willing(&self) -> usize {
        self.members.iter().filter(|one| one.willingness == Willingness::Willing).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: i64, cluster: &str, likelihood: Likelihood, willingness: Willingness) -> Candidate {
        Candidate { enterprise: EnterpriseId(id), cluster: cluster.into(), likelihood, willingness }
    }

    fn ids(gathering: &Gathering) -> Vec<i64> {
        gathering.members.iter().map(|one| one.enterprise.0).collect()
    }

    #[test]
    fn likely_and_willing_come_first_and_who_has_nothing_to_repair_not_at_all() {
        let found = gather(
            vec![
                one(1, "甲镇", Likelihood::Barred, Willingness::Willing),
                one(2, "甲镇", Likelihood::High, Willingness::Unwilling),
                one(3, "甲镇", Likelihood::Fair, Willingness::Willing),
                one(4, "甲镇", Likelihood::High, Willingness::Willing),
                one(5, "甲镇", Likelihood::Low, Willingness::Undecided),
            ],
            3,
            10,
        );
        assert_eq!(found.len(), 1);
        assert_eq!(ids(&found[0]), [4, 3, 2]);
        assert_eq!((found[0].likely(), found[0].willing()), (2, 2));
    }

    #[test]
    fn a_township_stays_together_and_small_ones_share_a_hall() {
        let mut all: Vec<_> =
            (0..7).map(|n| one(n, "大镇", Likelihood::Fair, Willingness::Willing)).collect();
        all.extend((10..12).map(|n| one(n, "小镇", Likelihood::High, Willingness::Willing)));
        all.extend((20..22).map(|n| one(n, "丙镇", Likelihood::Fair, Willingness::Willing)));
        let found = gather(all, 100, 5);
        assert!(found.iter().all(|one| one.members.len() <= 5));
        assert_eq!(found.iter().map(|one| one.members.len()).sum::<usize>(), 11);
        // The hall with the most likely repairs is first, and the small township was not torn.
        assert_eq!(found[0].likely(), 2);
        let small: Vec<_> =
            found.iter().filter(|one| one.clusters.iter().any(|name| name == "小镇")).collect();
        assert_eq!(small.len(), 1);
    }

    #[test]
    fn no_hall_and_no_quota_give_no_session() {
        let all = vec![one(1, "甲镇", Likelihood::High, Willingness::Willing)];
        assert_eq!(gather(all.clone(), 10, 0), []);
        assert_eq!(gather(all, 0, 10), []);
    }
}
