//! Who acts, what each role may do, and on whose records (N13). Denied unless granted here.

use serde::Serialize;

use crate::id::{AccountId, EnterpriseId, OrgId};

coded! {
    /// Role of a person, from the notice's table of organisations.
    pub enum Role {
        CityOffice = "city_office", "市信用办";
        CreditCenter = "credit_center", "市信用中心";
        Window = "window", "服务窗口";
        CountyOffice = "county_office", "属地信用办";
        Authority = "authority", "认定部门";
        Agency = "agency", "服务机构";
        Enterprise = "enterprise", "企业";
        Administrator = "administrator", "系统管理员";
    }
}

coded! {
    /// Kind of an organisation; it decides which roles its staff may hold.
    pub enum OrganisationKind {
        CityOffice = "city_office", "市信用办";
        CreditCenter = "credit_center", "市公共信用信息中心";
        CountyOffice = "county_office", "县（市、区）信用办";
        ParkCommittee = "park_committee", "园区管委会经发局";
        Authority = "authority", "失信认定部门";
        Agency = "agency", "信用服务机构";
        Platform = "platform", "平台运维";
    }
}

impl OrganisationKind {
    /// Roles that staff of such an organisation may hold.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::CityOffice => &[Role::CityOffice],
            Self::CreditCenter => &[Role::CreditCenter, Role::Window],
            Self::CountyOffice | Self::ParkCommittee => &[Role::CountyOffice],
            Self::Authority => &[Role::Authority],
            Self::Agency => &[Role::Agency],
            Self::Platform => &[Role::Administrator],
        }
    }
}

coded! {
    /// On whose records an action is granted.
    pub enum Scope {
        All = "all", "全部";
        County = "county", "本地区";
        Authority = "authority", "本部门认定";
        Agency = "agency", "本机构承办";
        Organiser = "organiser", "本单位组织";
        Own = "own", "本企业";
    }
}

/// Declares the actions and, beside each, every role that has it and on whose records.
macro_rules! actions {
    ($($variant:ident = $code:literal, $label:literal, $basis:literal: $($role:ident $scope:ident),+;)+) => {
        coded! {
            /// One thing that a person can do or see.
            pub enum Action { $($variant = $code, $label;)+ }
        }

        impl Action {
            /// Requirements that the action serves.
            pub const fn basis(self) -> &'static str {
                match self { $(Self::$variant => $basis,)+ }
            }

            /// Roles that have the action, and on whose records.
            pub const fn grants(self) -> &'static [(Role, Scope)] {
                match self { $(Self::$variant => &[$((Role::$role, Scope::$scope)),+],)+ }
            }
        }
    };
}

actions! {
    ManageAccounts = "manage_accounts", "管理单位和账号", "N13": CityOffice All, Administrator All;
    EditCampaign = "edit_campaign", "编制和发布年度行动", "N04 N25": CityOffice All;
    ViewCampaign = "view_campaign", "查看年度行动和计划", "N04": CityOffice All, CreditCenter All, Window All, CountyOffice All, Authority All, Agency All;
    ImportLists = "import_lists", "导入名单", "N08": CreditCenter All;
    ViewEnterprise = "view_enterprise", "查看企业和处罚记录", "N13": CityOffice All, CreditCenter All, Window All, CountyOffice County, CountyOffice Organiser, Authority Authority, Authority Organiser, Agency Agency, Enterprise Own;
    CorrectEnterprise = "correct_enterprise", "更正企业信息", "N18": CreditCenter All, CountyOffice County, Agency Agency, Enterprise Own;
    DecideIdentity = "decide_identity", "核对企业身份", "N08 N18": CityOffice All, CreditCenter All;
    RecordChange = "record_change", "登记企业变更", "N18 N29": CityOffice All, CreditCenter All, CountyOffice County;
    RevealPersonal = "reveal_personal", "查看完整证件号和电话", "N21": CreditCenter All, Window All, CountyOffice County, Authority Authority, Agency Agency;
    ReviewVerdict = "review_verdict", "人工认定处罚类别", "N28": CreditCenter All, Authority Authority;
    CorrectPenalty = "correct_penalty", "更正处罚信息", "N08 N28": CreditCenter All, Authority Authority;
    AssignAuthority = "assign_authority", "对应处罚机关", "N16 N27": CityOffice All, CreditCenter All;
    RecordFinding = "record_finding", "登记失信原因和整改情况", "N02": CountyOffice County, Authority Authority, Agency Agency, Enterprise Own;
    PushLists = "push_lists", "分地区推送名单", "N15": CreditCenter All;
    AcknowledgePush = "acknowledge_push", "签收名单", "N15": CountyOffice County;
    PrintCreditReport = "print_credit_report", "出具信用查询报告", "N15": CreditCenter All, Window All, CountyOffice County, Agency Agency;
    Rectify = "rectify", "督促整改和约谈", "N16": Authority Authority;
    DecideDelisting = "decide_delisting", "受理退出名单申请", "N16": Authority Authority;
    ProposeSession = "propose_session", "编排场次建议", "N07": CityOffice All, CreditCenter All, CountyOffice Organiser, Authority Organiser, Agency Agency;
    DecideProposal = "decide_proposal", "采纳或退回场次建议", "N07 N14": CountyOffice Organiser, Authority Organiser;
    ViewProposal = "view_proposal", "查看场次建议", "N07": CityOffice All, CreditCenter All, CountyOffice County, CountyOffice Organiser, Authority Organiser, Agency Agency;
    RecommendLecturer = "recommend_lecturer", "推选讲师", "N17": CountyOffice County, Agency Agency;
    ApproveLecturer = "approve_lecturer", "批准讲师", "N09 N17": CityOffice All;
    ViewLecturers = "view_lecturers", "查看师资库", "N09 N17": CityOffice All, CreditCenter All, CountyOffice All, Authority All, Agency All;
    PlanSession = "plan_session", "编制培训场次", "N17": Agency Agency;
    PublishSession = "publish_session", "发布和取消培训场次", "N14": CountyOffice Organiser, Authority Organiser;
    ViewSession = "view_session", "查看培训场次", "N05": CityOffice All, CreditCenter All, CountyOffice County, CountyOffice Organiser, Authority Organiser, Agency Agency;
    Invite = "invite", "邀请企业", "N08": CountyOffice Organiser, Authority Organiser, Agency Agency;
    Contact = "contact", "通知和联系企业", "N08": CountyOffice County, CountyOffice Organiser, Authority Organiser, Agency Agency;
    RunSession = "run_session", "点名和组织考试", "N11 N17": CountyOffice Organiser, Authority Organiser, Agency Agency;
    ViewQuestions = "view_questions", "查看题库和试题统计", "N09 N11": CityOffice All, CreditCenter All, CountyOffice All, Agency All;
    EditQuestions = "edit_questions", "维护题库", "N09 N11": CityOffice All;
    GrantException = "grant_exception", "登记未签承诺的例外", "N10": CountyOffice County, CountyOffice Organiser;
    HandleCommitment = "handle_commitment", "办理承诺书", "N10 N26": CountyOffice County, Agency Agency, Enterprise Own;
    ConfirmScan = "confirm_scan", "人工核对扫描件", "N10 N12": CreditCenter All, Window All, CountyOffice County, Agency Agency;
    RecordBreach = "record_breach", "登记违背承诺", "N10 N26": CreditCenter All, CountyOffice County, Authority Authority;
    AnswerInvitation = "answer_invitation", "答复邀请和参加考试", "N18": Enterprise Own;
    Guide = "guide", "登记一对一指导", "N19": Agency Agency;
    PrepareApplication = "prepare_application", "准备和提交修复申请", "N12 N24": Agency Agency;
    ViewApplication = "view_application", "查看修复申请", "N12": CityOffice All, CreditCenter All, Window All, CountyOffice County, Authority Authority, Agency Agency, Enterprise Own;
    OrganiseClinic = "organise_clinic", "组织手把手服务日", "N12": CountyOffice County;
    ViewClinic = "view_clinic", "查看手把手服务日", "N12": CityOffice All, CreditCenter All, Window All, CountyOffice County, Agency Agency;
    ServeQueue = "serve_queue", "取号和叫号", "N12": Window All, CountyOffice County, Agency Agency;
    FirstReview = "first_review", "初审", "N12": Window All;
    DecideRepair = "decide_repair", "作出修复决定", "N16 N27": Authority Authority;
    LodgeAppeal = "lodge_appeal", "提出异议和申诉", "N18 N27": Agency Agency, Enterprise Own;
    AnswerObjection = "answer_objection", "答复异议和初审申诉", "N27": CreditCenter All;
    AnswerAppeal = "answer_appeal", "答复对修复决定的申诉", "N16 N27": Authority Authority;
    FileOutward = "file_outward", "对外申报和登记结果", "N12": CreditCenter All, Window All, Agency Agency;
    RecordRemoval = "record_removal", "登记撤下公示", "N27": CreditCenter All;
    FollowUp = "follow_up", "后续跟踪", "N17 N19": CreditCenter All, CountyOffice County, Agency Agency;
    HandOver = "hand_over", "移交档案", "N22": Agency Agency;
    ReceiveArchives = "receive_archives", "接收企业档案", "N22": CreditCenter All;
    ReceivePapers = "receive_papers", "接收培训资料", "N22": CountyOffice County, CountyOffice Organiser, Authority Organiser;
    ViewProgress = "view_progress", "查看进展", "N03 N19": CityOffice All, CreditCenter All, CountyOffice County, Agency Agency;
    ViewDeadlines = "view_deadlines", "查看办理期限", "N03 N13": CityOffice All, CreditCenter All, Window All, CountyOffice County, Authority Authority, Agency Agency;
    WriteSummary = "write_summary", "撰写和报送总结", "N23": CityOffice All, CountyOffice County, Authority Authority;
    EvaluateAgency = "evaluate_agency", "监督考评服务机构", "N14 N20": CityOffice All, CountyOffice County, CountyOffice Organiser, Authority Organiser;
    ViewAudit = "view_audit", "查看操作记录", "N21": CityOffice All, Administrator All;
}

/// Whom a record concerns; compared with the actor's organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Concerns {
    /// Counties (属地信用办 or 园区) of the record.
    pub counties: Vec<OrgId>,
    /// Recognising authorities of the record.
    pub authorities: Vec<OrgId>,
    /// Agencies of the classes to which the record belongs.
    pub agencies: Vec<OrgId>,
    /// Organisers of the classes to which the record belongs.
    pub organisers: Vec<OrgId>,
    /// The enterprise itself.
    pub enterprise: Option<EnterpriseId>,
}

/// The person or enterprise on whose behalf a step is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account; `None` for an enterprise that came through its personal link, and for the platform.
    pub account: Option<AccountId>,
    /// Name as it will stand in the audit entry.
    pub name: String,
    /// Role.
    pub role: Role,
    /// The person's organisation; `None` for an enterprise.
    pub org: Option<OrgId>,
    /// The enterprise behind a personal link.
    pub enterprise: Option<EnterpriseId>,
}

impl Actor {
    /// The scopes in which the actor has an action; empty means denied.
    pub fn scopes(&self, action: Action) -> Vec<Scope> {
        action.grants().iter().filter(|(role, _)| *role == self.role).map(|(_, scope)| *scope).collect()
    }

    /// Whether the actor has the action on any record at all; decides menus, never access.
    pub fn has(&self, action: Action) -> bool {
        action.grants().iter().any(|(role, _)| *role == self.role)
    }

    /// Whether the actor may take the action on a record.
    pub fn may(&self, action: Action, record: &Concerns) -> bool {
        self.scopes(action).into_iter().any(|scope| self.covers(scope, record))
    }

    fn covers(&self, scope: Scope, record: &Concerns) -> bool {
        let among = |orgs: &[OrgId]| self.org.is_some_and(|own| orgs.contains(&own));
        match scope {
            Scope::All => true,
            Scope::County => among(&record.counties),
            Scope::Authority => among(&record.authorities),
            Scope::Agency => among(&record.agencies),
            Scope::Organiser => among(&record.organisers),
            Scope::Own => self.enterprise.is_some() && self.enterprise == record.enterprise,
        }
    }
}

/// The permission matrix as a Markdown table, one row per action, one column per role.
pub fn permission_table() -> String {
    let mut table = String::from("| 操作 |");
    for role in Role::ALL {
        table.push_str(&format!(" {role} |"));
    }
    table.push_str(" 依据 |\n| --- |");
    table.push_str(&" --- |".repeat(Role::ALL.len() + 1));
    table.push('\n');
    for action in Action::ALL {
        table.push_str(&format!("| {action} `{}` |", action.code()));
        for role in Role::ALL {
            let scopes: Vec<_> =
                action.grants().iter().filter(|(r, _)| r == role).map(|(_, scope)| scope.label()).collect();
            table.push_str(&format!(" {} |", if scopes.is_empty() { "—".into() } else { scopes.join("、") }));
        }
        table.push_str(&format!(" {} |\n", action.basis()));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn county(org: i64) -> Actor {
        Actor {
            account: None,
            name: "甲".into(),
            role: Role::CountyOffice,
            org: Some(OrgId(org)),
            enterprise: None,
        }
    }

    #[test]
    fn a_county_sees_its_own_and_nothing_of_another() {
        let record = Concerns { counties: vec![OrgId(1)], ..Concerns::default() };
        assert!(county(1).may(Action::ViewEnterprise, &record));
        assert!(!county(2).may(Action::ViewEnterprise, &record));
        assert!(!county(1).may(Action::FirstReview, &record));
    }

    #[test]
    fn a_record_that_concerns_nobody_is_denied_to_all_but_the_city() {
        let record = Concerns::default();
        let enterprise = Actor { role: Role::Enterprise, org: None, ..county(1) };
        assert!(!enterprise.may(Action::ViewEnterprise, &record));
        assert!(!county(1).may(Action::ViewEnterprise, &record));
    }
}
