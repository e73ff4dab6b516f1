//! Ending what a test run has left running, a browser above all.
//!
//! A browser's driver puts the browser into a process group of its own, so neither Ctrl-C nor a signal to our
//! group reaches it. The environment is what every descendant keeps: each one carries the mark of its run.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Variable that marks the processes of a run.
pub const MARK: &str = "XINXIU_TEST_RUN";

/// How long processes may take to end when asked, before they are killed.
const GRACE: Duration = Duration::from_secs(3);

/// Ends the processes marked with `run` and says how many there were.
pub fn sweep(run: &str) -> usize {
    let found = marked(run);
    if found.is_empty() {
        return 0;
    }
    signal("TERM", &found);
    let begun = Instant::now();
    loop {
        thread::sleep(Duration::from_millis(50));
        let left = marked(run);
        if left.is_empty() {
            break;
        }
        if begun.elapsed() > GRACE {
            signal("KILL", &left);
        }
        if begun.elapsed() > GRACE * 2 {
            break;
        }
    }
    found.len()
}

/// The processes that carry the mark. One that has ended but has not been waited for shows no environment.
fn marked(run: &str) -> Vec<u32> {
    let mark = format!("{MARK}={run}");
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|process| {
            let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
        })
        .collect()
}

/// Through the shell, whose `kill` is built in: the standard library only knows how to kill a child.
fn signal(name: &str, processes: &[u32]) {
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -s \"$@\"", "sh", name]).args(processes.iter().map(u32::to_string));
    let _ = shell.stdin(Stdio::null()).stderr(Stdio::null()).status();
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{MARK, marked, sweep};

    #[test]
    fn a_process_of_the_run_is_ended_and_no_other() {
        let run = format!("sweep-test-{}", std::process::id());
        let mut ours = Command::new("sleep").arg("60").env(MARK, &run).spawn().expect("sleep starts");
        let mut other = Command::new("sleep").arg("60").env(MARK, "other").spawn().expect("sleep starts");
        while marked(&run).is_empty() {
            std::thread::yield_now();
        }
        assert_eq!(sweep(&run), 1);
        assert!(!ours.wait().expect("ended").success());
        assert!(other.try_wait().expect("asked").is_none());
        other.kill().expect("killed");
        other.wait().expect("ended");
    }
}
