"""Put a layer on another grid so that no mass is made and none is lost unsaid."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids import Layer, decode
from cityebb.grids.align import same_crs
from cityebb.harmonise._overlaps import Overlaps, overlaps
from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from cityebb.grids import Grid, RowReader, Stack
    from cityebb.grids.layers import Negative, Zero
    from cityebb.harmonise._parts import Parts

BLOCK_ROWS = 128
"""Rows to ask a regridded layer for at once: fewer would read the source's blocks again and again."""


@dataclass(frozen=True)
class Account:
    """What a year holds and what of it lies inside the new grid; counts, or value times km²."""

    year: int
    total: float
    inside: float

    @property
    def outside(self) -> float:
        """What is left out because the new grid does not reach there."""
        return self.total - self.inside


@dataclass(frozen=True)
class RegriddedLayer(Layer):
    """A layer on another grid, worked out strip by strip when its rows are asked for.

    Parameters
    ----------
    source
        The layer as it is.
    kind
        Of its stack: decides how cells are split and joined.
    zero, negative
        Of its stack: what is missing must be known before cells are joined.

    Notes
    -----
    *Count*: a source cell's count is split among the target cells by its area in each; what falls
    outside the target is left out. *Density, share*: a target cell gets the mean of the valid source cells
    in it, weighted by their areas in it. Missing stays missing: a target cell without any valid source is
    NaN, never zero.

    In one CRS the shares are exact (rows by their areas on the ellipsoid, columns by width), and mass inside
    the target is kept to rounding. Between two CRS a source cell is cut into equal parts, at least eight
    along the side of a target cell, and each goes to the target cell that holds its middle: counts are kept
    to rounding too, densities to the share of a cell that eight parts can tell.
    """

    source: Layer | None = None
    kind: str = "density"
    zero: Zero = "value"
    negative: Negative = "refuse"

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of the layer as it was."""
        return self.origin.files

    @contextmanager
    def open(self) -> Iterator[_Reader]:
        """Open the source."""
        with self.origin.open() as reader:
            yield _Reader(self, reader)

    @property
    def origin(self) -> Layer:
        """The layer as it was."""
        if self.source is None:
            message = "a regridded layer has a source"
            raise TypeError(message)
        return self.source

    def account(self, progress: Callable[[int, int], None] | None = None) -> Account:
        """Add up the source, and what of it lies inside the new grid; reads the source once."""
        plan = plan_of(self.origin.grid, self.grid)
        rows = self.origin.grid.shape[0]
        step = max(1, self.origin.block_rows)
        step = max(step, BLOCK_ROWS // step * step)
        total = inside = 0.0
        with self.origin.open() as reader:
            for first in range(0, rows, step):
                stop = min(first + step, rows)
                values = settled(reader.rows(first, stop), self, first)
                if self.kind != "count":
                    values = values * self.origin.grid.areas_km2(first, stop)
                values = np.nan_to_num(values, nan=0.0, posinf=np.inf, neginf=-np.inf)
                total += float(values.sum())
                if isinstance(plan, Overlaps):
                    down, across = plan.inside(count=self.kind == "count")
                    inside += float(down[first:stop] @ (values @ across))
                if progress:
                    progress(stop, rows)
            if not isinstance(plan, Overlaps):
                inside = self._inside(plan, reader)
        return Account(self.year, total, inside)

    def _inside(self, plan: Parts, reader: RowReader) -> float:
        """Add up the parts that fall inside the new grid."""
        inside, weight = np.zeros((1, 1)), np.zeros((1, 1))
        for band, first, stop in plan.bands(0, self.grid.shape[0]):
            values = settled(reader.rows(first, stop), self, first)
            weights = _weights(self, first, stop)
            plan.add(band, values, weights, (0, self.grid.shape[0]), inside, weight)
        return float(inside[0, 0])


@dataclass(frozen=True)
class _Reader:
    layer: RegriddedLayer
    source: RowReader

    def rows(
        self,
        first: int,
        stop: int,
        out: NDArray[Any] | None = None,  # noqa: ARG002 - computed, not read
    ) -> NDArray[np.float64]:
        """Return the rows ``first`` to ``stop`` (exclusive), all columns; missing is NaN."""
        layer = self.layer
        plan = plan_of(layer.origin.grid, layer.grid)
        count = layer.kind == "count"
        shape = (stop - first, layer.grid.shape[1])
        if isinstance(plan, Overlaps):
            low, high = plan.source_rows(first, stop)
            if low >= high:
                return np.full(shape, np.nan)
            values = settled(self.source.rows(low, high), layer, low)
            return plan.put(values, low, first, stop, count=count)
        total, weight = np.zeros(shape), np.zeros(shape)
        for band, low, high in plan.bands(first, stop):
            values = settled(self.source.rows(low, high), layer, low)
            plan.add(band, values, _weights(layer, low, high), (first, stop), total, weight)
        with np.errstate(invalid="ignore", divide="ignore"):
            result: NDArray[np.float64] = total if count else total / weight
        result[weight <= 0] = np.nan
        return result


def regrid(stack: Stack, target: Grid, layers: set[int] | None = None) -> Stack:
    """Put the layers of a stack on ``target``; nothing is read yet.

    Parameters
    ----------
    stack
        Any source.
    target
        The grid to put it on.
    layers
        Positions of those to put there; the others are taken as lying there already.

    Returns
    -------
    Stack
        With the smallest step that keeps the error of sums as it was: by the root of the cells' areas.
    """
    new = tuple(
        _regridded(layer, target, stack) if layers is None or index in layers else replace(layer, grid=target)
        for index, layer in enumerate(stack.layers)
    )
    step = stack.step
    if step is not None:
        step = step * max(_step_factor(layer.grid, target, stack.kind) for layer in stack.layers)
    return replace(stack, layers=new, step=step)


def plan_of(source: Grid, target: Grid) -> Overlaps | Parts:
    """Work out, once, how one grid falls onto another."""
    if same_crs(source.crs, target.crs):
        return overlaps(source, target)
    from cityebb.harmonise._parts import parts_of

    return parts_of(source, target)


def settled(raw: NDArray[Any], layer: RegriddedLayer, first: int) -> NDArray[np.float64]:
    """Return values in the source's unit; missing is NaN.

    Raises
    ------
    CityebbError
        For infinite values, and for negative ones where the study does not say what they mean: once
        joined with others they could no longer be seen.
    """
    values = decode(raw, layer.origin, zero=layer.zero, negative=layer.negative)
    for key, wrong in (("harmonise.infinite", np.isinf(values)), ("harmonise.negative_before", values < 0)):
        if wrong.any():
            row, column = (int(place) for place in np.argwhere(wrong)[0])
            raise CityebbError(
                key, path=layer.origin.label, row=row + first, column=column, value=float(values[row, column])
            )
    return values


def _regridded(layer: Layer, target: Grid, stack: Stack) -> RegriddedLayer:
    return RegriddedLayer(
        layer.year,
        target,
        "float64",
        layer.label,
        block_rows=min(BLOCK_ROWS, target.shape[0]),
        source=layer,
        kind=stack.kind,
        zero=stack.zero,
        negative=stack.negative,
    )


def _weights(layer: RegriddedLayer, first: int, stop: int) -> NDArray[np.float64]:
    """Weight of a whole source cell: 1 for counts, its area for densities and shares."""
    if layer.kind == "count":
        return np.ones((stop - first, 1))
    return layer.origin.grid.areas_km2(first, stop)


def _step_factor(source: Grid, target: Grid, kind: str) -> float:
    """How the step must grow so that rounding, cell by cell, gives sums the error that they had.

    A region's sum over ``n`` cells of area ``A`` has the rounding variance ``n A² s² / 12`` (density) or
    ``n s² / 12`` (count), and ``n A`` is the region's area on either grid.
    """
    middle = [grid.areas_km2(grid.shape[0] // 2, grid.shape[0] // 2 + 1).mean() for grid in (source, target)]
    ratio = float(np.sqrt(middle[0] / middle[1]))
    return 1 / ratio if kind == "count" else ratio
