//! Which format a file has: its first bytes decide, its name where they leave it open.

use super::input::Input;
use super::pairs::Pairs;
use super::{FileError, Format};

/// The format, and why it was taken.
pub(super) fn format(input: &Input, told: Option<Format>) -> Result<(Format, String), FileError> {
    if let Some(format) = told {
        return Ok((format, "as told".into()));
    }
    let name = input.path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let head = input.head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&input.head);
    if head.starts_with(b"PAR1") {
        return Ok((Format::Parquet, "begins with PAR1".into()));
    }
    if head.starts_with(b"PK\x03\x04") {
        return Ok((Format::Xlsx, "is a zip archive, as workbooks are".into()));
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start();
    if text.starts_with('<') {
        return Ok((Format::Xes, "begins like XML".into()));
    }
    if text.starts_with(['{', '[']) {
        return Ok(json(text, extension));
    }
    match extension {
        "csv" | "tsv" | "txt" | "tab" => Ok((Format::Csv, format!("by its name: .{extension}"))),
        "parquet" | "xlsx" | "xes" => {
            Err(FileError::whole(format!("is called .{extension} but does not begin like one")))
        }
        "xls" | "ods" => Err(FileError::whole("is a workbook of an older form: save it as .xlsx or .csv")),
        _ if text.contains('\0') && !head.starts_with(b"\xff\xfe") && !head.starts_with(b"\xfe\xff") => {
            Err(FileError::whole("is none of the forms that can be read: give the option format"))
        }
        _ => Ok((Format::Csv, "is text and neither XML nor JSON".into())),
    }
}

fn json(text: &str, extension: &str) -> (Format, String) {
    // One line a value, or the first value as far as it was looked at.
    let first = text.lines().next().unwrap_or_default();
    let says = |word: &str| text.contains(word);
    if Pairs::parse(first).is_ok_and(|pairs| pairs.find("specversion").is_some()) {
        return (Format::CloudEvents, "the first object has a specversion".into());
    }
    let is_one_object = text.starts_with('{') && !matches!(extension, "jsonl" | "ndjson");
    let is_line = Pairs::parse(first).is_ok();
    if is_one_object
        && (says("\"objectTypes\"") || says("\"eventTypes\"") || (says("\"relationships\"") && says("\"objectId\"")))
        && (!is_line || Pairs::parse(first).is_ok_and(|pairs| pairs.find("events").is_some()))
    {
        return (Format::Ocel, "one object with the members of OCEL 2.0".into());
    }
    if is_one_object && !is_line && says("\"events\"") && says("\"objects\"") {
        return (Format::Ocel, "one object with events and objects".into());
    }
    if !is_line && says("\"specversion\"") {
        return (Format::CloudEvents, "its objects have a specversion".into());
    }
    (Format::Jsonl, "begins like JSON".into())
}
