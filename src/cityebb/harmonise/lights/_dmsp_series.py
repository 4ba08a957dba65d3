"""DMSP lights of several satellites as one series, by each calibration that is to agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from cityebb.harmonise.lights._series import ComparableLights, notes_on_fits, reference_place
from cityebb.harmonise.lights.agreement import SELF
from cityebb.harmonise.lights.dmsp import BRIGHTEST, REFERENCES, curve, satellites
from cityebb.harmonise.lights.layers import calibrated_stack, mean_layer, self_calibrated_layer
from cityebb.harmonise.lights.sample import fit_series
from cityebb.model import CityebbError, Note, gather

if TYPE_CHECKING:
    from cityebb.grids import Layer, Stack
    from cityebb.harmonise.lights.parameters import LightsParameters
    from cityebb.read.lights import Composite, ReadLights

_FEWEST_YEARS = _TWO = 2


def dmsp_series(read: ReadLights, told: LightsParameters) -> ComparableLights:
    """Calibrate by every table that knows the years, and by invariant cells where tables are too few."""
    name = read.stack.name
    _check_flown(read.composites)
    tables = _tables(name, read.composites, told)
    stacks = {table: _by_table(read, table, told) for table in tables}
    alone = sorted({one.layer.year for one in read.composites} - _twice(tables, read.composites))
    notes = [note for stack in stacks.values() for note in stack.notes]
    if told.self_calibration or (told.self_calibration is None and alone):
        try:
            stacks[SELF] = _self_calibrated(read, told)
            notes += stacks[SELF].notes
        except CityebbError as error:
            if told.self_calibration:
                raise
            notes.append(Note(error.key, dict(error.values), "warning", name))
    idle = sorted(key for key in ("reference", "far_from") if getattr(told, key))
    if SELF not in stacks and idle:
        notes.append(Note("harmonise.self_calibration_unused", {"keys": ", ".join(idle)}, "warning", name))
    if SELF not in stacks and alone:
        years = ", ".join(map(str, alone))
        notes.append(Note("harmonise.one_table_years", {"years": years}, "warning", name))
    told_of = {"table": ", ".join(stacks)}
    if len(stacks) > 1:
        notes.append(Note("harmonise.two_must_agree", told_of, "info", name))
    else:
        notes.append(Note("harmonise.one_table_only", told_of, "warning", name))
    first = replace(
        stacks[tables[0]],
        concept=read.stack.concept,
        grade=read.stack.grade,
        joints=read.stack.joints,
        notes=(*read.stack.notes, *notes),
    )
    others = {table: replace(stack, notes=()) for table, stack in stacks.items()}
    return ComparableLights(first, {**others, tables[0]: first})


def _check_flown(composites: tuple[Composite, ...]) -> None:
    """Refuse every satellite-year that never was."""
    with gather() as fault:
        for one in composites:
            if one.satellite not in satellites(one.layer.year):
                try:
                    curve(one.satellite, one.layer.year, next(iter(REFERENCES)))
                except CityebbError as error:
                    fault(error)


def _by_table(read: ReadLights, table: str, told: LightsParameters) -> Stack:
    """Return the series by one table, and say which satellite-years it does not know."""
    name = read.stack.name
    known = [(one.satellite, one.layer) for one in read.composites if _knows(table, one)]
    unknown = [f"{one.satellite} {one.layer.year}" for one in read.composites if not _knows(table, one)]
    stack = calibrated_stack(name, known, table, floor=told.dim_is_dark)
    notes = [note for note in stack.notes if note.key != "harmonise.one_table_only"]
    if unknown:
        values = {"table": table, "satellites": ", ".join(unknown)}
        notes.append(Note("harmonise.not_calibrated", values, "warning", name))
    return replace(stack, notes=tuple(notes))


def _knows(table: str, one: Composite) -> bool:
    return one.satellite in satellites(one.layer.year, table)


def _tables(name: str, composites: tuple[Composite, ...], told: LightsParameters) -> tuple[str, ...]:
    """Return the tables that are used, the one that gives the figures first."""
    years = {
        table: {one.layer.year for one in composites if _knows(table, one)}
        for table in REFERENCES
        if told.tables is None or table in told.tables
    }
    usable = tuple(table for table, known in years.items() if len(known) >= _FEWEST_YEARS)
    lacking = [table for table in (told.tables or ()) if table not in usable]
    if lacking or not usable:
        raise CityebbError(
            "harmonise.tables_know_too_little",
            source=name,
            tables=", ".join(lacking or REFERENCES),
            years=", ".join(sorted({str(one.layer.year) for one in composites})),
        )
    return usable


def _twice(tables: tuple[str, ...], composites: tuple[Composite, ...]) -> set[int]:
    """Return the years that at least two of the tables know."""
    known = {(one.layer.year, table) for one in composites for table in tables if _knows(table, one)}
    counts = Counter(year for year, _ in known)
    return {year for year, count in counts.items() if count >= _TWO}


def _self_calibrated(read: ReadLights, told: LightsParameters) -> Stack:
    """Return the series calibrated by its own cells, the satellites of a year averaged."""
    name = read.stack.name
    layers = [one.layer for one in read.composites]
    reference = reference_place([layer.year for layer in layers], told, name)
    fits = fit_series(layers, reference, far_from=told.far_from, brightest=BRIGHTEST)
    by_year: dict[int, list[Layer]] = {}
    for layer, fit in zip(layers, fits, strict=True):
        by_year.setdefault(layer.year, []).append(self_calibrated_layer(layer, fit))
    return replace(
        read.stack,
        layers=tuple(mean_layer(by_year[year]) for year in sorted(by_year)),
        unit="DN",
        notes=notes_on_fits(fits, told, name),
    )
