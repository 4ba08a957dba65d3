"""Outlines of several dates, and the ways in which people are spread from one to another."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.interpolate import area_table, pycnophylactic, weigh
from cityebb.model import CityebbError
from cityebb.read.units import as_in_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import pandas as pd

    from cityebb.grids import Grid, Layer, Stack
    from cityebb.harmonise.interpolate import AreaTable

AREA, SMOOTH = "area", "smooth"
"""Ways that need no grid: evenly over the area, and on a smooth surface that keeps every unit's total."""

_SMOOTH_CELLS = 300  # along the longer side of the surface
_SHOWN = 5


@dataclass(frozen=True)
class Way:
    """One way to spread people.

    Parameters
    ----------
    name
        ``"area"``, ``"smooth"``, or the name of a source of grids.
    kind
        ``"area"``, ``"smooth"``, or the source's indicator: what the weights are.
    year
        Of the layer that is used; 0 where there is none.
    above
        Where every cell above this value weighs alike; ``None`` where values are the weights.
    """

    name: str
    kind: str
    year: int = 0
    above: float | None = None

    @property
    def code(self) -> str:
        """The way as ``model.TRIAL`` writes it: ``area``, ``light:night:2013``, ``light:night:2013:above:5``.

        Examples
        --------
        >>> Way("night", "light", 2013, 5.0).code
        'light:night:2013:above:5'
        """
        if not self.year:
            return self.kind
        mask = "" if self.above is None else f":above:{self.above:g}"
        return f"{self.kind}:{self.name}:{self.year}{mask}"


@dataclass(frozen=True)
class Outlines:
    """Boundary layers by the date of the figures that stand on them, and grids of what lies on the ground.

    Parameters
    ----------
    layers
        By vintage of the figures: polygons indexed by code.
    names
        By vintage: what the layer is called.
    stacks
        Sources of light, people or built-up land, by name.
    spread
        ``"area"``, ``"smooth"`` or the name of one of ``stacks``.
    above
        Of that source: every cell above this value weighs alike; ``None``: values are the weights.
    """

    layers: dict[str, gpd.GeoDataFrame]
    names: dict[str, str] = field(default_factory=dict)
    stacks: dict[str, Stack] = field(default_factory=dict)
    spread: str = AREA
    above: float | None = None

    def like(self, codes: Iterable[str]) -> Outlines:
        """Return the same with the layers' codes as a table writes them, leading zeros put back or left out.

        Parameters
        ----------
        codes
            Of the table, all dates together.
        """
        own = list(dict.fromkeys(map(str, codes)))
        return replace(
            self,
            layers={
                vintage: layer.set_axis(as_in_table(layer.index, own)).rename_axis(layer.index.name)
                for vintage, layer in self.layers.items()
            },
        )

    def way(self, vintage: str, name: str | None = None) -> Way:
        """Return a way for figures of a vintage: of a grid, the layer nearest in time, the earlier of two.

        Parameters
        ----------
        vintage
            Of the figures.
        name
            Default: the way that the study takes.
        """
        name = self.spread if name is None else name
        if name in (AREA, SMOOTH):
            return Way(name, name)
        stack = self.stacks[name]
        when = int(vintage[:4])
        year = min(stack.years, key=lambda each: (abs(each - when), each))
        return Way(name, stack.indicator, year, self.above if name == self.spread else None)

    def ways(self, vintage: str) -> list[Way]:
        """Return every way there is, the area first; with a mask and without."""
        found = [self.way(vintage, AREA), self.way(vintage, SMOOTH)]
        for name in self.stacks:
            masked = self.way(vintage, name)
            found.append(Way(masked.name, masked.kind, masked.year))
            found += [masked] if masked.above is not None else []
        return found

    def called(self, vintage: str) -> str:
        """Return what the layer of a vintage is called."""
        return self.names.get(vintage, vintage)


class Tables:
    """The area tables from the outlines of each date to those of one, each made once.

    Parameters
    ----------
    outlines
        The layers.
    target
        The vintage onto whose outlines everything is put.
    listed
        Codes of the units that there are at that date; only their outlines count. Empty: all.

    Raises
    ------
    CityebbError
        If there are no outlines of that date, or none of these units.
    """

    def __init__(self, outlines: Outlines, target: str, listed: set[str]) -> None:
        if target not in outlines.layers:
            known = ", ".join(sorted(outlines.layers)) or "–"
            raise CityebbError("harmonise.outlines_no_target", vintage=target, known=known)
        whole = outlines.layers[target]
        self.onto = whole[whole.index.isin(listed)] if listed else whole
        if self.onto.empty:
            raise CityebbError(
                "harmonise.outlines_other_codes",
                layer=outlines.called(target),
                vintage=target,
                codes=", ".join(map(str, whole.index[:_SHOWN])),
                units=", ".join(sorted(listed)[:_SHOWN]),
            )
        self.outlines, self.target = outlines, target
        self._sources: dict[str, gpd.GeoDataFrame] = {}
        self._areas: dict[str, AreaTable] = {}
        self._weighed: dict[tuple[str, str], AreaTable] = {}

    def area(self, vintage: str) -> AreaTable:
        """Return how the units of a date fall onto those of the target, by area."""
        if vintage not in self._areas:
            touching = _touching(self.outlines.layers[vintage], self.onto)
            self._sources[vintage] = touching
            self._areas[vintage] = area_table(
                touching.assign(vintage=vintage), self.onto.assign(vintage=self.target)
            )
        return self._areas[vintage]

    def weighed(self, vintage: str, way: Way, people: pd.Series) -> AreaTable:
        """Return the same by the weights of a way; ``people`` of the units make the smooth surface."""
        table = self.area(vintage)
        if way.kind == AREA:
            return table
        key = (vintage, way.code)
        if key not in self._weighed:
            self._weighed[key] = self._weigh(table, vintage, way, people)
        return self._weighed[key]

    def _weigh(self, table: AreaTable, vintage: str, way: Way, people: pd.Series) -> AreaTable:
        if not len(table.sources):
            return table
        if way.kind == SMOOTH:
            units = self._sources[vintage]
            surface = pycnophylactic(people, units, _grid(units))
            # Cells without a surface belong to units without a figure; they weigh nothing for the others.
            surface = replace(surface, values=np.nan_to_num(surface.values, nan=0.0))
            return weigh(table, surface, share_of=SMOOTH, kind="count")
        stack = self.outlines.stacks[way.name]
        layer: Layer = next(each for each in stack.layers if each.year == way.year)
        mask = way.above is not None
        return weigh(
            table,
            layer,
            share_of=way.kind,
            kind=stack.kind,
            above=way.above or 0.0,
            mask=mask,
            negative=stack.negative,
        )


def _touching(units: gpd.GeoDataFrame, onto: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the units that touch any of the others; all where nothing tells, which is refused later."""
    if units.crs is None or onto.crs is None:
        return units
    places, _ = onto.sindex.query(units.geometry.to_crs(onto.crs), predicate="intersects")
    return units.iloc[sorted(set(places.tolist()))]


def _grid(units: gpd.GeoDataFrame) -> Grid:
    """Return a grid over units whose cells are about square on the ground."""
    from cityebb.grids import Grid

    west, south, east, north = units.to_crs("EPSG:4326").total_bounds
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.1)
    tall = max((east - west) * narrow, north - south) / _SMOOTH_CELLS
    wide = tall / narrow
    shape = (math.ceil((north - south) / tall) + 1, math.ceil((east - west) / wide) + 1)
    return Grid("EPSG:4326", (wide, 0.0, float(west), 0.0, -tall, float(north)), shape)
