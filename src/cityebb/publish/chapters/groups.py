"""Verdicts by size class and by country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import LEAST_RANKED, PEOPLE_CLASSES
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.groups import draw_groups
from cityebb.publish.figures.scatter import draw_scatter

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View

# A chart of more bars than this is read no longer; the table has them all.
_BARS = 15
_RANKED = 40


def sizes(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return verdicts by size class, and change against size; nothing where no size is known."""
    if view.sizes.isna().all() and len(view.cities):
        return None
    table = view.by("size_class")
    if table.empty:
        return Chapter("sizes", {"empty": view.t("empty.cities")})
    names = [view.size_name(group) for group in table["group"]]
    caption = view.t("sizes.caption")
    if set(table["group"]) & set(PEOPLE_CLASSES):
        concept = str(view.results.sources.get(view.source, {}).get("concept", "unknown"))
        told = "sizes.standard" if concept == "urban_area" else "sizes.bounds"
        caption = f"{caption} {view.t(told, concept=view.word('concept', concept))}"
    return Chapter(
        "sizes",
        {
            "figure": picture(
                view,
                "sizes",
                draw_groups,
                table,
                names,
                title=view.t("sizes.alt"),
                caption=caption,
            ),
            "scatter": picture(
                view, "scatter", draw_scatter, title=view.t("scatter.alt"), caption=view.t("scatter.caption")
            ),
            "rows": _rows(table, names),
        },
    )


def countries(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return verdicts by country; nothing where the cities lie in one country or in none that is known."""
    table = view.by("country")
    if len(table) < 2:  # noqa: PLR2004 - one country is the total
        return None
    names = [view.country(group) for group in table["group"]]
    shown = picture(
        view,
        "countries",
        draw_groups,
        table.head(_BARS),
        names[:_BARS],
        title=view.t("countries.alt"),
        caption=view.t("countries.caption"),
    )
    ranked = view.results.ranking
    return Chapter(
        "countries",
        {
            "figure": shown,
            "rows": _rows(table, names),
            "means": view.t("ranking.means", count=n.count(len(ranked)), least=LEAST_RANKED),
            "ranking": [_ranked(view, row) for row in ranked.head(_RANKED).to_dict("records")],
        },
    )


def _ranked(view: View, row: dict[Any, Any]) -> dict[str, str]:
    by_share = row["rank_by_share"]
    return {
        "name": view.country(row["country"]),
        "by_number": n.count(row["rank_by_number"]),
        "shrinking": n.count(row["shrinking"]),
        "cities": n.count(row["cities"]),
        "share": n.percent(row["shrinking_share"]),
        "interval": f"{n.percent(row['share_low'])} – {n.percent(row['share_high'])}",
        "by_share": n.count(by_share),
        "undetermined": n.percent(row["undetermined"] / row["cities"]),
    }


def _rows(table: pd.DataFrame, names: list[str]) -> list[dict[str, Any]]:
    found = []
    for name, row in zip(names, table.to_dict("records"), strict=True):
        counts = {
            key: int(row[key])
            for key in ("cities", "shrinking", "stable", "growing", "undetermined", "plain_down", "plain_up")
        }
        cities = counts["cities"]
        shares = {
            f"{key}_share": n.percent(counts[key] / cities)
            for key in ("shrinking", "undetermined", "plain_down")
        }
        texts = {key: n.count(number) for key, number in counts.items()}
        found.append({"name": name, "median": n.change(row["median_change"]), **texts, **shares})
    return found
