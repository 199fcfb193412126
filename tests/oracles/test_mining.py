"""What `geleit mine` answers, beside DuckDB, ClickHouse and plain loops over the same logs. Run by `./x test`.

A comparison is a short function: it takes a world, asks, and compares with an answer that shares no code with ours.
"""

import collections
import concurrent.futures
import functools
import math
import os
import sys
import tempfile
import time
import unittest

from loops import Funnel, between_marks
from sql import EVERYTHING, ClickHouse, Duck, literal, seconds
from worlds import KINDS, SEEDS, World, written

ALL = "1000000"
asked = 0
worlds = []


def setUpModule():
    global folder, worlds, clickhouse
    folder = tempfile.TemporaryDirectory(prefix="geleit-oracles-")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        worlds = list(pool.map(lambda made: World(*made, folder.name), [(kind, seed) for kind in KINDS for seed in SEEDS]))
    clickhouse = ClickHouse()


def tearDownModule():
    folder.cleanup()


@functools.cache
def ways_of_cutting(world):
    """Journey rules and time ranges as (arguments of the question, DuckDB's journeys under them)."""
    rules = ["whole", "gap:30m", "gap:0s"]
    if marks := world.askable():
        rules += ["start:" + ",".join(world.chance.sample(marks, min(3, len(marks)))), "end:" + world.chance.choice(marks)]
    cuts = [(["--journey", rule], Duck(world.events, rule)) for rule in rules]
    between = world.range()
    limits = ["--from", written(between[0]), "--to", written(between[1])]
    return [*cuts, (["--journey", "gap:30m", *limits], Duck(world.events, "gap:30m", between))]


class Oracles(unittest.TestCase):
    maxDiff = 2_000

    def in_all_worlds(self, compare):
        for world in worlds:
            with self.subTest(world.name):
                compare(world)

    def ask(self, world, question, *arguments):
        global asked
        asked += 1
        return world.mine(question, *arguments)

    def same(self, ours, theirs, *asked_for):
        """Equal in any order of rows, but for the last digits of numbers with a point: sums come in another order."""
        ours, theirs = sorted(map(tuple, ours), key=exact_first), sorted(map(tuple, theirs), key=exact_first)
        said = f"geleit first, the oracle second: {asked_for}"
        self.assertEqual(len(ours), len(theirs), said)
        for mine, other in zip(ours, theirs):
            equal = len(mine) == len(other) and all(map(alike, mine, other))
            self.assertTrue(equal, f"{mine} and {other}: {said}")

    def in_all_cuts(self, compare):
        def of_world(world):
            for arguments, duck in ways_of_cutting(world):
                compare(world, arguments, duck)

        self.in_all_worlds(of_world)

    def test_the_graph_is_what_window_functions_of_duckdb_count(self):
        def compare(world, arguments, duck):
            graph = self.ask(world, "graph", *arguments)
            counted = [(edge["from"], edge["to"], edge["occurrences"], edge["customers"], edge["journeys"]) for edge in graph["edges"]]
            waits = [
                (edge["from"], edge["to"], *(edge["wait"][name] for name in ["n", "min_s", "mean_s", "median_s", "q95_s", "max_s"]))
                for edge in graph["edges"]
            ]
            pairs = """
                WITH pairs AS (
                    SELECT touchpoint AS a, customer, journey, lead(touchpoint) OVER journeys AS b, lead(micros) OVER journeys - micros AS wait
                    FROM events WINDOW journeys AS (PARTITION BY customer, journey ORDER BY micros, arrival)
                )
                """
            of_pairs = "FROM pairs WHERE b IS NOT NULL GROUP BY a, b"
            counts = f"{pairs} SELECT a, b, count(*), count(DISTINCT customer), count(DISTINCT (customer, journey)) {of_pairs}"
            self.same(counted, duck.rows(counts), world.name, arguments)
            quantiles = "quantile_cont(wait, 0.5) / 1e6, quantile_cont(wait, 0.95) / 1e6"
            figures = f"count(*), min(wait) / 1e6, avg(wait) / 1e6, {quantiles}, max(wait) / 1e6"
            self.same(waits, duck.rows(f"{pairs} SELECT a, b, {figures} {of_pairs}"), world.name, arguments)
            nodes = [
                (node["touchpoint"], node["occurrences"], node["customers"], node["starts"], node["ends"]) for node in graph["nodes"]
            ]
            places = """
                SELECT touchpoint, count(*), count(DISTINCT customer), count(*) FILTER (first), count(*) FILTER (last) FROM (
                    SELECT touchpoint, customer,
                           lag(micros) OVER journeys IS NULL AS first, lead(micros) OVER journeys IS NULL AS last
                    FROM events WINDOW journeys AS (PARTITION BY customer, journey ORDER BY micros, arrival))
                GROUP BY touchpoint
                """
            self.same(nodes, duck.rows(places), world.name, arguments)
            totals = duck.one("SELECT count(*), count(DISTINCT (customer, journey)) FROM events")
            self.assertEqual((graph["events"], graph["journeys"]), totals)

        self.in_all_cuts(compare)

    def test_variants_are_the_lists_that_duckdb_gathers_and_in_their_order(self):
        def compare(world, arguments, duck):
            variants = self.ask(world, "variants", "--top", ALL, *arguments)
            lists = """
                SELECT list(touchpoint ORDER BY micros, arrival) AS sequence FROM events GROUP BY customer, journey
                """
            theirs = duck.rows(f"SELECT sequence, count(*) FROM ({lists}) GROUP BY sequence")
            # By how often, then touchpoint by touchpoint by name, a sequence before its continuation.
            theirs.sort(key=lambda row: (-row[1], [name.encode() for name in row[0]]))
            self.assertEqual([(variant["touchpoints"], variant["journeys"]) for variant in variants["top"]], theirs)
            journeys = sum(count for _, count in theirs)
            self.assertEqual((variants["journeys"], variants["variants"]), (journeys, len(theirs)))
            shares = [(variant["share"],) for variant in variants["top"]]
            self.same(shares, [(count / journeys,) for _, count in theirs], world.name, arguments)

        self.in_all_cuts(compare)

    def test_variants_are_the_arrays_that_clickhouse_gathers(self):
        def compare(world):
            variants = self.ask(world, "variants", "--top", ALL)
            clickhouse.fill(world.events)
            arrays = "SELECT groupArray(touchpoint) AS way FROM (SELECT * FROM oracles.events ORDER BY customer, micros, arrival) GROUP BY customer"
            theirs = clickhouse.rows(f"SELECT way, count() FROM ({arrays}) GROUP BY way")
            ours = [(tuple(variant["touchpoints"]), variant["journeys"]) for variant in variants["top"]]
            self.same(ours, [(tuple(way), count) for way, count in theirs], world.name)

        self.in_all_worlds(compare)

    def test_journeys_between_marks_are_what_a_loop_cuts_and_coverage_counts_the_rest(self):
        def compare(world):
            logs = list(world.askable_by_log().values())
            for names in world.chance.sample(logs, min(8, len(logs))):
                # Few marks of many touchpoints, and touchpoints that are both.
                starts, ends = (world.chance.sample(names, world.chance.randint(1, min(2, len(names)))) for _ in range(2))
                rule = f"start:{','.join(starts)};end:{','.join(ends)}"
                variants = self.ask(world, "variants", "--top", ALL, "--journey", rule)
                journeys, are_open, outside = between_marks(world.events, starts, ends)
                counts = collections.Counter(map(tuple, journeys))
                self.same([(tuple(variant["touchpoints"]), variant["journeys"]) for variant in variants["top"]], counts.items(), rule)
                inside = sum(map(len, journeys))
                theirs = {
                    "events_in_journeys": inside,
                    "events_outside": outside,
                    "journeys": len(journeys),
                    "open_journeys": are_open,
                    "share": inside / (inside + outside),
                    "unknown_marks": [],
                }
                self.assertEqual(variants["coverage"], theirs, rule)

        self.in_all_worlds(compare)

    def test_transitions_are_the_rates_that_duckdb_computes(self):
        def compare(world, arguments, duck):
            pairs = self.ask(world, "transitions", *arguments)["pairs"]
            names = ["from", "to", "count", "share_of_total", "avg_per_journey", "proba_out", "proba_in"]
            rates = """
                WITH pairs AS (
                    SELECT touchpoint AS a, lead(touchpoint) OVER (PARTITION BY customer, journey ORDER BY micros, arrival) AS b FROM events
                ), counts AS (SELECT a, b, count(*) AS n FROM pairs WHERE b IS NOT NULL GROUP BY a, b)
                SELECT a, b, n, n / sum(n) OVER (), n / (SELECT count(DISTINCT (customer, journey)) FROM events),
                       n / sum(n) OVER (PARTITION BY a), n / sum(n) OVER (PARTITION BY b)
                FROM counts
                """
            self.same([[pair[name] for name in names] for pair in pairs], duck.rows(rates), world.name, arguments)

        self.in_all_cuts(compare)

    def test_the_step_matrix_is_what_row_number_of_duckdb_counts(self):
        def compare(world, arguments, duck):
            anchors = [None, *world.chance.sample(world.touchpoints, min(1, len(world.touchpoints)))]
            for anchor in anchors:
                chosen = [] if anchor is None else ["--anchor", anchor]
                matrix = self.ask(world, "steps", "--steps", "4", *chosen, *arguments)
                cells = [
                    (row["touchpoint"], step, count)
                    for row in [*matrix["rows"], *filter(None, [matrix["path_start"], matrix["path_end"]])]
                    for step, count in zip(matrix["steps"], row["journeys"])
                    if count
                ]
                wanted = "true" if anchor is None else "touchpoint = '" + anchor.replace("'", "''") + "'"
                first, last, shift = (1, 4, 1) if anchor is None else (-4, 4, 0)
                counted = f"""
                    WITH placed AS (
                        SELECT *, row_number() OVER (PARTITION BY customer, journey ORDER BY micros, arrival) AS place FROM events
                    ), zero AS (SELECT customer, journey, min(place) AS zero FROM placed WHERE {wanted} GROUP BY customer, journey),
                    ends AS (SELECT customer, journey, max(place) AS last FROM placed GROUP BY customer, journey),
                    cells AS (
                        SELECT zero + step - {shift} AS place, last, customer, journey, step
                        FROM zero JOIN ends USING (customer, journey), range({first}, {last + 1}) AS steps(step)
                    )
                    SELECT CASE WHEN place < 1 THEN 'path_start' WHEN place > last THEN 'path_end' ELSE touchpoint END AS name,
                           step, count(*)
                    FROM cells LEFT JOIN placed USING (customer, journey, place) GROUP BY name, step
                    """
                self.same(cells, duck.rows(counted), world.name, arguments, anchor)
                having, all_of_them = duck.one(
                    f"SELECT count(DISTINCT (customer, journey)) FILTER ({wanted}), count(DISTINCT (customer, journey)) FROM events"
                )
                self.assertEqual((matrix["journeys"], matrix["without_anchor"]), (having, all_of_them - having))

        self.in_all_cuts(compare)

    def test_sessions_are_what_duckdb_cuts_at_pauses(self):
        def compare(world):
            between = world.range()
            limits = ["--from", written(between[0]), "--to", written(between[1])]
            for gap, arguments, chosen in [("30m", [], EVERYTHING), ("1s", [], EVERYTHING), ("30m", limits, between)]:
                ours = self.ask(world, "sessions", "--gap", gap, *arguments)
                duck = Duck(world.events, f"gap:{gap}", chosen)
                sessions = """
                    SELECT customer, count(*) AS events, max(micros) - min(micros) AS lasted,
                           first(touchpoint ORDER BY micros, arrival) AS begins, last(touchpoint ORDER BY micros, arrival) AS ends
                    FROM events GROUP BY customer, journey
                    """
                figures = f"""
                    SELECT count(*), count(DISTINCT customer), coalesce(sum(events), 0), count(*) FILTER (events = 1),
                           avg(events), count(*) / nullif(count(DISTINCT customer), 0), min(lasted) / 1e6, avg(lasted) / 1e6,
                           quantile_cont(lasted, 0.5) / 1e6, quantile_cont(lasted, 0.95) / 1e6, max(lasted) / 1e6
                    FROM ({sessions})
                    """
                lasted = ours["duration"] or {}
                names = ["sessions", "customers", "events", "single_event", "events_per_session", "sessions_per_customer"]
                times = ["min_s", "mean_s", "median_s", "q95_s", "max_s"]
                found = [*(ours[name] for name in names), *(lasted.get(name) for name in times)]
                self.same([found], [duck.one(figures)], world.name, gap, arguments)
                for field, column in [("starts", "begins"), ("ends", "ends")]:
                    counts = [(count["touchpoint"], count["count"]) for count in ours[field]]
                    self.same(counts, duck.rows(f"SELECT {column}, count(*) FROM ({sessions}) GROUP BY {column}"), world.name, gap)

        self.in_all_worlds(compare)

    def test_ordered_funnels_reach_what_window_funnel_of_clickhouse_reaches(self):
        # One event serves one step with us; windowFunnel lets it serve every step it fits, so no step comes twice here.
        def compare(world):
            clickhouse.fill(world.events)
            for steps, window in funnels_for(world, 8, repeats=False):
                funnel = self.ask(world, "funnel", "--steps", ",".join(steps), "--window", window)
                conditions = ", ".join(f"touchpoint = {literal(step)}" for step in steps)
                width = seconds(window) * 1_000_000 * clickhouse.grain + clickhouse.grain - 1
                levels = f"SELECT windowFunnel({width})(moment, {conditions}) AS level FROM oracles.events GROUP BY customer"
                counts = dict(clickhouse.rows(f"SELECT level, count() FROM ({levels}) GROUP BY level"))
                theirs = [sum(n for level, n in counts.items() if level > step) for step in range(len(steps))]
                self.assertEqual([step["reached"] for step in funnel["steps"]], theirs, (steps, window))
                self.assertEqual(funnel["entered"], theirs[0], (steps, window))

        self.in_all_worlds(compare)

    def compare_funnels(self, order):
        """Every way of counting, with and without journeys and a range of entries, beside the loops."""

        def compare(world):
            latest = max((event.at for event in world.events), default=0)
            for steps, window in funnels_for(world, 3, repeats=order != "any"):
                for by in ["customer", "session", "attempt"]:
                    gap = world.chance.choice([None, "30m", "1s"])
                    cut = gap or ("30m" if by == "session" else None)
                    between = world.chance.choice([EVERYTHING, world.range()])
                    arguments = ["--steps", ",".join(steps), "--window", window, "--order", order, "--by", by]
                    if gap:
                        arguments += ["--journey", f"gap:{gap}"]
                    if between != EVERYTHING:
                        arguments += ["--from", written(between[0]), "--to", written(between[1])]
                    ours = self.ask(world, "funnel", *arguments)
                    funnel = Funnel(steps, seconds(window) * 1_000_000, order, between, latest)
                    theirs = funnel.answer(world.events, by, cut and seconds(cut) * 1_000_000)
                    found = [(step["reached"], step["in_progress"], step["dropped"]) for step in ours["steps"]]
                    self.assertEqual(found, theirs, arguments)

        self.in_all_worlds(compare)

    def test_ordered_funnels_are_what_trying_every_entry_finds(self):
        self.compare_funnels("ordered")

    def test_strict_funnels_are_what_trying_every_entry_finds(self):
        self.compare_funnels("strict")

    def test_funnels_in_any_order_are_what_trying_every_entry_finds(self):
        self.compare_funnels("any")


def funnels_for(world, many, repeats):
    """Steps of one of the world's logs, and a window; a step may come twice with `repeats`."""
    logs = list(world.askable_by_log().values())
    for _ in range(many if logs else 0):
        names = world.chance.choice(logs)
        length = world.chance.randint(1, 4 if repeats else min(4, len(names)))
        steps = world.chance.choices(names, k=length) if repeats else world.chance.sample(names, length)
        yield steps, world.chance.choice(["1s", "2s", "30m", "1h", "30d"])


def alike(one, other):
    if isinstance(one, float) or isinstance(other, float):
        return None not in (one, other) and math.isclose(one, other, rel_tol=1e-11)
    return one == other


def exact_first(row):
    """Sorts by what is exact, then by the rest."""
    floats = [value for value in row if isinstance(value, float)]
    return [str(value) for value in row if not isinstance(value, float)], floats


if __name__ == "__main__":
    began = time.monotonic()
    program = unittest.main(argv=sys.argv, exit=False, verbosity=2)
    result = program.result
    # One test may fail in several worlds; it is one all the same.
    broken = {str(getattr(test, "test_case", test)) for test, _ in [*result.failures, *result.errors]}
    failed = len(broken)
    print(f"{asked} questions to geleit in {len(worlds)} worlds, {time.monotonic() - began:.0f} s")
    print(f"compared: {max(result.testsRun - failed, 0)} passed, {failed} failed")
    sys.exit(bool(failed))
