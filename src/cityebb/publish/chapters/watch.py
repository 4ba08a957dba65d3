"""The watch-list: every start and end, each year's list, and a policy's date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.watch import draw_watch

if TYPE_CHECKING:
    from cityebb.publish.view import View

# So many cities are named of those that came and of those that went.
_NAMED = 15
_COUNTS = ("listed", "entered", "returned", "left", "left_open", "growing", "stable", "undetermined")
_LEAST_LISTS = 2


def watch(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return the lists of all years; nothing where there are not two."""
    counts = view.results.watch_counts
    total = counts[counts["by"] == "total"]
    if len(total) < _LEAST_LISTS:
        return None
    total = total.assign(stays=total["listed"] - total["entered"] - total["returned"])
    total.loc[total.index[0], ["entered", "stays"]] = [0, int(total["listed"].iloc[0])]
    last = total.iloc[-1]
    shown = picture(
        view, "watch", draw_watch, total, title=view.t("watch.alt"), caption=view.t("watch.caption")
    )
    back = total["year"] - total["start"].str[:4].astype(int)
    return Chapter(
        "watch",
        {
            "lead": view.t(
                "watch.lead",
                years=n.span(range(int(back.min()), int(back.max()) + 1)),
                year=int(last["year"]),
                listed=n.count(last["listed"]),
                cities=n.count(last["cities"]),
                undetermined=n.percent(last["undetermined"] / max(int(last["cities"]), 1)),
            ),
            "figure": shown,
            "names": [(name, view.t(f"watch.column.{name}")) for name in _COUNTS],
            "rows": [_row(row) for row in total.to_dict("records")],
            "moved": [
                _moved(view, int(last["year"]), status)
                for status in ("entered", "returned", "left")
                if int(last[status])
            ],
            "groups": [_group(view, counts, by) for by in ("size_class", "country")],
            "matrix": _matrix(view),
            "policy": _policy(view),
            "policy_date": _policy_date(view),
            "no_before": _nothing_before(view),
        },
    )


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "year": int(row["year"]),
        "span": f"{row['start']} → {row['end']}",
        "share": n.percent(row["listed"] / row["cities"] if row["cities"] else None),
        **{name: n.count(row[name]) for name in _COUNTS},
    }


def _moved(view: View, year: int, status: str) -> dict[str, Any]:
    """Return who came to the last list or went from it, the largest first."""
    watched = view.results.watch
    here = set(watched.loc[(watched["year"] == year) & (watched["status"] == status), "city_id"])
    cities = [city for city in view.cities.index if city in here]
    named = [str(view.cities.loc[city, "label"]) for city in cities[:_NAMED]]
    return {
        "title": view.t(f"watch.moved.{status}", year=year, count=n.count(len(cities))),
        "named": view.t("list_join").join(named) or n.MISSING,
        "more": view.t("watch.more", count=n.count(len(cities) - _NAMED)) if len(cities) > _NAMED else "",
    }


def _group(view: View, counts: pd.DataFrame, by: str) -> dict[str, Any] | None:
    """Return how many of each group are on the list, year by year; nothing for a single group."""
    part = counts[counts["by"] == by]
    names = list(dict.fromkeys(part["group"]))
    if len(names) < _LEAST_LISTS:
        return None
    said = view.size_name if by == "size_class" else view.country
    rows = []
    for name in names[:_NAMED]:
        mine = part[part["group"] == name]
        shares = [
            n.percent(listed / cities) if cities else n.MISSING
            for listed, cities in zip(mine["listed"], mine["cities"], strict=True)
        ]
        rows.append({"name": said(name), "cities": n.count(mine["cities"].iloc[0]), "shares": shares})
    return {
        "title": view.t(f"watch.by.{by}"),
        "years": [int(year) for year in part["year"].unique()],
        "rows": rows,
    }


def _matrix(view: View) -> dict[str, Any]:
    """Return how many cities shrink from every year to every later one."""
    table = view.results.windows
    shrinks = table[table["state"] == "shrinking"].groupby(["from_year", "to_year"]).size()
    pairs = table[["from_year", "to_year"]].drop_duplicates()
    starts, ends = sorted(pairs["from_year"].unique()), sorted(pairs["to_year"].unique())
    counts = shrinks.reindex(pd.MultiIndex.from_frame(pairs), fill_value=0)
    most = max(int(counts.max()), 1)
    rows = [
        {
            "start": int(start),
            "cells": [
                {
                    "text": n.count(counts[start, end]) if (start, end) in counts.index else "",
                    "shade": f"{counts[start, end] / most:.2f}" if (start, end) in counts.index else "",
                }
                for end in ends
            ],
        }
        for start in starts
    ]
    return {"ends": [int(end) for end in ends], "rows": rows}


def _nothing_before(view: View) -> str:
    """Say that no list ends before the policy, where there is none to compare with."""
    sides = set(view.results.policy["side"])
    return view.t("watch.policy.no_before") if sides and "before" not in sides else ""


def _policy_date(view: View) -> str:
    """Return the date of the policy as the study writes it."""
    told = view.results.manifest.get("parameters", {}).get("identify", {})
    watch = told.get(view.results.comparison.get("name"), {}).get("watch", {})
    return str(watch.get("policy") or n.MISSING)


def _policy(view: View) -> list[dict[str, Any]]:
    table = view.results.policy
    shares = ("listed_share", "entered_share", "left_share", "undetermined_share")
    return [
        {
            "group": view.t("watch.all") if row["by"] == "total" else view.size_name(row["group"]),
            "side": view.word("identify.watch.side", row["side"]),
            "windows": n.count(row["windows"]),
            **{name: n.percent(row[name]) for name in shares},
        }
        for row in table[table["by"].isin(["total", "size_class"])].to_dict("records")
    ]
