//! One message on its way to one enterprise through a gateway (消息, N08): where it stands, and when it is tried again.

use std::time::Duration;

state_machine! {
    /// Where a message stands.
    states MessageState of "消息" {
        Queued = "queued", "等待发送";
        Sending = "sending", "正在发送";
        Sent = "sent", "已交网关，待回执";
        Delivered = "delivered", "已送达";
        Undelivered = "undelivered", "未送达";
        GivenUp = "given_up", "多次未发出";
        Withdrawn = "withdrawn", "已撤回";
    }
    /// What the worker, the gateway and people do with it. A receipt may come before the answer to the sending itself, and
    /// a good one after a bad one: who has the message has it.
    actions MessageAction {
        Take = "take", "开始发送": Queued | Sending => Sending;
        Accept = "accept", "网关接收": Sending => Sent;
        Postpone = "postpone", "稍后再发": Sending => Queued;
        GiveUp = "give_up", "不再重发": Sending => GivenUp;
        Deliver = "deliver", "回执送达": Sending | Sent | Undelivered | GivenUp => Delivered;
        Bounce = "bounce", "退回": Sending | Sent | GivenUp => Undelivered;
        Withdraw = "withdraw", "撤回": Queued | Sending => Withdrawn;
        Retry = "retry", "重新发送": Undelivered | GivenUp => Queued;
    }
}

coded! {
    /// Through which kind of gateway it goes.
    pub enum Channel {
        Sms = "sms", "短信";
        Email = "email", "邮件";
    }
}

/// Attempts before a message is given up: with the pauses below a gateway may be away for most of a day.
pub const ATTEMPTS: u32 = 9;
/// Pause after the first attempt.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_hours(4);

/// How long to wait after so many attempts; `None` where no more are made.
pub fn pause_after(attempts: u32) -> Option<Duration> {
    if attempts >= ATTEMPTS {
        return None;
    }
    let times = 4_u32.saturating_pow(attempts.saturating_sub(1));
    Some(FIRST_PAUSE.saturating_mul(times).min(LONGEST_PAUSE))
}

/// Whether a phone can get a short message: in China a mobile number has eleven digits and begins with 1.
pub fn takes_sms(phone: &str) -> bool {
    sms_number(phone).is_some()
}

/// The digits that a gateway takes, of a number as it stands on record.
pub fn sms_number(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).unwrap_or(&digits);
    (digits.len() == 11 && digits.starts_with('1')).then(|| digits.to_owned())
}

/// Whether a text can be an address of electronic mail: one @ with a name before and a domain with a dot behind.
pub fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte))
    };
    let parts: Vec<&str> = domain.split('.').collect();
    text.len() <= 254
        && plain(name)
        && parts.len() > 1
        && parts.iter().all(|part| plain(part) && !part.starts_with('-') && !part.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_end() {
        let pauses: Vec<u64> = (1..=ATTEMPTS).filter_map(pause_after).map(|pause| pause.as_secs()).collect();
        assert_eq!(pauses[..4], [30, 120, 480, 1920]);
        assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(pauses.iter().max(), Some(&LONGEST_PAUSE.as_secs()));
        assert_eq!(u32::try_from(pauses.len()), Ok(ATTEMPTS - 1));
        assert_eq!(pause_after(u32::MAX), None);
    }

    #[test]
    fn landlines_get_no_short_message() {
        for (phone, wanted) in [
            ("10000000001", Some("10000000001")),
            ("+86 100-0000-0001", Some("10000000001")),
            ("0513-00001234", None),
            ("", None),
            ("20000000001", None),
        ] {
            assert_eq!(sms_number(phone).as_deref(), wanted, "{phone}");
        }
    }

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for good in ["a@example.invalid", "a.b+c@mail.example.invalid"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b",
            "@example.invalid",
            "a@example..invalid",
            "a b@example.invalid",
            "a@b@c.invalid",
            "甲@例.invalid",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_good_receipt_wins_over_whatever_came_before_and_a_bad_one_never_over_it() {
        for state in
            [MessageState::Sending, MessageState::Sent, MessageState::Undelivered, MessageState::GivenUp]
        {
            assert_eq!(state.after(MessageAction::Deliver), Ok(MessageState::Delivered));
        }
        assert!(!MessageState::Delivered.allows(MessageAction::Bounce));
        assert!(!MessageState::Sent.allows(MessageAction::Withdraw));
    }
}
