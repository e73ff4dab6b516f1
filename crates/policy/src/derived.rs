//! Signals that no single word gives: they follow from several columns, from amounts or from what is absent.

/// Number of the first derived signal; the word list has fewer than this.
pub(crate) const FIRST: u8 = 100;

macro_rules! derived {
    ($($name:ident = $offset:literal, $id:literal, $field:literal, $matched:literal;)+) => {
        $(pub(crate) const $name: u8 = FIRST + $offset;)+

        /// Number of the derived signal called `id`.
        pub(crate) fn by_id(id: &str) -> Option<u8> {
            match id { $($id => Some($name),)+ _ => None }
        }

        /// Column and words that stand for the signal in a reason.
        pub(crate) const fn evidence(signal: u8) -> (&'static str, &'static str) {
            match signal { $($name => ($field, $matched),)+ _ => ("", "") }
        }
    };
}

derived! {
    SUMMARY = 0, "is.summary", "处罚程序", "简易程序";
    NATURAL_PERSON = 1, "is.natural_person", "行政相对人类别", "自然人";
    KINDS_NAMED = 2, "is.kinds_named", "处罚类别", "";
    KINDS_UNKNOWN = 3, "is.kinds_unknown", "处罚类别", "";
    ONLY_ADMONITION = 4, "is.only_admonition", "处罚类别", "仅警告或通报批评";
    ONLY_FINE = 5, "is.only_fine", "处罚类别", "仅罚款";
    FIELD_UNKNOWN = 6, "is.field_unknown", "处罚依据", "";
    CIRCUMSTANCE_APPLIED = 7, "is.circumstance_applied", "", "情节严重";
    CIRCUMSTANCE_UNCLEAR = 8, "is.circumstance_unclear", "", "情节严重";
    FINE_MINOR = 9, "is.fine_minor", "罚款金额", "";
    FINE_ABOVE_MINOR = 10, "is.fine_above_minor", "罚款金额", "";
    FINE_GENERAL = 11, "is.fine_general", "罚款金额", "";
    FINE_SERIOUS = 12, "is.fine_serious", "罚款金额", "";
    FINE_UNKNOWN = 13, "is.fine_unknown", "罚款金额", "";
    HAS_FINE = 14, "is.fine", "罚款金额", "";
}
