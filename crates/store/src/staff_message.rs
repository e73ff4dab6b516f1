//! Reminders of the day to staff (工作提醒): who wants them, and the messages on their way, one a day for each.

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::id::AccountId;
use xinxiu_domain::message::{Channel, MessageState};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::queue::Queue;
use crate::value::Row;

pub use crate::queue::Standing;

/// Purpose under which a staff member's phone is sealed.
pub const PHONE: &str = "staff.phone";
/// Purpose under which the address is sealed.
pub const EMAIL: &str = "staff.email";
/// Purpose under which the number or address of one message is sealed.
pub const TO: &str = "staff_message.to";
/// Purpose under which its words are sealed.
pub const TEXT: &str = "staff_message.text";

/// That somebody wants to be told, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Sealed phone.
    pub phone_sealed: String,
    /// Sealed address.
    pub email_sealed: String,
    /// Since when.
    pub changed_on: Date,
}

fn wish_from(row: &Row) -> Result<Wish, StoreError> {
    Ok(Wish {
        phone_sealed: row.get("phone_sealed")?,
        email_sealed: row.get("email_sealed")?,
        changed_on: row.get("changed_on")?,
    })
}

/// What somebody wishes; `None` where nothing.
///
/// # Errors
/// What the engine says.
pub fn wish(tx: &Tx<'_>, account: AccountId) -> Result<Option<Wish>, StoreError> {
    let sql = "select phone_sealed, email_sealed, changed_on from staff_reminder where account_id = $1";
    tx.query_opt(sql, params![account])?.map(|row| wish_from(&row)).transpose()
}

/// Keeps what somebody wishes; with `None` number and address are forgotten.
///
/// # Errors
/// What the engine says.
pub fn set_wish(tx: &Tx<'_>, account: AccountId, wish: Option<&Wish>) -> Result<(), StoreError> {
    tx.execute("delete from staff_reminder where account_id = $1", params![account])?;
    if let Some(wish) = wish {
        tx.execute(
            "insert into staff_reminder (account_id, phone_sealed, email_sealed, changed_on) values ($1, $2, $3, $4)",
            params![account, &wish.phone_sealed, &wish.email_sealed, wish.changed_on],
        )?;
    }
    Ok(())
}

/// Everybody who wants to be told and may sign in.
///
/// # Errors
/// What the engine says.
pub fn wishes(tx: &Tx<'_>) -> Result<Vec<(Actor, Wish)>, StoreError> {
    tx.query(
        "select r.account_id, r.phone_sealed, r.email_sealed, r.changed_on, a.name, a.role, a.org_id from staff_reminder r \
         join account a on a.id = r.account_id where a.state = 'active' order by r.account_id",
        &[],
        |row| {
            let actor = Actor {
                account: Some(row.get("account_id")?),
                name: row.get("name")?,
                role: row.coded("role", Role::from_code)?,
                org: Some(row.get("org_id")?),
                enterprise: None,
            };
            Ok((actor, wish_from(row)?))
        },
    )
}

/// A message on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMessage {
    /// Id.
    pub id: i64,
    /// To whom.
    pub account: AccountId,
    /// Of which day it tells.
    pub day: Date,
    /// What the gateway knows it by.
    pub reference: String,
    /// Through which kind of gateway.
    pub channel: Channel,
    /// Sealed number or address.
    pub to_sealed: String,
    /// Sealed words.
    pub text_sealed: String,
    /// State.
    pub state: MessageState,
    /// How often it was begun.
    pub attempts: u32,
    /// The gateway's own id.
    pub gateway_id: String,
    /// What was wrong the last time.
    pub problem: String,
}

const COLUMNS: &str = "id, account_id, business_day, reference, channel, to_sealed, text_sealed, state, attempts, gateway_id, \
                       problem";

fn from_row(row: &Row) -> Result<StaffMessage, StoreError> {
    Ok(StaffMessage {
        id: row.get("id")?,
        account: row.get("account_id")?,
        day: row.get("business_day")?,
        reference: row.get("reference")?,
        channel: row.coded("channel", Channel::from_code)?,
        to_sealed: row.get("to_sealed")?,
        text_sealed: row.get("text_sealed")?,
        state: row.coded("state", MessageState::from_code)?,
        attempts: row.get("attempts")?,
        gateway_id: row.get("gateway_id")?,
        problem: row.get("problem")?,
    })
}

/// A message to be queued.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// To whom.
    pub account: AccountId,
    /// What the gateway will know it by.
    pub reference: &'a str,
    /// Through which kind of gateway.
    pub channel: Channel,
    /// Sealed number or address.
    pub to_sealed: &'a str,
    /// Sealed words.
    pub text_sealed: &'a str,
    /// Before this it does not go out.
    pub due: Timestamp,
}

/// Queues the message of a day; `None` where that person was sent one on that day.
///
/// # Errors
/// What the engine says.
pub fn enqueue(tx: &Tx<'_>, new: &New<'_>, at: Moment) -> Result<Option<i64>, StoreError> {
    let row = tx.query_opt(
        "insert into staff_message (account_id, business_day, reference, channel, to_sealed, text_sealed, state, next_at, \
         queued_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (account_id, business_day) do nothing returning id",
        params![
            new.account,
            at.on,
            new.reference,
            new.channel.code(),
            new.to_sealed,
            new.text_sealed,
            MessageState::INITIAL.code(),
            new.due,
            at.at
        ],
    )?;
    row.map(|row| row.get("id")).transpose()
}

const QUEUE: Queue<StaffMessage> = Queue { table: "staff_message", columns: COLUMNS, read: from_row };

/// Takes the message that is due longest, until `until`; whoever does not come back with it by then loses it to the next.
///
/// # Errors
/// What the engine says.
pub fn claim(tx: &Tx<'_>, now: Timestamp, until: Timestamp) -> Result<Option<StaffMessage>, StoreError> {
    QUEUE.claim(tx, now, until)
}

/// The message that a receipt names, by our reference or the gateway's id.
///
/// # Errors
/// What the engine says.
pub fn named(tx: &Tx<'_>, channel: Channel, name: &str) -> Result<Option<StaffMessage>, StoreError> {
    QUEUE.named(tx, channel, name)
}

/// The last message to somebody.
///
/// # Errors
/// What the engine says.
pub fn last(tx: &Tx<'_>, account: AccountId) -> Result<Option<StaffMessage>, StoreError> {
    let sql = format!("select {COLUMNS} from staff_message where account_id = $1 order by id desc limit 1");
    tx.query_opt(&sql, params![account])?.map(|row| from_row(&row)).transpose()
}

/// Moves a message that is still as it was read. Returns whether it was.
///
/// # Errors
/// What the engine says.
pub fn stand(
    tx: &Tx<'_>,
    read: &StaffMessage,
    new: &Standing<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    QUEUE.stand(tx, (read.id, read.state, read.attempts), new, now)
}
