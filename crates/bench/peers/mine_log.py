"""The peers of `bench mining`: chdb, DuckDB and polars on the log that Geleit has imported.

mine_log.py chdb|duckdb|polars FILE.parquet REPEATS
    Prints a list of runs as JSON; crates/bench/src/mining/runs.rs says what an answer looks like. Each holds the seconds of the
    query alone; loading into the peer's own sorted form is a run of its own. Processor seconds are those of all threads.
"""

import json
import sys
import tempfile
import time

STEPS = [f"tp_{number:02}" for number in range(5)]
DAYS = 30
TOP = 100

runs = []


def measure(question, way, repeats, ask, shape=None):
    """Asks `repeats` times; `shape` makes the common form of the last answer, off the clock."""
    wall, cpu, answer = [], [], None
    for _ in range(repeats):
        began, before = time.perf_counter(), time.process_time()
        answer = ask()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - before)
    shaped = shape(answer) if shape else None
    runs.append({"question": question, "way": way, "wall_s": wall, "cpu_s": cpu, "answer": shaped})
    return answer


def most_frequent(rows, size=None):
    """(sequence, count) in Geleit's order; `size` where the rows are not all there are."""
    rows = sorted(([list(way), int(count)] for way, count in rows), key=lambda row: (-row[1], row[0]))
    return {"variants": size or len(rows), "top": rows[:TOP]}


def by_chdb(file, repeats):
    from chdb import session

    folder = tempfile.TemporaryDirectory()
    clickhouse = session.Session(folder.name)

    def rows(query, settings=""):
        text = str(clickhouse.query(f"{query} SETTINGS output_format_json_quote_64bit_integers = 0{settings}", "JSONCompactEachRow"))
        return [json.loads(line) for line in text.splitlines() if line]

    def load():
        clickhouse.query("CREATE DATABASE IF NOT EXISTS bench")
        columns = "customer UInt32, touchpoint LowCardinality(String), time DateTime64(6, 'UTC')"
        clickhouse.query(f"CREATE TABLE bench.log ({columns}) ENGINE = MergeTree ORDER BY (customer, time)")
        clickhouse.query(f"INSERT INTO bench.log SELECT customer, touchpoint, time FROM file('{file}', Parquet)")
        clickhouse.query("OPTIMIZE TABLE bench.log FINAL")

    measure("load", "MergeTree by customer", 1, load)
    window = """
        SELECT touchpoint, next, count() FROM (
            SELECT touchpoint, leadInFrame(toNullable(touchpoint)) OVER (
                PARTITION BY customer ORDER BY time ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next FROM bench.log)
        WHERE next IS NOT NULL GROUP BY touchpoint, next
        """
    measure("graph", "window", repeats, lambda: rows(window), list)
    waits = """
        SELECT touchpoint, next, count(), min(wait) / 1e6, avg(wait) / 1e6, quantileExactInclusive(0.5)(wait) / 1e6,
               quantileExactInclusive(0.95)(wait) / 1e6, max(wait) / 1e6
        FROM (SELECT touchpoint, leadInFrame(toNullable(touchpoint)) OVER journeys AS next,
                     leadInFrame(micros) OVER journeys - micros AS wait
              FROM (SELECT customer, time, touchpoint, toUnixTimestamp64Micro(time) AS micros FROM bench.log)
              WINDOW journeys AS (PARTITION BY customer ORDER BY time ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))
        WHERE next IS NOT NULL GROUP BY touchpoint, next
        """
    measure("waits", "window", repeats, lambda: rows(waits), list)
    # The table's order is that of the groups, so that nothing has to be sorted again; a wrong order would show in the answer.
    ordered = ", optimize_aggregation_in_order = 1"
    ways = "SELECT groupArray(touchpoint) AS way FROM bench.log GROUP BY customer"
    array = f"""
        SELECT pair.1, pair.2, count() FROM (
            SELECT arrayJoin(arrayZip(arrayPopBack(way), arrayPopFront(way))) AS pair FROM ({ways}))
        GROUP BY pair
        """
    measure("graph", "array", repeats, lambda: rows(array, ordered), list)
    # Ties at the end of the list stay in it, to be cut by name.
    counted = f"SELECT way, count() AS n FROM ({ways}) GROUP BY way"
    top = f"SELECT way, n, count() OVER () FROM ({counted}) ORDER BY n DESC LIMIT {TOP} WITH TIES"
    measure("variants", "array", repeats, lambda: rows(top, ordered), lambda found: most_frequent([row[:2] for row in found], found[0][2]))
    conditions = ", ".join(f"touchpoint = '{step}'" for step in STEPS)
    width = DAYS * 86_400 * 1_000_000
    levels = f"SELECT windowFunnel({width})(toUInt64(toUnixTimestamp64Micro(time)), {conditions}) AS level FROM bench.log GROUP BY customer"
    funnel = f"SELECT level, count() FROM ({levels}) GROUP BY level"

    def reached(found):
        return [sum(count for level, count in found if level > step) for step in range(len(STEPS))]

    measure("funnel", "windowFunnel", repeats, lambda: rows(funnel, ordered), reached)


def by_duckdb(file, repeats):
    import duckdb

    connection = duckdb.connect()

    def load():
        # An enumeration is the cheapest form of a name, the table's order that of the questions.
        connection.execute(f"CREATE TYPE place AS ENUM (SELECT DISTINCT touchpoint FROM read_parquet('{file}') ORDER BY touchpoint)")
        connection.execute(
            f"""
            CREATE TABLE log AS SELECT customer::UINTEGER AS customer, touchpoint::place AS touchpoint, epoch_us(time) AS micros
            FROM read_parquet('{file}') ORDER BY customer, micros
            """
        )

    measure("load", "sorted table", 1, load)

    def rows(query):
        return connection.execute(query).fetchall()

    graph = """
        SELECT touchpoint, next, count(*) FROM (
            SELECT touchpoint, lead(touchpoint) OVER (PARTITION BY customer ORDER BY micros) AS next FROM log)
        WHERE next IS NOT NULL GROUP BY ALL
        """
    measure("graph", "window", repeats, lambda: rows(graph), lambda found: [list(row) for row in found])
    waits = """
        SELECT touchpoint, next, count(*), min(wait) / 1e6, avg(wait) / 1e6, quantile_cont(wait, 0.5) / 1e6,
               quantile_cont(wait, 0.95) / 1e6, max(wait) / 1e6
        FROM (SELECT touchpoint, lead(touchpoint) OVER journeys AS next, lead(micros) OVER journeys - micros AS wait
              FROM log WINDOW journeys AS (PARTITION BY customer ORDER BY micros))
        WHERE next IS NOT NULL GROUP BY ALL
        """
    measure("waits", "window", repeats, lambda: rows(waits), lambda found: [list(row) for row in found])
    counted = "SELECT way, count(*) AS n FROM (SELECT list(touchpoint ORDER BY micros) AS way FROM log GROUP BY customer) GROUP BY way"
    # As above; the window functions see only the groups.
    top = f"SELECT way, n, of FROM (SELECT *, count(*) OVER () AS of, rank() OVER (ORDER BY n DESC) AS place FROM ({counted})) WHERE place <= {TOP}"
    measure("variants", "list", repeats, lambda: rows(top), lambda found: most_frequent([row[:2] for row in found], found[0][2]))


def by_polars(file, repeats):
    import polars as pl

    def load():
        names = pl.Enum(pl.scan_parquet(file).select(pl.col("touchpoint").unique().sort()).collect()["touchpoint"])
        columns = [pl.col("customer").cast(pl.UInt32), pl.col("touchpoint").cast(names), pl.col("time").dt.epoch("us").alias("micros")]
        return pl.read_parquet(file).select(columns).sort("customer", "micros")

    log = measure("load", "sorted frame", 1, load)
    follows = pl.col("customer") == pl.col("customer").shift(-1)
    pairs = [pl.col("touchpoint").alias("from"), pl.col("touchpoint").shift(-1).alias("to")]

    def edges(found):
        return [list(row) for row in found.with_columns(pl.col("from", "to").cast(pl.String)).rows()]

    def graph():
        return log.lazy().select(*pairs, follows.alias("follows")).filter("follows").group_by("from", "to").len().collect()

    measure("graph", "shift", repeats, graph, edges)
    wait = pl.col("wait")

    def waits():
        waited = (pl.col("micros").shift(-1) - pl.col("micros")).alias("wait")
        figures = [
            pl.len().alias("n"), wait.min().alias("min") / 1e6, wait.mean().alias("mean") / 1e6, wait.median().alias("median") / 1e6,
            wait.quantile(0.95, "linear").alias("q95") / 1e6, wait.max().alias("max") / 1e6,
        ]
        return log.lazy().select(*pairs, waited, follows.alias("follows")).filter("follows").group_by("from", "to").agg(figures).collect()

    measure("waits", "shift", repeats, waits, edges)

    def variants():
        ways = log.lazy().group_by("customer").agg(pl.col("touchpoint").to_physical().alias("way"))
        counted = ways.group_by("way").len().collect()
        least = counted["len"].top_k(TOP).min()
        return counted.filter(pl.col("len") >= least), len(counted)

    places = log.schema["touchpoint"].categories.to_list()

    def named(found):
        return most_frequent([([places[code] for code in way], count) for way, count in found[0].rows()], found[1])

    measure("variants", "list", repeats, variants, named)


def main():
    peer, file, repeats = sys.argv[1:]
    {"chdb": by_chdb, "duckdb": by_duckdb, "polars": by_polars}[peer](file, int(repeats))
    print(json.dumps(runs))


main()
