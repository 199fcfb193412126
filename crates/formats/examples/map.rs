//! Writes a map in a format of other programs; the tests with those programs (`tests/clients`) use it.
//!
//! `map FORMAT < MAP > FILE`, where MAP is the JSON of a map, or `map FORMAT --read < FILE > MAP` for the way back.

use std::io::{self, Read, Write};

use formats::{Beside, MapFormat, read_map, write_map};
use model::{MapPlan, Persona};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let format: MapFormat = arguments.next().ok_or("a format is missing")?.parse()?;
    let mut given = Vec::new();
    io::stdin().read_to_end(&mut given)?;
    let written = match arguments.next().as_deref() {
        Some("--read") => serde_json::to_vec(&read_map(format, "map", &given)?.map)?,
        Some(other) => return Err(format!("{other} is no argument").into()),
        None => {
            let map: MapPlan = serde_json::from_slice(&given)?;
            let mut beside = Beside::default();
            for id in &map.personas {
                beside.personas.insert(id.clone(), Persona { title: format!("The {id}"), ..Persona::default() });
            }
            write_map(format, "map", &map, &beside)?
        }
    };
    Ok(io::stdout().write_all(&written)?)
}
