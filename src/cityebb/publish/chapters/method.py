"""What the method is, in short, with what it rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.dictionary import entries, heading
from cityebb.publish.sentence import boundaries

if TYPE_CHECKING:
    from cityebb.publish.view import View

_DOI = re.compile(r"10\.\d{4,9}/[^\s,;，；。）)]+")
_LITERATURE = (
    (
        "Benjamini, Krieger & Yekutieli (2006). Adaptive linear step-up procedures. Biometrika 93, 491–507.",
        "10.1093/biomet/93.3.491",
    ),
    (
        "Wolff & Wiechmann (2018). Urban growth and decline. Eur. Urban Reg. Stud. 25, 122–139.",
        "10.1177/0969776417694680",
    ),
)


def method(view: View, options: Options) -> Chapter:  # noqa: ARG001 - every chapter is asked the same way
    """Return the steps and the references."""
    values = {} if view.is_units else _of_cells(view)
    values |= {
        "start": n.span(view.start),
        "end": n.span(view.end),
        "threshold": n.line(view.threshold),
        "confidence": view.confidence,
        "indicator": view.word("indicator", view.indicator),
        "plain_threshold": n.line(view.plain_threshold),
    }
    averaged = len(view.start) > 1 or len(view.end) > 1
    names: tuple[str, ...] = ("city", "measure", "means" if averaged else "single", "noise")
    if view.is_units:
        names = ("units", "boundaries", "means_units" if averaged else "single_units", "count_noise")
        values["boundaries"] = boundaries(view)
    names = (*names, "verdict", "plain", "persistence")
    steps = [
        {"name": view.t(f"method.{name}.name"), "text": view.t(f"method.{name}.text", **values)}
        for name in names
    ]
    return Chapter("method", {"steps": steps, "references": references(view)})


def _of_cells(view: View) -> dict[str, object]:
    """Return what the definition of a physical city says."""
    definition = view.results.definition
    return {
        "where": view.where(),
        "epoch": view.epoch(),
        "connectivity": definition.get("connectivity", 8),
        "area": n.plain(definition.get("min_area_km2")),
    }


def references(view: View) -> list[dict[str, str]]:
    """Return the literature and the sources' own citations, with a DOI where one is written."""
    found = []
    for source in view.results.sources.values():
        citation = str(source.get("citation") or "")
        doi = _DOI.search(citation)
        if citation:
            text = citation.replace(doi.group(), "").replace("doi:", "") if doi else citation
            found.append(
                {
                    "text": re.sub(r"\s*,\s*(?=,|$)", "", text).strip(" ,"),
                    "doi": doi.group().rstrip(".") if doi else "",
                }
            )
    found += [{"text": text, "doi": doi} for text, doi in _LITERATURE]
    return list({(entry["text"], entry["doi"]): entry for entry in found}.values())


def dictionary(view: View, options: Options) -> Chapter:  # noqa: ARG001 - every chapter is asked the same way
    """Return every column of every table."""
    rows = [
        {
            **entry._asdict(),
            "table": view.t(f"sheet.{entry.table}"),
            "heading": heading(entry.column, view.language),
        }
        for entry in entries(view.language, units=view.is_units)
    ]
    return Chapter("dictionary", {"rows": rows})
