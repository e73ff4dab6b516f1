//! Calling enterprises to a session (通知, N08): by which way, what came of it, and with which words.

use thiserror::Error;

coded! {
    /// How an enterprise is told.
    pub enum Way {
        Sms = "sms", "短信";
        Wechat = "wechat", "微信";
        Email = "email", "邮件";
        Phone = "phone", "电话";
        Letter = "letter", "信函";
        Visit = "visit", "上门";
    }
}

impl Way {
    /// Whether a gateway can say what became of it; what is written down by hand then is the word of whoever wrote it.
    pub const fn has_receipts(self) -> bool {
        matches!(self, Self::Sms | Self::Email)
    }
}

coded! {
    /// What came of an attempt. Only what was delivered counts as told.
    pub enum Outcome {
        Delivered = "delivered", "已送达";
        Sent = "sent", "已发出，待回执";
        NoAnswer = "no_answer", "无人接听";
        WrongNumber = "wrong_number", "号码错误或停用";
        Undelivered = "undelivered", "未送达";
        Refused = "refused", "拒绝接听或拒收";
    }
}

coded! {
    /// How far an invited enterprise has been reached.
    pub enum Reach {
        Answered = "answered", "已答复";
        Told = "told", "已送达，待答复";
        Outdated = "outdated", "变更后未通知";
        Unreachable = "unreachable", "电话联系不上";
        Tried = "tried", "联系过，未送达";
        Untried = "untried", "未联系";
    }
}

coded! {
    /// What an enterprise is told.
    pub enum Purpose {
        Invite = "invite", "邀请参加";
        Remind = "remind", "提醒答复";
        Changed = "changed", "场次变更";
        Cancelled = "cancelled", "场次取消";
        Seat = "seat", "候补递补";
        Announced = "announced", "发布公告";
        FollowUp = "follow_up", "修复提醒";
        Bring = "bring", "手把手服务携带清单";
        CalledOff = "called_off", "手把手服务取消";
    }
}

impl Purpose {
    /// The words, until the campaign has its own.
    pub const fn standard_text(self) -> &'static str {
        match self {
            Self::Invite => {
                "【信用修复】{企业}：现邀请贵单位参加{培训}，{时间}，{地点}。培训免费。请打开链接答复是否参加：{链接}"
            }
            Self::Remind => {
                "【信用修复】{企业}：贵单位还没有答复{培训}（{时间}，{地点}）的邀请。培训免费，请打开链接答复：{链接}"
            }
            Self::Changed => {
                "【信用修复】{企业}：{培训}有变更，现为{时间}，{地点}。详情请打开链接查看：{链接}"
            }
            Self::Seat => {
                "【信用修复】{企业}：贵单位候补的{培训}已有名额，请于{时间}到{地点}参加。培训免费，详情和承诺书请打开链接办理：{链接}"
            }
            Self::FollowUp => {
                "【信用修复】{企业}：贵单位的信用修复有新的情况，请打开链接查看每条处罚信息到哪一步、下一步做什么：{链接}"
            }
            Self::Announced => "【信用修复】{企业}：{培训}（{时间}）有新公告，请打开链接查看：{链接}",
            Self::Bring => {
                "【信用修复】{企业}：请于{时间}到{地点}参加{培训}，现场提交修复申请、当场初审，免费。请带齐：{材料}。详情：{链接}"
            }
            Self::CalledOff => {
                "【信用修复】{企业}：原定{时间}在{地点}的{培训}已取消，请不要前往，另行安排后再通知。详情：{链接}"
            }
            Self::Cancelled => "【信用修复】{企业}：{培训}（{时间}）已取消，另行安排后再通知。详情：{链接}",
        }
    }
}

/// What stands for something else in a text, with its braces.
pub const PLACEHOLDERS: [&str; 6] = ["{企业}", "{培训}", "{时间}", "{地点}", "{链接}", "{材料}"];

/// What fills the placeholders.
#[derive(Debug, Clone, Copy)]
pub struct Filling<'a> {
    /// Name of the enterprise.
    pub enterprise: &'a str,
    /// Title of the session.
    pub session: &'a str,
    /// Day and hours.
    pub time: &'a str,
    /// Hall, or that it is online.
    pub place: &'a str,
    /// The enterprise's own link.
    pub link: &'a str,
    /// What the enterprise is to bring; empty where nothing is asked for.
    pub bring: &'a str,
}

/// Why a text is none to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TextFault {
    /// There is nothing in it.
    #[error("请填写短信内容")]
    Empty,
    /// Something in braces stands for nothing.
    #[error("「{0}」不是可用的占位词，可用的有{all}", all = PLACEHOLDERS.join("、"))]
    Unknown(String),
    /// A brace that opens and does not close, or the other way round.
    #[error("花括号没有成对，请检查占位词的写法")]
    Unpaired,
    /// The enterprise would not know where to answer.
    #[error("请在内容中写上{{链接}}，企业用它答复")]
    NoLink,
    /// Longer than a gateway takes in one message.
    #[error("内容不能超过{LONGEST}个字，现为{0}个字")]
    Long(usize),
}

/// Most characters of a text: gateways send up to 500 with the placeholders filled.
const LONGEST: usize = 300;

/// A text with its placeholders, of which each stands for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// Reads a text as it was typed.
    ///
    /// # Errors
    /// [`TextFault`] says what to mend.
    pub fn parse(typed: &str) -> Result<Self, TextFault> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(TextFault::Empty);
        }
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let from = &rest[at..];
            let known = PLACEHOLDERS.iter().find(|word| from.starts_with(**word));
            let Some(known) = known else {
                let end = from.find('}').filter(|_| from.starts_with('{'));
                return Err(
                    end.map_or(TextFault::Unpaired, |end| TextFault::Unknown(from[..=end].to_owned()))
                );
            };
            rest = &from[known.len()..];
        }
        let length = text.chars().count();
        if length > LONGEST {
            return Err(TextFault::Long(length));
        }
        if !text.contains("{链接}") {
            return Err(TextFault::NoLink);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The words for one enterprise. What fills a placeholder is never read as a placeholder itself.
    pub fn filled(&self, with: &Filling<'_>) -> String {
        let words = [with.enterprise, with.session, with.time, with.place, with.link, with.bring];
        let mut filled = String::with_capacity(self.0.len() * 2);
        let mut rest = self.0.as_str();
        while let Some(at) = rest.find('{') {
            let from = &rest[at..];
            filled.push_str(&rest[..at]);
            let known = PLACEHOLDERS.iter().zip(words).find(|(word, _)| from.starts_with(**word));
            let (word, by) = known.map_or(("{", "{"), |(word, by)| (*word, by));
            filled.push_str(by);
            rest = &from[word.len()..];
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILLING: Filling<'_> = Filling {
        enterprise: "示例{链接}公司",
        session: "第1期",
        time: "9月15日9:00",
        place: "示例厅",
        link: "https://example.invalid/l/1",
        bring: "",
    };

    #[test]
    fn the_standard_texts_are_texts_and_name_enterprise_session_time_and_link() {
        for purpose in Purpose::ALL {
            let filled = Text::parse(purpose.standard_text()).unwrap().filled(&FILLING);
            // What becomes of a repair is told long after the session.
            let of_session = *purpose != Purpose::FollowUp;
            for words in [FILLING.enterprise, FILLING.link] {
                assert!(filled.contains(words), "{purpose}: {filled}");
            }
            for words in [FILLING.session, FILLING.time] {
                assert_eq!(filled.contains(words), of_session, "{purpose}: {filled}");
            }
            assert_eq!(filled.matches(FILLING.link).count(), 1, "a name is not read as a placeholder");
        }
    }

    #[test]
    fn a_text_that_would_go_out_wrong_is_refused() {
        let of = |typed: &str| Text::parse(typed).unwrap_err();
        assert_eq!(of("  "), TextFault::Empty);
        assert_eq!(of("{企业}请答复"), TextFault::NoLink);
        assert_eq!(of("{企业名称}请答复{链接}"), TextFault::Unknown("{企业名称}".into()));
        assert_eq!(of("{企业}请答复{链接"), TextFault::Unpaired);
        assert_eq!(of("企业}请答复{链接}"), TextFault::Unpaired);
        assert_eq!(of(&format!("{{链接}}{}", "字".repeat(300))), TextFault::Long(304));
    }
}
