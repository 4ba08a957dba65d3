"""The verdict on every city from every year to every later one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.identify.decide import CODES, UNDETERMINED
from cityebb.identify.many import Line, judge_many
from cityebb.model import WINDOWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.identify.parameters import IdentifyParameters
    from cityebb.identify.series import Series

_NAMES = np.array([state.value for state in CODES], dtype=object)


@dataclass(frozen=True)
class Windows:
    """The states of all cities in several windows.

    Parameters
    ----------
    cities
        Their ids.
    first, last
        First and last year of each window.
    start, end
        The years that stand for these, as text: of six years and more, means of three.
    state
        Shape ``(windows, cities)``: codes as in :data:`cityebb.identify.decide.CODES`.
    """

    cities: pd.Index[str]
    first: tuple[int, ...]
    last: tuple[int, ...]
    start: tuple[str, ...]
    end: tuple[str, ...]
    state: NDArray[np.int8]

    def frame(self) -> pd.DataFrame:
        """Return ``model.WINDOWS``, window by window."""
        count = len(self.cities)
        told = {
            "city_id": np.tile(self.cities.to_numpy(dtype=object), len(self.first)),
            "from_year": np.repeat(self.first, count),
            "to_year": np.repeat(self.last, count),
            **{
                name: pd.Series(np.repeat(np.array(getattr(self, name), dtype=object), count), dtype="str")
                for name in ("start", "end")
            },
            "state": _NAMES[self.state.reshape(-1)],
        }
        return pd.DataFrame(told)[WINDOWS.names]

    def only(self, pairs: Sequence[tuple[int, int]]) -> Windows:
        """Return some of the windows, in the order asked for."""
        at = {pair: place for place, pair in enumerate(zip(self.first, self.last, strict=True))}
        places = [at[pair] for pair in pairs]
        told = {
            name: tuple(getattr(self, name)[place] for place in places)
            for name in ("first", "last", "start", "end")
        }
        return Windows(self.cities, state=self.state[places], **told)

    def without(self, cities: NDArray[np.bool_]) -> Windows:
        """Return the windows with some cities undetermined."""
        return replace(self, state=np.where(cities, np.int8(UNDETERMINED), self.state))

    def with_states(self, states: pd.Series) -> Windows:
        """Return the windows with other states, as words in the order of :meth:`frame`."""
        codes = {name: code for code, name in enumerate(_NAMES.tolist())}
        return replace(self, state=np.asarray(states.map(codes), np.int8).reshape(self.state.shape))

    def names(self, window: int) -> NDArray[np.object_]:
        """Return the states of one window as words."""
        found: NDArray[np.object_] = _NAMES[self.state[window]]
        return found


def all_windows(
    series: Series,
    cities: pd.DataFrame,
    parameters: IdentifyParameters,
    *,
    indicator: str,
    segments: Sequence[Sequence[int]],
) -> Windows:
    """Judge every city from every year to every later one.

    Parameters
    ----------
    series
        All comparable years.
    cities
        ``model.CITIES``, in the order of the series.
    parameters
        Of the comparison: threshold, level and confidence; a threshold by the year (as for people) is that of
        each window's own length.
    indicator
        ``"light"``, ``"people"`` or ``"built_up"``.
    segments
        Stretches of years that can be compared with each other; no window crosses from one to the next.

    Notes
    -----
    Each window is judged as :func:`cityebb.identify.identify` judges a comparison of it; false discovery is
    controlled over the cities of each window. Twenty years have 190 windows: 16,000 cities take some seconds.
    """
    pairs = sorted({pair for years in segments for pair in combinations(sorted(set(years)), 2)})
    return judge_windows(series, cities, parameters, indicator=indicator, segments=segments, pairs=pairs)


def rolling(years: Sequence[int], length: int) -> list[tuple[int, int]]:
    """Return for each year the window that looks back ``length`` years, or to the next older figure.

    Years before which there is no figure old enough have none.

    Examples
    --------
    >>> rolling([2013, 2014, 2015, 2016, 2017], 3)
    [(2013, 2016), (2014, 2017)]
    >>> rolling([2000, 2010, 2020], 3)
    [(2000, 2010), (2010, 2020)]
    """
    ordered = sorted(set(years))
    found = []
    for last in ordered:
        older = [year for year in ordered if year <= last - length]
        if older:
            found.append((older[-1], last))
    return found


def judge_windows(
    series: Series,
    cities: pd.DataFrame,
    parameters: IdentifyParameters,
    *,
    indicator: str,
    segments: Sequence[Sequence[int]],
    pairs: Sequence[tuple[int, int]],
) -> Windows:
    """Judge every city over some windows, each a first and a last year of one segment."""
    compared = [_between(segments, first, last) for first, last in pairs]
    found = judge_many(
        series,
        cities["size_class"].to_numpy(dtype=np.str_),
        indicator=indicator,
        comparisons=compared,
        lines=[Line(parameters.threshold, parameters.plain_threshold)],
        alpha=parameters.alpha,
        confidence=parameters.confidence,
    )
    ids = pd.Index(cities.index, name="city_id")
    firsts, lasts = tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)
    return Windows(ids, firsts, lasts, found.start, found.end, found.state[:, 0, :])


def agreed_windows(each: Sequence[Windows]) -> Windows:
    """Return the states on which two calibrations of the same pictures agree, and no two others on another.

    Parameters
    ----------
    each
        One a calibration, of the same cities; a calibration may lack windows.

    Examples
    --------
    >>> one = Windows(pd.Index(["a", "b"]), (1,), (2,), ("1",), ("2",), np.array([[1, 1]], np.int8))
    >>> other = Windows(pd.Index(["a", "b"]), (1,), (2,), ("1",), ("2",), np.array([[1, 2]], np.int8))
    >>> agreed_windows([one, other]).state.tolist()
    [[1, 0]]
    """
    told = {
        (first, last): (start, end)
        for windows in each
        for first, last, start, end in zip(
            windows.first, windows.last, windows.start, windows.end, strict=True
        )
    }
    pairs = sorted(told)
    votes = np.zeros((len(CODES), len(pairs), len(each[0].cities)), np.int64)
    for windows in each:
        places = [pairs.index(pair) for pair in zip(windows.first, windows.last, strict=True)]
        for code in range(1, len(CODES)):
            votes[code][places] += windows.state == code
    stands = (votes >= 2).sum(axis=0) == 1  # noqa: PLR2004 - two calibrations
    state = np.where(stands, votes.argmax(axis=0), UNDETERMINED).astype(np.int8)
    first, last = tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)
    start, end = tuple(told[pair][0] for pair in pairs), tuple(told[pair][1] for pair in pairs)
    return Windows(each[0].cities, first, last, start, end, state)


def _between(segments: Sequence[Sequence[int]], first: int, last: int) -> list[int]:
    years = next(years for years in segments if first in years and last in years)
    return [year for year in sorted(set(years)) if first <= year <= last]
