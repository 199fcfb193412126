//! Plans and lived journeys in the formats of other programs, and back.
//!
//! Beside the way of the data: a [`MapPlan`] becomes CJML, Mermaid, a table, BPMN, UJG or a page to read with [`write_map`], and what
//! others have drawn becomes a map with [`read_map`]; the register of touchpoints is a table both ways ([`register`]); journeys
//! that were lived become event logs of process mining ([`lived`]). Nothing here does IO: bytes come in, documents go out.
//!
//! Whatever a format cannot show travels beside what it shows, where only Geleit looks: in comments, processing instructions,
//! extensions. What people see holds: if it was changed by hand, what travelled beside it gives way. `docs/formats.md` tells it
//! field by field.
//!
//! ```
//! use formats::{Beside, MapFormat, read_map, write_map};
//!
//! let drawn = "journey\n  title To the order\n  section Decide\n    Looks around: 4: Commuter\n    Orders: 2.0: Commuter\n";
//! let read = read_map(MapFormat::Mermaid, "order", drawn.as_bytes())?;
//! assert_eq!(read.map.step[1].title, "Orders");
//! assert_eq!(read.map.step[1].emotion["commuter"], -1);
//!
//! let written = write_map(MapFormat::Mermaid, "order", &read.map, &Beside::default())?;
//! assert_eq!(read_map(MapFormat::Mermaid, "order", &written)?.map, read.map);
//! # Ok::<(), model::Invalid>(())
//! ```

use std::collections::BTreeMap;

use model::{DocumentKind, Invalid, MapPlan, Opportunity, PainPoint, Persona, Solution, Touchpoint, check_body};

mod bpmn;
mod cells;
mod cjml;
mod decode;
mod document;
mod flowchart;
mod format;
mod grid;
mod guard;
mod kept;
pub mod lived;
mod map_columns;
mod map_table;
mod markdown;
mod mermaid;
mod names;
mod network;
mod note;
mod points;
pub mod register;
mod ujg;
pub mod words;
mod workbook;
mod xml;

pub use document::toml;
pub use format::MapFormat;
pub use guard::{guarded, unguarded};
pub use note::{Note, NoteCode};

/// Most bytes of a file that is read.
pub const MOST_BYTES: usize = 10 << 20;

/// What a map refers to, as far as it is known, by ids: it is shown under its title, and pages tell all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beside {
    /// The register of touchpoints.
    pub touchpoints: BTreeMap<String, Touchpoint>,
    /// Personas.
    pub personas: BTreeMap<String, Persona>,
    /// Pain points.
    pub pain_points: BTreeMap<String, PainPoint>,
    /// Opportunities.
    pub opportunities: BTreeMap<String, Opportunity>,
    /// Solutions.
    pub solutions: BTreeMap<String, Solution>,
}

/// A map as it was read, and what there is to know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The map; valid as [`check_body`] says.
    pub map: MapPlan,
    /// What was not taken over, changed or assumed.
    pub notes: Vec<Note>,
}

/// A map in another format; `name` is the name of its document.
///
/// # Errors
/// What the format cannot hold at all, with its place in the map: text that is longer than a cell may be.
pub fn write_map(format: MapFormat, name: &str, map: &MapPlan, beside: &Beside) -> Result<Vec<u8>, Invalid> {
    match format {
        MapFormat::Cjml => Ok(cjml::write(name, map, beside)),
        MapFormat::Mermaid => Ok(mermaid::write(map, beside).into_bytes()),
        MapFormat::Flowchart => Ok(flowchart::write(name, map, beside).into_bytes()),
        MapFormat::Csv => Ok(map_table::write_csv(map)),
        MapFormat::Xlsx => map_table::write_xlsx(map),
        MapFormat::Ujg => Ok(ujg::write(name, map, beside)),
        MapFormat::Bpmn => Ok(bpmn::write(name, map)),
        MapFormat::Markdown => Ok(markdown::write(name, map, beside).into_bytes()),
        MapFormat::Toml => Ok(document::toml(map)?.into_bytes()),
    }
}

/// A map from another format. `name` is the name its document will have; it is also the title of a map that has none.
///
/// # Errors
/// The format is one that is only written; or the place in the file, the value and what is wrong with it.
pub fn read_map(format: MapFormat, name: &str, bytes: &[u8]) -> Result<Read, Invalid> {
    let mut read = match format {
        MapFormat::Cjml => cjml::read(bytes),
        MapFormat::Mermaid => mermaid::read(bytes),
        MapFormat::Csv => map_table::read_csv(bytes),
        MapFormat::Xlsx => map_table::read_xlsx(bytes),
        MapFormat::Toml => document::read_map(bytes),
        MapFormat::Flowchart | MapFormat::Ujg | MapFormat::Bpmn | MapFormat::Markdown => {
            let can: Vec<&str> =
                MapFormat::ALL.into_iter().filter(|format| format.is_read()).map(MapFormat::name).collect();
            return Err(Invalid::new("format", format.name(), format!("is only written; read are {}", can.join(", "))));
        }
    }?;
    if read.map.title.trim().is_empty() {
        read.map.title = name.to_owned();
        read.notes.push(Note::assumed("title", "the file has no title: the map has its name as title"));
    }
    let body = serde_json::to_value(&read.map).map_err(|error| Invalid::missing("", error.to_string()))?;
    check_body(DocumentKind::Map, name, &body)?;
    Ok(read)
}
