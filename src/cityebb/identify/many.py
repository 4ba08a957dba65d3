"""Many comparisons of the same cities at once: other ends, other thresholds, nothing estimated twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.change import change_of, window_of
from cityebb.identify.counted import is_counted
from cityebb.identify.decide import UNDETERMINED, called, decide
from cityebb.identify.evidence import weigh
from cityebb.identify.parameters import threshold_of
from cityebb.identify.plain import plain_rule
from cityebb.identify.reasons import Reason, faults_of
from cityebb.identify.verdict import noise_of
from cityebb.identify.year_alone import rests_on_one_year
from cityebb.model import PlainState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.identify.noise import Noise
    from cityebb.identify.series import Series

    Codes = NDArray[np.int8]

PLAIN_DOWN, PLAIN_UP = 1, 2


@dataclass(frozen=True)
class Line:
    """A threshold of change.

    Parameters
    ----------
    threshold
        Of the verdict, a negative share; ``None``: by indicator and years, as in a study that states none.
    plain
        Of the plain rule.
    """

    threshold: float | None
    plain: float


@dataclass(frozen=True)
class ManyVerdicts:
    """The states of all cities in many comparisons.

    Parameters
    ----------
    state, plain
        Shape ``(comparisons, lines, cities)``: codes as in :data:`cityebb.identify.decide.CODES`; ``plain``
        is 1 where a city is down, 2 where it is up, else 0.
    threshold
        Shape ``(comparisons, lines)``: the threshold of the verdict.
    start, end
        The years that stand for start and end, as text; one a comparison.
    """

    state: Codes
    plain: Codes
    threshold: NDArray[np.float64]
    start: tuple[str, ...]
    end: tuple[str, ...]


def judge_many(
    series: Series,
    classes: NDArray[np.str_],
    *,
    indicator: str,
    comparisons: Sequence[Sequence[int]],
    lines: Sequence[Line],
    alpha: float,
    confidence: float,
) -> ManyVerdicts:
    """Judge all cities over many comparisons by many thresholds, as ``identify`` does over one by one.

    Parameters
    ----------
    series
        All comparable years of all cities.
    classes
        Size class of each city.
    indicator
        ``"light"``, ``"people"`` or ``"built_up"``.
    comparisons
        The usable years of each, both ends included.
    lines
        The thresholds.
    alpha, confidence
        As in :class:`cityebb.identify.IdentifyParameters`.

    Notes
    -----
    Noise is estimated once for all comparisons, and the evidence weighed once for all thresholds; false
    discovery is controlled within each comparison.
    """
    shape = (len(comparisons), len(lines), series.values.shape[0])
    state, plain = np.zeros(shape, np.int8), np.zeros(shape, np.int8)
    threshold = np.zeros(shape[:2])
    starts, ends = [], []
    known: dict[bytes, Noise] = {}
    for place, compared in enumerate(comparisons):
        window = window_of(compared, averaged=not is_counted(series.grade))
        change = change_of(series.values, series.logs, series.years, window)
        fault = faults_of(series, change, window, compared)
        equal = (fault == Reason.ALL_EQUAL.value).tobytes()
        if equal not in known:
            known[equal] = noise_of(series, fault, indicator, classes)
        log_change = np.where(fault == "", change.log_change, np.nan)
        variance, freedom = known[equal].variance(change.weights, series.quantisation)
        evidence = weigh(log_change, variance, freedom, threshold=0.0, confidence=confidence, alpha=alpha)
        carried = series.carried[:, series.columns((*window.start, *window.end))].any(axis=1)
        alone = rests_on_one_year(series, change, window, compared, known[equal], alpha)
        held = carried | alone
        for other, line in enumerate(lines):
            threshold[place, other] = threshold_of(indicator, window.years_between, line.threshold)
            codes = decide(evidence, float(threshold[place, other]), alpha)
            codes[held & called(codes)] = UNDETERMINED
            state[place, other] = codes
            _, told = plain_rule(series.of(compared[0]), series.of(compared[-1]), line.plain)
            plain[place, other][told == PlainState.DOWN.value] = PLAIN_DOWN
            plain[place, other][told == PlainState.UP.value] = PLAIN_UP
        start, end = window.text()
        starts.append(start)
        ends.append(end)
    return ManyVerdicts(state, plain, threshold, tuple(starts), tuple(ends))
