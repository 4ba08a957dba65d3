"""What a run says of other sources and of the list of the last year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.words import say

if TYPE_CHECKING:
    from cityebb.model import Results

_STATES = ("shrinking", "growing", "stable", "undetermined")
_STRENGTHS = ("confirmed", "supported", "alone", "disputed")
_COUNTS = ("cities", "listed", "entered", "returned", "left", "left_open", "undetermined")


def others_record(results: Results) -> dict[str, Any]:
    """Return the combined verdicts and the last watch-list as plain values; ``None`` where there is none."""
    return {"combined": _combined(results), "watch": _last_list(results)}


def tell_others(results: Results) -> list[str]:
    """Say the combined verdicts and the last watch-list, a line each."""
    combined, last = _combined(results), _last_list(results)
    lines = []
    if combined is not None:
        lines.append(say("cli.headline.combined", **combined))
    if last is not None:
        lines.append(say("cli.headline.watch", **last))
    return lines


def _combined(results: Results) -> dict[str, int] | None:
    table = results.combined
    if table.empty:
        return None
    states, strengths = table["state"].value_counts(), table["strength"].value_counts()
    return {
        "sources": int(results.evidence["comparison"].nunique()),
        **{name: int(states.get(name, 0)) for name in _STATES},
        **{name: int(strengths.get(name, 0)) for name in _STRENGTHS},
    }


def _last_list(results: Results) -> dict[str, Any] | None:
    table = results.watch_counts
    total = table[table["by"] == "total"]
    if len(total) < 2:  # noqa: PLR2004 - one list has nobody who came or went
        return None
    last = total.iloc[-1]
    told = {"year": int(last["year"]), "start": str(last["start"]), "end": str(last["end"])}
    return told | {name: int(last[name]) for name in _COUNTS}
