//! One enterprise through the whole chain, from the plan to the archive, in a real browser, as each role in
//! turn, on both databases (N01–N29). Nothing is set up behind the pages' back: an installation begins with
//! one account made on the command line, as the README says, and everything else is typed and clicked. The
//! server is killed between the days. Every page is kept as a picture under `target/screenshots/`.

mod closing;
mod lists;
mod opening;
mod repair;
mod training;
mod walk;

use crate::server::Server;
use walk::Walk;

fn walk(engine: &'static str, server: Server) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut walk = runtime.block_on(Walk::begin(engine, server));
    // The days on which something happens; the server starts anew on each.
    runtime.block_on(async {
        walk.day("2022-06-20");
        opening::campaign_and_accounts(&mut walk).await;
        lists::imported_and_assessed(&mut walk).await;
        lists::pushed_and_followed_up(&mut walk).await;
        training::planned_and_published(&mut walk).await;
        training::invited_and_committed(&mut walk).await;
        walk.day("2022-06-28");
        training::attended_and_examined(&mut walk).await;
        repair::prepared(&mut walk).await;
        walk.day("2022-07-05");
        repair::reviewed_hand_in_hand(&mut walk).await;
        walk.day("2022-07-12");
        repair::decided_and_taken_down(&mut walk).await;
        closing::archived_and_handed_over(&mut walk).await;
        closing::counted_and_summed_up(&mut walk).await;
        closing::next_year(&mut walk).await;
    });
    let server = runtime.block_on(walk.end());
    drop(runtime);
    // The chain of audit entries is whole, and says so from outside.
    server.run(&["audit", "verify"]);
}

#[test]
fn an_enterprise_is_repaired_on_sqlite() {
    walk("sqlite", Server::idle(None));
}

#[test]
fn an_enterprise_is_repaired_on_postgres() {
    walk("postgres", Server::idle_on_postgres());
}
