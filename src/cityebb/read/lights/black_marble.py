"""NASA Black Marble: yearly and monthly tiles in HDF5, with their own word on each cell's quality."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cityebb.grids import Grid, Layer, decode
from cityebb.model import CityebbError
from cityebb.read.lights.names import parse_light_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from cityebb.grids import RowReader

TILE_DEGREES, TILE_CELLS = 10, 2400
"""Side of a tile, and cells along it: 15 arc-seconds each."""

GOOD, POOR, GAP_FILLED = 0, 1, 2
"""Quality: more than three observations; three or fewer; filled from history, which hides every change."""

Angle = Literal["AllAngle", "NearNadir", "OffNadir"]
Snow = Literal["free", "covered"]

_LAST_H, _LAST_V = 35, 17
_TILE = re.compile(r"^h(\d\d)v(\d\d)$")


@dataclass(frozen=True)
class BlackMarbleLayer(Layer):
    """One composite of one tile, read block by block.

    Parameters
    ----------
    path
        Of the HDF5 file.
    dataset
        Inside it: radiance, nW/cm²/sr.
    quality, observations
        Datasets beside it; empty where not used.
    accept
        Quality values that are kept; others are missing.
    fewest
        Fewer observations than this are missing.
    """

    path: str = ""
    dataset: str = ""
    quality: str = ""
    observations: str = ""
    accept: tuple[int, ...] = (GOOD,)
    fewest: int = 0

    @property
    def files(self) -> tuple[Path, ...]:
        """The tile's file."""
        return (Path(self.path),)

    @property
    def masked_by(self) -> str:
        """Its own word on the quality of cells."""
        return self.quality.rpartition("/")[2]

    @contextmanager
    def open(self) -> Iterator[_Tile]:
        """Open the file."""
        import h5py

        with h5py.File(self.path, "r") as file:
            yield _Tile(self, file)


@dataclass(frozen=True)
class _Tile:
    layer: BlackMarbleLayer
    file: Any

    def rows(
        self,
        first: int,
        stop: int,
        out: NDArray[Any] | None = None,  # noqa: ARG002 - decoded, so room of the stored type is no use
    ) -> NDArray[np.float64]:
        """Return radiance of the rows ``first`` to ``stop`` (exclusive); missing is NaN."""
        try:
            return self._rows(first, stop)
        except (OSError, RuntimeError, KeyError) as error:  # what h5py raises where blocks are damaged
            told = {"dataset": self.layer.dataset.rpartition("/")[2], "first": first, "last": stop - 1}
            raise CityebbError("read.tile_damaged", path=Path(self.layer.path).name, **told) from error

    def _rows(self, first: int, stop: int) -> NDArray[np.float64]:
        layer = self.layer
        stored = self.file[layer.dataset]
        raw = stored[first:stop]
        values: NDArray[np.float64] = raw.astype(np.float64)
        missing = np.isnan(values)
        fill = _number(stored, "_FillValue")
        if fill is not None:
            missing |= _filled(raw, fill)
        scale, offset = _number(stored, "scale_factor"), _number(stored, "offset", "add_offset")
        values = values * (1.0 if scale is None else scale) + (0.0 if offset is None else offset)
        if layer.quality:
            missing |= ~np.isin(self.file[layer.quality][first:stop], layer.accept)
        if layer.observations:
            counted = self.file[layer.observations]
            number = counted[first:stop]
            nothing = _number(counted, "_FillValue")
            missing |= number < layer.fewest
            if nothing is not None:
                missing |= _filled(number, nothing)
        values[missing] = np.nan
        return values


@dataclass(frozen=True)
class MosaicLayer(Layer):
    """Tiles side by side; where there is no tile, cells are missing."""

    tiles: tuple[Layer, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of its tiles."""
        return tuple(path for tile in self.tiles for path in tile.files)

    @property
    def masked_by(self) -> str:
        """What masks its tiles."""
        return ", ".join(sorted({tile.masked_by for tile in self.tiles} - {""}))

    @contextmanager
    def open(self) -> Iterator[_Mosaic]:
        """Open all tiles."""
        with ExitStack() as stack:
            yield _Mosaic(self, tuple(stack.enter_context(tile.open()) for tile in self.tiles))


@dataclass(frozen=True)
class _Mosaic:
    layer: MosaicLayer
    readers: tuple[RowReader, ...]

    def rows(
        self,
        first: int,
        stop: int,
        out: NDArray[Any] | None = None,  # noqa: ARG002 - put together, not read
    ) -> NDArray[np.float64]:
        """Return the rows ``first`` to ``stop`` (exclusive), all columns; missing is NaN."""
        grid = self.layer.grid
        result = np.full((stop - first, grid.shape[1]), np.nan)
        for tile, reader in zip(self.layer.tiles, self.readers, strict=True):
            down, across = _place(tile.grid, grid)
            low, high = max(first, down), min(stop, down + tile.grid.shape[0])
            if low < high:
                raw = reader.rows(low - down, high - down)
                values = decode(raw, tile, zero="value", negative="refuse")
                result[low - first : high - first, across : across + tile.grid.shape[1]] = values
        return result


def black_marble_layer(
    path: str | Path,
    *,
    angle: Angle = "AllAngle",
    snow: Snow = "free",
    accept: tuple[int, ...] = (GOOD,),
    fewest: int = 0,
) -> BlackMarbleLayer:
    """Return a tile of VNP46A3 or VNP46A4 as a layer.

    Parameters
    ----------
    path
        With its published name, which says year and tile.
    angle
        Views used: all, near nadir, off nadir.
    snow
        Composite of nights without snow (default), or with it.
    accept
        Quality values kept: 0 good (more than three observations), 1 poor (three or fewer), 2 filled from
        history. Default only good ones: what is filled from history cannot show a change.
    fewest
        Observations that a cell needs.

    Raises
    ------
    CityebbError
        If the name is no Black Marble composite, the file no HDF5, or a dataset not in it or of another size.

    Notes
    -----
    Tile ``hHHvVV`` lies from ``-180 + 10 H`` degrees east and ``90 - 10 V`` degrees north, 2,400 cells of
    15 arc-seconds a side. Scale, offset and fill are those that the dataset states.

    References
    ----------
    Román, M. O. et al. (2018), NASA's Black Marble nighttime lights product suite, Remote Sensing of
    Environment 210, 113-143, doi:10.1016/j.rse.2018.03.017; Black Marble User Guide, tables of VNP46A3/A4.
    """
    named = parse_light_name(path)
    tile = _TILE.match(named.region)
    if tile is None or named.product[-2:] not in {"A3", "A4"}:
        raise CityebbError("read.not_black_marble", path=Path(path).name)
    base = f"{angle}_Composite_Snow_{snow.capitalize()}"
    wanted = [base, f"{base}_Quality"] + ([f"{base}_Num"] if fewest else [])
    found = _look(Path(path), wanted)
    h, v = int(tile[1]), int(tile[2])
    if h > _LAST_H or v > _LAST_V:
        raise CityebbError("read.tile_nowhere", path=Path(path).name, tile=named.region)
    step = TILE_DEGREES / TILE_CELLS
    place = (step, 0.0, -180.0 + TILE_DEGREES * h, 0.0, -step, 90.0 - TILE_DEGREES * v)
    return BlackMarbleLayer(
        named.year,
        Grid("EPSG:4326", place, (TILE_CELLS, TILE_CELLS)),
        "float64",
        Path(path).name,
        block_rows=100,
        path=str(path),
        dataset=found[0],
        quality=found[1],
        observations=found[2] if fewest else "",
        accept=accept,
        fewest=fewest,
    )


def mosaic(tiles: Sequence[Layer]) -> MosaicLayer:
    """Put tiles of one year side by side.

    Raises
    ------
    CityebbError
        If there are none, two lie in one place, or they differ in year, CRS or cell.

    Examples
    --------
    >>> from cityebb.grids import ArrayLayer
    >>> west = ArrayLayer(2020, Grid("EPSG:4326", (1, 0, 0, 0, -1, 1), (1, 2)), "float64", "west",
    ...                   values=np.array([[1.0, 2.0]]))
    >>> east = ArrayLayer(2020, Grid("EPSG:4326", (1, 0, 3, 0, -1, 1), (1, 1)), "float64", "east",
    ...                   values=np.array([[4.0]]))
    >>> with mosaic([west, east]).open() as reader:
    ...     reader.rows(0, 1).tolist()
    [[1.0, 2.0, nan, 4.0]]
    """
    if not tiles:
        raise CityebbError("read.mosaic_empty")
    first = tiles[0]
    dx, dy = first.grid.transform[0], first.grid.transform[4]
    seen: dict[tuple[float, float], str] = {}
    for tile in tiles:
        own = tile.grid
        if (
            tile.year != first.year
            or own.crs != first.grid.crs
            or (own.transform[0], own.transform[4]) != (dx, dy)
        ):
            raise CityebbError("read.mosaic_differs", one=first.label, other=tile.label)
        corner = (own.transform[2], own.transform[5])
        if corner in seen:
            raise CityebbError("read.mosaic_twice", one=seen[corner], other=tile.label)
        seen[corner] = tile.label
    left, top = min(x for x, _ in seen), max(y for _, y in seen)
    right = max(tile.grid.transform[2] + dx * tile.grid.shape[1] for tile in tiles)
    bottom = min(tile.grid.transform[5] + dy * tile.grid.shape[0] for tile in tiles)
    shape = (round((bottom - top) / dy), round((right - left) / dx))
    return MosaicLayer(
        first.year,
        Grid(first.grid.crs, (dx, 0.0, left, 0.0, dy, top), shape),
        "float64",
        " + ".join(sorted(seen.values())),
        block_rows=max(tile.block_rows for tile in tiles),
        tiles=tuple(tiles),
    )


def _place(tile: Grid, whole: Grid) -> tuple[int, int]:
    dx, _, left, _, dy, top = whole.transform
    return round((tile.transform[5] - top) / dy), round((tile.transform[2] - left) / dx)


def _look(path: Path, wanted: list[str]) -> list[str]:
    """Return the full names of datasets inside a file, wherever its groups are."""
    import h5py

    found: dict[str, tuple[str, tuple[int, ...], str]] = {}
    wrong: list[CityebbError] = []

    def visit(name: str, thing: object) -> None:
        if isinstance(thing, h5py.Dataset):
            own = name.rpartition("/")[2]
            found[own] = (name, thing.shape, thing.dtype.kind)
            if own in wanted:
                wrong.extend(_look_at_attributes(thing, path.name, own))

    try:
        with h5py.File(path, "r") as file:
            file.visititems(visit)
    except (OSError, RuntimeError, KeyError, ValueError) as error:  # the latter where its tables are damaged
        key = "read.not_hdf5" if isinstance(error, OSError) else "read.hdf5_damaged"
        raise CityebbError(key, path=path.name) from error
    for name in wanted:
        if name not in found:
            known = ", ".join(sorted(other for other in found if "Composite" in other)) or "–"
            raise CityebbError("read.no_composite", path=path.name, dataset=name, known=known)
        if found[name][1] != (TILE_CELLS, TILE_CELLS):
            shape = " × ".join(map(str, found[name][1]))
            raise CityebbError("read.tile_size", path=path.name, dataset=name, shape=shape, cells=TILE_CELLS)
        if found[name][2] not in "iuf":
            raise CityebbError("read.tile_type", path=path.name, dataset=name)
    if wrong:
        raise wrong[0]
    return [found[name][0] for name in wanted]


def _look_at_attributes(dataset: Any, path: str, name: str) -> Iterator[CityebbError]:  # noqa: ANN401 - h5py has no types
    """Yield a fault for each attribute that turns no stored number into a value."""
    for attribute in ("_FillValue", "scale_factor", "offset", "add_offset"):
        try:
            value = _number(dataset, attribute)
        except (ValueError, TypeError, IndexError, OSError):
            value = float("inf")
        fill = attribute == "_FillValue"
        if value is not None and (
            np.isinf(value) or (not fill and np.isnan(value)) or (attribute == "scale_factor" and value <= 0)
        ):
            written = repr(dataset.attrs.get(attribute))[:40]
            yield CityebbError(
                "read.tile_attribute", path=path, dataset=name, attribute=attribute, written=written
            )


def _filled(raw: NDArray[Any], fill: float) -> NDArray[np.bool_]:
    """Tell which stored numbers are the fill; one that the type cannot hold is nowhere."""
    if raw.dtype.kind == "f":
        with np.errstate(over="ignore"):
            fill = float(np.asarray(fill).astype(raw.dtype))
    found: NDArray[np.bool_] = raw.astype(np.float64) == fill
    return found


def _number(dataset: Any, *names: str) -> float | None:  # noqa: ANN401 - h5py has no types
    for name in names:
        if name in dataset.attrs:
            return float(np.ravel(dataset.attrs[name])[0])
    return None
