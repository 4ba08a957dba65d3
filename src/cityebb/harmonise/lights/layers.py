"""Calibrated lights as layers, so that a study reads them like any other."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cityebb.grids import Layer, Stack, decode
from cityebb.harmonise.lights.dmsp import REFERENCES, apply_curve, average_satellites, curve
from cityebb.model import CityebbError, Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cityebb.grids import RowReader
    from cityebb.harmonise.lights.invariant import SelfCalibration


@dataclass(frozen=True)
class CalibratedLayer(Layer):
    """A raw DMSP layer, calibrated block by block when its rows are asked for.

    Parameters
    ----------
    source
        Digital numbers as published.
    satellite, table
        See :func:`~cityebb.harmonise.lights.calibrate`.
    floor
        Whether calibrated values up to 6 become darkness.
    """

    source: Layer | None = None
    satellite: str = ""
    table: str = ""
    floor: bool = False

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of the layer as it was."""
        return _given(self.source).files

    @contextmanager
    def open(self) -> Iterator[_Calibrated]:
        """Open the source."""
        with _given(self.source).open() as reader:
            yield _Calibrated(self, reader)


@dataclass(frozen=True)
class _Calibrated:
    layer: CalibratedLayer
    reader: RowReader

    def rows(
        self,
        first: int,
        stop: int,
        out: NDArray[Any] | None = None,  # noqa: ARG002 - computed, not read
    ) -> NDArray[np.float64]:
        """Return the rows ``first`` to ``stop`` (exclusive); missing is NaN."""
        layer = self.layer
        values = decode(self.reader.rows(first, stop), _given(layer.source), zero="value", negative="refuse")
        return apply_curve(values, curve(layer.satellite, layer.year, layer.table), floor=layer.floor)


@dataclass(frozen=True)
class MeanLayer(Layer):
    """The mean of layers of one year; see :func:`~cityebb.harmonise.lights.average_satellites`."""

    sources: tuple[Layer, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of all of them."""
        return tuple(path for source in self.sources for path in source.files)

    @contextmanager
    def open(self) -> Iterator[_Mean]:
        """Open all of them."""
        with ExitStack() as stack:
            yield _Mean(self, tuple(stack.enter_context(source.open()) for source in self.sources))


@dataclass(frozen=True)
class _Mean:
    layer: MeanLayer
    readers: tuple[RowReader, ...]

    def rows(
        self,
        first: int,
        stop: int,
        out: NDArray[Any] | None = None,  # noqa: ARG002 - computed, not read
    ) -> NDArray[np.float64]:
        """Return the rows ``first`` to ``stop`` (exclusive); missing is NaN."""
        return average_satellites(
            [
                decode(reader.rows(first, stop), source, zero="value", negative="refuse")
                for reader, source in zip(self.readers, self.layer.sources, strict=True)
            ]
        )


@dataclass(frozen=True)
class SelfCalibratedLayer(Layer):
    """A layer put on a reference year by a line fitted on invariant cells, block by block.

    Parameters
    ----------
    source
        Light as it is.
    calibration
        See :func:`~cityebb.harmonise.lights.fit_year`.
    """

    source: Layer | None = None
    calibration: SelfCalibration | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of the layer as it was."""
        return _given(self.source).files

    @contextmanager
    def open(self) -> Iterator[_SelfCalibrated]:
        """Open the source."""
        with _given(self.source).open() as reader:
            yield _SelfCalibrated(self, reader)


@dataclass(frozen=True)
class _SelfCalibrated:
    layer: SelfCalibratedLayer
    reader: RowReader

    def rows(
        self,
        first: int,
        stop: int,
        out: NDArray[Any] | None = None,  # noqa: ARG002 - computed, not read
    ) -> NDArray[np.float64]:
        """Return the rows ``first`` to ``stop`` (exclusive); missing is NaN."""
        source = _given(self.layer.source)
        values = decode(self.reader.rows(first, stop), source, zero="value", negative="refuse")
        return values if self.layer.calibration is None else self.layer.calibration(values)


def self_calibrated_layer(source: Layer, calibration: SelfCalibration) -> SelfCalibratedLayer:
    """Wrap a layer with the line of its year.

    Raises
    ------
    CityebbError
        If the line is of another year.
    """
    if source.year != calibration.year:
        raise CityebbError("harmonise.line_of_other_year", layer=source.label, year=calibration.year)
    return SelfCalibratedLayer(
        source.year,
        source.grid,
        "float64",
        f"{source.label} [{calibration.reference}]",
        block_rows=source.block_rows,
        source=source,
        calibration=calibration,
    )


def calibrated_layer(source: Layer, satellite: str, table: str, *, floor: bool = False) -> CalibratedLayer:
    """Wrap a raw layer; a satellite-year that cannot be calibrated is refused at once.

    Raises
    ------
    CityebbError
        As :func:`~cityebb.harmonise.lights.curve`.
    """
    curve(satellite, source.year, table)
    return CalibratedLayer(
        source.year,
        source.grid,
        "float64",
        f"{source.label} [{satellite}, {table}]",
        block_rows=source.block_rows,
        source=source,
        satellite=satellite,
        table=table,
        floor=floor,
    )


def mean_layer(sources: Sequence[Layer]) -> Layer:
    """Join layers of one year and one grid; a single one stays itself.

    Raises
    ------
    CityebbError
        If they differ in year or grid.
    """
    first = sources[0]
    for other in sources[1:]:
        if (other.year, other.grid) != (first.year, first.grid):
            raise CityebbError("harmonise.mean_differs", one=first.label, other=other.label)
    if len(sources) == 1:
        return first
    return MeanLayer(
        first.year,
        first.grid,
        "float64",
        " + ".join(source.label for source in sources),
        block_rows=max(source.block_rows for source in sources),
        sources=tuple(sources),
    )


def calibrated_stack(
    name: str, layers: Sequence[tuple[str, Layer]], table: str, *, floor: bool = False
) -> Stack:
    """Return raw DMSP layers as one calibrated series, the satellites of a year averaged.

    Parameters
    ----------
    name
        Of the source in the study.
    layers
        Satellite and raw layer, in any order.
    table
        Which calibration; a note names it.
    floor
        Whether calibrated values up to 6 become darkness.

    Raises
    ------
    CityebbError
        As :func:`~cityebb.harmonise.lights.curve`.
    """
    if not layers:
        raise CityebbError("harmonise.no_layers", source=name)
    made = [calibrated_layer(layer, satellite, table, floor=floor) for satellite, layer in layers]
    made.sort(key=lambda layer: (layer.year, layer.satellite))
    years = [list(group) for _, group in groupby(made, key=lambda layer: layer.year)]
    notes = [
        Note("harmonise.calibrated_by", {"table": table, "reference": REFERENCES[table]}, "info", name),
        Note("harmonise.one_table_only", {"table": table}, "warning", name),
    ]
    several = [str(group[0].year) for group in years if len(group) > 1]
    if several:
        notes.append(Note("harmonise.satellites_averaged", {"years": ", ".join(several)}, "info", name))
    return Stack(
        name,
        "light",
        "density",
        "DN",
        tuple(mean_layer(group) for group in years),
        step=1.0,
        notes=tuple(notes),
    )


def _given(source: Layer | None) -> Layer:
    if source is None:
        message = "a wrapped layer has a source"
        raise TypeError(message)
    return source
