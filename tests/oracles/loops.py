"""Journeys between marks, and funnels by trying everything: slow loops over small logs, written from docs/semantics.md and from
nothing else."""

import itertools


def between_marks(events, starts, ends):
    """Journeys of `start:...;end:...` as lists of touchpoints, how many of them are open, and the number of events outside."""
    journeys, are_open, outside = [], 0, 0
    for (of_customer,) in journeys_of(events):
        current = None
        for event in of_customer:
            if current is not None:
                current.append(event.touchpoint)
                if event.touchpoint in ends:
                    journeys.append(current)
                    current = None
            elif event.touchpoint in starts:
                current = [event.touchpoint]
            else:
                outside += 1
        if current is not None:
            journeys.append(current)
            are_open += 1
    return journeys, are_open, outside


def journeys_of(events, gap=None):
    """Events by customer and, if a pause (in microseconds) is to cut, by journey; in the order of (time, arrival)."""
    ordered = sorted(events, key=lambda event: (event.customer, event.at, event.arrival))
    for _, of_one in itertools.groupby(ordered, key=lambda event: event.customer):
        journeys = [[]]
        for event in of_one:
            if gap is not None and journeys[-1] and event.at - journeys[-1][-1].at > gap:
                journeys.append([])
            journeys[-1].append(event)
        yield journeys


class Funnel:
    """`window` in microseconds; `between` chooses the entries; `latest` is the latest event of all journeys."""

    def __init__(self, steps, window, order, between, latest):
        self.steps, self.window, self.order, self.between, self.latest = steps, window, order, between, latest

    def is_entry(self, event):
        first = self.steps if self.order == "any" else self.steps[:1]
        return event.touchpoint in first and self.between[0] <= event.at < self.between[1]

    def follow(self, journey, place):
        """How deep the entry at `place` leads, and whether more may still come of it."""
        entry = journey[place]
        within = [event for event in journey[place:] if event.at <= entry.at + self.window]
        is_open = entry.at + self.window >= self.latest
        if self.order == "any":
            return len({event.touchpoint for event in within} & set(self.steps)), is_open
        if self.order == "strict":
            pairs = zip(within, self.steps)
            depth = len(list(itertools.takewhile(lambda pair: pair[0].touchpoint == pair[1], pairs)))
            return depth, is_open and place + depth == len(journey)
        depth = 0
        for event in within:
            if depth < len(self.steps) and event.touchpoint == self.steps[depth]:
                depth += 1
        return depth, is_open

    def best(self, journeys):
        """Deepest step and whether it may go on, over all entries of these journeys; nothing without an entry."""
        tried = [
            self.follow(journey, place)
            for journey in journeys
            for place, event in enumerate(journey)
            if self.is_entry(event)
        ]
        return (max(depth for depth, _ in tried), any(is_open for _, is_open in tried)) if tried else None

    def attempts(self, journey):
        """One after the other: what an attempt takes, no other takes."""
        place = 0
        while place < len(journey):
            if not self.is_entry(journey[place]):
                place += 1
                continue
            entry, done, ended = journey[place], [journey[place].touchpoint], False
            place += 1
            while place < len(journey) and not ended and len(done) < len(self.steps):
                event = journey[place]
                due = event.touchpoint == self.steps[len(done)]
                if self.order == "any":
                    due = event.touchpoint in self.steps and event.touchpoint not in done
                if event.at > entry.at + self.window or (self.order == "strict" and not due):
                    ended = True
                    continue
                if due:
                    done.append(event.touchpoint)
                place += 1
            yield len(done), not ended and entry.at + self.window >= self.latest

    def reaches(self, events, by, gap):
        """Depth and openness of every unit that has entered."""
        units = []
        for journeys in journeys_of(events, gap):
            if by == "customer":
                units.append(self.best(journeys))
            elif by == "session":
                units.extend(self.best([journey]) for journey in journeys)
            else:
                units.extend(reach for journey in journeys for reach in self.attempts(journey))
        return [unit for unit in units if unit]

    def answer(self, events, by, gap):
        """Rows of reached, in progress, dropped, one for each step."""
        units = self.reaches(events, by, gap)
        full = len(self.steps)
        return [
            (
                sum(depth >= step for depth, _ in units),
                sum(depth == step < full and is_open for depth, is_open in units),
                sum(depth == step < full and not is_open for depth, is_open in units),
            )
            for step in range(1, full + 1)
        ]
