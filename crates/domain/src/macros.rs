//! Two declarations that every noun uses: a coded value list, and a state machine that can draw itself.

use thiserror::Error;

/// An action that the present state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{noun}目前是「{state}」，不能{action}")]
pub struct IllegalMove {
    /// The noun in Chinese, for example 培训场次.
    pub noun: &'static str,
    /// The present state in Chinese.
    pub state: &'static str,
    /// The action that was tried, in Chinese.
    pub action: &'static str,
}

/// A list of values with codes and labels, as [`coded!`](crate::coded) declares them; for what serves every such list.
pub trait Coded: Copy {
    /// The stable code that is stored and sent.
    fn code(self) -> &'static str;
    /// The Chinese word that people see.
    fn label(self) -> &'static str;
}

/// Declares an enum whose values have a stable code (stored, sent) and a Chinese label (shown).
#[macro_export]
macro_rules! coded {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $(#[doc = $label] $(#[$vmeta])* $variant,)+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code that is stored and sent.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The Chinese word that people see.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// The value of a code; `None` where no value has it.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        impl $crate::Coded for $name {
            fn code(self) -> &'static str {
                Self::code(self)
            }

            fn label(self) -> &'static str {
                Self::label(self)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.label())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                Self::from_code(&code).ok_or_else(|| {
                    ::serde::de::Error::unknown_variant(&code, &[$($code,)+])
                })
            }
        }
    };
}

/// Declares a noun's states, the actions people take on it, and which action leads from where to where.
///
/// The first state is the one in which the noun is born.
#[macro_export]
macro_rules! state_machine {
    (
        $(#[$smeta:meta])* states $state:ident of $noun:literal { $($sv:ident = $sc:literal, $sl:literal;)+ }
        $(#[$ameta:meta])* actions $action:ident { $($av:ident = $ac:literal, $al:literal: $($from:ident)|+ => $to:ident;)+ }
    ) => {
        $crate::coded! { $(#[$smeta])* pub enum $state { $($sv = $sc, $sl;)+ } }
        $crate::coded! { $(#[$ameta])* pub enum $action { $($av = $ac, $al;)+ } }

        impl $state {
            /// The noun in Chinese.
            pub const NOUN: &'static str = $noun;
            /// The state in which the noun is born.
            pub const INITIAL: Self = Self::ALL[0];
            /// Every allowed move: from, action, to.
            pub const MOVES: &'static [(Self, $action, Self)] =
                &[$($((Self::$from, $action::$av, Self::$to),)+)+];

            /// The state after `action`.
            ///
            /// # Errors
            /// [`IllegalMove`](crate::IllegalMove) where this state does not allow the action.
            pub fn after(self, action: $action) -> Result<Self, $crate::IllegalMove> {
                Self::MOVES
                    .iter()
                    .find(|(from, by, _)| *from == self && *by == action)
                    .map(|(_, _, to)| *to)
                    .ok_or($crate::IllegalMove { noun: $noun, state: self.label(), action: action.label() })
            }

            /// Whether the state allows `action`.
            pub fn allows(self, action: $action) -> bool {
                self.after(action).is_ok()
            }

            /// The machine as a Mermaid diagram.
            pub fn diagram() -> String {
                let mut text = String::from("stateDiagram-v2\n");
                for state in Self::ALL {
                    text.push_str(&format!("    {}: {}\n", state.code(), state.label()));
                }
                text.push_str(&format!("    [*] --> {}\n", Self::INITIAL.code()));
                for (from, action, to) in Self::MOVES {
                    text.push_str(&format!("    {} --> {}: {}\n", from.code(), to.code(), action.label()));
                }
                text
            }
        }
    };
}
