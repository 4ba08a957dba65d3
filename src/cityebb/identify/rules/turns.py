"""Turns: which way a city has gone since its course last turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cityebb.identify.discovery import benjamini_hochberg
from cityebb.identify.rules.grounds import Answer, Ground, clean, share_of, years_or_missing
from cityebb.identify.rules.protocol import ANY, Needs, one
from cityebb.identify.rules.segments import LEAST_YEARS, Segments, cut
from cityebb.identify.rules.straight import straight_stretches
from cityebb.model import State

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Given

_LEAST_VALUES = 6


@dataclass(frozen=True)
class Turns:
    """Shrinking is falling since the last turn.

    Parameters
    ----------
    benchmarks
        Years in which the series may jump, as in that of a census; declared, never found.
    alpha
        Share of false alarms tolerated among those called shrinking, and among those called growing.
    band
        A share a year: slower rates are neither.
    confidence
        Of the interval ``low`` to ``high``.
    least
        Values a piece needs.
    most
        Pieces at most.
    penalty
        Multiplies what a further piece costs.
    refuse_lines
        Whether a city is refused where at least half of its changes lie on straight stretches
        (:func:`~cityebb.identify.rules.straight_stretches`): where lines were drawn between counts, the
        counts are the turns.

    Notes
    -----
    The series of logarithms is cut into pieces with a rate each (:func:`~cityebb.identify.rules.cut`). The
    rate of the last has the error ``s / √Σ(t − mean)²``, s² being the squared residuals of all pieces over
    their degrees of freedom. *Shrinking*: the rate is ``−band`` or below and ``q ≤ alpha`` against "no fall",
    Student's t; *growing*, the mirror image; *stable*: the whole interval inside the band; else
    *undetermined*. The interval takes the turns as known, and is too narrow by what is not known of them.
    Residuals are taken as independent. Where one year's is half the last one's and new noise, steady cities
    have turns too: among those with fifteen years or more, a fifth to a third is called shrinking or growing.
    The rule says when a course turned; that it has a trend, :class:`~cityebb.identify.rules.MannKendall`
    says better.

    References
    ----------
    Bai, J. and Perron, P. (2003), doi:10.1002/jae.659.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> course = np.concatenate([np.arange(8) * 0.02, 0.14 - np.arange(1, 9) * 0.03])
    >>> people = 1000 * np.exp(course + 0.003 * np.resize([1, -1, 0], 16))
    >>> found = Turns().judge(Values(tuple(range(2000, 2016)), people.round()[None]))
    >>> print(*found.loc[0, ["state", "since", "turns"]])
    shrinking 2007 1
    """

    benchmarks: tuple[int, ...] = ()
    alpha: float = 0.05
    band: float = 0.0015
    confidence: float = 0.90
    least: int = LEAST_YEARS
    most: int = 5
    penalty: float = 1.0
    refuse_lines: bool = True

    name: ClassVar[str] = "turns"
    needs: ClassVar[Needs] = Needs(least_values=_LEAST_VALUES, yearly=False, indicators=(ANY,))
    reference: ClassVar[str] = "Bai and Perron (2003), doi:10.1002/jae.659"

    def judge(self, given: Given) -> pd.DataFrame:
        """Judge every city.

        Returns
        -------
        DataFrame
            ``FIGURES``: ``change``, ``low`` and ``high`` are what the rate of the last piece comes to from
            its first value to its last, ``p`` is one-sided in the direction of the rate. Beside them ``q``;
            ``per_year``, the rate, and ``before_per_year``, that of the piece before; ``since``, the first
            year of the last piece; ``turns``, how many, and ``turn_years``; ``jump``, by how much the last
            piece begins above or below where the one before would have gone.
        """
        from scipy.special import stdtr, stdtrit

        figures = clean(one(given, self.needs))
        answer = Answer(figures.fault)
        answer.refuse(figures.present.sum(axis=1) < _LEAST_VALUES, Ground.TOO_FEW)
        if self.refuse_lines:
            straight = straight_stretches(figures.values, figures.years)
            answer.refuse(straight.mostly(figures.values), Ground.STRAIGHT)
            answer.refuse(straight.mostly(figures.values, perhaps=True), Ground.COARSE)
        logs = np.where(answer.refused[:, None], np.nan, figures.logs)
        found = cut(
            logs, figures.years,
            benchmarks=self.benchmarks, least=self.least, most=self.most, penalty=self.penalty,
        )  # fmt: skip
        answer.refuse(found.pieces == 0, Ground.TOO_FEW)
        slope, spread, before = (
            _of(found.slope, found, 1),
            _of(found.spread, found, 1),
            _of(found.slope, found, 2),
        )
        # What rounding leaves is the least a figure can be off.
        error = np.sqrt(np.maximum(found.left / found.freedom, 1e-12) / spread)
        p_fall, p_rise = stdtr(found.freedom, slope / error), stdtr(found.freedom, -slope / error)
        half = stdtrit(found.freedom, (1 + self.confidence) / 2) * error
        q_fall, q_rise = benjamini_hochberg(p_fall), benjamini_hochberg(p_rise)
        band = np.log1p(self.band)
        falls, rises = (slope <= -band) & (q_fall <= self.alpha), (slope >= band) & (q_rise <= self.alpha)
        answer.say(falls & (before > 0), State.SHRINKING, Ground.TURNED_DOWN)
        answer.say(falls, State.SHRINKING, Ground.TREND_FALL)
        answer.say(rises & (before < 0), State.GROWING, Ground.TURNED_UP)
        answer.say(rises, State.GROWING, Ground.TREND_RISE)
        answer.say((slope - half > -band) & (slope + half < band), State.STABLE, Ground.TREND_FLAT)
        last = figures.ends[1]
        begin = np.where(found.pieces > 0, _of(found.begins.astype(np.float64), found, 1), 0)
        begin = np.nan_to_num(begin).astype(np.int64)
        span = (figures.years[last] - figures.years[begin]).astype(np.float64)
        numbers = {
            "change": share_of(slope * span),
            "low": share_of((slope - half) * span),
            "high": share_of((slope + half) * span),
            "p": np.where(slope < 0, p_fall, p_rise),
        }
        own = {
            "q": np.where(slope < 0, q_fall, q_rise),
            "per_year": share_of(slope),
            "before_per_year": share_of(before),
            "since": years_or_missing(figures.years, begin, found.pieces > 0),
            "turns": np.maximum(found.pieces - 1, 0),
            "turn_years": found.turn_years(figures.years.tolist()),
            "jump": _jump(found, figures.years, begin),
        }
        return answer.table(numbers, own, np.asarray((figures.carried & figures.present).any(axis=1)))


def _of(table: NDArray[np.float64], found: Segments, back: int) -> NDArray[np.float64]:
    """Return the entry of the last piece (``back`` 1) or of the one before (2); NaN where there is none."""
    place = found.pieces - back
    entry = np.take_along_axis(table, np.maximum(place, 0)[:, None], axis=1)[:, 0]
    return np.where(place >= 0, entry, np.nan)


def _jump(found: Segments, years: NDArray[np.int64], begin: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far the last piece begins from where the one before would have gone, as a share."""
    # The value before the first of a piece stands in the year before it, as far as the line goes.
    step = (years[begin] - years[np.maximum(begin - 1, 0)]).astype(np.float64)
    gone = _of(found.last, found, 2) + _of(found.slope, found, 2) * step
    return share_of(_of(found.first, found, 1) - gone)
