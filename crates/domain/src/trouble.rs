//! What the operating system says, in words for the person before the screen; its own text is for the log.

use std::io::{Error, ErrorKind};

/// The reason of an input or output error in Chinese; one that we gave ourselves stays as it is.
pub fn trouble(error: &Error) -> String {
    if let Some(own) = error.get_ref().map(ToString::to_string).filter(|text| !text.is_ascii()) {
        return own;
    }
    let word = match error.kind() {
        ErrorKind::NotFound => "没有这个文件或目录",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已经存在",
        ErrorKind::AddrInUse => "已被其他程序占用",
        ErrorKind::AddrNotAvailable => "本机没有这个地址",
        ErrorKind::ConnectionRefused => "对方没有应答",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => "连接中断",
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "等待超时",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "磁盘空间不足",
        ErrorKind::ReadOnlyFilesystem => "磁盘是只读的",
        ErrorKind::IsADirectory => "这是一个目录",
        ErrorKind::NotADirectory => "路径中有一段不是目录",
        ErrorKind::UnexpectedEof => "内容不完整",
        ErrorKind::InvalidData => "内容已损坏",
        _ => {
            return error
                .raw_os_error()
                .map_or_else(|| "读写出错".to_owned(), |code| format!("系统错误{code}"));
        }
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_the_systems_own_language_is_left() {
        for code in 1..=120 {
            let said = trouble(&Error::from_raw_os_error(code));
            assert!(!said.bytes().any(|byte| byte.is_ascii_alphabetic()), "{code}：{said}");
        }
        assert_eq!(trouble(&Error::other("odd")), "读写出错");
        assert_eq!(trouble(&Error::other("不是密钥")), "不是密钥");
    }
}
