"""Look for what cannot be in a ledger: every fault at once, or the sound rows and the refused ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.ledger._steps import GOES_ON, steps_of, whole
from cityebb.harmonise.ledger.crosswalk import ROUNDING
from cityebb.harmonise.ledger.dates import moments
from cityebb.model import CONFIDENCES, EVENT_KINDS, LEDGER, CityebbError, gather

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import pandas as pd

    from cityebb.harmonise.ledger._steps import Step


@dataclass(frozen=True)
class CheckedLedger:
    """A ledger without its faulty events.

    Parameters
    ----------
    ledger
        ``model.LEDGER``: the events that hold.
    faults
        One for each fault found; events with a fault are left out whole.
    refused
        The rows of the events left out, with their ``reason`` as a key of the catalogue.
    """

    ledger: pd.DataFrame
    faults: tuple[CityebbError, ...]
    refused: pd.DataFrame


def check_ledger(
    ledger: pd.DataFrame,
    *,
    units_by_epoch: Mapping[object, Collection[str]] | None = None,
    strict: bool = True,
) -> CheckedLedger:
    """Find every fault of a ledger.

    Parameters
    ----------
    ledger
        ``model.LEDGER``.
    units_by_epoch
        The codes there are, by epoch: an event for a code that is in none of them is a fault.
    strict
        Whether faults are raised. Real ledgers are not clean: without it, events with a fault are left out
        and listed.

    Raises
    ------
    CityebbError, Faults
        If ``strict``: all faults at once. They are: a date, kind or confidence that is none; a unit that the
        kind needs and that is not given; rows of one event that differ in date or kind; the same link twice;
        shares of a unit that sum to more than 1, or, in a split, not to 1; a circle of units that become each
        other at one time; a unit that ends twice, gives or changes after its end, or gives everybody
        away twice at one time; a unit made that is there already; a code that nobody knows.

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"event_id": ["1", "1"], "date": "2005", "kind": "split",
    ...     "from_unit": ["A", "A"], "from_name": None, "to_unit": ["B", "C"], "to_name": None,
    ...     "share": [0.5, 0.4], "share_of": "people", "people": None, "evidence": None,
    ...     "confidence": "certain"})
    >>> [fault.key for fault in check_ledger(ledger, strict=False).faults]
    ['harmonise.ledger_shares']
    """
    with gather() as fault:
        for name in LEDGER.names:
            if name not in ledger:
                fault(CityebbError("model.column_missing", table=LEDGER.name, column=name))
    found: list[tuple[str, CityebbError]] = [*_of_rows(ledger), *_of_shares(ledger)]
    if units_by_epoch is not None:
        found += _of_codes(ledger, units_by_epoch)
    bad = {event for event, _ in found}
    sound = ledger[~ledger["event_id"].astype(str).isin(bad)]
    found += _of_order(sound, units_by_epoch)
    if strict:
        with gather() as fault:
            for _, error in found:
                fault(error)
    reasons: dict[str, str] = {}
    for event, error in found:
        reasons.setdefault(event, error.key)
    events = ledger["event_id"].astype(str)
    held = events.isin(set(reasons)).to_numpy()
    refused = ledger[held].assign(reason=events[held].map(reasons))
    return CheckedLedger(ledger[~held], tuple(error for _, error in found), refused)


def _of_rows(ledger: pd.DataFrame) -> Iterator[tuple[str, CityebbError]]:
    """Faults that one row shows."""
    events = ledger["event_id"].astype(str).to_numpy()
    before = ledger["from_unit"].notna().to_numpy() & (ledger["from_unit"].astype(str) != "").to_numpy()
    after = ledger["to_unit"].notna().to_numpy() & (ledger["to_unit"].astype(str) != "").to_numpy()
    kinds = ledger["kind"].astype(str).to_numpy()
    shares = ledger["share"].to_numpy(np.float64)
    wanting = (~before & (kinds != "creation")) | (~after & (kinds != "abolition"))
    for key, wrong, column in (
        ("harmonise.ledger_date", np.isnan(moments(ledger["date"])), "date"),
        ("harmonise.ledger_kind", ~np.isin(kinds, EVENT_KINDS), "kind"),
        (
            "harmonise.ledger_confidence",
            ~ledger["confidence"].astype(str).isin(CONFIDENCES).to_numpy(),
            "confidence",
        ),
        ("harmonise.ledger_share_range", (shares < 0) | (shares > 1), "share"),
        ("harmonise.ledger_unit_missing", wanting & np.isin(kinds, EVENT_KINDS), "kind"),
    ):
        for place in np.flatnonzero(wrong).tolist():
            yield (
                events[place],
                CityebbError(key, row=place + 1, event=events[place], found=str(ledger[column].iloc[place])),
            )
    by_event = ledger.groupby(ledger["event_id"].astype(str))
    for column in ("date", "kind"):
        differ = by_event[column].nunique(dropna=False)
        for event in differ[differ > 1].index.tolist():
            values = ", ".join(sorted(set(ledger.loc[events == event, column].astype(str))))
            yield (
                event,
                CityebbError("harmonise.ledger_event_differs", event=event, column=column, found=values),
            )
    keys = ledger[["event_id", "from_unit", "to_unit"]].astype(str)
    for place in np.flatnonzero(keys.duplicated().to_numpy()).tolist():
        one = keys.iloc[place]
        yield (
            events[place],
            CityebbError(
                "harmonise.ledger_twice",
                row=place + 1,
                event=events[place],
                before=one["from_unit"],
                after=one["to_unit"],
            ),
        )


def _of_shares(ledger: pd.DataFrame) -> Iterator[tuple[str, CityebbError]]:
    """Faults of the shares that one unit gives in one event."""
    rows = ledger[ledger["from_unit"].notna()]
    given = rows.groupby(
        [rows["event_id"].astype(str), rows["from_unit"].astype(str), rows["kind"].astype(str)], sort=True
    )["share"].agg(["sum", "count", "size"])
    for (event, unit, kind), (total, known, size) in zip(
        given.index.tolist(), given.to_numpy().tolist(), strict=True
    ):
        whole = known == size and size > 0
        short = kind not in GOES_ON and whole and total < 1 - ROUNDING
        if total > 1 + ROUNDING or short:
            yield event, CityebbError("harmonise.ledger_shares", event=event, unit=unit, total=total)


def _of_codes(
    ledger: pd.DataFrame, units_by_epoch: Mapping[object, Collection[str]]
) -> Iterator[tuple[str, CityebbError]]:
    """Events for codes that are in no list and that no event makes, or makes and never ends."""
    known = {str(unit) for units in units_by_epoch.values() for unit in units}
    rows = ledger[["event_id", "from_unit", "to_unit"]].astype(str).where(ledger.notna())
    before = rows[rows["from_unit"].notna() & ~rows["from_unit"].isin(known | set(rows["to_unit"].dropna()))]
    # A unit made in the period and gone before its end is in no list, and rightly so.
    when, epochs = moments(ledger["date"]), moments(list(units_by_epoch))
    inside = (
        (when > epochs.min()) & (when <= epochs.max()) if len(epochs) else np.zeros(len(rows), dtype=bool)
    )
    after = rows[
        inside & rows["to_unit"].notna() & ~rows["to_unit"].isin(known | set(rows["from_unit"].dropna()))
    ]
    for event, unit in [
        *zip(before["event_id"], before["from_unit"], strict=True),
        *zip(after["event_id"], after["to_unit"], strict=True),
    ]:
        yield event, CityebbError("harmonise.ledger_unknown_unit", event=event, unit=unit)


@dataclass
class _Living:
    """What is there while the events happen, and what ended by which event."""

    there: set[str]
    ended: dict[str, tuple[str, float]]
    given: dict[tuple[str, float], str]

    def faults(self, step: Step) -> Iterator[CityebbError]:
        """Tell what of an event cannot be."""
        # To an ended code people may pass: that is how lists write a unit set up again.
        for unit in sorted(step.needs & set(self.ended)):
            event, moment = self.ended[unit]
            key = "harmonise.ledger_ended_twice" if unit in step.ends else "harmonise.ledger_after_end"
            yield CityebbError(
                key, event=step.event_id, unit=unit, other=event, date=_date(moment), then=_date(step.moment)
            )
        if step.kind in ("creation", "rename"):  # parts of a split may go to units that are there
            for unit in sorted((step.makes - step.needs) & self.there):
                yield CityebbError("harmonise.ledger_made_twice", event=step.event_id, unit=unit)
        for unit in sorted(whole(step)):
            if (unit, step.moment) in self.given:
                yield CityebbError(
                    "harmonise.ledger_given_twice",
                    event=step.event_id,
                    unit=unit,
                    other=self.given[unit, step.moment],
                    date=_date(step.moment),
                )

    def pass_on(self, step: Step) -> None:
        """Let the event happen."""
        self.given |= {(unit, step.moment): step.event_id for unit in whole(step)}
        self.there |= step.makes | step.needs
        for unit in step.makes:
            self.ended.pop(unit, None)
        for unit in step.ends:
            self.there.discard(unit)
            self.ended[unit] = (step.event_id, step.moment)


def _of_order(
    ledger: pd.DataFrame, units_by_epoch: Mapping[object, Collection[str]] | None
) -> Iterator[tuple[str, CityebbError]]:
    """Faults that show when the events happen one after another; a faulty one does not happen."""
    steps = steps_of(ledger, "0000", "9999")
    circles = list(_circles(steps))
    yield from circles
    circling = {event for event, _ in circles}
    lists = units_by_epoch or {}
    epochs = sorted((float(moments([epoch])[0]), str(epoch), epoch) for epoch in lists)
    living = _Living(set(), {}, {})
    for step in steps:
        while epochs and epochs[0][0] < step.moment:
            listed = {str(unit) for unit in lists[epochs.pop(0)[2]]}
            living.there = listed
            living.ended = {unit: end for unit, end in living.ended.items() if unit not in listed}
        if step.event_id in circling:
            continue
        faults = list(living.faults(step))
        yield from ((step.event_id, fault) for fault in faults)
        if not faults:
            living.pass_on(step)


def _circles(steps: list[Step]) -> Iterator[tuple[str, CityebbError]]:
    """Units that end in each other at one moment."""
    by_moment: dict[float, list[Step]] = {}
    for step in steps:
        by_moment.setdefault(step.moment, []).append(step)
    for moment, together in by_moment.items():
        edges = {
            unit: (link.after, step.event_id)
            for step in together
            if step.kind in ("merge", "abolition", "rename", "upgrade")
            for link in step.links
            for unit in [link.before]
            if unit in step.ends and link.after
        }
        told: set[str] = set()
        for unit in sorted(edges):
            path = [unit]
            while path[-1] in edges and edges[path[-1]][0] not in path:
                path.append(edges[path[-1]][0])
            if path[-1] in edges and edges[path[-1]][0] == unit and unit not in told:
                told.update(path)
                yield (
                    edges[unit][1],
                    CityebbError(
                        "harmonise.ledger_circle", units=" → ".join([*path, unit]), date=_date(moment)
                    ),
                )


def _date(moment: float) -> str:
    number = int(moment)
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    return str(year) if (month, day) == (12, 31) else f"{year}-{month:02}-{day:02}"
