"""Open what a study names: its sources, on one grid, and the files they lie in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError, gather

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from cityebb.grids import Stack
    from cityebb.harmonise.coordinates import Datum
    from cityebb.harmonise.lights import CleanedLayer
    from cityebb.harmonise.service import Corrected
    from cityebb.model import Note
    from cityebb.read import ReadLedger, ReadTable, ReadUnits
    from cityebb.study.opening_lights import LightSource
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
    calibrations
        By source of DMSP lights: the stack of each calibration; the source's own is one of them.
    cleaned
        By source of VIIRS lights: the layers that are cleaned as they are read.
    lamps
        By source of lights: ``model.LAMPS``, where they are declared to have been replaced.
    citations
        By source: whom to credit where the study says nothing.
    products
        By source of lights: which product it is, where that is known.
    tables, ledgers, outlines
        Figures of administrative units, ledgers of their changes and layers of their boundaries, by name;
        they are small and read whole.
    services
        By table of a map or phone service: how its users were made people; ``tables`` hold the outcome.
    datums
        In which datum each layer of boundaries is.
    links
        Stated pairs of cities, by table of evidence and comparison.
    """

    stacks: dict[str, Stack]
    notes: tuple[Note, ...]
    files: tuple[Path, ...]
    calibrations: dict[str, dict[str, str]] = field(default_factory=dict)
    cleaned: dict[str, tuple[CleanedLayer, ...]] = field(default_factory=dict)
    lamps: dict[str, pd.DataFrame] = field(default_factory=dict)
    citations: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    tables: dict[str, ReadTable] = field(default_factory=dict)
    ledgers: dict[str, ReadLedger] = field(default_factory=dict)
    outlines: dict[str, ReadUnits] = field(default_factory=dict)
    services: dict[str, Corrected] = field(default_factory=dict)
    datums: dict[str, Datum] = field(default_factory=dict)
    links: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)

    @property
    def sources(self) -> dict[str, Stack]:
        """The stacks that the study names, without those of further calibrations."""
        further = {
            stack for name, stacks in self.calibrations.items() for stack in stacks.values() if stack != name
        }
        return {name: stack for name, stack in self.stacks.items() if name not in further}


def open_sources(study: Study, fault: Callable[[CityebbError], None]) -> Opened | None:
    """Open every source; hand every fault to ``fault`` and return ``None`` if there was one.

    Reads the headers of grids only, and tables, ledgers and boundary layers whole.
    """
    from cityebb.study.opening_links import open_links
    from cityebb.study.opening_units import check_spread, open_units

    links, link_files = open_links(study, fault)
    grids = open_grids(study, fault)
    wanted = bool(study.tables) or any(rule.regions for rule in study.identify.values())
    units = open_units(study, fault) if wanted else {"notes": (), "files": ()}
    if grids is None or units is None:
        return None
    check_spread(study, grids.stacks, fault)
    more = {
        "notes": (*grids.notes, *units["notes"], *_idle_years(study, grids, units)),
        "files": tuple(dict.fromkeys((*grids.files, *units["files"], *link_files))),
        "links": links,
    }
    return replace(grids, **(units | more))


def _idle_years(study: Study, grids: Opened, units: dict[str, Any]) -> list[Note]:
    """Tell which years the study leaves out that nothing has."""
    from cityebb.model import Note

    there = {year for stack in grids.stacks.values() for year in stack.years}
    there.update(*(table.counts["year"].tolist() for table in units.get("tables", {}).values()))
    idle = sorted(set(study.harmonise.drop_years) - there)
    if not idle:
        return []
    told = {
        "years": ", ".join(map(str, idle)),
        "there": ", ".join(map(str, sorted(int(year) for year in there))),
    }
    return [Note("study.note.dropped_not_there", told, "warning")]


def open_grids(study: Study, fault: Callable[[CityebbError], None]) -> Opened | None:
    """Open every source of grids."""
    from cityebb.study.opening_lights import open_light_source, with_calibrations

    if not study.read:
        return Opened({}, (), ())

    stacks: dict[str, Stack] = {}
    lights: dict[str, LightSource] = {}
    for name, parameters in study.read.items():
        try:
            if parameters.indicator == "light":
                lights[name] = open_light_source(study, name)
                stacks[name] = lights[name].series.stack
            else:
                if parameters.lamps is not None:
                    fault(CityebbError("study.lamps_not_light", section=f"read.{name}"))
                stacks[name] = _grids(study, name)
        except CityebbError as error:
            fault(error)
    if len(stacks) < len(study.read):
        return None
    notes = [note for stack in stacks.values() for note in stack.notes]
    paths = [path for stack in stacks.values() for layer in stack.layers for path in layer.files]
    try:
        aligned, told = _aligned(study, stacks)
        opened = Opened(aligned, (*notes, *told), tuple(dict.fromkeys(paths)))
        return with_calibrations(study, opened, lights)
    except CityebbError as error:
        fault(error)
        return None


def _grids(study: Study, name: str) -> Stack:
    from cityebb.read import open_stack

    mixed = study.harmonise.onto is not None
    return open_stack(name, study.read[name], study.folder, allow_mixed=mixed)


def _aligned(study: Study, stacks: dict[str, Stack]) -> tuple[dict[str, Stack], list[Note]]:
    """Bring everything that cities are delineated on onto one grid."""
    from cityebb.harmonise import align_stacks

    if study.delineate or study.harmonise.onto is not None:
        return align_stacks(stacks, study.harmonise)
    # Weights for people of units need no common grid.
    each = [align_stacks({name: stack}, study.harmonise) for name, stack in stacks.items()]
    return (
        {name: stack for found, _ in each for name, stack in found.items()},
        [note for _, notes in each for note in notes],
    )


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
        asked = [("start", rule.start), ("end", rule.end)]
        asked += [("specifications.end", year) for year in rule.specifications.end or ()]
        for key, year in asked:
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
    from cityebb.study.asked_rules import check_answers
    from cityebb.study.schema import parse_study

    opened = None
    with gather() as fault:
        study = parse_study(Path(path), fault)
        if study is not None and (study.read or study.tables):
            opened = open_sources(study, fault)
            if opened is not None:
                check_comparisons(study, opened.stacks, fault)
                check_answers(study, opened, fault)
    if study is None or opened is None:  # unreachable: each has its fault
        raise CityebbError("study.empty", path=str(path))
    return study, opened
