"""Open the tiles of Black Marble of all years as one source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from cityebb.grids import Stack
from cityebb.model import CityebbError, Note, gather
from cityebb.read.lights.black_marble import Angle, BlackMarbleLayer, Snow, black_marble_layer, mosaic
from cityebb.read.parameters import CONCEPTS, GRADES

if TYPE_CHECKING:
    from cityebb.grids import Layer
    from cityebb.read.files import FoundFile
    from cityebb.read.lights.names import LightFile
    from cityebb.read.parameters import SourceParameters

_COMPOSITES: dict[str, tuple[Angle, Snow]] = {
    f"{angle}_Composite_Snow_{snow.capitalize()}": (angle, snow)
    for angle in get_args(Angle)
    for snow in get_args(Snow)
}
_USUAL = "AllAngle_Composite_Snow_Free"
_STEP = 0.1
"""The step in which radiance is stored, nW/cm²/sr."""


def open_tiles(
    name: str, parameters: SourceParameters, files: list[tuple[FoundFile, LightFile]]
) -> tuple[Stack, list[tuple[int | None, Layer, Layer]]]:
    """Put the tiles of each year, or month, side by side.

    Returns
    -------
    Stack
        With the first mosaic of each year.
    list
        Month, radiance and number of observations, in order of time.

    Raises
    ------
    CityebbError, Faults
        If a tile is no composite or damaged, or a time lacks a tile that others have.
    """
    composite = parameters.variable or _USUAL
    if composite not in _COMPOSITES:
        known = ", ".join(_COMPOSITES)
        raise CityebbError("read.composite_unknown", source=name, variable=composite, known=known)
    angle, snow = _COMPOSITES[composite]
    times: dict[tuple[int, int | None], dict[str, BlackMarbleLayer]] = {}
    damaged: set[tuple[int, int | None, str]] = set()
    with gather() as fault:
        for file, named in files:
            at = times.setdefault((named.year, named.month), {})
            try:
                layer = black_marble_layer(file.path, angle=angle, snow=snow, fewest=1)
            except CityebbError as error:
                damaged.add((named.year, named.month, named.region))
                fault(error)
                continue
            if named.region in at:
                one = at[named.region].label
                fault(CityebbError("read.mosaic_twice", one=one, other=layer.label))
            at[named.region] = layer
        every = sorted({region for tiles in times.values() for region in tiles})
        for (year, month), tiles in sorted(times.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
            lacking = [
                region for region in every if region not in tiles and (year, month, region) not in damaged
            ]
            if lacking:
                when = str(year) if month is None else f"{year}-{month:02d}"
                told = ", ".join(lacking)
                fault(CityebbError("read.tile_missing", source=name, time=when, tiles=told))
    opened: list[tuple[int | None, Layer, Layer]] = []
    for (_, month), tiles in sorted(times.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        light = [tiles[region] for region in every]
        opened.append((month, mosaic(light), mosaic([_views(layer) for layer in light])))
    first = {light.year: light for _, light, _ in reversed(opened)}
    stack = Stack(
        name,
        parameters.indicator,
        parameters.kind_of,
        parameters.unit or "nW/cm²/sr",
        tuple(first[year] for year in sorted(first)),
        zero=parameters.zero_of,
        negative=parameters.negative,
        step=parameters.step or _STEP,
        joints=parameters.joints_of,
        concept=parameters.concept or CONCEPTS[parameters.indicator],
        grade=parameters.grade or GRADES[parameters.indicator],
        notes=(Note("read.composite", {"composite": composite, "tiles": len(every)}, "info", name),),
    )
    return stack, opened


def _views(layer: BlackMarbleLayer) -> BlackMarbleLayer:
    """Return how often the cells of a tile were seen."""
    return replace(layer, dataset=layer.observations, quality="", observations="")
