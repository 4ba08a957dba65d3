"""Verdicts withheld because the figures themselves are in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import State

if TYPE_CHECKING:
    import pandas as pd

EXCHANGED = "identify.reason.exchanged"


def withhold(verdicts: pd.DataFrame, audit: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts, undetermined where the audit says that the figures of two units look exchanged.

    Parameters
    ----------
    verdicts
        ``model.VERDICTS``.
    audit
        ``model.AUDIT`` of the same figures.

    Examples
    --------
    >>> import pandas as pd
    >>> verdicts = pd.DataFrame({"city_id": ["1", "2"], "state": ["shrinking", "stable"], "reason": ["", ""]})
    >>> audit = pd.DataFrame({"finding": ["exchanged"], "unit_id": ["1"]})
    >>> withhold(verdicts, audit)["state"].tolist()
    ['undetermined', 'stable']
    """
    odd = audit.loc[audit["finding"] == "exchanged", "unit_id"]
    doubted = verdicts["city_id"].isin(set(odd))
    if not doubted.any():
        return verdicts
    return verdicts.assign(
        state=verdicts["state"].mask(doubted, State.UNDETERMINED.value),
        reason=verdicts["reason"].mask(doubted, EXCHANGED),
    )
