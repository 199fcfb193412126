use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use mining::report::{Cells, Table};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::Error;
use crate::columns::{defined, rows};

/// Where the recipe of a table stands in a Parquet file's key-value metadata.
pub const RECIPE_KEY: &str = "geleit.recipe";

/// A table as Apache Parquet: names as UTF-8, counts as UINT_64, all else as DOUBLE. Only names are never null; what is
/// undefined or not finite is.
///
/// `recipe_json` says how to ask for this answer again; it goes into the file under [`RECIPE_KEY`]. The same table and
/// recipe give the same bytes.
pub fn parquet(table: &Table, recipe_json: &str) -> Result<Vec<u8>, Error> {
    rows(table)?;
    if table.columns.is_empty() {
        return Err(Error::NoColumns { table: table.name });
    }
    let fields = table.columns.iter().map(|column| {
        let (kind, nullable) = match column.cells {
            Cells::Text(_) => (DataType::Utf8, false),
            Cells::Count(_) => (DataType::UInt64, true),
            Cells::Share(_) | Cells::Bar(_) | Cells::Heat(_) | Cells::Seconds(_) | Cells::Number(_) => {
                (DataType::Float64, true)
            }
        };
        Field::new(&column.name, kind, nullable)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = table.columns.iter().map(|column| array(&column.cells)).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;

    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(vec![KeyValue::new(RECIPE_KEY.to_owned(), recipe_json.to_owned())]))
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), schema, options)?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}

fn array(cells: &Cells) -> ArrayRef {
    match cells {
        Cells::Text(cells) => Arc::new(StringArray::from_iter_values(cells)),
        Cells::Count(cells) => Arc::new(UInt64Array::from_iter(cells.iter().copied())),
        Cells::Share(cells) | Cells::Bar(cells) | Cells::Heat(cells) | Cells::Seconds(cells) | Cells::Number(cells) => {
            Arc::new(Float64Array::from_iter(cells.iter().copied().map(defined)))
        }
    }
}
