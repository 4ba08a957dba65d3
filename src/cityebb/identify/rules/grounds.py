"""What every rule does alike: clean the figures, name what cannot be judged, write the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.identify.reasons import Reason
from cityebb.identify.units_differ import units_differ
from cityebb.model import State
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Yearly

# The columns every rule answers with, in this order; its own figures come after them.
FIGURES = ("state", "reason", "change", "low", "high", "p")
# So many values that do not differ at all are carried forward, not measured (as in ``identify.reasons``).
_EQUAL_FROM = 3
# Of which the exponential can still be written.
_LARGEST_LOG = 700.0


class Ground(StrEnum):
    """Why a rule says what it says, beyond :class:`~cityebb.identify.Reason`; each a key of the catalogue."""

    RUN_FALL = "identify.rules.reason.run_fall"
    RUN_CAME_BACK = "identify.rules.reason.run_came_back"
    RUN_RISE = "identify.rules.reason.run_rise"
    NO_RUN = "identify.rules.reason.no_run"
    STRAIGHT = "identify.rules.reason.straight"
    COARSE = "identify.rules.reason.coarse"
    NOT_YEARLY = "identify.rules.reason.not_yearly"
    ZERO_WITHIN = "identify.rules.reason.zero_within"
    TOO_FEW = "identify.rules.reason.too_few"
    TREND_FALL = "identify.rules.reason.trend_fall"
    TREND_RISE = "identify.rules.reason.trend_rise"
    TREND_FLAT = "identify.rules.reason.trend_flat"
    TURNED_DOWN = "identify.rules.reason.turned_down"
    TURNED_UP = "identify.rules.reason.turned_up"
    BEYOND_FALL = "identify.rules.reason.beyond_fall"
    BEYOND_RISE = "identify.rules.reason.beyond_rise"
    WITHIN_BAND = "identify.rules.reason.within_band"
    BETWEEN = "identify.rules.reason.between"
    TOO_SMALL = "identify.rules.reason.too_small"
    TOO_SHORT = "identify.rules.reason.too_short"
    PEOPLE_ONLY = "identify.rules.reason.people_only"
    COMPANION_AGAINST = "identify.rules.reason.companion_against"
    TRAJECTORY_FALL = "identify.rules.reason.trajectory_fall"
    TRAJECTORY_RISE = "identify.rules.reason.trajectory_rise"
    TRAJECTORY_MIXED = "identify.rules.reason.trajectory_mixed"
    RELATIVE_FALL = "identify.rules.reason.relative_fall"
    RELATIVE_RISE = "identify.rules.reason.relative_rise"
    RELATIVE_MIDDLE = "identify.rules.reason.relative_middle"
    RELATIVE_FEW = "identify.rules.reason.relative_few"
    INDICATOR_MISSING = "identify.rules.reason.indicator_missing"
    PARTED_FALL = "identify.rules.reason.parted_fall"
    PARTED_FLAT = "identify.rules.reason.parted_flat"
    TOGETHER_UP = "identify.rules.reason.together_up"
    LAND_STILL = "identify.rules.reason.land_still"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(self.value, language)


@dataclass(frozen=True)
class Clean:
    """Figures fit to be reckoned with.

    Parameters
    ----------
    years
        Ascending.
    values
        Shape ``(cities, years)``; NaN where missing, negative or infinite.
    fault
        One a city: the key of what forbids any judgement, empty where nothing does.
    carried
        Shape ``(cities, years)``: carried forward between counts.
    """

    years: NDArray[np.int64]
    values: NDArray[np.float64]
    fault: NDArray[np.object_]
    carried: NDArray[np.bool_]

    @property
    def present(self) -> NDArray[np.bool_]:
        """Where there is a value."""
        return ~np.isnan(self.values)

    @property
    def sound(self) -> NDArray[np.bool_]:
        """One a city: nothing forbids to judge."""
        return np.asarray(self.fault == "", dtype=bool)

    @property
    def logs(self) -> NDArray[np.float64]:
        """Natural logarithms; NaN where missing or zero."""
        positive = self.values > 0
        return np.log(self.values, where=positive, out=np.full_like(self.values, np.nan))

    @property
    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Columns of the first and the last value of each city."""
        return first_of(self.present), last_of(self.present)


def first_of(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the first column that is true in each row; the first of all where none is."""
    return np.asarray(np.argmax(mask, axis=1), dtype=np.int64)


def last_of(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the last column that is true in each row; the last of all where none is."""
    return np.asarray(mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1), dtype=np.int64)


def take(table: NDArray[np.float64], column: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return one figure of each row."""
    found: NDArray[np.float64] = np.take_along_axis(table, column[:, None], axis=1)[:, 0]
    return found


def clean(series: Yearly) -> Clean:
    """Leave out what is no figure, and name what forbids to judge.

    The weightiest fault is named, in this order: no number; an infinite or a negative one; a zero at the
    start; a value in one year only; figures in different units; a zero at the end; a zero between; three or
    more values, all equal.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> rough = Values((2010, 2020), np.array([[5.0, 4], [0, 4], [5, np.nan], [5, -1]]))
    >>> [str(fault).rpartition(".")[2] for fault in clean(rough).fault]
    ['', 'no_baseline', 'one_year', 'negative']
    """
    years = np.asarray(series.years, dtype=np.int64)
    raw = np.asarray(series.values, dtype=np.float64)
    # ``Series`` has left negative and infinite figures out already, and remembers where.
    negative = _marked(series, "negative", raw.shape) | (raw < 0)
    infinite = _marked(series, "infinite", raw.shape) | np.isinf(raw)
    values = np.where(negative | infinite, np.nan, raw)
    present = ~np.isnan(values)
    count = present.sum(axis=1)
    lowest = np.min(values, axis=1, where=present, initial=np.inf)
    highest = np.max(values, axis=1, where=present, initial=-np.inf)
    fault = np.full(len(values), "", dtype=object)
    # The later overwrites the earlier, so the weightiest comes last.
    for reason, applies in (
        (Reason.ALL_EQUAL, (count >= _EQUAL_FROM) & (lowest == highest)),
        (Ground.ZERO_WITHIN, (values == 0).any(axis=1)),
        (Reason.ZERO_END, take(values, last_of(present)) == 0),
        (Reason.UNITS, units_differ(values)),
        (Reason.ONE_YEAR, count < 2),  # noqa: PLR2004 - a change has two ends
        (Reason.NO_BASELINE, take(values, first_of(present)) == 0),
        (Reason.NEGATIVE, negative.any(axis=1)),
        (Reason.INFINITE, infinite.any(axis=1)),
        (Reason.NO_DATA, (count == 0) & ~negative.any(axis=1) & ~infinite.any(axis=1)),
    ):
        fault[applies] = reason.value
    return Clean(years, values, fault, _marked(series, "carried", raw.shape))


def within(series: Yearly, start: int, end: int) -> Yearly:
    """Return the years from ``start`` to ``end`` alone, with what is known of them."""
    kept = [year for year in series.years if start <= year <= end]
    return series if len(kept) == len(series.years) else restricted(series, kept)


def restricted(series: Yearly, years: Sequence[int], *, gap: NDArray[np.bool_] | None = None) -> Yearly:
    """Return some years alone, with what is known of them; one that is not there is all missing.

    Parameters
    ----------
    series
        What is given.
    years
        Ascending.
    gap
        Shape ``(cities, years)``: values to leave out.
    """
    values = np.asarray(series.values, dtype=np.float64)
    place = {year: column for column, year in enumerate(series.years)}
    column = np.array([place.get(year, -1) for year in years], dtype=np.int64)
    missing = np.zeros((len(values), column.size), dtype=bool) if gap is None else gap
    missing = missing | (column < 0)

    def chosen(table: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(table[:, column] & ~missing, dtype=bool)

    return _Marked(
        tuple(years),
        np.where(missing, np.nan, values[:, column]),
        *(chosen(_marked(series, name, values.shape)) for name in ("negative", "infinite", "carried")),
    )


@dataclass(frozen=True)
class _Marked:
    years: tuple[int, ...]
    values: NDArray[np.float64]
    negative: NDArray[np.bool_]
    infinite: NDArray[np.bool_]
    carried: NDArray[np.bool_]


def _marked(series: Yearly, name: str, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    marks = getattr(series, name, None)
    return np.zeros(shape, dtype=bool) if marks is None else np.asarray(marks, dtype=bool)


@dataclass
class Answer:
    """What a rule finds, filled in step by step: the first that applies to a city stands.

    Parameters
    ----------
    sound
        Cities that may be judged.
    fault
        Why the others may not.
    """

    fault: NDArray[np.object_]
    state: NDArray[np.object_] = field(init=False)
    reason: NDArray[np.object_] = field(init=False)
    refused: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nobody judged."""
        self.state = np.full(len(self.fault), State.UNDETERMINED.value, dtype=object)
        self.reason = np.where(self.fault == "", "", self.fault).astype(object)
        self.refused = np.asarray(self.fault != "", dtype=bool)

    def refuse(self, where: NDArray[np.bool_], ground: Reason | Ground) -> None:
        """Leave cities undetermined, without any number."""
        self.say(where, State.UNDETERMINED, ground, refused=True)

    def say(
        self, where: NDArray[np.bool_], state: State, ground: Reason | Ground, *, refused: bool = False
    ) -> None:
        """Say something of the cities of which nothing has been said yet."""
        new = where & np.asarray(self.reason == "", dtype=bool)
        self.state[new], self.reason[new] = state.value, ground.value
        if refused:
            self.refused |= new

    def table(
        self,
        figures: dict[str, NDArray[np.float64]],
        own: dict[str, object],
        carried: NDArray[np.bool_],
        otherwise: Reason | Ground = Reason.NOISE,
    ) -> pd.DataFrame:
        """Write the answer.

        Parameters
        ----------
        figures
            ``change``, ``low``, ``high``, ``p``, as far as the rule knows them; a city that was refused has
            none.
        own
            Further columns.
        carried
            One a city: the figures the rule rests on were carried forward, so that they alone show neither
            shrinking nor growing.
        otherwise
            The reason where nothing was said.
        """
        self.reason[np.asarray(self.reason == "", dtype=bool)] = otherwise.value
        called = carried & np.isin(self.state.astype(str), (State.SHRINKING.value, State.GROWING.value))
        self.state[called], self.reason[called] = State.UNDETERMINED.value, Reason.GRADE.value
        empty = np.full(len(self.fault), np.nan)
        numbers = {
            name: np.where(self.refused, np.nan, figures.get(name, empty))
            for name in FIGURES
            if name not in ("state", "reason")
        }
        texts = {"state": self.state.astype(str), "reason": self.reason.astype(str)}
        return pd.DataFrame({**texts, **numbers, **own})


def share_of(log_change: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a log change as a share of the start; what goes beyond all numbers stays a number."""
    return np.asarray(np.expm1(np.minimum(log_change, _LARGEST_LOG)))


def years_or_missing(
    years: Sequence[int] | NDArray[np.int64], column: NDArray[np.int64], known: NDArray[np.bool_]
) -> object:
    """Return the year of each city's column, missing where not known."""
    chosen = np.asarray(years, dtype=np.int64)[np.where(known, column, 0)]
    found = pd.array(chosen, dtype="Int64")
    found[~known] = pd.NA
    return found
