"""The events of a period as plain steps, in an order in which each finds what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.ledger.dates import between, moments

if TYPE_CHECKING:
    import pandas as pd

# Of these kinds the unit before goes on under its code.
GOES_ON = frozenset({"transfer"})


@dataclass(frozen=True)
class Link:
    """From one unit to another; empty text where there is none."""

    before: str
    after: str
    share: float


@dataclass(frozen=True)
class Step:
    """One event."""

    event_id: str
    kind: str
    moment: float
    links: tuple[Link, ...]

    @property
    def ends(self) -> set[str]:
        """The units that are no more after it."""
        if self.kind in GOES_ON:
            return set()
        return {link.before for link in self.links if link.before} - {link.after for link in self.links}

    @property
    def needs(self) -> set[str]:
        """The units that must be there before it."""
        return {link.before for link in self.links if link.before}

    @property
    def makes(self) -> set[str]:
        """The units that are there after it."""
        return {link.after for link in self.links if link.after}


def steps_of(ledger: pd.DataFrame, start: object, end: object) -> list[Step]:
    """Return the events between two epochs.

    Events of one moment are put so that what one makes and another needs is made first.
    """
    rows = between(ledger, start, end)
    if rows.empty:
        return []
    when = moments(rows["date"])
    texts = [
        rows[name].where(rows[name].notna(), "").astype(str).tolist()
        for name in ("event_id", "kind", "from_unit", "to_unit")
    ]
    gathered: dict[tuple[float, str, str], list[Link]] = {}
    shares = rows["share"].to_numpy(np.float64)
    for moment, event, kind, before, after, share in zip(when.tolist(), *texts, shares.tolist(), strict=True):
        gathered.setdefault((moment, event, kind), []).append(Link(before, after, share))
    steps = [Step(event, kind, moment, tuple(links)) for (moment, event, kind), links in gathered.items()]
    return _ordered(steps)


def _ordered(steps: list[Step]) -> list[Step]:
    """Sort by moment, within one by need, then by id."""
    found: list[Step] = []
    place = 0
    ordered = sorted(steps, key=lambda step: (step.moment, step.event_id, step.kind))
    while place < len(ordered):
        last = place
        while last < len(ordered) and ordered[last].moment == ordered[place].moment:
            last += 1
        found += _by_need(ordered[place:last])
        place = last
    return found


def _by_need(steps: list[Step]) -> list[Step]:
    if len(steps) == 1:
        return steps
    makers: dict[str, list[int]] = {}
    for place, step in enumerate(steps):
        # What a transfer leads to was there before it.
        for unit in set() if step.kind in GOES_ON else step.makes - step.needs:
            makers.setdefault(unit, []).append(place)
    waits = [
        {other for unit in step.needs for other in makers.get(unit, ()) if other != place}
        for place, step in enumerate(steps)
    ]
    done: list[int] = []
    seen: set[int] = set()
    waiting = list(range(len(steps)))
    while waiting:
        ready = [place for place in waiting if waits[place] <= seen]
        # A circle has no first: it is told by the check; here it is cut where it was written first.
        ready = ready or waiting[:1]
        done += ready
        seen.update(ready)
        waiting = [place for place in waiting if place not in seen]
    return [steps[place] for place in done]
