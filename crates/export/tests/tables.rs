//! What is written as a table reads back as it was.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt64Type};
use arrow_schema::DataType;
use bytes::Bytes;
use export::{Error, RECIPE_KEY, csv, parquet};
use mining::report::{Cells, Column, Table};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

const RECIPE: &str = r#"{"question":"graph","filter":"name = \"Ü\""}"#;

fn table(columns: Vec<(&str, Cells)>) -> Table {
    let column = |(name, cells): (&str, Cells)| Column { name: name.to_owned(), cells };
    Table { name: "edges", columns: columns.into_iter().map(column).collect() }
}

/// One column of each kind, with what is hard to write in each.
fn every_kind() -> Table {
    let names = ["say \"hi\", you", "two\r\nlines", "Ümläut 🛒"].map(str::to_owned).to_vec();
    let numbers = || vec![Some(0.1 + 0.2), None, Some(-1e-300)];
    table(vec![
        ("touchpoint", Cells::Text(names)),
        ("n", Cells::Count(vec![Some(u64::MAX), None, Some(0)])),
        ("share", Cells::Share(numbers())),
        ("bar", Cells::Bar(numbers())),
        ("heat", Cells::Heat(numbers())),
        ("median_s", Cells::Seconds(numbers())),
        ("lift", Cells::Number(numbers())),
    ])
}

/// The table as its header and its rows, undefined cells empty.
fn read_csv(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = ::csv::Reader::from_reader(bytes);
    let strings = |record: &::csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = strings(reader.headers().unwrap());
    (header, reader.records().map(|record| strings(&record.unwrap())).collect())
}

/// The table as columns of the kinds that Parquet tells apart, and its recipe.
fn read_parquet(bytes: Vec<u8>) -> (Vec<(String, Cells)>, Option<String>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap();
    let pairs = builder.metadata().file_metadata().key_value_metadata().unwrap();
    let recipe = pairs.iter().find(|pair| pair.key == RECIPE_KEY).and_then(|pair| pair.value.clone());
    let schema = std::sync::Arc::clone(builder.schema());
    let batches: Vec<_> = builder.build().unwrap().map(Result::unwrap).collect();
    let columns = schema.fields().iter().enumerate().map(|(index, field)| {
        let arrays = || batches.iter().map(|batch| batch.column(index));
        let cells = if *field.data_type() == DataType::Utf8 {
            let names = arrays().flat_map(|array| array.as_string::<i32>());
            Cells::Text(names.map(|name| name.unwrap().to_owned()).collect())
        } else if *field.data_type() == DataType::UInt64 {
            Cells::Count(arrays().flat_map(|array| array.as_primitive::<UInt64Type>()).collect())
        } else {
            Cells::Number(arrays().flat_map(|array| array.as_primitive::<Float64Type>()).collect())
        };
        (field.name().clone(), cells)
    });
    (columns.collect(), recipe)
}

/// What of a column Parquet keeps: all fractions are numbers to it.
fn as_parquet_knows_it(column: &Column) -> (String, Cells) {
    let cells = match column.cells.clone() {
        kept @ (Cells::Text(_) | Cells::Count(_)) => kept,
        Cells::Share(cells) | Cells::Bar(cells) | Cells::Heat(cells) | Cells::Seconds(cells) | Cells::Number(cells) => {
            Cells::Number(cells)
        }
    };
    (column.name.clone(), cells)
}

#[test]
fn csv_reads_back_every_name_count_and_digit() {
    let table = every_kind();
    let (header, rows) = read_csv(&csv(&table).unwrap());
    assert_eq!(header, ["touchpoint", "n", "share", "bar", "heat", "median_s", "lift"]);
    for (index, column) in table.columns.iter().enumerate() {
        let read = || rows.iter().map(|row| row[index].as_str());
        match &column.cells {
            Cells::Text(cells) => assert_eq!(read().collect::<Vec<_>>(), *cells),
            Cells::Count(cells) => assert_eq!(read().map(|cell| cell.parse().ok()).collect::<Vec<_>>(), *cells),
            Cells::Share(cells)
            | Cells::Bar(cells)
            | Cells::Heat(cells)
            | Cells::Seconds(cells)
            | Cells::Number(cells) => {
                assert_eq!(read().map(|cell| cell.parse().ok()).collect::<Vec<_>>(), *cells);
            }
        }
        assert_eq!(rows.iter().filter(|row| row[index].is_empty()).count(), usize::from(index > 0), "{}", column.name);
    }
}

#[test]
fn csv_is_as_rfc_4180_has_it() {
    for (columns, written) in [
        (vec![], ""),
        (vec![("touchpoint", Cells::Text(vec![])), ("n", Cells::Count(vec![]))], "touchpoint,n\r\n"),
        (vec![("n", Cells::Count(vec![None, Some(7)]))], "n\r\n\"\"\r\n7\r\n"),
        (vec![("=a", Cells::Text(vec!["@b".to_owned(), "\"c\",d".to_owned()]))], "'=a\r\n'@b\r\n\"\"\"c\"\",d\"\r\n"),
        (vec![("x", Cells::Number(vec![Some(-0.5), Some(f64::NAN), Some(1e300)]))], "x\r\n-0.5\r\n\"\"\r\n1e300\r\n"),
    ] {
        assert_eq!(String::from_utf8(csv(&table(columns)).unwrap()).unwrap(), written);
    }
}

#[test]
fn parquet_reads_back_equal_with_its_recipe() {
    let nothing =
        table(vec![("touchpoint", Cells::Text(vec![])), ("n", Cells::Count(vec![])), ("p", Cells::Bar(vec![]))]);
    for table in [every_kind(), nothing] {
        let (columns, recipe) = read_parquet(parquet(&table, RECIPE).unwrap());
        assert_eq!(columns, table.columns.iter().map(as_parquet_knows_it).collect::<Vec<_>>());
        assert_eq!(recipe.as_deref(), Some(RECIPE));
    }
    let unbounded = table(vec![("lift", Cells::Number(vec![Some(f64::INFINITY), Some(2.0)]))]);
    let (columns, _) = read_parquet(parquet(&unbounded, RECIPE).unwrap());
    assert_eq!(columns[0].1, Cells::Number(vec![None, Some(2.0)]));
}

#[test]
fn a_table_that_is_none_is_refused_by_name() {
    let ragged = table(vec![("touchpoint", Cells::Text(vec!["a".to_owned()])), ("n", Cells::Count(vec![]))]);
    let words = "column n of edges has 0 cells where the first has 1";
    assert_eq!(csv(&ragged).unwrap_err().to_string(), words);
    assert_eq!(parquet(&ragged, RECIPE).unwrap_err().to_string(), words);
    assert!(matches!(parquet(&table(vec![]), RECIPE), Err(Error::NoColumns { table: "edges" })));
}
