"""Reads an exported table from its Parquet and its CSV with DuckDB and prints the rows of both, as JSON."""

import json
import sys

import duckdb

parquet, csv = sys.argv[1:]
table = duckdb.sql(f"SELECT * FROM read_parquet('{parquet}')")
recipes = duckdb.sql(f"SELECT value FROM parquet_kv_metadata('{parquet}') WHERE key = 'geleit.recipe'").fetchall()
answer = {
    "types": [str(kind) for kind in table.types],
    "parquet": table.fetchall(),
    "csv": duckdb.sql(f"SELECT * FROM read_csv('{csv}')").fetchall(),
    "recipes": [recipe.decode() for (recipe,) in recipes],
}
print(json.dumps(answer))
