//! Training and guidance cost nothing (公益性办班, N19); the enterprise says so itself, three times.

coded! {
    /// When the enterprise is asked whether anything was charged.
    pub enum Occasion {
        Invitation = "invitation", "答复邀请时";
        Class = "class", "参加培训时";
        End = "end", "指导结束时";
    }
}

/// How far an enterprise has come, as far as it matters here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    /// It has answered that it comes, or came.
    pub answered: bool,
    /// It sat in a session.
    pub came: bool,
    /// Nothing of its applications is left to be done.
    pub finished: bool,
}

impl Occasion {
    /// Whether it has come.
    pub const fn is_due(self, reached: Reached) -> bool {
        match self {
            Self::Invitation => reached.answered,
            Self::Class => reached.came,
            Self::End => reached.finished,
        }
    }

    /// What the enterprise is asked.
    pub const fn question(self) -> &'static str {
        match self {
            Self::Invitation => "邀请您参加培训时，没有人向您收取或索要任何费用，请确认：",
            Self::Class => "参加培训没有被收取任何费用的，请确认：",
            Self::End => "办理信用修复、接受一对一指导没有被收取任何费用的，请确认：",
        }
    }
}

/// The occasions that have come and on which the enterprise has said nothing yet.
pub fn missing(reached: Reached, said: &[Occasion]) -> Vec<Occasion> {
    let open = |occasion: &&Occasion| occasion.is_due(reached) && !said.contains(occasion);
    Occasion::ALL.iter().filter(open).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_for_as_the_enterprise_goes_on_and_never_twice() {
        let none = Reached::default();
        assert!(missing(none, &[]).is_empty());
        let answered = Reached { answered: true, ..none };
        assert_eq!(missing(answered, &[]), [Occasion::Invitation]);
        assert!(missing(answered, &[Occasion::Invitation]).is_empty());
        let all = Reached { answered: true, came: true, finished: true };
        assert_eq!(missing(all, &[Occasion::Class]), [Occasion::Invitation, Occasion::End]);
    }
}
