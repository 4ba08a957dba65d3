"""Weights from the units of one date to those of another, and figures put on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.ledger._grades import ranked
from cityebb.harmonise.ledger._steps import Step, steps_of
from cityebb.model import COUNTS, CROSSWALK, CityebbError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

# Shares that miss 1 by no more than this are rounded, not wrong.
ROUNDING = 1e-6
# What subtracting shares leaves where nothing is left.
_NOTHING = 1e-12


@dataclass(frozen=True)
class Placed:
    """Figures put on other boundaries.

    Parameters
    ----------
    counts
        ``model.COUNTS`` on the new boundaries; NaN where a part of the figure is not known.
    unassigned
        The rows of the figures that no weight takes anywhere; of units whose weights sum to less than 1, the
        part left over.
    unbalanced
        ``from_unit``, ``shares``: units whose weights do not sum to 1. Nothing is mended unasked: see
        :func:`~cityebb.harmonise.ledger.normalised`.
    """

    counts: pd.DataFrame
    unassigned: pd.DataFrame
    unbalanced: pd.DataFrame


def crosswalk(
    ledger: pd.DataFrame,
    units: Iterable[str],
    start: object,
    end: object,
    *,
    fallback: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the weights with which the units of ``start`` make up those of ``end``.

    Parameters
    ----------
    ledger
        ``model.LEDGER``.
    units
        Codes of the units at ``start``.
    start, end
        Epochs.
    fallback
        ``model.CROSSWALK`` from ``start`` to ``end``, for example by area or light: it stands in for every
        unit of which a share is not known.

    Returns
    -------
    DataFrame
        ``model.CROSSWALK``, one row for each pair with a weight; ``share_of`` is ``"people"``, or the
        fallback's. Where a share is not known and nothing stands in, ``share`` is NaN: figures that need it
        become missing, never wrong.

    Notes
    -----
    Events are applied in order of their dates; the share of a unit that has come to another passes on with
    it: the product of the events' transfer matrices. Cost: the number of links, times the units that met in
    them.

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"event_id": ["1"], "date": ["2005"], "kind": ["transfer"], "from_unit": ["A"],
    ...     "to_unit": ["B"], "share": [0.25]})
    >>> crosswalk(ledger, ["A", "B"], 2000, 2010)[["from_unit", "to_unit", "share"]].values.tolist()
    [['A', 'A', 0.75], ['A', 'B', 0.25], ['B', 'B', 1.0]]
    """
    import pandas as pd

    held: dict[str, dict[str, float]] = {unit: {unit: 1.0} for unit in sorted(set(map(str, units)))}
    for step in steps_of(ledger, start, end, held):
        _apply(step, held)
    rows = [
        (origin, str(start), unit, str(end), share, "people", None)
        for unit, parts in held.items()
        for origin, share in parts.items()
        if share != 0
    ]
    found = _rest(pd.DataFrame(rows, columns=CROSSWALK.names))
    if fallback is not None:
        found = stand_in(found, fallback)
    return found.sort_values(["from_unit", "to_unit"], kind="stable").reset_index(drop=True)


def _apply(step: Step, held: dict[str, dict[str, float]]) -> None:
    """Let one event happen; under the empty code are those of whom nobody knows where they went."""
    before = {unit: held.get(unit, {}) for unit in step.needs}
    given: dict[str, list[tuple[str, float]]] = {}
    for link in step.links:
        if link.before:
            given.setdefault(link.before, []).append((link.after, link.share))
    # All units give at once: a code that one gives up another may take in the same event.
    for unit in step.needs:
        held[unit] = {}
    for unit in sorted(step.needs):
        for after, share in _shares(step, unit, given[unit]):
            if share == 0:
                continue
            target = held.setdefault(after, {})
            for origin, part in before[unit].items():
                target[origin] = target.get(origin, 0.0) + part * share
    for unit in step.ends:
        held.pop(unit, None)
    for unit in step.makes:
        held.setdefault(unit, {})


def _shares(step: Step, unit: str, given: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return where a unit's people go, what stays included."""
    known = [(after, share) for after, share in given]
    missing = [place for place, (_, share) in enumerate(known) if np.isnan(share)]
    if step.kind == "transfer":
        rest = 1 - sum(share for _, share in known)
        return [*known, (unit, 0.0 if abs(rest) < _NOTHING else rest)]
    if step.kind == "abolition" and len(known) == 1:
        return [(known[0][0], 1.0)]
    if len(missing) == 1:  # the one part without a share is what the others leave
        rest = 1 - sum(share for place, (_, share) in enumerate(known) if place != missing[0])
        known[missing[0]] = (known[missing[0]][0], max(rest, 0.0))
    return known


def _rest(found: pd.DataFrame) -> pd.DataFrame:
    """Give the one share of a unit that is not known what its others leave; drop what went nowhere."""
    unknown = found["share"].isna()
    by = found["from_unit"]
    single = unknown & (unknown.groupby(by).transform("sum") == 1)
    rest = (1 - found["share"].groupby(by).transform("sum")).clip(lower=0)
    found = found.assign(share=found["share"].mask(single, rest))
    return found[found["to_unit"] != ""]


def stand_in(found: pd.DataFrame, fallback: pd.DataFrame) -> pd.DataFrame:
    """Put other weights in place of those of every unit of which one is not known."""
    import pandas as pd

    unknown = set(found.loc[found["share"].isna(), "from_unit"])
    there = unknown & set(fallback["from_unit"])
    return pd.concat(
        [
            found[~found["from_unit"].isin(there)],
            fallback.loc[fallback["from_unit"].isin(there), CROSSWALK.names],
        ],
        ignore_index=True,
    )


def chain(crosswalks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return one crosswalk for several that follow each other, as official ones do year by year.

    Examples
    --------
    >>> import pandas as pd
    >>> def step(rows, one, other):
    ...     frame = pd.DataFrame(rows, columns=["from_unit", "to_unit", "share"])
    ...     return frame.assign(from_vintage=one, to_vintage=other, share_of="people", evidence=None)
    >>> first = step([("A", "B", 0.5), ("A", "C", 0.5)], "1", "2")
    >>> then = step([("B", "D", 1), ("C", "D", 1)], "2", "3")
    >>> chain([first, then])[["from_unit", "from_vintage", "to_unit", "to_vintage", "share"]].values.tolist()
    [['A', '1', 'D', '3', 1.0]]
    """
    import pandas as pd

    if not crosswalks:
        return CROSSWALK.empty()
    whole = crosswalks[0]
    for following in crosswalks[1:]:
        met = whole.merge(
            following, left_on=["to_unit", "to_vintage"], right_on=["from_unit", "from_vintage"], how="left"
        )
        lost = met[met["to_unit_y"].isna()]
        if len(lost):
            names = ", ".join(sorted(set(lost["to_unit_x"].astype(str)))[:5])
            raise CityebbError(
                "harmonise.chain_broken",
                units=names,
                count=len(set(lost["to_unit_x"])),
                vintage=str(lost["to_vintage_x"].iloc[0]),
            )
        whole = pd.DataFrame(
            {
                "from_unit": met["from_unit_x"],
                "from_vintage": met["from_vintage_x"],
                "to_unit": met["to_unit_y"],
                "to_vintage": met["to_vintage_y"],
                # Nothing of something unknown is nothing.
                "share": (met["share_x"] * met["share_y"]).mask(
                    (met["share_x"] == 0) | (met["share_y"] == 0), 0.0
                ),
                "share_of": met["share_of_x"],
            }
        )
        keys = [name for name in whole if name != "share"]
        unknown = whole["share"].isna().groupby([whole[key] for key in keys], sort=True).any()
        summed = whole.groupby(keys, sort=True)["share"].sum().mask(unknown)
        whole = summed.reset_index().assign(evidence=None)
    found: pd.DataFrame = whole[CROSSWALK.names]
    return found


def reverse(weights: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Turn a crosswalk round: how the units of the later date fall into those of the earlier.

    Assumes that within a later unit people are spread over the parts it came from as they were at the earlier
    date: the parts grew alike. That is an estimate, and the longer the period the weaker. A unit with one
    origin belongs to it whole, whatever is known of shares; one with several and no figures stays unknown.

    Parameters
    ----------
    weights
        ``model.CROSSWALK``.
    people
        At the earlier date, indexed by ``from_unit``.
    """
    mass = weights["share"].to_numpy(np.float64) * people.reindex(weights["from_unit"]).to_numpy(np.float64)
    whole = (
        weights.assign(mass=mass).groupby("to_unit")["mass"].transform(lambda part: part.sum(skipna=False))
    )
    share = np.divide(mass, whole, where=whole.to_numpy() > 0, out=np.full(len(weights), np.nan))
    share[~weights["to_unit"].duplicated(keep=False).to_numpy()] = 1.0
    found: pd.DataFrame = weights.rename(
        columns={
            "from_unit": "to_unit",
            "from_vintage": "to_vintage",
            "to_unit": "from_unit",
            "to_vintage": "from_vintage",
        }
    ).assign(share=share)[CROSSWALK.names]
    return found


def apply_crosswalk(counts: pd.DataFrame, weights: pd.DataFrame) -> Placed:
    """Put figures that add up (people, households) on the boundaries that a crosswalk leads to.

    Parameters
    ----------
    counts
        ``model.COUNTS`` on the boundaries that the crosswalk leads from.
    weights
        ``model.CROSSWALK`` between two vintages; of each unit one ``share_of``.

    Returns
    -------
    Placed
        Where nothing is missing and no weights sum to more than 1, the sum over the new units and over
        ``unassigned`` is the sum over the old, to rounding (relative 1e-12). A new unit of which a part has
        no figure, or no row at all, is missing; ``coverage`` is then the share of its parts that are known.

    Raises
    ------
    CityebbError
        If the weights are of several pairs of vintages, or a unit's weights are of several kinds.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"unit_id": ["A", "B"], "name": ["a", "b"], "year": [2000] * 2,
    ...     "vintage": ["2000"] * 2, "indicator": ["people"] * 2, "concept": ["resident"] * 2,
    ...     "grade": ["census"] * 2, "source": ["x"] * 2, "value": [100.0, 10.0], "unit": ["people"] * 2,
    ...     "coverage": [1.0] * 2})
    >>> weights = pd.DataFrame({"from_unit": ["A", "A", "B"], "from_vintage": "2000",
    ...     "to_unit": ["A", "B", "B"], "to_vintage": "2010", "share": [0.75, 0.25, 1.0],
    ...     "share_of": "people", "evidence": None})
    >>> apply_crosswalk(counts, weights).counts.set_index("unit_id")["value"].to_dict()
    {'A': 75.0, 'B': 35.0}
    """
    import pandas as pd

    _one_kind(weights)
    rows = counts.assign(unit_id=counts["unit_id"].astype(str))
    origin = weights["from_unit"]
    sums = weights["share"].groupby(origin).sum().mask(weights["share"].isna().groupby(origin).any())
    parts = weights.loc[weights["share"] != 0, ["from_unit", "to_unit", "to_vintage", "share"]]
    met = rows.drop(columns="vintage").merge(parts, left_on="unit_id", right_on="from_unit")
    met["part"] = met["value"] * met["share"]
    met["known"] = met["part"].notna()
    met["covered"] = met["coverage"].where(met["known"], 0.0)
    met["grade"], grades = ranked(met["grade"])
    by = ["to_unit", "year", "to_vintage", "indicator", "concept", "source", "unit"]
    added = met.groupby(by, sort=True).agg(
        value=("part", "sum"), known=("known", "sum"), covered=("covered", "sum"), grade=("grade", "min")
    )
    added = added.reset_index().rename(columns={"to_unit": "unit_id", "to_vintage": "vintage"})
    added["grade"] = added["grade"].map(grades)
    wanted = parts.groupby("to_unit").size().reindex(added["unit_id"]).to_numpy()
    added["coverage"] = (added["covered"] / wanted).clip(upper=1.0)
    added.loc[added["known"] < wanted, "value"] = np.nan
    names = rows.drop_duplicates("unit_id", keep="last").set_index("unit_id")["name"]
    added["name"] = names.reindex(added["unit_id"]).to_numpy()
    wrong = sums[(sums - 1).abs() > ROUNDING]
    taken = sums.reindex(rows["unit_id"]).to_numpy(np.float64)
    nowhere = ~rows["unit_id"].isin(sums.index).to_numpy()
    left = np.where(nowhere, 1.0, 1 - taken)
    short = nowhere | (left > ROUNDING)
    unassigned = rows[short].assign(value=rows.loc[short, "value"].to_numpy(np.float64) * left[short])
    return Placed(
        added[COUNTS.names],
        unassigned,
        pd.DataFrame({"from_unit": wrong.index, "shares": wrong.to_numpy()}),
    )


def _one_kind(weights: pd.DataFrame) -> None:
    """Refuse weights that would add a figure twice."""
    import pandas as pd

    pairs = weights["from_vintage"].astype(str) + " → " + weights["to_vintage"].astype(str)
    kinds = weights["share_of"].astype(str)
    if len(set(pairs)) > 1:
        raise CityebbError("harmonise.several_weights", found=", ".join(sorted(set(pairs))))
    units = pd.DataFrame({"unit": weights["from_unit"], "kind": kinds}).drop_duplicates()
    if units["unit"].duplicated().any():
        raise CityebbError("harmonise.several_weights", found=", ".join(sorted(set(kinds))))
