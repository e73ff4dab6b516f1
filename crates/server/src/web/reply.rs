//! What a handler answers, and how a refusal becomes a page.

use std::io::Read;

use axum::http::StatusCode;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LOCATION, SET_COOKIE,
};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use thiserror::Error;
use xinxiu_store::StoreError;
use xinxiu_workflow::Refusal;

use super::stream;

/// Name of the cookie that carries the message of the step before.
pub const FLASH: &str = "xinxiu_flash";

/// Name of the cookie by which the hall's QR code finds the personal link that this phone opened.
pub const OWN_LINK: &str = "xinxiu_own_link";

/// An answer.
#[allow(missing_debug_implementations, reason = "a stream has nothing to show")]
pub enum Reply {
    /// A page with its status.
    Page(u16, Markup),
    /// A page behind a personal link, whose token the browser keeps for the hall's QR code; over HTTPS only
    /// where browsers come over HTTPS.
    OwnPage(u16, Markup, String, bool),
    /// On to another page, with a message.
    See(String, String),
    /// On to another page, setting a cookie.
    SeeWithCookie(String, String),
    /// A file.
    File {
        /// Content.
        bytes: Vec<u8>,
        /// Name under which it is saved.
        name: String,
        /// Media type.
        media_type: String,
    },
    /// A file on record, sent as a stream.
    Stored {
        /// Content.
        content: Box<dyn Read + Send>,
        /// Its size in bytes.
        size: i64,
        /// Name under which it is saved.
        name: String,
        /// Media type.
        media_type: String,
    },
    /// Text of a kind, for scripts and style sheets, progress and health.
    Text(String, &'static str),
}

/// What a handler returns.
pub type PageResult = Result<Reply, PageError>;

/// Why there is no page.
#[derive(Debug, Error)]
pub enum PageError {
    /// Nobody is signed in.
    #[error("请先登录")]
    SignInFirst,
    /// The first password has not been changed yet.
    #[error("请先修改初始密码，再办理业务")]
    MustChange,
    /// No such page or record.
    #[error("没有找到这个页面或记录")]
    NotFound,
    /// The role does not have what the address needs.
    #[error("您的岗位没有使用这个页面的权限")]
    Denied,
    /// The form did not come from a page of this sign-in.
    #[error("页面已过期，您这次的操作没有保存")]
    Stale,
    /// The body is larger than the address takes.
    #[error("上传的文件太大：这里最多{0}MB，请拆分后再上传")]
    TooLarge(usize),
    /// Too many requests in a short time.
    #[error("操作太频繁，请稍等一分钟再试")]
    TooMany,
    /// A personal link that is not, or no longer, good.
    #[error("这个链接无效或已过期，请联系邀请您的服务机构重新获取")]
    LinkGone,
    /// A step was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl PageError {
    /// The status that goes with the page.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignInFirst => StatusCode::UNAUTHORIZED,
            Self::NotFound | Self::Refused(Refusal::Store(StoreError::NotFound(..))) => StatusCode::NOT_FOUND,
            Self::Denied | Self::MustChange | Self::Stale | Self::Refused(Refusal::Forbidden(_)) => {
                StatusCode::FORBIDDEN
            }
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::LinkGone => StatusCode::GONE,
            Self::Refused(Refusal::Invalid(_) | Refusal::Upload(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(
                Refusal::Missing(_)
                | Refusal::Illegal(_)
                | Refusal::Store(StoreError::Conflict(_) | StoreError::Duplicate(_)),
            ) => StatusCode::CONFLICT,
            Self::Refused(Refusal::Store(_) | Refusal::Document(_) | Refusal::Policy(_)) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self {
            Self::Page(status, markup) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                let cleared = format!("{FLASH}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
                (status, [(SET_COOKIE, cleared)], markup).into_response()
            }
            Self::OwnPage(status, markup, token, secure) => {
                let secure = if secure { "; Secure" } else { "" };
                // Strict would hide it from the address that a scanner opens.
                let own = format!(
                    "{OWN_LINK}={token}; Path=/l/hall; Max-Age=15552000; HttpOnly; SameSite=Lax{secure}"
                );
                let mut response = Self::Page(status, markup).into_response();
                if let Ok(own) = HeaderValue::from_str(&own) {
                    response.headers_mut().append(SET_COOKIE, own);
                }
                response
            }
            Self::See(address, message) => {
                let cookie =
                    format!("{FLASH}={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax", hex::encode(message));
                (StatusCode::SEE_OTHER, [(LOCATION, address), (SET_COOKIE, cookie)]).into_response()
            }
            Self::SeeWithCookie(address, cookie) => {
                (StatusCode::SEE_OTHER, [(LOCATION, address), (SET_COOKIE, cookie)]).into_response()
            }
            Self::File { bytes, name, media_type } => file(bytes.into_response(), &name, &media_type),
            Self::Stored { content, size, name, media_type } => {
                let mut response = stream::body(content).into_response();
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(size));
                file(response, &name, &media_type)
            }
            Self::Text(text, media_type) => ([(CONTENT_TYPE, media_type)], text).into_response(),
        }
    }
}

/// A PDF or picture opens in the browser, everything else is saved: an uploaded page must never run here.
fn file(mut response: Response, name: &str, media_type: &str) -> Response {
    let shown = matches!(media_type, "application/pdf" | "image/png" | "image/jpeg");
    let kind = if shown { "inline" } else { "attachment" };
    let encoded: String = name.bytes().map(percent).collect();
    let disposition = format!("{kind}; filename*=UTF-8''{encoded}");
    let headers = response.headers_mut();
    let media =
        if shown || media_type.starts_with("application/") { media_type } else { "application/octet-stream" };
    for (header, value) in [(CONTENT_DISPOSITION, disposition.as_str()), (CONTENT_TYPE, media)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(header, value);
        }
    }
    response
}

fn percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}
