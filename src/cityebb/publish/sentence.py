"""The one sentence that can be copied: the count with everything that makes it mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.publish import _numbers as n
from cityebb.publish.view import STATES

if TYPE_CHECKING:
    from cityebb.publish.view import View


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
    return view.t(
        "sentence.whole",
        cities=n.count(cities),
        where=view.where(),
        epoch=view.epoch(),
        connectivity=definition.get("connectivity", 8),
        area=n.plain(definition.get("min_area_km2")),
        indicator=view.word("indicator", view.indicator),
        source=cited(view),
        unit_note=_unit_note(view),
        start=n.span(view.start),
        end=n.span(view.end),
        threshold=n.line(view.threshold),
        confidence=view.confidence,
        plain_threshold=n.line(view.plain_threshold),
        plain_down=n.count(totals["plain_down"]),
        plain_up=n.count(totals["plain_up"]),
        no_baseline=n.count(totals["no_baseline"]),
        **words,
    )


def cited(view: View) -> str:
    """Return the compared source with its citation, if it has one."""
    citation = str(view.results.sources.get(view.source, {}).get("citation") or "").rstrip(".。 ")
    return view.t("sentence.cited", source=view.source, citation=citation) if citation else view.source


def _share(view: View, count: int, cities: int) -> str:
    share = n.percent(count / cities) if cities else n.MISSING
    return view.t("sentence.count", count=n.count(count), share=share)


def _unit_note(view: View) -> str:
    unit = view.unit or str(view.results.sources.get(view.source, {}).get("unit") or "")
    return view.t("sentence.unit", unit=unit) if unit else ""
