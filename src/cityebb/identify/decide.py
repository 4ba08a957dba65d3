"""From evidence to one of four states, for one threshold: as numbers, so that many can be judged at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.evidence import Evidence

CODES = (State.UNDETERMINED, State.SHRINKING, State.GROWING, State.STABLE)
"""The states in the order of their codes."""
UNDETERMINED, SHRINKING, GROWING, STABLE = range(4)


def decide(evidence: Evidence, threshold: float, alpha: float) -> NDArray[np.int8]:
    """Return the code of each city's state.

    Parameters
    ----------
    evidence
        One a city.
    threshold
        Negative share.
    alpha
        Share of false alarms tolerated.

    Notes
    -----
    The rule is that of :func:`cityebb.identify.identify`.
    """
    codes = np.full(evidence.change.shape, UNDETERMINED, np.int8)
    codes[(evidence.change <= threshold) & (evidence.q_fall <= alpha)] = SHRINKING
    codes[(evidence.change >= -threshold) & (evidence.q_rise <= alpha)] = GROWING
    codes[(evidence.low > threshold) & (evidence.high < -threshold)] = STABLE
    return codes


def called(codes: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return which are called shrinking or growing."""
    found: NDArray[np.bool_] = (codes == SHRINKING) | (codes == GROWING)
    return found
