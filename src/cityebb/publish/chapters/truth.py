"""Truth beside verdict, where a country was simulated and the truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.beside import truth_counts, truth_head, truth_pairs, truth_said
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.truth import draw_truth

if TYPE_CHECKING:
    from cityebb.publish.view import View


def truth(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return how many cities of each true state got which verdict; nothing for real data."""
    if view.results.truth is None or view.results.truth.empty:
        return None
    pairs = truth_pairs(view)
    counts = truth_counts(pairs)
    rows = []
    for true, row in counts.iterrows():
        own = int(row.sum())
        cells = [
            {
                "count": n.count(count),
                "share": n.percent(count / own),
                "right": name == true,
                "none": not count,
            }
            for name, count in row.items()
        ]
        rows.append({"word": State(str(true)).word(view.language), "cities": n.count(own), "cells": cells})
    heads = [truth_head(view, str(name)) for name in counts.columns]
    shown = picture(
        view, "truth", draw_truth, pairs, title=view.t("truth.alt"), caption=view.t("truth.caption")
    )
    return Chapter("truth", {"heads": heads, "rows": rows, "figure": shown, "said": truth_said(view, pairs)})
