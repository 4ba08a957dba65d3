"""Notes on the data: warnings first, and what each source is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.sentence import grades
from cityebb.words import say_unit

if TYPE_CHECKING:
    from cityebb.model import Note
    from cityebb.publish.view import View


def data(view: View, options: Options) -> Chapter:  # noqa: ARG001 - every chapter is asked the same way
    """Return every note but those on comparability, and the sources with their units and citations."""
    notes = sorted(view.results.notes, key=lambda note: note.level != "warning")
    told: dict[tuple[str, str], dict[str, str]] = {}
    for note in notes:
        told.setdefault((note.level, note.text(view.language)), _note(view, note))
    return Chapter("data", {"notes": list(told.values()), "sources": _sources(view)})


def _note(view: View, note: Note) -> dict[str, str]:
    return {
        "level": note.level,
        "word": view.t(f"level_of_note.{note.level}"),
        "room": view.word("room", note.room),
        "source": note.source or "",
        "text": note.text(view.language),
    }


def _sources(view: View) -> list[dict[str, Any]]:
    found = []
    for name, source in sorted(view.results.sources.items()):
        zero = str(source.get("zero") or "")
        found.append(
            {
                "name": name,
                "indicator": view.word("indicator", source.get("indicator", "")),
                "unit": say_unit(str(source.get("unit") or n.MISSING), view.language),
                "years": n.span(source.get("years") or []),
                "zero": view.word("zero", zero) if zero else n.MISSING,
                "concept": view.word("concept", source.get("concept") or n.MISSING),
                "grade": grades(view, source.get("grade") or n.MISSING),
                "citation": source.get("citation") or n.MISSING,
            }
        )
    return found
