//! Messages on their way to enterprises through a gateway (消息队列, N08): queued in the transaction that causes them, taken
//! by one sender at a time for a limited time, and settled by what the gateway says.

use jiff::Timestamp;
use xinxiu_domain::calling::Purpose;
use xinxiu_domain::clinic::ClinicState;
use xinxiu_domain::id::{AttendanceId, ClinicId, MessageId, SessionId};
use xinxiu_domain::message::{Channel, MessageState};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::queue::Queue;
use crate::value::Row;

pub use crate::message_line::{Count, Line, counts, lines, oldest_waiting};
pub use crate::queue::Standing;

/// Purpose under which the number or address is sealed.
pub const TO: &str = "message.to";
/// Purpose under which the words are sealed: they hold a personal link.
pub const TEXT: &str = "message.text";

/// A message on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Id.
    pub id: MessageId,
    /// What the gateway knows it by.
    pub reference: String,
    /// To whom.
    pub attendance: AttendanceId,
    /// Through which kind of gateway.
    pub channel: Channel,
    /// What it is about.
    pub purpose: Purpose,
    /// What stands above the words in a mail.
    pub subject: String,
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
    /// The attempt in the ledger, once it was sent.
    pub attempt: Option<i64>,
    /// When it was queued.
    pub queued_at: Moment,
}

const COLUMNS: &str = "id, reference, attendance_id, channel, purpose, subject, to_sealed, text_sealed, state, attempts, \
                       gateway_id, problem, contact_attempt_id, queued_at, queued_on";

fn from_row(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        id: row.get("id")?,
        reference: row.get("reference")?,
        attendance: row.get("attendance_id")?,
        channel: row.coded("channel", Channel::from_code)?,
        purpose: row.coded("purpose", Purpose::from_code)?,
        subject: row.get("subject")?,
        to_sealed: row.get("to_sealed")?,
        text_sealed: row.get("text_sealed")?,
        state: row.coded("state", MessageState::from_code)?,
        attempts: row.get("attempts")?,
        gateway_id: row.get("gateway_id")?,
        problem: row.get("problem")?,
        attempt: row.get("contact_attempt_id")?,
        queued_at: row.moment("queued_at", "queued_on")?,
    })
}

/// A message to be queued.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// What the gateway will know it by.
    pub reference: &'a str,
    /// What the message is about, so that the same is not sent twice.
    pub occasion: &'a str,
    /// To whom.
    pub attendance: AttendanceId,
    /// Through which kind of gateway.
    pub channel: Channel,
    /// What it is about.
    pub purpose: Purpose,
    /// What stands above the words in a mail.
    pub subject: &'a str,
    /// Sealed number or address.
    pub to_sealed: &'a str,
    /// Sealed words.
    pub text_sealed: &'a str,
    /// Before this it does not go out.
    pub due: Timestamp,
    /// Who sends it.
    pub by: &'a str,
}

/// Queues a message; `None` where the same was queued before.
///
/// # Errors
/// What the engine says.
pub fn enqueue(tx: &Tx<'_>, new: &New<'_>, at: Moment) -> Result<Option<MessageId>, StoreError> {
    let row = tx.query_opt(
        "insert into message (reference, occasion, attendance_id, channel, purpose, subject, to_sealed, text_sealed, \
         state, next_at, queued_by, queued_at, queued_on) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         on conflict (occasion) do nothing returning id",
        params![
            new.reference,
            new.occasion,
            new.attendance,
            new.channel.code(),
            new.purpose.code(),
            new.subject,
            new.to_sealed,
            new.text_sealed,
            MessageState::INITIAL.code(),
            new.due,
            new.by,
            at.at,
            at.on
        ],
    )?;
    row.map(|row| row.get("id")).transpose()
}

/// Whether a message of a purpose to an enterprise is still on its way.
///
/// # Errors
/// What the engine says.
pub fn is_under_way(tx: &Tx<'_>, attendance: AttendanceId, purpose: Purpose) -> Result<bool, StoreError> {
    let count = tx.number(
        "select count(*) from message where attendance_id = $1 and purpose = $2 and state in ('queued', 'sending')",
        params![attendance, purpose.code()],
    )?;
    Ok(count > 0)
}

const QUEUE: Queue<Message> = Queue { table: "message", columns: COLUMNS, read: from_row };

/// Takes the message that is due longest, until `until`; whoever does not come back with it by then loses it to the next.
///
/// # Errors
/// What the engine says.
pub fn claim(tx: &Tx<'_>, now: Timestamp, until: Timestamp) -> Result<Option<Message>, StoreError> {
    QUEUE.claim(tx, now, until)
}

/// One message.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: MessageId) -> Result<Message, StoreError> {
    let row = tx
        .query_opt(&format!("select {COLUMNS} from message where id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("消息", id.to_string()))?;
    from_row(&row)
}

/// The message that a receipt names, by our reference or the gateway's id.
///
/// # Errors
/// What the engine says.
pub fn named(tx: &Tx<'_>, channel: Channel, name: &str) -> Result<Option<Message>, StoreError> {
    QUEUE.named(tx, channel, name)
}

/// Messages of a session in one state.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId, state: MessageState) -> Result<Vec<Message>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from message where state = $2 and attendance_id in \
         (select a.id from attendance a where a.session_id = $1) order by id"
    );
    tx.query(&sql, params![session, state.code()], from_row)
}

/// The lists of what to bring that were put on the queue for a hand-in-hand day, whatever became of them.
///
/// # Errors
/// What the engine says.
pub fn bring_lists(tx: &Tx<'_>, clinic: ClinicId) -> Result<Vec<Message>, StoreError> {
    let sql = format!("select {COLUMNS} from message where occasion like $1 order by id");
    tx.query(&sql, params![format!("bring:{clinic}:%")], from_row)
}

/// How the hand-in-hand day stands to which a list of what to bring belongs.
///
/// # Errors
/// What the engine says.
pub fn clinic_state(tx: &Tx<'_>, id: MessageId) -> Result<Option<ClinicState>, StoreError> {
    let row = tx.query_opt(
        "select c.state from clinic c join message m on m.occasion like 'bring:' || cast(c.id as text) || ':%' \
         where m.id = $1",
        params![id],
    )?;
    row.map(|row| row.coded("state", ClinicState::from_code)).transpose()
}

/// Moves a message that is still as it was read, and names its attempt in the ledger. Returns whether it was.
///
/// # Errors
/// What the engine says.
pub fn stand(
    tx: &Tx<'_>,
    read: &Message,
    (new, attempt): (&Standing<'_>, Option<i64>),
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !QUEUE.stand(tx, (read.id.0, read.state, read.attempts), new, now)? {
        return Ok(false);
    }
    tx.execute("update message set contact_attempt_id = $1 where id = $2", params![attempt, read.id])?;
    Ok(true)
}

/// Lets the same be sent again: what was withdrawn was not sent.
///
/// # Errors
/// What the engine says.
pub fn free_occasion(tx: &Tx<'_>, id: MessageId) -> Result<(), StoreError> {
    tx.execute(
        "update message set occasion = occasion || '#' || cast(id as text) where id = $1 and occasion not like '%#%'",
        params![id],
    )?;
    Ok(())
}

/// Puts a message that failed back on the queue, with the number or address as it is now; its attempts count anew.
///
/// # Errors
/// What the engine says.
pub fn again(tx: &Tx<'_>, id: MessageId, to_sealed: &str, due: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "update message set state = 'queued', attempts = 0, next_at = $1, to_sealed = $2, problem = '', gateway_id = '', \
         settled_at = null, contact_attempt_id = null where id = $3 and state in ('undelivered', 'given_up')",
        params![due, to_sealed, id],
    )?;
    Ok(())
}
