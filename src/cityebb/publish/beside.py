"""Truth beside verdict, counted; for a simulated country, whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.view import STATES

if TYPE_CHECKING:
    from cityebb.publish.view import View

NOT_FOUND = "not_found"
TRUE_STATES = (State.SHRINKING, State.STABLE, State.GROWING)


def truth_pairs(view: View) -> pd.DataFrame:
    """Return true and found state and change of every town: ``truth``, ``true``, ``state``, ``change``."""
    table = view.results.truth if view.results.truth is not None else pd.DataFrame()
    verdicts = view.verdicts.reindex(table["city_id"])
    return pd.DataFrame(
        {
            "truth": table["state"].to_numpy(),
            "true": table["change"].to_numpy(float),
            "state": verdicts["state"].fillna(NOT_FOUND).to_numpy(),
            "change": verdicts["change"].to_numpy(float),
        }
    )


def truth_counts(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return how many towns of each true state (rows) got which verdict (columns).

    Rows are the true states that occur; the last column, ``not_found``, is there only where it is needed.
    """
    columns = [state.value for state in STATES]
    if (pairs["state"] == NOT_FOUND).any():
        columns.append(NOT_FOUND)
    rows = [state.value for state in TRUE_STATES if (pairs["truth"] == state.value).any()]
    table = pd.crosstab(pairs["truth"], pairs["state"])
    return table.reindex(index=rows, columns=columns, fill_value=0).astype(int)


def truth_head(view: View, name: str) -> str:
    """Say the heading of a column of :func:`truth_counts`."""
    return view.t("truth.not_found") if name == NOT_FOUND else State(name).word(view.language)


def truth_said(view: View, pairs: pd.DataFrame) -> str:
    """Say how many towns that truly shrink were found, and how many others were called shrinking."""
    numbers: dict[str, Any] = {}
    for name, (true, state) in {
        "hits": ("shrinking", "shrinking"),
        "doubts": ("shrinking", "undetermined"),
        "misses": ("shrinking", "growing"),
        "alarms": ("stable", "shrinking"),
        "risen": ("stable", "growing"),
        "reversed": ("growing", "shrinking"),
    }.items():
        numbers[name] = n.count(((pairs["truth"] == true) & (pairs["state"] == state)).sum())
    for name in ("shrinking", "stable", "growing"):
        numbers[name] = n.count((pairs["truth"] == name).sum())
    return view.t("truth.said", **numbers)
