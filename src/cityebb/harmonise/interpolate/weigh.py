"""Area tables weighed by what lies on the ground: light, people, built-up land, or a mask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids import decode
from cityebb.harmonise.interpolate._fractions import fractions, within
from cityebb.harmonise.interpolate._plane import PLANE, moved
from cityebb.model import CityebbError, Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.grids import Layer
    from cityebb.grids.layers import Kind, Negative
    from cityebb.harmonise.interpolate.table import AreaTable

_NAMED = 5
_WITHOUT = 1e-9  # a unit of which this share lies beyond the grid is beyond it by rounding
_TOLD = 1e-3  # so small a part on missing cells, at a shore say, is told to nobody
_ABSURD = 1e15  # neither light nor people nor land comes to this in any unit


def weigh(
    table: AreaTable,
    layer: Layer,
    *,
    share_of: str,
    kind: Kind = "density",
    above: float = 0.0,
    mask: bool = False,
    negative: Negative = "refuse",
) -> AreaTable:
    """Return the table with the weight of each piece taken from a grid (dasymetric).

    Parameters
    ----------
    table
        By area.
    layer
        Light, population, built-up share, …; see :func:`cityebb.read.open_stack`.
    share_of
        What the weights are: ``"light"``, ``"people"``, ``"built_up"``, …
    kind
        Whether a cell's value is a density or share (weighted by the cell's area) or a count.
    above
        Values up to this are no weight: the dim background of light.
    mask
        Every value above ``above`` weighs alike: the binary mask.
    negative
        What a negative value is: a fault, zero, or missing.

    Returns
    -------
    AreaTable
        Cells that a piece covers in part count in part. A missing weight is not zero: where a part of a
        source unit lies on missing cells or beyond the grid, its area weighs what the area of the rest weighs
        on average, so that the part holds people in proportion to its area. ``unweighed`` tells how large
        it is, and a note names the units. A source unit without any weight keeps the shares of its area and
        is named in ``fallen_back`` and in a note.

    Raises
    ------
    CityebbError
        Where a value is negative and nobody says what it means, infinite, or beyond all reason.

    Notes
    -----
    ``Y_t = Σ_s Y_s W_st / W_s`` with ``W`` the sum over cells of covered fraction × value × area, and
    ``W_s A' / (A_s - A'_s)`` added to each where the area ``A'`` has no value.

    References
    ----------
    Mennis, J. (2003), Generating surface models of population using dasymetric mapping, The Professional
    Geographer 55(1), 31-42, doi:10.1111/0033-0124.10042.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from cityebb.grids import ArrayLayer, Grid
    >>> from cityebb.harmonise.interpolate import area_table
    >>> old = gpd.GeoDataFrame(index=["A"], geometry=[box(0, 0, 2, 1)], crs="EPSG:4326")
    >>> new = gpd.GeoDataFrame(index=["B", "C"], geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs="EPSG:4326")
    >>> light = ArrayLayer(2013, Grid("EPSG:4326", (1, 0, 0, 0, -1, 1), (1, 2)), "float64", "light",
    ...     values=np.array([[3.0, 1.0]]))
    >>> weigh(area_table(old, new), light, share_of="light").share.round(9).tolist()
    [0.75, 0.25]
    """
    told: dict[str, Any] = {"kind": kind, "above": above, "mask": mask, "negative": negative}
    weight, *lacking = sums_within(table.pieces, layer, **told)
    whole, beyond, missing = sums_within(table.shapes, layer, **told)
    without = beyond + missing
    without[without <= _WITHOUT] = 0.0
    mean = np.divide(
        whole,
        table.source_area * (1 - without),
        out=np.zeros(len(whole)),
        where=(without < 1 - _WITHOUT) & (without > 0),
    )
    weight = weight + mean[table.source] * table.area * sum(lacking)
    whole = whole + mean * table.source_area * without
    whole = np.maximum(whole, np.bincount(table.source, weight, len(table.sources)))
    dark = whole <= 0
    notes = list(table.notes)
    units = {"fallen_back": dark, "beyond_grid": beyond > _WITHOUT, "part_missing": missing > _TOLD}
    most = {"fallen_back": without, "beyond_grid": beyond, "part_missing": missing}
    for key, those in units.items():
        these = those & ~dark if key == "part_missing" else those
        if these.any():
            named = ", ".join(map(str, table.sources[these][:_NAMED]))
            values = {"count": int(these.sum()), "units": named, "weight": share_of}
            values["most"] = float(most[key][these].max())
            notes.append(_NOTES[key](values))
    here = dark[table.source]
    return replace(
        table,
        weight=np.where(here, table.area, weight),
        whole=np.where(dark, table.source_area, whole),
        share_of=share_of,
        fallen_back=tuple(map(str, table.sources[dark])),
        unweighed=np.where(dark, 0.0, without),
        notes=tuple(notes),
    )


_NOTES = {
    "fallen_back": lambda values: Note("harmonise.interpolate_fallen_back", values, "warning"),
    "beyond_grid": lambda values: Note("harmonise.interpolate_beyond_grid", values, "warning"),
    "part_missing": lambda values: Note("harmonise.interpolate_part_missing", values, "warning"),
}


def sums_within(
    shapes: NDArray[Any],
    layer: Layer,
    *,
    kind: Kind,
    above: float = 0.0,
    mask: bool = False,
    negative: Negative = "refuse",
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return each shape's sum of cells by covered fraction, and its shares beyond the grid and without value.

    Shapes are on the equal-area plane; shares are of the cells they cover.
    """
    total, cells, inside, valid = (np.zeros(len(shapes)) for _ in range(4))
    if not len(shapes):
        return total, cells, inside
    grid = layer.grid
    if kind == "count" and mask:
        kind = "density"
    area = grid.areas_km2(0, grid.shape[0])
    flat = moved(shapes, PLANE, grid.crs)
    with layer.open() as reader:
        for piece in fractions(flat, grid.transform):
            cells += np.bincount(piece[0], piece[3], len(shapes))
            shape, row, column, covered = within(piece, grid)
            if not row.size:
                continue
            inside += np.bincount(shape, covered, len(shapes))
            first = int(row.min())
            stored = reader.rows(first, int(row.max()) + 1)[row - first, column]
            value = decode(stored, layer, zero="value", negative=negative)
            there = ~np.isnan(value)
            valid += np.bincount(shape, covered * there, len(shapes))
            value[~there] = 0.0
            _check_values(value, layer)
            value = np.where(value > above, 1.0 if mask else value, 0.0)
            if kind != "count":
                value *= area[row, column if area.shape[1] > 1 else 0]
            total += np.bincount(shape, value * covered, len(shapes))
    # A sliver too thin to cover any part of a cell has nothing beyond the grid either.
    within_grid, with_value = (
        np.divide(part, cells, out=np.ones(len(shapes)), where=cells > 0) for part in (inside, valid)
    )
    return total, 1 - within_grid, (within_grid - with_value).clip(min=0.0)


def _check_values(value: NDArray[np.float64], layer: Layer) -> None:
    """Refuse values that cannot be weights."""
    wild = ~(np.abs(value) < _ABSURD)
    if wild.any():
        raise CityebbError("harmonise.interpolate_absurd", label=layer.label, value=float(value[wild][0]))
    if (value < 0).any():
        raise CityebbError("harmonise.interpolate_negative", label=layer.label, least=float(value.min()))
