//! 信修 Xinxiu: the open platform on which a Chinese city runs its credit-repair campaigns.

fn main() -> std::process::ExitCode {
    xinxiu::cli::run()
}
