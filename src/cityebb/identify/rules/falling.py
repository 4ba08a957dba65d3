"""Falling three years running: the rule of Wu Kang, with what it cannot see said beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cityebb.identify.rules.coin import chance_in_stretches
from cityebb.identify.rules.grounds import Answer, Clean, Ground, clean, share_of, take, years_or_missing
from cityebb.identify.rules.protocol import ANY, Needs, one
from cityebb.identify.rules.straight import Straight, straight_stretches
from cityebb.model import State

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Given


@dataclass(frozen=True)
class Run:
    """The longest run of each city.

    Parameters
    ----------
    length
        Yearly changes in it; 0 where there is none.
    begin, end
        Columns of the years before its first change and of its last.
    log_change
        Over the run.
    """

    length: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    log_change: NDArray[np.float64]


def longest_run(steps: NDArray[np.float64], *, least: int, floor: float) -> Run:
    """Find the longest run of falls that is long and deep enough.

    Parameters
    ----------
    steps
        Shape ``(cities, years − 1)``: yearly changes of the logarithm; NaN where not known, which breaks a
        run.
    least
        Falls running that a run needs.
    floor
        Share of a year, 0 or more: some ``least`` falls running in it must come to ``least`` times that.

    Returns
    -------
    Run
        Of several equally long ones the latest.

    Examples
    --------
    >>> steps = np.log([[0.99, 0.98, 0.97, 1.02, 0.99]])
    >>> longest_run(steps, least=3, floor=0.0015).length.tolist()
    [3]
    >>> longest_run(steps, least=3, floor=0.03).length.tolist()
    [0]
    """
    cities, count = steps.shape
    line = least * np.log1p(-floor)
    length, begin = np.zeros(cities, dtype=np.int64), np.zeros(cities, dtype=np.int64)
    deep = np.zeros(cities, dtype=bool)
    depth = np.zeros(cities)
    best = Run(length.copy(), begin.copy(), begin.copy(), np.full(cities, np.nan))
    for column in range(count):
        step = steps[:, column]
        falls = step < 0
        begin = np.where(falls & (length == 0), column, begin)
        length = np.where(falls, length + 1, 0)
        depth = np.where(falls, depth + np.nan_to_num(step), 0.0)
        if column + 1 >= least:
            window = steps[:, column + 1 - least : column + 1].sum(axis=1)
            # A hair of room, so that a fall by the floor exactly is not lost to rounding.
            deep = falls & (deep | ((length >= least) & (window <= line + 1e-12)))
        better = deep & (length >= best.length)
        for old, new in ((best.length, length), (best.begin, begin), (best.log_change, depth)):
            old[better] = new[better]
        best.end[better] = column + 1
    return best


@dataclass(frozen=True)
class Falling:
    """Shrinking is falling several years running.

    Parameters
    ----------
    run
        Falls running that make a city shrink.
    floor
        Share of a year, 0 or more, that these falls must come to on average. The literature states none;
        0.15 % is the band of stability of Wolff and Wiechmann.
    lasting
        Whether a city that has since risen to where its run began is left undetermined; the literature counts
        it as shrinking.

    Notes
    -----
    *Shrinking*: a run of ``run`` or more yearly falls that is deep enough. *Growing*, the mirror image and
    ours: such a run of rises and none of falls. Else *undetermined*: the rule does not know stability.

    Changes on straight stretches are not counted (:func:`~cityebb.identify.rules.straight_stretches`). A city
    is refused where at least half of its changes lie on such stretches, or where only they make the run: a
    line drawn between two counts falls in every year, whatever happened. It is refused too where the run
    cannot be told from such a line, since the figures are rounded coarsely beside their yearly changes.

    ``p`` is the chance that a coin, tossed for each yearly change that is known, shows a run as long as the
    city's longest in the same direction; ``coin``, that it shows one of ``run`` or more: 46.5 % in a series
    of ten years. The floor is not reckoned with: with it, chance alone does it less often. There is no
    interval.

    References
    ----------
    Wu Kang and colleagues on 2007–2016: 80 of 663 designated cities of China fell three years running or
    more.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> people = np.array([[100, 99, 97.2, 96.4, 97, 98, 97]])
    >>> found = Falling().judge(Values(tuple(range(2010, 2017)), people))
    >>> print(*found.loc[0, ["state", "run_years", "run_start", "run_end"]])
    shrinking 3 2010 2013
    """

    run: int = 3
    floor: float = 0.0015
    lasting: bool = False

    name: ClassVar[str] = "falling_years_running"
    needs: ClassVar[Needs] = Needs(least_values=4, yearly=True, indicators=(ANY,))
    reference: ClassVar[str] = "Wu Kang, shrinking cities of China 2007–2016"

    def judge(self, given: Given) -> pd.DataFrame:
        """Judge every city.

        Returns
        -------
        DataFrame
            ``FIGURES``, with ``change`` from the first value to the last; ``run_years``, ``run_start``,
            ``run_end``, ``run_change`` of the longest run in the direction of the state, ``came_back``
            (whether the last value is where the run of falls began, or above); ``coin``; ``straight``, yearly
            changes on straight stretches, and ``knots``, the years where these begin and end.
        """
        figures = clean(one(given, self.needs))
        logs = figures.logs
        yearly = np.where(np.diff(figures.years) == 1, 1.0, np.nan)
        drawn = np.diff(logs, axis=1) * yearly
        straight = straight_stretches(figures.values, figures.years)
        counted = np.where(straight.steps, np.nan, drawn)
        falls, rises = (longest_run(sign * counted, least=self.run, floor=self.floor) for sign in (1, -1))
        answer = Answer(figures.fault)
        self._refuse(answer, straight, figures.values, drawn, falls.length + rises.length > 0)
        surely = np.where(straight.perhaps, np.nan, drawn)
        sure = [longest_run(sign * surely, least=self.run, floor=self.floor).length > 0 for sign in (1, -1)]
        fell = falls.length > 0
        answer.refuse((fell & ~sure[0]) | (~fell & (rises.length > 0) & ~sure[1]), Ground.COARSE)
        first, last = figures.ends
        back = (falls.length > 0) & (take(logs, last) >= take(logs, falls.begin))
        self._say(answer, falls, rises, back)
        run = _merged(falls, rises)
        has = (run.length > 0) & ~answer.refused
        toss = np.isfinite(counted)
        asked = np.full(len(logs), self.run)
        numbers = {
            "change": share_of(take(logs, last) - take(logs, first)),
            "p": chance_in_stretches(run.length, toss),
        }
        own = {
            "run_years": np.where(has, run.length, 0),
            "run_start": years_or_missing(figures.years, run.begin, has),
            "run_end": years_or_missing(figures.years, run.end, has),
            "run_change": np.where(has, share_of(run.log_change), np.nan),
            "came_back": has & back,
            "coin": np.where(answer.refused, np.nan, chance_in_stretches(asked, toss)),
            "straight": straight.steps.sum(axis=1),
            "knots": straight.knot_years(figures.years.tolist()),
        }
        return answer.table(numbers, own, _carried(figures), Ground.NO_RUN)

    def _refuse(
        self,
        answer: Answer,
        straight: Straight,
        values: NDArray[np.float64],
        drawn: NDArray[np.float64],
        found: NDArray[np.bool_],
    ) -> None:
        """Refuse series without years that follow on each other, and those drawn with a ruler."""
        answer.refuse(_longest_true(np.isfinite(drawn)) < self.run, Ground.NOT_YEARLY)
        with_them = [
            longest_run(sign * drawn, least=self.run, floor=self.floor).length > 0 for sign in (1, -1)
        ]
        only_them = ~found & (with_them[0] | with_them[1]) & straight.steps.any(axis=1)
        answer.refuse(straight.mostly(values) | only_them, Ground.STRAIGHT)

    def _say(self, answer: Answer, falls: Run, rises: Run, back: NDArray[np.bool_]) -> None:
        fell = falls.length > 0
        returned = State.UNDETERMINED if self.lasting else State.SHRINKING
        answer.say(fell & back, returned, Ground.RUN_CAME_BACK)
        answer.say(fell, State.SHRINKING, Ground.RUN_FALL)
        answer.say(rises.length > 0, State.GROWING, Ground.RUN_RISE)


def _merged(falls: Run, rises: Run) -> Run:
    """Return the run of falls where there is one, else that of rises."""
    fell = falls.length > 0
    return Run(
        np.where(fell, falls.length, rises.length),
        np.where(fell, falls.begin, rises.begin),
        np.where(fell, falls.end, rises.end),
        np.where(fell, falls.log_change, -rises.log_change),
    )


def _longest_true(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    longest, length = (np.zeros(len(mask), dtype=np.int64) for _ in range(2))
    for column in range(mask.shape[1]):
        length = np.where(mask[:, column], length + 1, 0)
        longest = np.maximum(longest, length)
    return longest


def _carried(figures: Clean) -> NDArray[np.bool_]:
    """Whether any figure of a city was carried forward: every one of them is looked at."""
    return np.asarray((figures.carried & figures.present).any(axis=1))
