//! Accounts of organisations' staff (账号).

state_machine! {
    /// Whether a person may sign in.
    states AccountState of "账号" {
        Active = "active", "启用";
        Suspended = "suspended", "停用";
    }
    /// What the city office or the system administrator does to an account.
    actions AccountAction {
        Suspend = "suspend", "停用": Active => Suspended;
        Resume = "resume", "恢复": Suspended => Active;
    }
}
