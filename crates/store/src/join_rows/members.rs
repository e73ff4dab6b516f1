//! Members of campaigns.

use serde::{Deserialize, Serialize};
use xinxiu_domain::id::EnterpriseId;

use super::{Going, json};
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

#[derive(Debug, Serialize, Deserialize)]
struct MemberRow {
    campaign: i64,
    class: Option<i64>,
    willingness: String,
    joined_at: String,
}

impl Going<'_> {
    /// Each enterprise is counted once in a campaign. Who was called in a class stays in that class.
    pub(super) fn members(&self) -> Result<(), StoreError> {
        let own = members(self.tx, self.joined)?;
        let kept = members(self.tx, self.kept)?;
        for member in own {
            let Some(same) = kept.iter().find(|one| one.campaign == member.campaign) else {
                self.tx.execute(
                    "update member set enterprise_id = $1 where enterprise_id = $2 and campaign_id = $3",
                    params![self.kept, self.joined, member.campaign],
                )?;
                self.note("member", member.campaign, "moved", "")?;
                continue;
            };
            self.tx.execute(
                "delete from member where enterprise_id = $1 and campaign_id = $2",
                params![self.joined, member.campaign],
            )?;
            self.note("member", member.campaign, "removed", &json(&member))?;
            let class = member.class.filter(|class| Some(*class) != same.class);
            let takes_class = match class {
                Some(class) => same.class.is_none() || is_called(self.tx, self.kept, class)?,
                None => false,
            };
            let willing = same.willingness == "undecided" && member.willingness != "undecided";
            if takes_class || willing {
                self.note("member", member.campaign, "changed", &json(same))?;
                self.tx.execute(
                    "update member set plan_item_id = $1, willingness = $2 where enterprise_id = $3 and campaign_id = $4",
                    params![
                        if takes_class { class } else { same.class },
                        if willing { &member.willingness } else { &same.willingness },
                        self.kept,
                        member.campaign
                    ],
                )?;
            }
        }
        Ok(())
    }

    /// Each gets its places back.
    pub(super) fn members_back(&self) -> Result<(), StoreError> {
        self.tx.execute(
            &format!(
                "update member set enterprise_id = {} where enterprise_id = {} and campaign_id in {}",
                self.joined,
                self.kept,
                self.over("member")
            ),
            &[],
        )?;
        for (_, member) in self.noted::<MemberRow>("member", "removed")? {
            self.tx.execute(
                "insert into member (campaign_id, enterprise_id, plan_item_id, willingness, joined_at) \
                 values ($1, $2, $3, $4, $5)",
                params![member.campaign, self.joined, member.class, member.willingness, member.joined_at],
            )?;
        }
        for (_, member) in self.noted::<MemberRow>("member", "changed")? {
            self.tx.execute(
                "update member set plan_item_id = $1, willingness = $2 where enterprise_id = $3 and campaign_id = $4",
                params![member.class, member.willingness, self.kept, member.campaign],
            )?;
        }
        Ok(())
    }
}

fn members(tx: &Tx<'_>, of: EnterpriseId) -> Result<Vec<MemberRow>, StoreError> {
    tx.query(
        "select campaign_id, plan_item_id, willingness, joined_at from member where enterprise_id = $1",
        params![of],
        |row| {
            Ok(MemberRow {
                campaign: row.get("campaign_id")?,
                class: row.get("plan_item_id")?,
                willingness: row.get("willingness")?,
                joined_at: row.get("joined_at")?,
            })
        },
    )
}

fn is_called(tx: &Tx<'_>, of: EnterpriseId, class: i64) -> Result<bool, StoreError> {
    let called = tx.number(
        "select count(*) from attendance a join session s on s.id = a.session_id \
         where a.enterprise_id = $1 and s.plan_item_id = $2",
        params![of, class],
    )?;
    Ok(called > 0)
}
