"""Truth beside verdict, where a country was simulated and the truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.truth import draw_truth
from cityebb.publish.view import STATES

if TYPE_CHECKING:
    from cityebb.publish.view import View

_NOT_FOUND = "not_found"


def truth(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return how many cities of each true state got which verdict; nothing for real data."""
    if view.results.truth is None or view.results.truth.empty:
        return None
    pairs = _pairs(view)
    columns = [state.value for state in STATES]
    if (pairs["state"] == _NOT_FOUND).any():
        columns.append(_NOT_FOUND)
    rows = []
    for state in STATES[:3]:
        own = pairs[pairs["truth"] == state.value]
        if len(own):
            counts = [int((own["state"] == name).sum()) for name in columns]
            cells = [
                {
                    "count": n.count(count),
                    "share": n.percent(count / len(own)),
                    "right": name == state.value,
                    "none": not count,
                }
                for name, count in zip(columns, counts, strict=True)
            ]
            rows.append({"word": state.word(view.language), "cities": n.count(len(own)), "cells": cells})
    heads = [
        view.t("truth.not_found") if name == _NOT_FOUND else State(name).word(view.language)
        for name in columns
    ]
    shown = picture(
        view, "truth", draw_truth, pairs, title=view.t("truth.alt"), caption=view.t("truth.caption")
    )
    return Chapter("truth", {"heads": heads, "rows": rows, "figure": shown, "said": _said(view, pairs)})


def _pairs(view: View) -> pd.DataFrame:
    table = view.results.truth if view.results.truth is not None else pd.DataFrame()
    verdicts = view.verdicts.reindex(table["city_id"])
    return pd.DataFrame(
        {
            "truth": table["state"].to_numpy(),
            "true": table["change"].to_numpy(float),
            "state": verdicts["state"].fillna(_NOT_FOUND).to_numpy(),
            "change": verdicts["change"].to_numpy(float),
        }
    )


def _said(view: View, pairs: pd.DataFrame) -> str:
    numbers: dict[str, Any] = {}
    for name, (true, state) in {
        "hits": ("shrinking", "shrinking"),
        "doubts": ("shrinking", "undetermined"),
        "misses": ("shrinking", "growing"),
        "alarms": ("stable", "shrinking"),
        "reversed": ("growing", "shrinking"),
    }.items():
        numbers[name] = n.count(((pairs["truth"] == true) & (pairs["state"] == state)).sum())
    for name in ("shrinking", "stable", "growing"):
        numbers[name] = n.count((pairs["truth"] == name).sum())
    return view.t("truth.said", **numbers)
