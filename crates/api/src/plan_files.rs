//! Maps and the register of touchpoints as files of other programs, both ways.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use engine::{map_file, read_map_file, register, register_changes, write_document, write_register};
use formats::register::{Changes, TableFormat};
use formats::{MOST_BYTES, MapFormat, Note};
use model::{DocumentKind, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Draft;

use crate::Api;
use crate::auth::{Area, Caller};
use crate::body;
use crate::extract::{Asked, At};
use crate::openapi::{Operation, of, one_of, text, whole};
use crate::problem::{INVALID, Problem};
use crate::question::{answer, ask};
use crate::routes::{Door, Route};

const MAP: &str = "/v1/maps/{map}/file";
const TOUCHPOINTS: &str = "/v1/touchpoints/file";

pub(crate) fn routes() -> Vec<Route> {
    let (read, write) = (Door::Token(Area::PlansRead), Door::Token(Area::PlansWrite));
    let map = |operation: Operation| operation.path("map", text("Such as `bike-purchase`"), "The map's name");
    let what = "Which format; docs/formats.md tells what each holds";
    let written = MapFormat::ALL.map(MapFormat::name);
    let export = map(Operation::new("mapFile", "plans", "A map as a file of other programs"))
        .needed_query("format", one_of(written, "Of the file"), what)
        .fails(400, "There is no such format, or it cannot hold the map")
        .fails(404, "There is no such map");
    let export = MapFormat::ALL.into_iter().fold(export, |operation, format| {
        let (media_type, schema) = file_of(format.media_type());
        with_answer(operation, media_type, &schema, "The file")
    });
    let readable: Vec<&str> =
        MapFormat::ALL.into_iter().filter(|format| format.is_read()).map(MapFormat::name).collect();
    let anything = json!({ "type": "string", "format": "binary", "description": "The file as it is, 10 MB at most" });
    let changes = |operation: Operation| {
        operation
            .query("dry_run", json!({ "type": "boolean" }), "Only say what would be; false if not given")
            .query("note", text("Any"), "Why")
            .body_of(&[("*/*", &anything)])
    };
    let import = changes(map(Operation::new("importMap", "plans", "Take over a map from a file of other programs")))
        .saying("The body is the file. A mistake is told with its place in the file, and nothing is written.")
        .needed_query("format", one_of(readable, "Of the file"), what)
        .query(
            "expected_version",
            whole("A version"),
            "The version that was read, 0 for none; refused with 409 if another is current",
        )
        .json(200, "The map as it was read", &of("MapImport"))
        .fails(400, "The file cannot be read; `detail` says where and why")
        .fails(409, "Another version is current than the one expected")
        .fails(413, "The file is too long");
    let tables = || one_of(TableFormat::ALL.map(TableFormat::name), "Of the file");
    let export_register = Operation::new("touchpointsFile", "plans", "The register of touchpoints as a table")
        .needed_query("format", tables(), what)
        .fails(400, "There is no such format");
    let export_register = TableFormat::ALL.into_iter().fold(export_register, |operation, format| {
        let (media_type, schema) = file_of(format.media_type());
        with_answer(operation, media_type, &schema, "The table")
    });
    let import_register = changes(Operation::new("importTouchpoints", "plans", "Take over touchpoints from a table"))
        .saying(
            "The body is the table. Only columns that are there change anything. A dry run tells what would change and what is \
             wrong, row by row; while a row is wrong nothing is written.",
        )
        .needed_query("format", tables(), what)
        .json(200, "What changes, row by row", &of("RegisterChanges"))
        .fails(400, "The table cannot be read, or, without `dry_run`, rows of it are wrong: `invalid_params` names them")
        .fails(409, "Somebody has written one of the touchpoints meanwhile: nothing was written")
        .fails(413, "The file is too long");
    vec![
        Route::new(Method::GET, MAP, read, export, export_map),
        Route::new(Method::POST, MAP, write, import, import_map),
        Route::new(Method::GET, TOUCHPOINTS, read, export_register, export_touchpoints),
        Route::new(Method::POST, TOUCHPOINTS, write, import_register, import_touchpoints),
    ]
}

/// A media type without its parameters, and what a body of it is.
fn file_of(media_type: &'static str) -> (&'static str, Value) {
    let media_type = media_type.split(';').next().unwrap_or_default();
    let schema = if media_type.ends_with("json") {
        json!({ "type": "object", "additionalProperties": true, "description": "The document" })
    } else {
        json!({ "type": "string", "format": "binary", "description": "The file" })
    };
    (media_type, schema)
}

fn with_answer(operation: Operation, media_type: &'static str, schema: &Value, about: &str) -> Operation {
    if operation.has_answer(200) {
        operation.or_as(200, media_type, schema)
    } else {
        operation.answers(200, about, media_type, schema)
    }
}

/// A file that a browser saves under a name.
pub(crate) fn attachment(media_type: &'static str, name: &str) -> Result<[(HeaderName, HeaderValue); 2], Problem> {
    let name = format!("attachment; filename=\"{name}\"");
    let name = HeaderValue::try_from(name).map_err(|error| Problem::internal(&error))?;
    Ok([(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), (header::CONTENT_DISPOSITION, name)])
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    format: String,
}

async fn export_map(
    State(api): State<Api>,
    At(map): At<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Problem> {
    let format: MapFormat = wanted.format.parse()?;
    let file = format!("{map}.{}", format.extension());
    let bytes = ask(&api, move |engine| {
        let found = map_file(engine.answers().plans(), &map, format)?;
        found.ok_or_else(|| Problem::not_found(format_args!("map {map:?}")))
    });
    let bytes = bytes.await?;
    Ok((attachment(format.media_type(), &file)?, bytes).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Import {
    format: String,
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    note: String,
    expected_version: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Imported {
    body: Value,
    notes: Vec<Note>,
    version: Option<u32>,
}

async fn import_map(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    At(map): At<String>,
    Asked(import): Asked<Import>,
    file: Body,
) -> Result<Response, Problem> {
    let format: MapFormat = import.format.parse()?;
    let bytes = body::collect(file, MOST_BYTES).await?;
    answer(&api, move |engine| {
        let plans = engine.answers().plans();
        let read = read_map_file(plans, &map, format, &bytes)?;
        let body = serde_json::to_value(&read.map).map_err(|error| Problem::internal(&error))?;
        if import.dry_run {
            return Ok(Imported { body, notes: read.notes, version: None });
        }
        let (kind, expected_version) = (DocumentKind::Map, import.expected_version);
        let current = plans.document(kind, &map, None)?;
        let as_it_is = current.filter(|current| current.body == body);
        let as_it_is = as_it_is.filter(|current| expected_version.is_none_or(|expected| expected == current.version));
        let version = match as_it_is {
            Some(current) => current.version,
            None => {
                let (name, author, note, at) = (map.as_str(), caller.author(), import.note.as_str(), Timestamp::now());
                write_document(plans, Draft { kind, name, body: &body, author, note, expected_version, at })?.version
            }
        };
        Ok(Imported { body, notes: read.notes, version: Some(version) })
    })
    .await
}

async fn export_touchpoints(State(api): State<Api>, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    let format: TableFormat = wanted.format.parse()?;
    let bytes =
        ask(&api, move |engine| Ok(formats::register::write(format, &register(engine.answers().plans())?)?)).await?;
    Ok((attachment(format.media_type(), &format!("touchpoints.{format}"))?, bytes).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ImportTable {
    format: String,
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    note: String,
}

#[derive(Debug, Serialize)]
struct RegisterChanges {
    #[serde(flatten)]
    changes: Changes,
    written: u64,
}

async fn import_touchpoints(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Asked(import): Asked<ImportTable>,
    file: Body,
) -> Result<Response, Problem> {
    let format: TableFormat = import.format.parse()?;
    let bytes = body::collect(file, MOST_BYTES).await?;
    answer(&api, move |engine| {
        let plans = engine.answers().plans();
        if import.dry_run {
            return Ok(RegisterChanges { changes: register_changes(plans, format, &bytes)?, written: 0 });
        }
        let (changes, written) = write_register(plans, format, &bytes, caller.author(), &import.note)?;
        match changes.errors.first() {
            None => Ok(RegisterChanges { changes, written }),
            Some(first) => {
                let detail = format!("{first}; nothing was written, {} rows are wrong", changes.errors.len());
                let problem = Problem::new(INVALID, detail);
                Err(changes.errors.iter().fold(problem, |problem, error| problem.naming(error.place(), error.told())))
            }
        }
    })
    .await
}
