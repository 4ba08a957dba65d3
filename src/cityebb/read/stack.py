"""Open a source: its files become the layers of one stack, or every fault in them is told at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids import Grid, Stack
from cityebb.grids.align import same_array
from cityebb.model import CityebbError, Note, gather
from cityebb.read.bands import year_bands
from cityebb.read.earth import check_crs
from cityebb.read.files import find_files
from cityebb.read.meaning import describe, layer_nodata
from cityebb.read.rasters import Facts, RasterLayer, check_whole, read_facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cityebb.read.files import FoundFile
    from cityebb.read.parameters import SourceParameters

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
_POLE = 90.0
# What GDAL calls the types that hold whole or real numbers.
_NUMBERS = {f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)}
_NUMBERS |= {"float16", "float32", "float64"}
_TURN_AND_A_HALF = 540.0


@dataclass(frozen=True)
class Entry:
    """One year: its file's header, its band, its grid."""

    year: int
    facts: Facts
    band: int
    grid: Grid


def open_stack(name: str, parameters: SourceParameters, folder: Path, *, allow_mixed: bool = False) -> Stack:
    """Open a source of yearly grids; nothing is decoded yet but the first and last rows of each file.

    Files whose written origins differ by less than half a cell are taken as the same array; a note says so.

    Parameters
    ----------
    name
        The source's name in the study.
    parameters
        Its ``[read.NAME]`` table.
    folder
        The study's folder.
    allow_mixed
        Let years on other grids pass, each on its own; for studies that regrid (``[harmonise] onto``).

    Returns
    -------
    Stack
        Layers in order of years, with notes on what was assumed.

    Raises
    ------
    CityebbError, Faults
        Everything wrong with the files, found in one look.
    """
    notes: list[Note] = []
    with gather() as fault:
        entries = _entries(name, parameters, find_files(name, parameters, folder, fault), notes, fault)
        _check_twice(name, entries, fault)
        _check_whole(entries, fault)
        if not allow_mixed:
            _check_mixed(name, entries, fault)
        meaning = describe(name, parameters, [entry.facts for entry in entries], fault) if entries else None
    if meaning is None:  # gather() has nothing to raise only where files exist but no year was asked for
        raise CityebbError("read.no_year_left", source=name)
    notes += meaning.notes
    entries = _on_one_grid(name, entries, notes)
    _note_gaps(name, entries, notes)
    return Stack(
        name,
        parameters.indicator,
        parameters.kind_of,
        meaning.unit,
        tuple(_layer(name, entry, parameters, meaning.factor, notes) for entry in entries),
        zero=parameters.zero_of,
        negative=parameters.negative,
        step=meaning.step,
        joints=parameters.joints_of,
        concept=meaning.concept,
        grade=meaning.grade,
        notes=tuple({note.key + repr(note.values): note for note in notes}.values()),
    )


def grid_of(facts: Facts, crs: str | None = None) -> tuple[Grid, bool]:
    """Return the grid of a file and whether its CRS was assumed from degrees on its axes.

    Raises
    ------
    CityebbError
        If the file says not where it lies, or lies rotated or upside down.
    """
    if facts.transform == _IDENTITY or not np.isfinite(facts.transform).all():
        raise CityebbError("read.no_place", path=facts.path)
    written = facts.crs or crs
    assumed = written is None and facts.tags.get(
        "lat#units", facts.tags.get("latitude#units", "")
    ).startswith("degree")
    if assumed:  # the CF conventions know no datum where none is named; WGS 84 is what everybody means
        written = "EPSG:4326"
    if written is None:
        raise CityebbError("read.no_crs", path=facts.path)
    dx, shear_x, left, shear_y, dy, top = facts.transform
    if shear_x or shear_y or dx <= 0 or dy >= 0:
        raise CityebbError(
            "read.not_north_up",
            path=facts.path,
            transform=", ".join(f"{value:g}" for value in facts.transform),
        )
    grid = Grid(written, (dx, 0.0, left, 0.0, dy, top), facts.shape)
    try:
        geographic = grid.is_geographic
    except Exception as error:  # pyproj raises its own; its base class is not public everywhere
        raise CityebbError("read.crs_unknown", path=facts.path, crs=written) from error
    check_crs(grid, facts.path)
    bottom, right = top + dy * facts.shape[0], left + dx * facts.shape[1]
    if geographic and (
        top > _POLE - dy or bottom < -_POLE + dy or left < -_TURN_AND_A_HALF or right > _TURN_AND_A_HALF
    ):
        raise CityebbError(
            "read.not_degrees", path=facts.path, crs=grid.name, left=left, right=right, bottom=bottom, top=top
        )
    return grid, assumed


def _entries(
    name: str,
    parameters: SourceParameters,
    files: list[FoundFile],
    notes: list[Note],
    fault: Callable[[CityebbError], None],
) -> list[Entry]:
    entries: list[Entry] = []
    for file in files:
        try:
            facts = read_facts(file.path, file.label, parameters.variable)
            pairs = year_bands(name, facts, file.year, parameters)
        except CityebbError as error:
            fault(error)
            continue
        strange = next((dtype for dtype in facts.dtypes if dtype not in _NUMBERS), None)
        if strange is not None:
            fault(CityebbError("read.type_unusable", path=file.label, type=strange))
            continue
        try:
            _check_scales(facts, [band for _, band in pairs], parameters)
            grid, assumed = grid_of(facts, parameters.crs)
        except CityebbError as error:
            fault(error)
            continue
        if assumed:
            notes.append(Note("read.crs_assumed", {"path": file.label}, "warning", name))
        entries += [Entry(year, facts, band, grid) for year, band in pairs]
    return sorted(entries, key=lambda entry: entry.year)


def _check_scales(facts: Facts, bands: list[int], parameters: SourceParameters) -> None:
    """Refuse a scale that turns every number into the same, the other way round, or into none."""
    for band in bands:
        scale = facts.scales[band - 1] if parameters.scale is None else parameters.scale
        offset = facts.offsets[band - 1] if parameters.offset is None else parameters.offset
        if not (np.isfinite(scale) and np.isfinite(offset) and scale > 0):
            raise CityebbError("read.scale_wrong", path=facts.path, scale=scale, offset=offset)


def _check_twice(name: str, entries: list[Entry], fault: Callable[[CityebbError], None]) -> None:
    by_year: dict[int, list[Entry]] = {}
    for entry in entries:
        by_year.setdefault(entry.year, []).append(entry)
    years_of: dict[tuple[str, int], list[int]] = {}
    for entry in entries:
        years_of.setdefault((entry.facts.uri, entry.band), []).append(entry.year)
    for entry in entries:
        years = sorted(set(years_of.pop((entry.facts.uri, entry.band), ())))
        if len(years) > 1:
            told = ", ".join(map(str, years))
            fault(CityebbError("read.file_twice", source=name, path=_place(entry), years=told))
    for year, same in by_year.items():
        if len(same) > 1:
            one, other = (_place(entry) for entry in same[:2])
            fault(
                CityebbError("read.year_twice", source=name, year=year, one=one, other=other, count=len(same))
            )


def _check_whole(entries: list[Entry], fault: Callable[[CityebbError], None]) -> None:
    bands: dict[str, set[int]] = {}
    facts: dict[str, Facts] = {}
    for entry in entries:
        bands.setdefault(entry.facts.uri, set()).add(entry.band)
        facts[entry.facts.uri] = entry.facts
    for uri, used in bands.items():
        try:
            check_whole(facts[uri], used)
        except CityebbError as error:
            fault(error)


def _check_mixed(name: str, entries: list[Entry], fault: Callable[[CityebbError], None]) -> None:
    """One fault a kind of difference, naming one file of either side."""
    if not entries:
        return
    agreement = same_array([entry.grid for entry in entries])
    base = entries[agreement.base]
    told: set[str] = set()
    for index, misfit in agreement.misfits.items():
        if misfit in told:
            continue
        told.add(misfit)
        odd = entries[index]
        values: dict[str, Any] = {
            "source": name,
            "path": odd.facts.path,
            "other": base.facts.path,
            "count": sum(value == misfit for value in agreement.misfits.values()),
        }
        if misfit == "crs":
            values |= {"crs": odd.grid.name, "other_crs": base.grid.name}
        elif misfit == "shape":
            values |= {
                "shape": "{} × {}".format(*odd.grid.shape),
                "other_shape": "{} × {}".format(*base.grid.shape),
            }
        elif misfit == "cell":
            values |= {"cell": odd.grid.transform[0], "other_cell": base.grid.transform[0]}
        else:
            values |= {"shift": float(np.abs(agreement.shifts[index]).max())}
        fault(CityebbError(f"read.mixed_{misfit}", **values))


def _on_one_grid(name: str, entries: list[Entry], notes: list[Note]) -> list[Entry]:
    agreement = same_array([entry.grid for entry in entries])
    base = entries[agreement.base]
    if agreement.shifted:
        notes.append(
            Note(
                "read.origins_differ",
                {
                    "shift": round(agreement.largest, 2),
                    "years": ", ".join(str(entries[index].year) for index in agreement.shifted),
                    "base": base.year,
                },
                "info",
                name,
            )
        )
    if agreement.misfits:
        odd = ", ".join(str(entries[index].year) for index in sorted(agreement.misfits))
        notes.append(Note("read.mixed", {"years": odd}, "warning", name))
    return [
        entry if index in agreement.misfits else replace(entry, grid=base.grid)
        for index, entry in enumerate(entries)
    ]


def _note_gaps(name: str, entries: list[Entry], notes: list[Note]) -> None:
    years = {entry.year for entry in entries}
    gaps = sorted(set(range(min(years), max(years))) - years)
    if gaps:
        notes.append(Note("read.gaps", {"years": _spans(gaps), "count": len(gaps)}, "info", name))


def _spans(years: list[int]) -> str:
    """Write years as spans: 2007–2010, 2012."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}–{span[-1]}" for span in spans)


def _layer(
    name: str, entry: Entry, parameters: SourceParameters, factor: float, notes: list[Note]
) -> RasterLayer:
    facts, band = entry.facts, entry.band - 1
    scale = facts.scales[band] if parameters.scale is None else parameters.scale
    offset = facts.offsets[band] if parameters.offset is None else parameters.offset
    return RasterLayer(
        entry.year,
        entry.grid,
        facts.dtypes[band],
        _place(entry),
        nodata=layer_nodata(name, facts, band, scale, offset, parameters, notes),
        scale=scale * factor,
        offset=offset * factor,
        block_rows=facts.block_rows,
        uri=facts.uri,
        band=entry.band,
    )


def _place(entry: Entry) -> str:
    """Name the file, and the band where there are several."""
    return f"{entry.facts.path} [{entry.band}]" if entry.facts.bands > 1 else entry.facts.path
