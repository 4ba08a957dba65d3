"""What a change is worth beside its noise: interval, probabilities, adjusted for the number of cities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.discovery import two_stage

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Evidence:
    """One number a city in each; NaN where there is no noise to judge by.

    Parameters
    ----------
    change, low, high
        Shares of the start; the interval is Student's on the log scale.
    p, q
        One-sided in the direction of the change, raw and adjusted over all cities.
    q_fall, q_rise
        Adjusted, of a fall against "no fall" and of a rise against "no rise".
    below_zero, below_threshold
        Probability that the true change is below zero, and at or below the threshold, given a flat prior.
    """

    change: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    q_fall: NDArray[np.float64]
    q_rise: NDArray[np.float64]
    below_zero: NDArray[np.float64]
    below_threshold: NDArray[np.float64]


def weigh(
    log_change: NDArray[np.float64],
    variance: NDArray[np.float64],
    freedom: NDArray[np.float64],
    *,
    threshold: float,
    confidence: float,
    alpha: float = 0.05,
) -> Evidence:
    """Weigh each change against its variance.

    Parameters
    ----------
    log_change
        One a city, NaN where there is none.
    variance, freedom
        Of the log change, and the degrees of freedom with which it is known.
    threshold
        Negative share.
    confidence
        Of the interval.
    alpha
        Level of the verdict, to which the adjusted p-values are tuned.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> weighed = weigh(-0.2 * one, 0.01 * one, 1e6 * one, threshold=-0.1, confidence=0.9)
    >>> round(float(weighed.p[0]), 4), round(float(weighed.below_zero[0]), 4)
    (0.0228, 0.9772)
    """
    from scipy.special import stdtr, stdtrit

    error = np.sqrt(np.where(variance > 0, variance, np.nan))
    score = log_change / error
    half = stdtrit(freedom, (1 + confidence) / 2) * error
    p_fall, p_rise = stdtr(freedom, score), stdtr(freedom, -score)
    q_fall, q_rise = two_stage(p_fall, p_rise, alpha)
    falls = log_change < 0
    with np.errstate(over="ignore"):  # an interval as wide as all numbers has no upper end
        high = np.expm1(log_change + half)
    return Evidence(
        change=np.expm1(log_change),
        low=np.expm1(log_change - half),
        high=high,
        p=np.where(falls, p_fall, p_rise),
        q=np.where(falls, q_fall, q_rise),
        q_fall=q_fall,
        q_rise=q_rise,
        below_zero=p_rise,
        below_threshold=stdtr(freedom, (np.log1p(threshold) - log_change) / error),
    )


def chance_of(
    log_change: NDArray[np.float64], variance: NDArray[np.float64], freedom: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how often noise alone would bring a rise of this size or more.

    Examples
    --------
    >>> chance_of(np.array([0.2]), np.array([0.01]), np.array([1e6])).round(4).tolist()
    [0.0228]
    """
    from scipy.special import stdtr

    chance: NDArray[np.float64] = stdtr(
        freedom, -log_change / np.sqrt(np.where(variance > 0, variance, np.nan))
    )
    return chance
