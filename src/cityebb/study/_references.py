"""Every name in a study must name something, and its results must lie in its own folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cityebb.model import CityebbError
from cityebb.study._sections import similar
from cityebb.study.asked_rules import check_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from cityebb.study.schema import Study


def check_references(
    study: Study, told: list[str], cities: list[str], fault: Callable[[CityebbError], None]
) -> None:
    """Every name must name something; what has a fault of its own is not told twice."""
    faulty = set(told) - {*study.read, *study.tables, *study.ledgers, *study.outlines}
    grids, tables = [*study.read, *faulty], [*study.tables, *faulty]
    wanted = [
        (f"delineate.{name}", "where", source, grids)
        for name, table in study.delineate.items()
        for source in table.where
    ]
    for name, units in study.units.items():
        wanted.append((f"delineate.{name}", "units", units.units, tables))
        if units.outlines is not None:
            wanted.append((f"delineate.{name}", "outlines", units.outlines, [*study.outlines, *faulty]))
    wanted += [
        (f"read.{name}", "reference", layer.reference, [*study.outlines, *faulty])
        for name, layer in study.outlines.items()
        if layer.reference is not None
    ]
    for name, table in study.tables.items():
        if table.codes is not None:
            wanted.append((f"read.{name}", "codes", table.codes, [*study.outlines, *study.ledgers, *faulty]))
    named = (("ledger", [*study.ledgers, *faulty]), ("service_totals", tables))
    wanted += [
        ("harmonise", key, name, known)
        for key, known in named
        if (name := getattr(study.harmonise, key)) is not None
    ]
    lights = [*(name for name, told in study.read.items() if told.indicator == "light"), *faulty]
    wanted += [("harmonise", "lights", name, lights) for name in study.harmonise.lights]
    wanted += [
        ("harmonise", "outlines", name, [*study.outlines, *faulty]) for name in study.harmonise.outline_names
    ]
    wanted.append(("harmonise", "spread", study.harmonise.spread, ["area", "smooth", *grids]))
    wanted += _named_by_comparisons(study, cities, grids, tables)
    grid_cities = [each for each in cities if each not in study.units]
    wanted += [
        (f"identify.{name}.specifications", "definition", each, grid_cities)
        for name, rule in study.identify.items()
        for each in rule.specifications.definition or ()
    ]
    _check_firsts(study, fault)
    check_names(study, fault)
    wanted += _parts(study, fault)
    for section, key, name, known in wanted:
        if name not in known:
            near = similar(name, known)
            fault(
                CityebbError(
                    "study.refers_to_nothing_near" if near else "study.refers_to_nothing",
                    section=section,
                    key=key,
                    name=name,
                    near=near,
                    known=", ".join(known) or "–",
                )
            )


def _named_by_comparisons(
    study: Study, cities: list[str], grids: list[str], tables: list[str]
) -> list[tuple[str, str, str, list[str]]]:
    """Return what ``[identify]`` names: section, key, name, and what it may be."""
    wanted: list[tuple[str, str, str, list[str]]] = []
    for name, rule in study.identify.items():
        wanted.append(
            (f"identify.{name}", "source", rule.source, tables if rule.cities in study.units else grids)
        )
        wanted.append((f"identify.{name}", "cities", rule.cities, cities))
        layers = [*study.outlines, *(set(tables) - set(study.tables))]
        wanted += [
            (f"identify.{name}", "regions", each, layers) for each in [rule.regions] if each is not None
        ]
    for name, together in study.together.items():
        section, known = f"identify.{name}", list(study.identify)
        wanted += [(section, "evidence", each, known) for each in together.evidence]
        others = [each for each in together.evidence[1:] if each in known]
        wanted += [
            (section, key, each, others) for key in ("counts", "links") for each in getattr(together, key)
        ]
    return wanted


def _check_firsts(study: Study, fault: Callable[[CityebbError], None]) -> None:
    """Hand over comparisons named twice, and those whose cities would have two combined verdicts."""
    for name, together in study.together.items():
        twice = sorted({each for each in together.evidence if together.evidence.count(each) > 1})
        for each in twice:
            fault(CityebbError("study.evidence_repeated", section=f"identify.{name}", name=each))
    firsts = [together.evidence[0] for together in study.together.values()]
    for first in dict.fromkeys(each for each in firsts if firsts.count(each) > 1):
        fault(CityebbError("study.evidence_twice", first=first))


def _parts(study: Study, fault: Callable[[CityebbError], None]) -> list[tuple[str, str, str, list[str]]]:
    """Return which comparisons are named as those of parts; hand over those of cells, which need none."""
    told = {name: rule for name, rule in study.identify.items() if rule.parts is not None}
    for name, rule in told.items():
        if rule.cities in study.delineate:
            fault(CityebbError("study.parts_of_grids", section=f"identify.{name}"))
    of_units = list(study.of_units)
    return [
        (f"identify.{name}", "parts", str(rule.parts), [other for other in of_units if other != name])
        for name, rule in told.items()
    ]


def check_use(study: Study, cities: list[str], fault: Callable[[CityebbError], None]) -> None:
    """Hand over what ``[harmonise]`` says of grids where no cities are drawn on any: it would do nothing.

    Parameters
    ----------
    study
        As far as it is understood.
    cities
        Every name in ``[delineate]``, also of tables with a fault.
    fault
        Takes what is wrong.
    """
    told = study.harmonise
    if not study.units or set(cities) - set(study.units):
        return
    idle = [key for key in ("keep_years", "cross_joints") if getattr(told, key)]
    if idle:
        fault(CityebbError("study.only_of_grids", keys=", ".join(idle)))
    if told.onto is not None and not study.read:
        fault(CityebbError("study.onto_without_grids", onto=told.onto))


def check_results(study: Study, fault: Callable[[CityebbError], None]) -> None:
    """Let a study write in its own folder only; where files are read from is the business of ``read``."""
    folder = study.publish.folder
    if folder is None:
        return
    home, place = (Path(os.path.abspath(path)) for path in (study.folder, study.folder / folder))  # noqa: PTH100 - without following links
    if place == home or not place.is_relative_to(home):
        fault(CityebbError("study.folder_outside", path=folder))
