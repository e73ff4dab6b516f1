//! What speaks for or against two enterprises being one.

coded! {
    /// One thing that two sheets have or do not have in common.
    pub enum Clue {
        SameUscc = "same_uscc", "统一社会信用代码相同";
        SameOrganisationCode = "same_organisation_code", "代码中的组织机构代码相同";
        SameRegistrationNumber = "same_registration_number", "工商注册号相同";
        SameName = "same_name", "名称相同";
        SameNameLoosely = "same_name_loosely", "名称只差写法或组织形式";
        FormerName = "former_name", "一方的名称是另一方的曾用名或其他名称";
        NearName = "near_name", "名称只差一个字";
        SharedDecision = "shared_decision", "有同一机关、同一文号的决定";
        SameRepresentativeId = "same_representative_id", "法定代表人证件号相同";
        SameRepresentative = "same_representative", "法定代表人姓名相同";
        SameAddress = "same_address", "地址相同";
        SameCounty = "same_county", "属地相同";
        OneWithoutUscc = "one_without_uscc", "至少一方没有统一社会信用代码";
        UsccDiffers = "uscc_differs", "统一社会信用代码不同";
        RegistrationNumberDiffers = "registration_number_differs", "工商注册号不同";
        BranchAndHeadOffice = "branch_and_head_office", "一方是分支机构";
        FormDiffers = "form_differs", "组织形式不同";
        RepresentativeDiffers = "representative_differs", "法定代表人不同";
        CountyDiffers = "county_differs", "属地不同";
        NaturalPerson = "natural_person", "一方是自然人";
    }
}

impl Clue {
    /// How much it says for the two being one, from 0 to 100; below 0 it speaks against.
    pub const fn weight(self) -> i32 {
        match self {
            Self::SameUscc => 100,
            Self::SameOrganisationCode | Self::SameRegistrationNumber => 60,
            Self::SameName => 50,
            Self::FormerName => 45,
            Self::SameNameLoosely => 40,
            Self::SharedDecision | Self::SameRepresentativeId => 30,
            Self::NearName => 25,
            Self::SameRepresentative | Self::SameAddress => 15,
            Self::SameCounty => 10,
            Self::OneWithoutUscc => 0,
            Self::FormDiffers => -10,
            Self::RepresentativeDiffers => -15,
            Self::CountyDiffers => -20,
            Self::UsccDiffers => -30,
            Self::RegistrationNumberDiffers => -40,
            Self::BranchAndHeadOffice | Self::NaturalPerson => -100,
        }
    }
}
