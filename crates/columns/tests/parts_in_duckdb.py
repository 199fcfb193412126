"""Reads the parts of a data directory with DuckDB, as any other tool would: nothing but the files and their paths.

Usage: python parts_in_duckdb.py DATA_DIR
Prints JSON: {"rows", "customers", "by_touchpoint": {label: rows}, "buckets", "years": {year: rows}, "sorted"}.
`sorted` is true if every file is in the order of (customer, at, arrival).
Needs: pip install duckdb
"""

import json
import sys
from pathlib import Path

import duckdb

PARTS = """
    read_parquet(?, hive_partitioning = true, filename = true, file_row_number = true,
                 hive_types = {'bucket': 'VARCHAR', 'window': 'INTEGER'})
"""


def main(data_directory: str) -> None:
    files = str(Path(data_directory) / "columns" / "bucket=*" / "window=*" / "part-*.parquet")
    database = duckdb.connect()

    def ask(query: str) -> list[tuple]:
        return database.execute(query.replace("PARTS", PARTS), [files]).fetchall()

    rows, customers, buckets = ask("SELECT count(*), count(DISTINCT customer), count(DISTINCT bucket) FROM PARTS")[0]
    out_of_order = ask("""
        SELECT count(*) FROM (
            SELECT place < lag(place) OVER (PARTITION BY filename ORDER BY file_row_number) AS falls
            FROM (SELECT row(customer, "at", arrival) AS place, filename, file_row_number FROM PARTS)
        ) WHERE falls
    """)[0][0]
    misplaced = ask("""SELECT count(*) FROM PARTS WHERE year("at" AT TIME ZONE 'UTC') <> "window" """)[0][0]
    if misplaced:
        raise SystemExit(f"{misplaced} rows lie in the folder of another year")
    answer = {
        "rows": rows,
        "customers": customers,
        "by_touchpoint": dict(ask("SELECT touchpoint, count(*) FROM PARTS GROUP BY ALL ORDER BY ALL")),
        "buckets": buckets,
        "years": {str(year): n for year, n in ask('SELECT "window", count(*) FROM PARTS GROUP BY ALL ORDER BY ALL')},
        "sorted": out_of_order == 0,
    }
    print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
