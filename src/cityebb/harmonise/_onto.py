"""Figures put on one set of boundaries: by groups, by weights, by a ledger, or on the ground."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.ledger import (
    apply_crosswalk,
    consistent_units,
    hidden_people,
    place_on_vintage,
    to_groups,
)
from cityebb.harmonise.placing import place_on_outlines
from cityebb.harmonise.trial import Trial, try_ways
from cityebb.model import CROSSWALK, MEMBERS, Boundaries, CityebbError, Note

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.harmonise.changes import Changes
    from cityebb.harmonise.ledger import Placed
    from cityebb.harmonise.outlines import Outlines
    from cityebb.harmonise.placing import Spread

_SHOWN = 5


@dataclass(frozen=True)
class Onto:
    """Figures on one set of boundaries.

    Parameters
    ----------
    counts
        ``model.COUNTS``.
    boundaries, vintage
        Which.
    members, weights
        ``model.MEMBERS`` and ``model.CROSSWALK``, as far as they were used.
    trial
        Of ways to spread people.
    rest
        What was placed nowhere; ``None`` where nothing was spread.
    """

    counts: pd.DataFrame
    boundaries: Boundaries
    vintage: str
    members: pd.DataFrame = field(default_factory=MEMBERS.empty)
    weights: pd.DataFrame = field(default_factory=CROSSWALK.empty)
    trial: Trial = field(default_factory=Trial)
    rest: pd.DataFrame | None = None


def put_onto(
    rows: pd.DataFrame,
    wanted: tuple[Boundaries, str],
    years: tuple[int, int],
    *,
    changes: Changes | None,
    events: pd.DataFrame,
    outlines: Outlines | None,
    notes: list[Note],
) -> Onto:
    """Put the figures of all dates on one set of boundaries.

    Parameters
    ----------
    rows
        ``model.COUNTS`` of one indicator and concept.
    wanted
        Which boundaries, and of which date.
    years
        First and last year, that must be placed.
    changes, events
        Official weights, and the ledger's sound events.
    outlines
        Boundary layers between which people are spread.
    notes
        Takes what was done.
    """
    boundaries, vintage = wanted
    if boundaries == "as_published" or (changes is None and outlines is None):
        return Onto(rows, boundaries, "/".join(sorted(set(rows["vintage"].astype(str)))))
    if changes is not None and len(changes.crosswalk):
        if outlines is not None:
            notes.append(Note("harmonise.outlines_beside_weights", level="warning"))
        found, weights = _by_weights(rows, changes.crosswalk, notes)
        return Onto(found, "vintage", str(found["vintage"].iloc[0]), weights=weights)
    if boundaries == "consistent":
        found, members = _by_groups(rows, events, notes)
        vintage = str(found["vintage"].iloc[0]) if len(found) else vintage
        return Onto(found, boundaries, vintage, members=members)
    if outlines is not None:
        spread, trial = _by_ground(rows, outlines, vintage, None if changes is None else events, years, notes)
        found = spread.counts.assign(sd=trial.error * spread.counts["doubt"]).drop(columns="doubt")
        return Onto(found, boundaries, vintage, weights=spread.weights, trial=trial, rest=spread.rest)
    placed, weights = place_on_vintage(rows, events, vintage)
    _tell_placed(placed, notes)
    return Onto(placed.counts, boundaries, vintage, weights=weights)


def _by_ground(
    rows: pd.DataFrame,
    outlines: Outlines,
    vintage: str,
    ledger: pd.DataFrame | None,
    years: tuple[int, int],
    notes: list[Note],
) -> tuple[Spread, Trial]:
    """Return the figures on the outlines of one date, and how the ways to spread people fare in a trial."""
    spread = place_on_outlines(rows, outlines, vintage, ledger=ledger, ends=years)
    trial = try_ways(rows, spread.tables)
    notes += [*spread.notes, *trial.notes]
    if spread.spread:
        key = "spread_untried" if trial.table.empty else "spread_doubt"
        notes.append(Note(f"harmonise.{key}", {"error": trial.error}, "warning"))
    return spread, trial


def _by_groups(
    rows: pd.DataFrame, events: pd.DataFrame, notes: list[Note]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures of the finest comparable units, and what belongs to each."""
    named = rows.drop_duplicates(["unit_id", "vintage"])
    units: dict[object, pd.Series] = {
        vintage: part.set_index(part["unit_id"].astype(str))["name"]
        for vintage, part in named.groupby(named["vintage"].astype(str))
    }
    found = consistent_units(units, events)
    done = to_groups(rows, found.members)
    hidden = hidden_people(found.members, rows)
    notes.append(
        Note(
            "harmonise.consistent",
            {
                "groups": found.groups,
                "units": ", ".join(f"{epoch}: {len(names)}" for epoch, names in units.items()),
                "merged": ", ".join(f"{epoch}: {count}" for epoch, count in found.merged.items()),
                "people": ", ".join(f"{row.year}: {row.hidden_people:,.0f}" for row in hidden.itertuples()),
            },
        )
    )
    for what in ("vanished", "appeared"):
        lost = found.unmatched[found.unmatched["what"] == what]
        if len(lost):
            shown = ", ".join(
                f"{unit} ({epoch})" for unit, epoch, _ in lost.head(_SHOWN).itertuples(index=False)
            )
            notes.append(Note(f"harmonise.units_{what}", {"count": len(lost), "units": shown}, "warning"))
    if len(done.recoded):
        shown = ", ".join(sorted(set(done.recoded["unit_id"]))[:_SHOWN])
        notes.append(Note("harmonise.recoded", {"count": len(done.recoded), "units": shown}))
    return done.counts, found.members


def _by_weights(
    rows: pd.DataFrame, crosswalk: pd.DataFrame, notes: list[Note]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures on the boundaries that official weights lead to."""
    import pandas as pd

    people = crosswalk[crosswalk["share_of"] == "people"]
    weights = people if len(people) else crosswalk
    targets = sorted(set(weights["to_vintage"].astype(str)))
    if len(targets) > 1:
        raise CityebbError("harmonise.weights_lead_to_several", targets=", ".join(targets))
    target = targets[0]
    parts = []
    for vintage, part in rows.groupby(rows["vintage"].astype(str)):
        if vintage == target:
            parts.append(part)
            continue
        own = weights[weights["from_vintage"].astype(str) == vintage]
        if own.empty:
            notes.append(Note("harmonise.no_weights", {"vintage": vintage, "target": target}, "warning"))
            continue
        placed = apply_crosswalk(part, own)
        _tell_placed(placed, notes)
        parts.append(placed.counts)
    if not parts:
        raise CityebbError("harmonise.weights_reach_nothing", target=target)
    return pd.concat(parts, ignore_index=True), weights


def _tell_placed(placed: Placed, notes: list[Note]) -> None:
    if len(placed.unassigned):
        lost = placed.unassigned
        shown = ", ".join(sorted(set(lost["unit_id"].astype(str)))[:_SHOWN])
        told = {"count": len(lost), "units": shown, "people": float(np.nansum(lost["value"]))}
        notes.append(Note("harmonise.unassigned", told, "warning"))
    missing = int(placed.counts["value"].isna().sum())
    if missing:
        notes.append(Note("harmonise.placed_missing", {"count": missing}, "warning"))
