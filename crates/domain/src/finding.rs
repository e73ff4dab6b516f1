//! Who says what of an enterprise's dishonesty (N02).

use crate::actor::Role;

coded! {
    /// The party whose word a finding is.
    pub enum Party {
        Enterprise = "enterprise", "企业自述";
        Authority = "authority", "认定部门";
        County = "county", "属地信用办";
        Agency = "agency", "服务机构";
    }
}

impl Party {
    /// The party for which a role speaks; `None` for roles that do not.
    pub const fn of_role(role: Role) -> Option<Self> {
        match role {
            Role::Enterprise => Some(Self::Enterprise),
            Role::Authority => Some(Self::Authority),
            Role::CountyOffice => Some(Self::County),
            Role::Agency => Some(Self::Agency),
            Role::CityOffice | Role::CreditCenter | Role::Window | Role::Administrator => None,
        }
    }
}
