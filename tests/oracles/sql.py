"""The events of a world as tables of DuckDB and ClickHouse (chdb), and what both say about them."""

import itertools
import json

import chdb.session
import duckdb

ORDER = "PARTITION BY customer ORDER BY micros, arrival"
EVERYTHING = (-(2**63), 2**63 - 1)


def journey_columns(rule):
    """Which of a customer's journeys an event is in, as SQL; below 1 is outside. Written from docs/semantics.md."""
    kind, _, rest = rule.partition(":")
    if kind == "whole":
        return "1"
    if kind == "gap":
        micros = seconds(rest) * 1_000_000
        return f"1 + sum(CASE WHEN micros - before > {micros} THEN 1 ELSE 0 END) OVER ({ORDER})"
    marks = ", ".join("'" + mark.replace("'", "''") + "'" for mark in rest.split(","))
    counted = f"sum(CASE WHEN touchpoint IN ({marks}) THEN 1 ELSE 0 END)"
    if kind == "start":
        return f"{counted} OVER ({ORDER} ROWS UNBOUNDED PRECEDING)"
    if kind == "end":
        return f"1 + coalesce({counted} OVER ({ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)"
    raise ValueError(f"{rule!r} is a rule these oracles do not know")


def seconds(text):
    """`30m` as seconds."""
    return int(text[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[text[-1]]


class Duck:
    """DuckDB with the events of a world, each in its journey (columns customer, journey, touchpoint, micros, arrival, channel).

    `everything` holds all events, `chosen` those of the time range for which `only` is true, `events` what a journey has of them.
    """

    database = duckdb.connect(config={"threads": 1})
    numbers = itertools.count()

    def __init__(self, events, rule="whole", between=EVERYTHING, only="true"):
        # A schema each: a database each takes longer to make than all questions to it.
        self.connection = self.database.cursor()
        schema = f"cut_{next(self.numbers)}"
        self.connection.execute(f"CREATE SCHEMA {schema}; USE {schema}")
        create = "CREATE TABLE everything (customer VARCHAR, touchpoint VARCHAR, micros BIGINT, arrival BIGINT, channel VARCHAR)"
        self.connection.execute(create)
        rows = [(event.customer, event.touchpoint, event.at, event.arrival, event.channel) for event in events]
        for at in range(0, len(rows), 500):
            some = rows[at : at + 500]
            places = ", ".join(["(?, ?, ?, ?, ?)"] * len(some))
            self.connection.execute(f"INSERT INTO everything VALUES {places}", [value for row in some for value in row])
        self.connection.execute(
            f"""
            CREATE VIEW chosen AS SELECT * FROM everything WHERE micros >= {between[0]} AND micros < {between[1]} AND ({only});
            CREATE TABLE events AS SELECT * FROM (
                SELECT *, CAST({journey_columns(rule)} AS BIGINT) AS journey FROM (
                    SELECT *, lag(micros) OVER ({ORDER}) AS before FROM chosen))
            WHERE journey > 0
            """
        )

    def rows(self, query):
        """All rows, as tuples."""
        return self.connection.execute(query).fetchall()

    def one(self, query):
        """The only row."""
        (row,) = self.rows(query)
        return row


class ClickHouse:
    """ClickHouse within this process; `fill` gives its table `events` the events of one world after another."""

    def __init__(self):
        self.session = chdb.session.Session()
        self.session.query("CREATE DATABASE IF NOT EXISTS oracles")
        columns = "customer String, touchpoint String, micros Int64, arrival Int64, moment UInt64"
        self.session.query(f"CREATE TABLE oracles.events ({columns}) ENGINE = Memory")

    def fill(self, events):
        """`moment` is the time with the place in the order as its last digits (`1 / grain` microseconds), counted from the
        world's first: no two are equal, and who asks for a window W asks for `W * grain + grain - 1`.
        """
        self.grain = len(events) + 1
        first = min((event.at for event in events), default=0)
        last = max((event.at for event in events), default=0)
        if (last - first + 1) * self.grain >= 2**64:
            # Places within one customer are enough, as no journey goes across two.
            counts = {}
            for event in events:
                counts[event.customer] = counts.get(event.customer, 0) + 1
            self.grain = max(counts.values()) + 1
        places = {}
        lines = []
        for event in sorted(events, key=lambda event: (event.at, event.arrival)):
            place = places[event.customer] = places.get(event.customer, -1) + 1
            moment = (event.at - first) * self.grain + place
            row = {"customer": event.customer, "touchpoint": event.touchpoint, "micros": event.at, "arrival": event.arrival}
            lines.append(json.dumps(row | {"moment": moment}))
        self.session.query("TRUNCATE TABLE oracles.events")
        if lines:
            self.session.query("INSERT INTO oracles.events FORMAT JSONEachRow\n" + "\n".join(lines))

    def rows(self, query):
        """All rows, as lists; 64-bit numbers as numbers."""
        settings = " SETTINGS output_format_json_quote_64bit_integers = 0, max_threads = 1"
        text = str(self.session.query(query + settings, "JSONCompactEachRow"))
        return [json.loads(line) for line in text.splitlines() if line]


def quoted(text):
    """A text in DuckDB's SQL."""
    return "'" + text.replace("'", "''") + "'"


def literal(text):
    """A text in ClickHouse's SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
