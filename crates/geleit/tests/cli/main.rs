//! The command line as people and scripts meet it.

#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

#[path = "../common/mod.rs"]
mod common;

mod beside;
mod decisions;
mod evaluation;
mod formats;
mod improving;
mod link;
mod mine;
mod people;
mod plan_files;
mod plans;
mod reference;
mod settings;
mod words;
mod worlds;

use common::Place;

/// Three people and a row whose time nobody can read.
const ORDERS: &str = "\
client,step,at
ada,home,2026-03-01 10:00:00
ada,cart,2026-03-01 10:01:00
ada,order,2026-03-01 10:03:00
bob,home,2026-03-02 09:00:00
bob,cart,2026-03-02 09:10:00
cy,home,2026-03-02 12:00:00
cy,cart,not a time
";

/// A place with that log imported.
fn imported() -> Place {
    let place = Place::new();
    place.file("orders.csv", ORDERS);
    place.done("import orders.csv");
    place
}
