"""How much the answer depends on the study's own choices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cityebb.model import DIMENSIONS, State
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.sensitivity import SEVERAL, draw_sensitivity, grouped
from cityebb.publish.figures.specifications import draw_specifications

if TYPE_CHECKING:
    from cityebb.publish.view import View


ROBUST = 0.9
"""From this share of specifications on a city is said to shrink whatever is chosen."""
_HALF = 0.5
_NAMED = 3


def sensitivity(view: View, options: Options) -> Chapter:  # noqa: ARG001 - every chapter is asked the same way
    """Return the specification curve, its neighbours' chart and table, or say that none was tried."""
    table = view.results.sensitivity
    if table.empty:
        return Chapter("sensitivity", {"empty": view.t("empty.sensitivity")})
    curve = picture(
        view,
        "specifications",
        draw_specifications,
        title=view.t("specifications.alt"),
        caption=view.t("specifications.caption"),
    )
    shown = picture(
        view,
        "sensitivity",
        draw_sensitivity,
        title=view.t("sensitivity.alt"),
        caption=view.t("sensitivity.caption"),
    )
    groups = [
        {"name": name, "rows": [_row(label, row) for label, row in lines]} for name, lines in grouped(view)
    ]
    told = [_lead(view), _spread(view), _moves(view), _robust(view)]
    return Chapter(
        "sensitivity",
        {"curve": curve, "told": [text for text in told if text], "figure": shown, "groups": groups},
    )


def _lead(view: View) -> str:
    table = view.results.sensitivity
    drawn = [DIMENSIONS[name] for name in ("definition", "epoch", "floor", "connectivity", "min_area")]
    delineations = len(table[drawn].drop_duplicates())
    lead = view.t("specifications.lead", count=n.count(len(table)), delineations=n.count(delineations))
    full = math.prod(table[column].nunique(dropna=False) for column in DIMENSIONS.values())
    cut = not view.is_units and len(table) < full and not (table["varies"] == SEVERAL).any()
    return f"{lead} {view.t('specifications.cross')}" if cut else lead


def _spread(view: View) -> str:
    """Say the distribution of the count and of the share, and where this study lies in it."""
    table = view.results.sensitivity
    known = table[table["cities"] > 0]
    own = known[known["is_default"].astype(bool)]
    if len(known) < 2 or own.empty:  # noqa: PLR2004 - a distribution needs two
        return ""
    count, share = known["shrinking"], known["shrinking"] / known["cities"]
    places = {"least": 0.0, "lower": 0.25, "median": 0.5, "upper": 0.75, "most": 1.0}
    told = {name: n.count(round(float(count.quantile(at)))) for name, at in places.items()}
    told |= {f"{name}_share": n.percent(float(share.quantile(at))) for name, at in places.items()}
    mine = float(own["shrinking"].iloc[0])
    return view.t(
        "specifications.spread",
        **told,
        own=n.count(mine),
        own_share=n.percent(float(share[own.index[0]])),
        plain_least=n.count(known["plain_down"].min()),
        plain_most=n.count(known["plain_down"].max()),
        plain_median=n.count(round(float(known["plain_down"].median()))),
        fewer=n.percent(float((count < mine).mean())),
    )


def _moves(view: View) -> str:
    table = view.results.effects.drop_duplicates("dimension").dropna(subset="explains_count")
    first = table.sort_values("explains_count", ascending=False, kind="stable").head(_NAMED)
    if first.empty:
        return ""
    told = [
        view.t(
            "specifications.moves_one",
            choice=view.word("choice", row["dimension"]),
            share=n.percent(row["explains_count"]),
        )
        for row in first.to_dict("records")
    ]
    return view.t("specifications.moves", choices=view.t("list_join").join(told))


def _robust(view: View) -> str:
    table = view.results.robustness
    if table.empty:
        return ""
    share, as_city = table["share_shrinking"], table["share_shrinking_as_city"]
    states = view.cities["state"].reindex(table["city_id"])
    mine = as_city[(states == State.SHRINKING.value).to_numpy()]
    return view.t(
        "specifications.robust",
        cities=n.count(len(share)),
        always=n.count(int((share >= ROBUST).sum())),
        half=n.count(int((share >= _HALF).sum())),
        always_as_city=n.count(int((as_city >= ROBUST).sum())),
        half_as_city=n.count(int((as_city >= _HALF).sum())),
        never=n.count(int((share == 0).sum())),
        own=n.count(len(mine)),
        kept=n.count(int((mine >= _HALF).sum())),
    )


def _row(label: str, row: dict[str, object]) -> dict[str, object]:
    counts = {
        name: float(str(row[name]))
        for name in ("cities", "plain_down", "plain_up", "shrinking", "growing", "undetermined")
    }
    cities = counts["cities"]
    shares = {
        f"{name}_share": n.percent(counts[name] / cities if cities else None)
        for name in ("plain_down", "shrinking", "undetermined")
    }
    return {
        "label": label,
        "default": bool(row["is_default"]),
        **{k: n.count(v) for k, v in counts.items()},
        **shares,
    }
