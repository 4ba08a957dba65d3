"""A verdict on DMSP lights stands only where two calibrations agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityebb.harmonise.lights.dmsp import REFERENCES
from cityebb.model import VERDICTS, CityebbError, State, gather

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

SELF = "self"
"""Name of the verdicts on a series calibrated by its own invariant cells."""
FEWEST = 2

ONE_TABLE = "harmonise.reason.one_table"
TABLES_DIFFER = "harmonise.reason.tables_differ"

_KEY = ["city_id", "indicator", "rule", "specification"]


@dataclass(frozen=True)
class Agreement:
    """What several calibrations say together.

    Parameters
    ----------
    verdicts
        ``model.VERDICTS``; the figures are those of the first agreeing calibration, in the order of the
        tables, or of the first calibration where none agree.
    tables
        On the same index: the state by each calibration (one column each, empty where it has none),
        ``agree`` (names of those that agree) and ``figures_of`` (whose figures the verdict carries).
    """

    verdicts: pd.DataFrame
    tables: pd.DataFrame


def agreement(verdicts_by_table: Mapping[str, pd.DataFrame]) -> Agreement:
    """Judge each city by what all calibrations say of it.

    Parameters
    ----------
    verdicts_by_table
        ``model.VERDICTS`` by the table that calibrated the lights; ``"self"`` for a self-calibration.

    Returns
    -------
    Agreement
        A state stands where at least two calibrations say it and no other state is said by as many. Else
        the city is undetermined, and the reason says whether only one calibration decides it
        (``harmonise.reason.one_table``) or several contradict (``harmonise.reason.tables_differ``). Where
        none decides, the reason of the first stays.

    Raises
    ------
    CityebbError
        For a name that is neither a table nor ``"self"``, none at all, or a city twice in one.
    """
    import pandas as pd

    frames = _checked(verdicts_by_table)
    names = list(frames)
    states = pd.concat([frame["state"].astype(str) for frame in frames.values()], axis=1, keys=names)
    states = states.sort_index()
    decided = states.where(states != State.UNDETERMINED.value)
    said = {
        state.value: (decided == state.value).sum(axis=1)
        for state in State
        if state is not State.UNDETERMINED
    }
    counts = pd.DataFrame(said)
    most, winner = counts.max(axis=1), counts.idxmax(axis=1)
    stands = (most >= FEWEST) & (counts.eq(most, axis=0).sum(axis=1) == 1)
    agree = decided.eq(winner.where(stands), axis=0)
    present = states.notna()
    carrier = agree.where(stands, present).idxmax(axis=1) if names else winner
    whole = pd.concat(
        [
            frame.loc[carrier.index[carrier == name].intersection(frame.index)]
            for name, frame in frames.items()
        ]
    ).reindex(states.index)
    any_decided = decided.notna().any(axis=1)
    differ = (counts > 0).sum(axis=1) > 1
    whole["state"] = winner.where(stands, State.UNDETERMINED.value)
    whole.loc[~stands & any_decided, "reason"] = ONE_TABLE
    whole.loc[~stands & differ, "reason"] = TABLES_DIFFER
    tables = states.fillna("")
    tables["agree"] = [
        "+".join(name for name, yes in zip(names, row, strict=True) if yes) for row in agree.to_numpy()
    ]
    tables["figures_of"] = carrier.to_numpy()
    verdicts = whole.reset_index()[[column.name for column in VERDICTS.columns]]
    tables = tables.reset_index()
    return Agreement(VERDICTS.check(verdicts), tables)


def _checked(given: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    order = (*REFERENCES, SELF)
    if not given:
        raise CityebbError("harmonise.no_verdicts")
    with gather() as fault:
        for name, frame in given.items():
            if name not in order:
                fault(CityebbError("harmonise.table_unknown", found=name, known=", ".join(order)))
                continue
            twice = frame.duplicated(_KEY)
            if twice.any():
                city = str(frame.loc[twice, "city_id"].iloc[0])
                fault(CityebbError("harmonise.verdict_twice", table=name, city=city, count=int(twice.sum())))
    return {name: given[name].set_index(_KEY) for name in order if name in given}
