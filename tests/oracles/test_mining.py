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

from choices import Choices
from loops import Funnel, between_marks, journeys_of
from people import came_back, converted
from sql import EVERYTHING, ClickHouse, Duck, literal, seconds
from ways import Way
from worlds import KINDS, SEEDS, World, moment, written

ALL = "10000"
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

    def in_all_cuts(self, compare, most=None):
        """With `most` only so many cuts of each world, by chance."""

        def of_world(world):
            cuts = ways_of_cutting(world)
            for arguments, duck in world.chance.sample(cuts, most) if most else cuts:
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
                    "events_not_chosen": 0,
                    "journeys_not_chosen": 0,
                    "journeys": len(journeys),
                    "open_journeys": are_open,
                    "share": inside / (inside + outside),
                    "unknown_marks": [],
                }
                self.same(variants["coverage"].items(), theirs.items(), rule)

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
                    funnel = Funnel(steps, seconds(window) * 1_000_000, order, between, world.latest)
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

    def test_retention_is_what_duckdb_finds_in_everyones_own_periods(self):
        def compare(world):
            duck = Duck(world.events)
            between, limits = world.chance.choice(world.with_and_without_range())
            period, cohort = (world.chance.choice(["1s", "30m", "1h", "7d"]) for _ in range(2))
            cohorts = {"same": period, "none": None, "other": cohort}
            for how, long in cohorts.items():
                start, back = (world.some_marks() if world.chance.random() < 0.6 else [] for _ in range(2))
                arguments = ["--period", period, "--periods", "3", *limits]
                arguments += [] if how == "same" else ["--cohort", long or "none"]
                arguments += ["--start", ",".join(start)] if start else []
                arguments += ["--return", ",".join(back)] if back else []
                ours = self.ask(world, "retention", *arguments)
                rows = [
                    (moment(group["begins"]) if long else 0, group["customers"], *periods_of(of))
                    for group in ours["cohorts"]
                    for of in group["periods"]
                ]
                lengths = seconds(period) * 1_000_000, long and seconds(long) * 1_000_000
                query = came_back(lengths[0], 3, start, back, lengths[1], between, world.latest)
                self.same(rows, duck.rows(query), world.name, arguments)
                in_all = [periods_of(of) for of in ours["periods"]]
                query = came_back(lengths[0], 3, start, back, None, between, world.latest)
                theirs = [row[2:] for row in duck.rows(query)] or [(k, 0, 0, 0) for k in (1, 2, 3)]
                self.same(in_all, theirs, world.name, arguments)

        self.in_all_worlds(compare)

    def test_conversion_is_what_duckdb_joins_of_starts_and_goals(self):
        def compare(world):
            duck = Duck(world.events)
            logs = list(world.askable_by_log().values())
            for attempt in ["first", "last", "best"] * 2 if logs else []:
                names = world.chance.choice(logs)
                start, goal = world.chance.choice(names), world.chance.choice(names)
                within = world.chance.choice([None, "1s", "2s", "30m", "1h", "30d"])
                between, limits = world.chance.choice(world.with_and_without_range())
                arguments = ["--start", start, "--goal", goal, "--attempt", attempt, *limits]
                arguments += ["--within", within] if within else []
                ours = self.ask(world, "conversion", *arguments)
                took = ours["time"] or {}
                times = [took.get(name) for name in ["min_s", "mean_s", "median_s", "q95_s", "max_s"]]
                found = [*(ours[name] for name in ["customers", "converted", "in_progress", "not_converted"]), *times]
                query = converted(start, goal, within and seconds(within) * 1_000_000, attempt, between, world.latest)
                self.same([found], [duck.one(query)], world.name, arguments)

        self.in_all_worlds(compare)

    def test_ways_are_found_as_often_as_sequence_count_of_clickhouse_finds_them(self):
        # A match there begins leftmost and is then the shortest; here it ends first. Both come to one number where all steps are joined
        # alike and a limit stands between two. `without` and the ends of a journey cannot be said there. The last condition is true of
        # everything: events that meet none are not seen at all.
        def compare(world):
            clickhouse.fill(world.events)
            joints = [(" -> ", ""), (" -> ... -> ", ".*"), (" -> * -> ", "."), ("within", ""), ("within", "")]
            for joint, between in joints if world.touchpoints else []:
                steps = [world.step() for _ in range(2 if joint == "within" else world.chance.randint(2, 3))]
                way = (" -> ... -> " if joint == "within" else joint).join(text for _, text in steps)
                if joint == "within":
                    limit = world.chance.choice(["1s", "2s", "30m", "1h"])
                    way += f" within {limit}"
                    between = f"(?t<={seconds(limit) * 1_000_000 * clickhouse.grain + clickhouse.grain - 1})"
                ours = self.ask(world, "pattern", "--way", way)
                pattern = between.join(f"(?{place})" for place in range(1, len(steps) + 1))
                conditions = ", ".join(f"touchpoint IN ({', '.join(map(literal, names))})" for names, _ in steps)
                called = f"('{pattern}')(moment, {conditions}, true)"
                counted = f"SELECT sequenceMatch{called} AS found, sequenceCount{called} AS n FROM oracles.events GROUP BY customer"
                ((journeys, matches),) = clickhouse.rows(f"SELECT sum(found), sum(n) FROM ({counted})")
                self.assertEqual((ours["journeys_with_match"], ours["matches"]), (journeys, matches), (way, pattern))

        self.in_all_worlds(compare)

    def test_ways_and_what_lies_on_and_around_them_are_what_trying_every_stretch_finds(self):
        def compare(world):
            for gap in [None, None, None, "30m", "30m", "1s"] if world.touchpoints else []:
                text, way = world.way(Way)
                arguments = ["--way", text, "--top", ALL, *(["--journey", f"gap:{gap}"] if gap else [])]
                ours = self.ask(world, "pattern", *arguments)
                journeys = [j for of_one in journeys_of(world.events, gap and seconds(gap) * 1_000_000) for j in of_one]
                theirs = way.answer(journeys)
                counts = tuple(ours[name] for name in ["journeys_with_match", "customers_with_match", "matches"])
                self.assertEqual(counts, theirs["counts"], arguments)
                took = [tuple(ours["time"][name] for name in ["n", "min_s", "mean_s", "median_s", "max_s"])] if ours["time"] else []
                self.same(took, theirs["time"], arguments)
                middles = {tuple(middle["touchpoints"]): middle["matches"] for middle in ours["middles"]}
                self.assertEqual(middles, theirs["middles"], arguments)
                for side, end in [("before", "at_start"), ("after", "at_end")]:
                    around = {row["touchpoint"]: row["count"] for row in ours[side]} | ({None: ours[end]} if ours[end] else {})
                    self.assertEqual(around, theirs[side], (side, arguments))

        self.in_all_worlds(compare)

    def test_filters_choose_what_the_same_conditions_choose_in_duckdb(self):
        def compare(world):
            choices = Choices(world)
            rules = ["whole", "gap:30m", "gap:0s"] + ["start:" + ",".join(marks) for marks in [world.some_marks()] if marks]
            for place in range(4):
                rule = world.chance.choice(rules)
                between, limits = world.chance.choice(world.with_and_without_range())
                only, events = choices.event() if place % 2 else (None, "true")
                duck = Duck(world.events, rule, between, events)
                for _ in range(2):
                    where, journeys = choices.journey()
                    arguments = ["--journey", rule, "--where", where, *limits, *(["--only", only] if only else [])]
                    graph = self.ask(world, "graph", *arguments)
                    counted = [(node["touchpoint"], node["occurrences"], node["starts"]) for node in graph["nodes"]]
                    kept = f"""
                        SELECT *, lag(micros) OVER (PARTITION BY customer, journey ORDER BY micros, arrival) IS NULL AS first
                        FROM events WHERE {journeys}
                        """
                    nodes = f"SELECT touchpoint, count(*), count(*) FILTER (first) FROM ({kept}) GROUP BY touchpoint"
                    self.same(counted, duck.rows(nodes), world.name, arguments)
                    totals = f"SELECT count(*), count(DISTINCT (customer, journey)) FROM ({kept})"
                    self.assertEqual((graph["events"], graph["journeys"]), duck.one(totals), arguments)
                    (all_of_them,) = duck.one("SELECT count(DISTINCT (customer, journey)) FROM events")
                    self.assertEqual(graph["journeys"] + graph["coverage"]["journeys_not_chosen"], all_of_them, arguments)

        self.in_all_worlds(compare)

    def test_self_loops_ping_pongs_and_ends_are_what_windows_of_duckdb_count(self):
        def compare(world, arguments, duck):
            loops = self.ask(world, "loops", "--top", ALL, *arguments)
            beside = """
                WITH beside AS (
                    SELECT *, lead(touchpoint) OVER journeys AS next, lead(touchpoint, 2) OVER journeys AS second
                    FROM events WINDOW journeys AS (PARTITION BY customer, journey ORDER BY micros, arrival))
                """
            counts = "count(*), count(DISTINCT (customer, journey)), count(DISTINCT customer)"
            names = ["occurrences", "journeys", "customers"]
            found = [(row["touchpoint"], *(row[name] for name in names)) for row in loops["self_loops"]]
            theirs = duck.rows(f"{beside} SELECT touchpoint, {counts} FROM beside WHERE next = touchpoint GROUP BY touchpoint")
            self.same(found, theirs, world.name, arguments)
            found = [(row["touchpoint"], row["via"], *(row[name] for name in names)) for row in loops["ping_pongs"]]
            back = "second = touchpoint AND next != touchpoint"
            theirs = duck.rows(f"{beside} SELECT touchpoint, next, {counts} FROM beside WHERE {back} GROUP BY touchpoint, next")
            self.same(found, theirs, world.name, arguments)
            names = ["ends", "customers", "visits", "journeys_there", "customers_there"]
            found = [(row["touchpoint"], *(row[name] for name in names)) for row in loops["dead_ends"]]
            ends = "count(*) FILTER (next IS NULL) AS ends, count(DISTINCT customer) FILTER (next IS NULL)"
            theirs = duck.rows(f"{beside} SELECT touchpoint, {ends}, {counts} FROM beside GROUP BY touchpoint HAVING ends > 0")
            self.same(found, theirs, world.name, arguments)

        self.in_all_cuts(compare, 2)

    def test_channel_hops_are_what_windows_of_duckdb_count(self):
        def compare(world, arguments, duck):
            ours = self.ask(world, "hops", "--top", ALL, *arguments)
            named = "CASE channel WHEN '' THEN '(not said)' ELSE channel END"
            beside = f"""
                WITH beside AS (
                    SELECT * REPLACE ({named} AS channel), lead({named}) OVER journeys AS next, lag({named}) OVER journeys AS prior,
                           lead(micros) OVER journeys - micros AS wait
                    FROM events WINDOW journeys AS (PARTITION BY customer, journey ORDER BY micros, arrival))
                """
            counts = "count(*), count(DISTINCT (customer, journey)), count(DISTINCT customer)"
            times = ["mean_s", "median_s"]
            found = [
                (*(row[name] for name in ["from", "to", "occurrences", "journeys", "customers"]), *(row["wait"][name] for name in times))
                for row in ours["hops"]
            ]
            figures = f"channel, next, {counts}, avg(wait) / 1e6, quantile_cont(wait, 0.5) / 1e6"
            theirs = duck.rows(f"{beside} SELECT {figures} FROM beside WHERE next != channel GROUP BY channel, next")
            self.same(found, theirs, world.name, arguments)
            names = ["channel", "events", "journeys", "customers", "starts", "ends", "stays", "hops_in", "hops_out"]
            found = [[row[name] for name in names] for row in ours["channels"]]
            sides = ["prior IS NULL", "next IS NULL", "next = channel", "prior != channel", "next != channel"]
            sides = ", ".join(f"count(*) FILTER ({side})" for side in sides)
            self.same(found, duck.rows(f"{beside} SELECT channel, {counts}, {sides} FROM beside GROUP BY channel"), world.name, arguments)
            found = [(tuple(row["channels"]), row["journeys"]) for row in ours["sequences"]]
            runs = "list(channel ORDER BY micros, arrival) FILTER (prior IS NULL OR prior != channel)"
            lists = f"SELECT {runs} AS way FROM beside GROUP BY customer, journey"
            theirs = duck.rows(f"{beside} SELECT way, count(*) FROM ({lists}) GROUP BY way")
            self.same(found, [(tuple(way), count) for way, count in theirs], world.name, arguments)

        self.in_all_cuts(compare, 2)

    def test_links_of_the_flow_are_what_duckdb_counts_from_step_to_step(self):
        def compare(world, arguments, duck):
            ours = self.ask(world, "sankey", "--steps", "4", "--edges", ALL, *arguments)
            found = [(link["step"], link["from"], link["to"], link["journeys"]) for link in ours["links"]]
            links = """
                WITH placed AS (
                    SELECT *, row_number() OVER (PARTITION BY customer, journey ORDER BY micros, arrival) AS step FROM events
                ), journeys AS (SELECT DISTINCT customer, journey FROM events),
                filled AS (
                    SELECT customer, journey, step, coalesce(touchpoint, 'path_end') AS stands
                    FROM (SELECT * FROM journeys, range(1, 5) AS steps(step)) LEFT JOIN placed USING (customer, journey, step)
                )
                SELECT one.step, one.stands, next.stands, count(*)
                FROM filled AS one JOIN filled AS next
                    ON one.customer = next.customer AND one.journey = next.journey AND next.step = one.step + 1
                GROUP BY ALL
                """
            self.same(found, duck.rows(links), world.name, arguments)

        self.in_all_cuts(compare, 2)


def periods_of(period):
    return tuple(period[name] for name in ["period", "n", "open", "returned"])


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
