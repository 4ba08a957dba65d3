"""A year's light from its months, each month weighed by how often a cell was seen."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids import Layer, decode
from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cityebb.grids import RowReader


@dataclass(frozen=True)
class YearLayer(Layer):
    """The mean of monthly layers, worked out block by block when its rows are asked for.

    Parameters
    ----------
    months
        Light of each month.
    views
        Cloud-free observations of each month; empty where none are known.
    fewest
        Fewer observations than this in all months together are missing.
    """

    months: tuple[Layer, ...] = ()
    views: tuple[Layer, ...] = ()
    fewest: int = 0

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of all months."""
        return tuple(path for layer in (*self.months, *self.views) for path in layer.files)

    @property
    def masked_by(self) -> str:
        """The observations."""
        return ", ".join(layer.label for layer in self.views)

    @contextmanager
    def open(self) -> Iterator[_Year]:
        """Open all months."""
        with ExitStack() as stack:
            light = tuple(stack.enter_context(layer.open()) for layer in self.months)
            views = tuple(stack.enter_context(layer.open()) for layer in self.views)
            yield _Year(self, light, views)


@dataclass(frozen=True)
class _Year:
    layer: YearLayer
    light: tuple[RowReader, ...]
    views: tuple[RowReader, ...]

    def rows(
        self,
        first: int,
        stop: int,
        out: NDArray[Any] | None = None,  # noqa: ARG002 - computed, not read
    ) -> NDArray[np.float64]:
        """Return the rows ``first`` to ``stop`` (exclusive); missing is NaN."""
        layer = self.layer
        total = weight = seen = np.zeros((stop - first, layer.grid.shape[1]))
        for place, (reader, month) in enumerate(zip(self.light, layer.months, strict=True)):
            values = decode(reader.rows(first, stop), month, zero="value", negative="refuse")
            count = np.ones(values.shape)
            if self.views:
                raw = self.views[place].rows(first, stop)
                count = np.nan_to_num(decode(raw, layer.views[place], zero="value", negative="missing"))
            seen = seen + count
            count = np.where(np.isnan(values), 0.0, count)
            total = total + np.where(count > 0, values * count, 0.0)
            weight = weight + count
        known = weight > 0
        if self.views:
            known &= seen >= layer.fewest
        mean: NDArray[np.float64] = np.full(total.shape, np.nan)
        return np.divide(total, weight, out=mean, where=known)


def year_layer(months: Sequence[Layer], views: Sequence[Layer] = (), *, fewest: int = 0) -> YearLayer:
    """Join the months of one year.

    Parameters
    ----------
    months
        Light; of one year and one grid.
    views
        Observations of the same months, or none.
    fewest
        See :class:`YearLayer`.

    Raises
    ------
    CityebbError
        If they differ in year or grid.

    Notes
    -----
    ``light = Σ_m n_m L_m / Σ_m n_m`` over months in which the cell has a value, with ``n_m`` its observations
    (1 where none are known).

    Examples
    --------
    >>> from cityebb.grids import ArrayLayer, Grid
    >>> grid = Grid("EPSG:4326", (1, 0, 0, 0, -1, 1), (1, 2))
    >>> def layer(*values):
    ...     return ArrayLayer(2019, grid, "float64", "m", values=np.array([values]))
    >>> with year_layer(
    ...     [layer(10.0, 5.0), layer(20.0, np.nan)], [layer(1.0, 4.0), layer(3.0, 0.0)]
    ... ).open() as reader:
    ...     reader.rows(0, 1).tolist()
    [[17.5, 5.0]]
    """
    first = months[0]
    for other in (*months, *views):
        if (other.year, other.grid) != (first.year, first.grid):
            raise CityebbError("harmonise.mean_differs", one=first.label, other=other.label)
    return YearLayer(
        first.year,
        first.grid,
        "float64",
        " + ".join(layer.label for layer in months),
        block_rows=max(layer.block_rows for layer in months),
        months=tuple(months),
        views=tuple(views),
        fewest=fewest,
    )
