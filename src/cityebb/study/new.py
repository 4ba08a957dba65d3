"""Write a study for a folder of files: what a person then reads, corrects and runs."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError
from cityebb.study.cache import FULL
from cityebb.study.check import tell_years
from cityebb.words import current_language, say

if TYPE_CHECKING:
    from cityebb.read import Findings

NAME = "study.toml"
"""What a new study is called."""


@dataclass(frozen=True)
class NewStudy:
    """A study just written.

    Parameters
    ----------
    path
        The file.
    findings
        What was found in the folder.
    """

    path: Path
    findings: Findings

    @property
    def sources(self) -> dict[str, list[int]]:
        """The years of each source of figures."""
        grids = {series.name: list(series.years) for series in self.findings.series}
        tables = {
            table.name: sorted(table.read.counts["year"].unique().tolist())
            for table in self.findings.units.tables
        }
        return grids | tables

    def lines(self) -> list[str]:
        """Say what was found, one line a thing."""
        found = [
            say("study.new.source", name=name, years=tell_years(tuple(years)) or "–")
            for name, years in self.sources.items()
        ]
        units = self.findings.units
        return [
            *found,
            *(say("study.new.beside", name=one.name, path=one.file) for one in units.ledgers),
            *(say("study.new.beside", name=one.name, path=one.file) for one in units.layers),
            *(
                say("study.new.unread", path=unread.path, reason=unread.reason)
                for unread in self.findings.unread
            ),
        ]


def write_new_study(folder: Path, out: Path | None = None, *, force: bool = False) -> NewStudy:
    """Look at the files in a folder and write a commented study for them, in the language in force.

    Parameters
    ----------
    folder
        With yearly grids, or with tables of figures of units, and a ledger of their changes and a boundary
        layer if there are.
    out
        The file to write; ``None``: ``study.toml`` in the folder.
    force
        Whether to overwrite it if it is there.

    Raises
    ------
    CityebbError
        If nothing usable is found, the file is there already, or it cannot be written.
    """
    from cityebb.read import inspect, suggest_study

    path = Path(out) if out is not None else folder / NAME
    findings = inspect(folder)
    text = suggest_study(_seen_from(findings, path.parent), current_language())
    if os.path.relpath(folder, path.parent).startswith(".."):
        text = _with_outside(text)
    write_study_file(path, text, force=force)
    return NewStudy(path, findings)


def write_study_file(path: Path, text: str, *, force: bool = False) -> None:
    """Write the text of a study, whole or not at all; makes its folder.

    Parameters
    ----------
    path
        The file to write.
    text
        What it says.
    force
        Whether to overwrite it if it is there.

    Raises
    ------
    CityebbError
        If something of that name is there already, or it cannot be written.
    """
    from cityebb.read.places import reason_of, shown

    told = {"path": shown(str(path))}
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir may raise
        raise CityebbError("study.new.is_folder", **told)
    if os.path.lexists(path) and not force:
        raise CityebbError("study.new.exists", **told)
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, "utf-8")
        partial.replace(path)
    except (OSError, ValueError) as error:
        with suppress(OSError, ValueError):
            partial.unlink()
        if getattr(error, "errno", None) in FULL:
            raise CityebbError("study.disk_full", **told) from error
        raise CityebbError("study.new.not_written", **told, reason=reason_of(error)) from error


def _seen_from(findings: Findings, home: Path) -> Findings:
    """Return the findings with paths relative to where the study will lie."""
    step = Path(os.path.relpath(findings.folder, home)).as_posix()
    if step == ".":
        return findings

    def moved(files: Any) -> Any:  # noqa: ANN401 - a file, or one a year
        if isinstance(files, str):
            return f"{step}/{files}"
        return {year: f"{step}/{name}" for year, name in files.items()}

    units = findings.units
    return replace(
        findings,
        series=tuple(replace(one, files=moved(one.files)) for one in findings.series),
        units=replace(
            units,
            tables=tuple(replace(one, files=moved(one.files)) for one in units.tables),
            ledgers=tuple(replace(one, file=moved(one.file)) for one in units.ledgers),
            layers=tuple(replace(one, file=moved(one.file)) for one in units.layers),
        ),
    )


def _with_outside(text: str) -> str:
    """Say openly that the files lie outside the study's folder."""
    lines: list[str] = []
    section = ""
    for line in text.splitlines():
        lines.append(line)
        section = line if line.startswith("[") else section
        if section.startswith("[read.") and line.startswith(
            ("files = ", "table = ", "ledger = ", "units = ")
        ):
            lines.append("outside = true")
    return "\n".join(lines) + "\n"
