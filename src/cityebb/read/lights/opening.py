"""Open a source of night lights: files by satellite, month or tile, and what goes with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from cityebb.grids.align import same_array
from cityebb.model import CityebbError, Note, gather
from cityebb.read.files import find_file, find_files
from cityebb.read.lights.checks import check_counts, check_unit, check_views, sampled
from cityebb.read.lights.lamps import read_lamps
from cityebb.read.lights.names import LightFile, parse_light_name
from cityebb.read.lights.points import read_points
from cityebb.read.lights.tiles import open_tiles
from cityebb.read.stack import open_stack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from cityebb.grids import Layer, Stack
    from cityebb.read.files import FoundFile
    from cityebb.read.parameters import SourceParameters

    Fault = Callable[[CityebbError], None]

T = TypeVar("T")

CITATIONS = {
    "dmsp": "Baugh et al. 2010, doi:10.7125/APAN.30.17",
    "vnl": "Elvidge et al. 2021, doi:10.3390/rs13050922",
    "viirs_monthly": "Elvidge et al. 2017, doi:10.1080/01431161.2017.1342050",
    "black_marble": "Román et al. 2018, doi:10.1016/j.rse.2018.03.017",
}
"""Whom to credit where the study says nothing."""


@dataclass(frozen=True)
class Composite:
    """The light of one year, or of one month of it, as one satellite saw it.

    Parameters
    ----------
    layer
        As published.
    satellite
        ``"F15"`` for DMSP, else empty.
    month
        1 to 12; ``None`` for a whole year.
    views
        Cloud-free observations on the same grid.
    """

    layer: Layer
    satellite: str = ""
    month: int | None = None
    views: Layer | None = None


@dataclass(frozen=True)
class ReadLights:
    """A source of night lights, not yet read.

    Parameters
    ----------
    stack
        What its values mean, and what was noticed; its layers are those of the first composite of each year.
    composites
        All of them, by year, satellite and month.
    product
        ``"dmsp"``, ``"vnl"``, ``"viirs_monthly"``, ``"black_marble"``; empty where names do not tell.
    flares
        Longitude and latitude of gas flares, degrees.
    files
        Files besides those of the layers.
    lamps
        ``model.LAMPS``: where lamps are declared to have been replaced; ``None`` where nothing is declared.
    """

    stack: Stack
    composites: tuple[Composite, ...]
    product: str = ""
    flares: tuple[tuple[float, float], ...] = ()
    files: tuple[Path, ...] = ()
    lamps: pd.DataFrame | None = None


def open_lights(
    name: str, parameters: SourceParameters, folder: Path, *, allow_mixed: bool = False
) -> ReadLights:
    """Open a source of night lights; nothing is decoded yet.

    Parameters
    ----------
    name, parameters, folder, allow_mixed
        As for :func:`cityebb.read.open_stack`.

    Raises
    ------
    CityebbError, Faults
        Everything wrong with the files, found in one look.
    """
    with gather() as fault:
        files = find_files(name, parameters, folder, fault)
    with gather() as fault:
        named = [_named(file, fault) for file in files]
        _check_bands(name, [one for one in named if one is not None], fault)
    products = {"" if one is None else _product(one) for one in named}
    product = products.pop() if len(products) == 1 else ""
    if product == "black_marble":
        tiles = [(file, one) for file, one in zip(files, named, strict=True) if one is not None]
        stack, composites = _of_tiles(name, parameters, tiles)
    elif product in ("dmsp", "viirs_monthly"):
        stack, composites = _of_names(name, parameters, folder, files)
    else:
        stack = open_stack(name, parameters, folder, allow_mixed=allow_mixed)
        composites = tuple(Composite(layer) for layer in stack.layers)
    with gather() as fault:
        check_unit(name, parameters.unit, product, fault)
        told = check_counts(name, composites, fault) if product == "dmsp" else []
        composites = _with_views(name, parameters, folder, composites, fault)
        flares = _beside(
            name,
            parameters.flares,
            parameters,
            folder,
            lambda path, label: read_points(path, label=label),
            fault,
        )
        lamps = _beside(name, parameters.lamps, parameters, folder, lambda path, _: read_lamps(path), fault)
    notes = [*_notes_on_names(name, product, [one for one in named if one is not None]), *told]
    return ReadLights(
        replace(stack, notes=(*stack.notes, *notes)),
        composites,
        product,
        () if flares is None else flares[1],
        tuple(found[0] for found in (flares, lamps) if found is not None),
        None if lamps is None else lamps[1],
    )


def _named(file: FoundFile, fault: Fault) -> LightFile | None:
    try:
        return parse_light_name(file.path.name)
    except CityebbError as error:
        if error.key != "read.light_name_unknown":
            fault(error)
        return None


def _product(file: LightFile) -> str:
    return "black_marble" if file.band == "h5" else file.product


def _of_tiles(
    name: str, parameters: SourceParameters, tiles: list[tuple[FoundFile, LightFile]]
) -> tuple[Stack, tuple[Composite, ...]]:
    stack, opened = open_tiles(name, parameters, tiles)
    return stack, tuple(Composite(light, "", month, views) for month, light, views in opened)


def _of_names(
    name: str, parameters: SourceParameters, folder: Path, files: list[FoundFile]
) -> tuple[Stack, tuple[Composite, ...]]:
    """Open each satellite's, or each month's, files as a stack of its own, and put all on one grid."""
    groups: dict[tuple[str, int], dict[int, str]] = {}
    stacks: dict[tuple[str, int], Stack] = {}
    with gather() as fault:
        for file in files:
            one = parse_light_name(file.path.name)
            group = groups.setdefault((one.satellite if one.product == "dmsp" else "", one.month or 0), {})
            if one.year in group:
                values = {"source": name, "year": one.year, "one": group[one.year], "other": file.label}
                fault(CityebbError("read.year_twice", **values, count=2))
            group[one.year] = file.label
        for key, group in sorted(groups.items()):
            told = parameters.model_copy(update={"files": group, "years": None})
            try:
                stacks[key] = open_stack(name, told, folder)
            except CityebbError as error:
                fault(error)
    composites = [
        Composite(layer, key[0], key[1] or None) for key, stack in stacks.items() for layer in stack.layers
    ]
    composites.sort(key=lambda one: (one.layer.year, one.satellite, one.month or 0))
    placed = _on_one_grid(composites)
    first = {one.layer.year: one.layer for one in reversed(placed)}
    notes = {note.key + repr(note.values): note for stack in stacks.values() for note in stack.notes}
    # Gaps in the years of one satellite are no gaps of the series.
    kept = tuple(note for note in notes.values() if note.key != "read.gaps")
    base = next(iter(stacks.values()))
    return replace(base, layers=tuple(first[year] for year in sorted(first)), notes=kept), placed


def _check_bands(name: str, files: list[LightFile], fault: Fault) -> None:
    """Refuse what is no light, and averages beside medians or counts of observations in one source."""
    bands = sorted({one.band for one in files})
    if len(bands) > 1:
        fault(CityebbError("read.light_bands_mixed", source=name, bands=", ".join(bands)))
    elif files and not files[0].is_light:
        fault(CityebbError("read.no_light", source=name, path=files[0].path, band=bands[0]))


def _on_one_grid(composites: list[Composite]) -> tuple[Composite, ...]:
    agreement = same_array([one.layer.grid for one in composites])
    base = composites[agreement.base].layer
    if agreement.misfits:
        odd = composites[min(agreement.misfits)].layer
        raise CityebbError("read.light_grids_differ", one=base.label, other=odd.label)
    return tuple(replace(one, layer=replace(one.layer, grid=base.grid)) for one in composites)


def _with_views(
    name: str, parameters: SourceParameters, folder: Path, composites: tuple[Composite, ...], fault: Fault
) -> tuple[Composite, ...]:
    """Set beside each composite how often its cells were seen."""
    if parameters.views is None:
        return composites
    try:
        seen = _views(name, parameters, folder, composites)
    except CityebbError as error:
        fault(error)
        return composites
    lacking = [one for one in composites if (one.layer.year, one.month) not in seen]
    if lacking:
        told = ", ".join(_time(one) for one in lacking[:5])
        fault(CityebbError("read.views_missing", source=name, times=told, count=len(lacking)))
    found = []
    for one in composites:
        views = seen.get((one.layer.year, one.month))
        try:
            check_views(np.zeros(0) if views is None else sampled(views), views.label if views else "")
        except CityebbError as error:
            fault(error)
        if views is not None and same_array([one.layer.grid, views.grid]).misfits:
            fault(CityebbError("read.light_grids_differ", one=one.layer.label, other=views.label))
        found.append(replace(one, views=None if views is None else replace(views, grid=one.layer.grid)))
    return tuple(found)


def _views(
    name: str, parameters: SourceParameters, folder: Path, composites: tuple[Composite, ...]
) -> dict[tuple[int, int | None], Layer]:
    """Open the counts of observations, by year and month."""
    plain: dict[str, Any] = dict.fromkeys(
        ("scale", "offset", "nodata", "zero", "bands", "variable", "joints", "product", "years", "step")
    )
    told = parameters.model_copy(
        update={**plain, "files": parameters.views, "unit": "1", "negative": "missing"}
    )
    with gather() as fault:
        files = find_files(name, told, folder, fault)

    def fault_of_views(error: CityebbError) -> None:
        raise error

    wanted = {one.layer.year for one in composites}
    groups: dict[int | None, dict[int, str]] = {}
    for file in files:
        one = _named(file, fault_of_views)
        if one is not None and not one.is_views:
            raise CityebbError("read.views_are_light", source=name, path=file.label, band=one.band)
        year = file.year if one is None else one.year
        if year is None:
            raise CityebbError("read.year_unknown", source=name, path=file.label, count=1)
        group = groups.setdefault(None if one is None else one.month, {})
        if year in group:
            values = {"source": name, "year": year, "one": group[year], "other": file.label}
            raise CityebbError("read.year_twice", **values, count=2)
        if year in wanted:
            group[year] = file.label
    return {
        (layer.year, month): layer
        for month, group in groups.items()
        if group
        for layer in open_stack(name, told.model_copy(update={"files": group}), folder).layers
    }


def _beside(
    name: str,
    file: str | None,
    parameters: SourceParameters,
    folder: Path,
    read: Callable[[Path, str], T],
    fault: Fault,
) -> tuple[Path, T] | None:
    """Read a table that goes with lights; ``None`` where there is none, or it has a fault."""
    if file is None:
        return None
    try:
        path = find_file(name, file, folder, outside=parameters.outside)
        return path, read(path, file)
    except CityebbError as error:
        fault(error)
        return None


def _notes_on_names(name: str, product: str, files: list[LightFile]) -> list[Note]:
    """Say what the names tell: the product, years that are not whole, and series that were joined."""
    if not product:
        return []
    notes = [Note(f"read.lights_{product}", {"count": len(files)}, "info", name)]
    notes += [
        Note("read.part_of_year", {"year": one.year, "path": one.path}, "warning", name)
        for one in files
        if not one.whole_year
    ]
    for what in ("version", "configuration"):
        by_value: dict[str, list[int]] = {}
        for one in files:
            by_value.setdefault(getattr(one, what), []).append(one.year)
        # Versions of DMSP follow the satellites, which are calibrated to each other.
        if len(by_value) > 1 and product != "dmsp":
            told = "; ".join(
                f"{value}: {', '.join(map(str, sorted(set(years))))}" for value, years in by_value.items()
            )
            notes.append(Note(f"read.light_{what}s", {"told": told}, "warning", name))
    return notes


def _time(one: Composite) -> str:
    return str(one.layer.year) if one.month is None else f"{one.layer.year}-{one.month:02d}"
