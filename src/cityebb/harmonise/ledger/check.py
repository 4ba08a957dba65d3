"""Look for what cannot be in a ledger: every fault at once, or the sound rows and the refused ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.ledger._steps import GOES_ON, steps_of
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
        kind needs and that is not given; the same link twice; shares of a unit that sum to more than 1, or,
        in a split, not to 1; a circle of units that become each other at one time; a unit that ends twice,
        or changes after its end; a unit made that is there already; a code that nobody knows.

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
    found += _of_order(sound)
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
    """Events for codes that are in no list and that no event makes."""
    known = {str(unit) for units in units_by_epoch.values() for unit in units}
    made = set(ledger["to_unit"].dropna().astype(str))
    rows = ledger[ledger["from_unit"].notna()]
    unknown = rows[~rows["from_unit"].astype(str).isin(known | made)]
    for event, unit in zip(unknown["event_id"].astype(str), unknown["from_unit"].astype(str), strict=True):
        yield event, CityebbError("harmonise.ledger_unknown_unit", event=event, unit=unit)


def _of_order(ledger: pd.DataFrame) -> Iterator[tuple[str, CityebbError]]:
    """Faults that show when the events happen one after another."""
    steps = steps_of(ledger, "0000", "9999")
    yield from _circles(steps)
    ended: dict[str, tuple[str, float]] = {}
    there: set[str] = set()
    for step in steps:
        for unit in sorted(step.needs & set(ended)):
            event, moment = ended[unit]
            key = "harmonise.ledger_ended_twice" if unit in step.ends else "harmonise.ledger_after_end"
            yield (
                step.event_id,
                CityebbError(
                    key,
                    event=step.event_id,
                    unit=unit,
                    other=event,
                    date=_date(moment),
                    then=_date(step.moment),
                ),
            )
        made = step.makes - step.needs
        if step.kind == "creation" or (step.kind in ("rename", "split") and made):
            for unit in sorted(made & there - set(ended)):
                yield (
                    step.event_id,
                    CityebbError("harmonise.ledger_made_twice", event=step.event_id, unit=unit),
                )
        there |= step.makes | step.needs
        for unit in step.makes:
            ended.pop(unit, None)
        for unit in step.ends:
            there.discard(unit)
            ended[unit] = (step.event_id, step.moment)


def _circles(steps: list[Step]) -> Iterator[tuple[str, CityebbError]]:
    """Units that end in each other at one moment."""
    by_moment: dict[float, list[Step]] = {}
    for step in steps:
        by_moment.setdefault(step.moment, []).append(step)
    for moment, together in by_moment.items():
        edges = {
            unit: (link.after, step.event_id)
            for step in together
            if step.kind in ("merge", "abolition")
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
