"""What a run says at its end: the counts with their definition, where the report is, what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.cli._findings import (
    falls_record,
    named,
    tell_falls,
    tell_truth,
    truth_record,
    why_few_stable,
    why_undetermined,
)
from cityebb.cli._inside import inside_record, tell_inside
from cityebb.cli._others import others_record, tell_others
from cityebb.cli._output import current_output
from cityebb.words import current_language, say, say_unit

if TYPE_CHECKING:
    from pathlib import Path

    from cityebb.model import Results
    from cityebb.study import Outcome

# Keys of the notes in which an embedded study says what it is.
_EMBEDDED = "study.embedded."


def headline_record(outcome: Outcome) -> dict[str, Any]:
    """Return what a run found as plain values."""
    return {
        "out": str(outcome.out),
        "reports": {language: str(path) for language, path in outcome.reports.items()},
        "comparisons": {
            name: {
                "definition": results.definition,
                "comparison": {
                    **results.comparison,
                    "left_out": list(results.comparison.get("left_out", {})),
                },
                "counts": _totals(results),
                "largest_falls": falls_record(results),
                "reports": {lang: str(path) for lang, path in _reports(outcome, name).items()},
                "inside": inside_record(results),
                **others_record(results),
                **({} if results.truth is None else {"truth": truth_record(results)}),
            }
            for name, results in outcome.results.items()
        },
        "notes": [
            {**note.to_json(), "text": note.text()} for note in outcome.main.notes if note.level == "warning"
        ],
        "ran": outcome.log.ran,
        "reused": outcome.log.reused,
    }


def tell_headline(outcome: Outcome) -> None:
    """Say what a run found."""
    output = current_output()
    for name, results in outcome.results.items():
        title = results.title.get(current_language(), name)
        output.say(title if len(outcome.results) == 1 else f"{title} · {name}")
        lines = [*_counts(results), *why_undetermined(results), why_few_stable(results)]
        lines += [_definition(results), *tell_falls(results), *tell_inside(results), *tell_others(results)]
        lines += [] if results.truth is None else tell_truth(results)
        lines.append(_report(_reports(outcome, name)))
        for line in filter(None, lines):
            output.say(f"  {line}")
        output.say()
    own = [note for note in outcome.main.notes if note.level == "info" and note.key.startswith(_EMBEDDED)]
    for note in own:
        output.say(note.text())
    warnings = [note.text() for note in outcome.main.notes if note.level == "warning"]
    if warnings:
        output.say(say("cli.headline.warnings"))
        for text in warnings:
            output.say(f"  · {text}")
    output.say(say("cli.headline.tables", path=str(outcome.out)))
    if outcome.study is None:
        output.say(say("cli.headline.next"))
    else:
        output.say(say("cli.headline.next_run", study=str(outcome.study)))
        output.tell(say("cli.headline.kept", ran=len(outcome.log.ran), reused=len(outcome.log.reused)))


def _reports(outcome: Outcome, name: str) -> dict[str, Path]:
    """Return a comparison's reports, that of the reader's language first."""
    first = name == next(iter(outcome.results))
    called = "report" if first else f"report.{name}"
    paths = {lang: path.with_name(f"{called}.{lang}.html") for lang, path in outcome.reports.items()}
    own = current_language()
    return dict(sorted(paths.items(), key=lambda item: item[0] != own))


def _report(reports: dict[str, Path]) -> str:
    """Say where a report is, and in which other language it is too."""
    paths = list(reports.values())
    if not paths:
        return ""
    told = say("cli.headline.report", path=str(paths[0]))
    return told + "".join(say("cli.headline.report_too", name=path.name) for path in paths[1:])


def _counts(results: Results) -> list[str]:
    totals = _totals(results)
    cities = max(int(totals["cities"]), 1)
    line = abs(float(results.comparison["plain_threshold"]))
    of_units = "_units" if results.definition.get("kind") == "units" else ""
    lines = [
        say(f"cli.headline.count{of_units}", **totals, share=totals["undetermined"] / cities),
        say(
            f"cli.headline.plain{of_units}",
            line=line,
            down=totals["plain_down"],
            up=totals["plain_up"],
            dark=totals["no_baseline"],
        ),
    ]
    table = results.sensitivity
    if len(table) > 1:
        lines.append(
            say(
                "cli.headline.range",
                count=len(table),
                low=int(table["shrinking"].min()),
                high=int(table["shrinking"].max()),
                plain_low=int(table["plain_down"].min()),
                plain_high=int(table["plain_down"].max()),
            )
        )
    return lines


def _totals(results: Results) -> dict[str, int]:
    row = results.summary[results.summary["by"] == "total"].iloc[0]
    return {str(name): int(row[name]) for name in row.index if name not in ("by", "group", "median_change")}


def _definition(results: Results) -> str:
    definition, comparison = results.definition, results.comparison
    if definition.get("kind") == "units":
        return say(
            "cli.headline.definition_units",
            boundaries=say(f"cli.headline.{definition['boundaries']}", vintage=definition["vintage"]),
            source=comparison["source"],
            start=_years(comparison["start"]),
            end=_years(comparison["end"]),
            threshold=100 * abs(comparison["threshold"]),
        )
    units = definition["units"]
    floors = [
        f"{named(results, source)} ≥ {floor:g} {say_unit(units.get(source, ''))}".strip()
        for source, floor in definition["where"].items()
    ]
    return say(
        "cli.headline.definition",
        where=say(f"cli.headline.{definition['join']}").join(floors),
        epoch=say(
            f"cli.headline.{definition['epoch']}", first=definition["years"][0], last=definition["years"][-1]
        ),
        connectivity=definition["connectivity"],
        area=definition["min_area_km2"],
        source=named(results, comparison["source"]),
        start=_years(comparison["start"]),
        end=_years(comparison["end"]),
        threshold=100 * abs(comparison["threshold"]),
    )


def _years(years: list[int]) -> str:
    from cityebb.publish._numbers import span

    return str(years[0]) if len(years) == 1 else say("cli.headline.mean", years=span(years))
