"""Whether light stands for people, or for output, in the cities of a table of evidence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cityebb.identify.together.evidence import RESIDENTS
from cityebb.model import PROXY, PROXY_CALLS, PROXY_POINTS, RELIABILITY, may_show_shrinking
from cityebb.study import kept
from cityebb.study.cache import write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from cityebb.identify.proxy import Checked, Figures
    from cityebb.model import Note

_TABLES = {
    "proxy": PROXY,
    "proxy_calls": PROXY_CALLS,
    "proxy_points": PROXY_POINTS,
    "reliability": RELIABILITY,
}


@dataclass(frozen=True)
class Source:
    """One comparison, as figures of the cities of which the rows of evidence tell.

    Parameters
    ----------
    comparison
        Its name.
    figures
        All its years.
    verdicts
        ``model.VERDICTS`` on these cities; a city that none of the comparison's own stands for has none.
    """

    comparison: str
    figures: Figures
    verdicts: pd.DataFrame


@dataclass(frozen=True)
class Proxies:
    """What was found.

    Parameters
    ----------
    tables
        By field of the results: ``model`` tables ``PROXY``, ``PROXY_CALLS``, ``PROXY_POINTS`` and
        ``RELIABILITY``.
    registered
        Comparisons whose figures look like those of registered people, whatever they are called.
    notes
        What limits all this.
    """

    tables: dict[str, pd.DataFrame]
    registered: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = field(default=())


def check_proxies(sources: Sequence[Source], cities: pd.DataFrame) -> Proxies:
    """Check each light against people and output, and people against a census of residents.

    Parameters
    ----------
    sources
        The comparisons of a table of evidence, the first first.
    cities
        ``model.CITIES`` of the first, with ``region`` where the study names regions.
    """
    known, registered, notes = _with_concepts(sources)
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in _TABLES}
    lights = [each for each in known if each.figures.indicator == "light_sum"]
    others = [*_people(known), *(each for each in known if each.figures.indicator == "gdp_sum")]
    for light in lights:
        best: Checked | None = None
        for other in others:
            checked = _check(light, other, cities)
            if checked is None:
                continue
            parts["proxy"].append(checked.checks)
            parts["proxy_calls"].append(checked.calls)
            parts["proxy_points"].append(checked.points)
            notes += checked.notes
            best = best or checked
        if best is not None:
            parts["reliability"].append(_reliability(light, best, cities))
    return Proxies({name: _joined(name, found) for name, found in parts.items()}, registered, tuple(notes))


def save_proxies(found: Proxies, folder: Path) -> None:
    """Write what was found."""
    for name, table in found.tables.items():
        kept.save_table(table, folder / f"{name}.parquet")
    kept.save_notes(found.notes, folder)
    write_json(folder / "registered.json", sorted(found.registered))


def load_proxies(folder: Path) -> Proxies:
    """Read what was found."""
    tables = {name: kept.load_table(folder / f"{name}.parquet") for name in _TABLES}
    registered = frozenset(kept.read_json(folder / "registered.json"))
    return Proxies(tables, registered, kept.load_notes(folder))


def _with_concepts(sources: Sequence[Source]) -> tuple[list[Source], frozenset[str], list[Note]]:
    """Return the sources, those that look registered called so, which these are, and the notes on them."""
    from cityebb.identify.proxy import with_concept

    census = next(
        (each.figures for each in sources if (each.figures.grade, each.figures.concept) == _CENSUS), None
    )
    if census is None:
        return list(sources), frozenset(), []
    found: list[Source] = []
    registered: set[str] = set()
    notes: list[Note] = []
    for each in sources:
        figures = each.figures
        told: tuple[Note, ...] = ()
        if figures.counts_people and figures is not census and figures.concept in ("resident", "unknown"):
            figures, told = with_concept(figures, census)
        if told:
            registered.add(each.comparison)
        notes += told
        found.append(replace(each, figures=figures))
    return found, frozenset(registered), notes


_CENSUS = ("census", "resident")


def _people(sources: Sequence[Source]) -> list[Source]:
    """Return the sources that count residents; where none does, those of any people, with their cautions."""
    people = [each for each in sources if each.figures.counts_people]
    counted = [
        each
        for each in people
        if each.figures.concept in RESIDENTS and may_show_shrinking(each.figures.grade)
    ]
    return counted or people


def _check(light: Source, other: Source, cities: pd.DataFrame) -> Checked | None:
    """Check a pair over the years of their verdicts; nothing where one has none."""
    from cityebb.identify.proxy import Period, check_proxy

    spans = [_span(each) for each in (light, other)]
    if not all(start and end for start, end in spans):
        return None
    (start, end), (other_start, other_end) = spans
    return check_proxy(
        light.figures,
        other.figures,
        cities,
        period=Period(start, end, other_start, other_end),
        verdicts=light.verdicts,
    )


def _span(source: Source) -> tuple[list[int], list[int]]:
    """Return the years that stand for start and end of a source's verdicts."""
    if source.verdicts.empty:
        return [], []
    first = source.verdicts.iloc[0]
    found = []
    for name in ("start", "end"):
        ends = [int(year) for year in str(first[name]).split("–")]
        found.append([year for year in source.figures.years if ends[0] <= year <= ends[-1]])
    return found[0], found[1]


def _reliability(light: Source, checked: Checked, cities: pd.DataFrame) -> pd.DataFrame:
    from cityebb.identify.proxy import reliability_of

    return reliability_of(light.verdicts, checked, cities)


def _joined(name: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else _TABLES[name].empty()
