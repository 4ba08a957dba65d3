"""What became of each part: shrinking, growing, stable or undetermined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.inside._parts import change
from cityebb.identify.inside._within import benjamini_hochberg_within
from cityebb.model import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts

    Floats = NDArray[np.float64]

# Half of the 90 % interval, in standard deviations.
_HALF_WIDTH = 1.6448536269514722


def state_of(found: Floats, threshold: float) -> NDArray[np.object_]:
    """Name what a threshold alone says of changes.

    Parameters
    ----------
    found
        Changes; NaN is undetermined.
    threshold
        Negative or zero; at or below it shrinking, at or above its opposite growing. With zero, a change of
        nothing is stable.

    Examples
    --------
    >>> state_of(np.array([-0.1, -0.05, 0.1, np.nan]), -0.1).tolist()
    ['shrinking', 'stable', 'growing', 'undetermined']
    """
    state = np.full(found.shape, State.UNDETERMINED.value, dtype=object)
    state[~np.isnan(found)] = State.STABLE.value
    state[(found <= threshold) & (found < 0)] = State.SHRINKING.value
    state[(found >= -threshold) & (found > 0)] = State.GROWING.value
    return state


def part_states(parts: Parts, *, threshold: float, alpha: float) -> NDArray[np.object_]:
    """Name what became of each part.

    Parameters
    ----------
    parts
        In order; a state that was given stands as it is. Where a part has a ``noise`` (standard deviation
        of one date on the log scale), it is called only beyond it.
    threshold, alpha
        As in :class:`~cityebb.identify.inside.InsideRules`.

    Returns
    -------
    ndarray
        Values of :class:`cityebb.model.State`. Undetermined is a part without a value at either date, without
        a baseline (zero at the first), or one whose change cannot be told from its noise.

    Notes
    -----
    With noise σ: ``z = ln(after / before) / (√2 σ)``, its p-values against "no fall" and against "no rise"
    each adjusted within the city (Benjamini and Hochberg 1995): where much falls, a rise needs no less
    evidence for that. *Shrinking*: change ≤ threshold and ``q ≤ alpha`` against "no fall"; *growing*: the
    mirror image; *stable*: the whole 90 % interval lies strictly inside the threshold. A part that falls to
    zero falls beyond any noise.
    """
    from scipy.special import ndtr

    if parts.state is not None:
        return parts.state.copy()
    found = change(parts.before, parts.after)
    state = state_of(found, threshold)
    noisy = ~np.isnan(found) & (parts.noise > 0)
    if not noisy.any():
        return state
    with np.errstate(divide="ignore"):
        log = np.log1p(found[noisy])
    spread = np.sqrt(2.0) * parts.noise[noisy]
    q_fall, q_rise = (
        benjamini_hochberg_within(ndtr(sign * log / spread), parts.city[noisy]) for sign in (1, -1)
    )
    q = np.where(log < 0, q_fall, q_rise)
    inside = (log - _HALF_WIDTH * spread > np.log1p(threshold)) & (
        log + _HALF_WIDTH * spread < np.log1p(-threshold)
    )
    called = np.isin(state[noisy].astype(str), (State.SHRINKING.value, State.GROWING.value))
    state[noisy] = np.where(np.where(called, q <= alpha, inside), state[noisy], State.UNDETERMINED.value)
    return state
