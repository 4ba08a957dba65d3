"""The counts, the one sentence, and what must be known before they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.sentence import sentence, why_few_stable
from cityebb.publish.view import STATES

if TYPE_CHECKING:
    from cityebb.publish.view import View

_WARNINGS = 4


def overview(view: View, options: Options) -> Chapter:  # noqa: ARG001 - every chapter is asked the same way
    """Return the counts of the four states with their shares, the undetermined always among them."""
    totals = view.totals
    cities = totals["cities"]
    cards = [
        {
            "state": state.value,
            "word": state.word(view.language),
            "count": n.count(totals[state.value]),
            "share": n.percent(totals[state.value] / cities) if cities else n.MISSING,
            "width": f"{100 * totals[state.value] / cities:.3f}" if cities else "0",
            "means": view.t(
                f"means.{state.value}", threshold=n.line(view.threshold), confidence=view.confidence
            ),
        }
        for state in STATES
    ]
    warnings = list(
        dict.fromkeys(note.text(view.language) for note in view.results.notes if note.level == "warning")
    )
    return Chapter(
        "overview",
        {
            "cards": cards,
            "cities": cities,
            "sentence": sentence(view),
            "few_stable": why_few_stable(view),
            "plain": _plain(view),
            "lasting": _lasting(view),
            "warnings": warnings[:_WARNINGS],
            "more_warnings": max(0, len(warnings) - _WARNINGS),
            "proxy": view.t(f"proxy.{view.indicator}")
            if not view.is_units and view.indicator in ("light", "built_up")
            else "",
        },
    )


def headline(view: View) -> str:
    """Return the finding in one line, the undetermined beside the shrinking."""
    totals = view.totals
    cities = totals["cities"]
    if not cities:
        return view.t(view.of_kind("headline.none"))
    return view.t(
        view.of_kind("headline.some" if totals["shrinking"] else "headline.no_shrinking"),
        cities=n.count(cities),
        shrinking=n.count(totals["shrinking"]),
        share=n.percent(totals["shrinking"] / cities),
        undetermined=n.count(totals["undetermined"]),
        undetermined_share=n.percent(totals["undetermined"] / cities),
    )


def _plain(view: View) -> str:
    totals = view.totals
    return view.t(
        view.of_kind("overview.plain"),
        threshold=n.line(view.plain_threshold),
        down=n.count(totals["plain_down"]),
        up=n.count(totals["plain_up"]),
        no_baseline=n.count(totals["no_baseline"]),
        shrinking=n.count(totals["shrinking"]),
    )


def _lasting(view: View) -> str:
    totals = view.totals
    if not any(totals[name] for name in ("persistent", "came_back", "late", "relapsed")):
        return ""
    counts = {name: n.count(totals[name]) for name in ("persistent", "came_back", "late", "relapsed")}
    return view.t(view.of_kind("overview.lasting"), **counts)
