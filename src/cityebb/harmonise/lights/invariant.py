"""Calibration of a series by its own cells that do not change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.lights.viirs import flare_mask
from cityebb.model import CityebbError, Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.grids import Grid

FAR_KM = 200.0
"""So far from every city suspected of change must an invariant cell lie."""
FEWEST = 500
"""Fewer invariant cells calibrate nothing."""
DECILES = 10
_FEWEST_DECILE = 10
_HUBER = 1.345
_MAD = 1.4826
_STEPS = 50
_ROUNDS = 20


@dataclass(frozen=True)
class SelfCalibration:
    """How a year's light becomes light of the reference year: ``reference = intercept + slope * value``.

    Parameters
    ----------
    year, reference
        From which year to which.
    slope, intercept
        Of the robust line.
    sigma
        Robust standard deviation of what the line leaves, in the light's unit.
    cells
        Invariant cells used.
    """

    year: int
    reference: int
    slope: float
    intercept: float
    sigma: float
    cells: int

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return light on the reference year's scale; zero stays zero, nothing falls below it."""
        moved = np.maximum(self.intercept + self.slope * values, 0.0)
        return np.where(values == 0, 0.0, moved)

    def note(self, source: str | None = None) -> Note:
        """Say it."""
        values = {
            "year": self.year,
            "reference": self.reference,
            "slope": round(self.slope, 4),
            "intercept": round(self.intercept, 4),
            "sigma": round(self.sigma, 4),
            "cells": self.cells,
        }
        return Note("harmonise.self_calibrated", values, "info", source)


def far_cells(grid: Grid, points: Sequence[tuple[float, float]], far_km: float = FAR_KM) -> NDArray[np.bool_]:
    """Tell which cells lie farther than ``far_km`` from every point (longitude, latitude in degrees).

    Examples
    --------
    >>> from cityebb.grids import Grid
    >>> grid = Grid("EPSG:4326", (1.0, 0.0, 120.0, 0.0, -1.0, 41.0), (1, 5))
    >>> far_cells(grid, [(120.5, 40.5)]).tolist()
    [[False, False, False, True, True]]
    """
    return ~flare_mask(grid, 0, grid.shape[0], tuple(points), far_km)


def invariant_cells(
    light: NDArray[np.float64], far: NDArray[np.bool_], *, share: float = 0.2
) -> NDArray[np.bool_]:
    """Choose cells that change least, the same share in each decile of brightness.

    Parameters
    ----------
    light
        ``(years, rows, columns)``, or ``(years, cells)``; NaN is missing.
    far
        Cells that may be chosen; see :func:`far_cells`.
    share
        Of the cells of each decile.

    Returns
    -------
    ndarray
        Of the shape of one year.

    Raises
    ------
    CityebbError
        If fewer than 500 are found, or a decile has fewer than ten.

    Notes
    -----
    Variation is the coefficient ``sd / mean`` over the years, each year first divided by its median over
    the steadiest half of the cell's decile: the instrument's drift, which is sought and need not be the same
    for dim and bright cells, must not count as the cells' own change. Which half that is, is found in rounds,
    from all candidates on, until it stays (at most twenty); most candidates must be steady for this. A cell
    dark or missing in any year is no candidate. Saturated cells never vary and teach nothing; leave them out
    of ``far``.
    """
    candidate = far & np.isfinite(light).all(axis=0) & (np.nan_to_num(light) > 0).all(axis=0)
    seen = light[:, candidate]
    if seen.shape[1] < FEWEST:
        raise CityebbError("harmonise.invariant_few", count=seen.shape[1], least=FEWEST)
    brightness = seen.mean(axis=0)
    decile = _decile(brightness)
    kept = np.ones(seen.shape[1], dtype=bool)
    for _ in range(_ROUNDS):
        new = _steadiest(_level(seen, decile, kept), decile, max(share, 0.5))
        if np.array_equal(new, kept):
            break
        kept = new
    kept = _steadiest(_level(seen, decile, kept), decile, share)
    _check_spread(brightness, kept)
    chosen = np.zeros(candidate.shape, dtype=bool)
    chosen[candidate] = kept
    return chosen


def fit_year(
    values: NDArray[np.float64],
    reference: NDArray[np.float64],
    cells: NDArray[np.bool_],
    *,
    year: int,
    reference_year: int,
) -> SelfCalibration:
    """Fit one year onto the reference year by its invariant cells.

    Parameters
    ----------
    values, reference
        Light of the two years, of one shape.
    cells
        Invariant cells of that shape; see :func:`invariant_cells`.
    year, reference_year
        Told in the result.

    Raises
    ------
    CityebbError
        If fewer than 500 cells have light in both years, they do not spread over the deciles of light, or
        their light is all the same.

    Notes
    -----
    Huber's line by reweighting (1.345 robust standard deviations, from the median absolute deviation), so
    that some cells that did change do not bend it. Cost: some passes over the invariant cells.

    References
    ----------
    Huber, P. J. (1964), Robust estimation of a location parameter, doi:10.1214/aoms/1177703732.

    Examples
    --------
    >>> light = np.linspace(1, 60, 1000)
    >>> fit = fit_year(light, 2 + 0.9 * light, light > 0, year=2010, reference_year=2000)
    >>> round(fit.slope, 6), round(fit.intercept, 6)
    (0.9, 2.0)
    """
    both = cells & np.isfinite(values) & np.isfinite(reference)
    x, y = values[both], reference[both]
    if x.size < FEWEST:
        raise CityebbError("harmonise.invariant_few", count=int(x.size), least=FEWEST)
    if np.ptp(x) == 0:
        raise CityebbError("harmonise.invariant_spread", least=_FEWEST_DECILE)
    reach = np.quantile(x, [0.05, 0.95])
    if np.ptp(reach) <= 0 or np.unique(x).size < DECILES:
        raise CityebbError("harmonise.invariant_spread", least=_FEWEST_DECILE)
    design: NDArray[np.float64] = np.column_stack([np.ones_like(x), x])
    weight = np.ones_like(x)
    line: NDArray[np.float64] = np.zeros(2)
    for _ in range(_STEPS):
        root = np.sqrt(weight)
        new = np.asarray(np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0], np.float64)
        left = y - design @ new
        sigma = _MAD * float(np.median(np.abs(left - np.median(left))))
        done = np.allclose(new, line, rtol=1e-10, atol=1e-12)
        line = new
        if done or sigma == 0:
            break
        weight = np.minimum(1.0, _HUBER * sigma / np.maximum(np.abs(left), 1e-300))
    return SelfCalibration(year, reference_year, float(line[1]), float(line[0]), sigma, int(x.size))


def _level(
    seen: NDArray[np.float64], decile: NDArray[np.int64], kept: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return light relative to what the kept cells of the same decile show of each year."""
    level: NDArray[np.float64] = np.empty_like(seen)
    for number in np.unique(decile):
        inside = decile == number
        level[:, inside] = seen[:, inside] / np.median(seen[:, inside & kept], axis=1, keepdims=True)
    return level


def _steadiest(level: NDArray[np.float64], decile: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    """Choose that share of each decile whose level varies least."""
    variation = level.std(axis=0) / level.mean(axis=0)
    kept = np.zeros(level.shape[1], dtype=bool)
    for number in range(DECILES):
        inside = np.flatnonzero(decile == number)
        order = inside[np.argsort(variation[inside], kind="stable")]
        kept[order[: int(np.ceil(share * len(inside)))]] = True
    return kept


def _decile(brightness: NDArray[np.float64]) -> NDArray[np.int64]:
    edges = np.quantile(brightness, np.linspace(0, 1, DECILES + 1)[1:-1])
    return np.searchsorted(edges, brightness, side="right").astype(np.int64)


def _check_spread(brightness: NDArray[np.float64], kept: NDArray[np.bool_]) -> None:
    count = int(kept.sum())
    if count < FEWEST:
        raise CityebbError("harmonise.invariant_few", count=count, least=FEWEST)
    if np.bincount(_decile(brightness)[kept], minlength=DECILES).min() < _FEWEST_DECILE:
        raise CityebbError("harmonise.invariant_spread", least=_FEWEST_DECILE)
