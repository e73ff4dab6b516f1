//! Loading rows: ours through the store's door beside `sqlite3`'s `.import` and `psql`'s `\\copy`, into the same
//! table with the same indexes; and the whole import of a list, of which matching identities is the greater part.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::measure::{Sample, Side, cost, interleave};
use super::report::{self, Bound, Goal};
use super::setup::Setup;
use super::{Options, setup};
use crate::{install, say};

/// Runs the benchmark.
///
/// # Errors
/// A program that cannot be installed, or that fails.
pub fn run(setup: &Setup, options: &Options) -> Result<()> {
    install::programs(&[("sqlite3", "sqlite3"), ("psql", "postgresql-client")])?;
    let list = setup.list(options.rows)?;
    let file = setup.folder.join("import.db");
    sqlite(setup, options, &list, &file)?;
    let server = setup::Postgres::start()?;
    postgres(setup, options, &list, &server.address())?;
    let whole = setup.list(options.import_rows)?;
    let ledger = setup.whole_import()?;
    let (embedded, remote) = (fresh(&setup.folder.join("whole.db"))?, server.database("whole")?);
    let import = |address: &str| cost(Command::new(&ledger).arg(address).arg(&whole));
    let mut matched =
        [Side::new("SQLite", || import(&embedded)), Side::new("PostgreSQL", || import(&remote))];
    interleave(1, &mut matched)?;
    report::sides("the whole import: read, assessed, matched, written", options.import_rows, &matched);
    Ok(())
}

fn sqlite(setup: &Setup, options: &Options, list: &Path, file: &Path) -> Result<()> {
    let address = fresh(file)?;
    let empty = || cost(&mut setup.ours(&["table", &address])).map(drop);
    let mut sides = [
        Side::new("SQLite through the door", || -> Result<Sample> {
            empty()?;
            cost(setup.ours(&["load", &address]).arg(list))
        }),
        Side::new("sqlite3 .import", || -> Result<Sample> {
            empty()?;
            let load = format!(".import --csv --skip 1 \"{}\" received", list.display());
            cost(Command::new("sqlite3").arg(file).args(["pragma synchronous = normal", &load]))
        }),
    ];
    interleave(options.repeats, &mut sides)?;
    report::sides("import into SQLite", options.rows, &sides);
    goal("rows a second, SQLite against sqlite3 .import", &sides, 1.0);
    Ok(())
}

fn postgres(setup: &Setup, options: &Options, list: &Path, address: &str) -> Result<()> {
    let empty = || cost(&mut setup.ours(&["table", address])).map(drop);
    let mut sides = [
        Side::new("PostgreSQL through the door", || -> Result<Sample> {
            empty()?;
            cost(setup.ours(&["load", address]).arg(list))
        }),
        Side::new("psql \\copy", || -> Result<Sample> {
            empty()?;
            let load = format!("\\copy received from '{}' with (format csv, header true)", list.display());
            cost(Command::new("psql").args(["-q", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", &load]))
        }),
    ];
    interleave(options.repeats, &mut sides)?;
    report::sides("import into PostgreSQL (processor time of the client only)", options.rows, &sides);
    goal("rows a second, PostgreSQL against psql \\copy", &sides, 0.9);
    Ok(())
}

fn goal(name: &str, sides: &[Side<'_>; 2], least: f64) {
    let [ours, theirs] = sides.each_ref().map(|side| side.best().wall.as_secs_f64());
    let goal = Goal {
        name: name.to_owned(),
        measured: theirs / ours.max(1e-9),
        bound: Bound::AtLeast(least),
        unit: "x",
    };
    report::goals(&[goal]);
}

/// The address of a database that is not there yet.
fn fresh(file: &Path) -> Result<String> {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{}", name.display()));
            }
            _ => {}
        }
    }
    ensure!(file.is_absolute(), "{} is no absolute path", file.display());
    say(&format!("数据库 · database: {}", file.display()));
    Ok(format!("sqlite:{}", file.display()))
}
