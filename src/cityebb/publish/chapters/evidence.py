"""What every source says, city by city, and the verdict of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters.cities import leading
from cityebb.publish.chapters.rankings import interval
from cityebb.publish.view import STATES

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View

STRENGTHS = ("confirmed", "supported", "alone", "disputed")
SAYS = ("down", "level", "up", "nothing")
# So many cities on which sources contradict each other are told one by one, besides the leading ones.
_TOLD = 8
_MANY = 2


def evidence(view: View, options: Options) -> Chapter | None:
    """Return the sources, the combined verdicts by strength, and the rows of some cities."""
    combined, table = view.results.combined, view.results.evidence
    if combined.empty or table.empty:
        return None
    by_city = combined.set_index("city_id")
    disputed = int((combined["strength"] == "disputed").sum())
    shown = [city for city in leading(view, options) if city in by_city.index]
    rest = [city for city in view.cities.index if city in by_city.index and city not in shown]
    rest = [city for city in rest if by_city.loc[city, "strength"] == "disputed"][:_TOLD]
    rows = table.groupby("city_id", sort=False)
    return Chapter(
        "evidence",
        {
            "lead": view.t(
                "evidence.lead",
                start=combined["start"].iloc[0],
                end=combined["end"].iloc[0],
                count=table["comparison"].nunique(),
            ),
            "disputed": view.t("evidence.disputed", count=n.count(disputed), cities=n.count(len(combined))),
            "sources": [_source(view, part) for _, part in table.groupby("comparison", sort=False)],
            "says": [(name, view.word("identify.together.says", name)) for name in SAYS],
            "states": _states(view, combined),
            "strengths": [(name, view.word("identify.together.strength", name)) for name in STRENGTHS],
            "cities": [
                _city(view, city, by_city.loc[city], rows.get_group(city)) for city in [*shown, *rest]
            ],
        },
    )


def _source(view: View, part: pd.DataFrame) -> dict[str, Any]:
    first = part.iloc[0]
    linked = part["linked_by"].dropna()
    ways = [
        view.t("evidence.linked", way=view.word("linked_by", way), count=n.count(int(count)))
        for way, count in linked.value_counts().items()
    ]
    return {
        "name": str(first["comparison"]),
        "what": _what(view, first),
        "definition": view.t(
            "evidence.definition",
            definition=first["definition"],
            vintage=_vintage(str(first["boundary_vintage"])),
        ),
        "linked": view.t("list_join").join(ways) if ways else view.t("evidence.own"),
        "role": view.word("identify.together.role", part["role"].mode().iloc[0]),
        "line": n.line(abs(float(first["threshold"]))),
        **{name: n.count(int((part["says"] == name).sum())) for name in SAYS},
    }


def _vintage(text: str) -> str:
    """Say the dates of boundaries: of many, the first and the last."""
    dates = text.split("/")
    return f"{dates[0]}–{dates[-1]}" if len(dates) > _MANY and all(map(str.isdigit, dates)) else text


def _what(view: View, row: pd.Series) -> str:
    return view.t(
        "evidence.what",
        source=row["source"],
        concept=view.word("concept", row["concept"]),
        indicator=view.word("indicator", row["indicator"]),
        grade=view.word("grade", row["grade"]),
        start=row["start"],
        end=row["end"],
    )


def _states(view: View, combined: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row a state: how many cities, on what basis, and how strong."""
    found = []
    for state in STATES:
        part = combined[combined["state"] == state.value]
        found.append(
            {
                "state": state.value,
                "word": view.word("state", state.value),
                "all": n.count(len(part)),
                "people": n.count(int((part["basis"] == "people").sum())),
                "light": n.count(int((part["basis"] == "light").sum())),
                **{name: n.count(int((part["strength"] == name).sum())) for name in STRENGTHS},
            }
        )
    return found


def _city(view: View, city: str, verdict: pd.Series, rows: pd.DataFrame) -> dict[str, Any]:
    state = str(verdict["state"])
    return {
        "label": str(view.cities.loc[city, "label"]),
        "state": state,
        "word": view.word("state", state),
        "said": view.t(
            "evidence.said" if state != "undetermined" else "evidence.said_undetermined",
            basis=view.word("identify.together.basis", verdict["basis"]),
            strength=view.word("identify.together.strength", verdict["strength"]),
            agree=verdict["agree"],
            oppose=verdict["oppose"],
            sources=verdict["sources"],
            reason=view.reason(verdict["reason"]),
        )
        + _reliability(view, verdict),
        "rows": [_row(view, row) for _, row in rows.iterrows()],
    }


def _reliability(view: View, verdict: pd.Series) -> str:
    """Say how far light stands for people here, where a verdict rests on light alone."""
    if verdict["basis"] != "light":
        return ""
    word = view.word("identify.proxy.word", verdict["proxy_word"])
    if verdict["ppv"] != verdict["ppv"]:
        return " " + view.t("evidence.reliability", word=word)
    return " " + view.t("evidence.reliability_ppv", word=word, ppv=n.percent(verdict["ppv"]))


def _row(view: View, row: pd.Series) -> dict[str, Any]:
    why = [view.word("identify.together.why", word) for word in str(row["why"]).split(",") if word]
    return {
        "name": str(row["comparison"]),
        "what": _what(view, row),
        "unit": _unit(view, row),
        "change": n.change(row["change"]),
        "interval": interval(view, row["low"], row["high"]) if row["low"] == row["low"] else n.MISSING,
        "says": str(row["says"]),
        "word": view.word("identify.together.says", row["says"]),
        "state": view.word("state", row["state"]),
        "role": view.word("identify.together.role", row["role"]),
        "against": bool(row["against"]),
        "why": view.t("evidence.why", why=view.t("why_join").join(why)) if why else "",
    }


def _unit(view: View, row: pd.Series) -> str:
    """Say of which other unit the figures are, and how far both cover each other."""
    if row["other_id"] is None or row["other_id"] != row["other_id"]:
        return ""
    names = ("other_zh", "other_en") if view.language == "zh" else ("other_en", "other_zh")
    name = next((str(row[key]) for key in names if isinstance(row[key], str)), str(row["other_id"]))
    if row["city_share"] != row["city_share"]:
        return view.t("evidence.unit", name=name, way=view.word("linked_by", row["linked_by"]))
    return view.t(
        "evidence.unit_shares",
        name=name,
        city=n.percent(row["city_share"]),
        other=n.percent(row["other_share"]),
    )
