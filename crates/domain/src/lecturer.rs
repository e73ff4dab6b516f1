//! The pool of lecturers (师资库, N09, N17): recommended by an agency or county, approved by the city office.

use crate::missing::Missing;
use crate::session::Module;

state_machine! {
    /// Where a lecturer stands.
    states LecturerState of "讲师" {
        Proposed = "proposed", "待批准";
        Approved = "approved", "已批准";
        Refused = "refused", "未批准";
        Withdrawn = "withdrawn", "已撤销";
    }
    /// What happens to a lecturer in the pool.
    actions LecturerAction {
        Approve = "approve", "批准": Proposed | Withdrawn => Approved;
        Refuse = "refuse", "不批准": Proposed => Refused;
        Withdraw = "withdraw", "撤销批准": Approved => Withdrawn;
        Change = "change", "修改后重新报批": Proposed | Approved | Refused | Withdrawn => Proposed;
    }
}

/// What is wrong with the particulars of a lecturer; the code names the field.
pub fn faults(
    name: &str,
    office: &str,
    found_by: &str,
    modules: &[Module],
) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    if name.is_empty() {
        faults.push(("name", "请填写讲师姓名"));
    }
    if office.is_empty() {
        faults.push(("office", "请填写讲师的单位和职务"));
    }
    if found_by.is_empty() {
        faults.push(("found_by", "请写明怎样推选的，例如「市信用办推荐」「公开征集」"));
    }
    if modules.is_empty() {
        faults.push(("modules", "请至少选择一个可以讲授的模块"));
    }
    faults
}

/// Whoever is named in an item of an agenda, as far as publication looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// Name; empty where nobody is named.
    pub name: &'a str,
    /// What the item is called.
    pub item: &'a str,
    /// What is taught.
    pub module: Option<Module>,
    /// Whether it is the deputy head of the local credit authority, who teaches module 1 by office (N09).
    pub by_office: bool,
    /// State and modules in the pool; none for somebody who is not in it.
    pub pool: Option<(LecturerState, &'a [Module])>,
}

/// What keeps somebody from teaching in a published session: only those whom the city office has approved for the
/// module may (N17).
pub fn gap(named: Named<'_>) -> Option<Missing> {
    if named.name.is_empty() || named.by_office {
        return None;
    }
    let Named { name, item, .. } = named;
    let message = match named.pool {
        None => format!("「{item}」的讲师{name}不在师资库中，请从师资库选择，或先报市信用办批准"),
        Some((state, _)) if state != LecturerState::Approved => {
            format!("「{item}」的讲师{name}{state}，请换一位已批准的讲师")
        }
        Some((_, modules)) => {
            let module = named.module.filter(|module| !modules.contains(module))?;
            format!("讲师{name}没有获批讲授「{module}」，请换一位讲师，或重新报批")
        }
    };
    Some(Missing::new("lecturer_pool", message, "N17"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn named(pool: Option<(LecturerState, &'static [Module])>) -> Named<'static> {
        Named { name: "甲", item: "案例", module: Some(Module::Impact), by_office: false, pool }
    }

    #[test]
    fn only_the_approved_teach_and_only_their_modules() {
        assert!(gap(named(None)).is_some_and(|gap| gap.message.contains("不在师资库中")));
        let of = |state, modules| gap(named(Some((state, modules)))).map(|gap| gap.message);
        assert_eq!(of(LecturerState::Approved, Module::ALL), None);
        assert!(of(LecturerState::Approved, &[Module::Exam]).is_some_and(|text| text.contains("没有获批")));
        assert!(of(LecturerState::Withdrawn, Module::ALL).is_some_and(|text| text.contains("已撤销")));
        assert_eq!(gap(Named { by_office: true, ..named(None) }), None);
        assert_eq!(gap(Named { name: "", ..named(None) }), None);
    }
}
