"""The verdict on every city: change, interval, probabilities and state, each with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.identify.borrowed import borrow_noise
from cityebb.identify.change import change_of, relative_to_region, window_of
from cityebb.identify.counted import SAMPLED, counted_noise, is_counted, sampled_noise
from cityebb.identify.decide import CODES, GROWING, SHRINKING, UNDETERMINED, decide
from cityebb.identify.evidence import Evidence, weigh
from cityebb.identify.noise import LEAST_YEARS, Noise, estimate_noise
from cityebb.identify.parameters import IdentifyParameters, threshold_of
from cityebb.identify.persistence import below_line, persistence_of, years_below
from cityebb.identify.plain import plain_rule
from cityebb.identify.reasons import Reason, faults_of
from cityebb.identify.series import Series, series_of
from cityebb.identify.year_alone import rests_on_one_year
from cityebb.model import CITIES, SIZE_CLASSES, UNKNOWN_SIZE, VERDICTS, CityebbError, gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# The rule's name in the column ``rule``.
RULE = "change_beyond_noise"
_LEAST_COMPARED = 2
# By the code of a state.
_STATES = np.array([state.value for state in CODES], dtype=object)
_REASONS = np.array(
    [each.value for each in (Reason.NOISE, Reason.FALL, Reason.RISE, Reason.STEADY)], dtype=object
)


def identify(
    panel: pd.DataFrame,
    cities_frame: pd.DataFrame,
    parameters: IdentifyParameters,
    *,
    indicator: str,
    years: Sequence[int],
    era_years: Sequence[int],
    specification: str,
) -> pd.DataFrame:
    """Judge every city over one comparison.

    Parameters
    ----------
    panel
        ``model.PANEL``; the rows ``f"{indicator}_sum"`` of ``parameters.source`` are used.
    cities_frame
        ``model.CITIES``, indexed by ``city_id``; one verdict a city, in this order.
    parameters
        Thresholds and levels; ``start`` and ``end`` have already become ``years``.
    indicator
        ``"light"``, ``"people"`` or ``"built_up"``.
    years
        Usable years of the comparison, both ends included. From six on, start and end are geometric means of
        the first and the last three; with fewer, the first and the last year.
    era_years
        All usable years that can be compared with these: noise is estimated from them (borrowed from the
        embedded table where they are fewer than four), persistence is seen in them.
    specification
        Name of the choices made, for the column of that name.

    Returns
    -------
    DataFrame
        ``model.VERDICTS``, one row a city, plain index.

        ``change``, ``low``, ``high``: ``after / before − 1`` and its interval; ``p``, ``q``: one-sided, in
        the direction of the change (of a fall against "no fall", of a rise against "no rise"), ``q`` adjusted
        over all cities with a test; ``below_zero``, ``below_threshold``: probability that the true change is
        below zero, and at or below the threshold, given a flat prior; ``noise``: standard deviation of one
        year of this city on the log scale; ``reason``: a key of the catalogue, never empty.

    Raises
    ------
    CityebbError, Faults
        If fewer than two years are to be compared; if the panel has no row of the indicator and source, rows
        twice or mixed units; if a column or a size class is not there.

    Notes
    -----
    *Shrinking*: change ≤ threshold and ``q ≤ alpha`` against "no fall". *Growing*: change ≥ −threshold (the
    same share upwards, as the literature says "±10 %") and ``q ≤ alpha`` against "no rise". *Stable*: the
    whole interval strictly between the two. Else *undetermined*. A figure carried forward between two counts
    (``grade`` ``"yearbook"``, ``"modelled"`` or ``"unknown"`` at the start or the end) is never called either
    shrinking or growing, nor is a change that rests on one year alone
    (:func:`~cityebb.identify.year_alone.rests_on_one_year`). A count of people takes its first and last year
    as they are, with the error of counting (:data:`~cityebb.identify.counted.COUNT_ERRORS`).

    The interval is Student's around the log change; its variance holds the city's noise in the years used,
    their quantisation, and the movement shared by all cities (see
    :func:`~cityebb.identify.noise.estimate_noise`). Cost: 20,000 cities by 20 years, half a second.
    """
    compared = _check(cities_frame, years)
    era = tuple(sorted({*era_years, *compared}))
    series = series_of(
        panel,
        cities_frame.index,
        indicator=f"{indicator}_sum",
        source=parameters.source,
        years=era,
        min_coverage=parameters.min_coverage,
    )
    window = window_of(compared, averaged=not is_counted(series.grade))
    threshold = threshold_of(indicator, window.years_between, parameters.threshold)
    change = change_of(series.values, series.logs, era, window)
    fault = faults_of(series, change, window, compared)
    noise = noise_of(series, fault, indicator, cities_frame["size_class"].to_numpy(dtype=np.str_))
    log_change = np.where(fault == "", change.log_change, np.nan)
    variance, freedom = noise.variance(change.weights, series.quantisation)
    evidence = weigh(
        log_change,
        variance,
        freedom,
        threshold=threshold,
        confidence=parameters.confidence,
        alpha=parameters.alpha,
    )
    ends = series.columns((*window.start, *window.end))
    carried = np.asarray(series.carried[:, ends].any(axis=1))
    state, reason = _decide(evidence, threshold, parameters.alpha)
    _take_back(state, reason, carried, Reason.GRADE)
    alone = rests_on_one_year(series, change, window, compared, noise, parameters.alpha)
    _take_back(state, reason, alone, Reason.YEAR_ALONE)
    start, end = window.text()
    said: dict[str, str | float] = {
        "source": parameters.source,
        "indicator": indicator,
        "concept": series.concept,
        "rule": RULE,
        "specification": specification,
        "start": start,
        "end": end,
        "threshold": threshold,
        "noise_from": noise.origin,
    }
    found = {
        "city_id": cities_frame.index.to_numpy(),
        "definition": cities_frame["definition"].to_numpy(),
        "boundary_vintage": cities_frame["boundary_vintage"].to_numpy(),
        "before": change.before,
        "after": change.after,
        "noise": noise.total,
        **_numbers(evidence),
        **_relative(evidence.change, cities_frame),
        **_described(series, compared, parameters.plain_threshold),
        "state": state,
        "reason": np.where(fault == "", reason, fault),
    }
    return pd.DataFrame(found).assign(**said)[VERDICTS.names]


def _numbers(evidence: Evidence) -> dict[str, NDArray[np.float64]]:
    return {
        "change": evidence.change,
        "low": evidence.low,
        "high": evidence.high,
        "p": evidence.p,
        "q": evidence.q,
        "below_zero": evidence.below_zero,
        "below_threshold": evidence.below_threshold,
    }


def _relative(change: NDArray[np.float64], cities: pd.DataFrame) -> dict[str, object]:
    """Say how each city did beside those of its region, or of its country."""
    column = next((name for name in ("region", "country") if name in cities), None)
    told = None if column is None else cities[column].to_numpy(dtype=object)
    relative, to = relative_to_region(change, told)
    return {"relative_change": relative, "relative_to": to}


def _described(series: Series, compared: Sequence[int], line: float) -> dict[str, object]:
    """Say what single years show, blind to noise: the plain rule, and the years below its line."""
    plain_change, plain = plain_rule(series.of(compared[0]), series.of(compared[-1]), line)
    later, below = below_line(series.values, series.years, start=compared[0], threshold=line)
    return {
        "plain_change": plain_change,
        "plain": plain,
        "persistence": persistence_of(below, later, end=compared[-1]),
        "years_below": years_below(below, later),
    }


def _decide(
    evidence: Evidence, threshold: float, alpha: float
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    codes = decide(evidence, threshold, alpha)
    state, reason = _STATES[codes], _REASONS[codes]
    reason[np.isnan(evidence.low)] = Reason.NO_NOISE.value
    return state, reason


def _take_back(
    state: NDArray[np.object_], reason: NDArray[np.object_], where: NDArray[np.bool_], why: Reason
) -> None:
    """Leave undetermined what was called shrinking or growing and may not be."""
    held = where & np.isin(state.astype(str), (_STATES[SHRINKING], _STATES[GROWING]))
    state[held], reason[held] = _STATES[UNDETERMINED], why.value


def noise_of(series: Series, fault: NDArray[np.object_], indicator: str, classes: NDArray[np.str_]) -> Noise:
    """Return the noise of every city: of its grade, of its own series, or borrowed."""
    if is_counted(series.grade):
        return counted_noise(series.grade, len(fault))
    if len(series.years) >= LEAST_YEARS:
        # A series that never varies was not measured: it would make its whole class look quiet.
        logs = np.where((fault == Reason.ALL_EQUAL.value)[:, None], np.nan, series.logs)
        noise = estimate_noise(logs, series.quantisation, series.years, classes)
        if noise.origin != "none":
            return noise
    if series.grade in SAMPLED:
        return sampled_noise(series.grade, series.quantisation)
    return borrow_noise(indicator, classes)


def _check(cities_frame: pd.DataFrame, years: Sequence[int]) -> tuple[int, ...]:
    compared = tuple(sorted(set(years)))
    with gather() as fault:
        if len(compared) < _LEAST_COMPARED:
            fault(CityebbError("identify.one_year", years=", ".join(str(year) for year in compared)))
        for name in ("size_class", "definition", "boundary_vintage"):
            if name not in cities_frame:
                fault(CityebbError("model.column_missing", table=CITIES.name, column=name))
        twice = cities_frame.index[cities_frame.index.duplicated()]
        if len(twice):
            fault(
                CityebbError(
                    "model.rows_twice", table=CITIES.name, count=len(twice), example=f"city_id = {twice[0]}"
                )
            )
        strange = sorted(
            {str(name) for name in cities_frame.get("size_class", ())} - {*SIZE_CLASSES, UNKNOWN_SIZE}
        )
        if strange:
            fault(
                CityebbError(
                    "identify.size_class_unknown",
                    found=", ".join(strange),
                    known=", ".join(SIZE_CLASSES),
                )
            )
    return compared
