"""Trend: Mann–Kendall on logarithms, with the Theil–Sen rate and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cityebb.identify.discovery import benjamini_hochberg
from cityebb.identify.rules.grounds import Answer, Ground, clean, share_of
from cityebb.identify.rules.kendall import mann_kendall
from cityebb.identify.rules.protocol import ANY, Needs, one
from cityebb.identify.rules.straight import straight_stretches
from cityebb.model import State

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.identify.rules.protocol import Given

# Four values cannot reach p < 0.05 on two sides, whatever they are.
LEAST_VALUES = 5


@dataclass(frozen=True)
class MannKendall:
    """Shrinking is a trend downwards that chance does not explain.

    Parameters
    ----------
    alpha
        Share of false alarms tolerated among those called shrinking, and among those called growing.
    band
        A share a year: slower trends are neither. 0.15 % is the band of stability of Wolff and Wiechmann for
        people.
    confidence
        Of the interval ``low`` to ``high``.
    correlated
        Whether to correct for autocorrelation.
    refuse_lines
        Whether a city is refused where at least half of its changes lie on straight stretches
        (:func:`~cityebb.identify.rules.straight_stretches`), or cannot be told from such, since the figures
        are rounded coarsely: a line drawn between two counts looks like a trend beyond all doubt, and is two
        figures.

    Notes
    -----
    *Shrinking*: the rate is ``−band`` or below and ``q ≤ alpha`` against "no fall"; *growing*, the mirror
    image; *stable*: the whole interval of the rate strictly inside the band; else *undetermined*. ``q`` is
    ``p`` adjusted over all cities after Benjamini and Hochberg. Rates are compared on the log scale, so that
    a fall and the rise that undoes it are equally large. See
    :func:`~cityebb.identify.rules.mann_kendall`.

    References
    ----------
    Mann, H. B. (1945), Nonparametric tests against trend, Econometrica 13, 245–259, doi:10.2307/1907187.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> values = np.array([[100, 97, 96.5, 93, 92, 90.1], [100, 101, 99, 100.4, 99.7, 101]])
    >>> MannKendall().judge(Values(tuple(range(2010, 2016)), values))["state"].tolist()
    ['shrinking', 'undetermined']
    """

    alpha: float = 0.05
    band: float = 0.0015
    confidence: float = 0.90
    correlated: bool = True
    refuse_lines: bool = True

    name: ClassVar[str] = "trend"
    needs: ClassVar[Needs] = Needs(least_values=LEAST_VALUES, yearly=False, indicators=(ANY,))
    reference: ClassVar[str] = (
        "Mann (1945), doi:10.2307/1907187; Hamed and Rao (1998), doi:10.1016/S0022-1694(97)00125-X"
    )

    def judge(self, given: Given) -> pd.DataFrame:
        """Judge every city.

        Returns
        -------
        DataFrame
            ``FIGURES``: ``change``, ``low`` and ``high`` are what the rate comes to from the first value to
            the last, ``p`` is one-sided in the direction of the rate. Beside them ``q``; ``per_year``, the
            rate; ``tau``, Kendall's; ``widened``, the factor of the correction; ``values``, how many.
        """
        figures = clean(one(given, self.needs))
        answer = Answer(figures.fault)
        answer.refuse(figures.present.sum(axis=1) < LEAST_VALUES, Ground.TOO_FEW)
        if self.refuse_lines:
            straight = straight_stretches(figures.values, figures.years)
            answer.refuse(straight.mostly(figures.values), Ground.STRAIGHT)
            answer.refuse(straight.mostly(figures.values, perhaps=True), Ground.COARSE)
        logs = np.where(answer.refused[:, None], np.nan, figures.logs)
        found = mann_kendall(logs, figures.years, confidence=self.confidence, correlated=self.correlated)
        q_fall, q_rise = benjamini_hochberg(found.p_fall), benjamini_hochberg(found.p_rise)
        band = np.log1p(self.band)
        answer.say((found.slope <= -band) & (q_fall <= self.alpha), State.SHRINKING, Ground.TREND_FALL)
        answer.say((found.slope >= band) & (q_rise <= self.alpha), State.GROWING, Ground.TREND_RISE)
        answer.say((found.low > -band) & (found.high < band), State.STABLE, Ground.TREND_FLAT)
        first, last = figures.ends
        span = (figures.years[last] - figures.years[first]).astype(np.float64)
        # The direction of a rate of nought is that of S, of which p speaks.
        falls = (found.slope < 0) | ((found.slope == 0) & (found.s < 0))
        numbers = {
            "change": share_of(found.slope * span),
            "low": share_of(found.low * span),
            "high": share_of(found.high * span),
            "p": np.where(falls, found.p_fall, found.p_rise),
        }
        pairs = np.maximum(found.count * (found.count - 1) / 2, 1)
        own = {
            "q": np.where(falls, q_fall, q_rise),
            "per_year": share_of(found.slope),
            "tau": found.s / pairs,
            "widened": found.factor,
            "values": figures.present.sum(axis=1),
        }
        carried = (figures.carried & figures.present).any(axis=1)
        return answer.table(numbers, own, np.asarray(carried))
