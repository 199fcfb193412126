"""Filters by chance, each as the text of docs/filters.md and as SQL of DuckDB over its tables `chosen` and `events`."""

from sql import quoted, seconds
from worlds import written

COUNTS = {"at least": ">=", "at most": "<=", "exactly": "="}
SAME = "a.customer = b.customer AND (a.micros, a.arrival) < (b.micros, b.arrival)"


def name(text):
    return '"' + text + '"'


class Choices:
    """Draws the filters of one world."""

    def __init__(self, world):
        self.chance = world.chance
        self.touchpoints = world.touchpoints or ["never seen"]
        self.times = [event.at for event in world.events] or [0]

    def event(self, depth=1):
        """An event filter, and a condition on the columns of an event."""
        some = self.chance.sample(self.touchpoints, min(3, len(self.touchpoints)))
        touchpoints = ", ".join(map(name, some)), ", ".join(map(quoted, some))
        prefix, suffix = some[0][:1], some[0].rsplit(" ")[-1]
        moment = self.chance.choice(self.times)
        order = self.chance.choice(["<", "<=", ">", ">="])
        simple = [
            (name(some[0]), f"touchpoint = {quoted(some[0])}"),
            (f"touchpoint != {name(some[0])}", f"touchpoint != {quoted(some[0])}"),
            (f"touchpoint in ({touchpoints[0]})", f"touchpoint IN ({touchpoints[1]})"),
            (f"touchpoint not in ({touchpoints[0]})", f"touchpoint NOT IN ({touchpoints[1]})"),
            (f'touchpoint like "{prefix}*"', f"starts_with(touchpoint, {quoted(prefix)})"),
            (f'touchpoint not like "*{suffix}"', f"NOT ends_with(touchpoint, {quoted(suffix)})"),
            ("channel = web", "channel = 'web'"),
            ("channel != web", "channel != 'web'"),
            ("channel in (store, web)", "channel IN ('store', 'web')"),
            (f"time {order} {written(moment)}", f"micros {order} {moment}"),
        ]
        if depth and self.chance.random() < 0.4:
            return self.joined(self.event, depth)
        return self.chance.choice(simple)

    def joined(self, draw, depth):
        """Two of what `draw` draws, joined, or one denied."""
        (one, first), (other, second) = draw(depth - 1), draw(depth - 1)
        how = self.chance.choice(["and", "or", "not"])
        if how == "not":
            return f"not ({one})", f"(NOT ({first}))"
        return f"({one}) {how} ({other})", f"(({first}) {how} ({second}))"

    def deed(self, table):
        """What comes after `did`, and rows of the table (as a query of customers, journeys) for which it is true."""
        (one, first), (other, second) = self.event(), self.event()
        key = "customer, journey" if table == "events" else "customer"
        group = f"SELECT {key} FROM {table} GROUP BY {key} HAVING"
        kind = self.chance.choice(["did", "did not", "count", "before", "after", "within"])
        if kind == "did":
            return f"({one})", f"{group} count(*) FILTER ({first}) > 0"
        if kind == "did not":
            return f"not ({one})", f"{group} count(*) FILTER ({first}) = 0"
        if kind == "count":
            many, words = self.chance.randint(1, 3), self.chance.choice(list(COUNTS))
            return f"({one}) {words} {many} times", f"{group} count(*) FILTER ({first}) {COUNTS[words]} {many}"
        pairs = f"""
            SELECT {", ".join("a." + column for column in key.split(", "))}
            FROM (SELECT * FROM {table} WHERE {first}) AS a, (SELECT * FROM {table} WHERE {second}) AS b
            WHERE {SAME} {"AND a.journey = b.journey" if table == "events" else ""}
            """
        if kind == "before":
            return f"({one}) before ({other})", pairs
        if kind == "after":
            return f"({other}) after ({one})", pairs
        within = self.chance.choice(["1s", "2s", "30m", "7d"])
        return f"({one}) before ({other}) within {within}", f"{pairs} AND b.micros - a.micros <= {seconds(within) * 1_000_000}"

    def journey(self, depth=1):
        """A journey filter, and a condition on the columns `customer` and `journey`."""
        if depth and self.chance.random() < 0.3:
            return self.joined(self.journey, depth)
        group = "(customer, journey) IN (SELECT (customer, journey) FROM events GROUP BY customer, journey HAVING"
        kind = self.chance.choice(["did", "did", "customer", "starts", "ends", "events", "duration"])
        if kind in ["did", "customer"]:
            said, query = self.deed("events" if kind == "did" else "chosen")
            if kind == "customer":
                return f"customer did {said}", f"customer IN ({query})"
            return f"did {said}", f"(customer, journey) IN (SELECT (customer, journey) FROM ({query}))"
        order = self.chance.choice(["<", "<=", ">", ">="])
        if kind == "events":
            many = self.chance.randint(1, 4)
            order = self.chance.choice(["=", "!=", "<=", ">", ">="])
            return f"events {order} {many}", f"{group} count(*) {order} {many})"
        if kind == "duration":
            long = self.chance.choice(["1s", "2s", "30m", "1h", "3d"])
            return f"duration {order} {long}", f"{group} max(micros) - min(micros) {order} {seconds(long) * 1_000_000})"
        text, condition = self.event()
        end = "first" if kind == "starts" else "last"
        return f"{kind} with ({text})", f"{group} {end}({condition} ORDER BY micros, arrival))"
