"""A simulated country: yearly light on a grid, and what is true of each of its towns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids import ArrayLayer, Grid, Stack
from cityebb.model import CityebbError, size_class
from cityebb.simulate._land import Land, settle
from cityebb.simulate._look import look

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.simulate.recipe import Recipe

    Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Country:
    """What :func:`simulate` makes.

    Parameters
    ----------
    recipe
        What it was made from.
    stack
        Yearly light as an instrument would show it, all faults of the recipe included.
    towns
        One row a town, by falling size: ``lon``, ``lat`` (degrees), ``name_zh``, ``name_en``, ``area_km2``
        (lit at the floor in the first year), ``course``, ``lamps`` (whether its lamps were replaced).
    owner
        ``int32``, shape of the grid: the town's row number + 1, 0 where no town shines.
    level
        True light of each town relative to the first year, shape ``(towns, years)``.
    base
        Light of each cell in the first year, without chance, shape of the grid.
    """

    recipe: Recipe
    stack: Stack
    towns: pd.DataFrame
    owner: NDArray[np.int32]
    level: NDArray[np.float64]
    base: NDArray[np.float64]

    @property
    def grid(self) -> Grid:
        """The grid on which it lies."""
        return self.stack.grid

    def change(self, start: int | Sequence[int], end: int | Sequence[int]) -> NDArray[np.float64]:
        """Return each town's true change as a share, -0.1 for a tenth less.

        Parameters
        ----------
        start, end
            A year, or several whose geometric mean is meant.

        Raises
        ------
        CityebbError
            If the country has no such year.
        """
        return self._mean_level(end) / self._mean_level(start) - 1

    def truth(
        self, start: int | Sequence[int], end: int | Sequence[int], *, threshold: float = 0.1
    ) -> pd.DataFrame:
        """Return the towns with their true ``change`` and the ``state`` it means at ``threshold``.

        ``shrinking`` at a change of ``-threshold`` or less, ``growing`` at ``threshold`` or more, else
        ``stable``. Nothing is undetermined where the truth is known.
        """
        change = self.change(start, end)
        states = np.where(
            change <= -threshold, "shrinking", np.where(change >= threshold, "growing", "stable")
        )
        return self.towns.assign(change=change, state=states.astype(object))

    def write_geotiffs(self, folder: Path) -> list[Path]:
        """Write one GeoTIFF a year, ``light_{year}.tif``, into ``folder`` (made if absent); return the paths.

        A file appears whole or not at all.
        """
        import rasterio

        folder.mkdir(parents=True, exist_ok=True)
        dx, _, left, _, dy, top = self.grid.transform
        profile: dict[str, Any] = {
            "driver": "GTiff",
            "height": self.grid.shape[0],
            "width": self.grid.shape[1],
            "count": 1,
            "crs": self.grid.crs,
            "transform": rasterio.Affine(dx, 0.0, left, 0.0, dy, top),
            "compress": "deflate",
            "tiled": True,
            "blockxsize": 256,
            "blockysize": 256,
        }
        paths = []
        for layer in self.stack.layers:
            path = folder / f"light_{layer.year}.tif"
            partial = path.with_name(path.name + ".partial")
            with (
                layer.open() as reader,
                rasterio.open(partial, "w", dtype=layer.dtype, nodata=layer.nodata, **profile) as target,
            ):
                target.write(reader.rows(0, self.grid.shape[0]), 1)
                if layer.scale != 1:
                    target.scales = (layer.scale,)
            partial.replace(path)
            paths.append(path)
        return paths

    def _mean_level(self, years: int | Sequence[int]) -> NDArray[np.float64]:
        wanted = (years,) if isinstance(years, int) else tuple(years)
        for year in wanted:
            if year not in self.recipe.years:
                raise CityebbError(
                    "simulate.no_such_year",
                    year=year,
                    first=self.recipe.years[0],
                    last=self.recipe.years[-1],
                )
        places = [self.recipe.years.index(year) for year in wanted]
        mean: NDArray[np.float64] = np.exp(np.log(self.level[:, places]).mean(axis=1))
        return mean


def simulate(recipe: Recipe, *, progress: Progress | None = None) -> Country:
    """Make the country of ``recipe``.

    Towns are discs of light that decays exponentially from the centre (Clark 1951), with edges made
    irregular by smooth noise, in the dark. Every cell belongs to one town at most, and all cells of a town
    follow its course together, so that the sum of light over any part of a town changes as the town does:
    the truth does not depend on how a city is delineated. Instrument and chance come on top.

    Parameters
    ----------
    recipe
        What it is made from.
    progress
        Told ``("simulate", done, in all)``.

    Raises
    ------
    CityebbError
        If the grid has no room for that many towns.

    Notes
    -----
    The default takes under a second. Memory: about 30 bytes a cell, and one byte a cell and year.

    References
    ----------
    Clark, C. 1951. Urban population densities. Journal of the Royal Statistical Society A 114(4), 490-496.
    doi:10.2307/2981088

    Examples
    --------
    >>> from cityebb.simulate import Recipe, simulate
    >>> country = simulate(Recipe(shape=(120, 120), cities=5, years=(2013, 2014, 2016)))
    >>> country.stack.years, len(country.towns)
    ((2013, 2014, 2016), 5)
    """
    grid = Grid(
        "EPSG:4326",
        (recipe.cell_degrees, 0.0, recipe.left, 0.0, -recipe.cell_degrees, recipe.top),
        recipe.shape,
    )
    land = settle(recipe, grid)
    layers = []
    for place, year in enumerate(recipe.years):
        if progress:
            progress("simulate", place, len(recipe.years) + 1)
        values, scale, nodata = look(recipe, grid, land, place)
        layers.append(
            ArrayLayer(
                year=year,
                grid=grid,
                dtype=str(values.dtype),
                label=f"light_{year}",
                nodata=nodata,
                scale=scale,
                values=values,
            )
        )
    joint = recipe.joint
    stack = Stack(
        "lights",
        "light",
        "density",
        recipe.unit,
        tuple(layers),
        step=recipe.step,
        joints=(joint.year,) if joint and joint.declared else (),
        grade="simulated",
    )
    return Country(recipe, stack, _towns(grid, land), land.owner, land.level, land.base)


def _towns(grid: Grid, land: Land) -> pd.DataFrame:
    import pandas as pd

    longitude, latitude = grid.lonlat(land.rows, land.columns)
    return pd.DataFrame(
        {
            "lon": longitude,
            "lat": latitude,
            "name_zh": land.name_zh,
            "name_en": land.name_en,
            "area_km2": land.area_km2,
            "size_class": size_class(land.area_km2),
            "course": land.course,
            "lamps": land.lamps,
        }
    )
