//! The columns of a part, and how each is encoded.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

/// Rows a page holds. A look-up decodes one page of each column, so pages are small;
/// below a thousand rows the page headers begin to cost.
pub(crate) const ROWS_PER_PAGE: usize = 1_024;

/// Rows a row group holds: bounds what a writer keeps in memory.
pub(crate) const ROWS_PER_GROUP: usize = 131_072;

/// Positions of the columns in [`schema`].
pub(crate) mod column {
    pub(crate) const CUSTOMER: usize = 0;
    pub(crate) const AT: usize = 1;
    pub(crate) const ARRIVAL: usize = 2;
    pub(crate) const ANCHOR: usize = 3;
    pub(crate) const TOUCHPOINT: usize = 4;
    pub(crate) const REGISTERED: usize = 5;
    pub(crate) const KIND: usize = 6;
    pub(crate) const NAME: usize = 7;
    pub(crate) const CHANNEL: usize = 8;
    pub(crate) const SOURCE: usize = 9;
    pub(crate) const MESSAGE_ID: usize = 10;
    pub(crate) const RECEIVED_AT: usize = 11;
    pub(crate) const CLIENT_AT: usize = 12;
    pub(crate) const IDENTIFIERS: usize = 13;
    pub(crate) const PROPERTIES: usize = 14;
    pub(crate) const CONTEXT: usize = 15;
    pub(crate) const EXTRA: usize = 16;
    pub(crate) const MOOD: usize = 17;
    pub(crate) const MOOD_ORIGIN: usize = 18;
    pub(crate) const MOOD_METHOD: usize = 19;
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("customer", DataType::UInt64, false),
        Field::new("at", time.clone(), false),
        Field::new("arrival", DataType::UInt64, false),
        Field::new("anchor", DataType::UInt32, false),
        Field::new("touchpoint", DataType::Utf8, false),
        Field::new("registered", DataType::Boolean, false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, false),
        Field::new("channel", DataType::Utf8, false),
        Field::new("source", DataType::Utf8, false),
        Field::new("message_id", DataType::Utf8, false),
        Field::new("received_at", time.clone(), false),
        Field::new("client_at", time, true),
        Field::new("identifiers", DataType::Utf8, false),
        Field::new("properties", DataType::Utf8, true),
        Field::new("context", DataType::Utf8, true),
        Field::new("extra", DataType::Utf8, true),
        Field::new("mood", DataType::Int8, true),
        Field::new("mood_origin", DataType::Utf8, true),
        Field::new("mood_method", DataType::Utf8, true),
    ]))
});

/// The columns of a part.
pub(crate) fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// The same columns, the repetitive texts read as codes into the part's own dictionary instead of one string a row.
pub(crate) fn coded_schema() -> SchemaRef {
    let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = SCHEMA.fields().iter().enumerate().map(|(index, field)| match index {
        column::TOUCHPOINT | column::KIND | column::CHANNEL | column::MOOD_ORIGIN => {
            Arc::new(field.as_ref().clone().with_data_type(coded.clone()))
        }
        _ => Arc::clone(field),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

pub(crate) fn writer_properties() -> WriterProperties {
    let path = |index: usize| ColumnPath::from(SCHEMA.field(index).name().as_str());
    let sorted = |index: usize| SortingColumn { column_idx: index as i32, descending: false, nulls_first: false };
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_data_page_row_count_limit(ROWS_PER_PAGE)
        .set_write_batch_size(ROWS_PER_PAGE)
        .set_max_row_group_row_count(Some(ROWS_PER_GROUP))
        .set_sorting_columns(Some([column::CUSTOMER, column::AT, column::ARRIVAL].map(sorted).to_vec()))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_dictionary_enabled(false);
    // Readers prune by these; bounds of the other columns would only lengthen the footer.
    for index in [column::CUSTOMER, column::AT, column::ARRIVAL] {
        properties = properties.set_column_statistics_enabled(path(index), EnabledStatistics::Page);
    }
    // Numbers that grow from row to row are small as differences.
    for index in [column::CUSTOMER, column::AT, column::ARRIVAL, column::ANCHOR, column::RECEIVED_AT, column::CLIENT_AT]
    {
        properties = properties.set_column_encoding(path(index), Encoding::DELTA_BINARY_PACKED);
    }
    let few_values = [
        column::TOUCHPOINT,
        column::KIND,
        column::NAME,
        column::CHANNEL,
        column::SOURCE,
        column::MOOD,
        column::MOOD_ORIGIN,
        column::MOOD_METHOD,
    ];
    for index in few_values {
        properties = properties.set_column_dictionary_enabled(path(index), true);
    }
    // Packed differences and dictionary codes hardly shrink any further, and a look-up would pay for setting up a
    // decompressor for each such column: half its time. So only free text is compressed.
    let free_text = [column::MESSAGE_ID, column::IDENTIFIERS, column::PROPERTIES, column::CONTEXT, column::EXTRA];
    let zstd = Compression::ZSTD(ZstdLevel::try_new(1).expect("zstd knows level 1"));
    for index in free_text {
        properties = properties.set_column_compression(path(index), zstd);
    }
    properties.build()
}
