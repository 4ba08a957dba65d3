"""``cityebb read FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cityebb.cli._output import current_output
from cityebb.model.errors import CityebbError
from cityebb.words import current_language, has, say

if TYPE_CHECKING:
    from cityebb.read.tables.preview import Preview

__all__ = ["read"]

_SHOWN = 12
_STUDY = """cityebb_study = 1
title = "{title}"

[read.people]
table = "{table}"
{concept}grade = "{grade}"
outside = true

[delineate.units]
units = "people"

[identify.people]
cities = "units"
source = "people"
"""


def read(
    file: Annotated[Path, Parameter(help=say("cli.read.file"))],
    /,
    *,
    sheet: Annotated[str | None, Parameter(help=say("cli.read.sheet"))] = None,
    encoding: Annotated[str | None, Parameter(help=say("cli.read.encoding"))] = None,
    grade: Annotated[str | None, Parameter(help=say("cli.read.grade"))] = None,
    concept: Annotated[str | None, Parameter(help=say("cli.read.concept"))] = None,
    study: Annotated[Path | None, Parameter(help=say("cli.read.study"))] = None,
) -> int:
    """Show what is understood of a table of figures."""
    from cityebb.read import TableParameters
    from cityebb.read.places import why_not_file
    from cityebb.read.tables.preview import preview

    wrong = why_not_file(file)
    if wrong is not None:
        raise wrong
    if study is not None:
        _refuse_other(study)
    told = TableParameters(table=file.name, sheet=sheet, encoding=encoding, grade=grade, concept=concept)
    found = preview(file, told)
    if study is not None:  # first: one that cannot be written is the only thing told
        _write(study, file, found, concept, grade)
    output = current_output()
    output.give({"command": "read", "file": str(file), **_record(found)})
    for line in _lines(found):
        output.say(line)
    if study is not None:
        output.say(say("cli.read.written", path=str(study), command=f'cityebb run "{study}"'))
    else:
        output.say(say("cli.read.next", command=f'cityebb read "{file}" --study study.toml'))
    return 0


def _record(found: Preview) -> dict[str, object]:
    return {
        "series": found.series.to_dict("records"),
        "columns": found.guesses.to_dict("records"),
        "unused": [{**row, "text": row["text"]} for row in found.unused.to_dict("records")],
        "notes": [{**note.to_json(), "text": note.text()} for note in found.notes],
    }


def _lines(found: Preview) -> list[str]:
    """Say what was understood, one line a thing."""
    lines = [say("cli.read.series")]
    lines += [
        "  "
        + say(
            "cli.read.one_series",
            indicator=_word("publish.indicator", row["indicator"]),
            concept=_word("model.concept", row["concept"]),
            grade=_word("model.grade", row["grade"]),
            year=row["year"],
            units=row["units"],
            missing=row["missing"],
            total=row["total"],
        )
        for row in found.series.to_dict("records")
    ]
    lines.append(say("cli.read.columns"))
    used = found.guesses[~found.guesses["role"].astype(str).str.startswith("not_used")]
    for row in used.head(_SHOWN).to_dict("records"):
        meant = _word("publish.comparable.role", row["role"])
        what = say(
            "cli.figures",
            concept=_word("model.concept", row["concept"]),
            indicator=_word("publish.indicator", row["indicator"]),
        ).strip()
        sure = _word("publish.comparable.certainty", row["certainty"])
        lines.append(
            f"  {str(row['column']).replace('|', ' / ')} → {meant} {what} ({sure})".replace("  (", " (")
        )
    if len(used) > _SHOWN:
        lines.append("  " + say("cli.read.more", count=len(used) - _SHOWN))
    if len(found.unused):
        lines.append(say("cli.read.unused"))
        lines += [
            f"  {row['count']:,} × {say(row['reason'])}"
            + (f": {row['text'][:60]}" if isinstance(row["text"], str) and row["text"] else "")
            for row in found.unused.head(_SHOWN).to_dict("records")
        ]
    warnings = [note.text() for note in found.notes if note.level == "warning"]
    if warnings:
        lines.append(say("cli.headline.warnings"))
        lines += [f"  · {text}" for text in warnings]
    return lines


def _word(family: str, name: object) -> str:
    if not isinstance(name, str):
        return ""
    key = f"{family}.{name}"
    return say(key) if has(key, current_language()) else name


def _refuse_other(study: Path) -> None:
    """Refuse to write over another study before anything is read."""
    import os

    if os.path.lexists(study):
        raise CityebbError("cli.read.study_there", path=str(study))


def _write(study: Path, file: Path, found: Preview, concept: str | None, grade: str | None) -> None:
    """Write a study of the table; never over another."""
    import os

    from cityebb.study.new import write_study_file

    indicator, meant = _compared(found, file, concept)
    where = Path(os.path.relpath(file.resolve(), study.parent.resolve())).as_posix()
    text = _STUDY.format(
        title=file.stem.replace('"', "'").replace("\\", "/"),
        table=where.replace('"', '\\"'),
        # Written for the table only where it was said: it would stand for every figure without one.
        concept=f'concept = "{concept}"\n' if concept else "",
        grade=grade or str(found.series["grade"].iloc[0]),
    )
    write_study_file(study, text + f'indicator = "{indicator}"\nconcept = "{meant}"\n')


def _compared(found: Preview, file: Path, concept: str | None) -> tuple[str, str]:
    """Return the indicator and concept that a study compares: people of most years, residents first."""
    kinds = found.series.groupby(["indicator", "concept"], sort=False).agg(
        years=("year", "nunique"), units=("units", "max")
    )
    kinds = kinds[kinds["years"] > 1].reset_index()
    if concept is not None and (kinds["concept"] == concept).any():
        kinds = kinds[kinds["concept"] == concept]
    if kinds.empty:
        years = ", ".join(str(year) for year in sorted(set(found.series["year"])))
        raise CityebbError("cli.read.one_year", path=file.name, years=years or "–")
    rank = {name: place for place, name in enumerate(("resident", "registered", "unknown"))}
    order = kinds.assign(
        other=kinds["indicator"] != "people",
        place=kinds["concept"].map(rank).fillna(len(rank)),
        few=-kinds["years"],
    ).sort_values(["other", "place", "few"], kind="stable")
    return str(order["indicator"].iloc[0]), str(order["concept"].iloc[0])
