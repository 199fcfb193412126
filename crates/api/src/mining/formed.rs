//! Answers in the format that was asked for.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use engine::{Answered, Found};
use export::{Drawn, Format};
use mining::report::Table;
use model::Invalid;
use serde_json::{Value, json};

use crate::problem::Problem;

/// Edges drawn of a network where the question does not say how many.
const EDGES: usize = 50;

pub(super) fn all_edges() -> Drawn {
    Drawn { strongest: usize::MAX }
}

/// As many edges as asked for.
pub(super) fn strongest_edges(asked: Option<&str>) -> Result<Drawn, Invalid> {
    let Some(asked) = asked else { return Ok(Drawn { strongest: EDGES }) };
    let strongest = asked.parse().ok().filter(|edges| *edges > 0);
    strongest
        .map(|strongest| Drawn { strongest })
        .ok_or_else(|| Invalid::new("edges", asked, "is no whole number from 1"))
}

/// The media type without its parameters.
pub(super) fn media_type(format: Format) -> &'static str {
    format.media_type().split(';').next().unwrap_or_default()
}

/// What a body in a format other than JSON is.
pub(super) fn schema(format: Format) -> Value {
    let about = match format {
        Format::Json => "Everything",
        Format::Csv => "One table, a line of names first",
        Format::Parquet => return json!({ "description": "One table; its metadata hold the recipe" }),
        Format::Dot => "The network as a graph for Graphviz",
        Format::Mermaid => "The network as a flowchart",
    };
    json!({ "type": "string", "description": about })
}

pub(super) fn formed(
    answered: &Answered,
    name: &str,
    format: Format,
    table: Option<&str>,
    drawn: &Drawn,
) -> Result<Response, Problem> {
    let internal = |error: &dyn std::fmt::Display| Problem::internal(error);
    let body = match format {
        Format::Json => answered.to_json().map_err(|error| internal(&error))?.into_bytes(),
        Format::Csv => export::csv(&chosen_table(answered, table)?).map_err(|error| internal(&error))?,
        Format::Parquet => {
            let recipe = serde_json::to_string(&answered.recipe).map_err(|error| internal(&error))?;
            export::parquet(&chosen_table(answered, table)?, &recipe).map_err(|error| internal(&error))?
        }
        Format::Dot | Format::Mermaid => {
            let network = match &answered.found {
                Found::One(report) => report.network.as_ref(),
                Found::Two(_) => None,
            };
            let network = network.ok_or_else(|| {
                Invalid::new("format", format.name(), "draws networks; this answer is none: json, csv or parquet")
            })?;
            if format == Format::Dot { export::dot(network, drawn) } else { export::mermaid(network, drawn) }
                .into_bytes()
        }
    };
    let content_type = HeaderValue::from_static(format.media_type());
    let mut response = ([(header::CONTENT_TYPE, content_type)], body).into_response();
    if format != Format::Json {
        let name = format!("attachment; filename=\"{name}.{}\"", format.extension());
        let name = HeaderValue::try_from(name).map_err(|error| internal(&error))?;
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// A table by its name, or the first one; of a comparison the differences.
fn chosen_table(answered: &Answered, name: Option<&str>) -> Result<Table, Invalid> {
    let named = |before: &str, tables: &[Table]| -> Vec<(String, Table)> {
        tables.iter().map(|table| (format!("{before}{}", table.name), table.clone())).collect()
    };
    let mut tables = match &answered.found {
        Found::One(report) => named("", &report.tables),
        Found::Two(both) => {
            [named("", &[both.table()]), named("a.", &both.a.tables), named("b.", &both.b.tables)].concat()
        }
    };
    let place = match name {
        None => Some(0).filter(|_| !tables.is_empty()),
        Some(name) => tables.iter().position(|(known, _)| known == name),
    };
    let Some(place) = place else {
        let names: Vec<&str> = tables.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Invalid::new("table", name.unwrap_or_default(), format!("is none of {}", names.join(", "))));
    };
    Ok(tables.swap_remove(place).1)
}
