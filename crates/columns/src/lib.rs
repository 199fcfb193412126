//! Parquet parts by person bucket, and the sorted columns in memory.
