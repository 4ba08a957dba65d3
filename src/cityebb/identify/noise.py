"""How much a yearly value wobbles, learnt from second differences of the city's series and its class's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.memory import remembered_errors
from cityebb.identify.pooling import pool_variances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Fewer usable years than this leave two second differences or none: noise is then borrowed.
LEAST_YEARS = 4
# A common movement is told from the noise of single cities only where at least so many are seen together.
LEAST_FOR_SHARED = 30
# From this mean step between years on, a bend is a change of course and not a flicker.
COURSE_YEARS = 2.0
# No yearly statistic of a city is better than a thousandth [our assumption]; keeps noiseless input finite.
NOISE_FLOOR = 1e-3
# Variance of a median over that of a mean, normal distribution.
_MEDIAN_OVER_MEAN = np.pi / 2
_MAD_TO_SD = 1.482602218505602


@dataclass(frozen=True)
class Noise:
    """Yearly noise on the log scale.

    Parameters
    ----------
    total
        Standard deviation of one year's value, one a city, quantisation included; NaN where unknown.
    freedom
        Degrees of freedom with which ``total`` is known; the interval is Student's.
    quantised
        The part of ``total`` that quantisation explains on average.
    shared, shared_freedom
        The same for the movement common to all cities; zero where it could not be told apart (it then is
        part of ``total``).
    origin
        ``"series"``, ``"borrowed"`` or ``"none"``.
    together
        Shape ``(years, years)``: how the errors of the years go together
        (:func:`~cityebb.identify.memory.remembered_errors`); ``None`` where each is on its own.
    """

    total: NDArray[np.float64]
    freedom: NDArray[np.float64]
    quantised: NDArray[np.float64]
    shared: float
    shared_freedom: float
    origin: str
    together: NDArray[np.float64] | None = None

    def variance(
        self, weights: NDArray[np.float64], quantisation: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the variance of ``Σ weights · logs`` and its degrees of freedom, one a city.

        Parameters
        ----------
        weights
            Shape ``(cities, years)``.
        quantisation
            Same shape: relative standard deviation from quantisation in those very years.

        Notes
        -----
        A year's variance is the noise beyond quantisation plus that year's own quantisation. The shared
        part is added: an absolute change carries it although no comparison between cities would show it.
        Where errors are remembered, they level out less; they are never taken to do so more.
        Degrees of freedom of the sum after Welch and Satterthwaite.
        """
        beyond = np.maximum(self.total**2 - self.quantised**2, NOISE_FLOOR**2)
        squares = weights**2
        summed = squares.sum(axis=1)
        if self.together is not None:
            summed = np.maximum(summed, ((weights @ self.together) * weights).sum(axis=1))
        own = beyond * summed + (squares * quantisation**2).sum(axis=1)
        common = self.shared**2 * squares.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            freedom = (own + common) ** 2 / (own**2 / self.freedom + common**2 / max(self.shared_freedom, 1))
        return own + common, freedom


def second_differences(
    logs: NDArray[np.float64], years: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far each year lies off the line between its neighbours, in units of one year's noise.

    Parameters
    ----------
    logs
        Shape ``(cities, years)``.
    years
        Ascending; they may be unequally spaced.

    Returns
    -------
    residuals
        Shape ``(cities, years − 2)``: ``(x₁ − (1 − w) x₀ − w x₂) / √(1 + w² + (1 − w)²)`` with
        ``w = (t₁ − t₀) / (t₂ − t₀)``; for equal spacing the second difference ÷ √6 (sign reversed). Its
        variance is that of one year's independent noise. NaN where one of the three is missing.
    operator
        Shape ``(years − 2, years)``: the same as a matrix.

    Examples
    --------
    >>> residuals, operator = second_differences(np.array([[0.0, 1.0, 2.0]]), [2000, 2001, 2002])
    >>> float(abs(residuals[0, 0]))
    0.0
    """
    operator = np.zeros((max(len(years) - 2, 0), len(years)))
    for row, ((before, here), (_, after)) in enumerate(pairwise(pairwise(years))):
        share = (here - before) / (after - before)
        line = np.array([-(1 - share), 1.0, -share])
        operator[row, row : row + 3] = line / np.sqrt((line**2).sum())
    residuals = np.full((logs.shape[0], operator.shape[0]), np.nan)
    for row, weights in enumerate(operator):
        residuals[:, row] = logs[:, row : row + 3] @ weights[row : row + 3]
    return residuals, operator


def estimate_noise(
    logs: NDArray[np.float64],
    quantisation: NDArray[np.float64],
    years: Sequence[int],
    classes: NDArray[np.str_],
    *,
    centre: bool = True,
) -> Noise:
    """Estimate every city's yearly noise from its own second differences and those of its size class.

    Parameters
    ----------
    logs
        Shape ``(cities, years)``, natural logarithms, NaN where missing.
    quantisation
        Same shape: relative standard deviation from quantisation.
    years
        All usable, comparable years.
    classes
        Size class of each city (``model.SIZE_CLASSES``).
    centre
        Whether to take out the movement shared by all cities and to return it apart.

    Notes
    -----
    Second differences know neither level nor steady trend, so growth and decline do not count as noise; a
    bend does, and so does a real event of one year: the estimate errs on the side of caution. On the lights
    of China (2013–2022) neighbouring second differences correlate by −0.45, not by −0.67 as independent
    yearly errors would: much of what they see is movement that stays.

    *Shared part.* Shifts of the sensor move all cities together. Their median second difference of each
    year is taken out before the cities' noise is estimated, and its own spread, less what a median of so
    many cities would show anyway, is returned as ``shared``. On the lights of China it is 0.02, against
    0.04 to 0.11 of the cities. It matters for large cities and for comparisons of the absolute change.

    *Class and city.* Within a class, cities differ: on the lights of China the logarithms of the cities'
    own variances scatter by 1.2 at 5–10 km² where equal noise would give 0.7. One noise for the whole class
    would call quiet cities undetermined and loud ones shrinking. So the class gives the level and says how
    much cities differ, and each city's own wobble moves it from there, by as much as the class allows
    (:func:`~cityebb.identify.pooling.pool_variances`). Where cities do not differ, all get the class's noise.
    On the last three years held out, 90 % intervals made so hold 91, 92 and 93 % of the quiet, middle and
    loud third of the cities, the class's noise alone 91, 89 and 81 %; on the first three, which flicker more,
    83, 83 and 85 % against 84, 80 and 70 %.

    *Tails.* With yearly steps the long tails of flicker are real: of middle years held out, Student's tails
    let Benjamini–Hochberg call 0 to 18 of 3,000 cities on either side, normal tails 16 to 91. Where the years
    lie two or more apart, as with censuses, long tails are taken for changes of course, which are no error:
    the robust level is kept, with the degrees of freedom of the whole pool. That is a judgement, not a
    measurement: four censuses cannot tell a change of course from a bad count. With Student's tails no city
    of Europe (2011–2021, 1 km grid) could be called at all; so its verdicts rest on this judgement.
    """
    residuals, operator = second_differences(logs, years)
    correlation = operator @ operator.T
    shared, shared_freedom = 0.0, 1.0
    if centre:
        residuals, shared = _take_out_shared(residuals)
        shared_freedom = residuals.shape[1] ** 2 / (correlation**2).sum()
    there = (~np.isnan(residuals)).astype(np.float64)
    count = there.sum(axis=1)
    variances = _mean(np.nan_to_num(residuals) ** 2, there)
    # What sums of correlated squares are worth: the degrees of freedom of a chi-square of equal variance.
    freedom = count**2 / np.maximum(((there @ correlation**2) * there).sum(axis=1), 1)
    # Where a city has no second difference, what quantisation does to its single years must do.
    quantised = np.where(
        count > 0,
        _mean(quantisation**2 @ (operator**2).T, there),
        _mean(quantisation**2, (~np.isnan(logs)).astype(np.float64)),
    )
    total, known = pool_variances(
        np.maximum(variances, NOISE_FLOOR**2),
        freedom,
        classes,
        extra=quantised,
        long_tails=has_long_tails(years),
    )
    origin = "series" if np.isfinite(total).any() else "none"
    together = remembered_errors(logs, operator, years) if centre and has_long_tails(years) else None
    return Noise(np.sqrt(total), known, np.sqrt(quantised), shared, shared_freedom, origin, together)


def has_long_tails(years: Sequence[int]) -> bool:
    """Whether bends between these years are flicker rather than changes of course.

    Examples
    --------
    >>> has_long_tails(range(2013, 2023)), has_long_tails([2006, 2011, 2018, 2021])
    (True, False)
    """
    return (max(years) - min(years)) / (len(years) - 1) < COURSE_YEARS


def robust_noise(residuals: NDArray[np.float64]) -> float:
    """Return the robust standard deviation of normalised second differences (median absolute, × 1.4826)."""
    present = residuals[~np.isnan(residuals)]
    return float(_MAD_TO_SD * np.median(np.abs(present))) if present.size else float("nan")


def _mean(squares: NDArray[np.float64], mask: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return row means over the masked places; zero where there are none."""
    mean: NDArray[np.float64] = (squares * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
    return mean


def _take_out_shared(residuals: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    count = (~np.isnan(residuals)).sum(axis=0)
    if not count.size or count.min() < LEAST_FOR_SHARED:
        return residuals, 0.0
    middle = np.nanmedian(residuals, axis=0)
    centred = residuals - middle
    spread = _MAD_TO_SD * np.nanmedian(np.abs(centred), axis=0)
    by_chance = _MEDIAN_OVER_MEAN * spread**2 / count
    return centred, float(np.sqrt(max((middle**2 - by_chance).mean(), 0.0)))
