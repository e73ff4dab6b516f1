//! The components of every page. Each stands on the style page, which the browser tests photograph.

mod chart;
mod display;
mod forms;
mod lists;

pub use chart::{Bar, chart};
pub use display::{
    badge, basis, code, edition, empty, entered, facts, figure, panel, qr, real_time, steps, timeline,
    tone_of_verdict, when,
};
pub use forms::{
    Card, area, button, cards, checkboxes, choices, confirm, confirm_again, date_field, email_field, errors,
    field, filter, form, hidden, number_field, one_of, optional, own_ids, password_field, phone_field,
    plain_button, post_button, select, tick, upload_field, upload_form, uploads_field,
};
pub use lists::{
    Sorting, download_bar, export_bar, narrowed, next_part, pager, part, search_bar, sorted_table, table,
};
