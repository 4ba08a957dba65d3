"""What a count of people is worth: its error is known from how it was made, not from how it wobbles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.noise import Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

COUNT_ERRORS = {"census": 0.005, "register": 0.005, "sample_survey": 0.02}
"""Relative standard error of one figure by grade.

Census and register: half a per cent, the accuracy that Germany's census of 2011 was bound to for
municipalities of 10,000 people and more (Zensusgesetz 2011, § 7). Net undercounts that offices state for a
whole country are smaller (China 2010: 0.12 %), those of single small places are not published. Sample survey:
our assumption, four times a census.
"""
SAMPLED = {"phone": 0.02}
"""Relative standard error of one figure beyond its sampling, by grade, where the years are too few to tell.

Users of a map or phone service: as a sample survey; our assumption, for how unevenly the share of users moves
from one city to the next.
"""
# An error that is stated and not estimated.
_KNOWN = 1e6


def is_counted(grade: str) -> bool:
    """Whether the error of a figure of this grade is known beforehand.

    Examples
    --------
    >>> is_counted("census"), is_counted("yearbook"), is_counted("satellite")
    (True, False, False)
    """
    return grade in COUNT_ERRORS


def counted_noise(grade: str, cities: int) -> Noise:
    """Return the noise of counts of this grade, the same for every unit.

    Between two counts people really move, and a series of counts five or ten years apart bends because its
    course changes. Second differences would take that for error; so counts take the error of counting.

    Examples
    --------
    >>> counted_noise("census", 2).total.tolist()
    [0.005, 0.005]
    """
    total: NDArray[np.float64] = np.full(cities, COUNT_ERRORS[grade])
    return Noise(total, np.full(cities, _KNOWN), np.zeros(cities), 0.0, _KNOWN, "grade")


def sampled_noise(grade: str, sampling: NDArray[np.float64]) -> Noise:
    """Return the noise of users of a service whose years are too few to show it.

    Parameters
    ----------
    grade
        One of :data:`SAMPLED`.
    sampling
        Shape ``(cities, years)``: relative standard error of sampling, one by the root of the users.

    Examples
    --------
    >>> sampled_noise("phone", np.full((1, 2), 0.01)).total.round(4).tolist()
    [0.0224]
    """
    drawn = (sampling**2).mean(axis=1)
    known = np.full(len(sampling), _KNOWN)
    return Noise(np.sqrt(SAMPLED[grade] ** 2 + drawn), known, np.sqrt(drawn), 0.0, _KNOWN, "grade")
