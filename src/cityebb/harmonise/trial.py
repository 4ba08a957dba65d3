"""Every way to spread people, tried where figures of both dates were counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise._wants import unchanged
from cityebb.harmonise.doubt import UNTRIED, error_of_doubt, of_targets
from cityebb.harmonise.interpolate import interpolate
from cityebb.model import TRIAL, CityebbError, Note

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.harmonise.outlines import Tables


@dataclass(frozen=True)
class Trial:
    """How the ways to spread people fare.

    Parameters
    ----------
    table
        ``model.TRIAL``: of the units of the target that have both, shares of all their people; empty where
        there are no figures of both dates, or where one unit is all. Units whose code and outline stay are
        left out where they are the greater number: they would tell of people that moved, not of ways.
    error
        Of the way that the study takes: standard error as a share of the people in doubt, see
        :func:`~cityebb.harmonise.doubt.error_of_doubt`.
    notes
        Which years were set beside each other, and ways that could not be tried.
    """

    table: pd.DataFrame = field(default_factory=TRIAL.empty)
    error: float = UNTRIED
    notes: tuple[Note, ...] = ()


def try_ways(counts: pd.DataFrame, tables: Tables) -> Trial:
    """Spread people in every way, and set the shares beside those that were counted.

    The people are those of the date nearest to the target's.

    Parameters
    ----------
    counts
        ``model.COUNTS`` of one indicator and concept.
    tables
        From :func:`~cityebb.harmonise.placing.place_on_outlines`.

    Notes
    -----
    Nothing but outlines and weights is used, no ledger: what is tried is the ground. Between the two years
    people move and are born; a part of every error is that.
    """
    import pandas as pd

    counts = counts.assign(unit_id=counts["unit_id"].astype(str), vintage=counts["vintage"].astype(str))
    target = tables.target
    there = set(counts["vintage"]) & set(tables.outlines.layers) - {target}
    after = counts[(counts["vintage"] == target) & counts["value"].notna()]
    if not there or after.empty:
        return Trial()
    vintage = min(sorted(there), key=lambda each: abs(int(each[:4]) - int(target[:4])))
    before = counts[(counts["vintage"] == vintage) & counts["value"].notna()]
    gaps = [(abs(one - other), one, other) for one in set(before["year"]) for other in set(after["year"])]
    if not gaps:
        return Trial()
    _, first, last = min(gaps)
    people = before[before["year"] == first].set_index("unit_id")["value"].rename("people")
    counted = after[after["year"] == last].set_index("unit_id")["value"]
    frames, notes, wrong = [], [], UNTRIED
    own_way = tables.outlines.way(vintage).code
    stay = unchanged(tables.area(vintage))
    left = len(stay & set(people.index)) * 2 > len(tables.onto)
    if left:
        counted = counted[~counted.index.isin(stay)]
    for way in tables.outlines.ways(vintage):
        try:
            table = tables.weighed(vintage, way, people)
        except CityebbError as error:
            told = {"source": way.name, "year": way.year}
            notes.append(Note("harmonise.trial_impossible", told, "warning"))
            notes.append(Note(error.key, dict(error.values), "warning"))
            continue
        placed = interpolate(people.to_frame(), table, extensive=["people"]).figures["people"]
        both = pd.DataFrame({"spread": placed, "counted": counted}).dropna()
        shares = both / both.sum()
        if way.code == own_way:
            doubt = of_targets(table, people).reindex(both.index) / both["spread"].sum()
            off = (shares["spread"] - shares["counted"]).to_numpy(np.float64)
            wrong = error_of_doubt(off, doubt.to_numpy(np.float64))
        frames.append(
            pd.DataFrame(
                {
                    "unit_id": shares.index,
                    "name": tables.onto["name"].reindex(shares.index).to_numpy()
                    if "name" in tables.onto
                    else None,
                    "way": way.code,
                    "spread_share": shares["spread"].clip(upper=1).to_numpy(),
                    "counted_share": shares["counted"].clip(upper=1).to_numpy(),
                }
            )
        )
    found = pd.concat(frames, ignore_index=True) if frames else TRIAL.empty()
    if left and len(found):
        notes.append(Note("harmonise.trial_without_same", {"count": len(stay & set(people.index))}))
    if found["unit_id"].nunique() < 2:  # noqa: PLR2004 - one unit has all people either way
        return Trial(notes=tuple(notes))
    names = after.drop_duplicates("unit_id").set_index("unit_id")["name"].reindex(found["unit_id"])
    found["name"] = names.where(names.notna().to_numpy(), found["name"].to_numpy()).to_numpy()
    values = {
        "before": first,
        "after": last,
        "units": found["unit_id"].nunique(),
        "ways": found["way"].nunique(),
    }
    own = found[found["way"] == own_way]
    told_of = (Note("harmonise.trial", values), *_tell_error(own, last), *notes)
    return Trial(found[TRIAL.names], wrong, told_of)


def _tell_error(trial: pd.DataFrame, year: int) -> list[Note]:
    """Say how far the way that was taken is off: a change smaller than that may be its doing."""
    counted = trial[trial["counted_share"] > 0]
    if counted.empty:
        return []
    off = (counted["spread_share"] / counted["counted_share"] - 1).abs()
    worst = counted.iloc[int(off.to_numpy().argmax())]
    unit = worst["name"] if isinstance(worst["name"], str) else worst["unit_id"]
    values = {"year": year, "median": float(off.median()), "most": float(off.max()), "place": unit}
    return [Note("harmonise.spread_error", values, "warning")]
