"""Whether light stands for people, or for output, in these cities, and what its verdicts carry of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.proxy import draw_proxy, named, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from cityebb.publish.view import View

_PAIR = ["light_source", "light_indicator", "other_source", "other_indicator", "concept"]
_BY = ("all", "size_class", "region", "country")
_NOT_CHECKED = "not_checked"
# More groups than these that are too small are counted, not named.
_NAMED = 8
_WORDS = ("holds", "weak", "not_shown", "not_checked")


def proxy(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return a chart and two tables for each figure beside light; nothing where there is none."""
    checks = view.results.proxy
    if checks.empty:
        return None
    pairs = [_pair(view, number, rows) for number, (_, rows) in enumerate(checks.groupby(_PAIR, sort=False))]
    return Chapter("proxy", {"lead": view.t("proxy.lead"), "pairs": pairs, "carried": _carried(view)})


def _pair(view: View, number: int, checks: pd.DataFrame) -> dict[str, Any]:
    first = checks.iloc[0]
    other = named(view, first["other_indicator"])
    whole = checks[checks["by"] == "all"].set_index("proxy_kind")
    points = _same(view.results.proxy_points, first)
    shown = picture(
        view,
        f"proxy-{number}",
        draw_proxy,
        points,
        checks,
        title=view.t("proxy.alt", other=other),
        caption=view.t("proxy.caption"),
    )
    groups, left_out = _groups(view, checks)
    return {
        "lead": view.t(
            "proxy.pair",
            other=_counted(view, first, other),
            source=first["other_source"],
            cities=n.count(whole["cities"].max()),
        ),
        "cautions": [
            view.word("identify.proxy.caution", code) for code in str(first["caution"]).split("+") if code
        ],
        "figure": shown,
        "groups": groups,
        "left_out": left_out,
        "noise": _noise(view, whole),
        "other": other,
        "calls": list(_calls(view, _same(view.results.proxy_calls, first))),
    }


def _counted(view: View, row: pd.Series, other: str) -> str:
    """Say people with what is counted; other figures by their name."""
    if not str(row["other_indicator"]).startswith("people"):
        return other
    return view.t("proxy.people_of", other=other, concept=view.word("concept", row["concept"]))


def _same(table: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    chosen = (table[_PAIR] == row[_PAIR].to_numpy()).all(axis=1)
    return table[chosen]


def _groups(view: View, checks: pd.DataFrame) -> tuple[list[dict[str, Any]], str]:
    """Return the groups that were checked, and a sentence on those that were not."""
    found: list[dict[str, Any]] = []
    small: list[str] = []
    wide = {kind: rows.set_index(["by", "group"]) for kind, rows in checks.groupby("proxy_kind")}
    for by in _order(checks):
        names = checks.loc[checks["by"] == by, "group"].drop_duplicates()
        if by != "all" and len(names) == 1:
            continue  # the same cities as all
        rows = []
        for name in names:
            level, change = (wide[kind].loc[(by, name)] for kind in ("cross_section", "change"))
            if by != "all" and {level["proxy_word"], change["proxy_word"]} == {_NOT_CHECKED}:
                small += [_group_name(view, by, name)] * bool(level["cities"])
            else:
                rows.append(_row(view, _group_name(view, by, name), level, change))
        if rows:
            found.append({"name": "" if by == "all" else view.t(f"proxy.by.{by}"), "rows": rows})
    if not small:
        return found, ""
    if len(small) > _NAMED:
        return found, view.t("proxy.left_out_count", count=len(small))
    return found, view.t("proxy.left_out", groups=view.t("list_join").join(small))


def _order(checks: pd.DataFrame) -> list[str]:
    there = list(checks["by"].drop_duplicates())
    return [by for by in _BY if by in there]


def _group_name(view: View, by: str, group: object) -> str:
    if by == "all":
        return view.t("proxy.all")
    if group == "unknown":
        return view.t("unknown")
    if by == "size_class":
        return view.size_name(group)
    return view.country(group) if by == "country" else str(group)


def _row(view: View, name: str, level: pd.Series, change: pd.Series) -> dict[str, Any]:
    agree = n.MISSING
    if np.isfinite(change["same_sign"]):
        agree = f"{n.percent(change['same_sign'])} ({n.percent(change['same_sign_chance'])})"
    return {
        "name": name,
        "cities": n.count(max(level["cities"], change["cities"])),
        "level": n.percent(level["r2_out"]),
        "change": n.percent(change["r2_out"]),
        "slope": _interval(view, change, "slope"),
        "rank": signed(change["rank_r"]),
        "agree": agree,
        "word": view.word("identify.proxy.word", change["proxy_word"]),
    }


def _interval(view: View, row: pd.Series, name: str) -> str:
    if not np.isfinite(row[name]):
        return n.MISSING
    ends = {"low": f"{name}_low", "high": f"{name}_high"}
    return view.t(
        "proxy.interval", value=signed(row[name]), **{end: signed(row[told]) for end, told in ends.items()}
    )


def _noise(view: View, whole: pd.DataFrame) -> str:
    if "change" not in whole.index:
        return ""
    slope, corrected = (
        float(value) for value in whole.loc["change", ["slope", "slope_corrected"]].to_numpy()
    )
    if not np.isfinite(slope):
        return ""
    if not np.isfinite(corrected):
        return view.t("proxy.uncorrected")
    if signed(corrected) == signed(slope):
        return ""
    return view.t("proxy.corrected", corrected=signed(corrected), slope=signed(slope))


def _calls(view: View, calls: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a row for every way to call a city: of all cities, and of the sizes that were checked."""
    one_size = len(set(calls.loc[calls["by"] == "size_class", "group"])) == 1  # the same cities as all
    for row in calls.to_dict("records"):
        if row["by"] == "size_class" and one_size:
            continue
        if not row["cities"] or row["by"] not in ("all", "size_class"):
            continue
        if row["by"] != "all" and (row["proxy_word"] == _NOT_CHECKED or row["called_by"] == "relative"):
            continue
        told = view.t(f"proxy.called_by.{row['called_by']}.{row['direction']}")
        shares = {end: n.percent(row[f"ppv{end}"]) for end in ("", "_low", "_high")}
        yield {
            "name": told,
            "group": "" if row["by"] == "all" else _group_name(view, str(row["by"]), row["group"]),
            "called": n.count(row["called"]),
            "ppv": view.t("proxy.interval", value=shares[""], low=shares["_low"], high=shares["_high"])
            if row["called"]
            else n.MISSING,
            "base": n.percent(row["base_rate"]),
            "ratio": n.MISSING if row["proxy_word"] == _NOT_CHECKED else n.value(row["likelihood_ratio"]),
            "word": view.word("identify.proxy.word", row["proxy_word"]),
        }


def _carried(view: View) -> str:
    table = view.results.reliability
    called = table[table["state"] == "shrinking"]
    if called.empty:
        return ""
    counts = called["proxy_word"].value_counts()
    words = [
        view.t("proxy.carried_one", word=view.word("identify.proxy.word", word), count=n.count(counts[word]))
        for word in _WORDS
        if word in counts
    ]
    return view.t("proxy.carried", count=n.count(len(called)), words=view.t("list_join").join(words))
