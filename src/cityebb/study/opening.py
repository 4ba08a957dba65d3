"""Open what a study names: its sources, on one grid, and the files they lie in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cityebb.model import CityebbError, gather

if TYPE_CHECKING:
    from collections.abc import Callable

    from cityebb.grids import Layer, Stack
    from cityebb.model import Note
    from cityebb.read import ReadLedger, ReadTable, ReadUnits
    from cityebb.study.schema import Study


@dataclass(frozen=True)
class Opened:
    """The sources of a study.

    Parameters
    ----------
    stacks
        By name, on one grid.
    notes
        What ``read`` and ``harmonise`` noticed.
    files
        Every file of every source, once, in order of sources and years.
    tables, ledgers, outlines
        Figures of administrative units, ledgers of their changes and layers of their boundaries, by name;
        they are small and read whole.
    """

    stacks: dict[str, Stack]
    notes: tuple[Note, ...]
    files: tuple[Path, ...]
    tables: dict[str, ReadTable] = field(default_factory=dict)
    ledgers: dict[str, ReadLedger] = field(default_factory=dict)
    outlines: dict[str, ReadUnits] = field(default_factory=dict)


def open_sources(study: Study, fault: Callable[[CityebbError], None]) -> Opened | None:
    """Open every source; hand every fault to ``fault`` and return ``None`` if there was one.

    Reads the headers of grids only, and tables, ledgers and boundary layers whole.
    """
    from cityebb.study.opening_units import open_units

    grids = open_grids(study, fault)
    units = open_units(study, fault) if study.tables else {"notes": (), "files": ()}
    if grids is None or units is None:
        return None
    more = {
        "notes": (*grids.notes, *units["notes"]),
        "files": tuple(dict.fromkeys((*grids.files, *units["files"]))),
    }
    return replace(grids, **(units | more))


def open_grids(study: Study, fault: Callable[[CityebbError], None]) -> Opened | None:
    """Open every source of grids."""
    from cityebb.harmonise import align_stacks
    from cityebb.read import open_stack

    if not study.read:
        return Opened({}, (), ())

    stacks: dict[str, Stack] = {}
    for name, parameters in study.read.items():
        try:
            stacks[name] = open_stack(
                name, parameters, study.folder, allow_mixed=study.harmonise.onto is not None
            )
        except CityebbError as error:
            fault(error)
    if not stacks or len(stacks) < len(study.read):
        return None
    files = _files(stacks)
    notes = [note for stack in stacks.values() for note in stack.notes]
    try:
        aligned, more = align_stacks(stacks, study.harmonise)
    except CityebbError as error:
        fault(error)
        return None
    return Opened(aligned, (*notes, *more), files)


def check_comparisons(study: Study, stacks: dict[str, Stack], fault: Callable[[CityebbError], None]) -> None:
    """Hand to ``fault`` every comparison that cannot be made, as far as the years alone can tell."""
    for name, rule in study.of_grids.items():
        stack = stacks.get(rule.source)
        if stack is None:
            continue
        section = f"identify.{name}"
        years = [year for year in stack.years if year not in study.harmonise.drop_years]
        told = ", ".join(map(str, years))
        if len(years) < 2:  # noqa: PLR2004 - a comparison has two ends
            fault(CityebbError("study.one_year", section=section, source=rule.source, years=told or "–"))
            continue
        for key, year in (("start", rule.start), ("end", rule.end)):
            if year is not None and year not in years:
                fault(CityebbError("study.year_not_there", section=section, key=key, year=year, years=told))
        if rule.start is not None and rule.end is not None and rule.start >= rule.end:
            fault(CityebbError("study.start_after_end", section=section, start=rule.start, end=rule.end))
        elif rule.end is None and rule.start == years[-1]:
            fault(CityebbError("study.nothing_after", section=section, year=rule.start, years=told))
        elif rule.start is None and rule.end == years[0]:
            fault(CityebbError("study.nothing_before", section=section, year=rule.end, years=told))
        elif rule.start in years and rule.end in years and stack.joints:
            _check_joints(stack, rule.start, rule.end, fault)


def _check_joints(stack: Stack, start: int, end: int, fault: Callable[[CityebbError], None]) -> None:
    """Hand over a comparison across a declared joint; those that are found are known by running only."""
    from cityebb.harmonise import Comparable
    from cityebb.model import BREAKS

    told = Comparable(stack.name, stack.years, {}, stack.joints, BREAKS.empty(), present=stack.years)
    try:
        told.segment(start, end)
    except CityebbError as error:
        fault(error)


def load_and_open(path: Path | str) -> tuple[Study, Opened]:
    """Return a study and its sources.

    Raises
    ------
    CityebbError, Faults
        Every fault of the study file and of the files it names, at once.
    """
    from cityebb.study.schema import parse_study

    opened = None
    with gather() as fault:
        study = parse_study(Path(path), fault)
        if study is not None and (study.read or study.tables):
            opened = open_sources(study, fault)
            if opened is not None:
                check_comparisons(study, opened.stacks, fault)
    if study is None or opened is None:  # unreachable: each has its fault
        raise CityebbError("study.empty", path=str(path))
    return study, opened


def _files(stacks: dict[str, Stack]) -> tuple[Path, ...]:
    layers = [layer for stack in stacks.values() for layer in stack.layers]
    return tuple(dict.fromkeys(path for layer in layers for path in _paths(layer)))


def _paths(layer: Layer) -> list[Path]:
    """Return the files a layer is read from; a VRT names further ones."""
    uri = str(getattr(layer, "uri", ""))
    if not uri:
        return []
    path = Path(uri)
    if path.is_file() and path.suffix.lower() != ".vrt":
        return [path]
    import rasterio

    with rasterio.open(uri) as dataset:
        return [Path(name) for name in dataset.files if Path(name).is_file()]
