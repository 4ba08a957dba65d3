"""What a run found beyond its counts: the largest falls, and truth beside verdict where it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.cli._help import width
from cityebb.words import current_language, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cityebb.model import Results

FALLS = 5


def falls_record(results: Results) -> list[dict[str, Any]]:
    """Return the largest falls as plain values."""
    columns = ["label", "area_km2", "change", "low", "high", "state"]
    rows = _ranking(results).falls[columns].reset_index()
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def tell_falls(results: Results) -> list[str]:
    """Return the largest falls among cities large enough, with their intervals, as aligned lines."""
    from cityebb.model import State
    from cityebb.publish import _numbers as n

    ranking = _ranking(results)
    if not len(ranking.falls):
        return []
    of_units = results.definition.get("kind") == "units"
    rows = [
        (
            str(place),
            str(row["label"]),
            n.count(row["after"]) if of_units else f"{row['area_km2']:,.0f} km²",
            n.change(row["change"]),
            say("cli.falls.interval", low=n.change(row["low"]), high=n.change(row["high"])),
            State(str(row["state"])).word(),
        )
        for place, row in enumerate(ranking.falls.to_dict("records"), start=1)
    ]
    head = say(
        "cli.falls.head_units" if of_units else "cli.falls.head",
        count=ranking.count,
        area=ranking.floor_km2,
        confidence=float(results.comparison["confidence"]),
    )
    return [head, *aligned(rows, right=(0, 2, 3))]


def truth_record(results: Results) -> dict[str, dict[str, int]]:
    """Return how many towns of each true state got which verdict."""
    from cityebb.publish.beside import truth_counts, truth_pairs

    counts = truth_counts(truth_pairs(_view(results)))
    return {str(true): {str(k): int(v) for k, v in row.items()} for true, row in counts.iterrows()}


def tell_truth(results: Results) -> list[str]:
    """Return truth beside verdict as a table, and a sentence on what was found and what falsely called."""
    from cityebb.model import State
    from cityebb.publish.beside import truth_counts, truth_head, truth_pairs, truth_said

    view = _view(results)
    pairs = truth_pairs(view)
    counts = truth_counts(pairs)
    heads = (say("cli.truth.corner"), *(truth_head(view, str(name)) for name in counts.columns))
    rows = [
        (State(str(true)).word(), *(f"{int(count):,}" for count in row)) for true, row in counts.iterrows()
    ]
    table = aligned([heads, *rows], right=range(1, len(heads)))
    return [say("cli.truth.head"), *table, truth_said(view, pairs)]


def why_few_stable(results: Results) -> str:
    """Return why hardly any city is called stable, or nothing."""
    from cityebb.publish.sentence import why_few_stable as why

    return why(_view(results))


def why_undetermined(results: Results) -> list[str]:
    """Return why most are undetermined, and what to write where figures are carried forward; or nothing."""
    odd = results.verdicts.loc[results.verdicts["state"] == "undetermined", "reason"].astype(str)
    if not len(odd) or 2 * len(odd) <= len(results.verdicts):
        return []
    reason = odd.mode().iloc[0]
    lines = [say("cli.headline.mostly", reason=_view(results).reason(reason), share=(odd == reason).mean())]
    source = results.comparison["source"]
    grades = str(results.sources.get(source, {}).get("grade") or "").split(", ")
    # Where a table leaves it open, people pass as carried forward; no census counts output, nor models.
    if results.comparison["indicator"] == "people" and {"yearbook", "unknown"} & set(grades):
        lines.append(say("cli.headline.grade", source=source))
    return lines


def named(results: Results, source: str) -> str:
    """Return a source's name and, beside it, what it holds."""
    return str(_view(results).named(source))


def _view(results: Results) -> Any:  # noqa: ANN401 - loaded late, with the tables it needs
    from cityebb.publish.view import View

    return View(results, current_language())


def _ranking(results: Results) -> Any:  # noqa: ANN401 - as above
    from cityebb.publish.ranking import rank

    return rank(_view(results), FALLS)


def aligned(rows: Sequence[tuple[str, ...]], *, right: Sequence[int]) -> list[str]:
    """Return rows as lines with columns of equal width; Chinese characters take two places."""
    wide = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for place, cell in enumerate(row):
            space = " " * (wide[place] - width(cell))
            cells.append(space + cell if place in right else cell + space)
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines
