"""Why a verdict is what it is: keys of the catalogue, so that a report can say it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.units_differ import units_differ
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.identify.change import Change, Window
    from cityebb.identify.series import Series

# So many values that do not differ at all are carried forward, not measured.
_EQUAL_FROM = 3


class Reason(StrEnum):
    """The value is a key of the catalogue."""

    FALL = "identify.reason.fall"
    RISE = "identify.reason.rise"
    STEADY = "identify.reason.steady"
    NOISE = "identify.reason.noise"
    NO_DATA = "identify.reason.no_data"
    INFINITE = "identify.reason.infinite"
    NEGATIVE = "identify.reason.negative"
    NO_BASELINE = "identify.reason.no_baseline"
    ONE_YEAR = "identify.reason.one_year"
    COVERAGE = "identify.reason.coverage"
    ZERO_END = "identify.reason.zero_end"
    ALL_EQUAL = "identify.reason.all_equal"
    NO_NOISE = "identify.reason.no_noise"
    GRADE = "identify.reason.grade"
    LAMPS = "identify.reason.lamps"
    UNITS = "identify.reason.units"
    YEAR_ALONE = "identify.reason.year_alone"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(self.value, language)


def faults_of(series: Series, change: Change, window: Window, years: Sequence[int]) -> NDArray[np.object_]:
    """Name what keeps a city from being judged; empty where nothing does.

    The first that applies, in this order: no number in any year; an infinite or a negative number in the
    comparison; a zero at the start; one year only; figures in different units; start or end missing or too
    little covered; a zero at the end, which may be darkness or a gap; three or more values that do not differ
    at all.

    Parameters
    ----------
    series, change, window
        What is compared.
    years
        The years of the comparison.
    """
    compared = series.columns(years)
    values = series.values
    present = ~np.isnan(values)
    lowest = np.min(values, axis=1, where=present, initial=np.inf)
    highest = np.max(values, axis=1, where=present, initial=-np.inf)
    found = np.full(values.shape[0], "", dtype=object)
    # The later overwrites the earlier, so the weightiest comes last.
    for reason, applies in (
        (Reason.ALL_EQUAL, (present.sum(axis=1) >= _EQUAL_FROM) & (lowest == highest)),
        (Reason.ZERO_END, (values[:, series.columns(window.end)] == 0).any(axis=1)),
        (Reason.COVERAGE, np.isnan(change.before) | np.isnan(change.after)),
        (Reason.UNITS, units_differ(values[:, compared])),
        (Reason.ONE_YEAR, present[:, compared].sum(axis=1) < 2),  # noqa: PLR2004 - a change has two ends
        (Reason.NO_BASELINE, (values[:, series.columns(window.start)] == 0).any(axis=1)),
        (Reason.NEGATIVE, series.negative[:, compared].any(axis=1)),
        (Reason.INFINITE, series.infinite[:, compared].any(axis=1)),
        (Reason.NO_DATA, ~series.seen),
    ):
        found[applies] = reason.value
    return found
