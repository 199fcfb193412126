"""Random logs, imported by the real program and asked through its command line.

A *world* is one data directory. It holds many small logs side by side, each with customers and touchpoints of its own, so that one
question asks all of them at once and every row of the answer belongs to one log.
"""

import csv
import dataclasses
import datetime
import json
import os
import pathlib
import random
import subprocess

ROOT = pathlib.Path(__file__).parents[2]
GELEIT = os.environ.get("GELEIT", str(ROOT / "target/debug/geleit"))

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
EPOCH = datetime.datetime(1970, 1, 1)
TODAY = 20_000 * DAY
"""A moment of 2024, in microseconds since 1970."""

EARLIEST, LATEST = -62_135_596_800 * SECOND, 253_402_207_200 * SECOND
"""The years 1 and 9999: the first and the last moment that can be written."""


CHANNELS = ["web", "web", "store", ""]


@dataclasses.dataclass(frozen=True)
class Event:
    """`at` in microseconds since 1970; `arrival` is the row's place in the file; an empty `channel` is not said."""

    customer: str
    touchpoint: str
    at: int
    arrival: int
    channel: str


@dataclasses.dataclass(frozen=True)
class Kind:
    """How the logs of a world look. `moment` draws a time, `length` how many events a customer has."""

    name: str
    logs: int
    customers: int
    touchpoints: int
    moment: object
    length: object


def upon(*pauses):
    """Times on a grid of these pauses, so that pauses of exactly a gap or a window, and a microsecond beside them, are common."""
    return lambda random: TODAY + sum(random.choice(pauses) for _ in range(random.randrange(6)))


def few(random):
    return 1 + min(int(random.expovariate(0.4)), 20)


def one(random):
    return 1


KINDS = [
    Kind("some of everything", 30, 8, 5, lambda r: TODAY + r.randrange(3 * 60) * MINUTE + r.choice([0, 0, 1, 999_999]), few),
    Kind("many at the same time", 30, 6, 4, lambda r: TODAY + r.randrange(4) * SECOND, few),
    Kind("all at one moment", 20, 5, 4, lambda r: TODAY, few),
    Kind("one event each", 20, 9, 5, lambda r: TODAY + r.randrange(DAY), one),
    Kind("a lone event", 1, 1, 1, lambda r: TODAY, one),
    Kind("no event", 0, 0, 0, None, None),
    Kind("pauses of exactly half an hour", 20, 6, 4, upon(0, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE + 1, 30 * MINUTE - 1, 1), few),
    Kind("the same again and again", 30, 6, 2, lambda r: TODAY + r.randrange(40) * SECOND, few),
    Kind("from the year 1 to 9999", 10, 3, 4, lambda r: r.choice([EARLIEST, LATEST, -1, 0, r.randrange(EARLIEST, LATEST)]), few),
    Kind("before and after 1970", 20, 6, 4, lambda r: r.randrange(-3, 4) * SECOND + r.choice([0, -1, 1]), few),
    Kind("one larger log", 1, 300, 30, lambda r: TODAY + r.randrange(20 * DAY), lambda r: 1 + int(r.lognormvariate(1.1, 1.0))),
]
SEEDS = [11, 12]


def events_of(kind, seed):
    """The rows of a world in the order of its file, which is no order of time."""
    chance = random.Random(f"{kind.name} {seed}")
    rows = []
    for log in range(kind.logs):
        # Names in which the order of bytes, of letters and of words differ.
        names = [f"{start} of {log}" for start in ["b", "B", "ä", "a, b", "a b", "a", "Straße", "Ω", *range(30)]]
        names = chance.sample(names, kind.touchpoints)
        for customer in range(1 + chance.randrange(kind.customers)):
            often = chance.choice(names)
            for _ in range(kind.length(chance)):
                touchpoint = often if chance.random() < 0.3 else chance.choice(names)
                rows.append((f"c{customer}_{log}", touchpoint, kind.moment(chance)))
    chance.shuffle(rows)
    return [Event(*row, arrival, CHANNELS[arrival % len(CHANNELS)]) for arrival, row in enumerate(rows)]


def written(at):
    """A moment as RFC 3339, to the microsecond."""
    return (EPOCH + datetime.timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def moment(text):
    """The microseconds since 1970 of a moment written with or without fractions of a second."""
    return round((datetime.datetime.fromisoformat(text.removesuffix("Z")) - EPOCH) / datetime.timedelta(microseconds=1))


class World:
    """The events of a kind and a seed, in a data directory below `folder`."""

    def __init__(self, kind, seed, folder):
        self.name = f"{kind.name}, seed {seed}"
        self.events = events_of(kind, seed)
        self.chance = random.Random(f"questions {kind.name} {seed}")
        self.touchpoints = sorted({event.touchpoint for event in self.events})
        now = (datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - EPOCH) // datetime.timedelta(microseconds=1)
        # What clocks ahead of ours say did not happen yet: nothing is over by it.
        self.latest = max((event.at for event in self.events if event.at <= now), default=now)
        self.data = pathlib.Path(folder) / f"{kind.name}-{seed}".replace(" ", "-")
        file = self.data.with_suffix(".csv")
        with open(file, "w", newline="", encoding="utf-8") as opened:
            rows = csv.writer(opened)
            rows.writerow(["customer", "touchpoint", "at", "channel"])
            rows.writerows([event.customer, event.touchpoint, written(event.at), event.channel] for event in self.events)
        columns = ["--customer", "customer", "--touchpoint", "touchpoint", "--time", "at", "--channel", "channel"]
        imported = geleit("import", str(file), "--data", str(self.data), *columns)
        if imported["stored"] != len(self.events):
            raise AssertionError(f"{self.name}: {len(self.events)} rows were to be stored: {imported}")

    def mine(self, question, *arguments):
        """The answer to `geleit mine QUESTION ... --json`."""
        return geleit("mine", question, "--data", str(self.data), *arguments)

    def askable(self):
        """Touchpoints that may stand in a list with commas."""
        return [name for name in self.touchpoints if "," not in name]

    def askable_by_log(self):
        """The same by the log they are of."""
        logs = {}
        for name in self.askable():
            logs.setdefault(name.rsplit(" of ")[-1], []).append(name)
        return logs

    def range(self):
        """A time range `[from, to)` that cuts through the events, on their very moments; both in microseconds."""
        times = [event.at for event in self.events] or [TODAY]
        return min(self.chance.choice(times), self.chance.choice(times)), max(times)

    def with_and_without_range(self):
        """All of time and a range, each with the arguments that ask for it."""
        between = self.range()
        return [((-(2**63), 2**63 - 1), []), (between, ["--from", written(between[0]), "--to", written(between[1])])]

    def some_marks(self):
        """One to six touchpoints that may stand in a list with commas, if there are any."""
        names = self.askable()
        return self.chance.sample(names, min(self.chance.randint(1, 6), len(names)))

    def step(self, most=1):
        """Touchpoints that are a step of a way together, one to `most` of each log, and the text for them."""
        names = [name for log in self.askable_by_log().values() for name in self.chance.choices(log, k=self.chance.randint(1, most))]
        return names, "touchpoint in (" + ", ".join(f'"{name}"' for name in names) + ")"

    def way(self, way):
        """A way through these logs: its text, and what `way` makes of it."""
        steps = [self.step(2), *self.chance.choices([(None, "*"), self.step(), self.step(2)], k=self.chance.randrange(3)), self.step()]
        steps = steps[self.chance.random() < 0.2 and len(steps) == 2 :]
        near = [self.chance.random() < 0.4 for _ in steps[1:]]
        at_start, at_end = self.chance.random() < 0.15, self.chance.random() < 0.15
        within = self.chance.choice([None, 1, 2, 1800])
        without, unwanted = self.chance.choice([((), ""), self.step()])
        text = ("start -> " if at_start else "") + steps[0][1]
        for (_, step), is_near in zip(steps[1:], near):
            text += (" -> " if is_near else " -> ... -> ") + step
        text += " -> end" if at_end else ""
        text += f" without {unwanted}" if without else ""
        text += f" within {within}s" if within else ""
        return text, way([names for names, _ in steps], near, within and within * SECOND, without, at_start, at_end)


def geleit(*arguments):
    """Runs a command with `--json` and reads what it prints."""
    run = subprocess.run([GELEIT, *arguments, "--json"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise AssertionError(f"geleit {' '.join(arguments)}\nended with {run.returncode}: {run.stderr}")
    return json.loads(run.stdout)
