"""Retention and conversion in the SQL of DuckDB, over its table `everything`; written from docs/semantics.md."""

from sql import quoted
from worlds import EARLIEST


def is_one_of(names):
    return f"touchpoint IN ({', '.join(map(quoted, names))})" if names else "true"


def came_back(period, periods, start, back, cohort, between, latest):
    """Rows (begin of the cohort, its customers, period, n, open, returned); times in microseconds, one cohort 0 without `cohort`."""
    # Whole stretches below 0 too, but no day before the year 1, as none can be written.
    stretch = f"greatest((begun - ((begun % {cohort}) + {cohort}) % {cohort}), {EARLIEST})" if cohort else "0"
    return f"""
        WITH firsts AS (SELECT customer, min(micros) AS begun FROM everything WHERE {is_one_of(start)} GROUP BY customer),
        begun AS (SELECT *, {stretch} AS cohort FROM firsts WHERE begun >= {between[0]} AND begun < {between[1]}),
        lives AS (
            SELECT cohort, customer, k, begun + k * {period} AS opens, begun + (k + 1) * {period} AS closes,
                   closes <= {latest} AS is_over
            FROM begun, range(1, {periods} + 1) AS periods(k)
        ), seen AS (
            SELECT *, EXISTS (SELECT 1 FROM everything AS later WHERE later.customer = lives.customer AND {is_one_of(back)}
                              AND micros >= opens AND micros < closes) AS returned
            FROM lives
        )
        SELECT cohort, count(*), k, count(*) FILTER (is_over), count(*) FILTER (NOT is_over), count(*) FILTER (is_over AND returned)
        FROM seen GROUP BY cohort, k
        """


def converted(start, goal, within, attempt, between, latest):
    """The row customers, converted, in progress, not converted, and min, mean, median, q95 and max of the seconds it took."""
    in_time = "true" if within is None else f"took <= {within}"
    # Both events may lie after the latest moment, by clocks ahead of ours: too long is then too long for `last` alone.
    can_be = "took IS NULL" if attempt == "last" or within is None else "true"
    still = can_be if within is None else f"{can_be} AND begun + {within} >= {latest}"
    order = {"first": "start_place, goal_place", "last": "goal_place, start_place DESC", "best": "took, start_place"}[attempt]
    alone = {"first": "min", "last": "max", "best": "max"}[attempt]
    return f"""
        WITH placed AS (SELECT *, row_number() OVER (PARTITION BY customer ORDER BY micros, arrival) AS place FROM everything),
        starts AS (SELECT * FROM placed WHERE touchpoint = {quoted(start)} AND micros >= {between[0]} AND micros < {between[1]}),
        goals AS (SELECT * FROM placed WHERE touchpoint = {quoted(goal)}),
        pairs AS (
            SELECT customer, starts.micros AS begun, starts.place AS start_place, goals.place AS goal_place,
                   goals.micros - starts.micros AS took
            FROM starts JOIN goals USING (customer) WHERE goals.place > starts.place
        ), chosen AS (
            SELECT customer, begun, took FROM pairs WHERE {in_time if attempt == "best" else "true"}
            QUALIFY row_number() OVER (PARTITION BY customer ORDER BY {order}) = 1
        ), attempts AS (
            SELECT customer, coalesce(any_value(chosen.begun), {alone}(micros)) AS begun, any_value(took) AS took
            FROM starts LEFT JOIN chosen USING (customer) GROUP BY customer
        ), judged AS (SELECT *, coalesce(took IS NOT NULL AND {in_time}, false) AS done, {still} AS is_open FROM attempts)
        SELECT count(*), count(*) FILTER (done), count(*) FILTER (NOT done AND is_open), count(*) FILTER (NOT done AND NOT is_open),
               min(took) FILTER (done) / 1e6, avg(took) FILTER (done) / 1e6, quantile_cont(took, 0.5) FILTER (done) / 1e6,
               quantile_cont(took, 0.95) FILTER (done) / 1e6, max(took) FILTER (done) / 1e6
        FROM judged
        """
