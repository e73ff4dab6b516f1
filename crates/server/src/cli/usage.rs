//! What is said of wrong usage and above lists of flags, in Chinese and English like the rest.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Arg, ArgAction, Command};

use super::{DONE, USAGE};

const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法 / Usage: {usage}\n\n{all-args}{after-help}";

/// Puts the headings of a command's help, and of its subcommands', into both languages.
pub fn bilingual(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let has_version = command.get_version().is_some();
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令 / Commands")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .arg(help.help("显示帮助 / print help"));
    if has_version {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
        command = command.arg(version.help("显示版本 / print the version"));
    }
    command
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "参数 / Arguments" } else { "选项 / Options" };
            arg.help_heading(heading)
        })
        .mut_subcommands(bilingual)
}

/// The words of a call, with `help` as people type it turned into the flag: `xinxiu help assess` is
/// `xinxiu assess --help`.
pub fn words_of(call: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = call.into_iter().collect();
    if words.get(1).is_some_and(|word| word == "help") {
        words.remove(1);
        words.push("--help".into());
    }
    words
}

/// Answers to what the parser did not take as a command: help and version that were asked for, or wrong usage.
pub fn answer(error: &Error) -> ExitCode {
    match said(error).filter(|_| error.use_stderr()) {
        Some(text) => {
            let usage = error
                .get(ContextKind::Usage)
                .map(|usage| usage.to_string().replace("Usage:", "用法 / Usage:"));
            eprintln!("{text}\n\n{}\n\n详见 / see --help", usage.unwrap_or_default().trim_end());
        }
        None => {
            error.print().ok();
        }
    }
    ExitCode::from(if error.use_stderr() { USAGE } else { DONE })
}

/// The kinds of wrong usage that people meet; `None` where the parser's own words have to do.
fn said(error: &Error) -> Option<String> {
    let of = |kind| error.get(kind).map(words).filter(|text| !text.is_empty());
    let arg = || of(ContextKind::InvalidArg);
    let text = match error.kind() {
        ErrorKind::UnknownArgument => {
            let near = suggested(of(ContextKind::SuggestedArg));
            let arg = arg()?;
            format!("没有参数「{arg}」{} / unknown argument '{arg}'{}", near.0, near.1)
        }
        ErrorKind::InvalidSubcommand => {
            let near = suggested(of(ContextKind::SuggestedSubcommand));
            let name = of(ContextKind::InvalidSubcommand)?;
            format!("没有命令「{name}」{} / unknown command '{name}'{}", near.0, near.1)
        }
        ErrorKind::MissingRequiredArgument => {
            let arg = arg()?;
            format!("缺少参数：{arg} / missing argument: {arg}")
        }
        ErrorKind::InvalidValue => {
            let (arg, valid) = (arg()?, of(ContextKind::ValidValue));
            let choice = valid.map(|valid| format!("；可选 / one of: {valid}")).unwrap_or_default();
            match of(ContextKind::InvalidValue) {
                Some(value) => {
                    format!("参数「{arg}」的值「{value}」不对 / wrong value '{value}' for '{arg}'{choice}")
                }
                None => format!("参数「{arg}」要有值 / '{arg}' needs a value{choice}"),
            }
        }
        ErrorKind::ValueValidation => {
            let (arg, value) = (arg()?, of(ContextKind::InvalidValue)?);
            format!("参数「{arg}」的值「{value}」不对 / wrong value '{value}' for '{arg}'")
        }
        ErrorKind::ArgumentConflict => {
            let arg = arg()?;
            match of(ContextKind::PriorArg) {
                Some(prior) if prior == arg => {
                    format!("参数「{arg}」只能用一次 / '{arg}' cannot be used twice")
                }
                Some(prior) => {
                    format!("参数「{arg}」不能和「{prior}」同用 / '{arg}' cannot be used with '{prior}'")
                }
                None => return None,
            }
        }
        _ => return None,
    };
    Some(text)
}

fn suggested(near: Option<String>) -> (String, String) {
    near.map_or_else(Default::default, |near| (format!("，是不是「{near}」"), format!(", perhaps '{near}'")))
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join("、"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn refused(line: &str) -> String {
        let command = bilingual(crate::cli::Cli::command());
        let error = command.try_get_matches_from(line.split(' ')).unwrap_err();
        assert!(error.use_stderr());
        said(&error).unwrap_or_else(|| panic!("{error}"))
    }

    #[test]
    fn the_common_faults_are_said_in_both_languages() {
        for (line, chinese, english) in [
            (
                "xinxiu serve --lisen x",
                "没有参数「--lisen」，是不是「--listen」",
                "unknown argument '--lisen', perhaps '--listen'",
            ),
            ("xinxiu srve", "没有命令「srve」，是不是「serve」", "unknown command 'srve'"),
            ("xinxiu assess", "缺少参数：<FILE>", "missing argument"),
            ("xinxiu assess a.csv --format pdf", "的值「pdf」不对", "one of: jsonl、csv、xlsx"),
            ("xinxiu assess a.csv --as-of 20220915x", "的值「20220915x」不对", "wrong value"),
            ("xinxiu serve --listen", "要有值", "needs a value"),
            ("xinxiu serve --listen a --listen b", "只能用一次", "twice"),
            ("xinxiu rules diff a b --file c --database d", "不能和", "cannot be used with"),
        ] {
            let text = refused(line);
            assert!(text.contains(chinese) && text.contains(english), "{line}: {text}");
        }
    }

    #[test]
    fn help_is_a_word_as_well() {
        let call = |line: &str| words_of(line.split(' ').map(OsString::from)).join(" ".as_ref());
        assert_eq!(call("xinxiu help"), "xinxiu --help");
        assert_eq!(call("xinxiu help rules show"), "xinxiu rules show --help");
        assert_eq!(call("xinxiu assess help"), "xinxiu assess help", "a file may have that name");
    }

    #[test]
    fn every_help_has_both_languages_above_its_lists() {
        fn look(mut command: Command) {
            let text = command.render_long_help().to_string();
            for english in ["\nUsage:", "\nOptions:", "\nArguments:", "\nCommands:", "Print help"] {
                assert!(!text.contains(english), "{english} {text}");
            }
            assert!(text.contains("选项 / Options"), "{text}");
            command.get_subcommands().cloned().for_each(look);
        }
        let mut command = bilingual(crate::cli::Cli::command());
        command.build();
        look(command);
    }
}
