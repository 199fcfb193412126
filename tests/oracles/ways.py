"""Ways through journeys, found by trying every stretch; written from docs/semantics.md and docs/filters.md."""

import collections
import statistics


class Way:
    """Steps are sets of touchpoints, or None for any; `near[i]` says that step i + 1 comes directly after step i."""

    def __init__(self, steps, near, within=None, without=(), at_start=False, at_end=False):
        self.steps, self.near, self.within, self.without = steps, near, within, without
        self.at_start, self.at_end = at_start, at_end

    def fits(self, journey, first, last):
        """Whether the way leads from event `first` to event `last` of the journey."""
        if self.at_start and first != 0 or self.at_end and last != len(journey) - 1:
            return False
        if self.within is not None and journey[last].at - journey[first].at > self.within:
            return False
        if any(event.touchpoint in self.without for event in journey[first + 1 : last]):
            return False
        places = {first} if self.stands(0, journey[first]) else set()
        for step, near in enumerate(self.near, 1):
            onward = {after for place in places for after in range(place + 1, place + 2 if near else last + 1)}
            places = {place for place in onward if place <= last and self.stands(step, journey[place])}
        return last in places

    def stands(self, step, event):
        return self.steps[step] is None or event.touchpoint in self.steps[step]

    def matches(self, journey):
        """Pairs of the first and the last place: what ends first, of that what begins last, and on from there."""
        begin = 0
        for last in range(len(journey)):
            for first in range(last, begin - 1, -1):
                if self.fits(journey, first, last):
                    yield first, last
                    begin = last + 1
                    break

    def answer(self, journeys):
        """What `geleit mine pattern` says of these journeys, each a list of events."""
        middles, before, after = (collections.Counter() for _ in range(3))
        times, journeys_with, customers = [], 0, set()
        for journey in journeys:
            found = list(self.matches(journey))
            journeys_with += bool(found)
            for first, last in found:
                customers.add(journey[0].customer)
                times.append(journey[last].at - journey[first].at)
                middles[tuple(event.touchpoint for event in journey[first + 1 : last])] += 1
                before[journey[first - 1].touchpoint if first else None] += 1
                after[journey[last + 1].touchpoint if last + 1 < len(journey) else None] += 1
        figures = [min(times), sum(times) / len(times), statistics.median(times), max(times)] if times else []
        return {
            "counts": (journeys_with, len(customers), len(times)),
            "time": [(len(times), *(figure / 1e6 for figure in figures))] if times else [],
            "middles": middles,
            "before": before,
            "after": after,
        }
