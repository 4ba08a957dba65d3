"""The one sentence that can be copied: the count with everything that makes it mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import may_show_shrinking
from cityebb.publish import _numbers as n
from cityebb.publish.view import STATES
from cityebb.words import say_unit

if TYPE_CHECKING:
    from cityebb.publish.view import View

# Below this share of all cities, a reader asks why so few are stable.
_FEW = 0.05

# More dates of boundaries than these are told as spans of years.
_MANY_DATES = 2


def sentence(view: View) -> str:
    """Return the count with its source, threshold, area rule, connectivity, epoch, period, rule and noise.

    Examples
    --------
    It begins ``Of 2,999 physical cities (lights ≥ 2 DN in 2013 or 2016, …)`` and always tells the
    undetermined beside the shrinking.
    """
    totals = view.totals
    cities = totals["cities"]
    words = {state.value: _share(view, totals[state.value], cities) for state in STATES}
    definition = view.results.definition
    told = {
        "cities": n.count(cities),
        "indicator": view.word("indicator", view.indicator),
        "source": cited(view),
        "unit_note": _unit_note(view),
        "start": n.span(view.start),
        "end": n.span(view.end),
        "threshold": n.line(view.threshold),
        "confidence": view.confidence,
        "plain_threshold": n.line(view.plain_threshold),
        "plain_down": n.count(totals["plain_down"]),
        "plain_up": n.count(totals["plain_up"]),
        "no_baseline": n.count(totals["no_baseline"]),
        **words,
    }
    if view.is_units:
        source = view.results.sources.get(view.source, {})
        return view.t(
            "sentence.units",
            boundaries=boundaries(view),
            concept=view.word("concept", source.get("concept", "unknown")),
            grade=grades(view, source.get("grade", "unknown")),
            **told,
        )
    return view.t(
        "sentence.whole",
        where=view.where(),
        epoch=view.epoch(),
        connectivity=definition.get("connectivity", 8),
        area=n.plain(definition.get("min_area_km2")),
        **told,
    )


def boundaries(view: View) -> str:
    """Say on which boundaries figures of administrative units stand."""
    definition = view.results.definition
    dates = str(definition.get("vintage") or n.MISSING).split("/")
    many = len(dates) > _MANY_DATES and all(date.isdigit() for date in dates)
    vintage = n.span(dates) if many else "/".join(dates)
    return view.t(f"boundaries.{definition.get('boundaries')}", vintage=vintage)


def grades(view: View, told: object) -> str:
    """Say one grade or several."""
    return view.t("list_join").join(view.word("grade", one) for one in str(told).split(", "))


def cited(view: View) -> str:
    """Return the compared source with its citation, if it has one."""
    citation = str(view.results.sources.get(view.source, {}).get("citation") or "").rstrip(".。 ")
    named = view.named(view.source)
    return view.t("sentence.cited", source=named, citation=citation) if citation else named


def why_few_stable(view: View) -> str:
    """Say what stable needs, where hardly any city is; nothing where many are."""
    totals = view.totals
    if not totals["cities"] or totals["stable"] >= _FEW * totals["cities"] or _carried_forward(view):
        return ""
    widths = (view.cities["high"] - view.cities["low"]).dropna()
    if widths.empty:
        return ""
    some = view.t("few_stable.some", stable=n.count(totals["stable"]))
    return view.t(
        "few_stable.single" if len(view.start) == len(view.end) == 1 else "few_stable.means",
        stable=some if totals["stable"] else view.t("few_stable.none"),
        confidence=view.confidence,
        threshold=n.line(view.threshold),
        room=n.plain(round(200 * view.threshold, 2)),
        width=n.count(100 * float(widths.median())),
    )


def _carried_forward(view: View) -> bool:
    """Whether the figures were carried forward between counts: then their grade decides, not their error."""
    grades = str(view.results.sources.get(view.source, {}).get("grade") or "unknown").split(", ")
    return view.is_units and not any(map(may_show_shrinking, grades))


def _share(view: View, count: int, cities: int) -> str:
    share = n.percent(count / cities) if cities else n.MISSING
    return view.t("sentence.count", count=n.count(count), share=share)


def _unit_note(view: View) -> str:
    source = view.results.sources.get(view.source, {})
    unit = view.unit or say_unit(str(source.get("unit") or ""), view.language)
    return view.t("sentence.unit", unit=unit) if unit else ""
