"""A layer is one year of one source; a stack is its years in order, on one grid."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from cityebb.grids.grid import Grid
    from cityebb.model import Note

Kind = Literal["density", "count", "share"]
Zero = Literal["value", "missing", "missing_where_region_is_all_zero"]
Negative = Literal["refuse", "zero", "missing"]


class RowReader(Protocol):
    """An open layer: gives rows as stored."""

    def rows(self, first: int, stop: int, out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Return the rows ``first`` to ``stop`` (exclusive), all columns, in the stored type.

        ``out`` is room of that shape and type that may be used for it.
        """


@dataclass(frozen=True)
class Layer(ABC):
    """One year of one source, not yet read.

    A stored number ``raw`` means ``raw * scale + offset`` in the stack's unit; ``raw == nodata`` and NaN
    are missing. Layers are small and can be sent to another process.
    """

    year: int
    grid: Grid
    dtype: str
    label: str
    nodata: float | None = None
    scale: float = 1.0
    offset: float = 0.0
    block_rows: int = 1

    @property
    def files(self) -> tuple[Path, ...]:
        """The files it is read from; none where it is in memory."""
        return ()

    @property
    def masked_by(self) -> str:
        """What besides its own numbers makes its cells missing; empty where nothing does."""
        return ""

    @abstractmethod
    def open(self) -> Any:  # noqa: ANN401 - a context manager of RowReader
        """Open it: a context manager that yields a :class:`RowReader`."""


def decode(raw: NDArray[Any], layer: Layer, *, zero: Zero, negative: Negative) -> NDArray[np.float64]:
    """Return stored numbers as values in the source's unit; missing is NaN.

    Parameters
    ----------
    raw
        As the layer stores them, of any shape.
    layer
        Says what is missing, scale and offset.
    zero, negative
        What a zero and a negative value mean; see :class:`Stack`. Negative values that are a fault stay.

    Examples
    --------
    >>> from cityebb.grids import Grid
    >>> grid = Grid("EPSG:4326", (1, 0, 0, 0, -1, 1), (1, 3))
    >>> layer = ArrayLayer(2020, grid, "int16", "2020", nodata=-9, scale=0.5)
    >>> decode(np.array([-9, 0, 3], np.int16), layer, zero="value", negative="refuse").tolist()
    [nan, 0.0, 1.5]
    """
    values: NDArray[np.float64] = raw.astype(np.float64)
    missing = np.isnan(values)
    if layer.nodata is not None:
        missing |= raw == np.asarray(layer.nodata).astype(raw.dtype)
    if (layer.scale, layer.offset) != (1.0, 0.0):
        values = values * layer.scale + layer.offset
    if zero == "missing":
        missing |= values == 0
    if negative == "zero":
        values[values < 0] = 0.0
    elif negative == "missing":
        missing |= values < 0
    values[missing] = np.nan
    return values


@dataclass(frozen=True)
class ArrayLayer(Layer):
    """A layer that is already in memory."""

    values: NDArray[Any] = field(default_factory=lambda: np.zeros((0, 0)), repr=False)

    @contextmanager
    def open(self) -> Iterator[ArrayLayer]:
        """Yield itself: there is nothing to open."""
        yield self

    def rows(
        self,
        first: int,
        stop: int,
        out: NDArray[Any] | None = None,  # noqa: ARG002 - nothing is read, so no room is needed
    ) -> NDArray[Any]:
        """Return the rows ``first`` to ``stop`` (exclusive)."""
        return self.values[first:stop]


@dataclass(frozen=True)
class Stack:
    """The years of one source, on one grid.

    Parameters
    ----------
    name
        The source's name in the study.
    indicator
        ``"light"``, ``"people"`` or ``"built_up"``.
    kind
        How a cell's value becomes a sum: ``"density"`` and ``"share"`` are weighted by the cell's area,
        ``"count"`` is added as it is (and divided by the area where a density is asked for).
    unit
        Of a cell's value.
    layers
        One a year, in order of years.
    zero
        What a zero means: a value, missing, or missing where a whole region holds nothing else.
    negative
        What a negative value means: a fault (default), zero, or missing.
    step
        Smallest difference that the source can tell, in its unit; ``None`` where it is as good as none.
    joints
        Years after which the instrument changed, known from its makers: ``2012`` means between 2012 and 2013.
    concept, grade
        What is counted and how far it may be trusted.
    """

    name: str
    indicator: str
    kind: Kind
    unit: str
    layers: tuple[Layer, ...]
    zero: Zero = "value"
    negative: Negative = "refuse"
    step: float | None = None
    joints: tuple[int, ...] = ()
    concept: str = "radiance"
    grade: str = "satellite"
    notes: tuple[Note, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """The years it has."""
        return tuple(layer.year for layer in self.layers)

    @property
    def grid(self) -> Grid:
        """The grid on which all its layers lie."""
        return self.layers[0].grid

    @property
    def sum_unit(self) -> str:
        """Unit of a region's sum."""
        return {"density": f"{self.unit}·km²", "count": self.unit, "share": "km²"}[self.kind]

    @property
    def mean_unit(self) -> str:
        """Unit of a region's mean; of a threshold too."""
        return f"{self.unit}/km²" if self.kind == "count" else self.unit
