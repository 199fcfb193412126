"""Reads the Parquet parts below a data directory with DuckDB and prints what it counts, as JSON."""

import json
import pathlib
import sys

import duckdb

parts = str(pathlib.Path(sys.argv[1]) / "**" / "*.parquet")
events = duckdb.sql(f"SELECT * FROM read_parquet('{parts}', hive_partitioning = true)")

nodes = duckdb.sql("SELECT touchpoint, count(*), count(DISTINCT customer) FROM events GROUP BY ALL ORDER BY ALL")
edges = duckdb.sql(
    """
    WITH steps AS (
        SELECT touchpoint AS origin,
               lead(touchpoint) OVER (PARTITION BY customer ORDER BY "at", arrival) AS target
        FROM events
    )
    SELECT origin, target, count(*) FROM steps WHERE target IS NOT NULL GROUP BY ALL ORDER BY ALL
    """
)
print(json.dumps({"nodes": nodes.fetchall(), "edges": edges.fetchall()}))
