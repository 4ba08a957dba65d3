"""The events of a period as plain steps, in an order in which each finds what it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.ledger.dates import between, moments

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

# Of these kinds the unit before goes on under its code.
GOES_ON = frozenset({"transfer"})


# Shares that miss 1 by no more than this take everybody.
_ROUNDED = 1e-6


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


def whole(step: Step) -> set[str]:
    """Return the units that a transfer takes everybody from."""
    if step.kind not in GOES_ON:
        return set()
    given: dict[str, float] = {}
    for link in step.links:
        given[link.before] = given.get(link.before, 0.0) + (link.share if link.before != link.after else 0.0)
    return {unit for unit, share in given.items() if share >= 1 - _ROUNDED}


def steps_of(ledger: pd.DataFrame, start: object, end: object, alive: Iterable[str] = ()) -> list[Step]:
    """Return the events between two epochs; ``alive`` are the units there at the start, as far as known.

    Events of one moment are put so that what one makes and another needs is made first, that a unit gives and
    takes before it ends, and that a code which is in use is free before it is given to another unit.
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
    steps = [
        Step(event, kind, moment, tuple(sorted(links, key=_place)))
        for (moment, event, kind), links in gathered.items()
    ]
    return _ordered(steps, set(alive))


def _place(link: Link) -> tuple[str, str, float]:
    """Order links by everything they tell, so that sums do not hang on the order of rows."""
    return link.before, link.after, -1.0 if math.isnan(link.share) else link.share


def _ordered(steps: list[Step], alive: set[str]) -> list[Step]:
    """Sort by moment, within one by need, then by id."""
    found: list[Step] = []
    place = 0
    ordered = sorted(steps, key=lambda step: (step.moment, step.event_id, step.kind))
    while place < len(ordered):
        last = place
        while last < len(ordered) and ordered[last].moment == ordered[place].moment:
            last += 1
        together = _by_need(ordered[place:last], alive)
        for step in together:
            alive |= step.needs
            alive -= step.ends
            alive |= step.makes
        found += together
        place = last
    return found


def _by_need(steps: list[Step], alive: set[str]) -> list[Step]:
    if len(steps) == 1:
        return steps
    waits = _waits(steps, alive)
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


def _waits(steps: list[Step], alive: set[str]) -> list[set[int]]:
    """Return for each step of one moment the steps that come before it."""
    needers: dict[str, list[int]] = {}
    enders: dict[str, list[int]] = {}
    takers: dict[str, list[int]] = {}
    for place, step in enumerate(steps):
        for unit in step.needs:
            needers.setdefault(unit, []).append(place)
        for unit in step.ends:
            enders.setdefault(unit, []).append(place)
        for unit in step.makes if step.kind in GOES_ON else ():
            takers.setdefault(unit, []).append(place)
    waits: list[set[int]] = [set() for _ in steps]
    _ends_last(steps, needers, takers, waits)
    for place, step in enumerate(steps):
        # What a transfer leads to was there before it.
        for unit in set() if step.kind in GOES_ON else step.makes - step.needs:
            ending = enders.get(unit, [])
            if unit in alive and ending and step.kind != "merge":
                waits[place].update(needers[unit])
                continue
            for other in ending if unit in alive else [*needers.get(unit, []), *takers.get(unit, [])]:
                waits[other].add(place)
    for place, others in enumerate(waits):
        others.discard(place)
    return waits


def _ends_last(
    steps: list[Step], needers: dict[str, list[int]], takers: dict[str, list[int]], waits: list[set[int]]
) -> None:
    """Let a unit give and take before it ends."""
    for place, step in enumerate(steps):
        for unit in step.ends:
            using = [*needers[unit], *takers.get(unit, [])]
            waits[place].update(other for other in using if unit not in steps[other].ends)
