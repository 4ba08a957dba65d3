"""Verdicts withheld because the figures themselves are in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import State

if TYPE_CHECKING:
    import pandas as pd

EXCHANGED = "identify.reason.exchanged"
CONTRADICTED = "identify.reason.ledger_contradicted"
_REASONS = {"exchanged": EXCHANGED, "ledger_contradicted": CONTRADICTED}
WITHHELD = frozenset(_REASONS.values())
"""The reasons of verdicts that are withheld whatever the years."""


def withhold(verdicts: pd.DataFrame, audit: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts, undetermined where the audit says that nobody can say what the figures are of.

    That is so where the figures of two units look exchanged, and where the ledger ends a unit which the table
    goes on to count.

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
    found = verdicts
    for finding, reason in _REASONS.items():
        odd = audit.loc[audit["finding"] == finding, "unit_id"]
        doubted = verdicts["city_id"].isin(set(odd))
        if doubted.any():
            found = found.assign(
                state=found["state"].mask(doubted, State.UNDETERMINED.value),
                reason=found["reason"].mask(doubted, reason),
            )
    return found
